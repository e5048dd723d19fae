"""Who stays: worked out by hand, and against the planted hazards of the simulated bank."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from benchmarks.churn_lifecycle import planted_survival
from tests.topics.churn.tiny import bank, tables

from analysis.bank.source import View, open_bank
from analysis.statistics.survival import kaplan_meier
from analysis.topics.churn import retention as ret
from analysis.topics.churn.cohorts import cohorts
from analysis.topics.churn.definitions import Definition
from analysis.topics.segmentation.tiers import ladder

STEPS = ladder([], "CNY", [100.0], ["low", "high"])


@pytest.fixture(scope="module")
def view(tmp_path_factory) -> View:
    """Bookings from 15 January 2023 to 31 December 2024."""
    people = {
        "old": (date(2020, 1, 1), None), "old leaver": (date(2021, 1, 15), date(2024, 1, 15)),
        "gone before": (date(2020, 1, 1), date(2022, 6, 1)),
        "new": (date(2023, 7, 10), None), "new leaver": (date(2023, 8, 1), date(2024, 2, 1)),
        "newest": (date(2024, 12, 1), None), "half seen": (date(2023, 3, 1), None),
    }  # fmt: skip
    accounts = [(c, c, "save", joined, left) for c, (joined, left) in people.items() if c != "new leaver"]
    accounts += [
        ("card", "new leaver", "card", date(2023, 8, 1), date(2024, 2, 1)),
        ("old's fund", "old", "fund", date(2022, 5, 1), None), ("new's fund", "new", "fund", date(2024, 6, 1), None),
    ]  # fmt: skip
    bookings = {"old": [date(2023, 1, 15), date(2024, 12, 31)], "new": [date(2023, 12, 1)]}
    ends = pd.date_range("2023-01-31", "2024-12-31", freq="ME")
    balances = {
        "old": {end.date(): 500.0 for end in ends},
        "new": {end.date(): 50.0 if end < pd.Timestamp("2023-10-31") else 900.0 for end in ends[6:]},
        "old leaver": {date(2023, 1, 31): 120.0},
    }
    return bank(tmp_path_factory.mktemp("retention"), tables(people, accounts, bookings, balances)).view()


def test_spells_begin_when_a_customer_can_be_seen_leaving(view):
    found = ret.spells(view, STEPS).set_index("customer_id")
    assert "gone before" not in found.index
    first, last = date(2023, 1, 15), date(2024, 12, 31)
    old = found.loc["old"]
    assert (old["enter"], old["exit"], old["left"]) == (
        (first - date(2020, 1, 1)).days,
        (last - date(2020, 1, 1)).days,
        False,
    )
    leaver = found.loc["old leaver"]
    assert (leaver["enter"], leaver["exit"], leaver["left"]) == (730, 1095, True)
    assert found.loc["new", ["enter", "settled"]].tolist() == [0, 90] and found.loc["newest", "exit"] == 30


def test_groups_know_nothing_later_than_their_entry(view):
    found = ret.spells(view, STEPS).set_index("customer_id")
    assert found.loc["old", ["tier", "holdings"]].tolist() == ["high", "2"]
    # 90 days after 10 July 2023 the last month end is September's, and the fund comes a year later
    assert found.loc["new", ["tier", "holdings", "first_product"]].tolist() == ["low", "1", "deposit"]
    assert found.loc["old leaver", "tier"] == "high" and found.loc["half seen", "tier"] == "low"
    assert found.loc["new leaver", "first_product"] == "card"


def test_who_leaves_before_the_first_month_end_is_in_no_tier_curve(view):
    """At the month end they hold nothing, and would count as leavers of the lowest tier."""
    assert (
        ret.spells(view).set_index("customer_id").loc["old", "settled"]
        == (date(2023, 1, 15) - date(2020, 1, 1)).days
    )
    tiered = ret.spells(view, STEPS).set_index("customer_id")
    assert tiered.loc["old", "settled"] == (date(2023, 1, 31) - date(2020, 1, 1)).days
    assert tiered.loc["old", "enter"] == (date(2023, 1, 15) - date(2020, 1, 1)).days


def test_cohorts_count_who_joined_since_the_data_begin(view):
    table = cohorts(view, Definition("contractual"), "half-year").set_index(["cohort", "months"])
    assert {cohort for cohort, _ in table.index} == {"2023 H2", "2024 H2"}, (
        "2023 H1 began before the first booking"
    )
    second = table.loc["2023 H2"]
    assert second["retained"].to_dict() == {0: 2, 3: 1, 6: 1, 9: 1, 12: 1}
    assert (second["customers"] == 2).all() and second.loc[3, "rate"] == 0.5
    quarters = cohorts(view, Definition("contractual"), "quarter")
    assert set(quarters["cohort"]) == {"2023 Q3", "2024 Q4"}
    with pytest.raises(ValueError, match="period is 'week'; expected '' or one of quarter, half-year"):
        cohorts(view, Definition("contractual"), "week")


def test_cohorts_by_behaviour_count_who_is_active(view):
    table = cohorts(view, Definition("behavioural", silent_days=60), "half-year").set_index(
        ["cohort", "months"]
    )
    assert table.loc[("2023 H2", 0), "retained"] == 1, "'new' booked 30 days before the year's end"
    assert table.loc[("2023 H2", 3), "retained"] == 0


def test_three_tables_do(tmp_path):
    people = {f"C{k}": (date(2022, 1, 1) + timedelta(days=k), None) for k in range(40)}
    accounts = [(c, c, "save", joined, None) for c, (joined, _) in people.items()]
    frames = tables(people, accounts, {"C0": [date(2022, 1, 1), date(2024, 1, 1)]})
    view = bank(tmp_path, frames).view()
    found = ret.spells(view, STEPS)
    assert (
        found["tier"].isna().all()
        and set(found["first_product"]) == {"save"}
        and set(found["holdings"]) == {"1"}
    )
    assert ret.curves(found)["survival"].min() == 1.0
    assert ret.curves(found, "tier").empty and np.isnan(ret.compared(found, "tier")[0].p_value)
    assert "from the day they joined" in ret.late_entry(found)
    with pytest.raises(ValueError, match="by is 'branch'; expected '' or one of tier"):
        ret.curves(found, "branch")


def simulated(n: int, seed: int) -> pd.DataFrame:
    """Spells with a known hazard a month by group, most of them from before the data begin, which last 3 years."""
    rng = np.random.default_rng(seed)
    group = rng.choice(["1", "3+"], n)
    life = rng.exponential(1 / np.where(group == "1", 0.02, 0.008))
    joined = rng.uniform(-80, 36, n)
    table = pd.DataFrame(
        {"exit": np.minimum(life, 36 - joined), "enter": np.maximum(-joined, 0), "left": life <= 36 - joined}
    )
    table = (table[["exit", "enter"]] * ret.MONTH).assign(left=table["left"], holdings=group)
    return table.assign(settled=table["enter"])[life > np.maximum(-joined, 0)].reset_index(drop=True)


def test_curves_and_rates_of_planted_hazards():
    found = simulated(8_000, 3)
    table = ret.curves(found, "holdings")
    for group, hazard in (("1", 0.02), ("3+", 0.008)):
        rows = table[table["group"] == group]
        inside = rows["low"].le(np.exp(-hazard * rows["months"])) & rows["high"].ge(
            np.exp(-hazard * rows["months"])
        )
        assert inside.mean() > 0.9 and rows["months"].iloc[0] == pytest.approx(0, abs=0.1)
        assert (rows["customers"] >= ret.FEWEST).all()
    rates = ret.departure_rates(found, "holdings").set_index("group")
    assert rates.loc["1", "low"] < 0.24 < rates.loc["1", "high"]
    assert rates.loc["3+", "low"] < 0.096 < rates.loc["3+", "high"]
    assert "do not leave at the same rate" in ret.compared(found, "holdings")[1]
    shuffled = found.assign(holdings=found["holdings"].sample(frac=1, random_state=1).to_numpy())
    assert "do not differ beyond chance" in ret.compared(shuffled, "holdings")[1]


def test_what_ignoring_late_entry_would_claim_is_told():
    said = ret.late_entry(simulated(8_000, 4))
    assert "joined before the data begin" in said and "for 60 months" in said
    ours, naive = _shares(said)
    truth = 100 * np.mean([np.exp(-0.02 * 60), np.exp(-0.008 * 60)])
    assert abs(ours - truth) < 5 and naive > truth + 15


def _shares(said: str) -> tuple[int, int]:
    found = [int(word.strip(".,;%")) for word in said.split() if word.strip(".,;").endswith("%")]
    return found[-2], found[-1]


def test_survival_of_the_simulated_bank_is_that_of_its_planted_hazards(demo_folder, demo_truth):
    """The mean planted hazard of those at risk in each month of tenure; retention offers lower it a little."""
    view = open_bank(str(demo_folder)).view()
    months = pd.read_parquet(demo_truth / "months.parquet")
    months["month_end"] = pd.to_datetime(months["month_end"])
    planted = planted_survival(view, months)
    found = ret.spells(view)
    curve = kaplan_meier(found["left"], found["exit"], found["enter"], fewest=ret.FEWEST, level=0.997)
    naive = kaplan_meier(found["left"], found["exit"], fewest=ret.FEWEST, level=0.997)
    for month in (12, 36, 60, 120):
        row, wrong = (c[c["time"] <= month * ret.MONTH].iloc[-1] for c in (curve, naive))
        assert row["low"] <= planted[month - 1] <= row["high"], month
        assert wrong["low"] > planted[month - 1], "late entry ignored"


def test_tiers_of_the_simulated_bank_differ(demo_folder):
    view = open_bank(str(demo_folder)).view()
    steps = ladder([], "CNY")
    found = ret.spells(view, steps)
    rates = ret.departure_rates(found, "tier", steps.names).set_index("group")
    assert rates.loc["mass", "rate"] > rates.loc["affluent", "rate"]
    assert rates["label"].tolist()[:2] == ["Mass", "Affluent"]
    holdings = ret.departure_rates(found, "holdings")["rate"]
    assert holdings.is_monotonic_decreasing, "a single product is a planted driver"
