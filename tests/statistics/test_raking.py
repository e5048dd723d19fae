"""Raked weights: exact margins, the published criterion, thin and impossible categories."""

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize

from analysis.statistics.raking import design_effect, effective_size, join_thin, rake

AGE = pd.Series({"young": 300.0, "middle": 500.0, "old": 200.0})
REGION = pd.Series({"north": 350.0, "south": 650.0})


@pytest.fixture
def people() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    age = rng.choice(["young", "middle", "old"], 400, p=[0.1, 0.3, 0.6])
    region = np.where(rng.random(400) < np.where(age == "old", 0.7, 0.4), "north", "south")
    return pd.DataFrame({"age": age, "region": region})


def off(people: pd.DataFrame, weights: np.ndarray) -> float:
    return max(
        (pd.Series(weights).groupby(people[name].to_numpy()).sum() - target).abs().max()
        for name, target in (("age", AGE), ("region", REGION))
    )


def test_margins_are_exact(people):
    found = rake(people, {"age": AGE, "region": REGION})
    assert found.converged and off(people, found.weights) < 1e-8 * 1_000
    assert found.weights.min() > 0 and found.trimmed == 0


def test_weights_are_the_nearest_to_those_they_start_from(people):
    """Their dual, solved by a general optimiser, gives the same weights."""
    start = np.random.default_rng(1).uniform(0.5, 2, len(people))
    found = rake(people, {"age": AGE, "region": REGION}, start=start)
    x = np.column_stack([people["age"] == name for name in AGE.index] + [people["region"] == "north"]).astype(
        float
    )
    totals = np.array([*AGE, REGION["north"]]) / 1_000

    def dual(b):
        w = start / start.sum() * np.exp(x @ b)
        return w.sum() - totals @ b, x.T @ w - totals

    best = minimize(dual, np.zeros(4), jac=True, method="BFGS", options={"gtol": 1e-11})
    np.testing.assert_allclose(found.weights / 1_000, start / start.sum() * np.exp(x @ best.x), rtol=1e-6)


def test_trimmed_weights_keep_the_margins(people):
    free, cut = (rake(people, {"age": AGE, "region": REGION}, cap=cap) for cap in (None, 3.2))
    assert free.largest > 3.2 >= cut.largest - 1e-6
    assert cut.converged and cut.trimmed > 0 and off(people, cut.weights) < 1e-5
    assert design_effect(cut.weights) < design_effect(free.weights)
    # Nobody can be young without the young weighing three times as much as all.
    impossible = rake(people, {"age": AGE, "region": REGION}, cap=1.5)
    assert impossible.converged and impossible.largest > 1.5


def test_margins_that_cannot_be_met_together_are_told():
    people = pd.DataFrame({"a": ["x", "x", "y"], "b": ["u", "u", "v"]})
    margins = {"a": pd.Series({"x": 0.5, "y": 0.5}), "b": pd.Series({"u": 0.8, "v": 0.2})}
    found = rake(people, margins)
    assert not found.converged and found.error > 0.1


def test_kish_design_effect():
    assert design_effect([1, 1, 1, 1]) == 1 and effective_size([2, 2]) == 2
    assert design_effect([1, 3]) == pytest.approx(2 * 10 / 16)
    assert effective_size([1, 3]) == pytest.approx(1.6)


@pytest.mark.parametrize(
    ("change", "margins", "said"),
    [
        ({}, {"age": AGE, "region": pd.Series({"north": 1.0, "south": 1.0})}, "different totals: age 1000, region 2"),
        ({}, {"age": pd.concat([AGE, pd.Series({"ancient": 5.0})])}, "nobody of age = 'ancient' answered"),
        ({}, {"age": AGE.drop("old")}, "age = 'old', which has no total in the margin; expected 'young', 'middle'"),
        ({"age": None}, {"age": AGE}, "margin age is missing for 400 of 400 respondents"),
        ({}, {"income": AGE}, "margin income is not known of the respondents; they have age, region"),
        ({}, {"age": -AGE}, "expected numbers of 0 or more"),
        ({}, {}, "no margin is given"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_named(people, change, margins, said):
    with pytest.raises(ValueError, match=said):
        rake(people.assign(**change), margins)


def test_nobody_and_weights_of_nothing_are_refused(people):
    with pytest.raises(ValueError, match="nobody answered"):
        rake(people.head(0), {"age": AGE})
    with pytest.raises(ValueError, match="expected above 0"):
        rake(people, {"age": AGE}, start=np.zeros(len(people)))


def test_thin_categories_join_their_neighbour_and_say_so():
    counts = {"18-29": 40, "30-44": 30, "45-59": 12, "60-74": 4, "75+": 2}
    age = pd.Categorical(np.repeat(list(counts), list(counts.values())), list(counts), ordered=True)
    region = np.where(np.arange(88) < 85, "north", "south")
    margins = {
        "age": pd.Series(dict.fromkeys(counts, 20.0)),
        "region": pd.Series({"north": 60.0, "south": 40.0}),
    }
    people, joined, told = join_thin(pd.DataFrame({"age": age, "region": region}), margins)
    assert joined["age"].to_dict() == {"18-29": 20, "30-44": 20, "45-59 + 60-74 + 75+": 60}
    assert joined["region"].to_dict() == {"north + south": 100}
    assert told[["margin", "category", "respondents"]].to_numpy().tolist() == [
        ["age", "75+", 2], ["age", "60-74 + 75+", 6], ["region", "south", 3],
    ]  # fmt: skip
    assert rake(people, joined).converged


def test_a_category_without_respondents_can_be_joined():
    people = pd.DataFrame({"tier": ["a"] * 20 + ["b"] * 30})
    people, joined, _told = join_thin(people, {"tier": pd.Series({"a": 1.0, "b": 2.0, "private": 0.5})})
    assert joined["tier"].to_dict() == {"a + private": 1.5, "b": 2.0}
    assert rake(people, joined).converged
