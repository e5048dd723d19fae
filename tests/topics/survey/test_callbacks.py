"""Whom to call, by when, in which order; and whether those before them were called."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from analysis import language
from analysis.bank.source import open_bank
from analysis.statistics.differences import share_difference
from analysis.topics.complaints import cases as complaints
from analysis.topics.survey import answers, callbacks, closed_loop

AS_OF = date(2024, 10, 11)  # a Friday after the holidays of the National Day


def invited(**last) -> pd.DataFrame:
    """Six customers; C1 and C2 detract, C3 is passive, C4 did not answer, C5 gave no score, C6 answered long ago."""
    days = [*["2024-10-08"] * 3, None, "2024-10-08", "2024-08-01"]
    table = pd.DataFrame(
        {
            "customer_id": [f"C{k}" for k in range(1, 7)],
            "response_id": ["R1", "R2", "R3", None, "R5", "R6"],
            "answered_on": pd.to_datetime(days),
            "assets": [1_000.0, 400.0, 9e9, 1.0, 1.0, 9e9],
        }
    )
    return table.assign(**last)


SCORES = pd.DataFrame({"nps": [6.0, 0.0, 8.0, np.nan, 0.0]}, index=["R1", "R2", "R3", "R5", "R6"])
PEOPLE = pd.DataFrame(
    {"customer_id": ["C1", "C2", "C3", "C6"], "marketing_consent": [True, False, True, True]}
)


def called(**more) -> pd.DataFrame:
    rows = callbacks.answered(invited(), SCORES)
    return callbacks.callbacks(rows, PEOPLE, AS_OF, country="CN", **more).set_index("customer_id")


def test_recent_detractors_are_called_in_order_of_value_times_depth():
    table = called()
    assert table.index.tolist() == ["C2", "C1"]  # 400 x 7/7 before 1,000 x 1/7
    assert table["priority"].round(1).tolist() == [400.0, 142.9]
    assert table["offers"].tolist() == [False, True]  # a call for service needs no consent, an offer does
    assert set(table["state"]) == {"due"} and set(table["due_on"]) == {pd.Timestamp("2024-10-15")}
    worth = called(value=pd.Series({"C1": 90_000.0}))
    assert (
        worth.index.tolist() == ["C2", "C1"] and worth.loc["C2", "priority"] == 90_000
    )  # the median where unknown
    assert np.isnan(worth.loc["C2", "value"])


@pytest.mark.parametrize(
    ("answered", "within", "country", "due"),
    [
        ("2024-10-11", 1, "CN", "2024-10-14"),  # over the weekend
        ("2024-10-12", 1, "CN", "2024-10-14"),  # of a Saturday: the first working day is Monday
        ("2024-09-30", 1, "CN", "2024-10-08"),  # over the National Day
        ("2024-09-30", 1, "", "2024-10-01"),
        ("2024-12-31", 2, "US", "2025-01-03"),  # over the turn of the year
        ("2024-10-07", 0, "", "2024-10-07"),
    ],
)
def test_working_days_are_counted_without_weekends_and_holidays(answered, within, country, due):
    assert callbacks.due_on(pd.Series([pd.Timestamp(answered), pd.NaT]), within, country).tolist() == [
        pd.Timestamp(due),
        pd.NaT,
    ]


def test_who_is_late_comes_first_and_who_was_called_last():
    days = pd.to_datetime(["2024-09-25", "2024-10-08", "2024-10-08", None, "2024-10-08", "2024-08-01"])
    rows = callbacks.answered(invited(answered_on=days), SCORES)
    how = {"country": "CN"}
    table = callbacks.callbacks(rows, PEOPLE, AS_OF, **how).set_index("customer_id")
    assert table["state"].to_dict() == {"C1": "overdue", "C2": "due"} and table.index[0] == "C1"
    spoke = pd.DataFrame({"customer_id": ["C1", "C2"], "day": pd.to_datetime(["2024-10-09", "2024-10-08"])})
    table = callbacks.callbacks(rows, PEOPLE, AS_OF, contacts=spoke, **how).set_index("customer_id")
    assert table["state"].to_dict() == {
        "C2": "due",
        "C1": "done",
    }  # what was said on the day of the answer came before it
    assert "1 was spoken to since" in callbacks.sentence(table, "CNY")


def test_an_open_case_means_one_contact_not_two():
    cases = pd.DataFrame(
        {
            "customer_id": ["C1", "C2", None],
            "resolved_at": [pd.NaT, pd.NaT, pd.NaT],
            "kind": ["complaint", "enquiry", "complaint"],
        }
    )
    table = called(cases=cases)
    assert table["state"].to_dict() == {"C2": "due", "C1": "open_case"}
    assert "hears from its handler only" in callbacks.sentence(table, "CNY")
    assert called(cases=cases.assign(resolved_at=pd.Timestamp("2024-10-01")))["state"].tolist() == [
        "due",
        "due",
    ]


def test_each_customer_once_by_the_last_answer():
    rows = pd.concat(
        [
            invited(),
            invited(response_id=["R7", None, None, None, None, None], answered_on=pd.Timestamp("2024-10-09")),
        ]
    )
    scores = pd.concat([SCORES, pd.DataFrame({"nps": [10.0]}, index=["R7"])])
    table = callbacks.callbacks(callbacks.answered(rows, scores), PEOPLE, AS_OF)
    assert table["customer_id"].tolist() == ["C2"]


def test_what_was_rated_worst_is_the_reason():
    scores = pd.DataFrame(
        {"nps": [0.0, 9, 9], "ces": [1.0, 6, 7], "csat": [3.0, 4, 3]}, index=["R1", "R2", "R3"]
    )
    items = pd.DataFrame({"item": ["ces", "csat"], "question": ["Easy?", "Satisfied?"]})
    worst = callbacks.worst_rated(scores, items)
    assert worst.to_dict() == {"R1": "Easy?", "R3": "Satisfied?"}
    assert called(reasons=worst)["reason"].to_dict() == {"C1": "Easy?", "C2": ""}
    assert callbacks.worst_rated(scores.assign(ces=5.0, csat=4.0), items).empty


def test_the_loop_is_closed_only_if_detractors_hear_oftener_than_others():
    people = [f"C{k}" for k in range(400)]
    rows = pd.DataFrame(
        {
            "customer_id": people,
            "answered_on": pd.Timestamp("2024-10-01"),
            "detractor": [True] * 100 + [False] * 300,
        }
    )
    spoke = pd.DataFrame({"customer_id": people[:60] + people[100:130], "day": pd.Timestamp("2024-10-03")})
    late = pd.DataFrame({"customer_id": people[60:100], "day": pd.Timestamp("2024-10-10")})
    table = closed_loop.followed_up(rows, pd.concat([spoke, late]), AS_OF)
    assert table[["customers", "contacted"]].to_numpy().tolist() == [[100, 60], [300, 30]]
    gap = share_difference(30, 300, 60, 100)
    assert table.loc[0, ["difference", "difference_low", "difference_high"]].tolist() == pytest.approx(
        list(gap)
    )
    assert "60.0%" in closed_loop.sentence(table) and "nothing shows" not in closed_loop.sentence(table)
    nobody = closed_loop.followed_up(rows, spoke.iloc[90:], AS_OF)
    assert "nothing shows that anybody called" in closed_loop.sentence(nobody)
    early = closed_loop.followed_up(rows, spoke, date(2024, 10, 2))
    few = closed_loop.followed_up(rows.iloc[90:], spoke, AS_OF)
    for table in (early, few):
        assert closed_loop.sentence(table).startswith("Of fewer than 11 detractors or others")
    assert "not recorded" in closed_loop.sentence(None)


def test_on_the_simulated_bank(demo_folder):
    view = open_bank(str(demo_folder)).view()
    rows = callbacks.answered(answers.invited(view), answers.scores(view))
    spoke = callbacks.contacts(view, rows["answered_on"].min().date())
    table = callbacks.callbacks(
        rows, callbacks.people(view), view.as_of, cases=complaints.cases(view), contacts=spoke, country="CN"
    )
    assert len(table) > 5 and table["customer_id"].is_unique and (table["score"] <= 6).all()
    assert (table["due_on"] >= table["answered_on"]).all()
    assert table.loc[table["state"] == "overdue", "due_on"].max() < pd.Timestamp(view.as_of)
    past = closed_loop.followed_up(rows, spoke, view.as_of, country="CN")
    assert past["contacted"].sum() > 0 and past["customers"].sum() == _due(rows, view.as_of)
    assert past["contacted"].sum() == _spoken_by_hand(rows, demo_folder, view.as_of)
    for code in ("zh", "en"):
        language.use(code)
        assert callbacks.sentence(table, view.currency) and closed_loop.sentence(past)


def _due(rows: pd.DataFrame, as_of: date) -> int:
    return rows.loc[
        callbacks.due_on(rows["answered_on"], 5, "CN") < pd.Timestamp(as_of), "customer_id"
    ].nunique()


def _spoken_by_hand(rows: pd.DataFrame, folder, as_of: date) -> int:
    """Customers spoken to between their last answer that is due and the due day, counted one by one."""
    held = pd.read_parquet(folder / "interactions.parquet").dropna(subset="staff_id")
    made = pd.read_parquet(folder / "crm_activities.parquet")
    made = made[made["outcome"].isin(callbacks.CALLED)]
    when = [*zip(held["customer_id"], held["started_at"].dt.normalize(), strict=True),
            *zip(made["customer_id"], pd.to_datetime(made["done_on"]), strict=True)]  # fmt: skip
    days: dict[str, list] = {}
    for customer, day in when:
        days.setdefault(customer, []).append(day)
    rows = rows.assign(due=callbacks.due_on(rows["answered_on"], 5, "CN"))
    last = rows[rows["due"] < pd.Timestamp(as_of)].sort_values("answered_on").groupby("customer_id").tail(1)
    return sum(
        any(a < day <= d for day in days.get(c, []))
        for c, a, d in last[["customer_id", "answered_on", "due"]].to_numpy()
    )


def test_a_bank_without_contacts_says_so(demo_folder, monkeypatch):
    view = open_bank(str(demo_folder)).view()
    monkeypatch.setattr(view, "has", lambda name: False)
    assert callbacks.contacts(view, date(2023, 1, 1)) is None


def test_scores_out_of_scale_and_missing_columns_are_named():
    with pytest.raises(ValueError, match=r"nps is 55\.0 in 1 responses, such as R2; expected 0 to 10"):
        callbacks.answered(invited(), SCORES.replace(0.0, 55.0).drop("R6"))
    with pytest.raises(ValueError, match="lacks response_id"):
        callbacks.answered(invited().drop(columns="response_id"), SCORES)
    with pytest.raises(ValueError, match="lacks nps"):
        callbacks.answered(invited(), SCORES.rename(columns={"nps": "score"}))
    none = callbacks.answered(invited(), SCORES * np.nan)
    assert none.empty
    assert callbacks.sentence(callbacks.callbacks(none, PEOPLE, AS_OF), "CNY").startswith("No detractor")
