"""What a chart's title may claim of its rows, and figures that never read as nothing where there is something."""

from collections.abc import Callable

import pandas as pd

from analysis.language import listed, number

_NAMED = 3


def apart(rows: pd.DataFrame, value: str) -> tuple[pd.Series, pd.Series] | None:
    """Two rows whose intervals leave a gap: those with the highest and the lowest value if theirs do.

    Parameters
    ----------
    rows : DataFrame
        One row per group: the column `value`, low and high.
    value : str

    Returns
    -------
    tuple of Series, or None
        The higher and the lower row; None if the intervals of all rows overlap, or there are less than two.
    """
    rows = rows.reset_index(drop=True)
    extremes = rows[value].idxmax(), rows[value].idxmin()
    surest = rows["low"].idxmax(), rows["high"].idxmin()
    for higher, lower in (extremes, surest):
        if rows["low"][higher] > rows["high"][lower]:
            return rows.loc[higher], rows.loc[lower]
    return None


def contrast(
    rows: pd.DataFrame, value: str, written: Callable[[float], str], *, one: str, alike: str, two: str
) -> str:
    """What the rows show beyond chance, in a sentence.

    Parameters
    ----------
    rows : DataFrame
        One row per group, one at least: label, the column `value`, low and high.
    value : str
    written : callable
        Writes a value.
    one, alike, two : str
        Sentence for a single row, for rows whose intervals all overlap, and for two that stand apart, with
        the blanks {most} and {high}, label and value of the higher, {least} and {low}, those of the lower.
    """
    said = one
    most = least = rows.iloc[0]
    if len(rows) > 1:
        pair = apart(rows, value)
        said = alike if pair is None else two
        most, least = pair or (most, least)
    facts = {"most": most["label"], "high": written(most[value])}
    return said.format(**facts, least=least["label"], low=written(least[value]))


def leaders(rows: pd.DataFrame, value: str) -> list[str]:
    """Labels of the rows that share the highest value."""
    return rows.loc[rows[value] == rows[value].max(), "label"].tolist()


def named(labels: list[str]) -> str:
    """The first few of many names."""
    return listed([*labels[:_NAMED], *(["…"] if len(labels) > _NAMED else [])])


def decimal(value: float, digits: int) -> str:
    """A number of 0 or more that reads 0 only for nothing: 0.0004 with three digits is "<0.001"."""
    written = number(value, digits)
    return f"<{number(10**-digits, digits)}" if value > 0 and written == number(0, digits) else written
