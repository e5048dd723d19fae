"""Potential customers (潜力客户): little held here, signs of more elsewhere; each sign is a rule in words.

There is no label to learn from, so nothing is learnt: a sign gives 0 to 1 point between two stated bounds,
and the score is their sum.
"""

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.language import _, number, percent
from analysis.statistics.intervals import wilson
from analysis.topics.segmentation.elsewhere import COLUMNS, SWEPT_WITHIN, YEAR

# Sign: value from which on it gives a part of a point, and value at which it gives the whole point.
BOUNDS: dict[str, tuple[float, float]] = {
    "salary_swept": (0.3, 0.7),  # share of salary
    "income_not_kept": (1.0, 0.25),  # months of income held
    "high_income": (1.0, 2.0),  # times the median of those with an income
    "sent_out": (1.0, 3.0),  # times the median of those who send any
    "card_spending": (0.5, 1.5),  # month's card payments over mean balance
    "income_band": (0.6, 0.9),  # share of customers in lower bands
}
SEEN = 0.5  # points from which on a sign counts as seen
_TEXT = ("customer_id", "income_band")


def labels() -> dict[str, str]:
    """Names of the signs in the language in use."""
    return {
        "salary_swept": _("Salary sent on at once"),
        "income_not_kept": _("Income not kept here"),
        "high_income": _("High income"),
        "sent_out": _("Large transfers out"),
        "card_spending": _("Card spending beyond the balance"),
        "income_band": _("High declared income"),
    }


def _templates() -> dict[str, str]:
    return {
        "salary_swept": _("{value} of salary sent out within {days} days"),
        "income_not_kept": _("mean balance of {value} months of income"),
        "high_income": _("income {value} times the median"),
        "sent_out": _("transfers out in a year {value} times the median"),
        "card_spending": _("card payments of a month {value} times the mean balance"),
        "income_band": _("declared income in a band above that of {value} of customers"),
    }


def _said(sign: str, value: float) -> str:
    share = sign in ("salary_swept", "income_band")
    written = percent(value, 0) if share else number(value, 2 if value < 1 else 1)
    return _templates()[sign].format(value=written, days=number(SWEPT_WITHIN))


def rules() -> dict[str, str]:
    """From which value on each sign counts as seen, in words."""
    least, most = _("{sign}, or more"), _("{sign}, or less")
    return {
        name: (most if full < none else least).format(sign=_said(name, none + SEEN * (full - none)))
        for name, (none, full) in BOUNDS.items()
    }


def signs(customers: pd.DataFrame, below: float, bands: Sequence[str] = ()) -> pd.DataFrame:
    """Signs of money elsewhere, and the score, of every customer.

    Parameters
    ----------
    customers : DataFrame
        One row per customer: the columns of `elsewhere.COLUMNS`, from `elsewhere.evidence` or a table of your
        own; what is missing counts as unknown.
    below : float
        Customers with assets from here on are no candidates: their money is here. In the bank's currency.
    bands : sequence of str
        Income bands from the lowest; by default in the order of the numbers in their names. Without numbers
        the sign is unknown.

    Returns
    -------
    DataFrame
        Same rows: customer_id, assets, candidate (assets known and below `below`); per sign of `BOUNDS` its
        points (0 to 1, blank if unknown) and, in ``<sign>_value``, what was measured; score (sum of the
        points), seen (number of signs with half a point or more), sent_365d, and inflow_365d, the naive
        ranking.

    Raises
    ------
    ValueError
        If customer_id or assets is missing, or a band is not one of `bands`.

    Notes
    -----
    Medians are those of the customers given: of one branch alone they are the branch's.
    """
    known = _known(customers)
    values = _measured(known) | {"income_band": _band_place(known["income_band"], bands)}
    points = pd.DataFrame(
        {name: ((values[name] - none) / (full - none)).clip(0, 1) for name, (none, full) in BOUNDS.items()}
    )
    return known[["customer_id", "assets"]].assign(
        candidate=known["assets"] < below,
        **points,
        **{f"{name}_value": values[name] for name in BOUNDS},
        score=points.sum(axis=1),
        seen=(points >= SEEN).sum(axis=1),
        sent_365d=known["sent_365d"],
        inflow_365d=known["inflow_365d"],
    )


def _known(customers: pd.DataFrame) -> pd.DataFrame:
    for name in ("customer_id", "assets"):
        if name not in customers.columns:
            raise ValueError(f"the table of customers lacks {name} ({COLUMNS[name][1].lower()})")
    known = customers.reindex(columns=list(COLUMNS))
    return known.astype({name: "float64" for name in COLUMNS if name not in _TEXT})


