"""Any measure by branch, region or age, each slice with its interval and against all others."""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

import ibis
import numpy as np
import pandas as pd
from scipy.stats import binom, fisher_exact

from analysis.bank.source import View
from analysis.language import _, listed, ngettext, number
from analysis.statistics.intervals import wilson

AGES = (30, 40, 50, 60, 70)
LEVEL = 0.05  # chance of calling any slice different if none is


def slicers(view: View) -> ibis.Table:
    """What customers can be sliced by: customer_id, branch_id, branch (name, else id), region, birth_date."""
    people = view.customers().select("customer_id", "branch_id", "region", "birth_date")
    if not view.has("branches"):
        return people.mutate(branch=people.branch_id)
    names = view.table("branches").select("branch_id", branch_name="name")
    found = people.left_join(names, "branch_id").drop("branch_id_right")
    return found.mutate(branch=ibis.coalesce(found.branch_name, found.branch_id)).drop("branch_name")


def age_bands(birth_date: pd.Series, as_of: date, edges: Sequence[int] = AGES) -> pd.Series:
    """Age band of each customer in completed years, ordered; missing if unknown or beyond 0 to 120.

    Parameters
    ----------
    birth_date : Series of date
    as_of : date
    edges : sequence of int
        First age of every band but the lowest, ascending.
    """
    born = pd.to_datetime(birth_date)
    birthday_to_come = born.dt.month * 100 + born.dt.day > as_of.month * 100 + as_of.day
    age = as_of.year - born.dt.year - birthday_to_come.astype(int)
    first, last = _("under {age}").format(age=number(edges[0])), _("{age} and over")
    middle = [
        _("{low} to {high}").format(low=number(low), high=number(high - 1)) for low, high in pairwise(edges)
    ]
    labels = [first, *middle, last.format(age=number(edges[-1]))]
    return pd.cut(age.where(age.between(0, 120)), [-1, *(e - 1 for e in edges), 120], labels=labels)


def sliced(customers: pd.DataFrame, by: str, measure: str) -> pd.DataFrame:
    """A measure per slice: the share of a flag, the median of an amount.

    Parameters
    ----------
    customers : DataFrame
        One row per customer with the columns `by` and `measure`; blanks of either are left out. A measure of
        true and false (or of 0 and 1 only) is a flag, any other an amount.
    by : str
        Slices: text, or an ordered category, whose order is kept.
    measure : str
        Flag or amount, in any unit.

    Returns
    -------
    DataFrame
        One row per slice, the highest value first unless `by` has an order: slice, label, customers (with the
        measure known), value (share or median), low, high (95 %; missing for a median of fewer than 6), total
        (sum of the measure), baseline (value of all), p_value (slice against all others), differs (whether it
        does, over all slices together).

    Raises
    ------
    ValueError
        If a column is missing or the measure is text.

    Notes
    -----
    Intervals: Wilson for a share; for a median the order statistics between which it lies whatever the
    distribution (Conover 1999, Practical Nonparametric Statistics, section 3.2). A slice is compared with all
    others by Fisher's exact test, for an amount by the share of customers above the median of all (Mood's
    median test); Holm (1979) holds the error over all slices at 5 %.
    """
    known = _known(customers, by, measure)
    flag = bool(known[measure].isin([0, 1]).all())
    centre = known[measure].mean() if flag else known[measure].median()
    rows = []
    for name, values in known.groupby(by, observed=True, sort=True)[measure]:
        value, low, high = _share(values) if flag else _median(values)
        rows.append((name, str(name), len(values), value, low, high, values.sum(), centre))
    columns = ["slice", "label", "customers", "value", "low", "high", "total", "baseline"]
    table = pd.DataFrame(rows, columns=columns)
    hits = known[measure] if flag else (known[measure] > centre).astype(float)
    table["p_value"] = _against_others(hits.groupby(known[by], observed=True, sort=True))
    table["differs"] = _holm(table["p_value"]) < LEVEL
    if isinstance(known[by].dtype, pd.CategoricalDtype):
        return table
    return table.sort_values(["value", "label"], ascending=[False, True], ignore_index=True)


def difference_words(table: pd.DataFrame) -> str:
    """Which slices of `sliced` differ from all others, in a sentence."""
    if len(table) < 2:
        return _("There are no others to compare with")
    names = table.loc[table["differs"], "label"].tolist()
    if not names:
        said = _("None of {all} differs from the others by more than chance")
        return said.format(all=number(len(table)))
    said = ngettext(
        "{n} of {all} differs from the others by more than chance: {names}",
        "{n} of {all} differ from the others by more than chance: {names}",
        len(names),
    )
    named = listed([*names[:5], *(["…"] if len(names) > 5 else [])])
    return said.format(n=number(len(names)), all=number(len(table)), names=named)


def _known(customers: pd.DataFrame, by: str, measure: str) -> pd.DataFrame:
    for name in (by, measure):
        if name not in customers.columns:
            raise ValueError(f"the table of customers lacks {name}; it has {', '.join(customers.columns)}")
    try:
        known = customers[[by, measure]].astype({measure: "float64"})
    except (ValueError, TypeError) as error:
        example = customers[measure].dropna().iloc[0]
        raise ValueError(f"{measure} holds {example!r}; expected a flag or an amount") from error
    return known.dropna()


def _share(values: pd.Series) -> tuple[float, float, float]:
    return values.mean(), *(float(bound) for bound in wilson(values.sum(), len(values)))


def _median(values: pd.Series) -> tuple[float, float, float]:
    """Median and the innermost pair of order statistics that hold it in 95 % of samples, if there is one."""
    ordered, n = np.sort(values.to_numpy()), len(values)
    place = int(binom.ppf(0.025, n, 0.5))  # so many at most lie below the median with a chance above 2.5 %
    if not place:
        return float(np.median(ordered)), np.nan, np.nan
    return float(np.median(ordered)), float(ordered[place - 1]), float(ordered[n - place])


def _against_others(hits) -> np.ndarray:
    """P-value of each slice's share of hits against that of all other customers."""
    k, n = hits.sum().astype(int), hits.size()
    tables = zip(k, n - k, k.sum() - k, (n - k).sum() - (n - k), strict=True)
    return np.array([fisher_exact([[a, b], [c, d]]).pvalue for a, b, c, d in tables])


def _holm(p_values: pd.Series) -> pd.Series:
    """P-values adjusted for their number."""
    ordered = p_values.sort_values()
    steps = np.arange(len(ordered), 0, -1)
    return (ordered * steps).cummax().clip(upper=1).reindex(p_values.index)
