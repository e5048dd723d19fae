"""Pareto/NBD: purchases at a gamma-distributed rate until an exponential lifetime with gamma-distributed rate ends.

Schmittlein, Morrison & Colombo (1987), Management Science 33(1). lifetimes writes the likelihood with the Gaussian
hypergeometric function (Fader & Hardie, 2005, note 009, eq. 18-20), which overflows at high frequency and cancels at
recency = T. Here its defining integral over the moment u of dropout is kept:
    L = Γ(r+x)/Γ(r) α^r β^s [ (α+T)^−(r+x) (β+T)^−s + s ∫_tx^T (α+u)^−(r+x) (β+u)^−(s+1) du ].
"""

import numpy as np
from scipy.special import digamma, gammaln, logsumexp, polygamma

from analysis.topics.lifetime_value.models.exact import Exact, ParetoNBDFitter
from analysis.topics.lifetime_value.models.mixture import add_up

NODES, NODE_WEIGHTS = np.polynomial.legendre.leggauss(32)
DROP = 40.0  # the integral is cut where its integrand has fallen by exp(-40)


class ParetoNbd(Exact, ParetoNBDFitter):
    """Pareto/NBD on the integral over the moment of dropout."""

    names = ("r", "alpha", "s", "beta")

    def _fit(self, *arguments, **keywords):
        log_params, value, _hessian = super()._fit(*arguments, **keywords)
        return np.exp(log_params), value

    def starts(self, rows, weights):
        rate = (weights @ rows[0] + 1) / (weights @ rows[2])
        span = (weights @ rows[2]) / weights.sum()
        return [
            np.array([r, r / rate, s, span * more])
            for r, s, more in ((0.5, 0.6, 0.4), (1.0, 0.3, 1.0), (3.0, 2.0, 3.0))
        ]

    def terms_a_row(self, rows):
        return (len(NODES) + 1) * len(self.names)

    def by_count(self, params, x, weights):
        r, alpha, s, beta = params
        value = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + s * np.log(beta)
        same = np.ones_like(value)
        first = np.array(
            [
                digamma(r + x) - digamma(r) + np.log(alpha),
                same * r / alpha,
                same * np.log(beta),
                same * s / beta,
            ]
        )
        second = {
            (0, 0): polygamma(1, r + x) - polygamma(1, r),
            (0, 1): same / alpha,
            (1, 1): -same * r / alpha**2,
            (2, 3): same / beta,
            (3, 3): -same * s / beta**2,
        }
        return add_up(value[None], first[:, None], second, weights)

    def by_row(self, params, x, recency, age, weights):
        r, alpha, s, beta = params
        moments, width = _moments(params, x, recency, age)
        buys, lives = alpha + moments, beta + moments
        log_buys, log_lives = np.log(buys), np.log(lives)
        power = np.full((len(moments), 1), s + 1)
        power[0] = s
        terms = _terms(params, x, width, log_buys, log_lives, power)
        gone = np.ones((len(moments), 1))
        gone[0] = 0
        slope = -(r + x) / buys
        first = np.stack([-log_buys, slope, gone / s - log_lives, -power / lives])
        second = {
            (0, 1): -1 / buys,
            (1, 1): -slope / buys,
            (2, 2): -gone / s**2,
            (2, 3): -1 / lives,
            (3, 3): power / lives**2,
        }
        return add_up(terms, first, second, weights)

    def conditional_probability_alive(self, frequency, recency, T):
        """Chance to be alive at T, row by row."""
        params = self.numbers()
        alive = np.empty(len(T))
        for part in np.array_split(np.arange(len(T)), len(T) // 8_000 + 1):
            x = frequency[part]
            moments, width = _moments(params, x, recency[part], T[part])
            power = np.full((len(moments), 1), params[2] + 1)
            power[0] = params[2]
            log_buys, log_lives = np.log(params[1] + moments), np.log(params[3] + moments)
            terms = _terms(params, x, width, log_buys, log_lives, power)
            alive[part] = np.exp(terms[0] - logsumexp(terms, axis=0))
        return alive

    def expected_if_alive(self, frequency, T, weeks):
        """Mean number of purchases in `weeks` of a customer alive at T (note 009, eq. 41, divided by P(alive))."""
        r, alpha, s, beta = self.numbers()
        log_ratio, less = np.log1p(weeks / (beta + T)), s - 1
        lived = log_ratio if less == 0 else -np.expm1(-less * log_ratio) / less
        return (r + frequency) / (alpha + T) * (beta + T) * lived

    def purchases_if_alive(self, frequency, T, weeks, rng):
        """Sampled purchases: a Poisson number over the weeks that are lived."""
        r, alpha, s, beta = self.numbers()
        rate = rng.gamma(r + frequency) / (alpha + T)
        with np.errstate(divide="ignore", over="ignore"):
            life = rng.standard_exponential(len(T)) / (rng.gamma(s, size=len(T)) / (beta + T))
        return rng.poisson(rate * np.minimum(life, weeks))


def _moments(params, x, recency, age):
    """Row 0: T, for those alive; the others: moments u of dropout, and the widths that they stand for.

    Gauss-Legendre on z = log(u + min(α, β)), in which the integrand is smooth however small α or β.
    """
    r, alpha, _s, beta = params
    least = min(alpha, beta)
    with np.errstate(over="ignore"):
        end = np.minimum(age, (alpha + recency) * np.exp(DROP / (r + x)) - alpha)
    low = np.log(least + recency)
    half = (np.log(least + np.maximum(end, recency)) - low) / 2
    moved = np.exp(low + half * (NODES[:, None] + 1))
    width = half * NODE_WEIGHTS[:, None] * moved
    return np.vstack([age[None], np.maximum(moved - least, recency)]), width


def _terms(params, x, width, log_buys, log_lives, power):
    r, _alpha, s, _beta = params
    terms = -(r + x) * log_buys - power * log_lives
    terms[1:] += np.log(s) + np.log(np.maximum(width, 1e-300))
    return terms