def _measured(known: pd.DataFrame) -> dict[str, pd.Series]:
    """What the signs measure; a median is that of the customers who have any."""
    income, sent = known["income_monthly"], known["sent_365d"]
    earning, balance = income.where(income > 0), known["balance_mean_12m"].clip(lower=0)
    return {
        "salary_swept": known["swept_365d"] / known["salary_365d"].where(known["salary_365d"] > 0),
        "income_not_kept": balance / earning,
        "high_income": income / earning.median(),
        "sent_out": sent / sent.where(sent > 0).median(),
        "card_spending": known["card_365d"] * 30 / YEAR / balance.where(balance > 0),
    }


def _band_place(band: pd.Series, bands: Sequence[str]) -> pd.Series:
    """Share of the customers with a known band who are in a lower one."""
    named = band.dropna().unique().tolist()
    if bands and (unknown := sorted(set(named) - set(bands))):
        raise ValueError(f"income_band is {unknown[0]!r}; expected one of {', '.join(bands)}")
    order = dict(zip(bands, range(len(bands)), strict=True)) or {name: _amount(name) for name in named}
    place = band.map(order).astype("float64")
    return (place.rank(method="min") - 1) / max(int(place.notna().sum()), 1)


def _amount(band: str) -> float:
    """Mean of the numbers in a band's name: "under 60k" is 60, "60k-120k" is 90."""
    found = [float(digits.replace(",", "")) for digits in re.findall(r"\d[\d,]*\.?\d*", band)]
    return float(np.mean(found)) if found else np.nan


def sign_table(scored: pd.DataFrame) -> pd.DataFrame:
    """How often each sign is seen among the candidates, and what it adds to their scores.

    Parameters
    ----------
    scored : DataFrame
        As `signs` gives it.

    Returns
    -------
    DataFrame
        One row per sign: sign, label, rule, customers (candidates with the sign), known (candidates of whom
        it is known), share (of known), low, high (95 % Wilson), of_score (part of all points).
    """
    points = scored.loc[scored["candidate"], list(BOUNDS)]
    table = pd.DataFrame({"customers": (points >= SEEN).sum(), "known": points.notna().sum()})
    table["share"] = table["customers"] / table["known"].where(table["known"] > 0)
    table["low"], table["high"] = wilson(table["customers"], table["known"])
    total = points.to_numpy(dtype=float, na_value=0).sum()
    table["of_score"] = points.sum() / total if total > 0 else np.nan
    table = table.rename_axis("sign").reset_index()
    table.insert(1, "label", table["sign"].map(labels()))
    table.insert(2, "rule", table["sign"].map(rules()))
    return table


def potential(scored: pd.DataFrame, least: int = 3) -> pd.DataFrame:
    """The potential customers: candidates with at least `least` signs, the highest score first.

    Returns
    -------
    DataFrame
        One row per customer: customer_id, score, seen, why (the signs seen, in words), assets, sent_365d,
        inflow_365d.
    """
    found = scored[scored["candidate"] & (scored["seen"] >= least)]
    found = found.sort_values(["score", "sent_365d", "customer_id"], ascending=[False, False, True])
    why = [
        _("; ").join(_said(name, row[f"{name}_value"]) for name in BOUNDS if row[name] >= SEEN)
        for row in found.to_dict("records")
    ]
    columns = ["customer_id", "score", "seen", "why", "assets", "sent_365d", "inflow_365d"]
    return found.assign(why=pd.Series(why, found.index, dtype="str"))[columns].reset_index(drop=True)


def lasting(then: pd.DataFrame, now: pd.DataFrame, least: int = 3) -> pd.DataFrame:
    """Are the potential customers of an earlier day still so? A score of chance alone would be forgotten.

    Parameters
    ----------
    then, now : DataFrame
        As `signs` gives it for two days.
    least : int
        As in `potential`.

    Returns
    -------
    DataFrame
        Two rows, group "potential" and "others" (the other candidates then): label, customers (candidates
        then who are customers now), count (potential now), share, low, high (95 % Wilson).
    """
    today = now.set_index("customer_id")
    both = then[then["candidate"] & then["customer_id"].isin(today.index)]
    here = today.loc[both["customer_id"]]
    again = (here["candidate"] & (here["seen"] >= least)).to_numpy()
    before = (both["seen"] >= least).to_numpy()
    table = pd.DataFrame(
        {
            "group": ["potential", "others"],
            "label": [_("Potential customers then"), _("Other candidates then")],
            "customers": [int(before.sum()), int((~before).sum())],
            "count": [int((again & before).sum()), int((again & ~before).sum())],
        }
    )
    table["share"] = table["count"] / table["customers"].where(table["customers"] > 0)
    table["low"], table["high"] = wilson(table["count"], table["customers"])
    return table
