"""Moves between the stages of the lifecycle, and how long customers stay in each."""

from datetime import date, timedelta

import numpy as np
import pandas as pd

from analysis.bank.source import View
from analysis.language import _, listed, number, together
from analysis.statistics.clustered import clustered_share, clustered_shares
from analysis.statistics.differences import share_difference
from analysis.topics.churn.definitions import Definition, outcomes
from analysis.topics.churn.stages import CODES, StageRule, labels, sign_labels, stages
from analysis.topics.segmentation.migration import FEWEST_DAYS
from analysis.topics.segmentation.population import history_days

LEFT = "left"
STEP, STEPS = 90, 4  # days between two looks, and how many steps back
MONTH = 365.25 / 12  # days


def path(
    view: View, rule: StageRule | None = None, steps: int = STEPS, step_days: int = STEP
) -> pd.DataFrame:
    """The stage of every customer on the day of `view` and on earlier ones, each as it was known then.

    Parameters
    ----------
    view : View
    rule : StageRule, optional
    steps, step_days : int
        How many steps back, of so many days; fewer where 180 days of bookings are not on record before.

    Returns
    -------
    DataFrame
        One row per customer and day on which they were with the bank: customer_id, day, stage, sign.
    """
    parts = [
        stages(view.at(day), rule).to_pandas().assign(day=pd.Timestamp(day))
        for day in days_of(view, steps, step_days)
    ]
    walked = pd.concat(parts, ignore_index=True)[["customer_id", "day", "stage", "sign"]]
    return walked.sort_values(["customer_id", "day"], ignore_index=True)


