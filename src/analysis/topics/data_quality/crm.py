"""Can customers be contacted: is there a telephone or an e-mail, and did they agree?"""

import numpy as np
import pandas as pd

from analysis.language import _
from analysis.topics.data_quality.tallies import with_shares
from analysis.topics.segmentation.tiers import ladder, publishable, tier_of, tier_table

# In the order in which they are asked; a customer stands at the first that is not met.
STATES = ("no_contact", "consent_unknown", "refused", "ready")
RECENT = 365  # days within which somebody spoke with the customer


def labels() -> dict[str, str]:
    """Names of the states in the language in use."""
    return {
        "no_contact": _("No telephone, no e-mail"),
        "consent_unknown": _("Consent unknown"),
        "refused": _("Consent refused"),
        "ready": _("Can be contacted"),
    }


def state_of(people: pd.DataFrame) -> pd.Series:
    """The first thing that keeps each customer from being contacted.

    Parameters
    ----------
    people : DataFrame
        One row per customer: area_contact (0 or 1), consent (1 agreed, 0 refused, blank unknown).
    """
    steps = [people["area_contact"] == 0, people["consent"].isna(), people["consent"] == 0]
    chosen = np.select([step.to_numpy(dtype=bool) for step in steps], STATES[:-1], STATES[-1])
    return pd.Series(chosen, people.index, dtype="str", name="state")


def with_assets(people: pd.DataFrame) -> pd.DataFrame:
    """Customers with assets; where no balance is known, those with an open account."""
    return (
        people[people["assets"] > 0]
        if people["assets"].notna().any()
        else people[people["area_accounts"] > 0]
    )


def readiness(people: pd.DataFrame) -> pd.DataFrame:
    """Customers with assets by what keeps them from being contacted.

    Returns
    -------
    DataFrame
        One row per state: state, label, n, count, share, low, high (Wilson), assets, spoken (share with a
        contact within a year).
    """
    chosen = with_assets(people)
    chosen = chosen.assign(
        state=state_of(chosen), spoken=chosen["days_since_contact"].fillna(np.inf) < RECENT
    )
    grouped = chosen.groupby("state")
    sums = {
        "count": grouped.size(),
        "assets": grouped["assets"].sum(min_count=1),
        "spoken": grouped["spoken"].mean(),
    }
    frame = pd.DataFrame(sums).reindex(list(STATES)).rename_axis("state").reset_index()
    frame = frame.assign(count=frame["count"].fillna(0).astype(int), n=len(chosen))
    return with_shares(frame.assign(label=frame["state"].map(labels())))


def by_tier(people: pd.DataFrame, currency: str) -> pd.DataFrame:
    """Customers with assets who can be contacted, by tier; one of fewer than 11 stands with its neighbour.

    Returns
    -------
    DataFrame
        One row per tier that occurs, lowest first: label, n (its customers), count, share, low, high (Wilson).
        Empty where no balance is known.
    """
    chosen = with_assets(people)
    steps = ladder(chosen["assets"], currency)
    placed = chosen.assign(tier=tier_of(chosen["assets"], steps), margin=np.nan)
    ready = state_of(placed) == "ready"
    rows = []
    for tier in publishable(tier_table(placed, steps)).to_dict("records"):
        inside = ready[placed["tier"].isin(tier["tier"].split("+"))]
        rows.append((tier["label"], len(inside), int(inside.sum())))
    return with_shares(pd.DataFrame(rows, columns=["label", "n", "count"]))
