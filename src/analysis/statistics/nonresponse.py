"""Response that depends on the answer itself: weights that repair it, if something tells of the answers not given.

Weighting by what is known of everybody (age, region) repairs response that depends on it. If the satisfied answer more often
whatever their age, it does not. What can: a variable known of everybody that goes with satisfaction, but with response only
through satisfaction (a shadow variable; Miao, Liu, Tchetgen Tchetgen & Geng 2015, arXiv 1509.02556). Respondents with a
low score are weighted up until complaints, say, are as frequent among the weighted respondents as among all asked.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import chi2, norm

from analysis.language import _, number
from analysis.statistics.weighted import Stage, Weighting

STRONG = (
    10.0  # F of the shadow variables, below which they say too little (Staiger & Stock 1997, Econometrica 65)
)
FOLDS = 20
SCORE = "score"
STEPS, CLOSE = 100, 1e-10


@dataclass(frozen=True)
class Response:
    """A model of who answers, with the answer among its causes.

    Attributes
    ----------
    weights : array of float
        Of each respondent: 1 / probability of answering; their sum is the number asked.
    stage : Stage
        How the weights came about, for `weighted`.
    odds : DataFrame
        One row per term: log-odds of answering per unit of it: estimate, error, low, high. "score" is that of the answer,
        in its standard deviations among respondents.
    strength : float
        F of the shadow variables as predictors of the score, beyond the covariates.
    agreement : dict of str to float
        p-values of whether a group of shadow variables asks for the same weights as all: small where one breaks the rule.
    converged : bool
    """

    weights: np.ndarray
    stage: Stage
    odds: pd.DataFrame
    strength: float
    agreement: dict[str, float]
    converged: bool

    @property
    def usable(self) -> bool:
        """Whether the shadow variables are strong enough, and weights were found."""
        return self.converged and self.strength >= STRONG


def fit(
    answered: np.ndarray,
    score: np.ndarray,
    covariates: pd.DataFrame,
    shadows: dict[str, pd.DataFrame],
    unit: np.ndarray,
    level: float = 0.95,
) -> Response:
    """Probability of answering as a logistic function of covariates and of the answer itself.

    Parameters
    ----------
    answered : array of bool
        One per invitation.
    score : array of float
        The answer, of those who answered; what others hold is not looked at.
    covariates : DataFrame
        One row per invitation: numbers known of everybody that response may depend on, none missing.
    shadows : dict of str to DataFrame
        Groups of numbers known of everybody that tell of the score, and of response only through it.
    unit : array of int
        Who was asked, positions from 0; errors are clustered by it.

    Raises
    ------
    ValueError
        If nobody or everybody answered, a number is missing, or no shadow variable varies.

    Notes
    -----
    Kott & Chang (2010), Journal of the American Statistical Association 105: w = 1 + exp(−x'β) with x = (1, covariates,
    score) solves Σ_answered w z = Σ_asked z for z = (1, covariates, predicted score), as many equations as unknowns. The
    prediction is the regression of respondents' scores on covariates and shadow variables, each customer's from the answers
    of others (Angrist, Imbens & Krueger 1999, Journal of Applied Econometrics 14), so that many weak shadow variables do no
    harm. Errors are the sandwich of the estimating equations.

    A score that measures its construct with a normal error does no harm either: E exp(−b(s + e)) is exp(−b s) times a
    constant, which the intercept takes. The outcome must not share that error: weights for an item are to be made from a
    score without it.
    """
    columns = pd.concat([covariates, *shadows.values()], axis=1)
    _checked(answered, score, columns)
    own = score[answered]
    own = (own - own.mean()) / own.std()
    base = np.column_stack([np.ones(len(answered)), covariates])
    parts, strength = _predicted(answered, own, base, shadows, unit)
    z = np.column_stack([base, sum(parts.values())])
    x = np.column_stack([base[answered], own])
    beta, weights, converged = _solved(x, z, answered, np.zeros(len(own)))
    g = z * _gap(answered, weights)[:, None]
    bread = np.linalg.pinv((z[answered] * (weights - 1)[:, None]).T @ x)
    errors = np.sqrt(np.maximum(np.diag(bread @ _meat(g, unit) @ bread.T), 0.0))
    odds = pd.DataFrame({"estimate": beta, "error": errors}, index=["level", *covariates, SCORE])
    half = norm.ppf((1 + level) / 2) * odds["error"]
    odds = odds.assign(low=odds["estimate"] - half, high=odds["estimate"] + half)
    agreement = {}
    if len(parts) > 1 and converged:
        for name, part in parts.items():
            through = (part[answered] * (weights - 1)) @ x @ bread
            off = np.bincount(unit, part * _gap(answered, weights) - g @ through)
            agreement[name] = float(chi2.sf(off.sum() ** 2 / (off**2).sum(), 1))
    stage = Stage(x, z[answered], weights, weights - 1, (np.arange(len(own)),), z, unit)
    return Response(weights, stage, odds, strength, agreement, converged)


def tilted(
    answered: np.ndarray, score: np.ndarray, covariates: pd.DataFrame, log_odds: float, unit: np.ndarray
):
    """Weights if response depended on the answer by as much as stated: what a headline would be under that assumption.

    Parameters
    ----------
    log_odds : float
        Of answering, per standard deviation of the score among respondents; at 0 response depends on covariates alone.

    Returns
    -------
    Weighting

    Notes
    -----
    The model of `fit` with the coefficient of the score given (Rotnitzky, Robins & Scharfstein 1998, Journal of the American
    Statistical Association 93).
    """
    _checked(answered, score, covariates)
    own = score[answered]
    own = (own - own.mean()) / own.std()
    z = np.column_stack([np.ones(len(answered)), covariates])
    x = z[answered]
    _beta, weights, _converged = _solved(x, z, answered, log_odds * own)
    stage = Stage(x, x, weights, weights - 1, (np.arange(len(own)),), z, unit)
    return Weighting(weights, unit[answered], int(unit.max()) + 1, (stage,))


def _checked(answered: np.ndarray, score: np.ndarray, columns: pd.DataFrame) -> None:
    if not 0 < answered.sum() < len(answered):
        raise ValueError(
            _("{n} of {all} answered; expected some who did and some who did not").format(
                n=number(answered.sum()), all=number(len(answered))
            )
        )
    if np.isnan(score[answered]).any():
        raise ValueError("the score is missing for some who answered; count them as not answered")
    if missing := [name for name in columns if columns[name].isna().any()]:
        raise ValueError(f"{missing[0]} is missing for some who were asked; fill it or leave it out")


def _gap(answered: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Weight less 1 of each who was asked: 0 on average if the weights are right."""
    out = np.full(len(answered), -1.0)
    out[answered] += weights
    return out


