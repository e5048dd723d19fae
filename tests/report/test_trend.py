"""Panels of a figure's course: where its marks are, and what is said to those who do not see them."""

import pytest

from analysis.report import results
from analysis.report.trend import HEIGHT, WIDTH, panel


def course(*values, bounds=None, days=None):
    bounds = bounds or [(None, None)] * len(values)
    days = days or [f"2024-{month:02}-01" for month in range(1, len(values) + 1)]
    return [
        (when, results.figure("a", value, low=low, high=high, unit="share", label="Loyal"))
        for when, value, (low, high) in zip(days, values, bounds, strict=True)
    ]


def places(path: str) -> list[tuple[float, float]]:
    return [tuple(map(float, place.split(","))) for place in path.split()]


def test_days_run_along_and_values_upwards_on_a_scale_of_their_own():
    found = panel(course(0.2, 0.4, 0.3, days=["2024-01-01", "2024-01-11", "2024-01-21"]))
    (x1, y1), (x2, y2), (x3, y3) = places(found["line"])
    assert x2 - x1 == x3 - x2 and 0 < x1 < x3 < WIDTH
    assert y1 > y3 > y2 and y3 == pytest.approx((y1 + y2) / 2) and 0 < y2 < y1 < HEIGHT
    assert len(found["marks"]) == 3


def test_a_gap_of_days_is_a_gap_in_the_panel():
    found = panel(course(0.2, 0.3, 0.4, days=["2024-01-01", "2024-01-02", "2024-03-31"]))
    (x1, _), (x2, _), (x3, _) = places(found["line"])
    assert x3 - x2 == pytest.approx(89 * (x2 - x1), rel=0.05)


def test_the_band_is_the_interval_and_breaks_where_there_is_none():
    bounds = [(0.1, 0.3), (0.2, 0.5), (None, None), (0.3, 0.6)]
    found = panel(course(0.2, 0.4, 0.3, 0.5, bounds=bounds))
    long, single = map(places, found["bands"])
    y = dict(zip((0.2, 0.4, 0.3, 0.5), (place[1] for place in places(found["line"])), strict=True))
    assert [place[1] for place in long] == [long[0][1], y[0.2], y[0.5], y[0.3]] and long[0][1] > y[0.2]
    assert len(single) == 4 and single[0][0] < places(found["line"])[3][0] < single[1][0]


def test_a_figure_that_never_moves_lies_in_the_middle():
    assert {y for _x, y in places(panel(course(0.2, 0.2))["line"])} == {HEIGHT / 2}


def test_a_small_move_looks_small():
    (_, y1), (_, y2) = places(panel(course(0.80, 0.81))["line"])
    assert 0 < y1 - y2 < HEIGHT / 5


def test_the_course_is_said_in_words():
    assert panel(course(0.2, 0.4, 0.3))["said"] == (
        "Loyal, 3 runs: 20.0% on 1 Jan 2024, 30.0% on 1 Mar 2024; lowest 20.0% on 1 Jan 2024, "
        "highest 40.0% on 1 Feb 2024."
    )


def test_one_day_that_can_be_shown_is_no_course():
    assert panel(course(0.2)) is None
    assert panel(course(0.2, None)) is None
    few = [("2024-01-01", results.figure("a", 0.2, n=5)), ("2024-02-01", results.figure("a", 0.2, n=50))]
    assert panel(few) is None
