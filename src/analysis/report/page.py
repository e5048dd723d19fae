"""Parts of a report that a notebook displays: run facts, findings in words, and tables in the house style."""

import html as markup
import re
from collections.abc import Callable
from datetime import date, datetime
from importlib.metadata import version

import numpy as np
import pandas as pd
from great_tables import GT
from great_tables import html as as_markup

from analysis.bank.source import View
from analysis.language import _, day, is_money, number, percent, together
from analysis.report.layout import number_shown, unit_shown

_NAVY, _TEXT, _LINE = "#12304f", "#1c2733", "#d5dde5"


class Fragment:
    """A piece of a page, already escaped."""

    def __init__(self, content: str):
        self.content = content

    def _repr_html_(self) -> str:
        return self.content

    def __repr__(self) -> str:
        return f"Fragment({len(self.content)} characters)"


def say(*sentences: str) -> Fragment:
    """Computed sentences as a paragraph; what they quote from the data is escaped."""
    return Fragment(f'<p class="finding">{markup.escape(together(*sentences))}</p>')


def _period(view: View) -> str:
    """First and last day of the bookings that the view covers, or of the customers' joining."""
    known, moment = ("transactions", "booked_at") if view.has("transactions") else ("customers", "joined_on")
    rows = view.table(known)
    ends = rows.aggregate(first=rows[moment].min(), last=rows[moment].max()).to_pyarrow().to_pylist()[0]
    if ends["first"] is None:
        return "–"
    return _("{low} to {high}").format(low=day(ends["first"]), high=day(ends["last"]))


def run_facts(view: View, *, customers: int, seed: int) -> Fragment:
    """What the report rests on: bank, day, period, customers, filter, version and seed.

    Parameters
    ----------
    view : View
    customers : int
        Customers in the analysis.
    seed : int
        Seed of all that is random in it.
    """
    facts = [
        (_("Bank"), view.name),
        (_("As of"), day(view.as_of)),
        (_("Bookings"), _period(view)),
        (_("Customers"), number(customers)),
        (_("Filter"), view.where or _("whole bank")),
        (_("Version"), version("bank-analysis")),
        (_("Seed"), str(seed)),
    ]
    entries = "".join(
        f"<div><dt>{markup.escape(term)}</dt><dd>{markup.escape(value)}</dd></div>" for term, value in facts
    )
    return Fragment(f'<dl class="run-facts">{entries}</dl>')


def _digits(values: np.ndarray) -> int:
    """Decimals for a column of plain numbers: one count for all, so that they align."""
    known = np.abs(values[np.isfinite(values)])
    if not known.size or (known == known.round()).all() or known.max() >= 1000:
        return 0
    return 1 if known.max() >= 100 else 2


def _words(values: pd.Series, unit: str) -> list[str]:
    """A column as people read it; its unit stands in the heading."""
    if pd.api.types.is_bool_dtype(values.dtype):
        return [_("yes") if value else _("no") for value in values]
    if not pd.api.types.is_numeric_dtype(values.dtype):
        return [_word(value) for value in values]
    known = values.to_numpy(dtype=float, na_value=np.nan)
    if is_money(unit):
        return [number_shown(value, unit) for value in known]
    if unit == "share":
        # Shares of less than one in a hundred would all read 0.1%.
        digits = 2 if np.nanmax(np.abs(known), initial=0) < 0.01 else 1
        return [_no_nought(value, percent, digits, 0.01) for value in known]
    digits = _digits(known)
    return [_no_nought(value, number, digits, 1) for value in known]


def _no_nought(value: float, write: Callable[[float, int], str], digits: int, one: float) -> str:
    """A number of so many decimals; of what is not nought but would read so, what it is below: "<0.01"."""
    shown = write(value, digits)
    if not value or re.search("[1-9–∞]", shown):
        return shown
    least = one * 10.0**-digits
    return f"<{write(least, digits)}" if value > 0 else f">{write(-least, digits)}"


def _word(value: object) -> str:
    if not isinstance(value, str) and pd.isna(value):
        return "–"
    return day(value) if isinstance(value, date | datetime) else str(value)


def _heading(label: str, unit: str, numeric: bool):
    """A column's heading with its unit on a second line, unless the label or the cells say it."""
    shown = unit_shown(unit)
    if not numeric or not shown or shown.lower() in label.lower():
        return label
    return as_markup(f'{markup.escape(label)}<br><span class="unit">{markup.escape(shown)}</span>')


def table(
    frame: pd.DataFrame,
    *,
    title: str,
    columns: dict[str, tuple[str, str]],
    note: str = "",
    rows: int = 50,
) -> GT:
    """A table for reading, in the house style.

    Parameters
    ----------
    frame : DataFrame
        One row per line of the table. Of a frame from `privacy.suppress`, blanked cells read as its
        column `suppressed` says, and a note explains them.
    title : str
        The message.
    columns : dict
        Column of `frame` to its label and unit (as in `language.amount`; ``""`` for text); those shown,
        in order.
    note : str
        Line below the table.
    rows : int
        Lines shown at most; the note says how many there are.

    Raises
    ------
    ValueError
        If a column is not in the frame.
    """
    absent = [name for name in columns if name not in frame.columns]
    if absent:
        raise ValueError(
            f"table {title!r}: no column {', '.join(absent)}; there are {', '.join(frame.columns)}"
        )
    shown = frame.head(rows)
    cells = pd.DataFrame({name: _words(shown[name], unit) for name, (_label, unit) in columns.items()})
    notes = [note] if note else []
    if "suppressed" in frame.columns:
        cells, notes = _with_reasons(cells, shown["suppressed"].tolist(), notes)
    if frame.empty:
        notes.append(_("No rows."))
    if len(frame) > rows:
        notes.append(_("{shown} of {all} rows").format(shown=number(rows), all=number(len(frame))))
    numeric = [name for name in columns if _right(frame[name])]
    labels = {name: _heading(*columns[name], name in numeric) for name in columns}
    return _styled(GT(cells).tab_header(title).cols_label(labels), list(columns), numeric, notes)


def _right(values: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(values.dtype) and not pd.api.types.is_bool_dtype(values.dtype)


def _with_reasons(
    cells: pd.DataFrame, reasons: list[str], notes: list[str]
) -> tuple[pd.DataFrame, list[str]]:
    """Put the reason of suppression where a cell was blanked."""
    said = {"withheld": _("withheld")}
    for name in cells.columns:
        cells[name] = [
            said.get(why, why) if why and cell == "–" else cell
            for cell, why in zip(cells[name], reasons, strict=True)
        ]
    small = next((why.removeprefix("<") for why in reasons if why.startswith("<")), None)
    if small:
        notes = [*notes, _("<{n}: fewer than {n} customers, not shown.").format(n=small)]
    if "withheld" in reasons:
        notes = [*notes, _("Withheld: would tell a cell that is not shown.")]
    return cells, notes


def _styled(gt: GT, columns: list[str], numeric: list[str], notes: list[str]) -> GT:
    """The house style for JupyterLab; on the page `template/style.css` says the same once for all tables."""
    gt = gt.cols_align("left", columns).tab_options(
        table_font_color=_TEXT,
        table_border_top_style="none",
        table_border_bottom_color=_NAVY,
        heading_align="left",
        heading_title_font_weight="600",
        heading_border_bottom_color=_NAVY,
        column_labels_border_bottom_color=_NAVY,
        table_body_hlines_color=_LINE,
    )
    gt = gt.cols_align("right", numeric) if numeric else gt
    for line in notes:
        gt = gt.tab_source_note(line)
    return gt
