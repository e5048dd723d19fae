"""Soundness: reliability by construct, structure that is there or not, careless answers, differences between modes."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from tests.statistics import satisfaction as sat
from tests.topics.survey import planted

from analysis.topics.survey import careless, modes, soundness, structure


@pytest.fixture(scope="module")
def survey():
    return planted.answers(7, 4_000)[:3]


def test_every_construct_of_several_items_has_its_reliability(survey):
    scores, items, known = survey
    table = soundness.reliability(scores, items, customers=known["customer_id"], draws=50)
    assert set(table["construct"]) == {"IMAG", "EXPE", "QUAL", "VAL", "SAT", "LOY"}  # not NPS, CSAT, CES
    assert table["reliable"].all() and (table["customers"] == known["customer_id"].nunique()).all()
    assert "All constructs are measured reliably" in soundness.reliability_sentence(table)
    rng = np.random.default_rng(1)
    noise = scores.assign(val2=rng.permutation(scores["val2"]), val3=rng.permutation(scores["val3"]))
    bad = soundness.reliability(noise, items, draws=50).set_index("construct")
    assert not bad.loc["VAL", "reliable"] and bad.loc["VAL", "weakest"] in ("val2", "val3")
    assert "Not shown to be measured reliably: Value for money" in soundness.reliability_sentence(bad)


def test_the_planted_structure_is_confirmed_and_another_is_not(survey):
    scores, items, _known = survey
    found = structure.structure(scores, items)
    assert found.fits and found.apart and found.constructs == 6 and found.kmo > 0.9 and found.bartlett < 1e-6
    said = structure.sentence(found)
    assert said.startswith("The items follow the 6 constructs")
    assert ("fewer factors stand out from chance is no objection" in said) == (found.factors < 6)
    assert structure.sentence(replace(found, factors=6)) == said.partition(" That fewer")[0]
    assert len(found.loadings) == 27
    wrong = items.assign(construct=items["construct"].sample(frac=1, random_state=1).to_numpy())
    other = structure.structure(scores, wrong)
    assert not other.fits and "do not follow" in structure.sentence(other)
    assert not dict((n, ok) for n, ok, _m in soundness.checks(_reliable(scores, items), other, 0.01))[
        "survey_structure"
    ]


def _reliable(scores, items) -> pd.DataFrame:
    return soundness.reliability(scores, items, draws=20)


def test_constructs_answered_as_one_are_told(public_data):
    scores, items = sat.bank(public_data)
    found = structure.structure(scores, items)
    assert not found.apart and found.htmt > 0.9
    assert found.factors < found.constructs


def test_careless_answers_are_counted_and_what_they_do_is_told(survey):
    scores, items, known = survey
    flags = careless.flags(scores, items, known["seconds"])
    rows = careless.rates(flags, known["customer_id"]).set_index("sign")
    assert 0.005 < rows.loc["straight", "share"] < 0.03 and rows.loc["straight", "low"] > 0
    assert rows.loc["careless", "count"] >= max(rows.loc["straight", "count"], rows.loc["fast", "count"])
    table = careless.headline_without(scores, items, flags, customers=known["customer_id"]).set_index(
        "without"
    )
    assert table.loc["careless", "nps"] < table.loc["nobody", "nps"]  # they gave 10 to everything
    assert table.loc["careless", "responses"] == len(scores) - rows.loc["careless", "count"]
    given = scores["nps"].dropna()
    assert table.loc["nobody", "nps"] == pytest.approx(100 * ((given >= 9).mean() - (given <= 6).mean()))
    said = careless.sentence(rows.reset_index(), table.reset_index())
    assert "The NPS of all waves together is" in said


def test_signs_of_carelessness_are_what_they_say():
    items = pd.DataFrame({"item": [f"q{k}" for k in range(12)], "construct": "A"}).assign(
        scale_min=0, scale_max=10
    )
    rng = np.random.default_rng(0)
    scores = pd.DataFrame(rng.integers(0, 11, (4, 12)).astype(float), columns=items["item"])
    scores.iloc[0] = 7.0
    scores.iloc[1, 2:] = np.nan
    scores.iloc[1, :2] = 7.0
    found = careless.flags(scores, items, [100, 100, 23.9, np.nan])
    assert found["straight"].tolist() == [True, False, False, False]
    assert found["blank"].tolist() == [False, True, False, False]
    assert found["fast"].tolist()[:3] == [False, False, True] and found["fast"].isna().tolist()[3]
    assert found["careless"].tolist() == [True, False, True, False]
    unknown = careless.rates(careless.flags(scores, items)).set_index("sign")
    assert unknown.loc["fast", "responses"] == 0 and np.isnan(unknown.loc["fast", "share"])
    without = careless.headline_without(scores, items, found)
    assert without["nps"].isna().all() and "NPS" not in careless.sentence(careless.rates(found), without)


def asked(n: int, effect: float, seed: int, confounded: bool = False) -> tuple:
    rng = np.random.default_rng(seed)
    age = rng.uniform(20, 80, n)
    mode = np.where(rng.random(n) < 0.4, "phone", "mobile")
    if confounded:
        mode = np.where(age + rng.normal(0, 25, n) > 55, "phone", "mobile")
    level = 6 + 0.03 * (age - 50) + effect * (mode == "phone") + rng.normal(size=n)
    scores = pd.DataFrame({f"sat{k}": level + rng.normal(0, 0.7, n) for k in range(1, 4)})
    known = {"age": age, "assets": rng.lognormal(10, 2, n), "customer_id": rng.integers(0, n, n)}
    return scores, sat.of(scores), pd.DataFrame({"mode": mode} | known)


def test_modes_are_compared_at_the_same_age():
    scores, items, how = asked(1_500, 0.0, 1, confounded=True)
    row = modes.effects(scores, items, how).iloc[0]
    assert row["raw"] > 0.5 and row["low"] < 0 < row["high"] and row["comparable"]
    scores, items, how = asked(1_500, 0.4, 2, confounded=True)
    row = modes.effects(scores, items, how).iloc[0]
    assert row["low"] < 0.4 < row["high"] and row["p_adjusted"] < 0.05
    assert (
        "Asked by phone instead of mobile, customers of the same age and assets rate Satisfaction 0."
        in modes.sentence(modes.effects(scores, items, how))
        or row["mode"] == "mobile"
    )


def test_false_differences_between_modes_are_rare():
    found = [modes.effects(*asked(300, 0.0, seed))["p_adjusted"].min() < 0.05 for seed in range(50)]
    assert np.mean(found) <= 0.12


def test_modes_of_other_ages_are_not_compared(survey):
    scores, items, known = survey
    age = np.where(known["mode"] == "phone", 70.0, 40.0) + np.random.default_rng(0).normal(0, 4, len(known))
    table = modes.effects(scores, items, known.assign(age=age))
    phone = table[table["mode"] == "phone"]
    assert len(phone) and not phone["comparable"].any() and phone["difference"].isna().all()
    assert "Not comparable, because other ages were asked in this way: phone." in modes.sentence(table)
    single = modes.effects(scores, items, known.assign(mode="sms"))
    assert single.empty and "cannot be seen" in modes.sentence(single)
    bare = modes.effects(scores, items, known[["mode"]])
    assert bare["difference"].notna().all()


def test_a_survey_without_scales_of_several_items():
    scores = pd.DataFrame({"nps": np.arange(11.0)})
    items = pd.DataFrame({"item": ["nps"], "construct": ["NPS"]})
    assert "cannot be known" in soundness.reliability_sentence(soundness.reliability(scores, items))
    with pytest.raises(ValueError, match="no construct has two or more items"):
        structure.structure(scores, items)


def test_items_that_say_the_same_are_named(survey):
    scores, items, _known = survey
    with pytest.raises(
        ValueError, match=r"items follow from each other, (sat1 and sat3|sat3 and sat1) most closely"
    ):
        structure.structure(scores.assign(sat3=scores["sat1"]), items)
