"""The satisfaction index: the published bank through the topic's door, planted paths, later waves, checks that fire."""

import re

import numpy as np
import pandas as pd
import pytest
from tests.statistics import satisfaction as sat
from tests.topics.survey import planted

from analysis.topics.sections import attempt
from analysis.topics.survey import constructs as co
from analysis.topics.survey import index as ix
from analysis.topics.survey import index_health, predictive

SCALE = {"scale_min": 0.0, "scale_max": 10.0}


@pytest.fixture(scope="module")
def survey():
    scores, items, known, latent = planted.answers(7, 4_000)
    return (
        scores,
        items,
        known,
        latent,
        ix.fit(scores, items, customers=known["customer_id"], draws=200, seed=1),
    )


def test_a_plain_table_gives_the_published_paths(public_data):
    scores, items = sat.bank(public_data)
    found = ix.fit(scores, items.assign(**SCALE), draws=100)
    expected = sat.reference(public_data, "satisfaction_boot_paths")
    table = ix.paths(found)
    table.index = table["from"] + " -> " + table["to"]
    np.testing.assert_allclose(table["direct"].dropna()[expected.index], expected["original"], atol=0.01)
    whole = sat.reference(public_data, "satisfaction.effects").set_index(["from", "to"])
    mine = table.set_index(["from", "to"]).loc[whole.index]
    np.testing.assert_allclose(mine[["indirect", "total"]], whole[["indirect", "total"]], atol=0.01)
    assert mine.loc[("EXPE", "SAT"), "direct_low"] < 0 < mine.loc[("EXPE", "SAT"), "direct_high"]
    assert ix.headline(found).startswith("Satisfaction stands at")


def test_answers_that_have_nothing_to_do_with_each_other_have_no_influence_to_name(survey):
    rng = np.random.default_rng(3)
    noise = survey[0].head(800).apply(lambda answers: rng.permutation(answers))
    assert "No influence on it is told from 0." in ix.headline(ix.fit(noise, survey[1], draws=100))


def test_the_index_is_the_weighted_mean_of_the_items_from_0_to_100(survey):
    scores, _items, _known, _latent, found = survey
    table = ix.table(found).set_index("construct")
    assert ((table["low"] < table["value"]) & (table["value"] < table["high"])).all()
    # Items of a simulated construct are alike, so that their plain mean is near.
    plain = 10 * scores[[c for c in scores if c.startswith("sat")]].mean(axis=1).mean()
    assert table.loc["SAT", "value"] == pytest.approx(plain, abs=0.2)
    assert (
        np.isnan(table.loc["IMAG", "r2"]) and 0.3 < table.loc["SAT", "r2_low"] < table.loc["SAT", "r2"] < 0.7
    )
    assert (table["composite_reliability"] > table["ave"]).all() and (table["htmt"] < 0.9).all()


def test_planted_paths_come_back_once_errors_are_taken_out():
    errors, plain, absent = [], [], []
    for seed in range(40, 46):
        scores, items, _known, latent = planted.answers(seed, 4_000)
        table = ix.paths(ix.fit(scores, items, draws=100)).set_index(["from", "to"])
        true = planted.standardised(latent)
        paths = [(c, to) for to, causes in co.ECSI.items() for c in causes if (c, to) != ("EXPE", "SAT")]
        errors.append([table.loc[p, "corrected"] - true.loc[p[1], p[0]] for p in paths])
        plain.append(table.loc[("VAL", "SAT"), "direct"] - true.loc["SAT", "VAL"])
        absent.append(table.loc[("EXPE", "SAT"), ["corrected_low", "corrected_high"]].tolist())
    assert np.abs(np.mean(errors, axis=0)).max() < 0.06 and np.abs(errors).mean() < 0.05
    assert np.mean(plain) < -0.08  # the part that errors of measurement take away
    assert sum(low <= 0 <= high for low, high in absent) >= 5


def test_blanks_move_the_paths_little_and_weights_count(survey):
    scores, items, _known, _latent, found = survey
    holes = scores.mask(np.random.default_rng(1).random(scores.shape) < 0.1)
    other = ix.paths(ix.fit(holes, items, draws=20))
    np.testing.assert_allclose(other["total"], ix.paths(found)["total"], atol=0.06)
    half = np.arange(len(scores)) % 2
    weighted, part = ix.fit(scores, items, weights=half, draws=20), ix.fit(scores[half == 1], items, draws=20)
    np.testing.assert_allclose(ix.paths(weighted)["total"], ix.paths(part)["total"], atol=1e-9)


