"""The probability that two records are one person: Fellegi & Sunter (1969) with families beside strangers.

A pair is one person recorded twice, twins, other relatives of one household, or strangers. What the first
three share is fixed by stated rates; what strangers share by chance is counted in the bank itself.
"""

import duckdb
import numpy as np

from analysis.topics.data_quality.duplicates.comparison import LEVELS, NAME, compare

CLASSES = ("person", "twins", "relatives")

# Probability of each level given the class, from level 1 on; each row sums to 1.
# name: same, order, script, homophone, similar, one_character, family_name, partly, different; by script of
# writing, which rules some out
NONE = 1e-9
LATIN = {
    "person": (0.63, 0.12, 0.04, NONE, 0.15, NONE, NONE, 0.04, 0.02),
    "twins": (0.0003, 0.0003, 0.0002, NONE, 0.02, NONE, NONE, 0.9492, 0.03),
    "relatives": (0.005, 0.001, 0.001, NONE, 0.03, NONE, NONE, 0.663, 0.3),
}
HAN = {
    "person": (0.62, 0.10, 0.07, 0.07, NONE, 0.05, 0.03, 0.04, 0.02),
    "twins": (0.0003, 0.0003, 0.0002, 0.002, NONE, 0.30, 0.002, 0.6652, 0.03),
    "relatives": (0.001, 0.001, 0.001, 0.002, NONE, 0.10, 0.002, 0.493, 0.40),
}
GIVEN = {
    # same, swapped, near, different
    "birth_date": {
        "person": (0.80, 0.08, 0.08, 0.04),
        "twins": (0.98, 0.003, 0.007, 0.01),
        "relatives": (0.0002, 0.0001, 0.0035, 0.9962),
    },
    # same, different
    "gender": {"person": (0.98, 0.02), "twins": (0.65, 0.35), "relatives": (0.4, 0.6)},
    # same, near, different
    "phone": {
        "person": (0.62, 0.04, 0.34),
        "twins": (0.70, 0.02, 0.28),
        "relatives": (0.70, 0.02, 0.28),
    },
    "email": {
        "person": (0.57, 0.04, 0.39),
        "twins": (0.05, 0.02, 0.93),
        "relatives": (0.15, 0.02, 0.83),
    },
}
# Strangers whose values are one slip apart, where the bank has too few pairs to count them.
NEAR = {"birth_date": (5e-5, 1e-3), "phone": (1e-4,), "email": (1e-3,)}
# Two strangers of one name may have been given one e-mail address: it says less than its rarity.
NAMESAKES = tuple(NAME.index(level) for level in ("same", "order", "script", "homophone"))
EMAIL_OF_NAMESAKES = 0.01
RAREST = {"name": 1e-6, "birth_date": 1 / 25_000, "phone": 1e-7, "email": 1e-7}
SHAPE = 0.5
# Expected before looking, in pairs per customer.
START = {"person": 0.005, "twins": 0.002, "relatives": 0.2}
PSEUDO = 0.5


def probabilities(connection: duckdb.DuckDBPyConnection, pairs: dict[str, np.ndarray]) -> np.ndarray:
    """Probability that each pair of `compare(…, "candidate")` is one person."""
    (n,) = connection.execute("SELECT count(*) FROM record").fetchone()
    stranger = _strangers(connection, pairs, n)
    ratios = np.stack([_likelihood(pairs, name) - stranger for name in CLASSES])
    return _posterior(ratios, n)


def _likelihood(pairs: dict[str, np.ndarray], name: str) -> np.ndarray:
    """Log-likelihood of each pair's levels if it is of class `name`; an unknown field says nothing."""
    by_script = np.log(np.array([(1.0, *LATIN[name]), (1.0, *HAN[name])]))
    total = by_script[pairs["han"].astype(int), pairs["name"]]
    for field, table in GIVEN.items():
        total = total + np.log(np.array((1.0, *table[name])))[pairs[field]]
    return total


def _strangers(connection: duckdb.DuckDBPyConnection, pairs: dict[str, np.ndarray], n: int) -> np.ndarray:
    """Log-likelihood of each pair's levels if two strangers share them by chance."""
    sample = compare(connection, "stranger")
    total = np.zeros(len(pairs["l"]))
    for field, levels in LEVELS.items():
        chance = np.ones((2, len(levels)))
        for script in (0, 1):
            found = sample[field][(sample["han"] == script) & (sample[field] > 0)]
            counts = np.bincount(found, minlength=len(levels))
            chance[script, 1:] = (counts[1:] + SHAPE) / (counts[1:].sum() + SHAPE * (len(levels) - 1))
        chance[:, 2 : 2 + len(NEAR.get(field, ()))] = NEAR.get(field, ())
        value = chance[pairs["han"].astype(int), pairs[field]]
        if field in RAREST:
            shared = pairs[field] <= (2 if field == "name" else 1)
            value = np.where(shared & (pairs[field] > 0), _rarity(connection, pairs, field, n), value)
        if field == "email":
            namesakes = np.isin(pairs["name"], NAMESAKES)
            value = np.where(namesakes & (pairs[field] == 1), np.maximum(value, EMAIL_OF_NAMESAKES), value)
        if field == "gender":
            # The name tells the gender: with one name, one gender is no news.
            namesakes = np.isin(pairs["name"], NAMESAKES)
            table = np.log(np.array((1.0, *GIVEN["gender"]["person"])))
            value = np.where(namesakes, np.exp(table)[pairs[field]], value)
        total += np.log(value)
    return total


def _rarity(
    connection: duckdb.DuckDBPyConnection, pairs: dict[str, np.ndarray], field: str, n: int
) -> np.ndarray:
    """Chance that a stranger holds the value that the pair shares.

    The share of the other customers who hold it, drawn towards the chance that any two customers agree:
    a value that only these two hold has an unknown frequency, not the frequency 2/n.
    """
    column = {"name": "sorted_name"}.get(field, field)
    agree, known = connection.execute(
        f"SELECT sum(c * (c - 1)), sum(c) FROM"
        f" (SELECT count(*)::DOUBLE AS c FROM record WHERE {column} IS NOT NULL GROUP BY {column})"
    ).fetchone()
    usual = max((agree or 0) / max((known or 0) * ((known or 0) - 1), 1), RAREST[field])
    others = np.maximum(pairs[f"n_{field}"].astype(float) - 2, 0)
    return (others + SHAPE) / ((known or 0) + SHAPE / usual)


def _posterior(ratios: np.ndarray, n: int, rounds: int = 200) -> np.ndarray:
    """Probability of the first class; only the three shares are learnt, by EM.

    With the likelihoods fixed the shares have one maximum, so that EM cannot end elsewhere; half a pair of
    each class is added, so that no share is ever nought.
    """
    total = n * (n - 1) / 2
    weights = np.exp(np.minimum(ratios, 500))
    share = np.array([START[name] for name in CLASSES]) * n / total
    for _round in range(rounds):
        joint = weights * share[:, None]
        posterior = joint / (joint.sum(axis=0) + (1 - share.sum()))
        new = (posterior.sum(axis=1) + PSEUDO) / total
        done = np.allclose(new, share, rtol=1e-6, atol=0)
        share = np.minimum(new, 0.2)
        if done:
            break
    return posterior[0]
