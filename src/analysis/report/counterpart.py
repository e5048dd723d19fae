"""The same run in other languages: each page links to its counterpart where there is one, whichever was made first.

Pages have an empty place for these links (class ``languages``), which is filled when a run is published. A run made later
fills the places of the earlier one too, by publishing a version of it that differs in nothing else.
"""

import json
import re
from collections.abc import Collection
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from babel import Locale

from analysis.language import LANGUAGES
from analysis.report import index, publish
from analysis.report.plan import run_name

# The place for links stands in a page's first letters, below the style sheet.
_PLACE_WITHIN = 65_536
_PLACE = re.compile(r'(<span class="languages">).*?(</span>)', re.DOTALL)


def others(run: dict[str, Any]) -> dict[str, str]:
    """Names of the runs of the same day and filter in other languages, by language; they need not exist."""
    languages = [language for language in LANGUAGES if language != run["language"]]
    return {language: run_name(run["as_of"], run["where"], language) for language in languages}


def _of_the_bank(other: Path, run: dict[str, Any]) -> bool:
    """Whether a folder is a run of the same bank: an `out` may have been used for another one."""
    return publish.record_of(other).get("bank", {}).get("name") == run["bank"]["name"]


def _linked(content: str, page: str, out: Path, names: dict[str, str], leaving: Collection[str]) -> str:
    """A page with links to those of its counterparts that are there and stay."""
    links = [
        f'<a href="../{quote(name)}/{quote(page)}" lang="{language}" hreflang="{language}">'
        f"{Locale.parse(LANGUAGES[language]).get_language_name()}</a>"
        for language, name in names.items()
        if f"{name}/{page}" not in leaving and (out / name / page).is_file()
    ]
    return _PLACE.sub(lambda place: place[1] + " ".join(links) + place[2], content, count=1)


def refresh(out: Path, name: str, leaving: Collection[str] = ()) -> None:
    """Bring links and index of a published run up to date with the runs that lie beside it.

    Parameters
    ----------
    out : path
        Folder of the runs; locked by the caller.
    name : str
        The run; nothing is done if it was never published.
    leaving : collection of str
        Pages about to be taken away, as ``<run>/<page>``: nothing is to link to them any more.
    """
    published = out / name
    run = publish.record_of(published)
    if not run:
        return
    pages = ["index.html", *(entry["page"] for entry in run["topics"] if entry["page"])]
    files = {page: published / page for page in pages if (published / page).is_file()}
    now = {page: path.read_text(encoding="utf-8") for page, path in files.items()}
    fresh = now | {"index.html": index.content(published, run)}
    names = {language: other for language, other in others(run).items() if _of_the_bank(out / other, run)}
    fresh = {page: _linked(content, page, out, names, leaving) for page, content in fresh.items()}
    if fresh == now:
        return
    site = publish.draft(out, name)
    (site / "run.json").write_text(json.dumps(run, ensure_ascii=False, indent=1), encoding="utf-8")
    for page, content in fresh.items():
        if content != now.get(page) or page == "index.html":
            # The draft shares its files with the published version: a new one takes the old one's place.
            (site / page).unlink(missing_ok=True)
            (site / page).write_text(content, encoding="utf-8")
    publish.release(out, name)


def settle(out: Path) -> None:
    """Take out links to runs that were deleted since; `out` is locked by the caller."""
    for page in out.glob("[0-9]*/index.html"):
        with open(page, encoding="utf-8") as content:
            place = _PLACE.search(content.read(_PLACE_WITHIN))
        links = re.findall(r'href="([^"]+)"', place[0]) if place else []
        if not all((page.parent / unquote(link)).is_file() for link in links):
            refresh(out, page.parent.name)