def test_a_later_wave_is_foretold_and_noise_is_not(survey):
    scores, items, known, _latent, _found = survey
    table = predictive.later_wave(scores, items, known["wave"])
    assert set(table["construct"]) == {"EXPE", "QUAL", "VAL", "SAT", "LOY"}
    assert (table["q2_low"] > 0).all() and (table["q2"] > table["q2_regression"] - 0.05).all()
    assert (table["rmse"] < table["rmse_naive"]).all()
    last = known["wave"] == known["wave"].max()
    rng = np.random.default_rng(0)
    mixed = scores.copy()
    for column in mixed:  # each item on its own: nothing of the causes is left in it
        mixed.loc[last, column] = rng.permutation(mixed.loc[last, column])
    none = predictive.later_wave(mixed, items, known["wave"])
    assert not (none["q2_low"] > 0).any()
    assert predictive.later_wave(scores, items, ["2024H1"] * len(scores)).empty


def test_the_last_wave_is_not_looked_at_when_the_model_is_made(survey):
    scores, items, known, _latent, _found = survey
    last = (known["wave"] == known["wave"].max()).to_numpy()
    seen = predictive.later_wave(scores, items, known["wave"])
    extreme = scores.copy()
    extreme.loc[last] = 10.0
    extreme.loc[last, ["nps"]] = scores.loc[last, ["nps"]]
    extreme.loc[last, ["csat", "ces"]] = scores.loc[last, ["csat", "ces"]]
    moved = predictive.later_wave(extreme, items, known["wave"])
    # Naive errors of scores that are all 10 are their distance from the earlier waves' means.
    means = scores.loc[~last, [c for c in scores if c.startswith("loy")]].mean()
    loyalty = moved.set_index("construct").loc["LOY"]
    assert loyalty["rmse_naive"] == pytest.approx(np.sqrt(((10 - means) ** 2).mean()), rel=0.01)
    assert seen["customers"].tolist() == [last.sum()] * 5


def test_checks_pass_on_a_sound_survey_and_fire_on_bad_ones(survey):
    scores, items, known, _latent, found = survey
    foretold = predictive.later_wave(scores, items, known["wave"])
    assert [name for name, ok, _m in index_health.checks(found, foretold) if not ok] in (
        [],
        ["index_errors_corrected"],
    )
    rng = np.random.default_rng(2)
    noisy = scores.assign(sat1=rng.integers(0, 11, len(scores)).astype(float))
    fired = _fired(ix.fit(noisy, items, draws=50), foretold)
    assert "index_loadings" in fired
    turned = ix.fit(scores.assign(sat1=10 - scores["sat1"]), items, draws=50)
    assert "index_weights_positive" in _fired(turned, foretold)
    assert "Satisfaction has no index, because an item counts against it" in ix.headline(turned)
    doubt = {f"qual{k}": scores[f"expe{k}"] + rng.choice([-1, 0, 1], len(scores)) for k in range(1, 6)}
    alike = scores.assign(**doubt)
    assert "index_constructs_apart" in _fired(ix.fit(alike.clip(0, 10), items, draws=50), foretold)
    against = scores.assign(**{f"loy{k}": 10 - scores[f"loy{k}"] for k in range(1, 5)})
    assert "index_signs" in _fired(ix.fit(against, items, draws=50), foretold)
    weak = foretold.assign(q2_low=-0.1)
    assert "index_foretells" in _fired(found, weak)
    assert "index_foretells" not in _fired(found, weak.head(0))


def _fired(found: ix.Index, foretold: pd.DataFrame) -> list[str]:
    return [name for name, ok, message in index_health.checks(found, foretold) if not ok and message]


