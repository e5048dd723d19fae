"""How well the constructs of a path model are measured and told apart, and respondents' scores of them."""

import numpy as np
import pandas as pd

from analysis.statistics.moments import Moments
from analysis.statistics.path_model import Design, Solution


def quality(solution: Solution, model: Design) -> dict[str, np.ndarray]:
    """Average variance extracted and composite reliability, each (samples, constructs).

    Fornell & Larcker (1981), Journal of Marketing Research 18.
    """
    count = model.member.sum(axis=0)
    squares = solution.loadings**2 @ model.member
    total = (solution.loadings @ model.member) ** 2
    return {"ave": squares / count, "composite_reliability": total / (total + count - squares)}


def htmt(found: Moments, model: Design) -> np.ndarray:
    """Heterotrait-monotrait ratio of each pair of constructs, (samples, constructs, constructs).

    Near 1 two constructs cannot be told apart; 0.85 to 0.90 is the usual limit. Missing for single items. Henseler, Ringle
    & Sarstedt (2015), Journal of the Academy of Marketing Science 43.
    """
    size = np.abs(found.correlation)
    member = model.member.astype(float)
    count = member.sum(axis=0)
    sums = member.T @ size @ member
    own = np.diagonal(sums, axis1=1, axis2=2) - count
    with np.errstate(invalid="ignore", divide="ignore"):
        mono = np.sqrt(own / (count * (count - 1)))
        out = sums / np.outer(count, count) / (mono[:, :, None] * mono[:, None, :])
    place = np.arange(len(count))
    out[:, place, place] = np.nan
    return out


def scores_of(scores: pd.DataFrame, mean: np.ndarray, weights: np.ndarray, model: Design) -> pd.DataFrame:
    """Scores of respondents by weights and means from elsewhere, such as earlier waves.

    A missing item takes part by what its construct's other answered items say on average: the sum of weight × deviation is
    raised by the weight that is missing. Blank if less than half of the weight was answered.

    Parameters
    ----------
    scores : DataFrame
        One row per respondent, the design's items among the columns.
    mean : array, (items,)
    weights : array, (items, constructs)

    Returns
    -------
    DataFrame
        One row per respondent, one column per construct.
    """
    values = scores[list(model.items)].to_numpy(float) - mean
    seen = ~np.isnan(values)
    part = seen @ np.abs(weights) / np.abs(weights).sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        out = np.nan_to_num(values) @ weights / part
    return pd.DataFrame(np.where(part >= 0.5, out, np.nan), scores.index, list(model.constructs))
