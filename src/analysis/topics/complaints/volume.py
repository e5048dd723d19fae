"""How much customers tell: cases of each kind per 10,000 customers and month, with control limits."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from scipy.stats import binomtest

from analysis.language import _, day, number, together
from analysis.statistics import control_chart as control
from analysis.statistics.multiplicity import holm
from analysis.statistics.rates import rate_ratio
from analysis.statistics.run_rules import WESTERN_ELECTRIC, run_length
from analysis.statistics.survival import rate_interval
from analysis.topics.complaints import intake
from analysis.topics.complaints import season as ssn

CUSTOMERS = 10_000
MONTH = 365.25 / 12  # days
UNIT = CUSTOMERS * MONTH  # customer-days of a rate
JUDGED = 12  # months


def since(rows: pd.DataFrame) -> date:
    """Day of the first case, from which on feedback is counted.

    Raises
    ------
    ValueError
        If there is no feedback.
    """
    if rows.empty:
        raise ValueError(_("there is no feedback up to the day; choose a later day or leave the topic out"))
    return intake.checked(rows)["received_at"].min().date()


def _expect_customers(exposure: pd.DataFrame) -> None:
    if exposure.empty:
        raise ValueError(
            _("no customer is on record in these months, so that there are no rates per customer")
        )


def monthly(rows: pd.DataFrame, exposure: pd.DataFrame) -> pd.DataFrame:
    """Cases and customer-days by month and kind.

    Parameters
    ----------
    rows : DataFrame
        One row per case: feedback_id, customer_id, received_at, kind.
    exposure : DataFrame
        Rows that sum to customer-days by month: month, customer_days, days (of the month within the period).

    Returns
    -------
    DataFrame
        One row per kind and month of the exposure: kind, month, events, customer_days, days, partial (the month
        is not whole). Cases without a customer count too: whoever is unknown is among the customers.

    Raises
    ------
    ValueError
        If cases lie in months without exposure.
    """
    _expect_customers(exposure)
    months = exposure.groupby("month").agg(customer_days=("customer_days", "sum"), days=("days", "max"))
    received = intake.checked(rows)["received_at"].dt.to_period("M").dt.to_timestamp()
    outside = ~received.isin(months.index[months["customer_days"] > 0])
    if outside.any():
        raise ValueError(
            f"{int(outside.sum())} cases were received in months without customers, such as "
            f"{received[outside].iloc[0]:%Y-%m}; give the customer-days of all months with cases"
        )
    counts = rows.groupby([rows["kind"], received.rename("month")]).size()
    grid = pd.MultiIndex.from_product([intake.KINDS, months.index], names=["kind", "month"])
    table = counts.reindex(grid, fill_value=0).rename("events").reset_index()
    table = table.merge(months.reset_index(), on="month")
    return table.assign(partial=table["days"] < table["month"].dt.days_in_month)


@dataclass(frozen=True)
class Watch:
    """Monthly rates judged by an earlier baseline.

    Attributes
    ----------
    table : DataFrame
        One row per kind and month: kind, label, month, events, customers (their mean number), partial, baseline
        (whether the month set the limits), rate, centre, low, high (cases per 10,000 customers and month; the working
        days, and the season if there is one, are in centre and limits), score, signal.
    summary : DataFrame
        One row per kind: kind, label, events (of the months judged), rate, low, high (theirs, 95 %), before
        (rate of the baseline), ratio, ratio_low, ratio_high (against the baseline), spread (1 unless overdispersed),
        alarms (months judged in which a rule fired), baseline_alarms, since (month of the likeliest change; blank
        without one at 5 %), change, change_low, change_high (rate since then over the baseline's).
    days : dict of str to DayEffect
    seasons : dict of str to Season
    judged : int
        Months judged.
    """

    table: pd.DataFrame
    summary: pd.DataFrame
    days: dict[str, ssn.DayEffect]
    seasons: dict[str, ssn.Season]
    judged: int


def watch(
    rows: pd.DataFrame,
    exposure: pd.DataFrame,
    *,
    country: str = "",
    judged: int = JUDGED,
    rules: tuple[str, ...] = tuple(WESTERN_ELECTRIC),
    seed: int = 0,
) -> Watch:
    """Judge the latest months of every kind by the months before them.

    Parameters
    ----------
    rows, exposure : DataFrame
        As for `monthly`.
    country : str
        ISO code, for its public holidays.
    judged : int
        Months judged, up to the last one; that is fewer if less than eight whole months would be left as baseline.
    rules : tuple of str
        Of `statistics.run_rules`.

    Raises
    ------
    ValueError
        If there are not ten months: eight whole ones for the limits, one that may not be whole, and one to judge.
    """
    table = monthly(rows, exposure)
    months = table.drop_duplicates("month").sort_values("month", ignore_index=True)
    judged = min(judged, len(months) - control.FEWEST - 1)
    if judged < 1:
        raise ValueError(
            _("feedback covers {n} months; expected at least {least} to draw control limits").format(
                n=number(len(months)), least=number(control.FEWEST + 2)
            )
        )
    days = ssn.calendar(*_span(months), country)
    begin = months["month"].iloc[-judged]
    parts, sums, effects, seasons = [], [], {}, {}
    for kind, label in intake.kind_labels().items():
        part = table[table["kind"] == kind].sort_values("month", ignore_index=True)
        baseline = (part["month"] < begin) & ~part["partial"]
        received = rows.loc[(rows["kind"] == kind) & (rows["received_at"] < begin), "received_at"]
        effects[kind] = ssn.day_effect(received, days[days["day"] < begin])
        weight = part["month"].map(effects[kind].weights(days)).to_numpy()
        weighted = part["customer_days"] * weight / weight[baseline].mean()
        seasons[kind] = ssn.season(part.assign(exposure=weighted)[baseline])
        if seasons[kind].used:
            weighted = weighted * part["month"].dt.month.map(seasons[kind].ratio)
        charted, summed = _judged(part, weighted, baseline, part["month"] >= begin, rules, seed)
        parts.append(charted.assign(kind=kind, label=label))
        sums.append({"kind": kind, "label": label} | summed)
    return Watch(pd.concat(parts, ignore_index=True), pd.DataFrame(sums), effects, seasons, judged)


def _span(months: pd.DataFrame) -> tuple[date, date]:
    """First and last day of the months; the first one may begin late, the last one end early."""
    first, last = months.iloc[0], months.iloc[-1]
    start = first["month"] + pd.offsets.MonthBegin(1) - pd.Timedelta(days=int(first["days"]))
    return start.date(), (last["month"] + pd.Timedelta(days=int(last["days"]) - 1)).date()


def _judged(part, weighted, baseline, late, rules, seed) -> tuple[pd.DataFrame, dict]:
    """Chart of a kind, in cases per 10,000 customers and month, and its row of the summary."""
    known = control.level(part["events"][baseline], weighted[baseline])
    found = control.chart(part["events"], weighted, known, baseline, rules)
    # Limits are those of the weighted exposure, shown as rates of the month's own customers and days.
    scale = UNIT * weighted / part["customer_days"]
    chart = part[["month", "events", "partial"]].assign(
        customers=part["customer_days"] / part["days"],
        baseline=baseline,
        rate=part["events"] / part["customer_days"] * UNIT,
        **{name: found[name] * scale for name in ("centre", "low", "high")},
        score=found["score"],
        signal=found["signal"],
    )
    events, lived = part["events"][late].sum(), part["customer_days"][late].sum()
    low, high = rate_interval(events, lived)
    ratio = rate_ratio(events, weighted[late].sum(), known.events, known.exposure, spread=known.spread)
    step = control.step(part["events"][late], weighted[late], known, seed)
    clear = step is not None and step.p_value < 0.05
    change = (step.ratio, step.low, step.high) if clear else (np.nan,) * 3
    summary = {
        "events": int(events), "rate": events / lived * UNIT, "low": low * UNIT, "high": high * UNIT,
        "before": part["events"][baseline].sum() / part["customer_days"][baseline].sum() * UNIT,
        **dict(zip(("ratio", "ratio_low", "ratio_high"), map(float, ratio), strict=True)),
        "spread": known.spread,
        "alarms": int((chart["signal"][late] != "").sum()),
        "baseline_alarms": int((chart["signal"][baseline] != "").sum()),
        "since": part["month"][late].iloc[step.since] if clear else pd.NaT,
        **dict(zip(("change", "change_low", "change_high"), change, strict=True)),
    }  # fmt: skip
    return chart, summary


def rules_sentence(watched: Watch, rules: tuple[str, ...] = tuple(WESTERN_ELECTRIC)) -> str:
    """How often the rules cry wolf."""
    found = run_length(rules, periods=watched.judged)
    return _(
        "A kind that does not change rings once in {months} months by mistake: of {kinds} kinds, {expected} are"
        " expected to ring in the {judged} months judged though nothing happened."
    ).format(
        months=number(found.average),
        kinds=number(len(watched.summary)),
        expected=number(len(watched.summary) * found.within[-1], 1),
        judged=number(watched.judged),
    )


def sentences(watched: Watch) -> list[str]:
    """What is said of each kind: its rate, and the change if there is one."""
    said = []
    for row in watched.summary.itertuples():
        words = _("{kind}: {rate} per 10,000 customers a month, {before} before.").format(
            kind=row.label, rate=number(row.rate, 1), before=number(row.before, 1)
        )
        if pd.notna(row.since):
            words = together(
                words,
                _("Since {month} {ratio} times the earlier level ({low} to {high}).").format(
                    month=day(row.since),
                    ratio=number(row.change, 2),
                    low=number(row.change_low, 2),
                    high=number(row.change_high, 2),
                ),
            )
        said.append(words)
    return said


def _p_value(counts: tuple[int, int], lived: list[float]) -> float:
    """Of equal rates: given their sum, the later count is binomial."""
    if not (min(lived) > 0 and sum(counts)):
        return np.nan
    return float(binomtest(counts[0], sum(counts), lived[0] / sum(lived)).pvalue)


def by_group(rows: pd.DataFrame, exposure: pd.DataFrame, column: str, months: int = JUDGED) -> pd.DataFrame:
    """Complaints of the last months by channel, product family or branch, against all earlier ones.

    Parameters
    ----------
    rows : DataFrame
        As for `monthly`, with `column`.
    exposure : DataFrame
        As for `monthly`; with branch_id, a branch's rate is that of its own customers.
    column : str
        "channel", "family" or "branch_id" of `rows`.

    Returns
    -------
    DataFrame
        One row per group, the most complaints first: label, customers (people behind them), events, rate (per 10,000
        customers and month), low, high (95 %), before, ratio, ratio_low, ratio_high, p_adjusted (of a ratio of 1, for the
        number of groups).
    """
    _expect_customers(exposure)
    found = intake.checked(rows)
    found = found[found["kind"] == "complaint"]
    begin = exposure["month"].drop_duplicates().sort_values().iloc[-min(months, exposure["month"].nunique())]
    own = column == "branch_id" and "branch_id" in exposure
    records = []
    for name, part in found.groupby(column, dropna=False):
        of = exposure
        if own:
            of = exposure[exposure["branch_id"].isna() if pd.isna(name) else exposure["branch_id"] == name]
        late = part["received_at"] >= begin
        lived = [of.loc[when, "customer_days"].sum() for when in (of["month"] >= begin, of["month"] < begin)]
        counts = int(late.sum()), int((~late).sum())
        ratio = [float(v) for v in rate_ratio(counts[0], lived[0], counts[1], lived[1])]
        low, high = rate_interval(counts[0], lived[0])
        before = counts[1] / lived[1] * UNIT if lived[1] else np.nan
        rate = counts[0] / lived[0] * UNIT if lived[0] else np.nan
        records.append((name, intake.people_in(part[late]), counts[0], rate, low * UNIT, high * UNIT, before, *ratio,
                        _p_value(counts, lived)))  # fmt: skip
    names = [
        "group",
        "customers",
        "events",
        "rate",
        "low",
        "high",
        "before",
        "ratio",
        "ratio_low",
        "ratio_high",
        "p",
    ]
    table = pd.DataFrame(records, columns=names).sort_values("events", ascending=False, ignore_index=True)
    table["p_adjusted"] = holm(table["p"])
    return table.assign(label=table["group"].map(intake.plain)).drop(columns=["p", "group"])
