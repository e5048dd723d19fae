"""Who could have complained: one row per customer, how long, and what was known of them before."""

from datetime import date, timedelta

import ibis
import pandas as pd

from analysis.bank.features.holdings import with_family
from analysis.bank.features.moments import known_then
from analysis.bank.source import View

OF_CUSTOMER = ("age", "tenure_days", "assets")
SETTLED = 90  # days after which somebody new has brought their money, and a young table of balances has begun


def table(view: View, since: date) -> ibis.Table:
    """Customers with the bank on a day from `since` to the day of the view, as `people` gives them."""
    end = view.as_of + timedelta(days=1)
    everybody = view.table("customers")
    start = ibis.greatest(everybody.joined_on, ibis.literal(since))
    stay = ibis.ifelse(everybody.left_on.isnull(), ibis.literal(end), everybody.left_on)
    here = everybody.select(
        "customer_id", "branch_id", start=start, end=stay, left=everybody.left_on.notnull()
    )
    here = here.filter(here.end > here.start)
    last = (here.end - ibis.interval(days=1)).cast("date")
    settled = ibis.least((here.start + ibis.interval(days=SETTLED)).cast("date"), last)
    known = known_then(view, here.select("customer_id", day=settled))
    found = here.left_join(known.select("customer_id", *OF_CUSTOMER), "customer_id").drop("customer_id_right")
    found = found.mutate(days=found.end.delta(found.start, unit="day"))
    if not (view.has("accounts") and view.has("products")):
        return found.mutate(families=ibis.null("int64"))
    accounts = with_family(view)
    accounts = accounts.filter(accounts.closed_on.isnull() | (accounts.closed_on > since))
    held = accounts.group_by("customer_id").aggregate(families=accounts.family.nunique())
    return found.left_join(held, "customer_id").drop("customer_id_right")


def people(view: View, since: date) -> pd.DataFrame:
    """Customers with the bank on a day from `since` to the day of the view, both counted.

    Returns
    -------
    DataFrame
        One row per customer, by customer_id: branch_id, start (`since`, or the day of joining), end (day of leaving,
        or the day after the view's), left (whether they left), days (from start to end); 90 days after
        start, or on the last day if that is earlier: age (years), tenure_days, assets (the bank's currency); families
        (of products of which an account was open between `since` and the day of the view). Blank where the tables are
        missing.
    """
    frame = table(view, since).to_pandas().sort_values("customer_id", ignore_index=True)
    numbers = frame.assign(**{name: pd.to_datetime(frame[name]) for name in ("start", "end")})
    return numbers.astype({**dict.fromkeys((*OF_CUSTOMER, "families"), "float64"), "left": bool})
