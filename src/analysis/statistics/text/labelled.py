"""Texts with labels in order of time, and what of them cannot be learnt."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.language import _, number
from analysis.statistics.text import languages as lang
from analysis.statistics.text import tokens

LEAST_TEXTS = 60  # earlier and later ones together
LEAST_LABEL = 5  # texts of a label below which it is not learnt


@dataclass(frozen=True)
class Labelled:
    """Texts that have words and a label, the earliest first.

    Attributes
    ----------
    texts, labels : array of str
    time : array
    known : array
        When each label was known, comparable with `time`.
    position : array of int
        Place in the list given.
    language : array of str
    left_out : dict of str to int
        Texts not used: "empty" (without words), "unlabelled".
    """

    texts: np.ndarray
    labels: np.ndarray
    time: np.ndarray
    known: np.ndarray
    position: np.ndarray
    language: np.ndarray
    left_out: dict[str, int]

    def __len__(self) -> int:
        return len(self.texts)

    def cut(self, share: float, first: int = 0, last: int | None = None) -> int:
        """Position at which rows `first` to `last` part into earlier and later ones; a moment is not torn apart.

        Raises
        ------
        ValueError
            If all rows are of one moment.
        """
        last = len(self) if last is None else last
        moments = self.time[first:last]
        at = int(share * len(moments))
        for place in (
            np.searchsorted(moments, moments[at], "left"),
            np.searchsorted(moments, moments[at], "right"),
        ):
            if 0 < place < len(moments):
                return first + int(place)
        raise ValueError(
            f"all {len(moments)} texts are of one moment ({moments[0]!r}); expected several, to learn on earlier "
            "and test on later ones. Leave time out if the list is in order"
        )

    def before(self, at: int) -> np.ndarray:
        """Earlier rows whose label was known when row `at` came."""
        rows = np.arange(at)
        return rows[self.known[:at] <= self.time[at]]


def labelled(
    texts: Iterable,
    labels: Sequence,
    time: Sequence | None = None,
    language=None,
    known: Sequence | None = None,
) -> Labelled:
    """Texts and labels as they can be learnt on.

    Raises
    ------
    TypeError
        If `texts` is a single text or holds what is no text.
    ValueError
        If lists differ in length, times are missing, or too few texts or labels are left.
    """
    texts = tokens.texts_of(texts)
    tokens.same_length(texts, labels=labels, time=time, known=known)
    codes = lang.languages(texts, language)
    names = pd.Series(list(labels), dtype=object)
    moments = pd.Series(np.arange(len(texts)) if time is None else list(time))
    if moments.isna().any():
        raise ValueError(
            f"time is missing for {moments.isna().sum()} of {len(texts)} texts; leave these texts out"
        )
    has_words, has_label = codes != lang.NONE, names.notna().to_numpy()
    kept = np.flatnonzero(has_words & has_label)
    kept = kept[np.argsort(moments.to_numpy()[kept], kind="stable")]
    found = Labelled(
        np.array([texts[k] for k in kept], dtype=object),
        names.iloc[kept].astype(str).to_numpy(dtype=object),
        moments.to_numpy()[kept],
        (moments if known is None else pd.Series(list(known))).to_numpy()[kept],
        kept,
        codes[kept],
        {"empty": int((~has_words).sum()), "unlabelled": int((has_words & ~has_label).sum())},
    )
    _require(found, len(texts))
    return found


def _require(found: Labelled, given: int) -> None:
    if len(found) < LEAST_TEXTS:
        raise ValueError(
            _(
                "{n} of {given} texts have words and a label; expected at least {least} to learn on earlier and test on"
                " later ones"
            ).format(n=number(len(found)), given=number(given), least=number(LEAST_TEXTS))
        )
    if len(set(found.labels)) < 2:
        raise ValueError(
            _("all {n} texts have the label {label}; expected at least two labels").format(
                n=number(len(found)), label=repr(found.labels[0])
            )
        )


def learnable(labels: np.ndarray, least: int = LEAST_LABEL) -> np.ndarray:
    """Whether each row's label has enough texts.

    Raises
    ------
    ValueError
        If fewer than two labels have.
    """
    names, n = np.unique(labels.astype(str), return_counts=True)
    enough = names[n >= least]
    if len(enough) < 2:
        raise ValueError(
            _(
                "{n} labels have at least {least} earlier texts; expected two or more. Earlier texts by label: {counts}"
            ).format(
                n=number(len(enough)),
                least=number(least),
                counts=dict(zip(names.tolist(), n.tolist(), strict=True)),
            )
        )
    return np.isin(labels, enough)
