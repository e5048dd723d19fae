"""BG/BB: in each month a customer is active or not, until an unseen coin ends the relation.

Fader, Hardie & Shang (2010), Marketing Science 29(6), eq. 5. lifetimes adds 1e-15 to sums of beta functions, which are
smaller than that from about 25 months on; here they stay logarithms.
"""

import numpy as np
from scipy.special import digamma, gammaln, logsumexp, polygamma

from analysis.topics.lifetime_value.models.exact import BetaGeoBetaBinomFitter, Exact
from analysis.topics.lifetime_value.models.mixture import add_up


class BgBb(Exact, BetaGeoBetaBinomFitter):
    """BG/BB on months; term 0 is "alive", term 1 + i "gone i months after the last active one"."""

    names = ("alpha", "beta", "gamma", "delta")

    def starts(self, rows, weights):
        share = (weights @ rows[0] + 1) / (weights @ np.maximum(rows[1], 1) + 2)
        return [
            np.array([size * share, size * (1 - share), gamma, delta])
            for size, gamma, delta in ((1.0, 0.5, 5.0), (2.0, 1.0, 20.0), (4.0, 2.0, 2.0))
        ]

    def terms_a_row(self, rows):
        return (int((rows[2] - rows[1]).max()) + 1) * len(self.names)

    def by_count(self, params, x, weights):
        """The normalising beta functions, the same for all."""
        alpha, beta, gamma, delta = params
        value = np.zeros(len(x)) + _log_beta(gammaln, alpha, beta) + _log_beta(gammaln, gamma, delta)
        first = np.zeros((4, 1, len(x)))
        second = {}
        for i, j, one, other in ((0, 1, alpha, beta), (2, 3, gamma, delta)):
            both = digamma(one + other)
            first[i], first[j] = digamma(one) - both, digamma(other) - both
            bend = polygamma(1, one + other)
            second |= {(i, i): polygamma(1, one) - bend, (j, j): polygamma(1, other) - bend, (i, j): -bend}
        value, first, second = -value[None], -first, {pair: -bend for pair, bend in second.items()}
        return add_up(value, first, second, weights)

    def by_row(self, params, x, last, periods, weights):
        lived, gone, possible = _ends(last, periods)
        level, slope, bend = (
            _tables(function, params, int(periods.max()) + 1)
            for function in (gammaln, digamma, lambda value: polygamma(1, value))
        )
        keys = _keys(x, lived, gone)
        terms = np.where(possible, _log_beta_of(level, keys), -np.inf)
        first = np.stack(
            [
                slope["alpha"][keys["alpha"]] - slope["ab"][keys["ab"]],
                slope["beta"][keys["beta"]] - slope["ab"][keys["ab"]],
                slope["gamma"][keys["gamma"]] - slope["gd"][keys["gd"]],
                slope["delta"][keys["delta"]] - slope["gd"][keys["gd"]],
            ]
        )
        active, living = bend["ab"][keys["ab"]], bend["gd"][keys["gd"]]
        second = {
            (0, 0): bend["alpha"][keys["alpha"]] - active,
            (1, 1): bend["beta"][keys["beta"]] - active,
            (0, 1): -active,
            (2, 2): bend["gamma"][keys["gamma"]] - living,
            (3, 3): bend["delta"][keys["delta"]] - living,
            (2, 3): -living,
        }
        return add_up(terms, first, second, weights)

    def conditional_probability_alive(self, frequency, recency, T):
        """Chance to be alive after month T (eq. A10 with m = 0)."""
        lived, gone, possible = _ends(recency.astype(int), T.astype(int))
        level = _tables(gammaln, self.numbers(), int(T.max(initial=0)) + 1)
        terms = _log_beta_of(level, _keys(frequency.astype(int), lived, gone))
        terms = np.where(possible, terms, -np.inf)
        return np.exp(terms[0] - logsumexp(terms, axis=0))

    def expected_if_alive(self, frequency, T, months):
        """Mean number of active months among the next `months` of a customer alive after month T.

        The part of a month counts as that part of its chance. A sum in place of eq. 13, which divides by γ − 1.
        """
        alpha, beta, gamma, delta = self.numbers()
        ahead = np.arange(1, int(np.max(months, initial=0)) + 2)
        stays = (delta + T[:, None] + ahead - 1) / (gamma + delta + T[:, None] + ahead - 1)
        counted = np.clip(months[:, None] - (ahead - 1), 0, 1)
        return (alpha + frequency) / (alpha + beta + T) * (np.cumprod(stays, axis=1) * counted).sum(axis=1)

    def active_if_alive(self, frequency, T, months, rng):
        """Sampled active months among the next `months`; the part of a month counts with that chance."""
        alpha, beta, gamma, delta = self.numbers()
        active = rng.beta(alpha + frequency, beta + T - frequency)
        leave = rng.beta(gamma, delta + T)
        whole = np.floor(months) + (rng.random(len(T)) < months % 1)
        with np.errstate(divide="ignore", over="ignore"):
            stayed = np.floor(-rng.standard_exponential(len(T)) / np.log1p(-leave))
        return rng.binomial(np.minimum(stayed, whole).astype(np.int64), active)


def _ends(last, periods):
    """Months lived by each possible end (terms, rows), whether it is one, and whether a row can have it."""
    after = np.arange(int((periods - last).max(initial=0)))[:, None]
    lived = np.vstack([periods[None], np.minimum(last + after, periods)]).astype(int)
    possible = np.vstack([np.ones((1, len(last)), bool), last + after < periods])
    return lived, (np.arange(len(lived)) > 0).astype(int)[:, None], possible


def _keys(x, lived, gone):
    return {
        "alpha": np.broadcast_to(x, lived.shape).astype(int),
        "beta": (lived - x).astype(int),
        "ab": lived,
        "gamma": np.broadcast_to(gone, lived.shape),
        "delta": lived,
        "gd": lived + gone,
    }


def _tables(function, params, size):
    """The function at parameter + 0, 1, 2 …: counts are small whole numbers."""
    alpha, beta, gamma, delta = params
    shifts = np.arange(size + 1)
    starts = {
        "alpha": alpha,
        "beta": beta,
        "ab": alpha + beta,
        "gamma": gamma,
        "delta": delta,
        "gd": gamma + delta,
    }
    return {name: function(start + shifts) for name, start in starts.items()}


def _log_beta(function, one, other):
    return function(one) + function(other) - function(one + other)


def _log_beta_of(level, keys):
    value = {name: level[name][keys[name]] for name in level}
    return value["alpha"] + value["beta"] - value["ab"] + value["gamma"] + value["delta"] - value["gd"]
