"""The model is chosen on a later slice of time than it learnt from, and reported on a later one still."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from analysis.statistics import calibration as cal
from analysis.statistics import classification as cls
from analysis.statistics.measures import auc, mean, standard_error
from analysis.topics.churn import crossing
from analysis.topics.churn import learners as lrn
from analysis.topics.churn.tables import Examples

AUTO = "auto"
FEWEST_EVENTS = 10  # lost customers in each of the three slices of time


@dataclass(frozen=True)
class Slices:
    """Rows by their part: learn < tune < test in time.

    Attributes
    ----------
    learn, tune, test : array of bool
        Models learn on `learn`, are compared and calibrated on `tune`, learn again on `again`, and are reported on `test`.
    again : array of bool
        Both, and what lies between them.
    """

    learn: np.ndarray
    tune: np.ndarray
    test: np.ndarray
    again: np.ndarray


@dataclass(frozen=True)
class Model:
    """A fitted and calibrated candidate.

    Attributes
    ----------
    name : str
    learner : learners.Learner
    calibrator : calibration.Calibrator
    """

    name: str
    learner: lrn.Learner
    calibrator: cal.Calibrator

    def predict(self, features: pd.DataFrame) -> np.ndarray:
        """Calibrated probability of each row; columns as the model learnt them."""
        return self.calibrator(self.learner.predict(features))


@dataclass(frozen=True)
class Evaluation:
    """Candidates compared on later time.

    Attributes
    ----------
    table : tables.Examples
    slices : Slices
    inner : DataFrame
        One row per candidate, on the slice `tune`: candidate, roc_auc, pr_auc, log_loss and brier (calibrated by other
        customers), behind (log loss above the best model's) and error (standard error of that difference), ahead
        (ROC-AUC above the logistic regression's) and its error, ahead_error.
    outcome : DataFrame
        One row per tested row: row (its number in `table`), unit (the customer), time, churned, fold, and a calibrated
        probability per candidate, from a model that has seen neither the time nor the customer.
    chosen : str
        The simpler of the two models, unless on `tune` the other has less log loss and ranks better, both by more than
        one standard error (Breiman et al. 1984, section 3.4.3), or one was asked for. The rules are baselines.
    test : crossing.Tested
        The chosen candidate as it was tested: what explanations look into.
    settings : learners.Settings
    rule : str
        Feature of the one rule.
    seed : int
    """

    table: Examples
    slices: Slices
    inner: pd.DataFrame
    outcome: pd.DataFrame
    chosen: str
    test: crossing.Tested
    settings: lrn.Settings
    rule: str
    seed: int

    @cached_property
    def fold(self) -> np.ndarray:
        """Fold of each row of `table`."""
        return crossing.folds(self.table, self.seed)

    @cached_property
    def repeated(self) -> bool:
        """Whether customers come up more than once."""
        return len(np.unique(self.table.unit)) < len(self.table)

    @property
    def tested(self) -> Examples:
        """Rows of the slice `test`, as `outcome` has them."""
        return self.table.rows(self.slices.test)

    @property
    def probability(self) -> np.ndarray:
        """The chosen candidate's probabilities of `outcome`."""
        return self.outcome[self.chosen].to_numpy()

    @cached_property
    def measures(self) -> pd.DataFrame:
        """All measures of all candidates on the test, with 95 % intervals: candidate, measure, value, low, high."""
        y, unit = self.outcome["churned"], self.outcome["unit"]
        parts = []
        for name in self.inner["candidate"]:
            of = cls.measures(y, self.outcome[name])
            parts.append(cls.intervals(of, unit, self.seed).rename_axis("measure").reset_index())
            parts[-1].insert(0, "candidate", name)
        return pd.concat(parts, ignore_index=True)

    def measure(self, name: str, candidate: str = "") -> tuple[float, float, float]:
        """One measure of a candidate (the chosen one if none is named): value, low, high."""
        rows = self.measures
        found = rows[(rows["candidate"] == (candidate or self.chosen)) & (rows["measure"] == name)].iloc[0]
        return float(found["value"]), float(found["low"]), float(found["high"])

    def gain(self, over: str, name: str = "roc_auc") -> tuple[float, float, float]:
        """Difference of a measure, chosen candidate minus `over`, with its 95 % interval; customers are drawn in pairs."""
        y = self.outcome["churned"]
        mine, theirs = (cls.measures(y, self.outcome[c]) for c in (self.chosen, over))
        both = cls.intervals(
            lambda w: {name: mine(w)[name] - theirs(w)[name]}, self.outcome["unit"], self.seed
        )
        return tuple(both.loc[name, ["value", "low", "high"]].astype(float))

    @cached_property
    def usable(self) -> bool:
        """Whether the chosen candidate forecasts the test better than the base rate, beyond chance."""
        return self.chosen != lrn.BASE and self.gain(lrn.BASE, "log_loss")[2] < 0

    def selected(self, capacity: int) -> np.ndarray:
        """Rows of `outcome` that a team would turn to: on each test day the `capacity` with the highest probability."""
        rank = self.outcome.groupby("time")[self.chosen].rank(method="first", ascending=False)
        return (rank <= capacity).to_numpy()

    @cached_property
    def calibration(self) -> dict[str, tuple[float, float, float]]:
        """Slope and level of the chosen candidate's calibration on the test, see `calibration.slope`."""
        return cal.slope(self.outcome["churned"], self.probability, self.outcome["unit"])

    @cached_property
    def curve(self) -> pd.DataFrame:
        """Expected against observed by tenth, see `calibration.curve`."""
        return cal.curve(self.outcome["churned"], self.probability, self.outcome["unit"])

    @cached_property
    def gains(self) -> pd.DataFrame:
        """Lift and capture by tenth of the chosen candidate, see `classification.gains`."""
        return cls.gains(self.outcome["churned"], self.probability)


def compared(table: Examples, slices: Slices, model: str = AUTO, rule: str = "", seed: int = 0) -> Evaluation:
    """Compare all candidates, choose one, and report all on the last slice.

    Parameters
    ----------
    table : tables.Examples
    slices : Slices
    model : str
        A candidate to use whatever `tune` says; "auto" chooses.
    rule : str
        Feature of the one-rule baseline; the best one if empty.

    Raises
    ------
    ValueError
        If there is no such candidate, or a slice has fewer than 10 lost or 10 kept customers.
    """
    if model not in (AUTO, *lrn.CANDIDATES):
        raise ValueError(f"model is {model!r}; expected one of {', '.join((AUTO, *lrn.CANDIDATES))}")
    _enough(table, slices)
    early, again = table.rows(slices.learn), table.rows(slices.again)
    tuned, tested = table.rows(slices.tune), table.rows(slices.test)
    settings = lrn.search(early, seed)
    rule = rule if rule in table.features.columns else lrn.learn(lrn.RULE, early, settings, seed).column
    fold = crossing.folds(table, seed)
    inner, tuned_by, tests, outcome = [], {}, {}, _rows(table, slices.test, fold)
    for name in lrn.CANDIDATES:
        first = crossing.crossed(name, early, fold[slices.learn], tuned, settings, rule, seed)
        raw = first.predict(tuned.features, fold[slices.tune])
        menders = crossing.menders(tuned.churned, raw, fold[slices.tune], name)
        mended = crossing.mended(raw, fold[slices.tune], menders)
        inner.append({"candidate": name} | _short(tuned.churned, mended))
        tuned_by[name] = mended
        later = crossing.crossed(name, again, fold[slices.again], tested, settings, rule, seed)
        outcome[name] = crossing.mended(
            later.predict(tested.features, fold[slices.test]), fold[slices.test], menders
        )
        tests[name] = crossing.Tested(later, tuple(menders))
    inner = _distances(pd.DataFrame(inner), tuned_by, tuned)
    chosen = _chosen(inner) if model == AUTO else model
    return Evaluation(table, slices, inner, outcome, chosen, tests[chosen], settings, rule, seed)


def retested(evaluation: Evaluation, table: Examples) -> np.ndarray:
    """Forecasts of the chosen candidate on the test, learnt from another version of the table, calibrated as it was.

    Parameters
    ----------
    table : tables.Examples
        The rows of `evaluation.table` with other features or other outcomes.
    """
    slices, fold = evaluation.slices, evaluation.fold
    again, tested = table.rows(slices.again), table.rows(slices.test)
    rule = evaluation.rule if evaluation.rule in table.features.columns else ""
    learnt = crossing.crossed(
        evaluation.chosen, again, fold[slices.again], tested, evaluation.settings, rule, evaluation.seed
    )
    return crossing.Tested(learnt, evaluation.test.menders).predict(tested.features, fold[slices.test])


def refitted(evaluation: Evaluation, table: Examples, slices: Slices) -> Model:
    """The chosen candidate learnt again up to the latest time, on all customers of `slices.again`.

    If the test says that it is of no use, the base rate takes its place. It is calibrated on `tune`, by models that
    had seen neither that time nor the customer.
    """
    early, tuned = table.rows(slices.learn), table.rows(slices.tune)
    chosen = evaluation.chosen if evaluation.usable else lrn.BASE
    settings, seed = lrn.search(early, evaluation.seed), evaluation.seed
    fold = crossing.folds(table, seed)
    first = crossing.crossed(chosen, early, fold[slices.learn], tuned, settings, evaluation.rule, seed)
    raw = first.predict(tuned.features, fold[slices.tune])
    learner = lrn.learn(chosen, table.rows(slices.again), settings, seed, evaluation.rule)
    return Model(chosen, learner, crossing.mender(tuned.churned, raw, chosen))


def _distances(inner: pd.DataFrame, forecasts: dict[str, np.ndarray], tuned: Examples) -> pd.DataFrame:
    """Log loss above that of the better model, and ROC-AUC above the simpler one's, with clustered standard errors."""
    losses = {name: cls.log_losses(tuned.churned, p) for name, p in forecasts.items()}
    ranks = {name: auc(tuned.churned, p) for name, p in forecasts.items()}
    models = inner[inner["candidate"].isin(lrn.MODELS)]
    best = losses[models.loc[models["log_loss"].idxmin(), "candidate"]]
    simple = ranks[lrn.LOGISTIC]
    for at, name in enumerate(inner["candidate"]):
        above = losses[name] - best
        inner.loc[at, ["behind", "error"]] = (
            above.mean(),
            standard_error(mean(above).influence, tuned.unit),
        )
        moved = ranks[name].influence - simple.influence
        inner.loc[at, ["ahead", "ahead_error"]] = (
            ranks[name].value - simple.value,
            standard_error(moved, tuned.unit),
        )
    return inner


def _chosen(inner: pd.DataFrame) -> str:
    rows = inner.set_index("candidate")
    simple, flexible = (rows.loc[name] for name in lrn.MODELS)
    better = simple["behind"] > simple["error"] and flexible["ahead"] > flexible["ahead_error"]
    return lrn.BOOSTED if better else lrn.LOGISTIC


def _short(y: np.ndarray, p: np.ndarray) -> dict[str, float]:
    found = cls.measures(y, p)(None)
    return {name: found[name] for name in ("roc_auc", "pr_auc", "log_loss", "brier")}


def _rows(table: Examples, mask: np.ndarray, fold: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "row": np.flatnonzero(mask),
            "unit": table.names[table.unit[mask]],
            "time": table.time[mask],
            "churned": table.churned[mask].astype(int),
            "fold": fold[mask],
        }
    )


def _enough(table: Examples, slices: Slices) -> None:
    for name, mask in (("learn", slices.learn), ("tune", slices.tune), ("test", slices.test)):
        lost = len(np.unique(table.unit[mask & (table.churned == 1)]))
        kept = len(np.unique(table.unit[mask & (table.churned == 0)]))
        if min(lost, kept) < FEWEST_EVENTS:
            raise ValueError(
                f"slice {name} has {lost} lost and {kept} kept customers; expected at least {FEWEST_EVENTS} of each. "
                "Take a longer history, a longer window, another definition, or the whole bank"
            )


def in_order(table: Examples, test: float = 0.3, tune: float = 0.25) -> Slices:
    """Slices of a table by time: the last 30 % are tested, of those before the last quarter tunes.

    Rows of one moment stay together; without a moment (all the same) the rows are taken in random order.
    """
    if len(np.unique(table.time)) > 1:
        rank = pd.Series(table.time).rank(method="average", pct=True).to_numpy()
    else:
        drawn = np.random.default_rng(0).permutation(len(table.names)) + 1
        rank = (drawn / len(drawn))[table.unit]
    later, before = rank > 1 - test, (1 - test) * (1 - tune)
    return Slices(rank <= before, (rank > before) & ~later, later, ~later)
