"""Labels of texts, learnt on earlier and tested on later ones, beside baselines; for plain lists of texts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import pandas as pd

from analysis.language import _
from analysis.statistics import calibration
from analysis.statistics import classification as binary
from analysis.statistics.text import agreement, certainty, tokens
from analysis.statistics.text import classifiers as ways
from analysis.statistics.text.features import Counts, Vocabulary
from analysis.statistics.text.labelled import LEAST_LABEL, Labelled, labelled, learnable

MAJORITY, KEYWORDS, TFIDF, OURS = "majority", "keywords", "tfidf_logistic", "ours"
TESTED = 0.3  # of the texts, the latest
STRENGTHS, LIFTS = (3.0, 30.0), (0.0, 0.5, 0.75, 1.0)
_INNER = (0.6, 0.8, 1.0)  # of the earlier texts: each stretch is told by what came before it


def names() -> dict[str, str]:
    """What the candidates are, in words."""
    return {
        MAJORITY: _("commonest label"),
        KEYWORDS: _("keywords"),
        TFIDF: _("TF-IDF + logistic regression"),
        OURS: _("words and letters, rare labels lifted"),
    }


@dataclass(frozen=True)
class Classification:
    """A classifier of texts and how it did on later ones.

    Attributes
    ----------
    measures : DataFrame
        One row per candidate, which is the index ("majority", "keywords", "tfidf_logistic", "ours"): label, macro_f1,
        macro_f1_low, macro_f1_high, accuracy, accuracy_low, accuracy_high, on the later texts (95 %, units drawn again).
    gains : DataFrame
        One row per baseline, which is the index: by how much the macro-F1 of ours is ahead: value, low, high.
    by_class : DataFrame
        One row per label of the later texts or told for them, which is the index: learnt_on (earlier texts), n (later
        texts), precision, recall, f1, low, high, keywords (its F1 by keywords), tfidf (by the plain logistic regression),
        known (it was learnt).
    outcome : DataFrame
        One row per later text: position (in the list given), time, language, given, told, probability, right, and what
        the baselines told: majority, keywords, tfidf_logistic.
    rule : certainty.Rule
        Which labels need nobody's eye, chosen on earlier texts.
    kept : dict
        The rule on the later texts, see `certainty.Rule.kept`.
    curve : DataFrame
        Accuracy by coverage on the later texts, see `certainty.coverage_curve`.
    reliability : DataFrame
        Expected and observed accuracy by tenth of the probability, see `statistics.calibration.curve`.
    ece, ece_by_chance : float
        Expected calibration error of the probability of the label told, and what it exceeds with 5 % chance if all
        probabilities are right.
    rare, new : dict of str to int
        Labels with too few earlier texts to be learnt, with their number; labels of later texts that no earlier one had.
    left_out : dict of str to int
        Texts without words ("empty") and without label ("unlabelled").
    usable : bool
        Whether ours is ahead of keywords, beyond chance; if not, `predict` goes by keywords.
    settings : classifiers.Settings
        Chosen on the earlier texts alone.
    """

    measures: pd.DataFrame
    gains: pd.DataFrame
    by_class: pd.DataFrame
    outcome: pd.DataFrame
    rule: certainty.Rule
    kept: dict[str, float]
    curve: pd.DataFrame
    reliability: pd.DataFrame
    ece: float
    ece_by_chance: float
    rare: dict[str, int]
    new: dict[str, int]
    left_out: dict[str, int]
    usable: bool
    settings: ways.Settings
    _vocabulary: Vocabulary = field(repr=False)
    _logistic: ways.Logistic = field(repr=False)
    _keywords: ways.Keywords = field(repr=False)

    def predict(self, texts: Iterable) -> pd.DataFrame:
        """Labels of further texts, by a model learnt on all texts given.

        Returns
        -------
        DataFrame
            One row per text: label (missing without words), probability (missing too where keywords decide, because ours
            is no better than they), alone (the label is sure enough for nobody to look).
        """
        texts = tokens.texts_of(texts)
        counts = self._vocabulary.counts(texts)
        told = self._logistic.told(self._logistic.log_odds(counts))
        if not self.usable:
            told = pd.DataFrame({"label": self._keywords.labels(counts), "probability": np.nan})
        empty = np.array([not tokens.words(tokens.masked(text)) for text in texts], dtype=bool)
        told = told.astype({"label": "str"}).mask(pd.Series(empty))
        return told.assign(alone=(told["probability"] >= self.rule.threshold).fillna(False).astype(bool))


def classify(
    texts: Iterable,
    labels: Sequence,
    time: Sequence | None = None,
    language: str | Sequence[str] | None = None,
    keywords: Mapping[str, Sequence[str]] | None = None,
    unit: Sequence | None = None,
    target: float = certainty.TARGET,
    seed: int = 0,
) -> Classification:
    """Learn labels of texts on the earlier 70 %, test on the later 30 %, and be ready for further texts.

    Parameters
    ----------
    texts : iterable of str
        None, NaN and texts without words are left out and counted.
    labels : sequence
        Label of each text; missing ones are left out and counted.
    time : sequence, optional
        When each text was written: anything that sorts. Without it the list is taken to be in order of time.
    language : str or sequence of str, optional
        "zh" or "en", for all or for each, in `outcome`; any language can be learnt.
    keywords : mapping of str to sequence of str, optional
        Keywords of each label for the baseline; learnt without.
    unit : sequence, optional
        What is drawn again for the intervals, such as the customer; each text by itself without.
    target : float
        Accuracy wanted of labels that nobody looks at.

    Raises
    ------
    TypeError
        If `texts` is a single text or holds what is no text.
    ValueError
        If lists differ in length, all times are the same, fewer than 60 texts have words and a label, or fewer than two
        labels have five earlier texts.

    Notes
    -----
    Ours is logistic regression on TF-IDF of words, pairs of words and runs of letters, deciding by log-odds from which a
    part of the labels' own commonness is taken (`classifiers.Logistic`). Penalty, that part, the calibration of the
    probabilities (Platt 1999) and the threshold are chosen on the last two fifths of the earlier texts, each fifth told by
    a model of what came before.
    """
    table = labelled(texts, labels, time, language)
    unit = np.arange(len(table)) if unit is None else pd.factorize(np.asarray(unit)[table.position])[0]
    vocabulary = Vocabulary(table.texts)
    counts = vocabulary.counts(table.texts)
    cut = table.cut(1 - TESTED)
    earlier, later = np.arange(cut), np.arange(cut, len(table))
    settings, rule = _chosen(counts, table, cut, target)
    candidates = _candidates(counts, table.labels, earlier, later, settings, vocabulary, keywords)
    outcome = _outcome(table, later, candidates)
    everything = np.flatnonzero(learnable(table.labels))
    return Classification(
        **_tested(outcome, unit[later], table.labels[:cut], rule, seed),
        outcome=outcome,
        rule=rule,
        left_out=table.left_out,
        settings=settings,
        _vocabulary=vocabulary,
        _logistic=ways.Logistic(counts.rows(everything), table.labels[everything], settings),
        _keywords=_keywords(counts.rows(everything), table.labels[everything], vocabulary, keywords),
    )


def _keywords(counts: Counts, labels: np.ndarray, vocabulary: Vocabulary, given) -> ways.Keywords:
    if given is None:
        return ways.Keywords.learn(counts, labels)
    return ways.Keywords.given(given, vocabulary.words, labels)


def _chosen(counts: Counts, table: Labelled, cut: int, target: float) -> tuple[ways.Settings, certainty.Rule]:
    """Settings and threshold by what stretches of the earlier texts are told by those before them."""
    edges = [*(table.cut(share, 0, cut) for share in _INNER[:-1]), cut]
    folds = [(np.arange(a), np.arange(a, b)) for a, b in pairwise(edges) if b > a]
    best, best_f1, told = ways.Settings(), -1.0, None
    for strength in STRENGTHS:
        tries = [_fold(counts, table.labels, before, after, strength) for before, after in folds]
        for lift in LIFTS:
            settings = ways.Settings(strength, lift)
            f1 = np.mean([_macro_f1(one, settings) for one in tries])
            if f1 > best_f1:
                best, best_f1, told = settings, f1, tries
    inside = pd.concat([one.told(best) for one in told])
    right = inside["right"].to_numpy()
    mended = calibration.calibrator(right, inside["probability"])
    rule = certainty.rule(right, mended(inside["probability"]), target)
    return ways.Settings(best.strength, best.lift, mended), rule


@dataclass(frozen=True)
class _Fold:
    """A stretch of texts told by a model of those before."""

    model: ways.Logistic
    scores: np.ndarray
    given: np.ndarray

    def told(self, settings: ways.Settings) -> pd.DataFrame:
        """Label, probability, right: one row per text."""
        told = self.model.told(self.scores, settings)
        return told.assign(right=told["label"].to_numpy() == self.given)


def _fold(
    counts: Counts, labels: np.ndarray, before: np.ndarray, after: np.ndarray, strength: float
) -> _Fold:
    before = before[learnable(labels[before])]
    model = ways.Logistic(counts.rows(before), labels[before], ways.Settings(strength))
    return _Fold(model, model.log_odds(counts.rows(after)), labels[after])


def _macro_f1(fold: _Fold, settings: ways.Settings) -> float:
    return agreement.macro_f1(fold.given, fold.told(settings)["label"].to_numpy())


def _candidates(counts, labels, earlier, later, settings, vocabulary, keywords) -> dict[str, pd.DataFrame]:
    """What each candidate, learnt on the earlier texts, tells of the later ones: label, probability."""
    known = earlier[learnable(labels[earlier])]
    of, asked = counts.rows(known), counts.rows(later)
    said = {
        MAJORITY: ways.Majority.learn(labels[known]).labels(asked),
        KEYWORDS: _keywords(of, labels[known], vocabulary, keywords).labels(asked),
    }
    found = {name: pd.DataFrame({"label": values}) for name, values in said.items()}
    plain = ways.Logistic(of, labels[known], ways.Settings(1.0, 0.0), letters=False, balanced=True)
    ours = ways.Logistic(of, labels[known], settings)
    return found | {TFIDF: plain.told(plain.log_odds(asked)), OURS: ours.told(ours.log_odds(asked))}


def _outcome(table: Labelled, later: np.ndarray, candidates: dict[str, pd.DataFrame]) -> pd.DataFrame:
    told, given = candidates[OURS], table.labels[later]
    label = told["label"].to_numpy()
    return pd.DataFrame({
        "position": table.position[later], "time": table.time[later], "language": table.language[later], "given": given,
        "told": label, "probability": told["probability"].to_numpy(), "right": label == given,
        **{name: candidates[name]["label"].to_numpy() for name in (MAJORITY, KEYWORDS, TFIDF)},
    })  # fmt: skip


def compared(outcome: pd.DataFrame, unit: np.ndarray, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Measures of all candidates on some of the later texts, and how far ours is ahead of the others.

    Parameters
    ----------
    outcome : DataFrame
        Rows of `Classification.outcome`.
    unit : array
        Unit of each row.

    Returns
    -------
    tuple of DataFrame
        As `Classification.measures` and `Classification.gains`.
    """
    confusions = {
        name: agreement.Confusion(outcome["given"], outcome["told" if name == OURS else name])
        for name in (MAJORITY, KEYWORDS, TFIDF, OURS)
    }
    rows, gains = {}, {}
    for name, confusion in confusions.items():
        found = binary.intervals(confusion.measures, unit, seed)
        rows[name] = {"label": names()[name]} | {
            f"{measure}{suffix}": found.loc[measure, column]
            for measure in ("macro_f1", "accuracy")
            for suffix, column in (("", "value"), ("_low", "low"), ("_high", "high"))
        }
        if name != OURS:
            ahead = agreement.differences(confusions[OURS], confusion)
            gains[name] = binary.intervals(ahead, unit, seed).loc["macro_f1"]
    return pd.DataFrame(rows).T.infer_objects(), pd.DataFrame(gains).T


