"""Charts of the clock: titles are true of the rows drawn, whichever way they point, and of blank and empty tables."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from tests.charts.test_segmentation import inside, message, words
from tests.topics.complaints import planted

from analysis import language
from analysis.charts import complaints_clock as charts
from analysis.topics.complaints import clock, clock_tables, delay, delay_design

NOT = np.nan


@pytest.fixture(scope="module")
def cases():
    rows = planted.cases(2_500, slowness={"Harbour": 1.5, "Station": 0.8, "Market": 0.9})
    return clock.clock(rows, planted.END)


def test_open_curves_say_what_is_open_at_the_legal_time(cases):
    curves = clock_tables.curves(cases)
    ax = charts.open_curves(curves, {"simple": 15, "complex": 30})
    part = curves[(curves["group"] == "simple") & (curves["time"] <= 15)]
    said = language.percent(part["survival"].iloc[-1])
    assert f"Simple: {said} still open after 15 days" in message(ax)
    inside(ax)


def curve(survival: list[float], group: str = "simple", last: float = 20.0) -> pd.DataFrame:
    time = np.linspace(0, last, len(survival))
    table = pd.DataFrame({"group": group, "label": group.title(), "time": time, "survival": survival})
    return table.assign(low=table["survival"] - 0.01, high=table["survival"] + 0.01)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (curve([1.0, 0.3, 0.0]), "Simple: 30.0% still open after 15 days"),
        (curve([1.0, 1.0, 1.0]), "Simple: 100.0% still open after 15 days"),
        (curve([1.0, 0.0, 0.0]), "Simple: 0.0% still open after 15 days"),
        # One of 2,500 is not nobody.
        (curve([1.0, 0.0004, 0.0004]), "Simple: 0.04% still open after 15 days"),
        # A curve that ends before the legal time says how far it goes.
        (curve([1.0, 0.3], last=9.0), "Simple: 30.0% still open after 9 days"),
        (curve([1.0, 0.3, 0.2], "other"), "Other: 20.0% still open after 20 days"),
        (
            pd.concat([curve([1.0, 0.3, 0.0]), curve([1.0, 0.4, 0.1], "complex")]),
            "Simple: 30.0% still open after 15 days; Complex: 10.0% still open after 20 days",
        ),
        (curve([NOT, NOT]), "Too few complaints have been watched long enough"),
        (curve([]), "Too few complaints have been watched long enough"),
    ],
)
def test_open_curves_say_no_more_than_is_drawn(table, said):
    assert message(charts.open_curves(table, {"simple": 15, "complex": 30})).startswith(said)


def bands(open_: list[float], overdue: list[float]) -> pd.DataFrame:
    return pd.DataFrame(
        {"label": [f"{k} to {k + 1} days" for k in range(len(open_))], "open": open_, "overdue": overdue}
    )


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (bands([20, 0], [0, 12]), "12 of 32 open complaints are past their due date"),
        (bands([20, 5], [0, 0]), "0 of 25 open complaints are past their due date"),
        (bands([0, 0], [20, 5]), "25 of 25 open complaints are past their due date"),
        (bands([0, 0], [0, 1]), "1 of 1 open complaint is past its due date"),
        (bands([20, NOT], [0, NOT]), "0 of 20 open complaints shown are past their due date"),
        (bands([1, NOT], [0, NOT]), "0 of 1 open complaint shown is past its due date"),
        (bands([NOT, NOT], [NOT, NOT]), "Too few people wait for an answer to show how long."),
        (bands([0, 0], [0, 0]), "No complaint is open."),
    ],
)
def test_ageing_counts_the_overdue_that_are_drawn(table, said):
    assert message(charts.ageing(table)) == said


@pytest.mark.parametrize("spoken", ["en", "zh"])
def test_ageing_months_and_curves_are_drawn_whole(spoken, cases):
    language.use(spoken)
    inside(charts.ageing(clock_tables.ageing(cases)))
    for ax in (
        charts.in_time_by_month(months([0.2, 0.1, NOT])),
        charts.open_curves(curve([1.0, 0.9, 0.8], "complex"), {"complex": 30}),
    ):
        inside(ax)
        # Whatever the curves do, the legend is clear of them.
        assert ax.get_legend().get_window_extent().y1 < ax.bbox.y0


def months(share: list[float], half: float = 0.05) -> pd.DataFrame:
    month = pd.date_range("2024-01-01", periods=len(share), freq="MS")
    found = pd.Series(share, dtype=float)
    return pd.DataFrame(
        {"month": month, "share": found, "low": found - half, "high": found + half, "raw": 0.9}
    )


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (months([0.9, 0.6]), "In time: 60.0% of 2024-02, less than the 90.0% of 2024-01"),
        (months([0.6, 0.9]), "In time: 90.0% of 2024-02, more than the 60.0% of 2024-01"),
        # Intervals that overlap and a difference that is beyond chance all the same.
        (months([0.9, 0.82]), "In time: 82.0% of 2024-02, less than the 90.0% of 2024-01"),
        (months([0.9, 0.87]), "In time: 87.0% of 2024-02, 90.0% of 2024-01; a change is not shown"),
        (months([0.9, 0.9]), "In time: 90.0% of 2024-02, 90.0% of 2024-01; a change is not shown"),
        (months([1.0, 1.0], 0.0), "In time: 100.0% of 2024-02, 100.0% of 2024-01; a change is not shown"),
        # 0.3 points that are sure do not read as 90% against 90%.
        (months([0.904, 0.901], 0.001), "In time: 90.1% of 2024-02, less than the 90.4% of 2024-01"),
        (months([0.9, NOT, 0.4, NOT]), "In time: 40.0% of 2024-03, less than the 90.0% of 2024-01"),
        (months([0.9, NOT]), "Fewer than two months are known"),
    ],
)
def test_months_say_whether_the_share_moved(table, said):
    assert message(charts.in_time_by_month(table)).startswith(said)


def test_months_without_a_share_are_counted():
    assert "1 month withheld or not known yet" in words(charts.in_time_by_month(months([0.9, 0.9, NOT])))
    assert "2 months withheld or not known yet" in words(
        charts.in_time_by_month(months([0.9, 0.9, NOT, NOT]))
    )
    charts.in_time_by_month(months([0.9, 0.9]).assign(raw=NOT))


def traits(ratio: list[float], p_adjusted: float = 0.001) -> pd.DataFrame:
    found = pd.Series(ratio, dtype=float)
    return pd.DataFrame(
        {"label": [f"trait {k}" for k in range(len(ratio))], "ratio": found, "low": found * 0.9, "high": found * 1.1,
         "p_adjusted": p_adjusted}
    )  # fmt: skip


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (traits([0.5, 0.07, 1.5]), "trait 1: resolved at 0.07 times the rate (0.06 to 0.08), all else equal"),
        # Nothing is slower: the fastest is what stands out.
        (traits([1.5, 3.0, 2.0]), "trait 1: resolved at 3.00 times the rate (2.70 to 3.30), all else equal"),
        (traits([0.002]), "trait 0: resolved at <0.01 times the rate"),
        (traits([0.5, 2.0], p_adjusted=1.0), "No trait of a complaint goes with a slower or faster answer"),
        (traits([NOT, 0.5]), "trait 1: resolved at 0.50"),
        (traits([NOT]), "Too few complaints are resolved"),
    ],
)
def test_delays_name_the_slowest_that_is_sure(table, said):
    assert message(charts.delays(table)).startswith(said)


def speeds(shrunk: list[float], spread: float = 1.2) -> pd.DataFrame:
    found = pd.Series(shrunk, dtype=float)
    labels = [f"B{k}" for k in range(len(shrunk))]
    return pd.DataFrame({"label": labels, "shrunk": found, "low": found / spread, "high": found * spread})


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (speeds([0.5, 1.0, 0.7]), "Of 3 branches shown 2 are slower than the rest beyond chance, most of all B0: 0.50"),
        (speeds([1.0, 0.5]), "Of 2 branches shown 1 is slower than the rest beyond chance, B1: 0.50 times the rate"),
        (speeds([NOT, 0.5, 1.0]), "Of 2 branches shown 1 is slower than the rest beyond chance, B1"),
        (speeds([1.5, 2.0]), "No branch shown is slower than the rest beyond chance"),
        (speeds([1.0, 1.0]), "No branch shown is slower than the rest beyond chance"),
        (speeds([NOT]), "There are too few branches"),
        (speeds([]), "There are too few branches"),
    ],
)  # fmt: skip
def test_speeds_count_the_branches_that_are_slower_for_sure(table, said):
    assert message(charts.branch_speeds(table)).startswith(said)


def test_a_wide_scale_has_ticks_that_keep_apart():
    wide = traits([1.0]).assign(low=0.001, high=200.0)
    ax = charts.delays(wide)
    ax.figure.draw_without_rendering()
    boxes = [label.get_window_extent() for label in ax.get_xticklabels()]
    assert all(one.x1 < other.x0 for one, other in pairwise(boxes))


def test_of_many_branches_the_slowest_are_drawn():
    ax = charts.branch_speeds(speeds(list(np.linspace(0.4, 2, 30))), most=20, detail="All else equal")
    assert len(ax.get_yticks()) == 20 and "All else equal · the 20 slowest drawn" in words(ax)
    assert message(ax).startswith("Of 30 branches shown")


def test_delays_and_speeds_of_the_fitted_model_are_drawn_whole(cases):
    found = delay.fit(delay_design.prepared(cases, planted.END))
    inside(charts.delays(delay.ratios(found)))
    ax = charts.branch_speeds(found.branches)
    inside(ax)
    assert "1 is slower than the rest beyond chance, Harbour: 0." in message(ax)
