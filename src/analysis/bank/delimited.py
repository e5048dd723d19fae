"""The header of a CSV file. The dialect comes from it alone.

A sniffer that looks at the rows takes a file with one short row for a file of one column, and one with an
open quote for one without quotes: nothing is wrong then, and every value is.
"""

import csv
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

DELIMITERS = ",;\t|"


class UnreadableFile(ValueError):
    """A file is not what its name says; the message names it, what was expected and the remedy."""


@dataclass(frozen=True)
class Header:
    """Delimiter and column names of a CSV file, as they stand in it."""

    delimiter: str
    names: tuple[str, ...]

    @property
    def repeated(self) -> list[str]:
        """Names that stand there more than once."""
        return [name for name, count in Counter(self.names).items() if count > 1]

    @property
    def distinct(self) -> list[str]:
        """Names of which a later occurrence has its position added."""
        return [
            name if name not in self.names[:place] else f"{name}_{place + 1}"
            for place, name in enumerate(self.names)
        ]


def header(path: Path) -> Header:
    """Read the first line of the CSV file at `path`.

    Raises
    ------
    UnreadableFile
        If the file is empty or its first line is no UTF-8 text.
    """
    with path.open("rb") as file:
        first = file.readline(1 << 20)
    try:
        line = first.decode("utf-8-sig").strip("\r\n")
    except UnicodeDecodeError:
        line = "\0"
    if "\0" in line:
        raise UnreadableFile(f"{path.name} is not UTF-8 text (line 1). Save it as UTF-8.")
    if not line.strip():
        raise UnreadableFile(f"{path.name} is empty; expected a line of column names. Write the file again.")
    delimiter = max(DELIMITERS, key=line.count)
    names = next(csv.reader([line], delimiter=delimiter))
    return Header(delimiter, tuple(name.strip() for name in names))
