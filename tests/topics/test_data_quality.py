"""Data quality: what is planted in a small bank is found, and what is not there is not."""

import json
from datetime import date

import numpy as np
import pandas as pd
import pytest

from analysis.bank.check import Finding
from analysis.bank.source import MissingTable, open_bank
from analysis.topics import data_quality as dq

AS_OF = date(2024, 6, 30)
N = 300


def tables() -> dict[str, pd.DataFrame]:
    """A clean bank of 300 customers, one account each, and bookings on every day of a year and a half."""
    rng = np.random.default_rng(3)
    ids = [f"C{i:03d}" for i in range(N)]
    customers = pd.DataFrame(
        {
            "customer_id": ids,
            "name": "A B",
            "phone": "123456789",
            "birth_date": pd.Timestamp("1980-05-05"),
            "gender": "female",
            "branch_id": np.where(np.arange(N) % 2, "B1", "B2"),
            "region": "East",
            "joined_on": pd.to_datetime("2022-12-01"),
            "left_on": pd.NaT,
            "marketing_consent": True,
            "risk_appetite": "C2",
            "staff_id": "S1",
        }
    )
    accounts = pd.DataFrame(
        {
            "account_id": ids,
            "customer_id": ids,
            "product_id": "P1",
            "opened_on": pd.Timestamp("2022-12-01"),
            "closed_on": pd.NaT,
        }
    )
    days = pd.date_range("2022-12-15", "2024-06-30")
    bookings = pd.DataFrame(
        {
            "account_id": np.resize(ids, len(days) * 60),
            "booked_at": np.repeat(days, 60) + pd.Timedelta(hours=9),
            "amount": rng.integers(1, 100, len(days) * 60).astype(float),
            "category": "transfer_in",
            "channel": "mobile",
        }
    )
    bookings.insert(0, "transaction_id", [f"T{i}" for i in range(len(bookings))])
    sums = bookings.groupby(["account_id", bookings["booked_at"].dt.to_period("M")])["amount"].sum()
    balances = sums.groupby(level=0).cumsum().rename("balance").reset_index()
    balances["month_end"] = balances.pop("booked_at").dt.to_timestamp(how="end").dt.normalize()
    return {
        "customers": customers,
        "accounts": accounts,
        "transactions": bookings,
        "balances": balances,
        "products": pd.DataFrame(
            {"product_id": ["P1"],
                "family": "deposit",
                "name": "D",
                "launched_on": pd.Timestamp("2020-01-01"),}
        ),
        "staff": pd.DataFrame(
            {"staff_id": ["S1", "S2"],
                "hired_on": pd.Timestamp("2020-01-01"),
                "left_on": [pd.NaT, pd.Timestamp("2024-01-31")],}
        ),
        "bank_profile": pd.DataFrame(
            {"bank_id": ["T"], "name": "Test",
                "currency": "EUR",
                "country": "DE",
                "extracted_on": pd.Timestamp(AS_OF),}
        ),
    }  # fmt: skip


@pytest.fixture(scope="module")
def clean() -> dict[str, pd.DataFrame]:
    return tables()


@pytest.fixture
def bank(tmp_path, clean):
    """Writes the clean bank with some tables replaced (None: left out), and opens a view."""

    def build(as_of="latest", where="", **changed):
        for name, frame in (clean | changed).items():
            if frame is not None:
                dates = ["opened_on", "closed_on", "joined_on", "left_on", "birth_date", "month_end"]
                frame = frame.assign(**{c: frame[c].astype("datetime64[s]") for c in dates if c in frame})
                frame.to_parquet(tmp_path / f"{name}.parquet")
        return open_bank(str(tmp_path)).view(as_of, where)

    return build


def hit(frame: pd.DataFrame, column: str, rows, value) -> pd.DataFrame:
    frame = frame.copy()
    frame.loc[rows, column] = value
    return frame


# Completeness


def test_planted_blanks_are_counted(bank, clean):
    view = bank(customers=hit(clean["customers"], "region", range(7), None))
    table = dq.completeness(view).set_index(["table", "column"])
    assert table.loc[("customers", "region"), "count"] == 7
    assert table.loc[("customers", "region"), "low"] < 7 / N < table.loc[("customers", "region"), "high"]
    assert table.loc[("customers", "email"), ["absent", "count", "severity"]].tolist() == [True, N, "fine"]
    assert ("accounts", "closed_on") not in table.index
    worst = dq.worst(table.reset_index())
    assert worst["label"].tolist() == ["customers.region"]
    assert dq.worst_words(worst) == "Most blanks: customers.region, 2.3% of rows"
    assert "No column" in dq.worst_words(worst.head(0))


