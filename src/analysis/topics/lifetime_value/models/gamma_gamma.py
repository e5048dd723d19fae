"""Gamma-Gamma: each purchase of a customer is worth a gamma-distributed amount whose scale differs by customer.

Fader & Hardie (2013), note 025, eq. 1a and 5; Fader, Hardie & Lee (2005), J. Marketing Research 42.
"""

import numpy as np
from scipy.special import digamma, gammaln, polygamma

from analysis.topics.lifetime_value.models.exact import Exact, GammaGammaFitter
from analysis.topics.lifetime_value.models.mixture import add_up


class GammaGamma(Exact, GammaGammaFitter):
    """Gamma-Gamma with exact derivatives; q is free, so that q ≤ 1 (no finite mean) is seen and not hidden."""

    names = ("p", "q", "v")

    def starts(self, rows, weights):
        mean = (weights @ rows[1]) / weights.sum()
        return [np.array([p, q, mean * (q - 1) / p]) for p, q in ((1.0, 3.0), (6.0, 4.0), (0.5, 10.0))]

    def terms_a_row(self, rows):
        return len(self.names)

    def by_count(self, params, x, weights):
        p, q, v = params
        value = gammaln(p * x + q) - gammaln(p * x) - gammaln(q) + q * np.log(v) + p * x * np.log(x)
        total, own = digamma(p * x + q), digamma(p * x)
        first = np.array(
            [x * (total - own + np.log(x)), total - digamma(q) + np.log(v), np.full(len(x), q / v)]
        )
        bend = polygamma(1, p * x + q)
        second = {
            (0, 0): x**2 * (bend - polygamma(1, p * x)),
            (0, 1): x * bend,
            (1, 1): bend - polygamma(1, q),
            (1, 2): np.full(len(x), 1 / v),
            (2, 2): np.full(len(x), -q / v**2),
        }
        return add_up(value[None], first[:, None], second, weights)

    def by_row(self, params, x, mean, weights):
        p, q, v = params
        spent, shape = x * mean + v, p * x + q
        log_spent, log_mean = np.log(spent), np.log(mean)
        value = (p * x - 1) * log_mean - shape * log_spent
        first = np.stack([x * (log_mean - log_spent), -log_spent, -shape / spent])
        second = {(0, 2): -x / spent, (1, 2): -1 / spent, (2, 2): shape / spent**2}
        return add_up(value[None], first[:, None], second, weights)

    def conditional_expected_average_profit(self, frequency, monetary_value):
        """Mean value of a customer's next purchases; NaN where it is not finite (p x + q ≤ 1)."""
        p, q, v = self.numbers()
        spent = np.where(frequency > 0, frequency * np.maximum(monetary_value, 0), 0.0)
        with np.errstate(divide="ignore"):
            return np.where(p * frequency + q > 1, p * (v + spent) / (p * frequency + q - 1), np.nan)

    def spend(self, frequency, monetary_value, counts, rng):
        """Sampled sum of `counts` purchases of each customer."""
        p, q, v = self.numbers()
        spent = np.where(frequency > 0, frequency * np.maximum(monetary_value, 0), 0.0)
        scale = rng.gamma(q + p * frequency) / (v + spent)
        return rng.gamma(p * counts) / scale
