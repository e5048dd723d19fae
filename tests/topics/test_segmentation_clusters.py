"""Clusters of customers: planted segments are found, crowds are not, and names say what is true."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score
from tests.statistics.crowds import one_crowd

from analysis import language
from analysis.bank.demo import write
from analysis.bank.source import open_bank
from analysis.topics import segmentation as seg
from analysis.topics.segmentation import clusters as found_in

FEATURES = found_in.FEATURES


def bank_of_three(seed: int = 1, size: int = 1_500) -> tuple[pd.DataFrame, np.ndarray]:
    """Customers in three groups: young and digital, old and seldom digital, rich ones in between."""
    rng = np.random.default_rng(seed)
    group = rng.choice(3, size, p=[0.5, 0.35, 0.15])
    centre = np.array([[25, 5, 11, 8, 3.7], [68, 4.7, 10, 9, 1], [47, 5, 14, 14, 2.7]])[group]
    values = centre + rng.normal(size=(size, 5)) * [3, 0.3, 0.4, 0.5, 0.3]
    values[:, 1:] = np.exp(values[:, 1:])
    people = pd.DataFrame(values, columns=FEATURES).assign(customer_id=[f"C{i}" for i in range(size)])
    return people, group


@pytest.fixture(scope="module")
def three():
    people, group = bank_of_three()
    return people, group, found_in.clusters(people, draws=5)


def test_planted_groups_get_names_that_tell_them_apart(three):
    _people, group, result = three
    assert adjusted_rand_score(group, result.labels) > 0.95
    table = found_in.cluster_table(result)
    assert table["label"].is_unique
    young, old, rich = (table["label"][place].lower() for place in range(3))
    assert "younger" in young
    assert "seldom digital" in old and "older" in old
    assert "high balances" in rich and "much money in" in rich
    assert table["customers"].tolist() == np.bincount(group).tolist()
    assert (table["jaccard"] > 0.9).all()
    assert "form 3 groups" in found_in.finding(result)


def test_medians_in_the_reasons_are_those_of_the_cluster(three):
    people, _group, result = three
    old = found_in.cluster_table(result).iloc[1]
    inside = people[result.labels.to_numpy() == 2]
    median, overall = inside["age_years"].median(), people["age_years"].median()
    assert f"Age in completed years: median {median:.0f}, all {overall:.0f}" in old["why"]


def test_every_customer_gets_a_cluster(three):
    people, _group, result = three
    table = found_in.members(people, result)
    assert table["customer_id"].tolist() == people["customer_id"].tolist()
    assert table["cluster_label"].notna().all()
    assert table["cluster_strength"].between(0, 1).all()
    heat = found_in.heat_table(result)
    assert len(heat) == 3 * len(FEATURES)
    assert set(heat["label"]) == set(table["cluster_label"])


def test_names_are_chinese_in_a_chinese_report(three):
    language.use("zh")
    try:
        assert "年龄" in found_in.meaning("age_years")
    finally:
        language.use("en")


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_crowd_has_no_groups_worth_naming(seed):
    crowd = one_crowd("lognormal, correlated", 2_000, seed, width=5).set_axis(list(FEATURES), axis=1)
    crowd = crowd.assign(customer_id=range(2_000))
    result = found_in.clusters(crowd, draws=0)
    assert "no groups worth naming" in found_in.finding(result)
    assert found_in.cluster_table(result).empty
    assert found_in.heat_table(result).empty
    assert found_in.members(crowd, result)["cluster_label"].isna().all()


def test_groups_asked_for_in_a_crowd_are_called_slices():
    crowd = one_crowd("normal", 1_000, 3, width=5).set_axis(list(FEATURES), axis=1)
    result = found_in.clusters(crowd, k=3, draws=0)
    assert "slices of a crowd" in found_in.finding(result)
    assert len(found_in.cluster_table(result)) == 3


def test_too_few_customers_are_said_to_be_too_few():
    people, _group = bank_of_three(size=150)
    assert "too few" in found_in.finding(found_in.clusters(people, draws=0))


def test_groups_alike_in_their_features_never_share_a_name():
    row = {"feature": "age_years", "effect": 1.0, "median": 60.0, "overall": 40.0}
    other = row | {"feature": "mine", "effect": -1.0}
    clusters = {1: [row, other], 2: [row, other], 3: [row], 4: []}
    rows = {k: list(pd.DataFrame(v, columns=list(row)).itertuples()) for k, v in clusters.items()}
    labels = found_in._labels(rows)
    assert len(set(labels.values())) == 4
    assert labels[3] == "Older"
    assert labels[1] == "Older, low: mine 1"
    assert labels[4] == "Near the average"


def test_a_lacking_column_is_named():
    with pytest.raises(ValueError, match="lacks digital_contacts_90d"):
        found_in.clusters(bank_of_three()[0].drop(columns="digital_contacts_90d"))


def test_an_unknown_feature_is_named(demo_folder):
    view = open_bank(str(demo_folder)).view()
    with pytest.raises(ValueError, match="'wealth' is no feature; expected some of age_years"):
        seg.customers(view, ["wealth"])


@pytest.mark.slow
def test_planted_segments_of_the_simulated_bank_are_found(tmp_path):
    """5,000 customers: of 1,500, half of whom test what the others show, too few stand in each gap."""
    write(tmp_path / "bank", tmp_path / "truth", customers=5_000, months=24)
    people = seg.fetched(open_bank(str(tmp_path / "bank")).view(), FEATURES)
    result = found_in.clusters(people, draws=0)
    planted = pd.read_parquet(tmp_path / "truth" / "customers.parquet").set_index("customer_id")["segment"]
    assert adjusted_rand_score(planted[people["customer_id"]], result.labels) >= 0.8
    assert result.k == planted.nunique()
