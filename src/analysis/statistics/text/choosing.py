"""How labels are told: chosen on the earlier texts alone, each stretch of them told by what came before it."""

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import pandas as pd

from analysis.statistics import calibration
from analysis.statistics.classification import redrawn
from analysis.statistics.text import agreement, certainty
from analysis.statistics.text.classifiers import PLAIN, Logistic, Settings
from analysis.statistics.text.features import Counts
from analysis.statistics.text.labelled import Labelled, learnable

STRENGTHS, LIFTS = (0.3, 3.0, 30.0), (0.0, 0.5, 0.75, 1.0)
_STRETCHES = (0.6, 0.8)  # of the earlier texts: from here on each stretch is told by those before
_DRAWS = 100


@dataclass(frozen=True)
class Chosen:
    """How labels are told.

    Attributes
    ----------
    settings : Settings
    rule : certainty.Rule
        Which labels need nobody's eye.
    tried : DataFrame
        One row per candidate: strength, lift, letters, balanced, macro_f1 (on the earlier texts, see the module), chosen.
    """

    settings: Settings
    rule: certainty.Rule
    tried: pd.DataFrame


@dataclass(frozen=True)
class _Stretch:
    """Texts told by a model of those before."""

    model: Logistic
    scores: np.ndarray
    unknown: np.ndarray
    given: np.ndarray

    def told(self, settings: Settings) -> pd.DataFrame:
        """given, label, probability, unknown: one row per text."""
        told = self.model.told(self.scores, settings)
        return told.assign(given=self.given, unknown=self.unknown)


def choose(counts: Counts, table: Labelled, cut: int, unit: np.ndarray, target: float, seed: int) -> Chosen:
    """Settings, calibration and threshold from the rows before `cut`.

    The plain logistic regression is left only for a candidate whose macro-F1 is ahead by more than a standard error of the
    difference (units drawn again): of equals the simpler one.
    """
    edges = [*(table.cut(share, 0, cut) for share in _STRETCHES), cut]
    folds = [(table.before(a), np.arange(a, b)) for a, b in pairwise(edges) if b > a]
    told, rows = {}, np.concatenate([after for _before, after in folds])
    for fitted in (PLAIN, *map(Settings, STRENGTHS)):
        stretches = [_stretch(counts, table.labels, before, after, fitted) for before, after in folds]
        for lift in (0.0,) if fitted is PLAIN else LIFTS:
            settings = replace(fitted, lift=lift)
            told[settings] = pd.concat([one.told(settings) for one in stretches], ignore_index=True)
    confusions = {s: agreement.Confusion(t["given"], t["label"]) for s, t in told.items()}
    f1 = {s: confusion.measures()["macro_f1"] for s, confusion in confusions.items()}
    best = max(f1, key=f1.get)
    ahead = agreement.differences(confusions[best], confusions[PLAIN])
    drawn = [ahead(weight)["macro_f1"] for weight in redrawn(unit[rows], seed, _DRAWS)]
    settings = best if f1[best] - f1[PLAIN] > np.std(drawn) else PLAIN
    tried = pd.DataFrame([vars(s) | {"macro_f1": value, "chosen": s == settings} for s, value in f1.items()])
    return Chosen(*_mended(told[settings], settings, target), tried.drop(columns="mended"))


def _stretch(counts: Counts, labels: np.ndarray, before, after, settings: Settings) -> _Stretch:
    before = before[learnable(labels[before])]
    known, asked = counts.rows(before), counts.rows(after)
    model = Logistic(known, labels[before], settings)
    return _Stretch(model, model.log_odds(asked), asked.unknown(known), labels[after])


def _mended(told: pd.DataFrame, settings: Settings, target: float) -> tuple[Settings, certainty.Rule]:
    """Settings with their calibration, and the threshold on calibrated probabilities."""
    right = (told["label"] == told["given"]).to_numpy()
    mended = calibration.calibrator(right, told["probability"])
    rule = certainty.rule(right, mended(told["probability"]), told["unknown"].to_numpy(), target)
    return replace(settings, mended=mended), rule
