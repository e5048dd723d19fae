"""Who could churn on a day, and who did: worked out by hand for each definition."""

from datetime import date, timedelta

import pandas as pd
import pytest
from tests.topics.churn.tiny import bank, tables

from analysis.bank.source import MissingTable, View, open_bank
from analysis.topics.churn.definitions import Definition, chosen, outcomes

DAY = date(2024, 3, 31)
OLD = date(2020, 1, 1)


def after(days: int) -> date:
    return DAY + timedelta(days=days)


def found(view: View, definition: Definition, days=(DAY,)) -> dict[tuple[str, str], int]:
    frame = outcomes(view, days, definition).to_pandas()
    assert list(frame.columns) == ["customer_id", "day", "churned"]
    return {(c, str(d)[:10]): y for c, d, y in frame.itertuples(index=False)}


def on_day(view: View, definition: Definition) -> dict[str, int]:
    return {customer: churned for (customer, _), churned in found(view, definition).items()}


def ends(first: str, values: list[float]) -> dict[date, float]:
    months = pd.date_range(first, periods=len(values), freq="ME")
    return {month.date(): value for month, value in zip(months, values, strict=True)}


@pytest.fixture(scope="module")
def view(tmp_path_factory) -> View:
    """Who is still here, gone before, on, or after the day, yet to come; silent, back in time or too late."""
    people = {
        "stays": (OLD, None), "went before": (OLD, after(-1)), "went that day": (OLD, DAY),
        "goes": (OLD, after(90)), "goes later": (OLD, after(91)), "to come": (after(1), None),
        "silent": (OLD, None), "back in time": (OLD, None), "back too late": (OLD, None),
        "long silent": (OLD, None), "closes": (OLD, None), "moves": (OLD, None),
    }  # fmt: skip
    accounts = [
        (f"{c}'s", c, "save", joined, left)
        for c, (joined, left) in people.items()
        if c not in ("closes", "moves")
    ]
    accounts += [
        ("closes' first", "closes", "save", OLD, after(-5)), ("closes' last", "closes", "card", OLD, after(90)),
        ("moves' first", "moves", "save", OLD, after(30)), ("moves' second", "moves", "card", after(20), None),
    ]  # fmt: skip
    every_week = [after(7 * week) for week in range(-20, 30)]
    bookings = {a: every_week for a, *_ in accounts}
    bookings |= {
        "goes's": [after(-3), after(20)], "silent's": [after(-89)], "back in time's": [DAY, after(90)],
        "back too late's": [after(-5), after(91)], "long silent's": [after(-90), after(5)],
    }  # fmt: skip
    return bank(tmp_path_factory.mktemp("definitions"), tables(people, accounts, bookings)).view()


def test_contractual_is_leaving_or_closing_the_last_account(view):
    assert on_day(view, Definition("contractual")) == {
        "stays": 0, "goes": 1, "goes later": 0, "silent": 0, "back in time": 0, "back too late": 0,
        "long silent": 0, "closes": 1, "moves": 0,
    }  # fmt: skip


def test_the_horizon_includes_its_last_day(view):
    assert on_day(view, Definition("contractual", horizon_days=89))["goes"] == 0
    assert on_day(view, Definition("contractual", horizon_days=89))["closes"] == 0
    assert on_day(view, Definition("contractual", horizon_days=91))["goes later"] == 1


def test_behavioural_is_silence_after_a_day_of_who_was_not_silent_before(view):
    seen = on_day(view, Definition("behavioural"))
    assert "long silent" not in seen and "went that day" not in seen and "to come" not in seen
    assert {c for c, churned in seen.items() if churned} == {"goes", "silent", "back too late"}
    assert seen["back in time"] == 0


def test_a_booking_that_the_customer_did_not_start_breaks_no_silence(tmp_path):
    frames = tables(
        {"A": (OLD, None)}, [("A1", "A", "save", OLD, None)], {"A1": [DAY, after(50), after(200)]}
    )
    assert on_day(bank(tmp_path / "own", frames).view(), Definition("behavioural")) == {"A": 0}
    frames["transactions"].loc[1, "channel"] = "system"
    assert on_day(bank(tmp_path / "bank", frames).view(), Definition("behavioural")) == {"A": 1}


