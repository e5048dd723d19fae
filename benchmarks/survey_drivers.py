"""Survey: planted paths, drivers, gains and asymmetries recovered over many simulated banks; what errors of measurement do.

Run from the project's root: ``python -m benchmarks.survey_drivers [--part published paths drivers gain kano speed] [--banks
100]``. Prints the figures of docs/survey_drivers.md; `published` needs ANALYSIS_DATA. About 8 minutes.
"""

import argparse
import os
import time
from pathlib import Path

import numpy as np
import pandas as pd
from tests.statistics import satisfaction
from tests.topics.survey import planted

from analysis.bank.demo.parameters import DRIVERS
from analysis.bank.demo.survey import CONSTRUCTS, LOADING, MEAN, SINGLE, SPREAD
from analysis.statistics import relative_importance as ri
from analysis.topics.survey import careless, drivers, gain, kano
from analysis.topics.survey import index as ix
from analysis.topics.survey.constructs import ECSI

PATHS = [(cause, to) for to, causes in DRIVERS.items() for cause in causes]
ABSENT = ("EXPE", "SAT")  # a path of the European index that is not planted
CUSTOMERS = 6_000
SAID = {False: "", True: ", without careless responses"}


def _answers(seed: int, read: bool):
    """As `planted.answers`; without the careless responses if only those that were read are wanted."""
    scores, items, known, latent = planted.answers(seed, CUSTOMERS)
    kept = ~careless.flags(scores, items, known["seconds"])["careless"].to_numpy() if read else slice(None)
    return scores[kept], items, known[kept], latent[kept]


def published(_banks: range) -> None:
    """The Spanish bank's paths and bootstrap intervals against the reference's."""
    data = Path(os.environ["ANALYSIS_DATA"])
    scores, items = satisfaction.bank(data)
    expected = satisfaction.reference(data, "satisfaction_boot_paths")
    table = ix.paths(ix.fit(scores, items, draws=5_000, seed=1)).dropna(subset="direct")
    table = table.set_index(table["from"] + " -> " + table["to"]).loc[expected.index]
    off = (table["direct"] - expected["original"]).abs().max()
    ends = np.abs(
        table[["direct_low", "direct_high"]].to_numpy() - expected[["perc.025", "perc.975"]].to_numpy()
    )
    few = [
        ix.paths(ix.fit(scores, items, draws=100, seed=seed)).dropna(subset="direct")
        for seed in range(2, 202)
    ]
    chance = [
        np.abs(
            t[["direct_low", "direct_high"]].to_numpy()
            - table.loc[t["from"] + " -> " + t["to"], ["direct_low", "direct_high"]].to_numpy()
        ).max()
        for t in few
    ]
    print(
        f"published: largest error of a path {off:.1e}; of the 20 ends of intervals {(ends <= 0.03).sum()} within 0.03,"
        " largest"
        f" difference {ends.max():.3f}, mean {ends.mean():.3f}; of 100 draws as the reference's the largest difference is"
        f" {np.median(chance):.3f} in the middle case ({np.quantile(chance, 0.025):.3f} to {np.quantile(chance, 0.975):.3f})"
    )


def paths(banks: range) -> None:
    """Direct paths against the planted ones, plain and with errors of measurement taken out."""
    for read in (False, True):
        rows = [row for seed in banks for row in _paths(seed, read)]
        table = pd.DataFrame(rows, columns=["path", "kind", "error", "covered", "sure"])
        for kind, part in table.groupby("kind"):
            absent = part["path"] == ABSENT
            of = part[~absent]
            worst = of.groupby("path")["error"].mean()
            said = (
                f"paths, {kind}{SAID[read]}: mean error {of['error'].mean():+.3f}"
                f" (worst path {worst[worst.abs().idxmax()]:+.3f}), absolute {of['error'].abs().mean():.3f}"
            )
            if of["covered"].notna().all():
                said += (
                    f", interval covers {of['covered'].mean():.1%}; the path that is not there is found in"
                )
                said += f" {part[absent]['sure'].mean():.0%} of banks"
            print(said)


