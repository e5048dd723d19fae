"""Volume by kind: what rings, what does not, partial months, days off, seasons, groups, and bad input."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from tests.topics.complaints import planted

from analysis.bank.source import open_bank
from analysis.topics.complaints import cases, volume
from analysis.topics.complaints import season as ssn


def of_all_kinds(rng, counts: dict[str, np.ndarray]) -> pd.DataFrame:
    """Cases of each kind, so many a month, on random days."""
    parts = []
    for kind, monthly in counts.items():
        for month, n in zip(
            pd.date_range(planted.START, periods=len(monthly), freq="MS"), monthly, strict=True
        ):
            day = rng.integers(0, month.days_in_month, n)
            parts.append(pd.DataFrame({"kind": kind, "received_at": month + pd.to_timedelta(day, unit="D")}))
    rows = pd.concat(parts, ignore_index=True)
    return rows.assign(
        feedback_id=[f"F{k}" for k in range(len(rows))],
        customer_id=[f"C{k % 3_000:05d}" for k in range(len(rows))],
        channel=np.where(np.arange(len(rows)) % 3 == 0, "phone", "mobile"),
    )


def steady(rng, mean: float, months: int = 36) -> np.ndarray:
    return rng.poisson(mean, months)


@pytest.fixture(scope="module")
def watched():
    rng = np.random.default_rng(1)
    complaints = steady(rng, 40)
    complaints[30:] = rng.poisson(70, 6)
    rows = of_all_kinds(rng, {"complaint": complaints, "praise": steady(rng, 20), "enquiry": steady(rng, 90)})
    return rows, volume.watch(rows, planted.exposure(), country="CN")


def test_a_planted_step_is_found_dated_and_sized_and_nothing_else_is(watched):
    _rows, found = watched
    summary = found.summary.set_index("kind")
    step = summary.loc["complaint"]
    assert step["since"] == pd.Timestamp("2024-07-01") and step["change_low"] < 1.75 < step["change_high"]
    assert step["alarms"] >= 4 and step["baseline_alarms"] == 0
    assert summary["since"].drop("complaint").isna().all()
    assert summary.loc["suggestion", ["events", "alarms"]].tolist() == [0, 0]


def test_rates_are_per_ten_thousand_customers_and_month(watched):
    rows, found = watched
    table = found.table[found.table["kind"] == "enquiry"]
    monthly = rows[rows["kind"] == "enquiry"]["received_at"].dt.to_period("M").value_counts().sort_index()
    # 3,000 customers; a month of 31 days weighs more than a mean one
    expected = monthly.to_numpy() / 3_000 * 10_000 * volume.MONTH / table["month"].dt.days_in_month.to_numpy()
    np.testing.assert_allclose(table["rate"], expected)
    assert table["baseline"].sum() == 24 and table["centre"].between(250, 350).all()


def test_rates_change_with_customers_not_with_cases_alone():
    rng = np.random.default_rng(2)
    growth = np.linspace(1, 3, 36)
    rows = of_all_kinds(rng, {"complaint": rng.poisson(30 * growth)})
    exposure = planted.exposure()
    grown = exposure.assign(customer_days=exposure["customer_days"] * growth)
    assert volume.watch(rows, grown).summary.set_index("kind").loc["complaint", "alarms"] == 0
    assert volume.watch(rows, exposure).summary.set_index("kind").loc["complaint", "alarms"] >= 8


def test_partial_months_are_judged_by_their_days_and_set_no_limit():
    rng = np.random.default_rng(3)
    counts = steady(rng, 60)
    counts[[0, -1]] = rng.poisson(20, 2)
    rows = of_all_kinds(rng, {"complaint": counts})
    rows = rows[~((rows["received_at"].dt.day < 20) & (rows["received_at"] < "2022-02-01"))]
    exposure = planted.exposure()
    exposure["days"] = exposure["days"].where(~exposure.index.isin([0, 35]), [12, *[0] * 34, 10])
    exposure["customer_days"] = 3_000 * exposure["days"]
    late = rows["received_at"] >= pd.Timestamp("2024-12-11")
    found = volume.watch(rows[~late], exposure).table
    found = found[found["kind"] == "complaint"].reset_index(drop=True)
    assert found["partial"].tolist() == [True, *[False] * 34, True]
    assert not found.loc[0, "baseline"] and found.loc[1, "baseline"]
    assert found.loc[35, "high"] - found.loc[35, "low"] > 1.4 * (found.loc[34, "high"] - found.loc[34, "low"])


def test_days_off_move_the_limits_and_not_the_alarms():
    days = ssn.calendar(date(2024, 1, 1), date(2024, 12, 31), "CN")
    assert not days.set_index("day").loc["2024-02-12", "working"]  # Spring Festival, a Monday
    assert ssn.calendar(date(2024, 2, 12), date(2024, 2, 12), "")["working"].all()
    rng = np.random.default_rng(4)
    moments = np.repeat(days["day"], np.where(days["working"], 20, 2) + rng.integers(0, 2, len(days)))
    effect = ssn.day_effect(pd.Series(moments), days)
    assert effect.low < 2.5 / 20.5 < effect.high
    weights = effect.weights(days)
    assert weights["2024-02-01"] < weights["2024-07-01"] < 1


def test_a_season_is_found_where_there_is_one_and_two_years_are_seen():
    month = pd.date_range("2021-01-01", periods=36, freq="MS")
    rng = np.random.default_rng(5)
    table = pd.DataFrame({"month": month, "exposure": 1.0})
    wave = 1 + 0.5 * np.sin(2 * np.pi * month.month.to_numpy() / 12)
    found = ssn.season(table.assign(events=rng.poisson(80 * wave)))
    assert found.used and found.ratio.idxmax() in (2, 3, 4) and found.ratio.mean() == pytest.approx(1)
    assert "month" in ssn.season_sentence("Complaints", found)
    flat = [ssn.season(table.assign(events=rng.poisson(80, 36))).p_value for _run in range(300)]
    assert np.mean(np.array(flat) < 0.05) < 0.09
    short = ssn.season(table.head(20).assign(events=80))
    assert not short.used and "to tell a season (1)" in ssn.season_sentence("Complaints", short)


def test_groups_are_compared_with_their_own_past(watched):
    rows, _found = watched
    table = volume.by_group(rows, planted.exposure(), "channel")
    assert table["label"].tolist() == ["mobile app", "telephone"] and (table["ratio_low"] > 1).all()
    late = rows[(rows["kind"] == "complaint") & (rows["received_at"] >= "2024-01-01")]
    assert table["events"].sum() == len(late) and table["customers"].sum() <= len(late)


def test_the_emerging_theme_of_the_simulated_bank_rings(demo_folder):
    view = open_bank(str(demo_folder)).view()
    rows = cases.cases(view)
    found = volume.watch(rows, cases.exposure(view, volume.since(rows)), country=view.bank.profile().country)
    step = found.summary.set_index("kind").loc["complaint"]
    assert step["change_low"] > 1 and abs((step["since"] - pd.Timestamp("2023-09-01")).days) <= 62
    assert found.table["partial"].sum() == 0


def test_bad_input_is_named():
    rng = np.random.default_rng(6)
    rows = of_all_kinds(rng, {"complaint": steady(rng, 5)})
    with pytest.raises(ValueError, match=r"feedback\.kind is 'gripe' in 3 rows; expected one of complaint"):
        volume.watch(rows.assign(kind=["gripe"] * 3 + ["complaint"] * (len(rows) - 3)), planted.exposure())
    with pytest.raises(ValueError, match="there is no feedback up to the day"):
        volume.since(rows.head(0))
    one = rows[rows["received_at"] < "2022-02-01"]
    with pytest.raises(ValueError, match="feedback covers 1 months; expected at least 10"):
        volume.watch(one, planted.exposure(months=1))
    with pytest.raises(ValueError, match="no customer is on record in these months"):
        volume.monthly(rows, planted.exposure().head(0))
    with pytest.raises(ValueError, match="cases were received in months without customers, such as"):
        volume.monthly(rows, planted.exposure(months=1))
    with pytest.raises(ValueError, match="lacks kind"):
        volume.watch(rows.drop(columns="kind"), planted.exposure())