def test_several_days_are_each_their_own(view):
    later = after(95)
    seen = found(view, Definition("behavioural", silent_days=60), [DAY, later])
    assert seen["back too late", str(DAY)] == 1
    assert seen["back too late", str(later)] == 1, "active four days before, silent since"
    assert ("goes", str(later)) not in seen
    assert ("long silent", str(DAY)) not in seen and ("silent", str(DAY)) not in seen


def test_the_label_does_not_depend_on_what_follows_its_window(view):
    for definition in (Definition("contractual"), Definition("behavioural")):
        window_end = view.at(after(definition.window_days))
        assert found(window_end, definition) == found(view, definition)


def test_a_view_that_ends_within_the_window_is_refused(view):
    with pytest.raises(ValueError, match="known on 2024-06-29 only; choose an earlier day"):
        outcomes(view.at(after(89)), [DAY], Definition("contractual"))
    with pytest.raises(ValueError, match="days is empty"):
        outcomes(view, [], Definition("contractual"))


def test_the_filter_of_the_run_holds(view):
    some = View(view.bank, view.as_of, "joined_on < '2020-06-01' and customer_id in ('goes', 'stays')")
    assert on_day(some, Definition("contractual")) == {"goes": 1, "stays": 0}
    assert on_day(some, Definition("behavioural")) == {"goes": 1, "stays": 0}


@pytest.fixture(scope="module")
def savers(tmp_path_factory) -> View:
    """Month ends October 2023 to June 2024; the day is 31 March, the window ends on 29 June."""
    paths = {
        "steady": [100.0] * 9,
        "falls": [100.0] * 6
        + [90.0, 30.0, 90.0],  # May is the last month end of a window to 29 June, with April
        "falls and stays": [100.0] * 6 + [40.0, 30.0, 90.0],
        "down already": [100.0] * 5 + [20.0] * 4,
        "in debt": [-100.0] * 9,
    }
    people = {c: (OLD, None) for c in [*paths, "no balance", "takes all"]}
    accounts = [(c, c, "save", OLD, None) for c in people] + [("steady's card", "steady", "card", OLD, None)]
    bookings = {c: [after(7 * week) for week in range(-20, 20)] for c in people}
    balances = {c: ends("2023-10-31", path) for c, path in paths.items()}
    balances |= {
        "takes all": ends("2023-10-31", [100.0] * 6),
        "steady's card": ends("2023-10-31", [-500.0] * 9),
    }
    return bank(tmp_path_factory.mktemp("savers"), tables(people, accounts, bookings, balances)).view()


def test_a_balance_that_falls_and_stays_down_is_churn(savers):
    assert on_day(savers, Definition("behavioural", balance_fall=0.5)) == {
        "steady": 0, "falls": 0, "falls and stays": 1, "takes all": 1, "in debt": 0, "no balance": 0,
    }  # fmt: skip
    assert not any(on_day(savers, Definition("behavioural")).values())


def test_the_fall_is_measured_against_the_customers_own_mean(savers):
    assert on_day(savers, Definition("behavioural", balance_fall=0.59))["falls and stays"] == 1
    assert on_day(savers, Definition("behavioural", balance_fall=0.61))["falls and stays"] == 0


def test_a_window_too_short_to_stay_down_in_is_refused(savers):
    with pytest.raises(ValueError, match="fewer than 2 month ends"):
        outcomes(savers, [DAY], Definition("behavioural", silent_days=45, balance_fall=0.5))


def test_partial_is_a_family_lost(tmp_path):
    people = {"keeps": (OLD, None), "loses": (OLD, None), "renews": (OLD, None), "leaves": (OLD, after(60))}
    accounts = [
        ("K1", "keeps", "fund", OLD, None), ("K2", "keeps", "fund", OLD, after(10)),
        ("L1", "loses", "fund", OLD, after(10)), ("L2", "loses", "save", OLD, None),
        ("R1", "renews", "fund", OLD, after(10)), ("R2", "renews", "fund", after(20), None),
        ("V1", "leaves", "save", OLD, None),
    ]  # fmt: skip
    frames = tables(people, accounts, {"K1": [DAY, after(200)]}, {})
    seen = bank(tmp_path, frames).view()
    assert on_day(seen, Definition("partial")) == {"keeps": 0, "loses": 1, "renews": 0, "leaves": 1}
    assert on_day(seen, Definition("partial", family="wealth")) == {"keeps": 0, "loses": 1, "renews": 0}
    assert on_day(seen, Definition("partial", family="deposit")) == {"loses": 0, "leaves": 1}


