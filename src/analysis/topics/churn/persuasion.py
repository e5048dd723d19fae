"""Whom a retention campaign keeps: learnt on the earlier campaigns, put to the test on the last one."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.statistics.uplift import curves, effects, groups, learners, policies
from analysis.statistics.uplift import scores as robust
from analysis.topics.churn.experiments import PREDICTORS, results

LEVEL = 0.05  # below which a p-value counts as shown
TELLING = ("two-model", "x", "dr")  # learners that tell customers apart by more than their risk
GROUPS = 5
_MONEY = ["value", "low", "high", "better", "better_low", "better_high"]


@dataclass(frozen=True)
class Evidence:
    """What the randomised campaigns show.

    Attributes
    ----------
    campaigns : DataFrame
        As `experiments.results` gives it.
    reduction : effects.Estimate
        Relative reduction of churn by a contact, all campaigns together.
    used : effects.Estimate
        The same drawn towards none by as much as it is unsure (`effects.shrunk`).
    p_same : float
        p-value of "all campaigns reduced churn alike"; missing with one.
    learners : DataFrame
        As `uplift.learners.compare` gives it, on the campaigns learnt from.
    learner : str
        The one of `TELLING` that was nearest and does tell customers apart.
    out_of_time : bool
        Learnt on earlier campaigns and tested on the last; with a single one, on other customers of it.
    people : DataFrame
        One row per customer of the campaign tested: campaign_id, customer_id, treated, left, unit_cost, risk
        (predicted probability of leaving without contact), predicted (fall of it by a contact, in probability),
        measured (doubly robust score of that fall).
    saved : effects.Estimate
        Fall of the share who leave in the campaign tested, adjusted for the risk.
    before : float
        Shrunk relative reduction known before the campaign tested (with one campaign its own).
    any_difference, beyond_risk : groups.Heterogeneity
        Test of "the fall is the same for everybody", and of "it varies with the risk alone".
    model : learners.Learner
        The learner fitted to all campaigns.
    predictors : list of str
        Features that it takes: those of `PREDICTORS` that are known of any customer of the campaigns.
    largest : float
        Largest assets of a customer in the campaigns (currency): of richer ones nothing was learnt. Infinite if no
        assets are known.
    """

    campaigns: pd.DataFrame
    reduction: effects.Estimate
    used: effects.Estimate
    p_same: float
    learners: pd.DataFrame
    learner: str
    out_of_time: bool
    people: pd.DataFrame
    saved: effects.Estimate
    before: float
    any_difference: groups.Heterogeneity
    beyond_risk: groups.Heterogeneity
    model: learners.Learner
    predictors: list[str]
    largest: float

    @property
    def pays_on_average(self) -> bool:
        """Whether the interval of the relative reduction leaves out 0."""
        return bool(self.reduction.low > 0)

    @property
    def differs(self) -> bool:
        """Whether it is shown that customers of equal risk respond differently."""
        return self.beyond_risk.p_value < LEVEL


def evidence(trials: pd.DataFrame, planned: float | None = None, seed: int = 0) -> Evidence | None:
    """What the campaigns show; None if there is none.

    Parameters
    ----------
    trials : DataFrame
        As `experiments.trials` gives it.
    planned : float, optional
        Share that was to be treated in each campaign; without it the share seen counts.
    seed : int
    """
    if trials.empty:
        return None
    table = results(trials, planned)
    last = (trials["campaign_id"] == table["label"].iloc[-1]).to_numpy()
    alone = len(table) == 1
    predictors = [name for name in PREDICTORS if trials[name].notna().any()]
    learnt = _parts(trials if alone else trials[~last], predictors)
    how = {"propensity": planned, "models": robust.choose_models(*learnt, seed), "seed": seed}
    compared, crossed = learners.compare(*learnt, **how)
    name = _nearest(compared["learner"], crossed)
    early = None if alone else learners.LEARNERS[name](**how).fit(*learnt)
    scores = robust.scores(*_parts(trials[last], predictors), propensity=planned, seed=seed)
    people = _tested(trials[last], early, crossed[name], scores, predictors)
    logs = [effects.pooled(part) for part in (table, table if alone else table.iloc[:-1])]
    return Evidence(
        campaigns=table,
        reduction=effects.reduction(logs[0].log, logs[0].error),
        used=effects.reduction(*effects.shrunk(logs[0].log, logs[0].error)),
        p_same=logs[0].p_same,
        learners=compared,
        learner=name,
        out_of_time=not alone,
        people=people,
        saved=effects.adjusted(people["treated"], 1 - people["left"], scores.control),
        before=float(1 - np.exp(effects.shrunk(logs[1].log, logs[1].error)[0])),
        any_difference=groups.heterogeneity(scores.effect, people["predicted"]),
        beyond_risk=groups.heterogeneity(scores.effect, people["predicted"], beside=1 - scores.control),
        model=learners.LEARNERS[name](**how).fit(*_parts(trials, predictors)),
        predictors=predictors,
        largest=float(trials["assets"].max()) if "assets" in predictors else np.inf,
    )


def _tested(
    rows: pd.DataFrame,
    early: learners.Learner | None,
    crossed: np.ndarray,
    scores: robust.Scores,
    predictors: list[str],
) -> pd.DataFrame:
    """`Evidence.people`: predicted by what was learnt on earlier campaigns, or else out of fold."""
    people = rows[["campaign_id", "customer_id", "treated", "left", "unit_cost"]].reset_index(drop=True)
    features = rows[predictors].reset_index(drop=True)
    return people.assign(
        risk=1 - (scores.control if early is None else early.risk(features)),
        predicted=crossed if early is None else early.effect(features),
        measured=scores.effect,
    )


def _nearest(ranked: pd.Series, crossed: dict[str, np.ndarray]) -> str:
    """The best of `TELLING`, if possible one that does tell customers apart."""
    telling = [name for name in ranked if name in TELLING]
    # a constant per fold tells nobody apart
    return next((name for name in telling if len(np.unique(crossed[name])) > learners.FOLDS), telling[0])


def _parts(trials: pd.DataFrame, predictors: list[str]):
    """Features, arm, and the outcome in which more is better: stayed."""
    frame = trials.reset_index(drop=True)
    return frame[predictors], frame["treated"].to_numpy(dtype=bool), 1 - frame["left"].to_numpy(dtype=int)


def qini(found: Evidence | None, seed: int = 0) -> curves.Curve:
    """Qini curve of the predicted fall on the campaign tested; gains are customers kept per customer.

    Without an experiment the curve has no points.
    """
    if found is None:
        unknown = effects.Estimate(np.nan, np.nan, np.nan, np.nan)
        points = pd.DataFrame(columns=["share", "gain", "low", "high", "random"], dtype="float")
        return curves.Curve(points, unknown, unknown)
    people = found.people
    return curves.curve(people["predicted"], people["treated"], 1 - people["left"], seed=seed)


def by_group(found: Evidence | None, wanted: int = GROUPS) -> pd.DataFrame:
    """Fall of the share who leave, predicted and seen, in groups of the campaign tested.

    Returns
    -------
    DataFrame
        One row per group, highest prediction first: label, customers, predicted, saved, low, high (95 %), left_treated,
        left_control (shares). No rows without an experiment.
    """
    if found is None:
        numbers = ["customers", "predicted", "saved", "low", "high", "left_treated", "left_control"]
        return pd.DataFrame(columns=numbers, dtype="float").assign(label=pd.Series(dtype="str"))
    people = found.people
    table = groups.by_group(people["predicted"], people["treated"], 1 - people["left"], wanted)
    return pd.DataFrame(
        {
            "label": table["group"].astype(str),
            "customers": table["n"],
            "predicted": table["predicted"],
            "saved": table["effect"],
            "low": table["low"],
            "high": table["high"],
            "left_treated": 1 - table["rate_treated"],
            "left_control": 1 - table["rate_control"],
        }
    )


def uplift(found: Evidence | None, features: pd.DataFrame, scores: pd.DataFrame) -> pd.DataFrame | None:
    """Relative reduction of each customer's churn by a contact.

    Where it is shown that customers of equal risk respond differently, the predicted fall, brought onto the scale of
    the campaign tested, over the probability of leaving; else the shrunk average for everybody.

    Parameters
    ----------
    features : DataFrame
        One row per customer: customer_id and `PREDICTORS`, as of now.
    scores : DataFrame
        One row per customer: customer_id, probability of leaving.

    Returns
    -------
    DataFrame or None
        One row per customer of `scores`: customer_id, uplift, low, high (95 %; at most 1, as nobody can be kept more
        than surely). Missing for customers with more assets than any in the campaigns: banks leave the wealthiest
        out, and what they would do is unknown. None without an experiment.
    """
    if found is None:
        return None
    now = features.set_index("customer_id").reindex(scores["customer_id"])
    table = _uplift(found, now, scores.reset_index(drop=True))
    beyond = (now["assets"] > found.largest).to_numpy()
    return table.mask(beyond[:, None] & (table.columns != "customer_id"))


def _uplift(found: Evidence, now: pd.DataFrame, scores: pd.DataFrame) -> pd.DataFrame:
    if not found.differs:
        one = found.used
        return scores[["customer_id"]].assign(uplift=one.value, low=one.low, high=one.high)
    people = found.people
    saved = groups.calibrated(
        people["measured"], people["predicted"], found.model.effect(now[found.predictors])
    )
    part = saved.div(scores["probability"].clip(lower=1e-6).to_numpy(), axis=0).clip(-1, 1)
    return pd.DataFrame(
        {
            "customer_id": scores["customer_id"].to_numpy(),
            "uplift": part["effect"],
            "low": part["low"],
            "high": part["high"],
        }
    )


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
