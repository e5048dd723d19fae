"""Charts of complaints: what their titles claim is true of the data; blank and empty tables are coped with."""

import numpy as np
import pandas as pd
import pytest
from tests.charts.test_segmentation import inside, message, words
from tests.topics.complaints import planted

from analysis import language
from analysis.charts import complaints_causes, complaints_clock, complaints_volume
from analysis.report.privacy import suppress
from analysis.topics.complaints import branches, causes, clock, clock_tables, delay, delay_design


def watched(kinds=("Complaints", "Suggestions", "Praise", "Enquiries")) -> pd.DataFrame:
    month = pd.date_range("2022-01-01", periods=36, freq="MS")
    parts = [
        pd.DataFrame(
            {"kind": name, "label": name, "month": month, "baseline": np.arange(36) < 24, "rate": 90.0, "centre": 90.0,
             "low": 50.0, "high": 140.0, "signal": ""}
        )
        for name in kinds
    ]  # fmt: skip
    table = pd.concat(parts, ignore_index=True)
    table.loc[[34, 35], ["rate", "signal"]] = [170.0, "beyond"]
    return table


@pytest.fixture(scope="module")
def cases():
    rows = planted.cases(2_500, slowness={"Harbour": 1.5, "Station": 0.8, "Market": 0.9})
    return clock.clock(rows, planted.END)


@pytest.mark.parametrize("spoken", ["en", "zh"])
def test_control_charts_name_the_kinds_that_ring(spoken):
    language.use(spoken)
    ax = complaints_volume.control_charts(watched())
    assert len(ax.child_axes) == 4 and "Complaints" in message(ax)
    ax.figure.draw_without_rendering()
    assert ax._left_title.get_window_extent().x1 <= ax.figure.bbox.x1
    for small in ax.child_axes:
        box = small.get_tightbbox()
        assert box.x0 >= 0 and box.x1 <= ax.figure.bbox.x1 and box.y0 >= 0
    language.use("en")
    again = complaints_volume.control_charts(watched())
    assert message(again) == "Outside the usual range: Complaints in 2 of the 12 months judged"
    calm = complaints_volume.control_charts(watched().assign(signal=""))
    assert message(calm) == "No kind of feedback left its usual range in the 12 months judged"
    assert "Too few months" in message(complaints_volume.control_charts(watched().assign(rate=np.nan)))


def test_the_funnel_counts_who_is_outside():
    exposure = 40 + 8.0 * np.arange(31)
    events = np.round(exposure * np.append(1 + 0.15 * np.sin(np.arange(30)), 2.6))
    table = pd.DataFrame({"unit": [f"B{k}" for k in range(31)], "events": events, "exposure": exposure})
    found = branches.units(table.assign(customers=50)).table
    ax = complaints_volume.funnel(found)
    above = int((found["outside"] == "above").sum())
    assert (
        above == 1
        and message(ax) == "Of 31, 1 have more complaints than chance and the usual spread explain, 0 fewer"
    )
    inside(ax)
    assert "none has more or fewer" in message(complaints_volume.funnel(found.assign(outside="")))
    hidden = suppress(found.assign(customers=3), "customers", "label")
    assert "Fewer than two units" in message(complaints_volume.funnel(hidden))


def test_open_curves_say_what_is_open_at_the_legal_time(cases):
    curves = clock_tables.curves(cases)
    ax = complaints_clock.open_curves(curves, {"simple": 15, "complex": 30})
    part = curves[(curves["group"] == "simple") & (curves["time"] <= 15)]
    said = language.percent(part["survival"].iloc[-1])
    assert f"Simple: {said} still open after 15 days" in message(ax)
    inside(ax)
    assert "Too few complaints" in message(complaints_clock.open_curves(curves.head(0), {"simple": 15}))
    assert "How long complaints stay open" in message(complaints_clock.open_curves(curves, {}))


def test_ageing_counts_the_overdue_and_copes_with_suppression(cases):
    table = clock_tables.ageing(cases)
    ax = complaints_clock.ageing(table)
    assert message(ax).startswith(
        f"{table['overdue'].sum()} of {table[['open', 'overdue']].to_numpy().sum()} open"
    )
    inside(ax)
    hidden = suppress(table, "customers", "label")
    shown = complaints_clock.ageing(hidden)
    assert "open complaints shown" in message(shown) or "Too few people" in message(shown)
    assert "No complaint is open" in message(complaints_clock.ageing(table.assign(open=0, overdue=0)))


def test_months_say_whether_the_share_moved():
    month = pd.date_range("2024-01-01", periods=6, freq="MS")
    share = np.array([0.9, 0.91, 0.9, 0.9, 0.6, np.nan])
    table = pd.DataFrame(
        {"month": month, "share": share, "low": share - 0.05, "high": share + 0.05, "raw": 0.9}
    )
    ax = complaints_clock.in_time_by_month(table)
    assert message(ax) == "In time: 60% of the latest month known, 90% of the first"
    assert "1 months withheld or not known yet" in words(ax)
    inside(ax)
    assert "within what chance" in message(complaints_clock.in_time_by_month(table.head(4)))
    assert "Fewer than two months" in message(complaints_clock.in_time_by_month(table.tail(1)))


def test_delays_and_speeds_name_what_is_sure(cases):
    found = delay.fit(delay_design.prepared(cases, planted.END))
    ax = complaints_clock.delays(delay.ratios(found))
    assert message(ax).startswith("Complex case, on day 3: resolved at 0.")
    inside(ax)
    ax = complaints_clock.branch_speeds(found.branches)
    assert message(ax).startswith("1 branches are slower than the rest for sure, Harbour most: 0.")
    inside(ax)
    blank = delay.ratios(found).assign(p_adjusted=1.0)
    assert "beyond chance" in message(complaints_clock.delays(blank))
    assert "Too few complaints" in message(complaints_clock.delays(blank.head(0)))
    assert "too few branches" in message(complaints_clock.branch_speeds(found.branches.head(0)))


def test_the_pareto_says_how_sure_the_first_cause_is(cases):
    table = causes.pareto(cases)
    ax = complaints_causes.pareto(table)
    assert (
        message(ax)
        == f"fees is the largest cause: {language.percent(table['share'].iloc[0], 0)} of complaints"
    )
    inside(ax)
    assert "not sure: fees, card blocked" in message(
        complaints_causes.pareto(table.assign(top=[0.6, 0.4, 0.0]))
    )
    bare = complaints_causes.pareto(table.assign(delay=np.nan, compensation=np.nan))
    assert bare.get_legend() is None
    assert "No cause has enough" in message(complaints_causes.pareto(table.assign(share=np.nan)))