def days_of(view: View, steps: int, step_days: int) -> list[date]:
    """The day of `view` and up to `steps` earlier ones, `step_days` apart, in order.

    None has fewer than 180 days of bookings before it: its trends would be those of the data, not of customers.
    """
    least = max(history_days(view) - FEWEST_DAYS, 0)
    return [view.as_of - timedelta(days=step_days * k) for k in range(min(steps, least // step_days), -1, -1)]


def shares(walked: pd.DataFrame) -> pd.DataFrame:
    """Customers of each stage on each day of a `path`.

    Returns
    -------
    DataFrame
        One row per day and stage, in order: day, stage, label, customers, share (of the day).
    """
    counts = (
        walked.groupby(["day", "stage"])
        .size()
        .unstack(fill_value=0)
        .reindex(columns=list(CODES), fill_value=0)
    )
    table = counts.stack().rename("customers").reset_index()
    table["share"] = table["customers"] / table.groupby("day")["customers"].transform("sum")
    return table.assign(label=table["stage"].map(labels()))


def moves(walked: pd.DataFrame) -> pd.DataFrame:
    """Steps of customers from one day of a `path` to the next.

    Returns
    -------
    DataFrame
        One row per customer and day but the last: customer_id, day, origin, target ("left" if gone by the next
        day), before (stage a step earlier; missing if unknown).
    """
    days = np.sort(walked["day"].unique())
    place = walked.assign(step=np.searchsorted(days, walked["day"].to_numpy()))
    later = place[["customer_id", "step", "stage"]]
    nearby = {
        name: later.assign(step=later["step"] + by).rename(columns={"stage": name})
        for name, by in (("target", -1), ("before", 1))
    }
    steps = place[place["step"] < len(days) - 1].rename(columns={"stage": "origin"})
    for table in nearby.values():
        steps = steps.merge(table, on=["customer_id", "step"], how="left")
    steps["target"] = steps["target"].fillna(LEFT)
    return steps[["customer_id", "day", "origin", "target", "before"]]


def rates(stepped: pd.DataFrame) -> pd.DataFrame:
    """Rates of moving from a stage to another within a step, all steps of a `path` together.

    Parameters
    ----------
    stepped : DataFrame
        As `moves` gives it.

    Returns
    -------
    DataFrame
        One row per origin and target that occurs: origin, target, origin_label, target_label, count and n
        (customers times steps), customers (different ones in the origin), rate, low, high (95 %, customers as
        clusters), baseline (the rate if nobody moved: 1 or 0).
    """
    table = clustered_shares(stepped, "customer_id", "origin", "target")
    table = table.rename(columns={"clusters": "customers"})
    order = {code: k for k, code in enumerate((*CODES, LEFT))}
    table = table.sort_values(["origin", "target"], key=lambda column: column.map(order), ignore_index=True)
    names = {**labels(), LEFT: _("Left")}
    return table.assign(
        origin_label=table["origin"].map(names).astype("str"),
        target_label=table["target"].map(names).astype("str"),
        baseline=(table["origin"] == table["target"]).astype("float64"),
    )


def time_spent(stepped: pd.DataFrame, step_days: int = STEP) -> pd.DataFrame:
    """Mean time from a look at a customer of a stage until the stage is left, and whether it depends on the past.

    If the chance p to be in the stage at the next step is the same however long the customer has been there, the
    mean is step / (1 − p) (geometric distribution). Whoever leaves a stage and is back by the next look
    counts as staying. Introduction ends by its rule, so that its time is no finding; it is left out.

    Parameters
    ----------
    stepped : DataFrame
        As `moves` gives it.
    step_days : int

    Returns
    -------
    DataFrame
        One row per stage, in order: stage, label, customers, months, low, high (95 %, from the interval of p;
        blank where nobody, or everybody, stayed); stayed_known, stayed_arrived (share who stay of who was in the
        stage a step before, and of who had just arrived), difference, difference_low, difference_high (95 %):
        away from 0 the stay depends on
        the past, and the mean is a mix.
    """
    rows = []
    for stage in CODES[1:]:
        here = stepped[stepped["origin"] == stage]
        if here.empty:
            continue
        stay = here.assign(stays=here["target"] == stage)
        share = clustered_shares(stay, "customer_id", "origin", "stays").set_index("stays")
        p, low, high = share.loc[True, ["rate", "low", "high"]] if True in share.index else (0.0, 0.0, 0.0)
        months = [step_days / MONTH / (1 - x) if 0 < x < 1 else np.nan for x in (p, low, high)]
        known = stay[stay["before"].notna()]
        old = known["before"] == stage
        counts = [(part["stays"].sum(), len(part)) for part in (known[~old], known[old])]
        stayed = [k / n if n else np.nan for k, n in reversed(counts)]
        # The same customer may be in both groups, years apart: the interval takes them as independent.
        change = share_difference(*counts[0], *counts[1])
        rows.append((stage, labels()[stage], here["customer_id"].nunique(), *months, *stayed, *change))
    columns = ["stage", "label", "customers", "months", "low", "high", "stayed_known", "stayed_arrived"]
    columns += ["difference", "difference_low", "difference_high"]
    return pd.DataFrame(rows, columns=columns)


def memory(spent: pd.DataFrame) -> str:
    """Whether the time spent in a stage can be read as one mean, in a sentence."""
    if spent["difference"].isna().all():
        return _("Too few steps are on record to tell whether the time spent in a stage matters.")
    apart = (spent["difference_low"] > 0) | (spent["difference_high"] < 0)
    if not apart.any():
        return _(
            "That the stay depends on how long a customer has been in the stage is not shown: one mean serves for all."
        )
    said = _(
        "{stages}: the chance to stay depends on how long the customer has been there, so that the mean mixes short"
        " and long stays."
    )
    return said.format(stages=listed(spent.loc[apart, "label"]))


def sentence(spent: pd.DataFrame, table: pd.DataFrame) -> str:
    """How long decline lasts and where it ends, in words.

    Parameters
    ----------
    spent, table : DataFrame
        As `time_spent` and `rates` give them, the second with what is withheld blank.
    """
    row, ways = spent[spent["stage"] == "decline"], table[table["origin"] == "decline"]
    ways = ways.set_index("target")["rate"]
    if row.empty or pd.isna(row["months"].iloc[0]) or pd.isna(ways.get("decline", np.nan)):
        return _(
            "Too few customers were seen in decline, or nobody or everybody stayed: how long it lasts is not known."
        )
    row = row.iloc[0]
    said = _("Decline lasts {months} months on average ({low} to {high}).").format(
        months=number(row["months"], 1), low=number(row["low"], 1), high=number(row["high"], 1)
    )
    back = sum(ways.get(stage, 0.0) for stage in ("growth", "maturity"))
    if not back > ways.get(LEFT, 0.0) > 0:
        return said
    often = _("For one customer who leaves from it, {n} return to growth or maturity.")
    return together(said, often.format(n=number(back / ways[LEFT], 0 if back >= 10 * ways[LEFT] else 1)))


def later_churn(view: View, definition: Definition, walked: pd.DataFrame, by: str = "stage") -> pd.DataFrame:
    """Do the stages mean anything? Who churned afterwards, by the stage on each day whose window is over.

    Parameters
    ----------
    view : View
    definition : Definition
    walked : DataFrame
        As `path` gives it; a day's stages see nothing after the day.
    by : {"stage", "sign"}

    Returns
    -------
    DataFrame
        One row per stage (or sign) of which somebody could churn, in order: `by`, label, customers, n (customers
        times days), churned, rate, low, high (95 %, customers as clusters), average (the rate of all).
    """
    names = labels() if by == "stage" else sign_labels()
    columns = [by, "label", "customers", "n", "churned", "rate", "low", "high", "average"]
    over = view.as_of - timedelta(days=definition.window_days)
    days = [day.date() for day in walked["day"].drop_duplicates() if day.date() <= over]
    if not days:
        return pd.DataFrame(columns=columns)
    labelled = outcomes(view, days, definition).to_pandas()
    labelled["day"] = pd.to_datetime(labelled["day"]).astype(walked["day"].dtype)
    rows = walked.merge(labelled, on=["customer_id", "day"])
    found = []
    for code in (code for code in names if (rows[by] == code).any()):
        people = rows[rows[by] == code].groupby("customer_id")["churned"].agg(["sum", "size"])
        n, churned = int(people["size"].sum()), int(people["sum"].sum())
        share = clustered_share(people["sum"], people["size"])
        found.append((code, names[code], len(people), n, churned, *share, rows["churned"].mean()))
    return pd.DataFrame(found, columns=columns)
