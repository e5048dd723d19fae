"""Fairness of the churn model: groups as the bank records them, sentences as the intervals say."""

import numpy as np
import pandas as pd
import pytest

from analysis import language
from analysis.bank.features import features
from analysis.bank.source import open_bank
from analysis.report.privacy import suppress
from analysis.statistics.fairness import Scored
from analysis.topics.churn import fairness


@pytest.fixture(scope="module")
def scored(demo_folder):
    """Customers of the demo bank with probabilities that are right, but for women half of what they should be."""
    view = open_bank(str(demo_folder)).view()
    rows = features(view).to_pandas()
    groups = fairness.attributes(view, rows)
    rng = np.random.default_rng(0)
    risk = rng.beta(1, 5, len(rows))
    said = np.where(groups["gender"] == "women", risk / 2, risk)
    return groups, Scored(rng.random(len(rows)) < risk, said, said > 0.25, rows["customer_id"].to_numpy())


def test_attributes_are_in_words_and_order(scored):
    groups = scored[0]
    assert groups["age"].cat.categories.tolist() == ["under 30", "30–44", "45–59", "60 or older"]
    assert {"women", "men"} <= set(groups["gender"].dropna())
    assert groups["region"].nunique() > 2


def test_age_bands_by_hand(demo_folder):
    view = open_bank(str(demo_folder)).view()
    ids = view.customers().customer_id.to_pandas().head(5)
    found = fairness.attributes(
        view, pd.DataFrame({"customer_id": ids, "age_years": [29, 30, 59, 60, np.nan]})
    )
    assert found["age"].astype(object).tolist()[:4] == ["under 30", "30–44", "45–59", "60 or older"]
    assert pd.isna(found["age"][4])
    with pytest.raises(ValueError, match="lacks age_years"):
        fairness.attributes(view, pd.DataFrame({"customer_id": ids}))


def test_the_planted_group_is_named(scored):
    table = fairness.table(*scored)
    apart = table[(table["measure"] == "calibration") & table["differs"]]
    assert {"Gender: women", "Gender: men"} <= set(apart["label"]) and set(apart["attribute"]) == {"gender"}
    said = fairness.summary(table)
    assert (
        said.startswith("Predictions are wrong for some groups, in points against the others: ")
        and "Gender: women +" in said
    )
    checks = {name: ok for name, ok, _said in fairness.checks(table)}
    assert checks == {"fair_calibration": False}


def test_of_withheld_groups_nothing_is_said(scored):
    """Women, whose predictions are off, are withheld as they are the fewer beside the five of whom nothing is known."""
    groups, sample = scored
    three = groups[["gender"]].copy()
    three.loc[three.index[groups["gender"] == "men"][:5], "gender"] = "not said"
    women = groups["gender"] == "women"
    fewer = np.flatnonzero(~women | (women & (women.cumsum() % 2 == 0)))
    table = fairness.table(three.iloc[fewer], sample.only(fewer))
    shown = suppress(table, "customers", by="group", within=["attribute", "measure"])
    assert "women" in fairness.summary(table) and not fairness.checks(table)[0][1]
    assert "women" not in fairness.summary(shown)


def test_fair_probabilities_are_not_accused(scored):
    groups, sample = scored
    rng = np.random.default_rng(1)
    risk = rng.beta(1, 5, len(groups))
    table = fairness.table(groups, Scored(rng.random(len(groups)) < risk, risk, risk > 0.25, sample.unit))
    assert not table["differs"].any()
    assert fairness.summary(table).startswith("No group differs")
    assert all(ok for _name, ok, _said in fairness.checks(table))


def test_differences_are_said_in_points(scored):
    table = fairness.table(*scored)
    one = table[(table["measure"] == "selection") & (table["label"] == "Gender: women")]
    said = fairness.summary(one.assign(difference=-0.0261, differs=True))
    assert said.endswith("Selected for contact, in points against the others: Gender: women −2.6.")


def test_a_measure_can_be_suppressed(scored):
    table = fairness.table(*scored)
    one = table[table["measure"] == "selection"]
    hidden = suppress(one, "customers", by="label")
    small = hidden["suppressed"] == "<11"
    assert small.any() and hidden.loc[small, ["customers", "difference"]].isna().all(axis=None)


def test_figures_of_each_group(scored):
    found = fairness.figures(*scored).set_index("label")
    women = scored[0]["gender"].to_numpy() == "women"
    row = found.loc["Gender: women"]
    assert row["customers"] == row["n"] == women.sum()
    assert row["observed"] == pytest.approx(scored[1].event[women].mean())
    assert row["expected"] == pytest.approx(scored[1].probability[women].mean())


def test_without_leavers_nothing_is_judged(scored):
    groups, sample = scored
    few = sample.only(np.arange(30))
    table = fairness.table(
        groups.head(30), few._replace(event=np.zeros(30, bool), probability=few.probability / 1e6)
    )
    known = table[table["measure"] == "calibration"]
    assert known["difference"].isna().all()
    assert not fairness.checks(table)[0][1]


@pytest.mark.parametrize("code", ["en", "zh"])
def test_sentences_in_both_languages(scored, code):
    language.use(code)
    try:
        said = fairness.summary(fairness.table(*scored))
        assert said and "{" not in said
        assert set(fairness.measures()) == {"calibration", "false_negatives", "selection", "auc"}
    finally:
        language.use("en")