def test_errors_of_measurement_that_make_a_path_are_told():
    """A cause measured badly leaves its effect to another that goes along with it."""
    rng = np.random.default_rng(3)
    cause = rng.normal(size=3_000)
    other = 0.8 * cause + 0.6 * rng.normal(size=3_000)
    outcome = 0.7 * cause + 0.7 * rng.normal(size=3_000)
    loads = {"a": (cause, 0.6), "b": (other, 0.95), "c": (outcome, 0.9)}
    scores = pd.DataFrame(
        {
            f"{name}{k}": load * value + np.sqrt(1 - load**2) * rng.normal(size=3_000)
            for name, (value, load) in loads.items()
            for k in range(1, 5)
        }
    )
    found = ix.fit(scores, sat.of(scores), paths={"B": ("A",), "C": ("A", "B")}, draws=200)
    path = ix.paths(found).set_index(["from", "to"]).loc[("B", "C")]
    assert path["direct_low"] > 0.1 and path["corrected_low"] < 0 < path["corrected_high"]
    assert "index_errors_corrected" in _fired(found, pd.DataFrame())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda s: s.head(1), "1 respondents for 27 items"),
        (lambda s: s.head(20), "20 respondents for 27 items; expected more respondents than items"),
        (lambda s: s.assign(sat2=5.0), "item sat2 has the same score from every respondent"),
        (lambda s: s.assign(sat2=np.nan), "no respondent answered item sat2"),
        (lambda s: s.assign(sat2=s["sat2"] + 5), "item sat2 has the score 15; expected 0 to 10"),
        (lambda s: s.assign(**{f"qual{k}": s[f"expe{k}"] for k in range(1, 6)}), "constructs are collinear"),
        (lambda s: s[["nps"]], "no path is left between the constructs NPS; say by `paths`"),
        (lambda s: s.add_prefix("q_"), "none of the items imag1, imag2"),
    ],
)
def test_surveys_that_cannot_be_used_are_named(survey, change, message):
    scores, items = survey[:2]
    scores = scores.assign(sat2=scores["sat2"].where(scores.index != scores.index[0], 10.0))
    with pytest.raises(ValueError, match=message):
        ix.fit(change(scores), items, draws=10)


def test_questionnaires_that_cannot_be_used_are_named(survey):
    scores, items = survey[:2]
    with pytest.raises(ValueError, match=r"the table of items lacks construct \(what it measures\)"):
        ix.fit(scores, items[["item"]])
    with pytest.raises(ValueError, match="item imag1 is listed 2 times"):
        ix.fit(scores, pd.concat([items, items.head(1)]))


def test_constructs_of_one_item_take_part(survey):
    scores, items = survey[:2]
    found = ix.fit(scores[["imag1", "sat1", "sat2", "loy1"]], items[["item", "construct"]], draws=50)
    table = ix.table(found).set_index("construct")
    assert (
        table.loc["IMAG", "items"] == 1
        and np.isnan(table.loc["IMAG", "rho"])
        and np.isnan(table.loc["IMAG", "htmt"])
    )
    assert ix.paths(found)["direct"].notna().any()
    assert index_health.checks(found, pd.DataFrame())


def test_without_a_scale_the_scores_given_are_its_ends(survey):
    scores, items = survey[:2]
    asked = co.questionnaire(scores, items[["item", "construct"]]).set_index("item")
    whole = scores[[c for c in scores if c.startswith("sat")]].stack()
    assert asked.loc["sat1", ["scale_min", "scale_max"]].tolist() == [whole.min(), whole.max()]


@pytest.mark.parametrize("n", [6, 9, 14, 30])
@pytest.mark.parametrize("blanks", [0.0, 0.1])
def test_small_surveys_give_figures_or_a_reason_and_no_warning(n, blanks):
    """Samples of a handful make items constant and constructs collinear."""
    for seed in range(3):
        paths = {"SAT": {"QUAL": 0.6}, "LOY": {"SAT": 0.6}}
        scores = sat.planted(n, seed, paths, items=2).round().clip(0, 10)
        scores = scores.mask(np.random.default_rng(seed).random(scores.shape) < blanks)
        items = sat.of(scores).assign(**SCALE)
        found, reason = attempt(ix.fit, scores, items, draws=60)
        if found is None:
            assert re.search("more respondents than items|answered|same score", reason)
            continue
        assert ix.table(found)["value"].dropna().between(0, 100).all() and ix.headline(found)
        wave = np.arange(n) % 2
        assert len(index_health.checks(found, predictive.later_wave(scores, items, wave))) >= 7
