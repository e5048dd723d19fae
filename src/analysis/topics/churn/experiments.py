"""Randomised retention campaigns: who was offered something, who was not, and who left within the time stated.

The outcome is customers.left_on, and not campaign_contacts.converted_on: it is the churn that the topic is about, counts
alike in both arms whoever keeps the campaign's books, and its horizon can be chosen. `converted_on` is set against it.
"""

from datetime import date, timedelta

import ibis
import numpy as np
import pandas as pd

from analysis.bank.features import FEATURES, features
from analysis.bank.source import View
from analysis.language import _, day, number, percent
from analysis.statistics.differences import share_difference
from analysis.statistics.uplift import balance as balances
from analysis.statistics.uplift import effects

DAYS = 180  # after the start of a campaign, within which leaving counts
SMALLEST_ARM = 100  # customers
FEWEST_LEAVERS = 10  # in both arms together
PREDICTORS = [feature.name for feature in FEATURES]
RESULTS = (
    "label", "started_on", "customers", "k_treated", "n_treated", "k_control", "n_control", "left_treated",
    "left_control", "saved", "low", "high", "reduction", "reduction_low", "reduction_high", "detectable",
    "p_balance", "p_sizes", "largest", "reached", "reached_control", "contradicted",
)  # fmt: skip
_COLUMNS = {"campaign_id": "str", "channel": "str", "started_on": "object", "unit_cost": "float"}


def campaigns(view: View) -> pd.DataFrame:
    """Retention campaigns that treated some customers and, on purpose, not others; earliest first.

    Returns
    -------
    DataFrame
        One row per campaign: campaign_id, channel, started_on (date), unit_cost (currency a contact; missing if
        unknown). No rows if the bank has no campaigns or none with both arms.
    """
    if not (view.has("campaigns") and view.has("campaign_contacts")):
        return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in _COLUMNS.items()})
    table = view.table("campaigns")
    contacts = view.table("campaign_contacts")
    arms = contacts.group_by("campaign_id").aggregate(
        treated=(contacts.arm == "treatment").sum(), control=(contacts.arm == "control").sum()
    )
    both = arms.filter((arms.treated > 0) & (arms.control > 0))
    found = table.filter(table.objective == "retention").semi_join(both, "campaign_id")
    rows = found.select(*_COLUMNS).order_by("started_on", "campaign_id").to_pyarrow().to_pylist()
    return pd.DataFrame(rows, columns=list(_COLUMNS)).astype({"unit_cost": "float"})


def customers(view: View, campaign_id: str, started_on: date, days: int = DAYS) -> ibis.Table:
    """Customers of a campaign with what was known of them the day before it began, and whether they left.

    Returns
    -------
    ibis.Table
        One row per customer who was with the bank on the day before: campaign_id, customer_id, treated, reached
        (there is a day of contact), left (0 or 1, within `days` of the start), converted (the campaign's own record
        that its objective was reached within `days`), then `PREDICTORS`.
    """
    until = started_on + timedelta(days=days)
    contacts = view.table("campaign_contacts")
    contacts = contacts.filter(
        (contacts.campaign_id == campaign_id) & contacts.arm.isin(["treatment", "control"])
    )
    people = view.table("customers").select("customer_id", "left_on")
    before = features(view.at(started_on - timedelta(days=1)))
    rows = contacts.inner_join(people, "customer_id").inner_join(before, "customer_id")
    return rows.select(
        "campaign_id",
        "customer_id",
        treated=rows.arm == "treatment",
        reached=rows.contacted_on.notnull(),
        left=ibis.ifelse((rows.left_on <= ibis.literal(until)).fill_null(False), 1, 0).cast("int64"),
        converted=(rows.converted_on <= ibis.literal(until)).fill_null(False),
        **{name: rows[name] for name in PREDICTORS},
    )


def matured(found: pd.DataFrame, as_of: date, days: int = DAYS) -> pd.DataFrame:
    """The campaigns of which it is known on `as_of` who left within `days`."""
    known = [started + timedelta(days=days) <= as_of for started in found["started_on"]]
    return found[np.array(known, dtype=bool)].reset_index(drop=True)


