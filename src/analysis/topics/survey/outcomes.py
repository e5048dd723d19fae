"""What customers did in the year after they answered: whether they stayed, their balances, products and margin."""

from datetime import timedelta

import ibis
import numpy as np
import pandas as pd

from analysis.bank.features.holdings import with_family
from analysis.bank.source import View
from analysis.topics.churn.activity import own_money
from analysis.topics.lifetime_value.relationship import Assumptions
from analysis.topics.lifetime_value.relationship.calendar import last_full, number_of
from analysis.topics.lifetime_value.relationship.realised import months_of

MONTHS, DAYS = 12, 365
MOST_KEPT = 3.0  # assets a year later over assets then, so that tiny accounts that fill do not decide a mean
EARLIER = 6  # months before the answer from which on the change of assets is the negative control
BEHAVIOUR = ("left", "stayed_months", "assets_earlier", "assets_then", "assets_later", "families_then")
BEHAVIOUR += ("families_later", "margin_then", "margin_year")


def behaviour(view: View) -> pd.DataFrame:
    """What followed each invitation of the waves whose whole year after is known on the day of `view`.

    Returns
    -------
    DataFrame
        One row per invitation, by wave and customer: wave, customer_id, day (of the answer; of the invitation if there is
        none); left (1 if the customer left within 365 days after), stayed_months (of the 12 calendar months after the
        day's own: those at whose end the customer was still here); assets_earlier, assets_then, assets_later (deposits and
        wealth in the bank's currency at the month ends six months before, before, and twelve months after the day's month;
        0 where there is no balance); families_then, families_later (product families held on the day and 365 days after);
        margin_then (of the calendar month before, times 12), margin_year (of the twelve months after the day's own):
        balances times margin rates, fees and the cost of contacts, as `lifetime_value.relationship.months_of` counts what is
        earned (losses on loans are left out). A column is blank if its tables are missing.

    Raises
    ------
    MissingTable
        If the bank has no survey.
    """
    asked = _asked(view)
    found = _leaving(view, asked)
    parts = []
    if view.has("balances"):
        parts.append(_assets(view, asked))
    if view.has("products"):
        parts.append(_families(view, asked))
    if view.has("balances") and view.has("products"):
        parts.append(_margin(view, asked))
    for part in parts:
        found = found.left_join(part, ["wave", "customer_id"]).drop("wave_right", "customer_id_right")
    frame = found.to_pandas().reindex(columns=["wave", "customer_id", "day", *BEHAVIOUR])
    frame = frame.astype(dict.fromkeys(BEHAVIOUR, "float64"))
    filled = [name for part in parts for name in part.columns if name in BEHAVIOUR]
    frame[filled] = frame[filled].fillna(0.0)
    return frame.assign(day=pd.to_datetime(frame["day"])).sort_values(
        ["wave", "customer_id"], ignore_index=True
    )


def _asked(view: View) -> ibis.Table:
    """Invitations of waves whose year after is over: wave, customer_id, day, month (number)."""
    rows = view.table("survey_invitations")
    rows = rows.select("wave", "customer_id", day=ibis.coalesce(rows.answered_on, rows.invited_on))
    rows = rows.mutate(month=number_of(rows.day))
    whole = rows.group_by("wave").aggregate(last=rows.day.max(), last_month=rows.month.max())
    over = (whole["last"] <= ibis.literal(view.as_of - timedelta(days=DAYS))) & (
        whole.last_month + MONTHS <= last_full(view.as_of)
    )
    return rows.semi_join(whole.filter(over), "wave")


def _leaving(view: View, asked: ibis.Table) -> ibis.Table:
    people = view.table("customers").select("customer_id", "left_on")
    rows = asked.inner_join(people, "customer_id")
    away = (rows.left_on <= rows.day + ibis.interval(days=DAYS)).fill_null(False)
    stayed = (number_of(rows.left_on) - rows.month - 1).clip(lower=0, upper=MONTHS)
    return rows.select(
        "wave",
        "customer_id",
        "day",
        left=ibis.ifelse(away, 1, 0),
        stayed_months=stayed.fill_null(MONTHS),
    )


def _assets(view: View, asked: ibis.Table) -> ibis.Table:
    monthly = own_money(view).rename(balance_month="month")
    rows = asked.inner_join(monthly, "customer_id")
    ago = rows.balance_month - rows.month
    at = {"earlier": -1 - EARLIER, "then": -1, "later": MONTHS}
    sums = {f"assets_{name}": ibis.ifelse(ago == k, rows.balance, 0.0).sum() for name, k in at.items()}
    return rows.group_by("wave", "customer_id").aggregate(**sums)


def _families(view: View, asked: ibis.Table) -> ibis.Table:
    opened = view.table("accounts").select("account_id", "opened_on")
    accounts = with_family(view).inner_join(opened, "account_id")
    rows = asked.inner_join(accounts.select("customer_id", "family", "opened_on", "closed_on"), "customer_id")
    end = (rows.day + ibis.interval(days=DAYS)).cast("date")

    def held(day):
        open_ = (rows.opened_on <= day) & (rows.closed_on.isnull() | (rows.closed_on > day))
        return ibis.ifelse(open_, rows.family, None).nunique()

    return rows.group_by("wave", "customer_id").aggregate(
        families_then=held(rows.day), families_later=held(end)
    )


