"""Branches: adjusted for their customers, no ranking of noise, and real banks through the plain-table door."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import xlogy
from tests.topics.complaints import planted

from analysis.bank.source import open_bank
from analysis.topics.complaints import branches, cases, volume
from analysis.topics.complaints.people import people


def filed(customers: pd.DataFrame, rate: np.ndarray, seed: int) -> pd.DataFrame:
    """A complaint at the branch of the customer, so many a customer."""
    n = np.random.default_rng(seed).poisson(rate)
    rows = customers.loc[np.repeat(customers.index, n), ["customer_id", "branch_id"]].reset_index(drop=True)
    return rows.assign(feedback_id=[f"F{k}" for k in rows.index], kind="complaint", received_at=planted.START)


def test_a_branch_of_old_customers_is_not_blamed_for_their_age():
    customers = planted.people(6_000)
    rows = filed(customers, np.where(customers["age"] > 60, 0.6, 0.2), seed=1)
    table = branches.branches(customers, rows).table.set_index("label")
    assert table.loc["B1", "crude"] > 1.2 > 1.1 > table.loc["B1", "ratio"]
    assert table["low"].lt(1).all() and table["high"].gt(1).all()


def test_a_worse_branch_is_found_whatever_its_customers():
    customers = planted.people(6_000)
    rate = np.where(customers["age"] > 60, 0.6, 0.2) * np.where(customers["branch_id"] == "B2", 1.8, 1.0)
    found = branches.branches(customers, filed(customers, rate, seed=2))
    assert found.differ and found.table["label"].iloc[0] == "B2" and found.table["above"].iloc[0] > 0.95
    ratio = found.table.set_index("label")["ratio"]
    assert ratio["B2"] / ratio["B1"] == pytest.approx(1.8, rel=0.12)
    assert found.table.set_index("label").loc["B2", "rank"] == pytest.approx(1, abs=0.01)
    assert (
        "above what their customers would file elsewhere, with 95% probability or more: B2 (1."
        in branches.sentence(found)
    )


def test_equal_branches_are_not_ranked():
    customers = planted.people(4_000).assign(branch_id=lambda t: [f"B{k % 20:02d}" for k in t.index])
    found = [branches.branches(customers, filed(customers, np.full(4_000, 0.25), seed)) for seed in range(20)]
    ranked = [one.table["rank"].notna().any() for one in found]
    assert np.mean(ranked) <= 0.15
    quiet = next(one for one in found if not one.differ)
    assert "do not differ by more than chance" in branches.sentence(quiet)
    assert np.mean([(one.table["outside"] != "").sum() for one in found]) < 0.3


def test_anonymous_complaints_count_for_their_branch():
    customers = planted.people(2_000)
    rows = filed(customers, np.full(2_000, 0.3), seed=3)
    some = rows.assign(customer_id=rows["customer_id"].where(rows.index % 5 > 0))
    table = branches.branches(customers, some).table
    assert table["events"].sum() == len(rows) and table["expected"].sum() == pytest.approx(len(rows))


def test_planted_branch_effects_are_ranked_right(demo_folder, demo_truth):
    view = open_bank(str(demo_folder)).view()
    rows = cases.cases(view)
    since = volume.since(rows)
    found = branches.branches(people(view, since), rows)
    truth = pd.read_parquet(demo_truth / "branches.parquet").set_index("branch_id")["satisfaction_effect"]
    both = found.table.set_index("label").join(truth)
    assert set(found.strata) == set(branches.STRATA)
    # six branches of 250: the order is rough, its direction is not
    assert both["shrunk"].corr(both["satisfaction_effect"], method="spearman") < -0.3


def test_exposure_of_people_is_that_of_the_months(demo_folder):
    view = open_bank(str(demo_folder)).view("2023-06-30")
    since = volume.since(cases.cases(view))
    found = people(view, since)
    assert found["customer_id"].is_unique and (found["days"] > 0).all()
    assert found["days"].sum() == cases.exposure(view, since)["customer_days"].sum()
    assert (found["end"] <= pd.Timestamp("2023-07-01")).all() and found["assets"].gt(0).mean() > 0.5


def quarter(folder, name: str) -> pd.DataFrame:
    """Banks of a quarter of Brazil's central bank: numbers as Brazilians write them, blanks for none."""
    rows = pd.read_csv(folder / "bcb_complaints" / f"{name}.csv", sep=";", dtype=str, encoding="utf-8-sig")
    rows = rows.iloc[:, [5, 6, 7, 11]].set_axis(["unit", "index", "events", "exposure"], axis=1)
    clean = rows.assign(unit=rows["unit"].str.strip(), index=rows["index"].str.replace(",", "."))
    for column in ("index", "events", "exposure"):
        clean[column] = pd.to_numeric(clean[column].str.strip().replace("", None))
    clean = clean[clean["exposure"] > 0].drop_duplicates("unit")
    return clean.assign(events=clean["events"].fillna(0)).reset_index(drop=True)


def test_real_banks_by_the_central_bank_of_brazil(public_data):
    before, after = quarter(public_data, "2021_tri_01"), quarter(public_data, "2021_tri_02")
    listed = before.dropna(subset="index")
    # its index is complaints found justified per million customers; ours starts from the same rates
    np.testing.assert_allclose(
        listed["events"] / listed["exposure"] * 1e6, listed["index"], rtol=0.01, atol=0.02
    )
    found = branches.units(before)
    assert len(found.table) > 80 and found.differ and found.between > 0.05
    # Poisson limits would call most banks exceptional; limits that know their spread name few
    assert (found.table["p_adjusted"] < 0.05).mean() > 0.2 > (found.table["outside"] != "").mean()
    both = found.table.merge(after.rename(columns={"unit": "label"}), on="label", suffixes=("", "_after"))
    usual = both["events_after"].sum() / both["exposure"].sum()
    loss = {}
    for name in ("ratio", "shrunk"):
        expected = usual * both["exposure"] * both[name]
        expected = expected * both["events_after"].sum() / expected.sum()
        loss[name] = (expected - xlogy(both["events_after"], np.maximum(expected, 0.01))).sum()
    even = usual * both["exposure"]
    assert (
        loss["shrunk"] < loss["ratio"] and loss["shrunk"] < (even - xlogy(both["events_after"], even)).sum()
    )


def test_bad_tables_are_named():
    table = pd.DataFrame({"unit": ["A", "B"], "events": [3.5, 1], "exposure": [10.0, 20]})
    with pytest.raises(ValueError, match=r"events is 3\.5 for 'A'; expected whole counts"):
        branches.units(table)
    with pytest.raises(ValueError, match="units to compare: 1, events: 3; expected at least two units"):
        branches.units(table.head(1).assign(events=3))
    with pytest.raises(ValueError, match="the table of units lacks exposure"):
        branches.units(table.drop(columns="exposure"))
    one = planted.people(100).assign(branch_id="B1")
    with pytest.raises(ValueError, match="units to compare: 1,"):
        branches.branches(one, filed(one, np.full(100, 0.5), seed=4))
    with pytest.raises(ValueError, match="lacks age"):
        branches.mix(one.drop(columns="age"))
