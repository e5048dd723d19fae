"""Latin words on a Chinese page: what a reader sees, hears from a screen reader, or finds in a chart.

``python -m tests.report.words RUN`` says which there are in a Chinese run, and exits 1 if there is one.
"""

import base64
import html
import json
import re
import sys
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import yaml

from analysis.bank.source import open_bank

ALLOWED = Path(__file__).with_name("latin_words.yaml")
WORD = re.compile(r"[A-Za-zÀ-ÿ]{2,}(?:['’-][A-Za-zÀ-ÿ]+)*")
# What needs no translation: pseudonyms (Crockford's base 32), and names with a dot or a low line.
KNOWN = re.compile(r"\b[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}\b|\b[a-z]+([._][a-z]+)+\b")
# Columns in which the bank gives names.
NAMES = {"bank_profile": ["name"], "branches": ["name", "city", "region"], "products": ["name"]}
NAMES |= {"customers": ["region"], "partners": ["name"], "survey_items": ["item", "question"]}
NAMES |= {"feedback": ["issue", "process_step"]}

# What is read of an element though it is no text.
_SAID = ("alt", "aria-label", "title", "placeholder")
_SKIPPED = ("style", "script", "code")
_DRAWING = re.compile(r'src="data:image/svg\+xml;base64,([^"]*)"')
# Matplotlib draws letters as paths and notes above them what they say.
_CHART_TEXT = re.compile(r"<!-- (.*?) -->", re.DOTALL)


class _Texts(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found: list[str] = []
        self._skipped = 0

    def handle_starttag(self, tag, attributes):
        self._skipped += tag in _SKIPPED
        self.found += [value for name, value in attributes if name in _SAID and value]

    def handle_endtag(self, tag):
        self._skipped -= tag in _SKIPPED

    def handle_data(self, data):
        if not self._skipped:
            self.found.append(data)


def charts(page: str) -> list[str]:
    """The drawings of a page, as SVG."""
    return [base64.b64decode(drawing).decode() for drawing in _DRAWING.findall(page)]


def texts(page: str) -> list[str]:
    """Every text of a page: of its elements, of what is said of them, and of its charts."""
    reader = _Texts()
    reader.feed(page)
    drawn = [html.unescape(text) for drawing in charts(page) for text in _CHART_TEXT.findall(drawing)]
    return [" ".join(text.split()) for text in reader.found + drawn if text.strip()]


def allowed(page: str) -> set[str]:
    """Words of the allow-list for a page, such as ``"churn"``."""
    groups = yaml.safe_load(ALLOWED.read_text(encoding="utf-8"))
    return {word for group in groups if page in group.get("pages", [page]) for word in group["words"]}


def names(bank: str) -> set[str]:
    """What the data of a bank call branches, products and regions."""
    view = open_bank(bank).view()
    found = {view.name}
    for table, columns in NAMES.items():
        if view.has(table):
            rows = view.table(table).select(*columns).distinct().to_pyarrow().to_pydict()
            found |= {value for values in rows.values() for value in values if value}
    # Codes are shown without their low line, and charts break them over lines.
    return found | {word for value in found if "_" in value for word in value.split("_")}


def quoted(run: Path) -> set[str]:
    """Words of customers by which the survey calls what they write about."""
    file = run / "survey" / "tables" / "themes.parquet"
    return set(WORD.findall(" ".join(pd.read_parquet(file)["label"]))) if file.is_file() else set()


def foreign(page: str, known: set[str], data: Iterable[str] = ()) -> Iterator[tuple[str, str]]:
    """Latin words of a page that are not known, each with the text around it.

    Parameters
    ----------
    page : str
        HTML.
    known : set of str
        Words that may be there.
    data : iterable of str
        Names in the bank's data.
    """
    longest_first = sorted(data, key=len, reverse=True)
    for text in texts(page):
        rest = KNOWN.sub(" ", text)
        for name in longest_first:
            rest = re.sub(rf"(?<![A-Za-z]){re.escape(name)}(?![A-Za-z])", " ", rest)
        for match in WORD.finditer(rest):
            if match[0] not in known:
                yield match[0], rest[max(0, match.start() - 30) : match.end() + 30].strip()


def left(run: Path) -> list[str]:
    """English words left on the pages of a Chinese run: page, word, and the text around it."""
    bank = json.loads((run / "run.json").read_text(encoding="utf-8"))["bank"]["url"]
    data = names(bank) | quoted(run)
    return [
        f"{path.name}: {word} in “{context}”"
        for path in sorted(run.glob("*.html"))
        for word, context in foreign(path.read_text(encoding="utf-8"), allowed(path.stem), data)
    ]


if __name__ == "__main__":
    offenders = left(Path(sys.argv[1]))
    print(*offenders, f"{len(offenders)} English words left in {sys.argv[1]}", sep="\n")
    sys.exit(bool(offenders))
