"""What one point more in each driver would do to the NPS, if the path model is right about what acts on what."""

import numpy as np
import pandas as pd

from analysis.language import _, number
from analysis.statistics import moments as mo
from analysis.statistics import path_model as pm
from analysis.statistics import path_quality as pq
from analysis.topics.survey import constructs as co
from analysis.topics.survey import index as ix

STEPS = 25  # of the logistic regressions
LEAST = 30  # responses with the question, and 5 promoters and detractors


def table(index: ix.Index, recommend: pd.Series, through: str = "LOY") -> pd.DataFrame:
    """NPS points from one point more in each driver.

    Parameters
    ----------
    recommend : Series
        Answer to the question of recommendation, 0 to 10, of the responses on which the index rests (same index).
    through : str
        Construct by which drivers reach the recommendation.

    Returns
    -------
    DataFrame
        One row per construct that acts on `through`, largest gain first: construct, label, moved (points of `through` on its
        scale, as measured), gain, low, high (NPS points, errors of measurement taken out), measured, measured_low,
        measured_high (with them, which is too little), corrected (False where constructs are answered as one, so that errors
        cannot be taken out: gain is then as measured), customers.

    Raises
    ------
    ValueError
        If `through` is no construct of the index with causes, the answers do not belong to the index's responses, or there
        are fewer than 30 of them, 5 promoters or 5 detractors.

    Notes
    -----
    The driver moves `through` by its total effect, in points. The chances of being a promoter and a detractor are
    logistic in the score of `through` (two cumulative logits without the assumption of proportional odds, McCullagh 1980);
    the gain is the mean difference of the predicted ones. For the correction, an observed score stands for the
    expectation of the true one, its reliability times as far from the mean (regression calibration, Carroll et al. 2006,
    chapter 4).
    """
    to = _require(index, recommend, through)
    here = recommend.notna().to_numpy()
    x = _points(index, to)
    acting = np.flatnonzero(index.found.total[0][to] != 0)
    promoter, detractor = (
        (recommend >= co.PROMOTER).to_numpy(float),
        (recommend <= co.DETRACTOR).to_numpy(float),
    )
    weight = np.where(here, 1.0 if index.weights is None else index.weights, 0.0)
    samples = mo.drawn(len(x), index.units, len(index.drawn.total), index.seed)
    shifts = _shift(index, index.found, to, acting), _shift(index, index.drawn, to, acting)
    right = _right(index, index.corrected, to, acting), _right(index, index.drawn_corrected, to, acting)
    found = _gains(x, promoter, detractor, weight[None, :], np.stack([shifts[0], right[0]]))[:, 0]
    drawn, start = [], 0
    for counts in samples:
        part = slice(start, start + len(counts))
        drawn.append(
            _gains(x, promoter, detractor, counts * weight, np.stack([shifts[1][part], right[1][part]]))
        )
        start += len(counts)
    low, high = mo.percentiles(np.concatenate(drawn, axis=1).transpose(1, 0, 2))
    corrected = bool(np.isfinite([found[1], low[1], high[1]]).all())
    best = int(corrected)
    names = [index.design.constructs[k] for k in acting]
    people = here.sum() if index.units is None else pd.Series(index.units[here]).nunique()
    rows = {
        "construct": names,
        "label": [co.label(name) for name in names],
        "moved": shifts[0][0],
        "gain": found[best],
        "low": low[best],
        "high": high[best],
        "measured": found[0],
        "measured_low": low[0],
        "measured_high": high[0],
        "corrected": corrected,
        "customers": int(people),
    }
    return pd.DataFrame(rows).sort_values("gain", ascending=False, ignore_index=True)


def _require(index: ix.Index, recommend: pd.Series, through: str) -> int:
    explained = [c for c, acts in zip(index.design.constructs, index.design.acts, strict=True) if acts.any()]
    if through not in explained:
        raise ValueError(
            f"through is {through!r}; expected a construct on which others act: {', '.join(explained)}"
        )
    if not recommend.index.equals(index.scores.index):
        raise ValueError(
            "recommend has other rows than the index; expected the answers of the same responses"
        )
    count = recommend.notna().sum(), (recommend >= co.PROMOTER).sum(), (recommend <= co.DETRACTOR).sum()
    if count[0] < LEAST or min(count[1:]) < 5:
        raise ValueError(
            _(
                "{n} answers on recommendation with {promoters} promoters and {detractors} detractors; expected at least"
                " {least} answers and 5 of each"
            ).format(
                n=number(count[0]),
                promoters=number(count[1]),
                detractors=number(count[2]),
                least=number(LEAST),
            )
        )
    return index.place(through)