def test_a_column_that_was_not_delivered_is_called_so(bank, clean):
    customers = clean["customers"].drop(columns="marketing_consent")
    worst = dq.worst(dq.completeness(bank(customers=customers)))
    assert worst["label"].tolist() == ["customers.marketing_consent (not delivered)"]
    assert worst["share"].tolist() == [1]


def test_a_month_of_blanks_is_flagged_and_no_other(bank, clean):
    bookings = clean["transactions"]
    april = bookings.index[bookings["booked_at"].dt.strftime("%Y-%m") == "2024-04"][::10]
    jumps = dq.moved(dq.monthly_blanks(bank(transactions=hit(bookings, "channel", april, None))))
    assert jumps[["table", "column"]].values.tolist() == [["transactions", "channel"]]
    assert jumps["month"].tolist() == [pd.Timestamp("2024-04-01")]
    assert jumps["change"].iloc[0] == pytest.approx(0.1)
    said = "The share of blanks changed in 1 month, most for transactions.channel: "
    assert dq.moved_words(jumps).startswith(said)
    # Two columns in one month are one month.
    assert dq.moved_words(pd.concat([jumps, jumps.assign(column="category")])).startswith(said)


def test_steady_blanks_raise_no_alarm():
    """The level holds for all columns and months together: at most one report of twenty is wrong."""
    rng, alarms = np.random.default_rng(8), 0
    for _k in range(200):
        counts = rng.binomial(2_000, 0.03, 39)
        monthly = pd.DataFrame(
            {"table": "t", "column": np.repeat(["a", "b", "c"], 13), "n": 2_000, "count": counts}
        )
        monthly["share"] = counts / 2_000
        alarms += len(dq.moved(monthly, tolerance=0)) > 0
    assert alarms <= 18


# Freshness


def test_a_table_that_stopped_is_found(bank, clean):
    balances = clean["balances"]
    view = bank(balances=balances[balances["month_end"] < "2024-04-01"])
    days = dq.rows_by_day(view)
    fresh = dq.freshness(days, AS_OF).set_index("table")
    assert fresh.loc["balances", "state"] == "stopped"
    assert fresh.loc["balances", "days_old"] == 91
    assert fresh.loc["transactions", "state"] == "filled"
    assert fresh.loc["products", "state"] == "master"
    assert "balances" in dq.stopped_words(fresh.reset_index())
    months = dq.rows_by_month(days, AS_OF).query("table == 'balances'")
    assert months.loc[months["state"] == "empty", "month"].tolist() == ["2024-04", "2024-05", "2024-06"]


def test_holes_are_found_and_growth_is_none():
    days = pd.date_range("2022-01-01", AS_OF)
    frame = pd.DataFrame({"table": "t", "day": days, "n": np.linspace(1, 60, len(days)).astype(int)})
    assert (dq.rows_by_month(frame, AS_OF)["state"] == "").all()
    frame.loc[frame["day"].dt.strftime("%Y-%m") == "2023-11", "n"] = 3
    frame = frame[frame["day"].dt.strftime("%Y-%m") != "2023-07"]
    found = dq.rows_by_month(frame, AS_OF).query("state != ''")
    assert found["state"].tolist() == ["empty", "thin"]


def test_working_days_without_bookings(bank, clean):
    bookings = clean["transactions"]
    gone = bookings["booked_at"].dt.strftime("%Y-%m-%d").isin(["2024-05-15", "2024-05-18", "2024-05-01"])
    days = dq.rows_by_day(bank(transactions=bookings[~gone]))
    assert dq.silent_days(days, AS_OF, "DE") == [date(2024, 5, 15)]
    assert dq.silent_days(days, AS_OF, "") is None
    assert "15 May 2024" in dq.silent_words([date(2024, 5, 15)])


# Consistency


def test_a_clean_bank_contradicts_itself_nowhere(bank):
    found = dq.consistency(bank())
    assert found["count"].sum() == 0
    assert dq.consistency_words(found) == "0 of 7 checks between tables find a contradiction"
    one = dq.consistency_words(found.assign(count=[1] + [0] * 6))
    assert one == "1 of 7 checks between tables finds a contradiction"
    assert set(found["check"]) == {
        "no_account", "left_with_account", "before_joining", "no_trace", "outside_life", "no_owner",
        "not_reconciled",
    }  # fmt: skip


