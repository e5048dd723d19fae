"""What the rules of early warning say: how early, why not others, and who is to be called today."""

from datetime import date

import numpy as np
import pandas as pd

from analysis.language import _, ngettext, number, percent, together
from analysis.statistics.evidence import evidence
from analysis.statistics.lead_time import lead_time
from analysis.topics.churn.signals import SIGNALS
from analysis.topics.churn.warning import Rule, Warnings, any_fires, observed
from analysis.topics.plain_table import require

WITHIN = 180  # days


def leads(warnings: Warnings, left: pd.DataFrame, until: date, within: int = WITHIN) -> pd.DataFrame:
    """How long before leaving each rule fires for the first time.

    Counted are customers whose first alarm of the whole panel fell on a day of checking; alarms are seen on the panel's
    days only, so that who looks more often is warned up to the distance of two days earlier.

    Parameters
    ----------
    warnings : Warnings
    left : DataFrame
        One row per customer who left: customer_id, left_on.
    until : date
        Day up to which departures are known.
    within : int
        Days after the first alarm in which leaving counts.

    Returns
    -------
    DataFrame
        One row per rule, and one for all together: kind ("rule", "any"), label, customers (with a first alarm), leavers
        (left within `within` days so far), share, share_low, share_high (left within, those followed for less
        accounted for), lower, median, upper (quartiles in days of those who leave within), median_low, median_high.
    """
    gone = pd.to_datetime(left.set_index("customer_id")["left_on"])
    gone = gone[gone <= pd.Timestamp(until)]
    rules = [("rule", rule.label, rule.fires(warnings.table)) for rule in warnings.rules]
    if rules:
        rules.append(("any", _("Any of these rules"), any_fires(warnings.rules, warnings.table)))
    rows = [(kind, label, *_lead(warnings, fires, gone, until, within)) for kind, label, fires in rules]
    columns = ["kind", "label", "customers", "leavers", "share", "share_low", "share_high", "lower", "median", "upper",
               "median_low", "median_high"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _lead(warnings: Warnings, fires: np.ndarray, gone: pd.Series, until: date, within: int):
    first = warnings.table[fires].groupby("customer_id")["day"].min()
    first = first[first >= warnings.checked_days[0]]
    day = gone.reindex(first.index)
    end = day.fillna(pd.Timestamp(until))
    return lead_time((end - first).dt.days.to_numpy(), day.notna().to_numpy(), within)


def considered(warnings: Warnings) -> pd.DataFrame:
    """The best single rule of every signal, and why it is or is not in the list.

    Returns
    -------
    DataFrame
        One row per signal, most telling first: label, customers (alarmed on the days of checking), found (precision on
        the days of finding), p_value (adjusted for all rules tried), precision, low, high (on the days of checking), why.
        A signal that no threshold of which fires often enough has only a label and why.
    """
    rows = []
    for signal in SIGNALS:
        single = [all(name == signal.name for name, _least in rule.terms) for rule in warnings.tried["rule"]]
        tried = warnings.tried[single]
        if tried.empty:
            rule = Rule(((signal.name, signal.steps[0]),))
            rows.append({"label": rule.label, "p_value": 1.0, "why": _("fires too rarely to tell")})
            continue
        best = tried.loc[tried["p_value"].idxmin()]
        rows.append(_row(best, warnings))
    table = pd.DataFrame(
        rows, columns=["label", "customers", "found", "p_value", "precision", "low", "high", "why"]
    )
    return table.sort_values("p_value", ignore_index=True)


def _row(best: pd.Series, warnings: Warnings) -> dict:
    now = evidence(best["rule"].fires(warnings.checked), observed(warnings.checked))
    return {
        "label": best["rule"].label, "customers": now.units, "found": best["precision"],
        "p_value": best["p_adjusted"], "precision": now.precision, "low": now.low, "high": now.high,
        "why": _why(best, warnings.rules),
    }  # fmt: skip


def _why(best: pd.Series, rules: tuple[Rule, ...]) -> str:
    (name, _least), *_rest = best["rule"].terms
    if best["rule"] in rules:
        return _("in the list")
    if any(name in dict(rule.terms) for rule in rules):
        return _("in the list with another signal or threshold")
    return {
        "few": _("too few leavers to tell"),
        "chance": _("no better than chance, all rules tried counted"),
        "weak": _("may less than double the risk"),
        "same": _("fires for the same customers as a rule of the list"),
        "covered": _("beyond the list's alarms no better than chance"),
        "kind": _("in the list with another signal or threshold"),
        "enough": _("the list is full"),
    }[best["why"]]


def today(warnings: Warnings, now: pd.DataFrame, checked: pd.DataFrame) -> pd.DataFrame:
    """Who fires a rule on the day, most urgent first.

    Parameters
    ----------
    warnings : Warnings
    now : DataFrame
        `signals` of the one day.
    checked : DataFrame
        `warning.table`, for the precision that each rule had when it was checked.

    Returns
    -------
    DataFrame
        One row per customer with an alarm: customer_id, rules (how many fire), reason (of those, the rule whose checked
        lower bound is highest, in words), precision, low (of that rule: the share who left within the window, not the
        customer's own probability). Highest `low` first.

    Raises
    ------
    ValueError
        If a signal is missing or a customer appears twice.
    """
    require(
        now, {name: "signal of a rule" for rule in warnings.rules for name in dict(rule.terms)}, "signals"
    )
    if now["customer_id"].duplicated().any():
        raise ValueError("customer_id repeats in the signals of today; expected the rows of one day")
    columns = ["customer_id", "rules", "reason", "precision", "low"]
    figures = checked[checked["kind"] == "rule"].reset_index(drop=True)
    fires = np.array([rule.fires(now) for rule in warnings.rules]).reshape(len(warnings.rules), len(now)).T
    alarmed = np.flatnonzero(fires.any(axis=1))
    if not len(alarmed):
        return pd.DataFrame(columns=columns)
    fires = fires[alarmed]
    best = np.where(fires, figures["low"].fillna(0).to_numpy(), -1).argmax(axis=1)
    labels = np.array([rule.label for rule in warnings.rules], dtype=object)
    found = pd.DataFrame(
        {
            "customer_id": now["customer_id"].to_numpy()[alarmed],
            "rules": fires.sum(axis=1),
            "reason": labels[best],
            "precision": figures["precision"].to_numpy()[best],
            "low": figures["low"].to_numpy()[best],
        }
    )
    return found.sort_values(
        ["low", "rules", "customer_id"], ascending=[False, False, True], ignore_index=True
    )


def summary(checked: pd.DataFrame, led: pd.DataFrame) -> str:
    """The answer in two sentences, from `warning.table` and `leads`."""
    rules = checked[checked["kind"] == "rule"]
    if rules.empty:
        return _("No rule foretells leaving better than chance on the days on which it was sought.")
    whole = checked[checked["kind"] == "any"].iloc[0]
    words = ngettext(
        "{n} rule, found on earlier days and checked on later ones: of its alarms {precision} were followed by leaving"
        " ({low} to {high}; of all customers {base}), and {recall} of those who left had an alarm. On the days on which"
        " the rule was found it was {found}.",
        "{n} rules, found on earlier days and checked on later ones: of their alarms {precision} were followed by leaving"
        " ({low} to {high}; of all customers {base}), and {recall} of those who left had an alarm. On the days on which"
        " the rules were found it was {found}.",
        len(rules),
    ).format(
        n=number(len(rules)),
        precision=percent(whole["precision"]),
        low=percent(whole["low"]),
        high=percent(whole["high"]),
        base=percent(whole["base"]),
        recall=percent(whole["recall"], 0),
        found=percent(whole["found"]),
    )
    median = led.loc[led["kind"] == "any", "median"]
    if median.empty or median.isna().all():
        return words
    from_alarm = _("From the first alarm to leaving it takes {days} days in the middle case.")
    return together(words, from_alarm.format(days=number(median.iloc[0])))


def checks(checked: pd.DataFrame) -> list[tuple[str, bool, str]]:
    """Checks on the rules, as arguments of `analysis.report.results.health`."""
    rules = checked[checked["kind"] == "rule"]
    if rules.empty:
        return [("warning_found", False, _("No rule of early warning is better than chance."))]
    holds = rules["low"] > rules["base"]
    said = _(
        "{held} of {n} rules were better than the average of all customers on the later days, beyond chance."
    )
    checks = [
        (
            "warning_holds",
            bool(holds.mean() > 0.5),
            said.format(held=number(holds.sum()), n=number(len(rules))),
        )
    ]
    whole = checked[checked["kind"] == "any"].iloc[0]
    words = _(
        "Precision of all rules together: {found} when found, {now} when checked; below half, they were luck."
    )
    kept = bool(whole["precision"] >= whole["found"] / 2)
    said = words.format(found=percent(whole["found"]), now=percent(whole["precision"]))
    return [*checks, ("warning_shrinkage", kept, said)]
