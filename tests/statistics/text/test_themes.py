"""Themes: planted ones are found, named, and the same whatever the order of the texts."""

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.metrics import adjusted_rand_score
from tests.statistics.text import written

from analysis.statistics.text import distinctive, short_texts, themes


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return written.feedback(600, seed=1, shares=(0.4, 0.3, 0.3))


@pytest.fixture(scope="module")
def found(table):
    return themes(table["text"], seed=3)


def test_texts_of_a_theme_share_what_is_planted(table, found):
    """Themes are finer than the labels planted, but none mixes them."""
    rows = table.assign(theme=found.theme.to_numpy(dtype=int))
    inside = rows[rows["theme"] >= 0]
    purity = inside.groupby("theme")["label"].agg(lambda labels: labels.value_counts().iloc[0]).sum() / len(
        inside
    )
    assert purity > 0.9
    assert len(inside) > 0.8 * len(rows)
    for language, part in rows.groupby("language"):
        told = found.table[(found.table["language"] == language) & (found.table["theme"] >= 0)]
        assert set(part["theme"]) - {-1} <= set(told["theme"])


def test_the_table_counts_the_texts_and_says_how_far_themes_come_again(table, found):
    for language, part in found.table.groupby("language"):
        assert part["texts"].sum() == (table["language"] == language).sum()
        assert part["share"].sum() == pytest.approx(1)
    named = found.table[found.table["theme"] >= 0]
    assert named["label"].str.len().gt(0).all()
    assert named["stability"].between(0, 1).all()
    assert (named["stable"] == (named["stability"] >= 0.5)).all()
    assert found.tried.groupby("language")["chosen"].sum().eq(1).all()
    assert "themes; the largest:" in found.message()
    first = found.typical(int(named["theme"].iloc[0]))
    assert (found.theme.iloc[first] == named["theme"].iloc[0]).all()


def test_the_order_of_the_texts_and_a_second_run_change_nothing(table, found):
    order = np.random.default_rng(0).permutation(len(table))
    again = themes(table["text"].iloc[order], seed=3)
    assert (again.theme.to_numpy() == found.theme.to_numpy()[order]).all()
    pd.testing.assert_frame_equal(again.table, found.table)


def test_noise_does_not_come_again():
    rng = np.random.default_rng(2)
    letters = np.array([f"{a}{b}word" for a in "bcdfghjklm" for b in "aeiou"])
    noise = [" ".join(["the", *rng.choice(letters, 6)]) for _text in range(400)]
    assert themes(noise, "en").table["stability"].max() < 0.5


def test_what_cannot_be_read_is_left_out_and_said(table):
    texts = ["", None, "Комиссия слишком высокая", *table["text"]]
    found = themes(texts)
    assert found.theme.iloc[:3].isna().all() and found.theme.iloc[3:].notna().all()
    assert found.notes == ("Texts not read: 2 without words, 1 in another language.",)
    assert found.message().endswith(found.notes[0])


def test_few_texts_have_no_theme_and_no_text_is_an_error():
    few = themes(["手续费太高", "年费"] * 5)
    assert few.table["theme"].tolist() == [-1]
    assert few.message() == "Too few texts for themes."
    with pytest.raises(
        ValueError, match=r"none of 2 texts is in Chinese or English \(1 are empty, 1 are in another"
    ):
        themes(["", "Комиссия слишком высокая"])
    with pytest.raises(ValueError, match="number is 1; expected at least 2"):
        themes(["手续费"], number=1)
    with pytest.raises(TypeError, match="single text"):
        themes("手续费")


def test_a_number_of_themes_can_be_asked_for(table):
    chinese = table[table["language"] == "zh"]
    found = themes(chinese["text"], number=3)
    assert (found.table["theme"] >= 0).sum() == 3


def test_words_of_the_background_do_not_make_themes():
    """Without it the courtesies, which are independent of the matter, would be the largest clusters."""
    rng = np.random.default_rng(0)
    matter, courtesy = rng.integers(0, 3, 600), rng.integers(0, 3, 600)
    places = np.column_stack([matter, 3 + matter, 6 + courtesy, 9 + courtesy, 12 + courtesy])
    counts = sparse.csr_array(np.eye(15)[places].sum(axis=1))
    assert (
        adjusted_rand_score(
            matter, short_texts.learn(counts[:, :6], 3, 0).posterior(counts[:, :6]).argmax(axis=1)
        )
        == 1
    )


def test_log_odds_are_those_of_the_paper():
    """Monroe, Colaresi & Quinn (2008), equations 15, 16 and 22, word by word."""
    counts = sparse.csr_array(np.array([[3, 0, 1], [2, 1, 0], [0, 4, 1], [1, 2, 2]]))
    group = np.array([0, 0, 1, 1])
    table, prior = counts.toarray(), 0.5
    z = distinctive.log_odds(counts, group, 2, prior)
    alpha = prior * table.sum(axis=0)
    for g in (0, 1):
        y, other = table[group == g].sum(axis=0), table[group != g].sum(axis=0)
        for w in range(3):
            a, b = y[w] + alpha[w], other[w] + alpha[w]
            delta = np.log(a / (y.sum() + alpha.sum() - a)) - np.log(b / (other.sum() + alpha.sum() - b))
            assert z[g, w] == pytest.approx(delta / np.sqrt(1 / a + 1 / b), rel=1e-6)
