"""Early warning: a short list of rules found on past days and checked on later ones."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.language import _
from analysis.statistics.differences import share_difference
from analysis.statistics.evidence import Evidence, Observed, evidence
from analysis.statistics.intervals import wilson
from analysis.statistics.rules import ALPHA, cover, search
from analysis.topics.churn.signals import SIGNALS
from analysis.topics.plain_table import require

HORIZON = 90  # days
CHECKED = 1 / 3  # of the days
MOST = 8  # rules a desk can remember
WORTH = 2.0  # least lift, by its lower bound: what rings for every tenth customer is no alarm
LEAST_ALARMS, LEAST_LEAVERS, LEAST_MORE = 50, 10, 5
BASELINE = 60  # days without a booking


@dataclass(frozen=True)
class Rule:
    """Fires where every signal reaches its threshold.

    Attributes
    ----------
    terms : tuple of (str, float)
        Signal and threshold, one or two.
    """

    terms: tuple[tuple[str, float], ...]

    def fires(self, table: pd.DataFrame) -> np.ndarray:
        """Whether the rule fires, one per row of `signals`; a blank signal does not."""
        return np.logical_and.reduce([(table[name] >= least).to_numpy() for name, least in self.terms])

    @property
    def label(self) -> str:
        """The rule in words."""
        words = {signal.name: signal.words for signal in SIGNALS}
        return " + ".join(words[name](least) for name, least in self.terms)


@dataclass(frozen=True)
class Warnings:
    """Rules found, and what became of them.

    Attributes
    ----------
    rules : tuple of Rule
        Best first.
    table : DataFrame
        The signals of all days.
    found_days, checked_days : array
        Days on which the rules were found, and later ones on which they were checked.
    tried : DataFrame
        One row per rule tried: rule (of type `Rule`), the fields of `Evidence` on the days of finding, p_adjusted, why
        ("" if taken).
    horizon : int
        Days after an alarm in which leaving counts.
    """

    rules: tuple[Rule, ...]
    table: pd.DataFrame
    found_days: np.ndarray
    checked_days: np.ndarray
    tried: pd.DataFrame
    horizon: int

    @property
    def found(self) -> pd.DataFrame:
        """Signals of the days on which the rules were found."""
        return self.table[self.table["day"].isin(self.found_days)]

    @property
    def checked(self) -> pd.DataFrame:
        """Signals of the days on which they were checked."""
        return self.table[self.table["day"].isin(self.checked_days)]


def find(table: pd.DataFrame, horizon: int = HORIZON, checked: float = CHECKED) -> Warnings:
    """Find rules on the earlier days of a panel, and keep the later ones for checking.

    Candidates are the thresholds of `SIGNALS` and their pairs. Kept are those whose hits chance does not explain, with
    all candidates counted (Holm), and that at least double the risk (lower bound of the lift). Of these the one with the
    highest lower bound of precision comes first (a bound that holds for all at once, as the best of a hundred is partly
    luck), then the next that hits among customers without an alarm so far, up to eight.

    Parameters
    ----------
    table : DataFrame
        As `signals` gives it, with churned.
    horizon : int
        Window of the label in days. Days whose window reaches into the days of checking are left out of both.
    checked : float
        Part of the days, the latest, on which rules are checked.

    Raises
    ------
    ValueError
        If churned is missing or blank, or if there are too few days to find rules and check them later.
    """
    require(table, {"churned": "0 or 1: left within the window after the day"}, "signals by day")
    if table["churned"].isna().any():
        words = (
            "churned is blank in {n} rows; leave out the days whose window of {horizon} days has not ended"
        )
        raise ValueError(words.format(n=int(table["churned"].isna().sum()), horizon=horizon))
    early, late = _split(table["day"], horizon, checked)
    found = table[table["day"].isin(early)]
    seen = observed(found)
    conditions = {
        (s.name, least): Rule(((s.name, least),)).fires(found) for s in SIGNALS for least in s.steps
    }
    tried = search(conditions, {term: term[0] for term in conditions}, seen, LEAST_ALARMS)
    tried["rule"] = [Rule(terms) for terms in tried["rule"]]
    tried["why"] = np.select(
        [tried["hit_units"] < LEAST_LEAVERS, tried["p_adjusted"] >= ALPHA, tried["lift_low"] < WORTH],
        ["few", "chance", "weak"],
        "",
    )
    good = tried[tried["why"] == ""].sort_values("bound", ascending=False, kind="stable")
    kinds = [frozenset(name for name, _least in rule.terms) for rule in good["rule"]]
    alarms = [rule.fires(found) for rule in good["rule"]]
    taken, why = cover(alarms, kinds, seen, most=MOST, least_units=LEAST_MORE)
    for place, reason in why.items():
        tried.loc[good.index[place], "why"] = reason
    return Warnings(tuple(good["rule"].iloc[taken]), table, early, late, tried, horizon)


def _split(day: pd.Series, horizon: int, checked: float) -> tuple[np.ndarray, np.ndarray]:
    """Days of finding, and of checking; no label of the first reaches into the second."""
    days = np.sort(day.unique())
    late = days[len(days) - max(round(len(days) * checked), 1) :] if len(days) else days
    early = days[days + np.timedelta64(horizon, "D") <= late[0]] if len(days) else days
    if not len(early):
        words = (
            "the table has {n} days; expected at least two that lie {horizon} days apart: add earlier days"
        )
        raise ValueError(words.format(n=len(days), horizon=horizon))
    return early, late


def observed(table: pd.DataFrame) -> Observed:
    """Outcome, customer and day of the rows of `signals`."""
    codes = [pd.factorize(table[name])[0] for name in ("customer_id", "day")]
    return Observed(table["churned"].to_numpy() == 1, *codes)


def table(warnings: Warnings) -> pd.DataFrame:
    """Each rule when it was found and when it was checked.

    Returns
    -------
    DataFrame
        One row per rule in order, then the rules together ("any") and, for comparison, nobody's booking for 60 days
        ("baseline"): kind ("rule", "any", "baseline"), label, customers (with an alarm on the days of checking), alarms
        (customer-days), found, found_low, found_high (precision on the days of finding: share of alarms that were
        followed by leaving), precision, low, high (on the days of checking), shrinkage, shrinkage_low, shrinkage_high
        (checked less found), base (share of all customers that left), lift, lift_low, lift_high, recall, recall_low,
        recall_high (share of leavers who had an alarm within the window), false_alarms, false_low, false_high (per true
        one). Intervals are 95 %, customers taken as units. Precision of "found" flatters: rules were chosen for it.
    """
    rows = [("rule", rule.label, rule.fires) for rule in warnings.rules]
    if warnings.rules:
        rows.append(("any", _("Any of these rules"), lambda t: any_fires(warnings.rules, t)))
    rows.append(
        ("baseline", _("For comparison: no booking for {n} days or more").format(n=BASELINE), _no_booking)
    )
    return pd.DataFrame(
        [{"kind": kind, "label": label} | _both(fires, warnings) for kind, label, fires in rows]
    )


def _no_booking(table: pd.DataFrame) -> np.ndarray:
    return (table["quiet_days"] >= BASELINE).to_numpy()


def any_fires(rules: tuple[Rule, ...], table: pd.DataFrame) -> np.ndarray:
    """Whether any rule fires, one per row of `signals`."""
    return np.logical_or.reduce([np.zeros(len(table), bool), *(rule.fires(table) for rule in rules)])


def _both(fires, warnings: Warnings) -> dict:
    then = evidence(fires(warnings.found), observed(warnings.found))
    alarms, seen = fires(warnings.checked), observed(warnings.checked)
    now = evidence(alarms, seen)
    shrinkage = share_difference(*_effective(then), *_effective(now))
    leavers = len(np.unique(seen.unit[seen.event]))
    caught = wilson(now.hit_units, leavers)
    return {
        "customers": now.units, "alarms": now.alarms,
        "found": then.precision, "found_low": then.low, "found_high": then.high,
        "precision": now.precision, "low": now.low, "high": now.high,
        **dict(zip(("shrinkage", "shrinkage_low", "shrinkage_high"), map(float, shrinkage), strict=True)),
        "base": float(seen.event.mean()), "lift": now.lift, "lift_low": now.lift_low, "lift_high": now.lift_high,
        "recall": now.hit_units / leavers if leavers else np.nan,
        "recall_low": float(caught[0]), "recall_high": float(caught[1]),
        "false_alarms": _false(now.precision), "false_low": _false(now.high), "false_high": _false(now.low),
    }  # fmt: skip


def _effective(found: Evidence) -> tuple[float, float]:
    return found.hits / found.design, found.alarms / found.design


def _false(precision: float) -> float:
    """False alarms per true one."""
    return (1 - precision) / precision if precision > 0 else np.nan if np.isnan(precision) else np.inf
