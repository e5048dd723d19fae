"""Do the items follow the constructs they were written for, and can those be told apart?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.language import _, number, together
from analysis.statistics import confirmatory as cf
from analysis.statistics import factors as fa
from analysis.statistics import moments as mo
from analysis.statistics import path_model as pm
from analysis.statistics import path_quality as pq
from analysis.topics.survey import constructs as co

FIT = {"rmsea": 0.06, "cfi": 0.95, "srmr": 0.08}  # Hu & Bentler (1999)
APART = 0.9


@dataclass(frozen=True)
class Structure:
    """Do the items follow the constructs?

    Attributes
    ----------
    eigenvalues : DataFrame
        From `factors.parallel`.
    factors : int
        More than chance, by parallel analysis.
    constructs : int
    fit : confirmatory.Fit
        Of one factor per construct.
    kmo, bartlett : float
        Measure of sampling adequacy; p-value of no correlation at all.
    htmt : float
        Largest of two constructs.
    alike : str
        Those two.
    loadings : DataFrame
        One row per item: item, construct, factor_1 … (oblique pattern of as many factors as are more than chance).
    """

    eigenvalues: pd.DataFrame
    factors: int
    constructs: int
    fit: cf.Fit
    kmo: float
    bartlett: float
    htmt: float
    alike: str
    loadings: pd.DataFrame

    @property
    def fits(self) -> bool:
        """One factor per construct is a fair description: at least two of the three usual limits are kept."""
        kept = (
            self.fit.rmsea <= FIT["rmsea"],
            self.fit.cfi >= FIT["cfi"],
            self.fit.srmr <= FIT["srmr"],
        )
        return self.fit.converged and sum(kept) >= 2

    @property
    def apart(self) -> bool:
        """No two constructs are answered as one."""
        return not self.htmt >= APART


def structure(scores: pd.DataFrame, items: pd.DataFrame, weights=None, seed: int = 0) -> Structure:
    """Factors in the items of all constructs of two or more items.

    Raises
    ------
    ValueError
        If there is no construct of several items, or the scores cannot be used.
    """
    asked = co.questionnaire(scores, items)
    blocks = co.several(asked)
    if not blocks:
        raise ValueError(
            _(
                "no construct has two or more items; expected some, as of single items no structure can be known"
            )
        )
    names = [item for own in blocks.values() for item in own]
    member = np.array([[item in own for own in blocks.values()] for item in names])
    values = mo.checked(scores[names])
    found = mo.moments(values, weights)
    r = found.correlation[0]
    _require_distinct(r, names)
    respondents = int(values.notna().any(axis=1).sum())
    eigenvalues = fa.parallel(r, respondents, seed=seed)
    count = max(int(eigenvalues["kept"].sum()), 1)
    design = pm.Design(tuple(names), tuple(blocks), member, np.zeros((len(blocks), len(blocks)), dtype=bool))
    ratio = pq.htmt(found, design)[0]
    first, second = np.unravel_index(np.nanargmax(ratio), ratio.shape) if len(blocks) > 1 else (0, 0)
    return Structure(
        eigenvalues,
        int(eigenvalues["kept"].sum()),
        len(blocks),
        cf.fit(r, member, respondents),
        fa.kmo(r),
        fa.bartlett(r, respondents)["p_value"],
        float(ratio[first, second]),
        f"{co.label(list(blocks)[first])} / {co.label(list(blocks)[second])}",
        _pattern(r, names, blocks, count),
    )


def _require_distinct(r: np.ndarray, names: list[str]) -> None:
    if np.linalg.eigvalsh(r)[0] < 1e-5:
        first, second = np.unravel_index(np.abs(r - np.eye(len(r))).argmax(), r.shape)
        raise ValueError(
            _(
                "items follow from each other, {first} and {second} most closely; leave one of them out"
            ).format(first=names[first], second=names[second])
        )


def _pattern(r: np.ndarray, names: list[str], blocks: dict[str, list[str]], count: int) -> pd.DataFrame:
    loadings = fa.maximum_likelihood(r, count)[0]
    turned = fa.oblimin(loadings)[0] if count > 1 else loadings
    of = {item: construct for construct, own in blocks.items() for item in own}
    frame = pd.DataFrame(turned, columns=[f"factor_{k + 1}" for k in range(count)])
    frame.insert(0, "construct", [of[item] for item in names])
    frame.insert(0, "item", names)
    return frame


def sentence(found: Structure) -> str:
    """The verdict on the structure, with its figures."""
    if found.fits and found.apart:
        words = _(
            "The items follow the {constructs} constructs they were written for (RMSEA {rmsea}, CFI {cfi}, SRMR"
            " {srmr}); the two most alike are {alike} (HTMT {htmt})."
        )
    elif found.fits:
        words = _(
            "The items follow the {constructs} constructs (RMSEA {rmsea}, CFI {cfi}, SRMR {srmr}), but {alike} are"
            " answered as one (HTMT {htmt}): their effects cannot be told apart."
        )
    else:
        words = _(
            "The items do not follow the {constructs} constructs they were written for (RMSEA {rmsea}, CFI {cfi}, SRMR"
            " {srmr}); factors beyond chance: {factors}. Paths between constructs are to be read with care."
        )
    said = words.format(
        constructs=number(found.constructs),
        rmsea=number(found.fit.rmsea, 3),
        cfi=number(found.fit.cfi, 3),
        srmr=number(found.fit.srmr, 3),
        alike=found.alike,
        htmt=number(found.htmt, 2),
        factors=number(found.factors),
    )
    if not (found.fits and found.apart) or found.factors >= found.constructs:
        return said
    return together(
        said,
        _(
            "That fewer factors stand out from chance is no objection: constructs that go together share a factor there."
        ),
    )