def _meat(g: np.ndarray, unit: np.ndarray) -> np.ndarray:
    sums = np.column_stack([np.bincount(unit, column) for column in g.T])
    return sums.T @ sums


def _predicted(
    answered, own, base, shadows: dict[str, pd.DataFrame], unit
) -> tuple[dict[str, np.ndarray], float]:
    """What each group of shadow variables adds to the predicted score, and the F of their sum.

    Nobody's own answers are in their prediction: units are predicted in folds from those of the other folds.
    """
    design, fold = np.column_stack([base, *shadows.values()]), unit % FOLDS
    parts_of = [(design[answered & (fold == at)], own[fold[answered] == at]) for at in range(FOLDS)]
    squares, products = [x.T @ x for x, _y in parts_of], [x.T @ y for x, y in parts_of]
    all_squares, all_products = sum(squares), sum(products)
    slopes = np.array(
        [
            np.linalg.lstsq(all_squares - of_fold, all_products - product, rcond=1e-12)[0]
            for of_fold, product in zip(squares, products, strict=True)
        ]
    )
    terms = design * slopes[fold]
    at, parts = base.shape[1], {}
    for name, table in shadows.items():
        parts[name] = terms[:, at : (at := at + table.shape[1])].sum(axis=1)
    return parts, _strength(base[answered], sum(parts.values())[answered], own, unit[answered])


def _strength(base: np.ndarray, prediction: np.ndarray, own: np.ndarray, unit: np.ndarray) -> float:
    """Square of the clustered t of the prediction in a regression of the score; 0 if it points the wrong way."""
    left, rest = (y - base @ np.linalg.lstsq(base, y, rcond=None)[0] for y in (prediction, own))
    if not (left**2).sum() > 1e-9:
        return 0.0
    slope = left @ rest / (left @ left)
    noise = np.bincount(unit, left * (rest - slope * left))
    return float((left @ rest) ** 2 / (noise @ noise)) if slope > 0 else 0.0


def _solved(x: np.ndarray, z: np.ndarray, answered: np.ndarray, offset: np.ndarray):
    """Newton's method for Σ_answered w z = Σ_asked z, w = 1 + exp(−x'β − offset): β, weights, whether they were found."""
    beta = np.zeros(x.shape[1])
    beta[0] = np.log(answered.mean() / (1 - answered.mean()))
    goal, scale = z.sum(axis=0), np.abs(z).sum(axis=0) + 1e-12
    for _step in range(STEPS):
        odds = np.exp(np.clip(-(x @ beta) - offset, -30, 30))
        gap = z[answered].T @ (1 + odds) - goal
        if np.abs(gap / scale).max() < CLOSE:
            return beta, 1 + odds, True
        step = np.linalg.lstsq((z[answered] * odds[:, None]).T @ x, gap, rcond=1e-12)[0]
        beta = beta + step / max(np.abs(x @ step).max() / 2, 1.0)
    return beta, 1 + odds, False
