"""Labels of texts, learnt on earlier and tested on later ones, beside baselines; for plain lists of texts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from analysis.statistics.text import certainty, choosing, comparison, tokens
from analysis.statistics.text import classifiers as ways
from analysis.statistics.text.comparison import KEYWORDS, MAJORITY, TFIDF
from analysis.statistics.text.features import Counts, Vocabulary
from analysis.statistics.text.labelled import LEAST_LABEL, Labelled, labelled, learnable

TESTED = 0.3  # of the texts, the latest


@dataclass(frozen=True)
class Final:
    """Models learnt on all texts, for further ones."""

    vocabulary: Vocabulary
    learnt_on: Counts
    logistic: ways.Logistic
    keywords: ways.Keywords


@dataclass(frozen=True)
class Classification:
    """A classifier of texts and how it did on later ones.

    Attributes
    ----------
    measures : DataFrame
        One row per candidate, which is the index ("majority", "keywords", "tfidf_logistic", "ours"): label, and macro_f1,
        accuracy and kappa on the later texts, each with _low and _high (95 %, units drawn again).
    gains : DataFrame
        One row per baseline, which is the index: by how much the macro-F1 of ours is ahead: value, low, high.
    by_class : DataFrame
        One row per label of the later texts or told for them, which is the index: learnt_on (earlier texts), n (later
        texts), precision, recall, f1, low, high, keywords (its F1 by keywords), tfidf (by the plain logistic regression),
        known (it was learnt).
    outcome : DataFrame
        One row per later text: position (in the list given), time, language, given, told, probability, unknown (share of its
        words), alone (nobody need look), right, and what the baselines told: majority, keywords, tfidf_logistic.
    chosen : choosing.Chosen
        Settings and rule, and what was tried.
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
    used : str
        What `predict` goes by: "model", "keywords" where it is no better than they, "nothing" where neither agrees
        beyond chance.
    """

    measures: pd.DataFrame
    gains: pd.DataFrame
    by_class: pd.DataFrame
    outcome: pd.DataFrame
    chosen: choosing.Chosen
    kept: dict[str, float]
    curve: pd.DataFrame
    reliability: pd.DataFrame
    ece: float
    ece_by_chance: float
    rare: dict[str, int]
    new: dict[str, int]
    left_out: dict[str, int]
    used: str
    final: Final = field(repr=False)

    @property
    def plain(self) -> bool:
        """Whether ours is the plain TF-IDF with logistic regression: nothing was ahead of it on the earlier texts."""
        return bool(self.chosen.tried.loc[self.chosen.tried["chosen"], "balanced"].iloc[0])

    def predict(self, texts: Iterable) -> pd.DataFrame:
        """Labels of further texts, by a model learnt on all texts given.

        Returns
        -------
        DataFrame
            One row per text: label (missing without words, or if nothing is of use), probability (missing too where keywords
            decide), alone (nobody need look).
        """
        texts = tokens.texts_of(texts)
        counts = self.final.vocabulary.counts(texts)
        told = self.final.logistic.told(self.final.logistic.log_odds(counts))
        if self.used != comparison.MODEL:
            label = self.final.keywords.labels(counts) if self.used == KEYWORDS else None
            told = pd.DataFrame({"label": label, "probability": np.nan}, index=range(len(texts)))
        told = told.astype({"label": "str"}).mask(pd.Series(tokens.wordless(texts), index=told.index))
        return told.assign(
            alone=self.chosen.rule.alone(told["probability"], counts.unknown(self.final.learnt_on))
        )


def classify(
    texts: Iterable,
    labels: Sequence,
    time: Sequence | None = None,
    language: str | Sequence[str] | None = None,
    known: Sequence | None = None,
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
    known : sequence, optional
        When each label was known, if later than `time`: a label is learnt only for texts that came after that.
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
    Ours is logistic regression on TF-IDF of words, pairs of words and runs of letters, deciding by log-odds from
    which a part of the labels' own commonness is taken (`classifiers.Logistic`), or the plain one if that is not
    ahead on the earlier texts (`choosing`). Penalty, that part, the calibration of the probabilities (Platt 1999) and
    the threshold are chosen on the last two fifths of the earlier texts, each fifth told by a model of what came
    before.
    """
    table = labelled(texts, labels, time, language, known)
    unit = np.arange(len(table)) if unit is None else pd.factorize(np.asarray(unit)[table.position])[0]
    vocabulary = Vocabulary(table.texts)
    counts = vocabulary.counts(table.texts)
    cut = table.cut(1 - TESTED)
    earlier, later = table.before(cut), np.arange(cut, len(table))
    chosen = choosing.choose(counts, table, cut, unit, target, seed)
    outcome = _outcome(counts, table, earlier, later, chosen, vocabulary, keywords)
    everything = np.flatnonzero(learnable(table.labels))
    of, names = counts.rows(everything), table.labels[everything]
    final = Final(
        vocabulary, of, ways.Logistic(of, names, chosen.settings), _keywords(of, names, vocabulary, keywords)
    )
    tested = _tested(outcome, unit[later], table.labels[earlier], chosen.rule, seed)
    return Classification(**tested, outcome=outcome, chosen=chosen, left_out=table.left_out, final=final)