def trials(view: View, days: int = DAYS) -> pd.DataFrame:
    """All customers of the randomised retention campaigns that have matured; earliest campaign first.

    Returns
    -------
    DataFrame
        One row per campaign and customer: started_on, unit_cost, then the columns of `customers`. Campaigns
        with fewer than `SMALLEST_ARM` customers in an arm or fewer than `FEWEST_LEAVERS` are left out.
    """
    parts = []
    for campaign in matured(campaigns(view), view.as_of, days).to_dict("records"):
        rows = customers(view, campaign["campaign_id"], campaign["started_on"], days)
        frame = rows.to_pyarrow().to_pandas().sort_values("customer_id", ignore_index=True)
        smaller = min(frame["treated"].sum(), (~frame["treated"]).sum())
        if smaller >= SMALLEST_ARM and frame["left"].sum() >= FEWEST_LEAVERS:
            about = {name: campaign[name] for name in ("started_on", "unit_cost")}
            parts.append(frame.assign(**about))
    front = ["started_on", "unit_cost"]
    if not parts:
        names = ["campaign_id", "customer_id", "treated", "reached", "left", "converted", *PREDICTORS]
        return pd.DataFrame(columns=[*front, *names])
    found = pd.concat(parts, ignore_index=True)
    return found[[*front, *found.columns.difference(front, sort=False)]]


def results(found: pd.DataFrame, planned: float | None = None) -> pd.DataFrame:
    """What each campaign changed on average, and whether its arms are comparable.

    Parameters
    ----------
    found : DataFrame
        As `trials` gives it.
    planned : float, optional
        Share of customers that was to be treated; without it the sizes of the arms cannot be checked.

    Returns
    -------
    DataFrame
        One row per campaign: label, started_on, customers, k_treated, n_treated, k_control, n_control (leavers
        and customers), left_treated, left_control (shares), saved, low, high (fall of the share who leave,
        unadjusted, Newcombe), reduction, reduction_low, reduction_high (relative, Katz), detectable (smallest fall
        it would have shown with 80 % probability), p_balance, p_sizes (missing without a plan), largest (largest
        standardised difference of a feature), reached (share of the treated with a contact), reached_control,
        contradicted (share of customers of whom converted_on says otherwise; missing if it is blank throughout).
    """
    rows = [_result(part, planned) for _id, part in found.groupby("campaign_id", sort=False)]
    return pd.DataFrame(rows, columns=list(RESULTS))


def _result(part: pd.DataFrame, planned: float | None) -> tuple:
    """One row of `RESULTS`."""
    t, left = part["treated"].to_numpy(dtype=bool), part["left"].to_numpy(dtype=int)
    k1, n1, k0, n0 = left[t].sum(), t.sum(), left[~t].sum(), (~t).sum()
    saved, low, high = share_difference(k1, n1, k0, n0)
    relative = effects.reduction(*map(float, effects.log_ratio(k1, n1, k0, n0)))
    alike = balances.balance(part[PREDICTORS], t)
    converted = part["converted"].to_numpy(dtype=bool)
    return (
        part["campaign_id"].iloc[0], part["started_on"].iloc[0], len(part), k1, n1, k0, n0, k1 / n1, k0 / n0,
        saved, low, high, relative.value, relative.low, relative.high,
        effects.detectable(n1, n0, k0 / n0),
        alike.p_value,
        balances.size_mismatch(n1, n0, planned) if planned is not None else np.nan,
        alike.features["difference"].abs().max(),
        part["reached"][t].mean(), part["reached"][~t].mean(),
        float((converted == (left == 1)).mean()) if converted.any() else np.nan,
    )  # fmt: skip


def doubts(table: pd.DataFrame, level: float = 0.01) -> list[str]:
    """What speaks against the experiments of `results`, a sentence each; none if nothing does."""
    found = []
    for row in table.to_dict("records"):
        about = {"campaign": row["label"], "start": day(row["started_on"])}
        if row["p_sizes"] < level:
            words = _(
                "Campaign {campaign} of {start}: {treated} customers treated and {control} not, against the plan (p ="
                " {p}): some were lost on the way."
            )
            sizes = {"treated": number(row["n_treated"]), "control": number(row["n_control"])}
            found.append(words.format(**about, **sizes, p=number(row["p_sizes"], 4)))
        if row["p_balance"] < level:
            words = _(
                "Campaign {campaign} of {start}: the arms differed before it began (p = {p}; largest difference {largest}"
                " standard deviations): it was not randomised as stated."
            )
            found.append(
                words.format(**about, p=number(row["p_balance"], 4), largest=number(row["largest"], 2))
            )
        if row["reached_control"] > level:
            words = _(
                "Campaign {campaign} of {start}: {share} of the control arm were contacted all the same."
            )
            found.append(words.format(**about, share=percent(row["reached_control"])))
        if row["contradicted"] > level:
            words = _(
                "Campaign {campaign} of {start}: for {share} of the customers its own record of success contradicts the"
                " day they left; the day they left is used."
            )
            found.append(words.format(**about, share=percent(row["contradicted"])))
    return found
