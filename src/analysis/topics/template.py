"""The pattern of a topic: a question answered by plain functions that return frames and sentences.

Its question: how long have customers been with the bank?
"""

import pandas as pd

from analysis.language import _, ngettext, number, percent
from analysis.statistics.intervals import wilson


def tenure_bands(tenure_days: pd.Series, years: list[int]) -> pd.DataFrame:
    """Share of customers by time with the bank.

    Parameters
    ----------
    tenure_days : Series of int
        One entry per customer: days since joining.
    years : list of int
        Upper ends of all bands but the last, ascending.

    Returns
    -------
    DataFrame
        One row per band, newest customers first: label, customers, share, low, high (95 % Wilson interval).

    Raises
    ------
    ValueError
        If `years` is empty or not ascending.
    """
    if not years or years != sorted(set(years)) or years[0] <= 0:
        raise ValueError(f"years is {years}; expected ascending numbers above 0, such as [1, 3, 5]")
    edges = [-1, *(365.25 * year for year in years), float("inf")]
    counts = pd.cut(tenure_days, edges, labels=_labels(years)).value_counts(sort=False)
    table = counts.rename_axis("label").rename("customers").reset_index().astype({"label": "str"})
    low, high = wilson(table["customers"], len(tenure_days))
    return table.assign(share=table["customers"] / max(len(tenure_days), 1), low=low, high=high)


def _labels(years: list[int]) -> list[str]:
    ranges = [f"{a}–{b}" for a, b in zip([0, *years], years, strict=False)]
    last = ngettext("over {n} year", "over {n} years", years[-1]).format(n=years[-1])
    return [*(_("{range} years").format(range=span) for span in ranges), last]


def headline(table: pd.DataFrame) -> str:
    """The answer: the band that most customers are in.

    Parameters
    ----------
    table : DataFrame
        As `tenure_bands` gives it.
    """
    if table["customers"].sum() == 0:
        return _("There are no customers on this day.")
    most = table.loc[table["customers"].idxmax()]
    return _(
        "Most customers have been here for {band}: {share} (95% interval {low}–{high}) of {all}."
    ).format(
        band=most["label"],
        share=percent(most["share"]),
        low=percent(most["low"]),
        high=percent(most["high"]),
        all=number(table["customers"].sum()),
    )


def figures(table: pd.DataFrame) -> list[dict]:
    """Key figures, each a set of arguments of `analysis.report.results.figure`; baseline: equal bands."""
    newest = table.iloc[0]
    return [
        {
            "name": "new_customers_share",
            "value": newest["share"],
            "low": newest["low"],
            "high": newest["high"],
            "unit": "share",
            "baseline": 1 / len(table),
            "n": int(table["customers"].sum()),
            "label": _("New customers"),
        }
    ]
