"""Seconds and peak memory of finding clusters, for 10^4 to 10^6 customers with ten features.

    OMP_NUM_THREADS=1 python -m benchmarks.clusters      # writes RESULTS.md; about 5 minutes

Floor: one k-means with a fixed k on the same prepared rows. Peer: the usual recipe, the silhouette of k-means
for k from 2 to 12 (on 20,000 rows: on all of them it would need a distance for every pair) and a fit on all
rows. Each is measured in a process of its own. Run from the project's root.
"""

import json
import sys

import numpy as np
import pandas as pd
from benchmarks.contest import apart, growth, machine, measured, publish
from sklearn.cluster import KMeans
from sklearn.metrics import silhouette_score
from tests.statistics.crowds import planted

from analysis.statistics.clusters import find_clusters, prepare

SIZES = (10_000, 100_000, 1_000_000)
K = 5


def floor(frame: pd.DataFrame) -> int:
    KMeans(K, n_init=1, random_state=0).fit(frame.to_numpy())
    return K


def ours(frame: pd.DataFrame) -> int:
    return find_clusters(frame, draws=0).k


def with_stability(frame: pd.DataFrame) -> int:
    return find_clusters(frame).k


def peer(frame: pd.DataFrame) -> int:
    rows = frame.to_numpy()
    part = rows[np.random.default_rng(0).permutation(len(rows))[:20_000]]
    scores = {
        k: silhouette_score(part, KMeans(k, n_init=5, random_state=0).fit_predict(part)) for k in range(2, 13)
    }
    best = max(scores, key=scores.get)
    KMeans(best, n_init=5, random_state=0).fit(rows)
    return best


CONTESTANTS = {
    "k-means, k given (floor)": floor,
    "silhouette over k (peer)": peer,
    "find_clusters, draws=0": ours,
    "find_clusters": with_stability,
}


def contest(name: str, size: int) -> None:
    """Print what one contestant took, and the k that it found."""
    frame = planted(K, size, seed=1, shape="lognormal", noise=4).frame
    if CONTESTANTS[name] in (floor, peer):
        frame = pd.DataFrame(prepare(frame)[0])
    print(json.dumps(measured(lambda: CONTESTANTS[name](frame))))


def main() -> None:
    lines = [
        "| customers | what | s | CPU s | growth | GB | beyond the input | k |",
        "|---:|---|---:" + "|---:" * 5 + "|",
    ]
    for name in CONTESTANTS:
        got = [apart("clusters", name, str(size)) for size in SIZES]
        steps = growth(SIZES, [one["cpu"] for one in got])
        for size, one, step in zip(SIZES, got, steps, strict=True):
            line = "| {size:,} | {name} | {seconds:.1f} | {cpu:.1f} | {step} | {peak:.2f} | {beyond:.2f} | {found} |"
            lines.append(line.format(size=size, name=name, step=step, **one))
            print(lines[-1], flush=True)
    command = machine("OMP_NUM_THREADS=1 python -m benchmarks.clusters")
    publish("clusters", "\n".join([f"{command} Ten features, {K} planted groups (k: found).", "", *lines]))


if __name__ == "__main__":
    if len(sys.argv) == 3:
        contest(sys.argv[1], int(sys.argv[2]))
    else:
        main()
