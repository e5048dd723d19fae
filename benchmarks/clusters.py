"""Seconds and peak memory of finding clusters, for 10^4 to 10^6 customers with ten features.

Floor: one k-means with a fixed k on the same prepared rows. Peer: the usual recipe, the silhouette of k-means
for k from 2 to 12 (on 20,000 rows: on all of them it would need a distance for every pair) and a fit on all
rows. Each is measured in a process of its own. Run from the project's root: ``python -m
benchmarks.clusters``.
"""

import re
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.cluster import KMeans
from sklearn.metrics import silhouette_score
from tests.statistics.crowds import planted

from analysis.statistics.clusters import find_clusters, prepare

SIZES = (10_000, 100_000, 1_000_000)
K = 5
RESULTS = Path(__file__).parent / "RESULTS.md"


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


CONTENDERS = {
    "k-means, k given (floor)": floor,
    "silhouette over k (peer)": peer,
    "find_clusters, draws=0": ours,
    "find_clusters": with_stability,
}


def measure(name: str, size: int) -> None:
    """Print seconds, peak memory, how much of it came on top of the input, and the k that was found."""
    frame = planted(K, size, seed=1, shape="lognormal", noise=4).frame
    if CONTENDERS[name] in (floor, peer):
        frame = pd.DataFrame(prepare(frame)[0])
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.perf_counter()
    found = CONTENDERS[name](frame)
    seconds = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"{seconds:.1f} {after / 2**20:.2f} {(after - before) / 2**20:.2f} {found}")


def main() -> None:
    lines = [
        "| rows | what | seconds | peak GB | of it beyond the input | k found |",
        "|---|---|---|---|---|---|",
    ]
    for size in SIZES:
        for name in CONTENDERS:
            run = [sys.executable, "-m", "benchmarks.clusters", name, str(size)]
            output = subprocess.run(run, check=True, capture_output=True, text=True).stdout.split()
            lines.append(f"| {size:,} | {name} | " + " | ".join(output) + " |")
            print(lines[-1], flush=True)
    write(
        f"## Clusters\n\n`python -m benchmarks.clusters`: ten features, {K} planted groups (found: k).\n\n"
        + "\n".join(lines)
    )


def write(text: str) -> None:
    """Replace the section between this benchmark's markers, or add it."""
    section = f"<!-- clusters -->\n{text}\n<!-- /clusters -->"
    old = RESULTS.read_text() if RESULTS.exists() else "# Measured\n"
    pattern = re.compile(r"<!-- clusters -->.*<!-- /clusters -->", re.DOTALL)
    RESULTS.write_text(pattern.sub(lambda _: section, old) if pattern.search(old) else f"{old}\n{section}\n")


if __name__ == "__main__":
    if len(sys.argv) == 3:
        measure(sys.argv[1], int(sys.argv[2]))
    else:
        main()
