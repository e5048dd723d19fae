"""How the total answers to what was assumed: discount rate, horizon, and how many leave."""

from dataclasses import replace

import numpy as np
import pandas as pd
from scipy.special import logit

from analysis.language import _, number, percent
from analysis.topics.lifetime_value.relationship.assumptions import Assumptions
from analysis.topics.lifetime_value.relationship.hazards import Hazard
from analysis.topics.lifetime_value.relationship.holdout import NO_CALIBRATION, NO_CURVES, NO_SCORES
from analysis.topics.lifetime_value.relationship.leaving import Survival
from analysis.topics.lifetime_value.relationship.worth import value

STEP = 0.04  # of the yearly discount rate
RATES = (0.02, 0.05, 0.1)  # of all customers who leave in a year


def sensitivity(table: pd.DataFrame, found: Survival, months: int, assumptions: Assumptions) -> pd.DataFrame:
    """Total value under other assumptions; the margins stay as they are.

    Parameters
    ----------
    table, found, months, assumptions
        As of `value`.

    Returns
    -------
    DataFrame
        One row per case, the run's own first: case, label, total (currency), change (share of the run's own total).
    """
    rate = assumptions.discount_rate
    cases = [("base", _("As in this run"), found, months, rate)]
    for other in (rate - STEP, rate + STEP):
        label = _("Discount rate {rate} a year").format(rate=percent(other))
        cases.append((f"discount {other:g}", label, found, months, other))
    for other in (months // 2, months * 2):
        if other:
            cases.append((f"months {other}", _("{n} months").format(n=number(other)), found, other, rate))
    for share in (0.0, *RATES):
        label = _("{share} of all customers leave in a year").format(share=percent(share, 0))
        cases.append((f"leaving {share:g}", label, _leaving(table, share), months, rate))
    totals = [
        _total(table, who, horizon, replace(assumptions, discount_rate=d))
        for _c, _l, who, horizon, d in cases
    ]
    frame = pd.DataFrame({"case": [c[0] for c in cases], "label": [c[1] for c in cases], "total": totals})
    return frame.assign(change=frame["total"] / totals[0] - 1 if totals[0] else np.nan)


def _total(table: pd.DataFrame, found: Survival, months: int, assumptions: Assumptions) -> float:
    return float(value(table, found, months, assumptions, draws=1)["relationship_value"].sum())


def _leaving(table: pd.DataFrame, share: float) -> Survival:
    """Everybody leaves at the same yearly rate."""
    tiers = tuple(sorted(table["tier"].unique())) if "tier" in table else ("all",)
    groups = {tier: tier for tier in tiers}
    if share == 0:
        return Survival(None, groups, NO_SCORES, NO_CALIBRATION, NO_CURVES)
    level = pd.Series({"level": logit(1 - (1 - share) ** (1 / 12))})
    sure = pd.DataFrame(0.0, level.index, level.index)
    hazard = Hazard("constant", tiers, level, sure, 0.0, True)
    return Survival(hazard, groups, NO_SCORES, NO_CALIBRATION, NO_CURVES)
