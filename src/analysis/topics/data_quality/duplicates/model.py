"""The probability that two records are one person: Fellegi & Sunter (1969) with families beside strangers.

A pair is one person recorded twice, twins, other relatives of one household, or strangers. How often each level
is met in the first three is stated as a rate, which the bank's own pairs correct (EM); how often strangers meet
it by chance is counted in the bank.
"""

import duckdb
import numpy as np

from analysis.topics.data_quality.duplicates.comparison import LEVELS, NAME, compare

# Rates of the levels among records of one person, twins, other relatives, before the bank's pairs are seen. A
# level without a rate cannot be: no two twins have one name. Of names by what the two are: both Latin, one
# Chinese, both Chinese.
NAMES = (
    {
        "same": (0.64, 0, 0.005),
        "order": (0.12, 0, 0.001),
        "similar": (0.18, 0.02, 0.03),
        "longer": (0.03, 0.02, 0.005),
        "partly": (0.02, 0.93, 0.66),
        "different": (0.01, 0.03, 0.299),
    },
    {
        "script": (0.80, 0, 0.002),
        "similar": (0.15, 0.02, 0.01),
        "partly": (0.03, 0.90, 0.40),
        "different": (0.02, 0.08, 0.588),
    },
    {
        "same": (0.67, 0, 0.002),
        "order": (0.11, 0, 0.001),
        "homophone": (0.11, 0.002, 0.002),
        "similar": (0.04, 0.20, 0.06),
        "family_name": (0.04, 0, 0.002),
        "partly": (0.02, 0.768, 0.533),
        "different": (0.01, 0.03, 0.40),
    },
)
MIXED = np.array((0.07, 0.005, 0.02))  # pairs of a Latin and a Chinese name
RATES = {
    "birth_date": {
        "same": (0.80, 0.98, 0.0002),
        "swapped": (0.08, 0.003, 0.0001),
        "near": (0.10, 0.007, 0.0035),
        "different": (0.02, 0.01, 0.9962),
    },
    "gender": {"same": (0.98, 0.65, 0.4), "different": (0.02, 0.35, 0.6)},
    "phone": {"same": (0.70, 0.70, 0.70), "near": (0.04, 0.02, 0.02), "different": (0.26, 0.28, 0.28)},
    "email": {"same": (0.65, 0.10, 0.15), "near": (0.04, 0.02, 0.02), "different": (0.31, 0.88, 0.83)},
}
STRENGTH = 50  # pairs of a class that outweigh its stated rates
# Expected before looking, in pairs per customer, of the same three classes.
START = np.array((0.005, 0.002, 0.2))
PSEUDO = 0.5
NEVER = 1e-12

# Strangers whose values are one slip apart, where the bank has too few pairs to count them.
NEAR = {"phone": 1e-4, "email": 1e-3}
# A shared value is rarer than its level: column of `record`, levels that share it, rarest chance of agreement.
RARE = {
    "name": ("sorted_name", ("same", "order"), 1e-6),
    "birth_date": ("birth_date", ("same",), 1 / 25_000),
    "phone": ("phone", ("same",), 1e-7),
    "email": ("email", ("same",), 1e-7),
}
SHAPE = 0.5
NAMESAKES = tuple(NAME.index(level) for level in ("same", "order", "script", "homophone"))
STEP = 0.05  # pairs whose log-likelihoods differ by less are counted as one


def probabilities(connection: duckdb.DuckDBPyConnection, pairs: dict[str, np.ndarray]) -> np.ndarray:
    """Probability that each pair of `compare(…, "candidate")` is one person."""
    n, chinese = connection.execute("SELECT count(*), coalesce(avg(han::INTEGER), 0) FROM record").fetchone()
    pairs = _told(pairs)
    stated = _stated(chinese)
    stranger = np.round(_strangers(connection, pairs, stated) / STEP).astype(int)
    sizes = [len(rates) for rates in stated.values()]
    pattern = np.ravel_multi_index([_row(pairs, field) for field in stated], sizes)
    cells, cell, counts = np.unique(
        pattern + np.prod(sizes) * (stranger - stranger.min(initial=0)),
        return_inverse=True,
        return_counts=True,
    )
    chance, pattern = np.divmod(cells, np.prod(sizes))
    rows = dict(zip(stated, np.unravel_index(pattern, sizes), strict=True))
    return _learnt(stated, rows, (chance + stranger.min(initial=0)) * STEP, counts, n)[cell]