def _margin(view: View, asked: ibis.Table) -> ibis.Table:
    first = asked.month.min().to_pyarrow().as_py()
    monthly = months_of(view, Assumptions(), (first or 0) - 2).rename(earned_month="month")
    rows = asked.inner_join(monthly, "customer_id")
    ahead = rows.earned_month - rows.month
    return rows.group_by("wave", "customer_id").aggregate(
        margin_then=ibis.ifelse(ahead == -1, rows.earned * 12, 0.0).sum(),
        margin_year=ibis.ifelse((ahead > 0) & (ahead <= MONTHS), rows.earned, 0.0).sum(),
    )


def followed(
    invited: pd.DataFrame, behaviour: pd.DataFrame, scores: pd.DataFrame, items: pd.DataFrame
) -> pd.DataFrame:
    """Who was asked, what they said and what they did in the year after.

    Parameters
    ----------
    invited, scores, items : DataFrame
        As `answers.invited`, `answers.scores` and `answers.items` give them.
    behaviour : DataFrame
        As `behaviour` gives it; other waves are left out.

    Returns
    -------
    DataFrame
        One row per invitation: the columns of both; group ("promoter", "passive", "detractor" by the item of construct NPS,
        9 and 10, 7 and 8, below; "silent" if not answered; blank if the item was not); satisfaction (mean of the items of
        construct SAT, 0 to 100; blank if none was answered); assets_kept (assets_later over assets_then, at most 3; blank
        without assets then); families_change; growth_before (change of the logarithm of assets in the six months before);
        churn_part (margin_then lost with who left: times the share of the year gone, negative), balance_part (what else
        the margin changed by), both in currency; margin_change (their sum).
    """
    rows = invited.merge(behaviour, on=["wave", "customer_id"])
    answered = scores.reindex(rows["response_id"].fillna("")).reset_index(drop=True)
    then, later = rows["assets_then"].clip(lower=0), rows["assets_later"].clip(lower=0)
    churn_part = -rows["margin_then"] * (1 - rows["stayed_months"] / MONTHS)
    change = rows["margin_year"] - rows["margin_then"]
    return rows.assign(
        group=_group(answered, items).where(rows["response_id"].notna(), "silent"),
        satisfaction=index(answered, items, "SAT"),
        assets_kept=(later / then.where(then > 0)).clip(upper=MOST_KEPT),
        families_change=rows["families_later"] - rows["families_then"],
        growth_before=np.log1p(then) - np.log1p(rows["assets_earlier"].clip(lower=0)),
        churn_part=churn_part,
        balance_part=change - churn_part,
        margin_change=change,
    )


def _of(items: pd.DataFrame, construct: str, answered: pd.DataFrame) -> pd.DataFrame:
    chosen = items[items["construct"].str.upper() == construct]
    return chosen[chosen["item"].isin(answered.columns)]


def _group(answered: pd.DataFrame, items: pd.DataFrame) -> pd.Series:
    asked = _of(items, "NPS", answered)
    if asked.empty:
        return pd.Series(None, answered.index, dtype="object")
    said = answered[asked["item"].iloc[0]]
    named = np.select([said >= 9, said >= 7, said.notna()], ["promoter", "passive", "detractor"], None)
    return pd.Series(named, answered.index, dtype="object")


def index(answered: pd.DataFrame, items: pd.DataFrame, construct: str) -> pd.Series:
    """Mean of a construct's items, from 0 to 100; blank where none was answered or asked.

    Parameters
    ----------
    answered : DataFrame
        One row per response, one column per item.
    items : DataFrame
        As `answers.items` gives it.
    construct : str
        Such as "SAT".
    """
    chosen = _of(items, construct, answered).set_index("item")
    scaled = (answered[chosen.index] - chosen["scale_min"]) / (chosen["scale_max"] - chosen["scale_min"])
    return 100 * scaled.mean(axis=1)


def covariates(rows: pd.DataFrame) -> pd.DataFrame:
    """What is adjusted for: known on the day of the answer, as `statistics.adjusted` takes it.

    Tier enters as the logarithm of assets and their fifth, which are finer; waves keep calendar time apart.
    """
    assets = rows["assets"].clip(lower=0)
    fifth = np.ceil(assets.rank(pct=True) * 5).astype("Int64").astype("str")
    return pd.DataFrame(
        {
            "age": rows["age"],
            "gender": rows["gender"],
            "tenure": np.log1p(rows["tenure_days"] / 365),
            "assets": np.log1p(assets),
            "fifth of assets": fifth.where(assets.notna(), None),
            "branch": rows["branch_id"],
            "product families": rows["families_then"],
            "complaints": rows["complaints_365d"],
            "digital sessions": np.log1p(rows["digital_90d"]),
            "margin": rows["margin_then"],
            "wave": rows["wave"],
        }
    )
