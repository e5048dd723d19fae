"""How often groups are found where there are none, and how often planted ones are (docs/clusters.md).

    python -m benchmarks.clusters_recovery             # 30 seeds a line; writes the tables of docs/clusters.md
    python -m benchmarks.clusters_recovery --seeds 3   # prints only

Run from the project's root, with OMP_NUM_THREADS=1: the jobs are processes.
"""

import argparse
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
from benchmarks.contest import publish
from sklearn.metrics import adjusted_rand_score
from tests.statistics.crowds import ONE_CROWD, one_crowd, planted

from analysis.statistics.clusters import find_clusters
from analysis.statistics.intervals import wilson

SEEDS, CROWD, ROWS = 30, 2_000, 10_000
SHAPES, NUMBERS = ("normal", "lognormal", "t5"), (3, 5, 7)
DOCS = Path(__file__).parents[1] / "docs/clusters.md"


class Found(NamedTuple):
    """Number of groups found, ARI with the truth, and the ARI of who knows the planted densities."""

    k: int
    ari: float
    oracle: float


def found_in_one_crowd(seed: int, *, kind: str) -> int:
    return find_clusters(one_crowd(kind, CROWD, seed), draws=0, seed=seed).k


def found_of_planted(seed: int, *, k: int, shape: str) -> Found:
    frame, truth, oracle = planted(k, ROWS, seed, shape)
    result = find_clusters(frame, draws=0, seed=seed)
    return Found(result.k, adjusted_rand_score(truth, result.labels), adjusted_rand_score(truth, oracle))


def crowds(pool: ProcessPoolExecutor, seeds: range) -> list[str]:
    lines = [f"| one crowd, {CROWD:,} rows | runs | groups named in | 95 % interval |", "|---|---:|---:|---|"]
    total = 0
    for kind in ONE_CROWD:
        named = sum(k > 1 for k in pool.map(partial(found_in_one_crowd, kind=kind), seeds))
        total += named
        lines.append(_rate(kind, named, len(seeds)))
        print(lines[-1], flush=True)
    return [*lines, _rate("all", total, len(seeds) * len(ONE_CROWD))]


def _rate(name: str, named: int, runs: int) -> str:
    low, high = wilson(named, runs)
    return f"| {name} | {runs} | {named} | {low:.1%} to {high:.1%} |"


def groups(pool: ProcessPoolExecutor, seeds: range) -> list[str]:
    lines = [
        f"| shape, {ROWS:,} rows | planted k | runs | k found | otherwise | ARI, mean | ARI ≥ 0.8 "
        "| best possible ARI, mean | short of it, median | at most |",
        "|---|---:|---:|---:|---|---:|---:|---:|---:|---:|",
    ]
    for shape in SHAPES:
        for k in NUMBERS:
            lines.append(_line(shape, k, list(pool.map(partial(found_of_planted, k=k, shape=shape), seeds))))
            print(lines[-1], flush=True)
    return lines


def _line(shape: str, k: int, runs: list[Found]) -> str:
    found, ari, oracle = (np.array(column) for column in zip(*runs, strict=True))
    others = Counter(found[found != k].tolist())
    text = ", ".join(f"{other} in {count}" for other, count in sorted(others.items())) or "–"
    short = oracle - ari
    return (
        f"| {shape} | {k} | {len(runs)} | {(found == k).sum()} | {text} | {ari.mean():.3f} "
        f"| {(ari >= 0.8).sum()} | {oracle.mean():.3f} | {np.median(short):.3f} | {short.max():.3f} |"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=SEEDS, help="other than the default: prints only")
    parser.add_argument("--jobs", type=int, default=2)
    given = parser.parse_args()
    with ProcessPoolExecutor(given.jobs) as pool:
        made = [*crowds(pool, range(given.seeds)), "", *groups(pool, range(given.seeds))]
    if given.seeds == SEEDS:
        publish("recovery", "\n".join(made), DOCS)


if __name__ == "__main__":
    main()