def _points(index: ix.Index, construct: int) -> np.ndarray:
    """Score of each respondent in points of the scale, around the mean; blanks at the mean."""
    weights, mean = index.found.weights[0], index.moments.mean[0]
    score = pq.scores_of(index.scores, mean, weights, index.design).iloc[:, construct]
    return score.fillna(0.0).to_numpy() / weights[:, construct].sum()


def _shift(index: ix.Index, solution: pm.Solution, to: int, acting: np.ndarray) -> np.ndarray:
    """Points of `to` for a point of each cause, (samples, causes)."""
    unit = solution.weights.sum(axis=1)  # standard units in a point
    return solution.total[:, to, acting] * unit[:, acting] / unit[:, [to]]


def _right(index: ix.Index, solution: pm.Solution, to: int, acting: np.ndarray) -> np.ndarray:
    """The same without errors, on the scale of observed scores: true differences are sqrt(rho) as large as observed ones."""
    rho = np.where(solution.rho > 0, solution.rho, np.nan)
    true = _shift(index, solution, to, acting) * np.sqrt(rho[:, [to]] / rho[:, acting])
    return true / rho[:, [to]]


def _gains(
    x: np.ndarray, promoter: np.ndarray, detractor: np.ndarray, counts: np.ndarray, shifts: np.ndarray
) -> np.ndarray:
    """NPS points for each shift, (kinds, samples, causes), as `shifts`; counts are (samples, respondents)."""
    share = counts / counts.sum(axis=1, keepdims=True)
    out = np.zeros(shifts.shape)
    for outcome, sign in ((promoter, 100), (detractor, -100)):
        level, slope = _logits(x, outcome, share)
        before = _chance(level[:, None] + slope[:, None] * x)
        for kind, cause in np.ndindex(shifts.shape[0], shifts.shape[2]):
            moved = level + slope * shifts[kind, :, cause]
            after = _chance(moved[:, None] + slope[:, None] * x)
            out[kind, :, cause] += sign * ((after - before) * share).sum(axis=1)
    return out


def _logits(x: np.ndarray, outcome: np.ndarray, share: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Level and slope of a logistic regression on each sample, by Newton's method."""
    level, slope = np.zeros(len(share)), np.zeros(len(share))
    for _step in range(STEPS):
        p = _chance(level[:, None] + slope[:, None] * x)
        off, spread = share * (outcome - p), share * p * (1 - p)
        g0, g1 = off.sum(axis=1), off @ x
        h0, h1, h2 = spread.sum(axis=1) + 1e-9, spread @ x, spread @ x**2 + 1e-9
        determinant = h0 * h2 - h1**2
        d0, d1 = (h2 * g0 - h1 * g1) / determinant, (h0 * g1 - h1 * g0) / determinant
        level, slope = level + np.clip(d0, -3, 3), slope + np.clip(d1, -3, 3)
        if max(np.abs(d0).max(), np.abs(d1).max()) < 1e-8:
            break
    return level, slope


def _chance(odds: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-np.clip(odds, -40, 40)))


def sentence(rows: pd.DataFrame) -> str:
    """The largest gain, from `table`."""
    known = rows.dropna(subset=["gain"])
    if known.empty:
        return _("Too few answered to say what a point more would do to the NPS.")
    sure = known[known["low"] > 0]
    if sure.empty:
        return _("That a point more goes with more NPS points is not shown for any construct.")
    first = sure.iloc[0]
    words = _(
        "One point more in {name} goes with {gain} more NPS points ({low} to {high}); {measured} as measured, that is"
        " with errors of measurement, which hide a part."
    )
    if not first["corrected"]:
        words = _(
            "One point more in {name} goes with {gain} more NPS points ({low} to {high}) as measured; errors of"
            " measurement hide a part that cannot be known, because some constructs are answered as one."
        )
    return words.format(
        name=first["label"],
        gain=number(first["gain"], 1),
        low=number(first["low"], 1),
        high=number(first["high"], 1),
        measured=number(first["measured"], 1),
    )


def limits() -> str:
    """What these gains are not."""
    return _(
        "These gains are differences between customers of one survey, not effects of a measure: they hold only if the arrows"
        " point the right way, nothing else moves driver and loyalty together, and the answers of those who did not respond"
        " would follow the same paths. No customer was given a better service at random. Test a measure in a few branches"
        " before its gain is planned with."
    )
