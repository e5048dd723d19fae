"""Whom it is worth to contact: expected profit = value × probability of leaving × uplift − cost of the contact.

The uplift is the part of would-be leavers whom a contact keeps. It comes from an experiment (`targeting.uplift`) or is
unknown; it is never assumed. Then only the break-even uplift can be told: what a contact would have to achieve to pay.
"""

import numpy as np
import pandas as pd

from analysis.statistics.expected_profit import MaximumProfit, expected_maximum_profit, moments
from analysis.statistics.uplift.effects import Estimate
from analysis.topics.churn.persuasion import Evidence

UPLIFTS = np.linspace(0, 1, 101)  # at which the break-even chart looks


def profits(
    scores: pd.DataFrame,
    value: pd.DataFrame | float | None,
    uplift: pd.DataFrame | Estimate | None,
    cost: float,
) -> pd.DataFrame:
    """Expected profit of contacting each customer.

    Parameters
    ----------
    scores : DataFrame
        One row per customer: customer_id, probability of leaving.
    value : DataFrame, float or None
        One row per customer: customer_id, value (currency; what is lost if the customer leaves); one value for all, if
        the reader states one; None if the bank does not know. A customer without a value is worth nothing to keep.
    uplift : DataFrame, Estimate or None
        As `targeting.uplift` gives it, an estimate for all, or None if no experiment tells.
    cost : float
        Of a contact (currency).

    Returns
    -------
    DataFrame
        One row per customer, the most profitable first, where that is unknown the one who is worth contacting at the
        smallest uplift, or else the likeliest to leave: customer_id, probability, value, at_stake (value ×
        probability), uplift, expected, low, high (currency; interval of the uplift alone), break_even (uplift at which
        a contact pays; infinite where nothing is at stake, missing without a value).

    Raises
    ------
    ValueError
        If a column is missing, a probability is not between 0 and 1, a customer comes twice or the cost is
        negative.
    """
    _check(scores, value, uplift, cost)
    found = scores[["customer_id", "probability"]].reset_index(drop=True)
    if isinstance(value, pd.DataFrame):
        known = value.set_index("customer_id")["value"]
        found["value"] = found["customer_id"].map(known).fillna(0.0).clip(lower=0)
    else:
        found["value"] = np.nan if value is None else float(value)
    found["at_stake"] = found["value"] * found["probability"]
    for name, part in zip(("uplift", "expected", "low", "high"), _gains(found, uplift, cost), strict=True):
        found[name] = part
    with np.errstate(divide="ignore"):
        found["break_even"] = cost / found["at_stake"]
    order = ["expected", "at_stake", "probability", "customer_id"]
    return found.sort_values(order, ascending=[False, False, False, True], ignore_index=True)


def _gains(found: pd.DataFrame, uplift, cost: float):
    """Uplift of each customer, and the expected profit with its bounds."""
    if uplift is None:
        return (np.nan,) * 4
    if isinstance(uplift, pd.DataFrame):
        each = uplift.set_index("customer_id").reindex(found["customer_id"]).reset_index()
        parts = [each["uplift"], each["low"], each["high"]]
    else:
        parts = [uplift.value, uplift.low, uplift.high]
    return [parts[0] + 0 * found["at_stake"], *(found["at_stake"] * part - cost for part in parts)]


def _check(scores: pd.DataFrame, value, uplift, cost: float) -> None:
    needed = {"scores": (scores, "probability"), "value": (value, "value"), "uplift": (uplift, "uplift")}
    for name, (frame, column) in needed.items():
        if isinstance(frame, pd.DataFrame):
            absent = {"customer_id", column} - set(frame.columns)
            if absent:
                raise ValueError(
                    f"{name} has no column {', '.join(sorted(absent))}; there are {', '.join(frame.columns)}"
                )
            if frame["customer_id"].duplicated().any():
                twice = frame.loc[frame["customer_id"].duplicated(), "customer_id"].iloc[0]
                raise ValueError(f"{name}: customer {twice} comes twice; expected one row per customer")
    wrong = ~scores["probability"].between(0, 1)
    if wrong.any():
        came = scores.loc[wrong, "probability"].iloc[0]
        raise ValueError(
            f"scores.probability is {came}; expected probabilities between 0 and 1: calibrate the scores"
        )
    if not cost >= 0:
        raise ValueError(f"cost is {cost}; expected what a contact costs in currency, 0 or more")


