"""The expected maximum profit is the published integral, worked out another way, and the numbers of empulse 0.13."""

from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import beta as beta_distribution

from analysis.statistics.expected_profit import expected_maximum_profit, moments

CHURNED = [1, 1, 0, 1, 0, 0, 0, 1, 0, 0]
SCORE = [0.95, 0.9, 0.85, 0.7, 0.65, 0.5, 0.4, 0.35, 0.2, 0.1]
PUBLISHED = {"worth": 200.0, "incentive": 10.0, "contact": 1.0, "alpha": 6.0, "beta": 14.0}


def by_integration(churned, score, worth, incentive, contact, alpha, beta) -> float:
    """Verbraken, Verbeke & Baesens (2013), equations 8 and 13, with every cut-off tried for every γ."""
    y, s = np.asarray(churned), np.asarray(score)
    cuts = [np.inf, *np.unique(s)]
    left = np.array([np.mean((s >= cut) & (y == 1)) for cut in cuts])  # π₀ F₀
    stayed = np.array([np.mean((s >= cut) & (y == 0)) for cut in cuts])  # π₁ F₁
    delta, phi = incentive / worth, contact / worth

    def best(gamma: float) -> float:
        return (worth * ((gamma * (1 - delta) - phi) * left - (delta + phi) * stayed)).max()

    grid = np.linspace(0, 1, 201)
    pieces = pairwise(grid)
    density = beta_distribution(alpha, beta).pdf
    return sum(quad(lambda g: best(g) * density(g), low, high, epsabs=1e-10)[0] for low, high in pieces)


def random_case(seed: int):
    rng = np.random.default_rng(seed)
    y = (rng.random(120) < 0.1).astype(int)
    return y, np.round(0.8 * y + rng.normal(size=120), 1)  # with ties


@pytest.mark.parametrize("case", [(CHURNED, SCORE), random_case(1), random_case(2)])
@pytest.mark.parametrize(
    "terms", [PUBLISHED, {"worth": 500.0, "incentive": 0.0, "contact": 6.0, "alpha": 3.0, "beta": 9.0}]
)
def test_it_is_the_published_integral(case, terms):
    found = expected_maximum_profit(*case, **terms)
    assert found.value == pytest.approx(by_integration(*case, **terms), rel=1e-6)
    assert 0 <= found.share <= 1


def test_numbers_of_empulse():
    """empc_score(y, s) of empulse 0.13.1 at its defaults, which are the published ones."""
    assert expected_maximum_profit(CHURNED, SCORE, **PUBLISHED).value == pytest.approx(
        18.071713896995345, rel=1e-12
    )
    rng = np.random.default_rng(1)
    y = (rng.random(200) < 0.1).astype(int)
    s = y * 0.8 + rng.normal(size=200)
    assert expected_maximum_profit(y, s, **PUBLISHED).value == pytest.approx(0.7304840876292318, rel=1e-12)
    other = PUBLISHED | {"worth": 500.0, "incentive": 0.0, "contact": 6.0, "alpha": 3.0, "beta": 9.0}
    assert expected_maximum_profit(y, s, **other).value == pytest.approx(5.8478743873632695, rel=1e-12)


def test_a_score_that_tells_nothing_earns_less_and_a_perfect_one_most():
    y, _ = random_case(3)
    values = [expected_maximum_profit(y, s, **PUBLISHED).value for s in (np.zeros(120), random_case(3)[1], y)]
    assert values[0] < values[1] < values[2]


def test_moments_and_errors():
    alpha, beta = moments(0.3, 0.1)
    assert beta_distribution(alpha, beta).mean() == pytest.approx(0.3)
    assert beta_distribution(alpha, beta).std() == pytest.approx(0.1)
    with pytest.raises(ValueError, match=r"no Beta distribution has mean 1\.2"):
        moments(1.2, 0.1)
    with pytest.raises(ValueError, match="one value only"):
        expected_maximum_profit([0, 0], [1, 2], **PUBLISHED)
    with pytest.raises(ValueError, match="not above the incentive of 10"):
        expected_maximum_profit(CHURNED, SCORE, **PUBLISHED | {"worth": 5.0})
