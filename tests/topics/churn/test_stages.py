"""Stages by rules worked out by hand, and their flow with known rates."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from tests.topics.churn.tiny import bank, tables

from analysis import language
from analysis.bank.source import View, open_bank
from analysis.topics.churn import stage_flow as flow
from analysis.topics.churn.definitions import Definition
from analysis.topics.churn.stages import CODES, StageRule, labels, stage_table, stages

END = date(2024, 12, 31)
OLD = date(2020, 1, 1)


def before(days: int) -> date:
    return END - timedelta(days=days)


def bookings(last: int, earlier: int) -> list[date]:
    """So many bookings in the last 90 days and in the 90 days before."""
    return [before(k % 90) for k in range(last)] + [before(90 + k % 90) for k in range(earlier)]


@pytest.fixture(scope="module")
def view(tmp_path_factory) -> View:
    ends = [day.date() for day in pd.date_range("2024-01-31", "2024-12-31", freq="ME")]
    seen = {
        "new": bookings(0, 0), "steady": bookings(30, 30), "fewer": bookings(20, 40), "a bit fewer": bookings(35, 40),
        "fewer by chance": bookings(2, 4), "more": bookings(40, 20), "quiet": [before(90)], "just active": bookings(1, 1),
        "never": [], "saves": bookings(30, 30), "withdraws": bookings(30, 30), "more but poorer": bookings(40, 20),
    }  # fmt: skip
    rising, falling = np.linspace(50, 160, 12), np.linspace(160, 50, 12)
    paths = {"saves": rising, "withdraws": falling, "more but poorer": falling, "steady": np.full(12, 100.0)}
    people = {name: (before(179) if name == "new" else OLD, None) for name in seen}
    accounts = [(name, name, "save", joined, None) for name, (joined, _left) in people.items()]
    balances = {name: dict(zip(ends, path, strict=True)) for name, path in paths.items()}
    frames = tables(people, accounts, seen, balances)
    return bank(tmp_path_factory.mktemp("stages"), frames).view(END)


def found(view: View, rule: StageRule | None = None) -> dict[str, str]:
    return stages(view, rule).to_pandas().set_index("customer_id")["sign"].to_dict()


def test_each_customer_is_where_the_rules_say(view):
    assert found(view) == {
        "new": "new", "steady": "steady", "fewer": "fewer_bookings", "a bit fewer": "steady",
        "fewer by chance": "steady", "more": "more_bookings", "quiet": "quiet", "just active": "steady",
        "never": "quiet", "saves": "balance_up", "withdraws": "balance_down", "more but poorer": "balance_down",
    }  # fmt: skip
    stage = stages(view).to_pandas().set_index("customer_id")["stage"]
    assert stage[["new", "saves", "more", "steady", "quiet", "withdraws"]].tolist() == [
        "introduction", "growth", "growth", "maturity", "decline", "decline",
    ]  # fmt: skip


def test_the_rule_is_a_parameter(view):
    assert found(view, StageRule(new_days=179))["new"] == "quiet"
    assert found(view, StageRule(quiet_days=91))["quiet"] == "steady"
    assert found(view, StageRule(bookings_change=0.51))["fewer"] == "steady"
    assert found(view, StageRule(balance_change=0.99))["withdraws"] == "balance_down"
    assert found(view, StageRule(bookings_change=0.99))["more"] == "more_bookings"


def test_without_balances_the_stages_come_from_bookings(tmp_path):
    frames = tables({"A": (OLD, None)}, [("A", "A", "save", OLD, None)], {"A": bookings(20, 40)})
    assert found(bank(tmp_path, frames).view()) == {"A": "fewer_bookings"}
    assert "deposits" not in StageRule().sentences(balances=False)["decline"]


def test_a_rule_that_makes_no_sense_is_refused():
    with pytest.raises(ValueError, match="quiet_days is 0"):
        StageRule(quiet_days=0)
    with pytest.raises(ValueError, match=r"balance_change is 1\.5; expected a share"):
        StageRule(balance_change=1.5)


def test_the_table_says_rule_and_need_in_both_languages(view):
    table = stage_table(stages(view).to_pandas(), StageRule(quiet_days=77))
    assert table["customers"].tolist() == [1, 2, 4, 5] and table["share"].sum() == pytest.approx(1)
    assert "77 days" in table.set_index("stage").loc["decline", "rule"]
    assert table["need"].str.len().min() > 10
    language.use("zh")
    assert list(labels()) == list(CODES)
    language.use("en")


def walk(customers: int, matrix: np.ndarray, steps: int, seed: int) -> pd.DataFrame:
    """Customers who move between growth, maturity and decline by a known Markov chain; the last column leaves."""
    rng = np.random.default_rng(seed)
    state = rng.integers(0, 3, customers)
    rows = []
    for step in range(steps + 1):
        here = state < 3
        names = np.array(CODES[1:])[state[here]]
        rows.append(
            pd.DataFrame({"customer_id": np.flatnonzero(here).astype(str), "day": step, "stage": names})
        )
        draws = rng.random(customers)[:, None] > np.cumsum(np.vstack([matrix, [0, 0, 0, 1.0]]), axis=1)[state]
        state = draws.sum(axis=1)
    table = pd.concat(rows, ignore_index=True)
    return table.assign(day=pd.Timestamp("2024-01-01") + pd.to_timedelta(90 * table["day"], "D"))


MATRIX = np.array([[0.5, 0.3, 0.15, 0.05], [0.1, 0.8, 0.08, 0.02], [0.05, 0.2, 0.65, 0.1]])


def test_rates_and_time_spent_of_a_known_chain_lie_in_their_intervals():
    stepped = flow.moves(walk(4_000, MATRIX, 5, 3))
    table = flow.rates(stepped).set_index(["origin", "target"])
    names = [*CODES[1:], "left"]
    truth = {(o, t): MATRIX[i, j] for i, o in enumerate(names[:3]) for j, t in enumerate(names)}
    inside = sum(table.loc[key, "low"] <= p <= table.loc[key, "high"] for key, p in truth.items())
    assert inside >= 10, "of twelve 95 % intervals"
    spent = flow.time_spent(stepped).set_index("stage")
    months = 90 / flow.MONTH / (1 - np.diag(MATRIX[:, :3]))
    assert ((spent["low"] < months) & (months < spent["high"])).sum() >= 2
    assert spent["months"].to_numpy() == pytest.approx(months, rel=0.06)
    assert "one mean serves" in flow.memory(flow.time_spent(stepped))


def spent(**change) -> pd.DataFrame:
    row = {"stage": "decline", "label": "Decline stage", "months": 6.0, "low": 5.0, "high": 7.0, "difference": 0.0,
           "difference_low": -0.1, "difference_high": 0.1}  # fmt: skip
    return pd.DataFrame([row | change])


@pytest.mark.parametrize(
    ("rates", "said"),
    [
        ([0.5, 0.28, 0.2, 0.02], "(5.0 to 7.0). For one customer who leaves from it, 24 return to growth or maturity."),
        ([0.5, 0.2, 0.1, 0.2], "(5.0 to 7.0). For one customer who leaves from it, 1.5 return to growth or maturity."),
        ([0.5, 0.1, 0.1, 0.3], "(5.0 to 7.0)."),
        # What the chart withholds cannot be told from the sentence.
        ([0.5, np.nan, 0.2, 0.02], "(5.0 to 7.0)."),
        ([0.5, 0.2, 0.28, np.nan], "(5.0 to 7.0)."),
        ([np.nan, 0.2, 0.2, 0.2],
         "Too few customers were seen in decline, or nobody or everybody stayed: how long it lasts is not known."),
    ],
)  # fmt: skip
def test_the_sentence_on_decline_tells_nothing_that_is_withheld(rates, said):
    table = pd.DataFrame(
        {"origin": "decline", "target": ["decline", "growth", "maturity", "left"], "rate": rates}
    )
    assert flow.sentence(spent(), table).endswith(said)


def test_whether_the_stay_has_a_memory_is_said_only_if_it_was_seen():
    assert "is not shown: one mean serves" in flow.memory(spent())
    assert flow.memory(spent(difference=np.nan, difference_low=np.nan)).startswith(
        "Too few steps are on record"
    )
    assert "Decline stage: the chance to stay depends" in flow.memory(spent(difference_low=0.05))


def test_a_stay_that_depends_on_the_past_is_told():
    """Half of the customers never move, the others always."""
    stay, go = np.eye(4)[:3], np.array([[0, 1.0, 0, 0], [0, 0, 1.0, 0], [1.0, 0, 0, 0]])
    movers = walk(300, go, 4, 2)
    both = pd.concat([walk(300, stay, 4, 1), movers.assign(customer_id="m" + movers["customer_id"])])
    said = flow.memory(flow.time_spent(flow.moves(both)))
    assert "Growth stage, Maturity stage, Decline stage: the chance to stay depends" in said


def test_who_is_gone_by_the_next_day_has_left():
    days = pd.to_datetime(["2024-01-01", "2024-04-01", "2024-07-01"])
    rows = [("stays", 0, "growth"), ("stays", 1, "decline"), ("stays", 2, "decline"), ("goes", 0, "decline"),
            ("joins", 1, "introduction"), ("joins", 2, "maturity")]  # fmt: skip
    walked = pd.DataFrame([(c, days[k], s) for c, k, s in rows], columns=["customer_id", "day", "stage"])
    stepped = flow.moves(walked).set_index(["customer_id", "day"]).sort_index()
    assert stepped.loc[("goes", days[0]), "target"] == "left"
    assert stepped.loc[("stays", days[1]), ["origin", "target", "before"]].tolist() == [
        "decline",
        "decline",
        "growth",
    ]
    assert stepped.loc[("joins", days[1]), "target"] == "maturity" and len(stepped) == 4
    assert flow.shares(walked).set_index(["day", "stage"]).loc[(days[0], "decline"), "share"] == 0.5


def test_stages_of_the_simulated_bank_foretell_who_leaves(demo_folder):
    view = open_bank(str(demo_folder)).view()
    walked = flow.path(view, steps=3)
    assert walked["day"].nunique() == 4
    table = flow.later_churn(view, Definition("contractual"), walked).set_index("stage")
    assert table.loc["decline", "rate"] > 1.3 * table.loc["maturity", "rate"]
    assert table["n"].sum() == (walked["day"] < walked["day"].max()).sum()
    assert (table["low"] < table["rate"]).all() and (table["rate"] < table["high"]).all()
    assert flow.later_churn(view, Definition("contractual", horizon_days=600), walked).empty
    words = flow.sentence(flow.time_spent(flow.moves(walked)), flow.rates(flow.moves(walked)))
    assert words.startswith("Decline lasts")


def test_days_without_180_days_of_bookings_before_are_no_part_of_the_path(demo_folder):
    view = open_bank(str(demo_folder)).view()
    first = view.table("transactions").booked_at.min().to_pyarrow().as_py().date()
    assert flow.path(view.at(first + timedelta(days=300)), steps=4)["day"].nunique() == 2
    assert flow.path(view.at(first + timedelta(days=179)), steps=4)["day"].nunique() == 1