def save_list(found: pd.DataFrame, budget: float, cost: float) -> pd.DataFrame:
    """The customers to contact: those with an expected profit, as many as the budget pays for.

    Parameters
    ----------
    found : DataFrame
        As `profits` gives it.
    budget, cost : float
        For all contacts, and of one (currency).

    Returns
    -------
    DataFrame
        Rows of `found` with rank (1, 2, …); none if no contact has an expected profit, or none is known.
    """
    chosen = found[found["expected"] > 0].head(affordable(budget, cost, len(found)))
    return chosen.assign(rank=np.arange(1, len(chosen) + 1))


def affordable(budget: float, cost: float, customers: int) -> int:
    """Contacts that the budget pays for, at most one per customer."""
    return customers if cost == 0 else int(min(customers, budget // cost))


def profit_curve(found: pd.DataFrame) -> pd.DataFrame:
    """Profit of contacting the first 0, 1, 2, … customers of `profits`.

    Returns
    -------
    DataFrame
        One row per number of contacts: contacted, profit, low, high (currency; the uplift errs for all customers
        together, so that bounds add up). Customers of unknown uplift are left out; no rows if it is unknown for all.
    """
    found = found.dropna(subset=["expected"])
    if found.empty:
        return pd.DataFrame(
            {name: pd.Series(dtype="float") for name in ("contacted", "profit", "low", "high")}
        )
    sums = found[["expected", "low", "high"]].cumsum().rename(columns={"expected": "profit"})
    start = pd.DataFrame([[0.0, 0.0, 0.0]], columns=sums.columns)
    table = pd.concat([start, sums], ignore_index=True)
    return table.assign(contacted=np.arange(len(table)))[["contacted", "profit", "low", "high"]]


def break_even(found: pd.DataFrame, cost: float) -> pd.DataFrame:
    """For how many customers a contact would pay, by what it achieves.

    Returns
    -------
    DataFrame
        One row per uplift 0, 0.01, …, 1: uplift, customers (whom it would pay to contact), profit (of contacting
        those, currency). Where experiments tell the uplift, of those customers only whom they tell about. No rows if
        no value is known.
    """
    if found["uplift"].notna().any():
        found = found[found["uplift"].notna()]
    if found["at_stake"].isna().all():
        return pd.DataFrame({name: pd.Series(dtype="float") for name in ("uplift", "customers", "profit")})
    stakes = np.sort(found["at_stake"].to_numpy())[::-1]
    sums = np.append(0.0, np.cumsum(stakes))
    # a contact pays if at_stake × uplift is above its cost
    count = [int((stakes * uplift > cost).sum()) for uplift in UPLIFTS]
    profit = [uplift * sums[k] - cost * k for uplift, k in zip(UPLIFTS, count, strict=True)]
    return pd.DataFrame({"uplift": UPLIFTS, "customers": count, "profit": profit})


def maximum_profit(
    scores: pd.DataFrame, churned: pd.Series, value: float, cost: float, found: Evidence | None
) -> MaximumProfit | None:
    """Expected maximum profit of a churn score (EMPC), with the uplift that the bank's own campaigns show.

    Parameters
    ----------
    scores : DataFrame
        One row per customer of a past day: probability.
    churned : Series of 0 or 1
        Who then left, in the same order.
    value, cost : float
        Mean value of a customer, and cost of a contact (currency).

    Returns
    -------
    MaximumProfit or None
        Currency per customer; None if no experiment tells the uplift, or it is not shown to be above 0.
    """
    if found is None or not found.pays_on_average:
        return None
    used = found.used
    alpha, beta = moments(float(used.value), float(min(used.high - used.low, 0.9) / 3.92))
    return expected_maximum_profit(
        churned, scores["probability"], worth=value, contact=cost, alpha=alpha, beta=beta
    )
