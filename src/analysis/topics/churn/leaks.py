"""Alarms for leaks: features that know too much, too late, or the answer; controls that must find nothing."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.language import _, listed, number
from analysis.statistics import classification as cls
from analysis.statistics.measures import auc, standard_error
from analysis.topics.churn import evaluation as ev
from analysis.topics.churn import learners as lrn
from analysis.topics.churn.tables import Examples

TOO_WELL = 0.90  # ROC-AUC of a feature alone from which on it is not believed
PURE, FEWEST = 0.98, 20  # share of lost customers of a value, and rows of it
MOST_NAMED = 3
EXPECTED = 30  # lost customers expected where there is none
LASTS = 0.2  # of the ranking above chance that must be there a window earlier


def labels() -> dict[str, str]:
    """Names of the checks."""
    return {
        "alone": _("One feature alone"),
        "answer": _("Outcome visible"),
        "stamped": _("Dates"),
        "shuffled": _("Control: other outcomes"),
        "earlier": _("Control: earlier scores"),
    }


def states() -> dict:
    """Results in words."""
    return {True: _("passed"), False: _("leak likely"), pd.NA: _("cannot be checked")}


def alarms(
    evaluation: ev.Evaluation,
    features: pd.DataFrame | None = None,
    time=None,
    named: Callable[[str], str] = str,
) -> pd.DataFrame:
    """Look for leaks in the features and in the procedure.

    Parameters
    ----------
    evaluation : evaluation.Evaluation
    features : DataFrame, optional
        The table as it was given, with its dates.
    time : array-like of dates, optional
        When each row was known.
    named : callable
        Gives the name of a feature for reading.

    Returns
    -------
    DataFrame
        One row per check: check ("alone", "answer", "stamped", "shuffled", "earlier"), feature (those to blame, after
        commas; blank if none is),
        ok (False: a leak is likely, True: not, missing: cannot be checked), message.
    """
    rows = [
        _alone(evaluation, named),
        _answers(evaluation.table, named),
        *_stamped(features, time, named),
        _shuffled(evaluation),
        _earlier(evaluation),
    ]
    return pd.DataFrame(rows, columns=["check", "feature", "ok", "message"]).astype({"ok": "boolean"})


def _alone(evaluation: ev.Evaluation, named: Callable[[str], str]) -> tuple:
    """Features that alone rank customers too well to be true."""
    table, slices = evaluation.table, evaluation.slices
    known, tested = table.rows(slices.again), evaluation.tested
    found = {
        name: cls.roc_auc(
            tested.churned, lrn.learn(lrn.RULE, known, evaluation.settings, 0, name).predict(tested.features)
        )
        for name in table.features.columns
    }
    blamed = sorted((n for n in found if found[n] >= TOO_WELL), key=found.get, reverse=True)
    best = max(found, key=found.get)
    words = (
        _(
            "By itself {features} ranks later customers with an AUC of up to {auc}: too well to be true. Is it known before"
            " the outcome?"
        )
        if blamed
        else _("No feature alone separates too well; {features} does best (AUC {auc}).")
    )
    said = words.format(features=_first(blamed or [best], named), auc=number(found[best], 2))
    return "alone", ", ".join(blamed), not blamed, said


def _first(names: list[str], named: Callable[[str], str]) -> str:
    """The first names of a list, and how many more there are."""
    shown = listed(named(name) for name in names[:MOST_NAMED])
    more = len(names) - MOST_NAMED
    return shown if more <= 0 else _("{names} and {n} more").format(names=shown, n=number(more))


def _answers(table: Examples, named: Callable[[str], str]) -> tuple:
    """Values that only those have who were lost, or only those who were not."""
    rate, told = table.churned.mean(), {}
    for name, column in table.features.items():
        cells = lrn.cells(column, lrn.edges(column))
        seen = pd.Series(table.churned).groupby(cells).agg(["sum", "size"])
        pure = (seen["sum"] / seen["size"] >= PURE) & (seen["size"] >= FEWEST) & (rate < 0.5)
        never = (seen["sum"] == 0) & (seen["size"] * rate >= EXPECTED)
        if (pure | never).any():
            told[str(name)] = int(seen.loc[pure | never, "size"].sum())
    if not told:
        return "answer", "", True, _("No value of a feature gives the outcome away.")
    names = sorted(told, key=told.get, reverse=True)
    words = _(
        "Values of {features} are found with customers of one outcome alone, in up to {n} rows: they tell the outcome."
    )
    return (
        "answer",
        ", ".join(names),
        False,
        words.format(features=_first(names, named), n=number(told[names[0]])),
    )


def _stamped(features: pd.DataFrame | None, time, named: Callable[[str], str]) -> Iterator[tuple]:
    """Dates in the table that lie after the day on which its row is said to have been known."""
    moments = None if time is None else pd.Series(np.asarray(time))
    dated = moments is not None and not pd.api.types.is_numeric_dtype(moments.dtype)
    if features is None or not dated:
        yield (
            "stamped",
            "",
            pd.NA,
            _("The table carries no day of its rows, so that no stamp can be held against it."),
        )
        return
    days, fired = pd.to_datetime(moments), False
    for name, column in features.items():
        stamps = _dates(column)
        later = (stamps.to_numpy() > days.to_numpy()) if stamps is not None else np.zeros(0, bool)
        if later.any():
            fired = True
            yield (
                "stamped",
                str(name),
                False,
                _("{feature} lies after the day of its row in {n} rows: it was not known yet.").format(
                    feature=named(str(name)), n=number(later.sum())
                ),
            )
    if not fired:
        yield "stamped", "", True, _("No date in the features lies after the day of its row.")


def _dates(column: pd.Series) -> pd.Series | None:
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        return column
    first = column.dropna().head(1)
    if column.dtype == object and len(first) and hasattr(first.iloc[0], "toordinal"):
        return pd.to_datetime(column)
    return None


def _shuffled(evaluation: ev.Evaluation) -> tuple:
    """With outcomes handed to other customers nothing can be learnt: a ranking above chance is a fault of the procedure."""
    table = evaluation.table
    churned = _handed(table, evaluation.repeated, np.random.default_rng(evaluation.seed))
    fake = replace(table, churned=churned)
    found, low, _high = auc_interval(
        churned[evaluation.slices.test], ev.retested(evaluation, fake), evaluation.outcome["unit"]
    )
    ok = not low > 0.5
    words = (
        _("With outcomes handed to other customers the model finds nothing (AUC {auc}), as it must.")
        if ok
        else _(
            "With outcomes handed to other customers the model still ranks them (AUC {auc}): the test leaks."
        )
    )
    return "shuffled", "", ok, words.format(auc=number(found, 2))


def _handed(table: Examples, repeated: bool, rng: np.random.Generator) -> np.ndarray:
    """Outcomes of other customers: each gets all of one other's, on the same moments; 0 where that one was not there."""
    if not repeated:
        return rng.permutation(table.churned)
    other = rng.permutation(len(table.names))
    theirs = pd.Series(table.churned, index=pd.MultiIndex.from_arrays([table.unit, table.time]))
    theirs = theirs[~theirs.index.duplicated()]
    handed = theirs.reindex(pd.MultiIndex.from_arrays([other[table.unit], table.time]))
    return handed.fillna(0).to_numpy(dtype=np.int8)


