"""What segmentation finds of what was planted, over many simulated banks (docs/segmentation.md).

    OMP_NUM_THREADS=1 python -m benchmarks.segmentation_recovery                   # all; writes the tables
    OMP_NUM_THREADS=1 python -m benchmarks.segmentation_recovery --only migration  # or banks, gini

Banks are written to a temporary folder, one at a time per job. About 5 minutes. Run from the project's root.
"""

import argparse
import tempfile
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from benchmarks.contest import publish
from scipy.special import erf
from sklearn.metrics import adjusted_rand_score, roc_auc_score

from analysis.bank.demo import write
from analysis.bank.source import View, open_bank
from analysis.statistics.concentration import gini
from analysis.topics import segmentation as seg
from analysis.topics.segmentation import clusters, elsewhere, migration, potential

DOCS = Path(__file__).parents[1] / "docs/segmentation.md"
MONTHS = 24
SEEDS, CUSTOMERS = range(1, 11), 4_000  # fresh banks: features and bounds were chosen on seed 20240101
BANKS, SMALL = range(101, 151), 1_500
DRAWS, SIGMAS, SIZES = 400, (1.0, 1.5, 2.0, 2.5), (300, 1_000, 5_000, 20_000)
STEPS = seg.ladder([], "CNY")


def customers(view: View) -> pd.DataFrame:
    found = seg.fetched(view, [*clusters.FEATURES, *elsewhere.COLUMNS])
    return seg.grouped(found, STEPS, seg.Rule())


# Segments and potential customers


def bank(seed: int) -> dict:
    """What is found of the planted segments and potential customers of a bank."""
    with tempfile.TemporaryDirectory() as folder:
        place, truth = Path(folder, "bank"), Path(folder, "truth")
        write(place, truth, customers=CUSTOMERS, seed=seed, months=MONTHS)
        people = customers(open_bank(str(place)).view())
        planted = pd.read_parquet(truth / "customers.parquet").set_index("customer_id")
        planted = planted.loc[people["customer_id"]]
    found = clusters.clusters(people, draws=0, seed=seed)
    return {
        "seed": seed,
        "customers": len(people),
        "k": found.k,
        "ari": adjusted_rand_score(planted["segment"], found.labels),
    } | _potential(people, planted["potential"].to_numpy())


def _potential(people: pd.DataFrame, planted: np.ndarray) -> dict:
    scored = potential.signs(people, STEPS.thresholds[0])
    score = scored["score"].where(scored["candidate"], -1)  # who is no candidate ranks last
    inside = scored["candidate"].to_numpy()
    one_less = {
        name: roc_auc_score(planted, score - scored[name].where(inside).fillna(0))
        for name in potential.BOUNDS
    }
    listed = inside & (scored["seen"] >= 3).to_numpy()
    return {
        "planted": int(planted.sum()),
        "auc": roc_auc_score(planted, score),
        "naive": roc_auc_score(planted, scored["inflow_365d"]),
        "auc_candidates": roc_auc_score(planted[inside], score[inside]),
        "naive_candidates": roc_auc_score(planted[inside], scored["inflow_365d"][inside]),
        "no_salary": one_less["salary_swept"],
        "worst_left_out": min(one_less.values()),
        "listed": int(listed.sum()),
        "right": planted[listed].mean(),
        "right_candidates": planted[inside].mean(),
    }


def banks_table(pool: ProcessPoolExecutor) -> str:
    table = pd.DataFrame(list(pool.map(bank, SEEDS)))
    lines = [
        "| seed | customers | k | ARI | potential | AUC | money in | AUC, candidates | money in "
        "| without salary | worst without one | listed | planted | of candidates |",
        "|---:" * 14 + "|",
    ]
    cells = (
        "| {seed} | {customers:,} | {k} | {ari:.2f} | {planted} | {auc:.2f} | {naive:.2f} | {auc_candidates:.2f} "
        "| {naive_candidates:.2f} | {no_salary:.2f} | {worst_left_out:.2f} | {listed} | {right:.0%} "
        "| {right_candidates:.0%} |"
    )
    lines += [cells.format(**row) for row in table.to_dict("records")]
    good = f"ARI of 0.8 or more in {(table['ari'] >= 0.8).sum()}"
    good += f", AUC of 0.8 or more in {(table['auc'] >= 0.8).sum()}"
    return "\n".join([*lines, "", f"Of {len(table)} banks: {good}."])


# Migration


