"""Two runs beside each other, as the command prints and writes them."""

import pandas as pd
import pytest
from tests.report.sample import HOSTILE, on, record, topic, write_run

from analysis.cli import main
from analysis.report import results
from analysis.report.compare import compare, report, write

WORDS = {"en": "Core", "zh": "核心客户"}


@pytest.fixture
def runs(tmp_path):
    """Function that writes a run of a day and language; its path."""

    def run(day: str, share: float, *, language="en", figures=(), health=(), **changes):
        folder = tmp_path / (day if language == "en" else f"{day}_{language}")
        core = results.figure(
            "core", share, low=share - 0.02, high=share + 0.02, unit="share", label=WORDS[language]
        )
        view = on(day)
        record(folder / "segmentation", view=view, figures=[core, *figures], health=list(health))
        return write_run(folder, topic("segmentation"), as_of=day, language=language, **changes)

    return run


def test_in_either_order_the_earlier_run_comes_first(runs):
    pair = runs("2024-11-30", 0.4), runs("2024-12-31", 0.6)
    for order in (pair, pair[::-1]):
        said = report(compare(*order))
        assert said.startswith("Sample Bank · 30 Nov 2024 → 31 Dec 2024 · whole bank")
        assert "Of 1 figure with an interval 1 moved beyond it." in said
        assert "40.0%   60.0%  +20.0 points  +17.2 to +22.8  <0.001" in said


def test_runs_in_two_languages_are_compared_in_that_of_the_later(runs):
    found = compare(runs("2024-11-30", 0.4), runs("2024-12-31", 0.6, language="zh"))
    assert found["moves"][0]["beyond"]
    said = report(found)
    assert "2024年11月30日 → 2024年12月31日" in said and "客户分层  核心客户" in said


def test_runs_of_one_day_are_told_apart_by_their_names(runs):
    pair = runs("2024-11-30", 0.4), runs("2024-11-30", 0.4, language="zh", started_at="2025-02-01T03:00:00")
    assert report(compare(*pair)).startswith("Sample Bank · 2024-11-30 → 2024-11-30_zh · 全行")


def test_what_came_went_and_turned_is_told(runs):
    health = [results.health("fit", True, "It fitted."), results.health("size", False, "It was small.")]
    turned = [results.health("fit", False, "It fits no more."), results.health("size", True, "It is large.")]
    old, new = results.figure("old", 3, label="Former"), results.figure("new", 4, label="Latter")
    few = results.figure("few", 4, unit="customers", label="Few")
    found = compare(
        runs("2024-11-30", 0.4, figures=[old], health=health),
        runs("2024-12-31", 0.4, figures=[new, few], health=turned),
    )
    said = report(found)
    assert "Appeared\n  Customer segmentation: Latter 4\n" in said
    assert "Disappeared\n  Customer segmentation: Former 3\n" in said
    assert "Checks that fail now\n  Customer segmentation: It fits no more." in said
    assert "Checks that pass now\n  Customer segmentation: It is large." in said
    assert "Few" not in said


def test_a_report_that_one_run_lacks_is_told_once(runs):
    before, after = runs("2024-11-30", 0.4), runs("2024-12-31", 0.6)
    record(before / "churn", topic="churn", view=on("2024-11-30"))
    write_run(before, topic("segmentation"), topic("churn"), as_of="2024-11-30")
    assert report(compare(before, after)).endswith("Disappeared\n  Churn: the whole report, with 3 figures")


def test_what_else_differs_is_said(runs):
    given = topic("segmentation", parameters={"horizon": 6})
    found = compare(
        runs("2024-11-30", 0.4, code="a" * 16, seed=2),
        runs("2024-12-31", 0.4, where="branch_id = 'B01'", topics=[given]),
    )
    assert found["cautions"] == [
        "The filters differ: whole bank and branch_id = 'B01'.",
        "The seeds differ: 2 and 1.",
        "The runs were made with different code: aaaaaaaaaaaaaaaa and 0123456789abcdef.",
        "The parameters of Customer segmentation differ: none and horizon=6.",
    ]


def test_all_is_written_for_machines_and_no_formula_runs(runs):
    kept = results.figure("kept", 1.0, label=HOSTILE)
    count = results.figure("count", 5, label="=cmd|' /C calc'!A0")
    found = compare(
        runs("2024-11-30", 0.4, figures=[kept, count]),
        runs("2024-12-31", 0.6, figures=[kept, count, results.figure("new", 4, label="New")]),
    )
    path = write(found)
    assert path.name == "2024-11-30--2024-12-31.csv" and path.parent.name == "compared"
    rows = pd.read_csv(path).set_index("name")
    assert rows["found"].to_dict() == {
        "core": "beyond its interval", "kept": "not judged", "count": "not judged", "new": "appeared",
    }  # fmt: skip
    core = rows.loc["core"]
    assert (core["before"], core["after_low"], core["change"]) == pytest.approx((0.4, 0.58, 0.2))
    assert core["change_low"] == pytest.approx(0.2 - 0.02 * 2**0.5) and core["p_adjusted"] < 0.001
    assert rows.loc["count", "label"].startswith("'=")


def other_bank(**changes):
    return {"bank": {"url": "x", "name": "Sample Bank", "engine": "duckdb", "currency": "CNY"} | changes}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (other_bank(name="Other"), "different banks: name Sample Bank in"),
        (other_bank(currency="EUR"), "currency CNY in"),
    ],
)
def test_runs_of_different_banks_are_refused(runs, capsys, changes, said):
    folders = runs("2024-11-30", 0.4), runs("2024-12-31", 0.4, **changes)
    assert main(["compare", *map(str, folders)]) == 2
    shown = capsys.readouterr()
    assert said in shown.err and len(shown.err.splitlines()) == 1 and shown.out == ""
    assert not (folders[0].parent / "compared").exists()


def test_what_is_no_run_or_no_pair_is_refused(runs, tmp_path, capsys):
    folder = runs("2024-11-30", 0.4)
    assert main(["compare", str(folder), str(tmp_path)]) == 2
    assert "is no run: it has no run.json" in capsys.readouterr().err
    assert main(["compare", str(folder), str(tmp_path / "absent")]) == 2
    assert "there is no folder" in capsys.readouterr().err
    assert main(["compare", str(folder), f"{folder}/"]) == 2
    assert "are the same run; give two" in capsys.readouterr().err


def test_the_command_prints_the_comparison_and_where_it_is_written(runs, capsys):
    folders = runs("2024-11-30", 0.4), runs("2024-12-31", 0.4)
    assert main(["compare", *map(str, folders)]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert "Of 1 figure with an interval 0 moved beyond it." in shown
    assert shown[-1].endswith("compared/2024-11-30--2024-12-31.csv")
