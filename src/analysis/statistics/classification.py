"""How well probabilities of a yes/no outcome rank and fit, with intervals that mind repeated units."""

from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd

DRAWS = 200
BINS = 10


class Ranked:
    """Outcomes sorted by score once, so that weighted ranking measures of many bootstrap draws are cheap.

    Parameters
    ----------
    y : array of 0 and 1
    score : array of float
        Higher means likelier; equal scores share their rank.
    """

    def __init__(self, y, score):
        score = np.asarray(score, float)
        self.order = np.argsort(-score, kind="stable")
        self.y = np.asarray(y, float)[self.order]
        ranked = score[self.order]
        self.starts = np.flatnonzero(np.r_[True, ranked[1:] != ranked[:-1]])

    def measures(self, weight: np.ndarray | None = None) -> tuple[float, float]:
        """ROC-AUC and PR-AUC (average precision); missing if one of the outcomes does not occur.

        Parameters
        ----------
        weight : array of float, optional
            One per row, in the order of the rows given.
        """
        w = np.ones(len(self.y)) if weight is None else weight[self.order]
        hits = np.add.reduceat(w * self.y, self.starts)
        misses = np.add.reduceat(w * (1 - self.y), self.starts)
        if not hits.sum() or not misses.sum():
            return np.nan, np.nan
        above = np.cumsum(misses) - misses
        lost = (hits * (above + misses / 2)).sum() / (hits.sum() * misses.sum())
        found, seen = np.cumsum(hits), np.cumsum(hits + misses)
        precision = found / np.where(seen > 0, seen, 1)
        return float(1 - lost), float((hits * precision).sum() / hits.sum())


def roc_auc(y, score) -> float:
    """Area under the ROC curve; missing if one of the outcomes does not occur."""
    return Ranked(y, score).measures()[0]


def quantile_bins(p, bins: int = BINS) -> np.ndarray:
    """Number of the bin of each probability, from 0 for the lowest; bins of like size, equal values in one."""
    p = np.asarray(p, float)
    edges = np.unique(np.quantile(p, np.linspace(0, 1, bins + 1)[1:-1]))
    return np.unique(np.searchsorted(edges, p, side="left"), return_inverse=True)[1]


def binned(y, p, bins: np.ndarray, weight: np.ndarray | None = None) -> pd.DataFrame:
    """Expected and observed rate of each bin.

    Returns
    -------
    DataFrame
        One row per bin: n (weight in it), expected (mean probability), observed (share of y = 1).
    """
    w = np.ones(len(bins)) if weight is None else weight
    n = np.bincount(bins, w)
    with np.errstate(invalid="ignore"):
        expected = np.bincount(bins, w * np.asarray(p, float)) / n
        observed = np.bincount(bins, w * np.asarray(y, float)) / n
    return pd.DataFrame({"n": n, "expected": expected, "observed": observed})


def decomposition(table: pd.DataFrame) -> dict[str, float]:
    """Parts of the Brier score of binned probabilities, and the expected calibration error.

    Parameters
    ----------
    table : DataFrame
        As `binned` gives it.

    Returns
    -------
    dict
        reliability (0 is perfectly calibrated), resolution (higher separates more), uncertainty (variance of the
        outcome); Brier = reliability − resolution + uncertainty up to the spread within bins; ece (mean absolute
        distance of expected and observed, weighted by n).

    Notes
    -----
    Murphy (1973), Journal of Applied Meteorology 12; Naeini, Cooper & Hauskrecht (2015), AAAI, for the ECE.
    """
    rows = table[table["n"] > 0]
    share = (rows["n"] / rows["n"].sum()).to_numpy()
    expected, observed = rows["expected"].to_numpy(), rows["observed"].to_numpy()
    rate = float(share @ observed)
    return {
        "reliability": float(share @ (expected - observed) ** 2),
        "resolution": float(share @ (observed - rate) ** 2),
        "uncertainty": rate * (1 - rate),
        "ece": float(share @ np.abs(expected - observed)),
    }


def chance_ece(p, bins: np.ndarray, seed: int, draws: int = DRAWS) -> float:
    """Expected calibration error that is exceeded with 5 % chance if every probability is right.

    Finite samples never have an ECE of 0; without this level a good model would look bad on few events. Outcomes
    are drawn independently, so that with repeated units the level is, if anything, too low.
    """
    rng, p = np.random.default_rng(seed), np.asarray(p, float)
    n, expected = np.bincount(bins), np.bincount(bins, p)
    drawn = [np.bincount(bins, rng.random(len(p)) < p) for _draw in range(draws)]
    return float(np.quantile((np.abs(np.array(drawn) - expected)).sum(axis=1) / n.sum(), 0.95))


def log_losses(y, p) -> np.ndarray:
    """Log loss of each row: minus the log of the probability of what came."""
    y, safe = np.asarray(y, float), np.clip(np.asarray(p, float), 1e-12, 1 - 1e-12)
    return -(y * np.log(safe) + (1 - y) * np.log1p(-safe))


