"""Themes found are the planted ones, in the right order of their scores; names do not become themes."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import fisher_exact, spearmanr
from sklearn.metrics import adjusted_rand_score
from tests.topics.survey import planted_comments as planted

from analysis import language
from analysis.bank.source import open_bank
from analysis.statistics.intervals import wilson
from analysis.topics.survey import answers, callbacks, comments

THEMES = 8  # of each language, where six are planted and one of them says nothing in particular


@pytest.fixture(scope="module")
def truth():
    return planted.comments(1)


@pytest.fixture(scope="module")
def said(truth):
    return comments.voices(truth, truth, number=THEMES)


@pytest.fixture(scope="module")
def matched(said, truth):
    """Comments with a theme found, beside the planted one, and the planted one that most of the found one is about."""
    both = said.about.merge(truth[["response_id", "planted"]], on="response_id")
    both["meant"] = both.groupby("theme")["planted"].transform(lambda part: part.mode().iloc[0])
    return both


def test_themes_found_are_the_planted_ones(matched, truth):
    for code, purity, rand in (("zh", 0.65, 0.35), ("en", 0.75, 0.5)):
        part = matched[matched["language"] == code]
        assert (part["planted"] == part["meant"]).mean() > purity
        particular = part[part["planted"] != "general"]
        assert adjusted_rand_score(particular["planted"], particular["theme"].astype(int)) > rand
        assert set(part["meant"]) >= {"app", "waiting", "staff", "fees", "rates"}
    assert len(matched) > 0.9 * len(truth)


def test_themes_are_ranked_by_score_as_the_planted_ones(said, matched, truth):
    table = comments.by_theme(said)
    meant = matched.drop_duplicates("theme").set_index("theme")["meant"]
    expected = table["theme"].map(meant).map(truth.groupby("planted")["score"].mean())
    assert spearmanr(table["mean"], expected).statistic > 0.5
    assert table["mean"].is_monotonic_increasing
    over = table.loc[table["over"] == "detractors", "theme"].map(meant)
    assert len(over) and set(over) <= {"fees", "waiting"}
    assert set(table.loc[table["over"] == "others", "theme"].map(meant)) <= {
        "staff",
        "app",
        "general",
        "rates",
    }
    assert comments.sentence(table).startswith("Lowest scores where it is about")
    assert "Detractors speak oftener" in comments.sentence(table)


def test_the_table_by_hand(said):
    table = comments.by_theme(said)
    row = table.iloc[3]
    people = said.table[said.table["language"] == row["language"]]
    about = (people["theme"] == row["theme"]).fillna(False).to_numpy(dtype=bool)
    own, bad = people["score"][about], people["score"].to_numpy() <= 6
    assert row["customers"] == about.sum() and row["mean"] == pytest.approx(own.mean())
    assert row["detractors"] == pytest.approx((own <= 6).mean())
    assert (row["detractors_low"], row["detractors_high"]) == pytest.approx(
        wilson((own <= 6).sum(), len(own))
    )
    assert row["share"] == pytest.approx(about.mean())
    assert row["difference"] == pytest.approx(about[bad].mean() - about[~bad].mean())
    tested = table[table["customers"] >= 11]
    p = []
    for each in tested.itertuples():
        part = said.table[said.table["language"] == each.language]
        p.append(fisher_exact(pd.crosstab(part["theme"].fillna(-1) == each.theme, part["score"] <= 6)).pvalue)
    assert table["p_adjusted"].min() == pytest.approx(min(min(p) * len(p), 1))


def test_a_theme_that_has_nothing_to_do_with_the_score_is_rarely_blamed(truth):
    rng = np.random.default_rng(3)
    blamed = []
    themes = comments.voices(truth, truth, number=THEMES)
    for _draw in range(20):
        score = pd.Series(rng.permutation(themes.table["score"]), themes.table.index)
        blamed.append(
            (
                comments.by_theme(comments.Voices(themes.table.assign(score=score), themes.themes))["over"]
                != ""
            ).any()
        )
    assert np.mean(blamed) <= 0.15  # nominal 5 % of 20; more than three has a probability of 1.6 %


def test_tone_follows_the_score(said):
    groups = comments.by_group(said).set_index("group")
    assert groups.loc["detractor", "negative"] > 0.5 > groups.loc["promoter", "negative"]
    assert np.allclose(groups[["positive", "neutral", "negative"]].sum(axis=1), 1)
    r, low, high = comments.agreement(said)
    assert 0 < low < r < high < 1
    assert all(ok for _name, ok, _words in comments.checks(said))


def test_checks_fire():
    few = planted.comments(2, size=60)
    few["score"] = np.random.default_rng(0).permutation(few["score"])
    names = {name: ok for name, ok, _words in comments.checks(comments.voices(few, few))}
    assert not names["comments_enough"] and not names["tone_follows_score"]


def test_names_and_rare_words_do_not_name_a_theme(truth):
    some = truth[truth["language"] == "zh"].copy()
    late = some["planted"] == "staff"
    some.loc[late, "text"] = "王小明" + some.loc[late, "text"]
    said = comments.voices(some, some, number=6)
    assert not said.themes.table["label"].str.contains("王|小明").any()
    assert (said.themes.table["label"] != "").all()


def test_the_last_comment_of_a_customer_counts(truth):
    twice = pd.concat(
        [truth.head(400), truth.head(400).assign(response_id=lambda t: "S" + t["response_id"], score=0.0)]
    )
    table = comments.by_theme(comments.voices(twice, twice, number=4))
    assert table["customers"].sum() <= 400 and set(table["mean"]) == {0.0}


def test_comments_without_a_score_or_a_known_answer_have_a_theme_all_the_same(truth):
    some = truth.head(300)
    said = comments.voices(some, some.assign(score=some["score"].where(some.index > 99)).iloc[50:])
    assert len(said.table) == 300 and said.table["score"].isna().sum() == 100
    assert said.table["customer_id"].notna().all()
    assert comments.by_theme(said)["customers"].sum() <= 200


def test_the_same_seed_gives_the_same_themes_whatever_the_order(truth):
    some = truth.head(400)
    one = comments.voices(some, some, seed=4).table
    other = comments.voices(some.iloc[::-1], some, seed=4).table
    pd.testing.assert_frame_equal(one, other)


def test_too_few_comments_and_other_languages():
    few = planted.comments(5, size=20)
    said = comments.voices(few, few)
    table = comments.by_theme(said)
    assert table.empty and comments.sentence(table) == "No theme has enough customers to be told."
    assert not dict((name, ok) for name, ok, _words in comments.checks(said))["themes_stable"]
    with pytest.raises(ValueError, match="none of 20 texts is in Chinese or English"):
        comments.voices(few.assign(text="Спасибо", language="ru"), few)
    with pytest.raises(ValueError, match="lacks text"):
        comments.voices(few.drop(columns="text"), few)


def test_on_the_simulated_bank(demo_folder):
    view = open_bank(str(demo_folder)).view()
    rows = callbacks.answered(answers.invited(view), answers.scores(view))
    said = comments.voices(answers.comments(view), rows)
    assert len(said.table) == len(answers.comments(view))
    for code in ("zh", "en"):
        language.use(code)
        assert comments.sentence(comments.by_theme(said))
