"""What the watch over complaints found: a table, sentences, the course of a label, checks."""

import pandas as pd

from analysis.language import _, day, ngettext, number, together
from analysis.statistics import emerging
from analysis.statistics.survival import rate_interval
from analysis.topics.complaints.emerging import LEAST_MONTHS, Watch
from analysis.topics.complaints.intake import SMALLEST
from analysis.topics.masking import COMMON

NAMED = 3
ALARMS = ("new", "growing")
_ORDER = {"new": 0, "growing": 1, "settled": 2, "calm": 3}
FULL_HISTORY = 27  # months: two years before the last quarter
LOUD = 5.0  # variance over that of Poisson


def states() -> dict[str, str]:
    """Each state of a label in words."""
    return {"new": _("new"), "growing": _("growing"), "settled": _("settled: no longer growing"), "calm": ""}


def table(watched: Watch) -> pd.DataFrame:
    """Each label today against its own past.

    Returns
    -------
    DataFrame
        One row per label with a complaint in the months compared (of words, those of 5 customers), those with an alarm
        first: label, state ("new": never
        seen before, "growing", "settled": had an alarm in the months looked at, "calm"), state_words, since (month end of
        the first alarm), months (compared with those before: the last 1 or 3), customers (in these months), cases,
        expected (at the earlier share of all complaints), ratio (cases / expected; missing if nothing is expected), low,
        high (95 %), monthly, monthly_low, monthly_high, usual (cases and expected a month, with the interval of a
        Poisson count), p_adjusted (an alarm at 0.1 or less), naive (whether mean + 2 sd rings), same (label of an alarm
        further up that more than half of the complaints of both share, as of words that stand together; else "").
    """
    today, first = watched.today, emerging.first_alarms(watched.looks)
    customers = {months: watched.customers(months).iloc[-1] for months in today["periods"].unique()}
    months = today["periods"].astype(int)
    # An overdispersed count is as uncertain as a Poisson one of so many times fewer cases.
    low, high = rate_interval(today["count"] / today["dispersion"], months / today["dispersion"])
    state = pd.Series("calm", today.index, dtype="str").mask(today.index.isin(first.index), "settled")
    state = state.mask(today["alarm"], "growing").mask(today["alarm"] & today["new"], "new")
    found = pd.DataFrame(
        {
            "state": state,
            "state_words": state.map(states()),
            "since": first.reindex(today.index),
            "months": months,
            "customers": [customers[m][label] for label, m in months.items()],
            "cases": today["count"],
            "expected": today["expected"],
            "ratio": today["ratio"].where(today["expected"] > 0),
            "low": today["low"],
            "high": today["high"].where(today["expected"] > 0),
            "monthly": today["count"] / months,
            "monthly_low": low,
            "monthly_high": high,
            "usual": today["expected"] / months,
            "p_adjusted": today["p_adjusted"],
            "naive": today["naive"],
        }
    )
    found = found.rename_axis("label").reset_index()
    found = found.sort_values(
        "state", key=lambda column: column.map(_ORDER), kind="stable", ignore_index=True
    )
    if watched.dependent:
        # A word of a few can be a name that no list knows.
        found = found[found["customers"] >= COMMON].reset_index(drop=True)
    return found.assign(same=_same(watched, found))


def _same(watched: Watch, found: pd.DataFrame) -> list[str]:
    """For each row, the first alarm above it that is raised by much the same complaints."""
    ringing = found.loc[found["state"].isin(ALARMS), "label"]
    recent = watched.cases[watched.cases["label"].isin(ringing)]
    within = recent.groupby("label")["case"].agg(set).to_dict()
    kept: list[str] = []
    same = []
    for label in found["label"]:
        like = [k for k in kept if label in within and _jaccard(within[k], within[label]) > 0.5]
        same.append(like[0] if like else "")
        if label in within and not like:
            kept.append(label)
    return same


def _jaccard(one: set, other: set) -> float:
    return len(one & other) / len(one | other)


def history(watched: Watch, label: str) -> pd.DataFrame:
    """A label month by month.

    Returns
    -------
    DataFrame
        One row per month: month (its last day), label, customers, cases, alarm (bool).
    """
    alarms = watched.looks[(watched.looks["label"] == label) & watched.looks["alarm"]]["period"]
    ends = watched.counts.index
    counted = {"customers": watched.customers()[label].to_numpy(), "cases": watched.counts[label].to_numpy()}
    return pd.DataFrame({"month": ends, "label": label} | counted | {"alarm": ends.isin(alarms)})


def sentence(watched: Watch) -> str:
    """What is new or growing, since when, and how often the naive rule would have rung."""
    if watched.looks.empty and len(watched.counts) >= LEAST_MONTHS:
        return _("There is nothing to watch: no complaint has such labels or words.")
    if watched.looks.empty:
        words = _("Too early to tell what is new: complaints of {n} months are known, {least} are needed.")
        return words.format(n=number(len(watched.counts)), least=number(LEAST_MONTHS))
    found = table(watched)
    alarms = found[found["state"].isin(ALARMS) & (found["same"] == "")]
    naive = int(watched.looks["naive"].sum())
    beside = _(
        "The naive rule, mean plus two standard deviations, would have rung {n} times in {looks} months."
    )
    beside = beside.format(n=number(naive), looks=number(watched.looks["period"].nunique()))
    if alarms.empty:
        words = _("None of {n} labels is new or growing by more than chance explains.")
        if watched.dependent:
            words = _("None of {n} words is new or growing by more than chance explains.")
        return together(words.format(n=number(len(watched.today))), beside)
    said = [_one(row) for row in alarms.head(NAMED).itertuples()]
    more = len(alarms) - NAMED
    if more > 0:
        said.append(ngettext("{n} more is growing.", "{n} more are growing.", more).format(n=number(more)))
    return together(*said, beside)


def _one(row) -> str:
    words = {
        "new": _(
            "New since the month to {since}: {label}, {customers} customers in {months} months, never seen before."
        ),
        "growing": _(
            "Growing since the month to {since}: {label}, {cases} complaints of {customers} customers in {months} months,"
            " {ratio} times its earlier share ({low} to {high})."
        ),
    }[row.state]
    if row.customers < SMALLEST:
        words = _("{label} rings since the month to {since}, with too few customers to say more.")
    return words.format(
        since=day(row.since), label=row.label, cases=number(row.cases), customers=number(row.customers),
        months=number(row.months), ratio=number(row.ratio, 1), low=number(row.low, 1), high=number(row.high, 1),
    )  # fmt: skip


def checks(watched: Watch) -> list[tuple[str, bool, str]]:
    """Checks on the watch, as arguments of `report.results.health`."""
    months = len(watched.counts)
    quiet = watched.today[~watched.today.index.isin(emerging.first_alarms(watched.looks).index)]
    loud = float(quiet["dispersion"].max()) if len(quiet) else float("nan")
    return [
        (
            "emerging_history",
            months >= FULL_HISTORY,
            _("{n} months of complaints; {least} are needed to tell growth from the season.").format(
                n=number(months), least=number(FULL_HISTORY)
            ),
        ),
        (
            "emerging_dispersion",
            not loud > LOUD,
            _("Counts of labels without an alarm vary up to {phi} times as much as chance alone.").format(
                phi=number(loud, 1)
            ),
        ),
    ]