def test_planted_contradictions_are_found_each_by_its_check(bank, clean):
    customers, accounts = clean["customers"], clean["accounts"]
    customers = hit(customers, "left_on", [0, 1], pd.Timestamp("2024-05-01"))
    customers = hit(customers, "joined_on", [2, 3, 4], pd.Timestamp("2022-12-02"))
    accounts = hit(accounts, "closed_on", [5, 6, 7, 8], pd.Timestamp("2024-06-01"))
    accounts = hit(accounts, "customer_id", [9], "nobody")
    mute = clean["transactions"]["account_id"] == "C010"
    balances = clean["balances"].query("account_id != 'C010'").reset_index(drop=True)
    march = balances.index[
        (balances["month_end"] == "2024-03-31") & balances["account_id"].isin(["C020", "C021"])
    ]
    balances.loc[march, "balance"] += 5
    found = dq.consistency(
        bank(
            customers=customers,
            accounts=accounts,
            transactions=clean["transactions"][~mute],
            balances=balances,
        )
    )
    assert found.set_index("check")["count"].to_dict() == {
        "no_account": 1,
        "left_with_account": 2,
        "before_joining": 3,
        "no_trace": 1,
        "outside_life": 4,
        "no_owner": 1,
        "not_reconciled": 4,
    }
    assert (
        dq.consistency(bank(balances=balances), tolerance=10)
        .set_index("check")
        .loc["not_reconciled", "count"]
        == 0
    )


def test_checks_without_their_tables_are_left_out(bank, clean):
    table = clean["transactions"]
    found = dq.consistency(bank(balances=None, transactions=table[table["account_id"] == "C000"]))
    assert "not_reconciled" not in set(found["check"])
    assert found.set_index("check").loc["no_trace", "count"] == N - 1


# The picture, and the CRM


def test_the_picture_counts_areas(bank, clean):
    customers = hit(clean["customers"], "gender", range(30), "未知")
    customers = hit(customers, "birth_date", range(20), pd.Timestamp("1900-01-01"))
    people = dq.people(bank(customers=customers))
    filled = dq.by_area(people).set_index("area")["count"]
    assert filled["demographic"] == N - 30
    assert filled["interactions"] == 0
    asked = dq.by_area(people).set_index("area")["n"]
    assert asked["suitability"] == filled["suitability"] == 0  # nobody has wealth products
    assert 0 < asked["owner"] == filled["owner"] < N / 2  # above the lowest tier
    rest = ["demographic", "interactions", "suitability", "owner"]
    assert filled.drop(rest).eq(N).all() and asked.drop(rest[2:]).eq(N).all()
    score = dq.scores(people)
    upper = people["due_owner"]
    assert score[upper].max() == pytest.approx(8 / 9) and score[~upper].max() == pytest.approx(7 / 8)
    assert dq.scores(people, {"identity": 2, "interactions": 1}).unique() == pytest.approx([2 / 3])
    assert not dq.complete(people).any()
    assert dq.complete(people.assign(area_interactions=1)).sum() == N - 30
    assert not {"name", "phone", "email"} & set(people.columns)


@pytest.mark.parametrize("weights", [{"shoe": 1}, {"identity": 0}, {"identity": -1, "owner": 3}])
def test_unusable_weights_are_refused(bank, weights):
    with pytest.raises(ValueError, match="weights"):
        dq.scores(dq.people(bank()), weights)


def test_each_customer_stands_at_the_first_obstacle(bank, clean):
    customers = hit(clean["customers"], "phone", range(10), None)
    customers = customers.astype({"marketing_consent": "boolean"})
    customers = hit(customers, "marketing_consent", range(5, 20), None)
    customers = hit(customers, "marketing_consent", range(20, 50), False)
    people = dq.people(bank(customers=customers))
    found = dq.readiness(people).set_index("state")
    assert found["count"].to_dict() == {
        "no_contact": 10, "consent_unknown": 10, "refused": 30, "ready": 250,
    }  # fmt: skip
    assert found["assets"].sum() == pytest.approx(people["assets"].sum())
    tiers = dq.by_tier(people, "CNY")
    assert tiers["n"].sum() == N and tiers["count"].sum() == 250
    assert dq.by_tier(people.assign(assets=np.nan), "CNY").empty


def test_a_manager_who_left_is_none_and_is_asked_of_upper_tiers_alone(bank, clean):
    people = dq.people(bank(customers=hit(clean["customers"], "staff_id", range(150), "S2")))
    assert people["area_owner"].sum() == 150
    missing = dq.repairs(people).set_index("column").loc["staff_id"]
    without = people[people["due_owner"] & (people["area_owner"] == 0)]
    assert 0 < missing["count"] == len(without) < 150
    assert missing["assets"] == pytest.approx(without["assets"].sum())


