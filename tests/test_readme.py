"""README.zh-CN.md says the same as README.md: the same headings, commands, notebooks and links."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]


def parts(name: str) -> dict[str, list[str]]:
    text = (ROOT / name).read_text(encoding="utf-8")
    blocks = re.findall(r"```\n(.*?)```", text, re.DOTALL)
    return {
        "headings": re.findall(r"^#+ ", text, re.M),
        "commands": [line.partition("#")[0].strip() for block in blocks for line in block.splitlines()],
        "notebooks": re.findall(r"^\| (\d\d_\w+) \|", text, re.M),
        "links": [link for link in re.findall(r"\]\(([^)]+)\)", text) if not link.startswith("README")],
        "code": sorted(set(re.findall(r"(?<!`)`([^`\n]+)`(?!`)", text))),
    }


def test_both_readmes_say_the_same():
    assert parts("README.zh-CN.md") == parts("README.md")


def test_every_notebook_is_in_the_readme_and_every_link_leads_somewhere():
    told = parts("README.md")
    there = sorted(
        path.stem for path in (ROOT / "notebooks").glob("*.ipynb") if not path.stem.startswith("00")
    )
    assert told["notebooks"] == there
    assert all((ROOT / link).exists() for link in told["links"])