def _earlier(evaluation: ev.Evaluation) -> tuple:
    """Scores given a window before must still rank: a feature that knows the window's outcome knows nothing earlier."""
    rows = evaluation.outcome
    first, last = rows["time"].min(), rows["time"].max()
    if first == last or not evaluation.repeated:
        return (
            "earlier",
            "",
            pd.NA,
            _("Customers are seen once, so that no earlier score can be held against a later outcome."),
        )
    early = rows[rows["time"] == first].set_index("unit")[evaluation.chosen]
    late = rows[rows["time"] == last]
    late = late[late["unit"].isin(early.index)]
    now, _low, _high = auc_interval(late["churned"], late[evaluation.chosen], late["unit"])
    then, _low, high = auc_interval(late["churned"], early.loc[late["unit"]], late["unit"])
    if np.isnan(now):
        return "earlier", "", pd.NA, _("Too few were lost to hold an earlier score against a later outcome.")
    ok = not (now > 0.6 and high - 0.5 < LASTS * (now - 0.5))
    words = (
        _("Scores of the first test day still rank who was lost after the last one: AUC {then}, fresh ones {now}.")
        if ok
        else _("Scores of the first test day do not rank who was lost after the last one (AUC {then}, fresh ones {now}): do"
               " features know the outcome?")
    )  # fmt: skip
    return "earlier", "", ok, words.format(then=number(then, 2), now=number(now, 2))


def auc_interval(churned, score, unit, z: float = 1.96) -> tuple[float, float, float]:
    """ROC-AUC with a 95 % interval clustered by customer."""
    codes = pd.factorize(np.asarray(unit))[0]
    found = auc(np.asarray(churned), np.asarray(score, float))
    half = z * standard_error(found.influence, codes)
    return found.value, found.value - half, found.value + half