def rates(seed: int) -> pd.DataFrame:
    """Rates of a year of a small bank, by tier and by engagement: one row per cell, with its interval.

    Column effect: the planted effect of the bank's branches on satisfaction, mean of its customers.
    """
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder, "bank"), Path(folder, "truth"), customers=SMALL, seed=seed, months=MONTHS)
        now = open_bank(str(Path(folder, "bank"))).view()
        branches = pd.read_parquet(Path(folder, "truth", "branches.parquet")).set_index("branch_id")
        effect = now.customers().branch_id.to_pandas().map(branches["satisfaction_effect"]).mean()
        then = now.at(migration.year_before(now.as_of))
        history = seg.history_days(then)
        days = [seg.grouped(seg.fetched(day), STEPS, seg.Rule()) for day in (then, now)]
    tables = [
        migration.rates(migration.moves(*days, by, history), migration.order(by, STEPS)).assign(by=by)
        for by in ("tier", "engagement")
    ]
    return pd.concat(tables, ignore_index=True).assign(seed=seed, effect=effect)


def migration_table(pool: ProcessPoolExecutor) -> str:
    """How often a bank's interval holds the rate of all other banks together."""
    cells = pd.concat(list(pool.map(rates, BANKS)), ignore_index=True)
    others = (
        cells.groupby(["by", "origin", "target"])[["count", "n"]].transform("sum") - cells[["count", "n"]]
    )
    cells["truth"] = others["count"] / others["n"]
    known = cells[(cells["n"] >= 11) & (cells["truth"] > 0)]
    known = known.assign(held=known["truth"].between(known["low"], known["high"]))
    known = known.assign(what=known["by"].mask(known["target"] == "left", known["by"] + ", leaving"))
    table = known.groupby("what")["held"].agg(["size", "mean"])
    lines = ["| rates | number | inside |", "|---|---:|---:|"]
    lines += [
        f"| {row.Index} | {row.size_} | {row.mean_:.1%} |" for row in table.add_suffix("_").itertuples()
    ]
    lines.append(f"| all | {len(known)} | {known['held'].mean():.1%} |")
    alike, adjusted = _dispersion(cells)
    words = (
        "Leaving varies between the banks {:.1f} times as much as chance among equal banks would have it (variance"
        " over the binomial's); with the planted effect of each bank's own branches on satisfaction taken out,"
        " {:.1f} times."
    )
    return "\n".join([*lines, "", words.format(alike, adjusted)])


def _dispersion(cells: pd.DataFrame) -> tuple[float, float]:
    """Variance of the banks' rates of leaving over the binomial's: as they are, and given branches' effects."""
    left = cells[(cells["by"] == "tier") & (cells["target"] == "left")].groupby("seed")
    count, n, effect = left["count"].sum(), left["n"].sum(), left["effect"].first()
    found = []
    for degree in (0, 1):
        rate = np.polyval(np.polyfit(effect, count / n, degree, w=np.sqrt(n)), effect)
        square = (count - n * rate) ** 2 / (n * rate * (1 - rate))
        found.append(float(square.sum() / (len(n) - degree - 1)))
    return tuple(found)


# Gini coefficient


def coverage(sigma: float, size: int) -> tuple[float, float]:
    """Share of intervals that hold the true coefficient of log-normal amounts, and the mean coefficient."""
    random, truth = np.random.default_rng(size), erf(sigma / 2)
    found = [gini(random.lognormal(0, sigma, size)) for _ in range(DRAWS)]
    return (
        float(np.mean([one.low <= truth <= one.high for one in found])),
        float(np.mean([one.value for one in found])),
    )


def gini_table(pool: ProcessPoolExecutor) -> str:
    head = " | ".join(f"n = {size:,}" for size in SIZES)
    lines = [f"| true G (σ) | {head} |", "|---" + "|---:" * len(SIZES) + "|"]
    for sigma in SIGMAS:
        cells = [f"{held:.0%} ({mean:.3f})" for held, mean in pool.map(partial(coverage, sigma), SIZES)]
        lines.append(f"| {erf(sigma / 2):.3f} ({sigma:g}) | " + " | ".join(cells) + " |")
    return "\n".join(lines)


SECTIONS = {"banks": banks_table, "migration": migration_table, "gini": gini_table}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", choices=SECTIONS)
    parser.add_argument("--jobs", type=int, default=2)
    given = parser.parse_args()
    with ProcessPoolExecutor(given.jobs) as pool:
        for name in [given.only] if given.only else SECTIONS:
            made = SECTIONS[name](pool)
            print(f"{made}\n", flush=True)
            publish(name, made, DOCS)


if __name__ == "__main__":
    main()
