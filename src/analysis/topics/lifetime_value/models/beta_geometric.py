"""BG/NBD and MBG/NBD: purchases at a gamma-distributed rate, after each a coin decides whether it was the last.

Fader, Hardie & Lee (2005), Marketing Science 24(2), eq. 6; Batislam, Denizel & Filiztekin (2007), IJRM 24(3): there
one more coin is tossed at the start. `coins` counts them: frequency in BG/NBD, frequency + 1 in MBG/NBD.
"""

import numpy as np
from scipy.special import betaln, digamma, expit, gammaln, polygamma

from analysis.topics.lifetime_value.models.exact import BetaGeoFitter, Exact, ModifiedBetaGeoFitter
from analysis.topics.lifetime_value.models.mixture import add_up

STEP = 0.25  # of the logit of the dropout chance, or less where its distribution is narrow: error below 1e-8
TAIL = 28.0  # the integrand is cut where it has fallen by exp(-28)


class _BetaGeometric(Exact):
    names = ("r", "alpha", "a", "b")
    coin_at_start = 0
    alive_is_cheap = True

    def starts(self, rows, weights):
        rate = (weights @ rows[0] + 1) / (weights @ rows[2])
        return [
            np.array([r, r / rate, a, b]) for r, a, b in ((0.3, 0.8, 2.5), (1.0, 0.3, 6.0), (3.0, 2.0, 2.0))
        ]

    def terms_a_row(self, rows):
        return 2 * len(self.names)

    def by_count(self, params, x, weights):
        r, alpha, a, b = params
        n, both = x + self.coin_at_start, a + b
        value = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + betaln(a, b + n) - betaln(a, b)
        leave = digamma(both) - digamma(both + n)
        zero = np.zeros_like(value)
        first = np.array(
            [
                digamma(r + x) - digamma(r) + np.log(alpha),
                zero + r / alpha,
                leave,
                leave + digamma(b + n) - digamma(b),
            ]
        )
        bend = polygamma(1, both) - polygamma(1, both + n)
        second = {
            (0, 0): polygamma(1, r + x) - polygamma(1, r),
            (0, 1): zero + 1 / alpha,
            (1, 1): zero - r / alpha**2,
            (2, 2): bend,
            (2, 3): bend,
            (3, 3): bend + polygamma(1, b + n) - polygamma(1, b),
        }
        return add_up(value[None], first[:, None], second, weights)

    def by_row(self, params, x, recency, age, weights):
        r, alpha, a, b = params
        seen = np.stack([alpha + age, alpha + recency])  # alive; gone after the last purchase
        tossed = b + np.maximum(x + self.coin_at_start, 1) - 1
        logs, slope = np.log(seen), -(r + x) / seen
        terms = -(r + x) * logs
        terms[1] += np.where(x + self.coin_at_start > 0, np.log(a / tossed), -np.inf)
        first = np.zeros((4, *seen.shape))
        first[0], first[1], first[2, 1], first[3, 1] = -logs, slope, 1 / a, -1 / tossed
        gone = np.array([[0.0], [1.0]])
        second = {
            (0, 1): -1 / seen,
            (1, 1): -slope / seen,
            (2, 2): -gone / a**2,
            (3, 3): gone / tossed**2,
        }
        return add_up(terms, first, second, weights)

    def conditional_probability_alive(self, frequency, recency, T):
        """Chance to be alive at T; Fader & Hardie, note 021. lifetimes' own overflows in MBG/NBD."""
        r, alpha, a, b = self.numbers()
        n = frequency + self.coin_at_start
        odds = np.log(a / (b + np.maximum(n, 1) - 1)) + (r + frequency) * np.log(
            (alpha + T) / (alpha + recency)
        )
        return np.where(n == 0, 1.0, expit(-odds))

    def expected_if_alive(self, frequency, T, weeks):
        """Mean number of purchases in `weeks` of a customer alive at T, who has tossed the coins of `frequency`.

        With dropout chance p and rate λ it is g(p) = E[(1 − exp(−λ p t)) / p | λ ~ Gamma(r + x, α + T)], to be
        averaged over p ~ Beta(a, b + coins): eq. 10 of Fader, Hardie & Lee without its hyp2f1, which overflows at
        high frequency and divides by zero at a = 1. g is convex; the chord from g(0) to g(1) is averaged exactly,
        the rest (0 at both ends) by the trapezoid rule on logit p.
        """
        r, alpha, a, b = self.numbers()
        shape, reach, stay = r + frequency, weeks / (alpha + T), b + frequency + self.coin_at_start
        logit, step = _logits(a, stay, shape * reach)
        p, log_p, log_q = expit(logit), -np.log1p(np.exp(-logit)), -np.log1p(np.exp(logit))
        none, all_ = shape * reach, -np.expm1(-shape * np.log1p(reach))
        g = -np.expm1(-shape[:, None] * np.log1p(reach[:, None] * p)) / p
        density = np.exp(a * log_p + stay[:, None] * log_q - betaln(a, stay)[:, None])
        gap = none[:, None] * (1 - p) + all_[:, None] * p - g
        chord = (none * stay + all_ * a) / (a + stay)
        return chord - step * (density * np.maximum(gap, 0)).sum(axis=1)

    def purchases_if_alive(self, frequency, T, weeks, rng):
        """Sampled purchases: those of the rate, but none after the coin that came up."""
        r, alpha, a, b = self.numbers()
        rate = rng.gamma(r + frequency) / (alpha + T)
        leave = rng.beta(a, b + frequency + self.coin_at_start)
        with np.errstate(divide="ignore", over="ignore"):
            last = np.ceil(-rng.standard_exponential(len(T)) / np.log1p(-leave))
        return np.minimum(rng.poisson(rate * weeks), np.maximum(last, 1)).astype(np.int64)


def _logits(a: float, stay: np.ndarray, none: np.ndarray) -> tuple[np.ndarray, float]:
    """Grid of logit p for all rows: the integrand falls at least as exp((a + 1) ℓ) and exp(−(stay + 1) ℓ)."""
    low = -np.log1p(np.max(stay) + np.max(none)) - TAIL / (a + 1)
    high = np.log1p(a) + TAIL / (np.min(stay) + 1)
    width = np.sqrt(1 / (a + 1) + 1 / (np.max(stay) + 1))
    step = min(STEP, 0.6 * width)
    return np.arange(low, high + step, step), step


class BgNbd(_BetaGeometric, BetaGeoFitter):
    """BG/NBD: the first coin is tossed after the first purchase."""


class MbgNbd(_BetaGeometric, ModifiedBetaGeoFitter):
    """MBG/NBD: a coin is tossed at the start too."""

    coin_at_start = 1
