"""How often groups are found where there are none, and how often planted ones are (docs/clusters.md).

Run from the project's root: ``python -m benchmarks.clusters_recovery [--seeds 30] [--rows 10000]``.
"""

import argparse
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from functools import partial

import numpy as np
from sklearn.metrics import adjusted_rand_score
from tests.statistics.crowds import ONE_CROWD, one_crowd, planted

from analysis.statistics.clusters import find_clusters
from analysis.statistics.intervals import wilson


def found_in_one_crowd(seed: int, *, kind: str, rows: int) -> int:
    return find_clusters(one_crowd(kind, rows, seed), draws=0, seed=seed).k


def found_of_planted(seed: int, *, k: int, rows: int, shape: str, apart: float) -> tuple[int, float, str]:
    frame, truth = planted(k, rows, seed, shape, apart)
    result = find_clusters(frame, draws=0, seed=seed)
    return result.k, adjusted_rand_score(truth, result.labels), result.method


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=30)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--apart", type=float, nargs="+", default=[4.5])
    parser.add_argument("--only", choices=["crowd", "planted"])
    given = parser.parse_args()
    with ProcessPoolExecutor(given.jobs) as pool:
        if given.only != "planted":
            _crowds(pool, range(given.seeds), given.rows)
        if given.only != "crowd":
            _planted(pool, range(given.seeds), given.rows, given.apart)


def _crowds(pool: ProcessPoolExecutor, seeds: range, rows: int) -> None:
    print("| one crowd | runs | groups named in | 95 % interval |\n|---|---|---|---|")
    total = 0
    for kind in ONE_CROWD:
        named = sum(k > 1 for k in pool.map(partial(found_in_one_crowd, kind=kind, rows=rows), seeds))
        total += named
        _rate(kind, named, len(seeds))
    _rate("all", total, len(seeds) * len(ONE_CROWD))


def _rate(name: str, named: int, runs: int) -> None:
    low, high = wilson(named, runs)
    print(f"| {name} | {runs} | {named / runs:.1%} | {low:.1%} to {high:.1%} |", flush=True)


def _planted(pool: ProcessPoolExecutor, seeds: range, rows: int, aparts: list[float]) -> None:
    print("| shape | apart | planted k | found exactly | found otherwise | ARI mean | ARI ≥ 0.8 |")
    print("|---|---|---|---|---|---|---|")
    for apart in aparts:
        for shape in ("normal", "lognormal", "t5"):
            for k in range(3, 8):
                run = partial(found_of_planted, k=k, rows=rows, shape=shape, apart=apart)
                found, ari, _ = zip(*pool.map(run, seeds), strict=True)
                others = Counter(other for other in found if other != k)
                text = ", ".join(f"{other} in {count}" for other, count in sorted(others.items())) or "–"
                exact, close = np.mean(np.array(found) == k), np.mean(np.array(ari) >= 0.8)
                print(
                    f"| {shape} | {apart:g} | {k} | {exact:.0%} | {text} "
                    f"| {np.mean(ari):.2f} | {close:.0%} |",
                    flush=True,
                )


if __name__ == "__main__":
    main()
