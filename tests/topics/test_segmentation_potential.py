"""Potential customers: signs by hand, planted ones found, no look-ahead, the same on every table."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from analysis.bank.source import open_bank
from analysis.topics import segmentation as seg
from analysis.topics.segmentation import potential as pot
from analysis.topics.segmentation.elsewhere import COLUMNS

BELOW = 50_000


def person(**columns) -> dict:
    """A customer of the median income who sends nothing on."""
    base = {
        "customer_id": "C1", "assets": 20_000.0, "balance_mean_12m": 20_000.0, "income_monthly": 8_000.0,
        "salary_365d": 96_000.0, "swept_365d": 0.0, "sent_365d": 10_000.0, "inflow_365d": 97_000.0,
        "card_365d": 12_000.0, "income_band": "60k-120k",
    }  # fmt: skip
    return base | columns


def crowd(*people: dict) -> pd.DataFrame:
    others = [person(customer_id=f"O{i}") for i in range(20)]
    return pd.DataFrame([*others, *people])


def last(scored: pd.DataFrame) -> pd.Series:
    return scored.iloc[-1]


@pytest.mark.parametrize(
    ("columns", "sign", "points"),
    [
        ({"swept_365d": 0.3 * 96_000}, "salary_swept", 0),
        ({"swept_365d": 0.5 * 96_000}, "salary_swept", 0.5),
        ({"swept_365d": 0.9 * 96_000}, "salary_swept", 1),
        ({"balance_mean_12m": 5_000}, "income_not_kept", 0.5),
        ({"balance_mean_12m": -900}, "income_not_kept", 1),
        ({"income_monthly": 12_000}, "high_income", 0.5),
        ({"sent_365d": 30_000}, "sent_out", 1),
        ({"card_365d": 365 / 30 * 20_000}, "card_spending", 0.5),
        ({"income_band": "over 600k"}, "income_band", 1),
    ],
)
def test_each_sign_follows_its_rule(columns, sign, points):
    found = last(pot.signs(crowd(person(**columns)), BELOW))
    assert found[sign] == pytest.approx(points)
    others = [name for name in pot.BOUNDS if name != sign]
    if sign not in ("income_not_kept", "high_income"):  # income and balance stand in several signs
        assert found[others].fillna(0).sum() == 0


def test_who_has_money_here_is_no_candidate():
    table = pot.signs(crowd(person(assets=50_000.0), person(assets=49_999.0), person(assets=np.nan)), BELOW)
    assert table["candidate"].tolist()[-3:] == [False, True, False]


def test_what_is_unknown_is_no_sign():
    empty = {name: np.nan for name in COLUMNS if name not in ("customer_id", "assets", "income_band")}
    found = last(pot.signs(crowd(person(**empty, income_band=None)), BELOW))
    assert found[list(pot.BOUNDS)].isna().all()
    assert found["score"] == found["seen"] == 0


def test_a_table_of_your_own_needs_two_columns():
    table = pot.signs(pd.DataFrame({"customer_id": ["a"], "assets": [5.0]}), BELOW)
    assert table["score"].tolist() == [0]
    with pytest.raises(ValueError, match=r"lacks assets \(positive deposit"):
        pot.signs(pd.DataFrame({"customer_id": ["a"]}), BELOW)


def test_bands_stand_in_the_order_given_or_of_their_numbers():
    names = ["under 60k", "60k-120k", "120k-240k", "over 1,000k"]
    people = pd.DataFrame([person(customer_id=name, income_band=name) for name in names for _ in range(5)])
    by_number = pot.signs(people, BELOW).groupby("customer_id")["income_band_value"].first()
    assert by_number[names].tolist() == [0, 0.25, 0.5, 0.75]
    given = pot.signs(people.replace({"under 60k": "low"}), BELOW, ["low", *names[1:]])
    assert given["income_band_value"].tolist()[::5] == [0, 0.25, 0.5, 0.75]
    assert pot.signs(people.assign(income_band="high"), BELOW)["income_band"].isna().all()
    with pytest.raises(ValueError, match="income_band is 'over 1,000k'; expected one of under 60k"):
        pot.signs(people, BELOW, names[:3])


def test_the_list_says_why():
    rich = person(
        customer_id="R", swept_365d=0.9 * 96_000, income_monthly=24_000, sent_365d=86_400, assets=400.0
    )
    listed = pot.potential(pot.signs(crowd(rich, person(customer_id="S", assets=9e6)), BELOW))
    assert listed["customer_id"].tolist() == ["R"]
    why = listed["why"][0]
    assert "90% of salary sent out within 3 days" in why
    assert "income 3.0 times the median" in why
    assert "transfers out in a year 8.6 times the median" in why
    assert listed["seen"][0] == 3


def test_signs_are_counted_among_candidates():
    swept = [person(customer_id=f"S{i}", swept_365d=90_000.0, assets=9e6 * (i == 0)) for i in range(5)]
    table = pot.sign_table(pot.signs(crowd(*swept), BELOW)).set_index("sign")
    assert table.loc["salary_swept", ["customers", "known"]].tolist() == [4, 24]
    assert table.loc["salary_swept", "low"] < 4 / 24 < table.loc["salary_swept", "high"]
    assert table["of_score"].sum() == pytest.approx(1)
    assert table.loc["salary_swept", "rule"] == "50% of salary sent out within 3 days, or more"
    assert table.loc["income_not_kept", "rule"].endswith("or less")


# From the bank


def bank(folder, bookings: list[tuple], **more) -> str:
    """Customer a with two accounts, b with one; a booking: account, moment, amount, category."""
    tables = {
        "bank_profile": pd.DataFrame(
            {"bank_id": ["T"], "name": ["Test"], "currency": ["CNY"], "country": ["CN"],
             "extracted_on": [date(2024, 12, 31)]}
        ),
        "customers": pd.DataFrame(
            {"customer_id": ["a", "b"], "joined_on": [date(2020, 1, 1)] * 2, "left_on": [None, None],
             "birth_date": date(1980, 1, 1), "gender": "female", "branch_id": "B1", "region": "East",
             "marketing_consent": True, "income_band": ["over 600k", None]}
        ),
        "accounts": pd.DataFrame(
            {"account_id": ["a1", "a2", "b1"], "customer_id": ["a", "a", "b"], "product_id": "D",
             "opened_on": [date(2020, 1, 1)] * 3}
        ),
        "transactions": pd.DataFrame(
            [(str(i), account, pd.Timestamp(moment), float(amount), category, "mobile")
             for i, (account, moment, amount, category) in enumerate(bookings)],
            columns=["transaction_id", "account_id", "booked_at", "amount", "category", "channel"],
        ),
    } | more  # fmt: skip
    for name, frame in tables.items():
        frame.to_parquet(folder / f"{name}.parquet", index=False)
    return str(folder)


BOOKINGS = [
    ("a1", "2024-05-10 09:00", 1000, "salary"),
    ("a1", "2024-05-11 09:00", -600, "transfer_out"),
    ("a1", "2024-05-13 23:00", -300, "transfer_out"),
    ("a1", "2024-05-14 00:10", -50, "transfer_out"),  # the fourth day
    ("a1", "2024-06-10 09:00", 1000, "salary"),
    ("a1", "2024-06-11 09:00", -800, "transfer_out"),  # to the own savings account
    ("a2", "2024-06-11 09:00", 800, "transfer_in"),
    ("a1", "2024-06-29 09:00", 1000, "salary"),  # too young to tell whether it is sent on
    ("b1", "2024-06-01 09:00", 500, "transfer_in"),
    ("b1", "2024-06-02 09:00", -90, "card_payment"),
]


def read(url: str, day: str) -> pd.DataFrame:
    found = seg.customers(open_bank(url).view(day), COLUMNS).select(*COLUMNS)
    return found.to_pandas().set_index("customer_id").sort_index()


def test_evidence_by_hand(tmp_path):
    found = read(bank(tmp_path, BOOKINGS), "2024-06-30")
    assert list(found.columns) == [name for name in COLUMNS if name != "customer_id"]
    assert found.loc["a", ["salary_365d", "swept_365d", "sent_365d"]].tolist() == [2000, 900, 950]
    assert found.loc["a", "income_monthly"] == pytest.approx(1000, rel=0.6)
    assert found.loc["b", ["sent_365d", "card_365d"]].tolist() == [0, 90]
    assert found.loc["b", "income_monthly"] == pytest.approx(500 * 30 / 365)
    assert found["income_band"].tolist()[0] == "over 600k"


def test_what_happens_later_moves_nothing(tmp_path):
    before = read(bank(tmp_path, BOOKINGS), "2024-06-30")
    later = [("a1", "2024-07-01 00:00", -900, "transfer_out"), ("b1", "2024-07-03 09:00", 9e6, "salary")]
    after = read(bank(tmp_path, BOOKINGS + later), "2024-06-30")
    pd.testing.assert_frame_equal(before, after)


@pytest.fixture(scope="module")
def simulated(demo_folder) -> pd.DataFrame:
    return pot.signs(seg.fetched(open_bank(str(demo_folder)).view(), COLUMNS), BELOW)


def test_planted_potential_customers_are_found(simulated, demo_truth):
    planted = pd.read_parquet(demo_truth / "customers.parquet").set_index("customer_id")["potential"]
    truth = planted[simulated["customer_id"]].to_numpy()
    ranked = simulated["score"].where(simulated["candidate"], -1)
    auc, naive = roc_auc_score(truth, ranked), roc_auc_score(truth, simulated["inflow_365d"])
    assert auc >= 0.8
    assert auc > naive
    # The simulated sweep is plain to see; the score is to stand without it too.
    assert roc_auc_score(truth, ranked - simulated["salary_swept"].fillna(0)) >= 0.8


def test_more_signs_mean_more_planted_ones(simulated, demo_truth):
    planted = pd.read_parquet(demo_truth / "customers.parquet").set_index("customer_id")["potential"]
    known = simulated[simulated["candidate"]]
    shares = planted[known["customer_id"]].groupby(known["seen"].clip(1, 4).to_numpy()).mean()
    assert shares.is_monotonic_increasing


def test_potential_customers_last(simulated, demo_folder):
    view = open_bank(str(demo_folder)).view()
    then = pot.signs(seg.fetched(view.at(view.as_of - timedelta(days=180)), COLUMNS), BELOW)
    table = pot.lasting(then, simulated).set_index("group")
    assert table.loc["potential", "low"] > table.loc["others", "high"]
    shuffled = then.assign(seen=np.random.default_rng(1).permutation(then["seen"]))
    table = pot.lasting(shuffled, simulated).set_index("group")
    assert table.loc["potential", "low"] < table.loc["others", "high"]