def test_what_the_tables_cannot_tell_is_asked_of_everybody(bank):
    people = dq.people(bank(products=None, balances=None))
    assert people["due_owner"].all() and people["due_suitability"].all()


# Drift, and since last time


def test_features_of_a_bank_that_goes_on_as_before_do_not_drift(bank):
    view = bank()
    now, then = dq.people(view), dq.people(view.at(date(2024, 5, 31)))
    drift, unknown = dq.feature_drift(then, now)
    assert not set(dq.MUST_MOVE) & set(drift["feature"])
    assert "has_loan" in set(drift["feature"])
    assert "digital_contacts_90d" in unknown
    fallen = now.assign(assets=now["assets"] / 3)
    drift, _unknown = dq.feature_drift(now, fallen)
    assert drift.loc[drift["drifted"], "feature"].tolist() == ["assets"]
    assert dq.feature_drift(then.head(0), now)[0].empty


def test_changes_are_told_only_beyond_chance(bank, clean):
    people = dq.people(bank())
    none = dq.consistency(bank())
    worse = people.assign(area_contact=np.arange(N) % 4 > 0)
    change = dq.compared(dq.measures(people, none), dq.measures(worse, none)).set_index("measure")
    assert change.loc["area_contact", "verdict"] == "worse"
    assert change.loc["area_contact", "change"] == pytest.approx(-0.25)
    assert (change.drop(["area_contact", "contactable"])["verdict"] == "same").all()
    assert "1 Jan 2024, 0 of" in dq.change_words(change.reset_index(), date(2024, 1, 1))
    same = dq.change_words(change[change["verdict"] == "same"].reset_index(), date(2024, 1, 1))
    assert same.startswith("None of") and same.endswith("changed beyond chance since 1 Jan 2024.")


def test_a_day_before_the_first_booking_is_none_to_compare_with(bank):
    view = bank()
    fresh = dq.freshness(dq.rows_by_day(view), view.as_of)
    assert dq.booked_before(fresh, date(2022, 12, 25)) == 10
    assert dq.booked_before(fresh, date(2022, 12, 1)) == 0
    assert dq.booked_before(fresh[fresh["table"] != "transactions"], AS_OF) == 0
    people, none = dq.people(view), dq.consistency(view)
    empty = dq.compared(dq.measures(people, none).head(0), dq.measures(people, none))
    assert dq.change_words(empty, date(2022, 12, 1)) == "Nothing can be compared with 1 Dec 2022."


def test_months_before_keeps_month_ends():
    assert dq.months_before(date(2024, 12, 31), 6) == date(2024, 6, 30)
    assert dq.months_before(date(2024, 8, 30), 6) == date(2024, 2, 29)
    assert dq.months_before(date(2024, 3, 15), 6) == date(2023, 9, 15)


# The whole


def test_topics_that_lack_tables(bank):
    found = dq.runnable(bank()).set_index("topic")
    assert found.loc["segmentation", "runs"]
    assert found.loc["fraud", "missing"] == "fraud_labels"
    assert len(found) == 16


def outcome(view) -> tuple:
    before = view.at(dq.months_before(view.as_of, 6))
    people, blanks, wrong = dq.people(view), dq.completeness(view), dq.consistency(view)
    score, days = dq.scores(people), dq.rows_by_day(view)
    fresh, months = dq.freshness(days, view.as_of), dq.rows_by_month(days, view.as_of)
    drift = dq.feature_drift(dq.people(before), people)[0]
    jumps = dq.moved(dq.monthly_blanks(view))
    health = dq.checks(blanks, jumps, fresh, months, wrong, score, drift, dq.readable(view)[1], before.as_of)
    figures = dq.figures(people, score, wrong, {})
    return (
        dq.headline(people, score, wrong, health),
        figures,
        {name: ok for name, ok, _said in health},
        people,
    )


def test_the_answer_and_the_checks_of_a_clean_bank(bank):
    headline, figures, health, people = outcome(bank(as_of="2024-06-30"))
    assert headline.startswith(
        "The tables can be trusted: all can be read, none has stopped being filled, and of"
    )
    assert "most often missing: Contact within a year (100.0%). 100.0% of customers" in headline
    values = {one["name"]: one["value"] for one in figures}
    assert values["contactable_share"] == 1 and values["contradictions"] == 0
    assert values["complete_share"] == 0
    # Money only comes in, so that balances do grow; there is no table of contacts.
    assert [name for name, ok in health.items() if not ok] == ["picture", "features_steady"]
    assert dq.decision(dq.repairs(people), "EUR")["customers"] == 0