def _paths(seed: int, read: bool) -> list[tuple]:
    scores, items, known, latent = _answers(seed, read)
    table = ix.paths(ix.fit(scores, items, customers=known["customer_id"], draws=300, seed=seed))
    table = table.set_index(["from", "to"])
    true = planted.standardised(latent)
    unit = (latent - latent.mean()) / latent.std()
    out = []
    for path in [*PATHS, ABSENT]:
        row, truth = table.loc[path], true.loc[path[1], path[0]]
        for kind, name in (("plain", "direct"), ("corrected", "corrected")):
            low, high = row[f"{name}_low"], row[f"{name}_high"]
            out.append((path, kind, row[name] - truth, low <= truth <= high, low > 0))
        causes = list(ECSI[path[1]])
        slope = np.linalg.lstsq(unit[causes], unit[path[1]], rcond=None)[0][causes.index(path[0])]
        out.append((path, "latent constructs themselves", slope - truth, np.nan, np.nan))
    return out


def ranked(banks: range) -> None:
    """Drivers by LMG and Johnson in the order of the latent constructs themselves."""
    for target in ("SAT", "LOY"):
        names = ["IMAG", "EXPE", "QUAL", "VAL"]
        latent = pd.concat([planted.answers(seed, CUSTOMERS)[3] for seed in range(9_000, 9_010)])
        true = pd.Series(ri.lmg(latent[[*names, target]].corr().to_numpy()), names)
        true = true.sort_values(ascending=False) / true.sum()
        first, order, covered, agree = [], [], [], []
        for seed in banks:
            scores, items, known, _latent = planted.answers(seed, CUSTOMERS)
            item = {"SAT": "csat", "LOY": "nps"}[target]
            table = drivers.importance(
                scores, items, item, customers=known["customer_id"], draws=300, seed=seed
            )
            table = table.set_index("driver")
            first.append(table.index[0] == true.index[0])
            order.append(table["lmg"].corr(true, method="kendall"))
            here = true[table.index]
            covered.append(((table["lmg_low"] <= here) & (here <= table["lmg_high"])).mean())
            agree.append(table["johnson"].idxmax() == table.index[0])
        print(
            f"drivers of {item}: planted parts {true.round(2).to_dict()}; first right in {np.mean(first):.0%} of banks,"
            " Kendall's tau"
            f" {np.mean(order):.2f}, interval covers the latent parts {np.mean(covered):.1%}, Johnson agrees on the first in"
            f" {np.mean(agree):.0%}"
        )


def true_gains(latent: pd.DataFrame, seed: int) -> pd.Series:
    """NPS points if a construct of these respondents were a point of its scale higher, by the simulator's own equations."""
    rng = np.random.default_rng(seed)
    low, high, mean, spread = next(row[3:7] for row in SINGLE if row[0] == "nps")
    noise = np.sqrt(1 - LOADING**2) * rng.normal(size=(200, len(latent)))
    direct = pd.DataFrame(0.0, list(CONSTRUCTS), list(CONSTRUCTS))
    for to, causes in DRIVERS.items():
        direct.loc[to, list(causes)] = list(causes.values())
    effect = planted.total(direct).loc["LOY"] / planted.POINT

    def nps(loyalty: np.ndarray) -> float:
        given = np.clip(np.round(mean + spread * (LOADING * loyalty + noise)), low, high)
        return 100 * float((given >= 9).mean() - (given <= 6).mean())

    loyalty = latent["LOY"].to_numpy()
    before = nps(loyalty)
    return pd.Series({c: nps(loyalty + effect[c]) - before for c in CONSTRUCTS if c != "LOY"})


def gains(banks: range) -> None:
    """Gains in NPS against those of the simulator."""
    for read in (False, True):
        rows = [row for seed in banks for row in _gains(seed, read)]
        table = pd.DataFrame(rows, columns=["construct", "kind", "truth", "value", "covered"])
        for (construct, kind), part in table.groupby(["construct", "kind"]):
            print(
                f"gain, {construct}, {kind}{SAID[read]}: true {part['truth'].mean():.1f}, found"
                f" {part['value'].mean():.1f} NPS points; interval covers {part['covered'].mean():.0%}"
            )


def _gains(seed: int, read: bool) -> list[tuple]:
    scores, items, known, latent = _answers(seed, read)
    index = ix.fit(scores, items, customers=known["customer_id"], draws=300, seed=seed)
    table, true = gain.table(index, scores["nps"]), true_gains(latent, seed)
    kinds = {"plain": ("measured", "measured_low", "measured_high"), "corrected": ("gain", "low", "high")}
    return [
        (
            row["construct"],
            kind,
            true[row["construct"]],
            row[value],
            row[low] <= true[row["construct"]] <= row[high],
        )
        for row in table.to_dict("records")
        for kind, (value, low, high) in kinds.items()
    ]