def _tested(outcome: pd.DataFrame, unit, earlier: np.ndarray, rule: certainty.Rule, seed: int) -> dict:
    measures, gains = compared(outcome, unit, seed)
    right, p = outcome["right"].to_numpy(), outcome["probability"].to_numpy()
    bins = binary.quantile_bins(p)
    learnt_on = pd.Series(earlier).value_counts()
    known = set(learnt_on.index[learnt_on >= LEAST_LABEL])
    given = outcome["given"].value_counts()
    return {
        "measures": measures,
        "gains": gains,
        "by_class": _by_class(outcome, unit, learnt_on, known, seed),
        "kept": rule.kept(right, p),
        "curve": certainty.coverage_curve(right, p),
        "reliability": calibration.curve(right, p, unit, seed),
        "ece": binary.decomposition(binary.binned(right, p, bins))["ece"],
        "ece_by_chance": binary.chance_ece(p, bins, seed),
        "rare": {name: int(n) for name, n in learnt_on.items() if name not in known},
        "new": {name: int(n) for name, n in given.items() if name not in learnt_on.index},
        "usable": bool(gains.loc[KEYWORDS, "low"] > 0),
    }


def _by_class(outcome: pd.DataFrame, unit, learnt_on: pd.Series, known: set[str], seed: int) -> pd.DataFrame:
    table = agreement.class_intervals(agreement.Confusion(outcome["given"], outcome["told"]), unit, seed)
    for name, candidate in (("keywords", KEYWORDS), ("tfidf", TFIDF)):
        table[name] = agreement.Confusion(outcome["given"], outcome[candidate]).by_class()["f1"]
    table.insert(0, "learnt_on", learnt_on.reindex(table.index, fill_value=0))
    return (
        table.assign(known=table.index.isin(known))
        .drop(columns="told")
        .sort_values("n", ascending=False, kind="stable")
    )