def test_checks_fire(bank, clean):
    bookings = clean["transactions"]
    june = bookings.index[bookings["booked_at"] >= "2024-06-01"]
    customers = clean["customers"].assign(marketing_consent=None, risk_appetite=None, name=None)
    accounts = hit(clean["accounts"], "opened_on", range(30), pd.Timestamp("2022-11-01"))
    balances = clean["balances"][clean["balances"]["month_end"] != "2024-01-31"]
    orphans = pd.DataFrame({"response_id": ["R"], "item": "I", "score": 1.0})
    view = bank(
        customers=customers,
        accounts=accounts,
        balances=balances[balances["month_end"] < "2024-03-01"],
        transactions=hit(bookings, "channel", june, None),
        survey_answers=orphans,
    )
    headline, _figures, health, people = outcome(view)
    assert [name for name, ok in health.items() if ok] == ["history"]
    assert headline.startswith("The tables need care. ")
    call = dq.decision(dq.repairs(people), "EUR")
    assert call["customers"] == N and "Consent to be contacted" in call["what"]


def test_the_column_with_most_money_behind_it_comes_first(bank, clean):
    customers = hit(clean["customers"], "region", range(100), None)
    people = dq.people(bank(customers=hit(customers, "gender", range(200, 220), None)))
    people.loc[people["customer_id"] == "C210", "assets"] = 1e9
    assert dq.repairs(people)["column"].tolist() == ["gender", "region"]
    assert "Gender, for 20 of 300 customers" in dq.decision(dq.repairs(people), "EUR")["what"]
    few = dq.repairs(people).assign(count=10)
    assert "Gender, for fewer than 11 of 300 customers" in dq.decision(few, "EUR")["what"]


def test_what_came_later_moves_nothing(bank, clean):
    day = "2024-03-31"
    with_future = outcome(bank(as_of=day))
    past = {
        "transactions": clean["transactions"][clean["transactions"]["booked_at"] < "2024-04-01"],
        "balances": clean["balances"][clean["balances"]["month_end"] <= day],
    }
    without = outcome(bank(as_of=day, **past))
    assert with_future[:3] == without[:3]


def test_a_filter_looks_at_its_customers_alone(bank):
    assert len(dq.people(bank(where="branch_id = 'B1'"))) == N / 2
    nobody = outcome(bank(where="branch_id = 'B9'"))
    assert nobody[0] == "There are no customers on this day."


def test_accounts_are_needed(bank):
    with pytest.raises(MissingTable, match="accounts"):
        dq.people(bank(accounts=None, transactions=None, balances=None))


# The simulated bank


RULES = {"blank": "blank", "1900-01-01": "usual age", "spelling": "usual values", "zero": "zero"}


def test_planted_dirt_is_found_to_the_row(demo_folder, demo_truth):
    dirt = json.loads((demo_truth / "parameters.json").read_text())["dirt"]
    planted = {(d["table"], d["column"], RULES[d["kind"]]): d["rows"] for d in dirt if d["kind"] in RULES}
    view = open_bank(str(demo_folder)).view()
    findings = {(f.table, f.column, f.rule): f.count for f in dq.findings_of(view)}
    assert len(planted) > 10
    assert findings == {where: rows for where, rows in planted.items() if rows}
    blanks = dq.worst(dq.completeness(view)).set_index("label")["count"].to_dict()
    assert blanks == {
        f"{table}.{column}": n for (table, column, rule), n in findings.items() if rule == "blank"
    }


def test_the_contract_is_checked_on_the_whole_delivery_alone(bank):
    view = bank(where="branch_id = 'B1'")
    assert dq.findings_of(view) is None
    assert dq.findings_of(view.bank.view("2024-05-31")) is None
    assert "Not checked" in dq.contract(None)[2]


def test_broken_rules_are_told_without_a_value(bank, clean):
    customers = hit(clean["customers"], "gender", range(6), "x-secret")
    customers = hit(customers, "region", range(6), None)
    table = dq.broken_rules(dq.findings_of(bank(customers=customers)), {"customers": N})
    assert table["where"].tolist() == ["customers.gender"]  # blanks stand elsewhere
    assert table.loc[0, ["count", "share"]].tolist() == [6, 0.02]
    assert "secret" not in table.to_csv()
    reason = Finding(
        "customers", "", "unreadable table", "error", "cannot be read: row 7 is x-secret", "", ""
    )
    assert dq.broken_rules([reason], {})["problem"].tolist() == ["cannot be read"]


def test_the_simulated_bank_contradicts_itself_nowhere(demo_folder):
    found = dq.consistency(open_bank(str(demo_folder)).view())
    assert {"not_reconciled", "off_scale", "outside_life"} <= set(found["check"])
    assert found["count"].sum() == 0
