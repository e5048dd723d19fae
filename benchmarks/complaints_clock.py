"""Complaints: false alarms and detection of the control charts, the clock against planted times, branches, delay.

Run from the project's root: ``python -m benchmarks.complaints_clock [--part charts clock branches banks]``. Prints the
figures of docs/complaints_clock.md. About three minutes.
"""

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import norm
from tests.topics.complaints import planted

from analysis.bank.demo import write
from analysis.bank.source import open_bank
from analysis.statistics import control_chart as control
from analysis.statistics.deadlines import in_time, states
from analysis.statistics.gamma_poisson import shrink
from analysis.statistics.run_rules import run_length, signals
from analysis.topics.complaints import (
    branches,
    cases,
    clock,
    clock_tables,
    delay,
    delay_design,
    delay_tested,
    volume,
)
from analysis.topics.complaints.people import people

SEEDS = range(201, 206)
CHARTS = 3_000


def judged(mean: float, rng, *, shape: float | None = None, change: float = 1.0):
    """Scores of a chart of 24 months' baseline and 12 judged, by ours and by the usual limits; and its step."""
    exposure = rng.uniform(0.9, 1.1, 36)
    wave = rng.gamma(shape, 1 / shape, 36) if shape else np.ones(36)
    x = rng.poisson(mean * exposure * wave * np.where(np.arange(36) >= 30, change, 1.0))
    base = control.level(x[:24], exposure[:24])
    ours = control.chart(x[24:], exposure[24:], base)
    usual = (x[24:] / exposure[24:] - base.rate) / np.sqrt(base.rate / exposure[24:])
    return ours, usual, control.step(x[24:], exposure[24:], base) if change != 1 else None


def charts() -> None:
    """How often a kind rings in a year in which nothing changed, and how soon after a step in the seventh month."""
    stated = run_length(periods=12)
    print(
        f"charts: run length {stated.average:.2f}, chance to ring in a year {stated.within[-1]:.1%} (exact)"
    )
    for name, mean, shape in (
        ("5", 5, None),
        ("40", 40, None),
        ("300", 300, None),
        ("300 overdispersed", 300, 25),
    ):
        rng = np.random.default_rng(1)
        found = [judged(mean, rng, shape=shape) for _chart in range(CHARTS)]
        ring = np.mean([(ours["signal"] != "").any() for ours, _usual, _step in found])
        usual = np.mean([any(signals(scores)) for _ours, scores, _step in found])
        high = np.mean([(ours["score"] > 3).mean() for ours, _usual, _step in found])
        usual_high = np.mean([(scores > 3).mean() for _ours, scores, _step in found])
        print(f"  {name} events a month: rings in a year {ring:.1%} (usual limits {usual:.1%}); beyond the upper limit"
              f" {high:.2%} a month ({usual_high:.2%})")  # fmt: skip
    for change in (1.3, 1.5, 2.0):
        rng = np.random.default_rng(2)
        found = [judged(40, rng, change=change) for _chart in range(500)]
        after = [np.flatnonzero(ours["signal"].to_numpy()[6:] != "") for ours, _usual, _step in found]
        delays = np.array([hits[0] if len(hits) else np.inf for hits in after])
        steps = [step for _ours, _usual, step in found]
        clear = [step for step in steps if step.p_value < 0.05]
        dated = np.mean([abs(one.since - 6) <= 1 for one in clear])
        held = np.mean([one.low <= change <= one.high for one in clear])
        print(f"  step × {change}: rings within 6 months {np.isfinite(delays).mean():.0%}, median after"
              f" {np.median(delays):.0f}; change shown {len(clear) / 500:.0%}, dated within a month {dated:.0%}, interval"
              f" holds {held:.0%}")  # fmt: skip


