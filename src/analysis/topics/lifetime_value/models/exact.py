"""lifetimes' fitters, with an exact optimiser in place of their own. The only module that imports lifetimes."""

import warnings
from collections.abc import Iterator

import numpy as np
import pandas as pd

from analysis.topics.lifetime_value.models.maximum import Maximum, maximise
from analysis.topics.lifetime_value.models.mixture import in_logs

# Importing lifetimes sets filters of warnings and an option of pandas for the whole process: both are put back.
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    _option = pd.get_option("mode.chained_assignment")
    from lifetimes import (
        BetaGeoBetaBinomFitter,
        BetaGeoFitter,
        GammaGammaFitter,
        ModifiedBetaGeoFitter,
        ParetoNBDFitter,
    )

    pd.set_option("mode.chained_assignment", _option)

__all__ = [
    "BetaGeoBetaBinomFitter",
    "BetaGeoFitter",
    "Exact",
    "GammaGammaFitter",
    "ModifiedBetaGeoFitter",
    "ParetoNBDFitter",
]

CHUNK = 2**16  # numbers in the largest array of one step: stays in the cache
THIN = 4_000  # rows on which the starts compete
INSIDE = -9.0, 9.0  # log-parameters from which the next round may start
GROWTH = 16  # times as many rows in the next round


class Exact:
    """Mixed into a fitter of lifetimes: `fit` calls `_fit`, which here is Newton's method on exact derivatives.

    A fitter gives `names` of its parameters, `starts(rows)`, `by_count(params, counts, weights)` (the part of the
    log-likelihood that depends on the frequency alone) and `by_row(params, *rows, weights)`, both as
    `mixture.add_up` returns them, and `terms_a_row`, how many numbers one row needs.
    """

    maximum: Maximum
    alive_is_cheap = False  # cheaper than finding the rows that are alike

    def _fit(self, arguments, *_, **__):
        """lifetimes' arguments are the columns, the weights and a penalty, which is not used here."""
        *rows, weights, _penalty = arguments
        rows, weights = [np.asarray(column) for column in rows], np.asarray(weights, float)
        self.maximum = self._search(rows, weights)
        return self.maximum.log_params, -self.maximum.value, -self.maximum.hessian

    def _search(self, rows: list[np.ndarray], weights: np.ndarray) -> Maximum:
        """The starts compete on every k-th row; from the winner it goes on with more rows, at last with all."""
        every = max(1, len(weights) // THIN)
        thin = [column[::every] for column in rows]
        few = self._mean(thin, weights[::every])
        tries = [maximise(few, np.log(start)) for start in self.starts(rows, weights)]
        # The highest, even if it runs off: a lower maximum inside is not the estimate.
        best = max(tries, key=lambda found: (round(found.value, 9), found.converged))
        while every > 1:
            every //= GROWTH
            more = self._mean([column[:: max(every, 1)] for column in rows], weights[:: max(every, 1)])
            best = maximise(more, np.clip(best.log_params, *INSIDE))
        return best

    def _mean(self, rows: list[np.ndarray], weights: np.ndarray):
        """Function of the log-parameters: mean log-likelihood of a customer, gradient, Hessian."""
        place, counts = pd.factorize(rows[0])
        of_count = np.bincount(place, weights)
        chunks = list(self._chunks(rows, weights))

        def mean(log_params: np.ndarray):
            params = np.exp(log_params)
            parts = [self.by_count(params, counts, of_count)]
            parts += [self.by_row(params, *chunk) for chunk in chunks]
            value, gradient, hessian = (sum(part) / weights.sum() for part in zip(*parts, strict=True))
            return value, *in_logs(params, gradient, hessian)

        return mean

    def _chunks(self, rows: list[np.ndarray], weights: np.ndarray) -> Iterator[list[np.ndarray]]:
        size = max(1, CHUNK // self.terms_a_row(rows))
        for start in range(0, len(weights), size):
            part = slice(start, start + size)
            yield [*(column[part] for column in rows), weights[part]]

    def _compute_variance_matrix(self) -> pd.DataFrame:
        """Covariance of the parameters; lifetimes' own scales by the square of one of the two alone."""
        covariance = self.log_covariance(self.data["weights"].sum())
        return covariance * np.outer(self.params_, self.params_)

    def log_covariance(self, customers: float) -> pd.DataFrame:
        """Covariance of the log-parameters from the observed information; NaN without an inner maximum."""
        size = len(self.names)
        if self.maximum.converged:
            matrix = np.linalg.inv(-self.maximum.hessian) / customers
        else:
            matrix = np.full((size, size), np.nan)
        return pd.DataFrame(matrix, index=list(self.names), columns=list(self.names))

    @classmethod
    def of(cls, params: pd.Series):
        """A fitter that has these parameters and can predict."""
        fitter = cls()
        fitter.params_ = params
        return fitter

    def numbers(self) -> np.ndarray:
        """The parameters in the order of `names`."""
        return np.array([self.params_[name] for name in self.names], float)
