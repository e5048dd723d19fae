"""Hold the Chinese catalogue to the messages of the source: `python -m analysis.translation`, in `make docs`.

Not by `pybabel`: it takes the per cent sign of "95% interval" for a blank of printf and refuses to compile.
"""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir, extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[2]
CATALOGUE = ROOT / "src/analysis/locale/zh/LC_MESSAGES/analysis.po"
# Comment at the paragraphs of Markdown cells, by which they are told from what code says.
PROSE = "prose"


def extract_notebook(
    file: BinaryIO, keywords: dict, comment_tags: list[str], options: dict
) -> Iterator[tuple[int, str | None, str | tuple, list[str]]]:
    """What cells of a notebook pass to ``_`` and ``ngettext``, and their prose, as Babel's extractors give it.

    Prose is cut as `report.html` cuts it: the title, then paragraph by paragraph; cells that the page leaves
    out (tag ``notebook-only``) are left out. A line is a cell's number.
    """
    for number, cell in enumerate(json.load(file)["cells"], start=1):
        source = "".join(cell["source"])
        if cell["cell_type"] == "code":
            code = io.BytesIO(source.encode())
            for _line, function, message, comments in extract_python(code, keywords, comment_tags, options):
                yield number, function, message, comments
        elif "notebook-only" not in cell["metadata"].get("tags", []):
            for paragraph in source.removeprefix("# ").split("\n\n"):
                yield number, None, paragraph.strip(), [PROSE]


def messages() -> Catalog:
    """All messages of the package, the page templates and the notebooks."""
    found = Catalog(charset="utf-8")
    folders = {
        "src/analysis": [("**.py", "python"), ("**.j2", "jinja2")],
        "notebooks": [("**.ipynb", extract_notebook)],
    }
    for folder, methods in folders.items():
        for _file, _line, message, comments, context in extract_from_dir(ROOT / folder, method_map=methods):
            found.add(message, auto_comments=comments, context=context)
    return found


def read() -> Catalog:
    """The Chinese catalogue."""
    with open(CATALOGUE, "rb") as file:
        return read_po(file, locale="zh")


def update() -> None:
    """Add new messages to the catalogue, empty; take out what is no more said; compile it."""
    catalogue = read()
    catalogue.update(messages(), no_fuzzy_matching=True, update_creation_date=False)
    for message in catalogue:
        message.flags.discard("python-format")
    with open(CATALOGUE, "wb") as file:
        write_po(file, catalogue, width=110, no_location=True, ignore_obsolete=True)
    with open(CATALOGUE.with_suffix(".mo"), "wb") as file:
        write_mo(file, catalogue)


if __name__ == "__main__":
    update()