def measures(y, p, chosen=None) -> Callable[[np.ndarray | None], dict[str, float]]:
    """A function of row weights that gives all measures of probabilities `p`.

    Parameters
    ----------
    y : array of 0 and 1
    p : array of float
        Probabilities.
    chosen : array of bool, optional
        Rows that would be acted on, for precision and capture.

    Returns
    -------
    callable
        Takes weights (None: all 1); gives roc_auc, pr_auc, brier, log_loss, reliability, resolution, uncertainty, ece,
        top_tenth_lift and top_tenth_capture (of the tenth with the highest p), and with `chosen` precision and
        capture among them.
    """
    y, p = np.asarray(y, float), np.asarray(p, float)
    ranked, bins = Ranked(y, p), quantile_bins(p)
    squared, loss = (p - y) ** 2, log_losses(y, p)

    def of(weight: np.ndarray | None = None) -> dict[str, float]:
        w = np.ones(len(y)) if weight is None else weight
        roc, pr = ranked.measures(w)
        found = {"roc_auc": roc, "pr_auc": pr, "brier": float(w @ squared / w.sum())}
        found |= {"log_loss": float(w @ loss / w.sum())} | decomposition(binned(y, p, bins, w))
        found |= _top(ranked, w, 0.1)
        if chosen is not None:
            hits = float((w * y)[chosen].sum())
            found["precision"] = hits / w[chosen].sum() if w[chosen].sum() else np.nan
            found["capture"] = hits / (w @ y) if w @ y else np.nan
        return found

    return of


def _top(ranked: Ranked, weight: np.ndarray, share: float) -> dict[str, float]:
    """Lift and capture of the rows with the highest scores; rows that tie at the edge count in part."""
    w, y = weight[ranked.order], ranked.y
    n, hits = np.add.reduceat(w, ranked.starts), np.add.reduceat(w * y, ranked.starts)
    total = hits.sum()
    if not total:
        return {"top_tenth_lift": np.nan, "top_tenth_capture": np.nan}
    captured = np.interp(share * n.sum(), np.r_[0, np.cumsum(n)], np.r_[0, np.cumsum(hits)]) / total
    return {"top_tenth_lift": float(captured / share), "top_tenth_capture": float(captured)}


def redrawn(unit, seed: int, draws: int = DRAWS) -> Iterator[np.ndarray]:
    """Bootstrap weights of rows: whole units are drawn with replacement (Davison & Hinkley 1997, section 3.8).

    Parameters
    ----------
    unit : array
        Unit of each row, such as the customer; rows of a unit go together.
    """
    codes = pd.factorize(np.asarray(unit))[0]
    size, rng = codes.max() + 1, np.random.default_rng(seed)
    for _draw in range(draws):
        yield np.bincount(rng.integers(0, size, size), minlength=size).astype(float)[codes]


def intervals(
    of: Callable[[np.ndarray | None], dict[str, float]],
    unit,
    seed: int,
    draws: int = DRAWS,
    level: float = 0.95,
) -> pd.DataFrame:
    """Measures with percentile intervals from units drawn again.

    Parameters
    ----------
    of : callable
        Gives measures for row weights, as `measures` makes it.
    unit : array
        Unit of each row.

    Returns
    -------
    DataFrame
        One row per measure, which is the index: value, low, high.
    """
    drawn = pd.DataFrame([of(weight) for weight in redrawn(unit, seed, draws)])
    low, high = drawn.quantile((1 - level) / 2), drawn.quantile((1 + level) / 2)
    return pd.DataFrame({"value": pd.Series(of(None)), "low": low, "high": high})


def gains(y, p, bins: int = BINS) -> pd.DataFrame:
    """Lift and capture by tenth of the score, the highest first.

    Returns
    -------
    DataFrame
        One row per tenth: tenth (1 is the highest), n, events, rate, expected (mean probability), lift (rate over the
        rate of all), captured (part of all events in this tenth and those above). Rows that tie are put in random but
        fixed order.
    """
    y, p = np.asarray(y, float), np.asarray(p, float)
    shuffled = np.random.default_rng(0).permutation(len(y))
    order = shuffled[np.argsort(-p[shuffled], kind="stable")]
    tenth = np.arange(len(y)) * bins // max(len(y), 1) + 1
    rows = pd.DataFrame({"tenth": tenth, "y": y[order], "p": p[order]})
    table = rows.groupby("tenth").agg(n=("y", "size"), events=("y", "sum"), expected=("p", "mean"))
    table["rate"] = table["events"] / table["n"]
    table["lift"] = table["rate"] / (y.mean() or np.nan)
    table["captured"] = table["events"].cumsum() / (y.sum() or np.nan)
    return table.reset_index()
