import json
from datetime import date

import numpy as np
import pandas as pd
import pytest
from tests.report.sample import VIEW, record

from analysis.report import results
from analysis.report.results import ResultError, decision, figure, health


def test_what_is_recorded_is_plain_json_without_nan(tmp_path):
    figures = [
        figure("gini", np.float64(0.5), low=np.float32(0.25), high=0.75, unit="index", n=np.int64(7)),
        figure("rate", float("nan"), unit="share", baseline=np.inf),
    ]
    checks = [health("fit", np.bool_(False), "a is 1e-17")]
    metrics = json.loads(record(tmp_path, figures=figures, health=checks).read_text(encoding="utf-8"))
    assert metrics["figures"][0] == {
        "name": "gini",
        "label": "Gini",
        "value": 0.5,
        "low": 0.25,
        "high": 0.75,
        "unit": "index",
        "baseline": None,
        "n": 7,
    }
    assert metrics["figures"][1]["value"] is None and metrics["figures"][1]["baseline"] is None
    assert metrics["health"][0]["ok"] is False
    assert (metrics["bank"], metrics["as_of"]) == (VIEW.name, date(2024, 12, 31).isoformat())


def test_tables_are_replaced_as_a_whole(tmp_path):
    record(tmp_path, tables={"old": pd.DataFrame({"a": [1]})})
    record(tmp_path, tables={"new": pd.DataFrame({"a": ["x", None]})})
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["metrics.json", "new.parquet", "tables"]
    assert pd.read_parquet(tmp_path / "tables" / "new.parquet")["a"].isna().tolist() == [False, True]


@pytest.mark.parametrize("unit", ["%", "Customers", "USDX", "share ", "1000", 3])
def test_an_unknown_unit_is_refused(unit):
    with pytest.raises(ResultError, match=r"unit is .* expected 'share'"):
        figure("a", 1, unit=unit)


@pytest.mark.parametrize(
    ("low", "high", "message"), [(2, 1, "low 2 is above high 1"), (1, None, "both"), (None, 1, "both")]
)
def test_an_interval_has_two_bounds_in_order(low, high, message):
    with pytest.raises(ResultError, match=f"figure a: .*{message}"):
        figure("a", 1, low=low, high=high)


def test_money_needs_its_currency_and_what_it_is():
    with pytest.raises(ResultError, match=r"currency=view\.currency"):
        decision("who", "what", customers=1, money=5.0)
    with pytest.raises(ResultError, match="not what it is; give stake="):
        decision("who", "what", customers=1, money=5.0, currency="CNY")


def test_a_count_of_customers_is_whole():
    with pytest.raises(ResultError, match=r"customers is 1\.5"):
        decision("who", "what", customers=1.5)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"headline": "  "}, "headline is empty"),
        ({"figures": [figure("a", 1), figure("a", 2)]}, "recorded twice: a"),
        ({"figures": [figure("A b", 1)]}, r"figures\[0\].name"),
        ({"decision": decision("", "what", customers=1)}, "decision.who"),
        ({"health": [{"check": "x", "ok": "yes", "message": "m"}]}, r"health\[0\].ok"),
        ({"health": [health("x", True, " ")]}, r"health\[0\].message"),
        ({"topic": ""}, "topic"),
    ],
)
def test_what_is_not_fit_to_be_shown_is_refused_and_nothing_is_written(tmp_path, changes, message):
    with pytest.raises(ResultError, match=message):
        record(tmp_path / "out", **changes)
    assert not (tmp_path / "out").exists()


def test_a_table_name_cannot_leave_its_folder(tmp_path):
    with pytest.raises(ResultError, match="small letters"):
        record(tmp_path, tables={"../evil": pd.DataFrame({"a": [1]})})
    assert list(tmp_path.rglob("*")) == []


def test_the_last_good_record_stays_when_a_table_cannot_be_written(tmp_path):
    record(tmp_path, headline="First.")
    with pytest.raises(Exception, match=r"object|convert"):
        record(tmp_path, headline="Second.", tables={"bad": pd.DataFrame({"a": [object()]})})
    assert json.loads((tmp_path / "metrics.json").read_text())["headline"] == "First."
    assert sorted(path.name for path in tmp_path.rglob("*")) == [
        "customers.parquet",
        "metrics.json",
        "tables",
    ]


def test_the_schema_is_itself_valid():
    import jsonschema

    jsonschema.Draft202012Validator.check_schema(results.schema())