def bent(seed: int, n: int, bend: float) -> tuple[pd.DataFrame, pd.DataFrame, np.ndarray]:
    """Scores of two drivers and an outcome; the first costs `bend` more per point below its middle than it wins above."""
    rng = np.random.default_rng(seed)
    latent = rng.multivariate_normal([0, 0], [[1, 0.5], [0.5, 1]], n)
    outcome = (0.35 * latent).sum(axis=1) + bend * np.minimum(latent[:, 0], 0) + 0.5 * rng.normal(size=n)
    columns = {}
    for name, value in (("A", latent[:, 0]), ("B", latent[:, 1]), ("Y", outcome)):
        for k in range(4):
            noise = np.sqrt(1 - LOADING**2) * rng.normal(size=n)
            columns[f"{name.lower()}{k + 1}"] = np.clip(
                np.round(MEAN + SPREAD * (LOADING * value + noise)), 0, 10
            )
    scores = pd.DataFrame(columns)
    return scores, pd.DataFrame({"item": scores.columns, "construct": [c[0].upper() for c in scores]}), latent


def kinds(banks: range) -> None:
    """Asymmetries found where none is planted and where one is, by slopes and by dummies."""
    for n in (400, 1_400):
        for bend in (0.0, 0.3):
            found, dummies = [], []
            for seed in banks:
                scores, items, _latent = bent(seed, n, bend)
                table = kano.asymmetry(scores, items, target="Y", drivers=["A", "B"]).set_index("driver")
                found.append([table.loc[d, "kind"] in ("basic", "delight") for d in "AB"])
                dummies.append(_dummies(scores))
            slopes, dummies = np.mean(found, axis=0), np.mean(dummies, axis=0)
            print(
                f"kano, {n} responses, bend {bend}: by slopes A {slopes[0]:.0%}, B {slopes[1]:.0%}; by dummies A"
                f" {dummies[0]:.0%}, B {dummies[1]:.0%} (only A is bent)"
            )
    false = []
    for seed in banks:
        scores, items, known, _latent = planted.answers(seed, CUSTOMERS)
        table = kano.asymmetry(scores, items, customers=known["customer_id"])
        false.append(table["kind"].isin(["basic", "delight"]).any())
    print(f"kano, simulated banks (all paths straight): an asymmetry in {np.mean(false):.0%} of banks")


def _dummies(scores: pd.DataFrame) -> list[bool]:
    """Brandt's contrast: dummies for the lowest and highest fifth, Bonferroni over both drivers."""
    y = scores.filter(like="y").mean(axis=1).to_numpy()
    parts = [scores.filter(like=name).mean(axis=1) for name in "ab"]
    columns = [np.ones(len(y))]
    for part in parts:
        columns += [
            (part <= part.quantile(0.2)).to_numpy(float),
            (part >= part.quantile(0.8)).to_numpy(float),
        ]
    x = np.column_stack(columns)
    inverse = np.linalg.inv(x.T @ x)
    beta = inverse @ x.T @ y
    spread = inverse @ (x.T * (y - x @ beta) ** 2) @ x @ inverse
    out = []
    for low, high in ((1, 2), (3, 4)):
        total = beta[low] + beta[high]
        error = np.sqrt(spread[low, low] + spread[high, high] + 2 * spread[low, high])
        out.append(abs(total) / error > 2.2414)  # two-sided 5 % over two drivers
    return out


def speed(_banks: range) -> None:
    """A survey of 30,000 responses with 500 bootstrap samples."""
    scores, items, known, _latent = planted.answers(1, 110_000)
    started = time.perf_counter()
    index = ix.fit(scores, items, customers=known["customer_id"], draws=500)
    fitted = time.perf_counter()
    gain.table(index, scores["nps"])
    drawn = time.perf_counter()
    drivers.importance(scores, items, customers=known["customer_id"])
    done = time.perf_counter()
    print(
        f"speed: {len(scores):,} responses: index with 500 samples {fitted - started:.1f} s, gains {drawn - fitted:.1f}"
        f" s, key drivers {done - drawn:.1f} s"
    )


PARTS = {
    "published": published,
    "paths": paths,
    "drivers": ranked,
    "gain": gains,
    "kano": kinds,
    "speed": speed,
}

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", nargs="*", choices=PARTS, default=list(PARTS))
    parser.add_argument("--banks", type=int, default=100)
    arguments = parser.parse_args()
    for part in arguments.part:
        PARTS[part](range(1_000, 1_000 + arguments.banks))