def _told(pairs: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The pairs without the gender of namesakes: the name tells it, so that it is no further evidence."""
    return pairs | {"gender": np.where(np.isin(pairs["name"], NAMESAKES), 0, pairs["gender"])}


def _row(pairs: dict[str, np.ndarray], field: str) -> np.ndarray:
    """Place of each pair's level in the field's table: 0 is "not known on both"; names have three parts."""
    level = pairs[field].astype(int)
    if field == "name":
        level = np.where(level > 0, level + (len(NAME) - 1) * pairs["chinese"], 0)
    return level


def _stated(chinese: float) -> dict[str, np.ndarray]:
    """By field, the rates as a table of level and class; a field not known on both says nothing.

    `chinese` is the share of Chinese names: the bank's mix decides what the names of one family are.
    """
    parts = ((1 - chinese) * (1 - MIXED), MIXED, chinese * (1 - MIXED))
    names = [_table("name", rates) * part for rates, part in zip(NAMES, parts, strict=True)]
    tables = {"name": np.concatenate(names), **{field: _table(field, RATES[field]) for field in RATES}}
    return {field: np.concatenate([np.ones((1, 3)), table]) for field, table in tables.items()}


def _table(field: str, rates: dict[str, tuple]) -> np.ndarray:
    return np.array([rates.get(level, (0, 0, 0)) for level in LEVELS[field][1:]])


def _learnt(
    stated: dict[str, np.ndarray],
    rows: dict[str, np.ndarray],
    stranger: np.ndarray,
    counts: np.ndarray,
    n: int,
    rounds: int = 500,
) -> np.ndarray:
    """Probability of the first class, shares and rates being learnt by EM.

    The stated rates count as `STRENGTH` pairs of each class (a Dirichlet prior): a small bank keeps them, a
    large one replaces them by its own. Half a pair is added to each class, so that no share is ever nought.
    """
    total = n * (n - 1) / 2
    rates, share = stated, START * n / total
    for _round in range(rounds):
        ratio = (
            sum(np.log(np.maximum(rates[field], NEVER))[rows[field]] for field in rates) - stranger[:, None]
        )
        joint = np.exp(np.minimum(ratio, 500)) * share
        posterior = joint / (joint.sum(axis=1, keepdims=True) + 1 - share.sum())
        pairs = posterior * counts[:, None]
        before, share = share, np.minimum((pairs.sum(axis=0) + PSEUDO) / total, 0.2)
        if np.allclose(share, before, rtol=1e-4, atol=0):
            break
        rates = {field: _corrected(stated[field], rows[field], pairs) for field in stated}
    return posterior[:, 0]


def _corrected(stated: np.ndarray, row: np.ndarray, pairs: np.ndarray) -> np.ndarray:
    """The stated rates of a field, corrected by the pairs of each class seen at each level."""
    seen = np.stack([np.bincount(row, weights, len(stated)) for weights in pairs.T], axis=1)
    table = np.where(stated > 0, STRENGTH * stated + seen, 0)
    return np.concatenate([np.ones((1, 3)), table[1:] / table[1:].sum(axis=0)])


def _strangers(
    connection: duckdb.DuckDBPyConnection, pairs: dict[str, np.ndarray], stated: dict[str, np.ndarray]
) -> np.ndarray:
    """Log-likelihood of each pair's levels if two strangers share them by chance."""
    sample = _told(compare(connection, "stranger"))
    total = np.zeros(len(pairs["l"]))
    for field, levels in LEVELS.items():
        seen = np.bincount(_row(sample, field), minlength=len(stated[field])) + SHAPE
        chance = seen / seen[1:].sum()
        chance[0] = 1
        if field in NEAR:
            chance[levels.index("near")] = NEAR[field]
        value = chance[_row(pairs, field)]
        if field in RARE:
            shared = np.isin(pairs[field], [levels.index(level) for level in RARE[field][1]])
            value = np.where(shared, _rarity(connection, pairs, field), value)
        total += np.log(value)
    return total


def _rarity(connection: duckdb.DuckDBPyConnection, pairs: dict[str, np.ndarray], field: str) -> np.ndarray:
    """Chance that a stranger holds the value that the pair shares.

    The share of the other customers who hold it, drawn towards the chance that any two customers agree:
    a value that only these two hold has an unknown frequency, not the frequency 2/n.
    """
    column, _levels, rarest = RARE[field]
    agree, known = connection.execute(
        f"SELECT coalesce(sum(c * (c - 1)), 0), coalesce(sum(c), 0) FROM"
        f" (SELECT count(*)::DOUBLE AS c FROM record WHERE {column} IS NOT NULL GROUP BY {column})"
    ).fetchone()
    usual = max(agree / max(known * (known - 1), 1), rarest)
    others = np.maximum(pairs[f"n_{field}"].astype(float) - 2, 0)
    return (others + SHAPE) / (known + SHAPE / usual)
