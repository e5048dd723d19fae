"""What an experiment says about whom to contact: each customer's uplift, and what rules of contacting are worth."""

import numpy as np
import pandas as pd

from analysis.statistics.uplift import groups, policies
from analysis.topics.churn.persuasion import Evidence

_MONEY = ["value", "low", "high", "better", "better_low", "better_high"]


def uplift(found: Evidence | None, features: pd.DataFrame, scores: pd.DataFrame) -> pd.DataFrame | None:
    """Relative reduction of each customer's churn by a contact.

    Where it is shown that customers of equal risk respond differently, the predicted fall, brought onto the scale of
    the campaign tested, over the probability of leaving; else the shrunk average for everybody. That is also taken
    where the fall is above the probability: nobody can be kept more than surely, and the two models contradict
    each other.

    Parameters
    ----------
    features : DataFrame
        One row per customer: customer_id and `PREDICTORS`, as of now.
    scores : DataFrame
        One row per customer: customer_id, probability of leaving.

    Returns
    -------
    DataFrame or None
        One row per customer of `scores`: uplift, low, high (95 %; at most 1), customer_id. Missing for customers with
        more assets than any in the campaigns: banks leave the wealthiest out, and what they would do is unknown. None
        without an experiment.
    """
    if found is None:
        return None
    now = features.set_index("customer_id").reindex(scores["customer_id"])
    table = _uplift(found, now, scores.reset_index(drop=True))
    beyond = (now["assets"] > found.largest).to_numpy()
    return table.mask(beyond[:, None] & (table.columns != "customer_id"))


def _uplift(found: Evidence, now: pd.DataFrame, scores: pd.DataFrame) -> pd.DataFrame:
    average = {"uplift": found.used.value, "low": found.used.low, "high": found.used.high}
    if not found.differs:
        return scores[["customer_id"]].assign(**average)
    people = found.people
    saved = groups.calibrated(
        people["measured"], people["predicted"], found.model.effect(now[found.predictors])
    )
    part = saved.div(scores["probability"].clip(lower=1e-6).to_numpy(), axis=0)
    part = part.rename(columns={"effect": "uplift"})
    part.loc[part["uplift"] > 1] = [average[name] for name in part]
    return part.clip(-1, 1).assign(customer_id=scores["customer_id"].to_numpy())


def rules(found: Evidence, share: float, worth, cost, risk=None) -> dict[str, np.ndarray]:
    """Whom each rule would have contacted in the campaign tested, from what was known before it.

    Parameters
    ----------
    share : float
        Part of the customers for which the budget suffices.
    worth, cost : float or array-like
        What a customer who is kept is worth, and what a contact costs (currency).
    risk : array-like, optional
        Probability of leaving; left out, that of `Evidence.people`.
    """
    predicted = found.people["predicted"].to_numpy()
    risk = found.people["risk"].to_numpy() if risk is None else np.asarray(risk, dtype=float)
    average, own = found.before * risk * worth - cost, predicted * worth - cost
    return {
        "all": np.ones(len(risk), dtype=bool),
        "none": np.zeros(len(risk), dtype=bool),
        "churn score": policies.top(risk, share),
        "predicted uplift": policies.top(predicted, share) & (predicted > 0),
        "profit": policies.top(average, share) & (average > 0),
        "profit, own uplift": policies.top(own, share) & (own > 0),
    }


def policy_values(
    found: Evidence | None,
    share: float,
    value: pd.DataFrame | None = None,
    cost: float | None = None,
    scores: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """What each rule would have brought in the campaign tested, over contacting nobody.

    Parameters
    ----------
    share : float
        Part of the customers for which the budget suffices, between 0 and 1.
    value : DataFrame, optional
        One row per customer: customer_id, value (currency) as of the day before the campaign. A customer who is not
        in it, or of negative value, is worth 0. Without it, gains are customers kept, and contacts cost nothing.
    cost : float, optional
        Of a contact (currency); left out, the campaign's own, or 0 where that is unknown.
    scores : DataFrame, optional
        One row per customer: customer_id, probability of leaving as of the day before the campaign, from a model
        that knew nothing later; who is not in it has the mean. Left out, the risk learnt from the campaigns before.

    Returns
    -------
    DataFrame
        One row per rule: label (code), contacted, value, low, high, better, better_low, better_high (over contacting
        all): currency, or customers kept, per 1,000 customers of the campaign. No rows without an experiment.
    """
    if found is None:
        return pd.DataFrame(columns=["label", "contacted", *_MONEY])
    people = found.people
    worth, each = np.ones(len(people)), 0.0
    if value is not None:
        worth = people["customer_id"].map(value.set_index("customer_id")["value"])
        worth = worth.fillna(0.0).clip(lower=0).to_numpy()
        each = people["unit_cost"].fillna(0.0).to_numpy() if cost is None else float(cost)
    risk = None
    if scores is not None:
        risk = people["customer_id"].map(scores.set_index("customer_id")["probability"])
        risk = risk.fillna(risk.mean()).to_numpy()
    chosen = rules(found, share, worth, each, risk)
    table = policies.compare(chosen, people["measured"].to_numpy(), worth, each)
    table = table.rename(columns={"rule": "label", "treated": "contacted"})
    return table.assign(**{name: 1000 * table[name] for name in _MONEY})