def _keywords(counts: Counts, labels: np.ndarray, vocabulary: Vocabulary, given) -> ways.Keywords:
    if given is None:
        return ways.Keywords.learn(counts, labels)
    return ways.Keywords.given(given, vocabulary.words, labels)


def _outcome(
    counts: Counts, table: Labelled, earlier: np.ndarray, later: np.ndarray, chosen, vocabulary, keywords
) -> pd.DataFrame:
    """What each candidate, learnt on the earlier texts, tells of the later ones."""
    earlier = earlier[learnable(table.labels[earlier])]
    of, names, asked = counts.rows(earlier), table.labels[earlier], counts.rows(later)
    plain, ours = (ways.Logistic(of, names, settings) for settings in (ways.PLAIN, chosen.settings))
    told, given = ours.told(ours.log_odds(asked)), table.labels[later]
    label, p, unknown = told["label"].to_numpy(), told["probability"].to_numpy(), asked.unknown(of)
    return pd.DataFrame({
        "position": table.position[later], "time": table.time[later], "language": table.language[later], "given": given,
        "told": label, "probability": p, "unknown": unknown, "alone": chosen.rule.alone(p, unknown), "right": label == given,
        MAJORITY: ways.Majority.learn(names).labels(asked),
        KEYWORDS: _keywords(of, names, vocabulary, keywords).labels(asked),
        TFIDF: plain.told(plain.log_odds(asked))["label"].to_numpy(),
    })  # fmt: skip


def _tested(outcome: pd.DataFrame, unit, earlier: np.ndarray, rule: certainty.Rule, seed: int) -> dict:
    """What the later texts say of the classifier, by name of the attribute."""
    measures, gains = comparison.compared(outcome, unit, seed)
    n = pd.Series(earlier).value_counts()
    learnt, rare = n[n >= LEAST_LABEL], n[n < LEAST_LABEL]
    unheard = outcome.loc[~outcome["given"].isin(n.index), "given"].value_counts()
    right = outcome["right"].to_numpy()
    return {
        "measures": measures,
        "gains": gains,
        "by_class": comparison.by_class(outcome, unit, learnt, seed),
        "kept": rule.kept(right, outcome["alone"].to_numpy()),
        "curve": certainty.coverage_curve(right, outcome["probability"].to_numpy()),
        "rare": {name: int(k) for name, k in rare.items()},
        "new": {name: int(k) for name, k in unheard.items()},
        "used": comparison.used(measures, gains),
        **comparison.reliability(outcome, unit, seed),
    }
