"""What an import read, wrote, dropped and changed, counted and said."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from analysis.language import _, number


@dataclass(frozen=True)
class Entry:
    """One effect of the import on one original file.

    Attributes
    ----------
    file : str
        Original file.
    read, written : int
        Rows read from it and rows of it that reached the bank.
    what : str
        Table of the bank that the rows became, or what happened to them: "dropped", "changed", "dated" …
    count : int
        Rows concerned; columns, where columns are left out.
    reason : str
    """

    file: str
    read: int
    written: int
    what: str
    count: int
    reason: str = ""


@dataclass
class ImportReport:
    """Entries of an import in the order of its files; ``str()`` is a table to read.

    Every row read is written or dropped: ``read == written + sum of "dropped"`` for each file.
    """

    name: str
    entries: list[Entry] = field(default_factory=list)

    def add(self, file: str, read: int, written: int, what: str, count: int, reason: str = "") -> None:
        """Add an entry after those before it."""
        self.entries.append(Entry(file, read, written, what, count, reason))

    def save(self, path: Path) -> None:
        """Write the entries as JSON."""
        text = json.dumps(asdict(self), ensure_ascii=False, indent=2)
        path.write_text(text + "\n", encoding="utf-8")

    def __str__(self) -> str:
        header = (_("File"), _("Rows read"), _("Rows written"), _("What"), _("Count"), _("Why or how"))
        rows = [header]
        last = None
        for e in self.entries:
            first = (e.file, number(e.read), number(e.written)) if e.file != last else ("", "", "")
            rows.append((*first, e.what, number(e.count), e.reason))
            last = e.file
        widths = [max(len(row[i]) for row in rows) for i in range(5)]
        right = (1, 2, 4)

        def line(row: tuple[str, ...]) -> str:
            cells = [
                cell.rjust(width) if i in right else cell.ljust(width)
                for i, (cell, width) in enumerate(zip(row, widths, strict=False))
            ]
            return "  ".join([*cells, row[5]]).rstrip()

        return "\n".join([self.name, *map(line, rows)])