def times() -> None:
    """Share in time and the planted survival, 200 banks of 1,200 complaints, and months cut short."""
    rng = np.random.default_rng(3)
    truth = 0.8 * norm.cdf(np.log(3) / 0.7) + 0.2 * norm.cdf(np.log(30 / 17) / 0.6)
    found, raw = [], []
    for _bank in range(500):
        is_complex, now = rng.random(300) < 0.2, rng.uniform(0, 90, 300)
        took = np.exp(rng.normal(size=300) * np.where(is_complex, 0.6, 0.7)) * np.where(is_complex, 17, 5)
        one = in_time(*states(np.where(took <= now, took, np.nan), np.where(is_complex, 30.0, 15.0), now))
        found.append(one)
        raw.append(one.hits / one.decided)
    print(f"clock: share in time {truth:.1%}: found {np.mean([f.share for f in found]):.1%}, covered"
          f" {np.mean([f.low <= truth <= f.high for f in found]):.1%}; among decided cases {np.mean(raw):.1%}")  # fmt: skip
    covered = []
    for seed in range(100):
        curves = clock_tables.curves(clock.clock(planted.cases(1_200, seed), planted.END))
        for kind, (median, spread) in planted.MEDIAN.items():
            part = curves[curves["group"] == kind]
            # Where all or none are still open Greenwood's variance is 0; the curve ends with ten at risk.
            for day in {"simple": (3, 8, 15), "complex": (8, 15, 30)}[kind]:
                at = part[part["time"] <= day].iloc[-1]
                covered.append(at["low"] <= norm.sf(np.log(day / median) / spread) <= at["high"])
    print(
        f"  Kaplan-Meier covers the planted share still open on days with 3% to 95% of it: {np.mean(covered):.1%}"
    )


def units() -> None:
    """Coverage of shrunken ratios and of ranks, with and without differences."""
    rng = np.random.default_rng(4)
    for spread in (0.0, 0.15, 0.3):
        covered, ranked, shown, plug = [], [], [], []
        for _bank in range(200):
            expected = rng.uniform(15, 120, 20)
            truth = rng.gamma(1 / spread**2, spread**2, 20) if spread else np.ones(20)
            found = shrink(rng.poisson(expected * truth), expected)
            relative = truth / ((expected * truth).sum() / expected.sum())
            covered += ((found.table["low"] <= relative) & (relative <= found.table["high"])).tolist()
            rank = truth.argsort().argsort() + 1
            ranked += ((found.table["rank_low"] <= rank) & (rank <= found.table["rank_high"])).tolist()
            shown.append(found.p_value < 0.05)
            raw = np.mean((found.table["ratio"] - relative) ** 2)
            plug.append(np.mean((found.table["shrunk"] - relative) ** 2) / raw)
        print(f"branches, spread {spread}: ratio covered {np.mean(covered):.1%}, rank covered"
              f" {np.mean(ranked) if spread else np.nan:.1%}, ranking shown {np.mean(shown):.1%}, squared error of shrunken"
              f" over raw {np.mean(plug):.2f}")  # fmt: skip


def banks() -> None:
    """Simulated banks of 5,000 customers over 36 months: planted slowness, branch effect, emerging theme."""
    for seed in SEEDS:
        with tempfile.TemporaryDirectory() as place:
            folder, hidden = Path(place, "demo"), Path(place, "truth")
            write(folder, hidden, customers=5_000, months=36, seed=seed)
            view = open_bank(str(folder)).view()
            started = time.perf_counter()
            rows = cases.cases(view)
            since = volume.since(rows)
            watched = volume.watch(rows, cases.exposure(view, since), country="CN").summary.set_index("kind")
            compared = branches.branches(people(view, since), rows).table.set_index("label")
            fitted = delay.fit(delay_design.prepared(clock.clock(rows, view.as_of), view.as_of))
            tested = delay_tested.tested(rows, view.as_of)
            took = time.perf_counter() - started
            truth = pd.read_parquet(hidden / "branches.parquet").set_index("branch_id")
        speed = fitted.branches.set_index("branch_id")["shrunk"]
        slow, crude, fair = (
            values.corr(truth[name], method="spearman")
            for values, name in (
                (1 / speed, "slowness_factor"), (compared["crude"], "satisfaction_effect"),
                (compared["shrunk"], "satisfaction_effect"),
            )
        )  # fmt: skip
        table, step = tested.measures.set_index("measure"), watched.loc["complaint"]
        auc, gain, slope = table.loc["roc_auc"], table.loc["log_loss"], tested.slope
        others = int(watched["since"].drop("complaint").notna().sum())
        print(f"bank {seed}: slowness ranked {slow:.2f}, branch effect {fair:.2f} (crude {crude:.2f}); change"
              f" {step['change']:.2f} since {step['since']:%Y-%m}, other kinds with a change {others}; missing the time: AUC"
              f" {auc['model']:.2f} against {auc['base']:.2f}, log loss better by {gain['gain']:.3f} ({gain['low']:.3f} to"
              f" {gain['high']:.3f}), slope {slope[0]:.2f} ({slope[1]:.2f} to {slope[2]:.2f}); {took:.1f} s")  # fmt: skip


PARTS = {"charts": charts, "clock": times, "branches": units, "banks": banks}

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", nargs="*", choices=PARTS, default=list(PARTS))
    for part in parser.parse_args().part:
        PARTS[part]()