def test_a_table_that_a_definition_needs_and_the_bank_lacks_is_named(view):
    with pytest.raises(MissingTable, match="products"):
        outcomes(view, [DAY], Definition("partial"))
    with pytest.raises(MissingTable, match="balances"):
        outcomes(view, [DAY], Definition("behavioural", balance_fall=0.5))


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"kind": "emotional"}, "expected one of contractual, behavioural, partial"),
        ({"kind": "behavioural", "silent_days": 0}, "silent_days is 0; expected 1 day or more"),
        ({"kind": "contractual", "horizon_days": -1}, "horizon_days is -1"),
        ({"kind": "behavioural", "balance_fall": 1.0}, "expected a share from 0 to below 1"),
        ({"kind": "partial", "family": "cars"}, "family is 'cars'; expected one of deposit, wealth"),
    ],
)
def test_a_definition_that_makes_no_sense_is_refused(wrong, message):
    with pytest.raises(ValueError, match=message):
        Definition(**wrong)


def crowd(folder, customers: int, left: int, months: int) -> View:
    """`left` of the customers left within the last year; bookings for `months` months."""
    last = date(2024, 12, 31)
    people = {f"C{k}": (OLD, last - timedelta(days=k + 1) if k < left else None) for k in range(customers)}
    accounts = [(f"A{k}", f"C{k}", "save", OLD, None) for k in range(customers)]
    bookings = {"A0": [last - timedelta(days=round(30.44 * months)), last]}
    return bank(folder, tables(people, accounts, bookings)).view()


@pytest.mark.parametrize(
    ("customers", "left", "months", "kind", "silent"),
    [
        (300, 100, 36, "contractual", 90),
        (300, 99, 36, "behavioural", 90),
        (300, 0, 15, "behavioural", 90),
        (300, 0, 12, "behavioural", 60),
        (300, 0, 7, "behavioural", 30),
        (300, 0, 3, "behavioural", 30),
    ],
)
def test_departures_recorded_and_history_choose_the_definition(
    tmp_path, customers, left, months, kind, silent
):
    made = chosen(crowd(tmp_path, customers, left, months))
    assert (made.kind, made.silent_days) == (kind, silent)
    assert f"{left} of 300" in made.reason


def test_few_departures_of_many_customers_are_taken_as_not_recorded(tmp_path, monkeypatch):
    monkeypatch.setattr("analysis.topics.churn.definitions.SMALLEST_LEFT", 0.4)
    assert chosen(crowd(tmp_path, 300, 110, 36)).kind == "behavioural"


def test_a_branch_has_the_definition_of_its_bank(tmp_path):
    view = crowd(tmp_path, 300, 150, 36)
    few = View(view.bank, view.as_of, "customer_id in ('C1', 'C299')")
    assert chosen(few) == chosen(view) and chosen(few).reason == chosen(view).reason


def test_what_is_asked_for_is_chosen(tmp_path):
    asked = chosen(crowd(tmp_path, 20, 0, 36), "partial", family="wealth", horizon_days=180)
    assert (asked.kind, asked.family, asked.window_days) == ("partial", "wealth", 180)
    assert "parameters" in asked.reason
    assert chosen(crowd(tmp_path / "2", 20, 0, 36), silent_days=45).silent_days == 45


def test_the_sentence_says_who_has_churned():
    assert "within 90 days" in Definition("contractual").sentence()
    assert "in 60 days" in Definition("behavioural", silent_days=60).sentence()
    assert "50% below" in Definition("behavioural", balance_fall=0.5).sentence()
    assert "no wealth products any more" in Definition("partial", family="wealth").sentence()


def test_contractual_churn_of_the_simulated_bank_is_who_left(demo_folder):
    view = open_bank(str(demo_folder)).view()
    day = view.as_of - timedelta(days=90)
    seen = on_day_of(view, day, Definition("contractual"))
    people = view.table("customers").to_pandas()
    here = people[(people["joined_on"] <= pd.Timestamp(day)) & ~(people["left_on"] <= pd.Timestamp(day))]
    gone = here.loc[here["left_on"].notna(), "customer_id"]
    assert set(seen["customer_id"]) == set(here["customer_id"])
    assert set(seen.loc[seen["churned"] == 1, "customer_id"]) == set(gone) and len(gone) > 10


def on_day_of(view: View, day: date, definition: Definition) -> pd.DataFrame:
    return outcomes(view, [day], definition).to_pandas()
