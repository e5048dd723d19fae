"""Partial least squares path modelling: constructs measured by items, and the paths between them.

All of it works on covariance matrices, one or hundreds at a time (`moments.Moments`), so that a bootstrap is one call.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.language import _
from analysis.statistics.moments import Moments

SCHEMES = ("centroid", "path")
TOLERANCE, MOST = 1e-7, 300  # change of a weight in standard units at which iteration ends, most iterations
_SINGULAR = 1e-4  # eigenvalue of causes' correlations at which one follows from the others


@dataclass(frozen=True)
class Design:
    """Which items measure which construct, and which construct acts on which.

    Attributes
    ----------
    items, constructs : tuple of str
        In causal order: a construct comes after all that act on it.
    member : array of bool, (items, constructs)
    acts : array of bool, (constructs, constructs)
        [to, from].
    """

    items: tuple[str, ...]
    constructs: tuple[str, ...]
    member: np.ndarray
    acts: np.ndarray


@dataclass(frozen=True)
class Solution:
    """Path models of one or many samples; first axis the samples.

    Attributes
    ----------
    weights : array, (samples, items, constructs)
        A construct's score is the sum of weight × item, and has variance 1.
    loadings : array, (samples, items)
        Correlation of the item with its construct.
    correlation : array, (samples, constructs, constructs)
    direct, total : array, (samples, constructs, constructs)
        Effects in standard units, [to, from].
    r2 : array, (samples, constructs)
        0 for constructs on which none acts.
    rho : array, (samples, constructs)
        Reliability of the score (Dijkstra & Henseler's rho_A).
    converged : array of bool, (samples,)
    """

    weights: np.ndarray
    loadings: np.ndarray
    correlation: np.ndarray
    direct: np.ndarray
    total: np.ndarray
    r2: np.ndarray
    rho: np.ndarray
    converged: np.ndarray


def design(items: pd.DataFrame, paths: Mapping[str, Sequence[str]]) -> Design:
    """Design of a model.

    Parameters
    ----------
    items : DataFrame
        One row per item: item, construct.
    paths : mapping of str to sequence of str
        For each construct on which others act: those others.

    Raises
    ------
    ValueError
        If a construct of a path has no items, paths go round in a circle, or there is none.
    """
    wanted = list(dict.fromkeys([*(c for causes in paths.values() for c in causes), *paths]))
    known = items.groupby("construct", sort=False)["item"].agg(list).to_dict()
    absent = [name for name in wanted if name not in known]
    if absent:
        raise ValueError(
            f"constructs {', '.join(absent)} of the paths have no items; the items' constructs are {', '.join(known)}"
        )
    if not any(len(causes) for causes in paths.values()):
        raise ValueError("the model has no path; expected for at least one construct those that act on it")
    order = _ordered(wanted, paths)
    measured = [item for name in order for item in known[name]]
    member = np.array([[item in known[name] for name in order] for item in measured])
    acts = np.array([[cause in paths.get(name, ()) for cause in order] for name in order])
    return Design(tuple(measured), tuple(order), member, acts)


def _ordered(names: list[str], paths: Mapping[str, Sequence[str]]) -> list[str]:
    order: list[str] = []
    while len(order) < len(names):
        free = [n for n in names if n not in order and all(c in order for c in paths.get(n, ()))]
        if not free:
            left = [n for n in names if n not in order]
            raise ValueError(
                f"the paths between {', '.join(left)} go round in a circle; expected causes first"
            )
        order.append(free[0])
    return order


def solve(
    found: Moments, model: Design, scheme: str = "centroid", scaled: bool = False, consistent: bool = False
) -> Solution:
    """Estimate the model on each sample.

    Parameters
    ----------
    found : Moments
        Of the design's items, in its order.
    scheme : str
        How constructs look at their neighbours: "centroid" (by the sign of the correlation) or "path" (by regression on
        causes, by correlation with effects).
    scaled : bool
        Items in standard units; otherwise in points, so that items with more spread weigh more, as national indices do.
    consistent : bool
        Correct paths and loadings for errors of measurement (PLSc); plain paths are too small in proportion to them. Missing
        for a sample in which the corrected correlations leave causes collinear: the items do not tell them apart.

    Raises
    ------
    ValueError
        If the scheme is unknown, or the scores of constructs are collinear (in a few samples of many they are missing).

    Notes
    -----
    Wold (1982) and Lohmöller (1989), mode A; Tenenhaus, Esposito Vinzi, Chatelin & Lauro (2005), Computational
    Statistics & Data Analysis 48, for the steps. Each construct points the way in which most of its items load. The
    correction is Dijkstra & Henseler's (2015), MIS Quarterly 39(2), equations 2 to 4.
    """
    if scheme not in SCHEMES:
        raise ValueError(f"scheme is {scheme!r}; expected one of {', '.join(SCHEMES)}")
    covariance = found.correlation if scaled else found.covariance
    weights, converged = _weights(covariance, model, scheme)
    cross = covariance @ weights
    deviation = np.sqrt(np.diagonal(covariance, axis1=1, axis2=2))
    loadings = (cross * model.member).sum(axis=2) / deviation
    sign = np.where((loadings @ model.member) < 0, -1.0, 1.0)
    weights, loadings = weights * sign[:, None, :], loadings * (sign @ model.member.T)
    correlation = weights.transpose(0, 2, 1) @ covariance @ weights
    rho = _reliability(covariance, weights, model)
    if consistent:
        correlation = _corrected(correlation, rho)
        own = (weights**2).sum(axis=1)
        points = weights.sum(axis=2) * (np.sqrt(np.where(rho > 0, rho, np.nan)) / own @ model.member.T)
        loadings = points / deviation
    direct, total, r2 = _effects(correlation, model)
    if not consistent and np.isnan(direct).any(axis=(1, 2)).all():
        raise ValueError(
            _(
                "constructs are collinear: their scores follow from each other; leave one of them out or join their items"
            )
        )
    return Solution(weights, loadings, correlation, direct, total, r2, rho, converged)


def _weights(covariance: np.ndarray, model: Design, scheme: str) -> tuple[np.ndarray, np.ndarray]:
    member, linked = model.member, model.acts | model.acts.T
    deviation = np.sqrt(np.diagonal(covariance, axis1=1, axis2=2))[:, :, None]
    weights = _unit(np.broadcast_to(member.astype(float), (len(covariance), *member.shape)), covariance)
    for _step in range(MOST):
        correlation = weights.transpose(0, 2, 1) @ covariance @ weights
        inner = np.sign(correlation) * linked if scheme == "centroid" else _by_path(correlation, model)
        after = _unit(covariance @ weights @ inner * member, covariance)
        moved = (np.abs(after - weights) * deviation).max(axis=(1, 2))
        weights = after
        if not (moved > TOLERANCE).any():
            break
    return weights, moved <= TOLERANCE


def _unit(weights: np.ndarray, covariance: np.ndarray) -> np.ndarray:
    """Weights whose scores have variance 1."""
    variance = np.einsum("bij,bij->bj", weights, covariance @ weights)
    return weights / np.sqrt(variance)[:, None, :]


def _by_path(correlation: np.ndarray, model: Design) -> np.ndarray:
    inner = correlation * model.acts
    for to, causes in enumerate(model.acts):
        if causes.any():
            inner[:, causes, to] = _regress(correlation, to, causes)
    return inner


def _regress(correlation: np.ndarray, to: int, causes: np.ndarray) -> np.ndarray:
    among = correlation[:, causes][:, :, causes]
    usable = np.isfinite(among).all(axis=(1, 2))
    usable[usable] = np.linalg.eigvalsh(among[usable])[:, 0] > _SINGULAR
    out = np.full(among.shape[:2], np.nan)
    out[usable] = np.linalg.solve(among[usable], correlation[usable][:, causes, to][:, :, None])[:, :, 0]
    return out


def _effects(correlation: np.ndarray, model: Design) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    size = len(model.constructs)
    direct = np.zeros((len(correlation), size, size))
    for to, causes in enumerate(model.acts):
        if causes.any():
            direct[:, to, causes] = _regress(correlation, to, causes)
    r2 = (direct * correlation).sum(axis=2)
    total, step = direct, direct
    for _step in range(size - 1):
        step = step @ direct
        total = total + step
    return direct, total, r2


def _reliability(covariance: np.ndarray, weights: np.ndarray, model: Design) -> np.ndarray:
    """rho_A of each construct; 1 with a single item, whose errors cannot be known."""
    own = np.diagonal(covariance, axis1=1, axis2=2)[:, :, None]
    square, fourth = (weights**2).sum(axis=1), (weights**4).sum(axis=1)
    between = 1 - (weights**2 * own).sum(axis=1)
    spread = square**2 - fourth
    known = spread > 1e-12 * square**2  # of a single weight that counts nothing can be known
    several = model.member.sum(axis=0) > 1
    rho = square**2 * between / np.where(known, spread, np.nan)
    return np.where(several, rho, 1.0)


def _corrected(correlation: np.ndarray, rho: np.ndarray) -> np.ndarray:
    """Correlations of the constructs without errors; missing where a reliability is not positive."""
    root = np.sqrt(np.where(rho > 0, rho, np.nan))
    out = correlation / (root[:, :, None] * root[:, None, :])
    place = np.arange(out.shape[1])
    out[:, place, place] = 1.0
    return out
