"""Can the answers be trusted? Reliability of the constructs, whether their items follow them, and who did not read."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.language import _, listed, number, percent
from analysis.statistics import confirmatory as cf
from analysis.statistics import factors as fa
from analysis.statistics import moments as mo
from analysis.statistics import path_model as pm
from analysis.statistics import path_quality as pq
from analysis.statistics import reliability as rl
from analysis.topics.survey import constructs as co

RELIABLE = 0.7  # Nunnally (1978)
FIT = {"rmsea": 0.06, "cfi": 0.95, "srmr": 0.08}  # Hu & Bentler (1999)
APART = 0.9


def reliability(
    scores: pd.DataFrame, items: pd.DataFrame, weights=None, customers=None, draws: int = 300, seed: int = 0
) -> pd.DataFrame:
    """How well each construct is measured by its items.

    Parameters
    ----------
    scores, items, weights, customers
        As in `index.fit`.

    Returns
    -------
    DataFrame
        One row per construct of two or more items: construct, label, items, alpha, alpha_low, alpha_high, omega, omega_low,
        omega_high, item_rest (least correlation of an item with the others), weakest (that item), reliable (the lower end of
        omega is 0.7 or more), customers.

    Raises
    ------
    ValueError
        If the scores cannot be used, see `constructs.questionnaire` and `moments.checked`.
    """
    asked = co.questionnaire(scores, items)
    rows = []
    for construct, names in co.several(asked).items():
        found = rl.reliability(scores[names], weights, customers, draws, seed)
        own = rl.items_in_their_scale(scores[names], weights)
        worst = own.loc[own["item_rest"].idxmin()]
        here = scores[names].notna().any(axis=1).to_numpy()
        people = here.sum() if customers is None else pd.Series(np.asarray(customers)[here]).nunique()
        rows.append(
            {"construct": construct, "label": co.label(construct)}
            | {k: v for k, v in found.items() if k != "respondents"}
            | {
                "item_rest": worst["item_rest"],
                "weakest": worst["item"],
                "reliable": found["omega_low"] >= RELIABLE,
                "customers": int(people),
            }
        )
    columns = ["construct", "label", "items", "alpha", "alpha_low", "alpha_high", "omega", "omega_low", "omega_high",
               "item_rest", "weakest", "reliable", "customers"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def item_table(scores: pd.DataFrame, items: pd.DataFrame, weights=None) -> pd.DataFrame:
    """Every item against the others of its construct: construct, then as `statistics.reliability.items_in_their_scale`."""
    asked = co.questionnaire(scores, items)
    parts = [
        rl.items_in_their_scale(scores[names], weights).assign(construct=construct)
        for construct, names in co.several(asked).items()
    ]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["construct", "item"])


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
            "no construct has two or more items; expected some, as of single items no structure can be known"
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
            f"items follow from each other, {names[first]} and {names[second]} most closely; leave one of them out"
        )


def _pattern(r: np.ndarray, names: list[str], blocks: dict[str, list[str]], count: int) -> pd.DataFrame:
    loadings = fa.maximum_likelihood(r, count)[0]
    turned = fa.oblimin(loadings)[0] if count > 1 else loadings
    of = {item: construct for construct, own in blocks.items() for item in own}
    frame = pd.DataFrame(turned, columns=[f"factor_{k + 1}" for k in range(count)])
    frame.insert(0, "construct", [of[item] for item in names])
    frame.insert(0, "item", names)
    return frame


def structure_sentence(found: Structure) -> str:
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
            " {srmr}); {factors} factors are more than chance. Paths between constructs are to be read with care."
        )
    return words.format(
        constructs=number(found.constructs),
        rmsea=number(found.fit.rmsea, 3),
        cfi=number(found.fit.cfi, 3),
        srmr=number(found.fit.srmr, 3),
        alike=found.alike,
        htmt=number(found.htmt, 2),
        factors=number(found.factors),
    )


def reliability_sentence(table: pd.DataFrame) -> str:
    """Which constructs are measured reliably, from `reliability`."""
    known = table.dropna(subset=["omega"])
    if known.empty:
        return _("No construct has two or more items: how reliable the answers are cannot be known.")
    weak, least = known[~known["reliable"].astype(bool)], known.loc[known["omega"].idxmin()]
    figures = {
        "name": least["label"],
        "omega": number(least["omega"], 2),
        "low": number(least["omega_low"], 2),
        "high": number(least["omega_high"], 2),
    }
    if weak.empty:
        return _(
            "All constructs are measured reliably; the least, {name}, has an omega of {omega} ({low} to {high})."
        ).format(**figures)
    return _(
        "Not measured reliably: {names}. The least reliable is {name}, with an omega of {omega} ({low} to {high});"
        " {least} is needed."
    ).format(names=listed(weak["label"]), least=number(RELIABLE, 1), **figures)


def checks(table: pd.DataFrame, found: Structure, share: float) -> list[tuple[str, bool, str]]:
    """Checks as arguments of `report.results.health`.

    Parameters
    ----------
    table : DataFrame
        From `reliability`.
    share : float
        Of responses that were answered carelessly, see `careless.rates`.
    """
    return [
        ("survey_reliable", bool(table["reliable"].astype(bool).all()), reliability_sentence(table)),
        ("survey_structure", found.fits and found.apart, structure_sentence(found)),
        (
            "survey_read",
            share <= 0.1,
            _("Responses straight-lined or too fast to be read: {share} (up to {most} is accepted).").format(
                share=percent(share), most=percent(0.1, 0)
            ),
        ),
    ]
