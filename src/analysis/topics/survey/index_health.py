"""Checks on the satisfaction index: it converged, its items belong, its paths point the way they should and foretell."""

import numpy as np
import pandas as pd

from analysis.language import _, listed, number, percent
from analysis.topics.survey import index as ix

LOADING, RELIABLE, APART = (
    0.7,
    0.7,
    0.9,
)  # Hair et al. (2019), European Business Review 31: least loading, reliability; HTMT
NEAR = 0.1  # of Q² that a regression may be ahead before the paths are missing something


def checks(index: ix.Index, foretold: pd.DataFrame) -> list[tuple[str, bool, str]]:
    """Checks as arguments of `report.results.health`: name, whether it holds, message.

    Parameters
    ----------
    foretold : DataFrame
        From `predictive.later_wave`; without rows the check on later answers is left out.
    """
    table, paths = ix.table(index), ix.paths(index)
    found = [_converged(index), _weights(index), _loadings(index), _reliable(table), _apart(table), _signs(paths),
             _errors(paths)]  # fmt: skip
    return found + ([_foretells(foretold)] if len(foretold) else [])


def _converged(index: ix.Index) -> tuple[str, bool, str]:
    share = index.drawn.converged.mean()
    return (
        "index_converged",
        bool(index.found.converged[0] and share > 0.99),
        _("The weights settled on all answers: {whole}; in {share} of the bootstrap samples.").format(
            whole=_("yes") if index.found.converged[0] else _("no"), share=percent(share)
        ),
    )


def _weights(index: ix.Index) -> tuple[str, bool, str]:
    against = [
        item for item, w in zip(index.design.items, index.found.weights[0].sum(axis=1), strict=True) if w <= 0
    ]
    return (
        "index_weights_positive",
        not against,
        _("Items that count against their construct: {items}.").format(items=listed(against))
        if against
        else _("Every item counts for its construct."),
    )


def _loadings(index: ix.Index) -> tuple[str, bool, str]:
    loadings = index.found.loadings[0]
    worst = int(loadings.argmin())
    weak = int((loadings < LOADING).sum())
    return (
        "index_loadings",
        weak == 0,
        _(
            "{weak} of {n} items correlate with their construct below {least}; the least is {item} with {value}."
        ).format(
            weak=number(weak),
            n=number(len(loadings)),
            least=number(LOADING, 1),
            item=index.design.items[worst],
            value=number(loadings[worst], 2),
        ),
    )


def _reliable(table: pd.DataFrame) -> tuple[str, bool, str]:
    several = table[table["items"] > 1]
    weak = several[(several["rho"] < RELIABLE) | (several["ave"] < 0.5)]
    return (
        "index_reliable",
        weak.empty,
        _(
            "Measured too poorly (reliability below {least} or less than half of the items' variance): {names}."
        ).format(least=number(RELIABLE, 1), names=listed(weak["label"]) or _("none")),
    )


def _apart(table: pd.DataFrame) -> tuple[str, bool, str]:
    most = table["htmt"].max()
    alike = table[table["htmt"] >= APART]["label"]
    return (
        "index_constructs_apart",
        bool(not most >= APART),
        _(
            "Largest HTMT between two constructs: {most}; from {limit} on they are answered as one. Concerned: {names}."
        ).format(most=number(most, 2), limit=number(APART, 1), names=listed(alike) or _("none")),
    )


def _signs(paths: pd.DataFrame) -> tuple[str, bool, str]:
    wrong = paths[paths["direct_high"] < 0]["label"]
    return (
        "index_signs",
        wrong.empty,
        _("Paths that are negative beyond chance, where more should lead to more: {paths}.").format(
            paths=listed(wrong) or _("none")
        ),
    )


def _errors(paths: pd.DataFrame) -> tuple[str, bool, str]:
    direct = paths.dropna(subset=["direct"])
    if direct["corrected_low"].isna().any():
        return (
            "index_errors_corrected",
            False,
            _(
                "Errors of measurement could not be taken out of every path: some constructs are answered as one."
            ),
        )
    sure, right = direct["direct_low"] > 0, direct["corrected_low"] > 0
    lost = direct[sure & ~right]["label"]
    return (
        "index_errors_corrected",
        lost.empty,
        _("Paths that are there only as long as errors of measurement are left in: {paths}.").format(
            paths=listed(lost) or _("none")
        ),
    )


def _foretells(foretold: pd.DataFrame) -> tuple[str, bool, str]:
    weak = foretold[~(foretold["q2_low"] > 0)]
    behind = foretold[foretold["q2_regression"] - foretold["q2_high"] > NEAR]
    least = foretold["q2"].min() if np.isfinite(foretold["q2"]).any() else np.nan
    return (
        "index_foretells",
        bool(weak.empty and behind.empty),
        _(
            "Answers of the last wave, foretold from earlier ones: least Q² {least}; no better than the mean: {weak}."
        ).format(least=number(least, 2), weak=listed(weak["label"]) or _("none")),
    )
