"""Whom a retention campaign keeps: learnt on the earlier campaigns, put to the test on the last one."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.statistics.uplift import curves, effects, groups, learners
from analysis.statistics.uplift import scores as robust
from analysis.topics.churn.experiments import PREDICTORS, results

LEVEL = 0.05  # below which a p-value counts as shown
TELLING = ("two-model", "x", "dr")  # learners that tell customers apart by more than their risk
GROUPS = 5


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
