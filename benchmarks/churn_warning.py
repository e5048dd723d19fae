"""Early warning, fairness and stability: what is found of planted causes, what of noise, and how long it takes.

Run from the project's root: ``python -m benchmarks.churn_warning [--part recovery banks fairness speed]``. Prints the
figures of docs/churn_warning.md. About 10 minutes.
"""

import argparse
import resource
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
from tests.statistics.test_fairness import fired
from tests.statistics.test_stability import changed
from tests.topics.churn import stories

from analysis.bank.demo import write
from analysis.bank.features import features
from analysis.bank.source import View, open_bank
from analysis.topics.churn import alarms, warning
from analysis.topics.churn.signals import signals

SEEDS = range(101, 106)


def recovery(panels: int = 100) -> None:
    """Planted panels with two causes, and with none."""
    both = noise = luck = 0
    flattered, held = [], []
    for seed in range(1_000, 1_000 + panels):
        found = warning.find(stories.planted(seed)[0])
        names = {name for rule in found.rules for name, _least in rule.terms}
        both += names >= set(stories.CAUSES)
        noise += bool(names - set(stories.CAUSES))
        table = warning.table(found)
        rules = table[table["kind"] == "rule"]
        held += (rules["low"] > rules["base"]).tolist()
        flattered += (rules["found"] - rules["precision"]).tolist()
        luck += bool(warning.find(stories.planted(seed, causes={})[0]).rules)
    print(
        f"recovery: both causes in {both} of {panels} panels, a noise signal in {noise}; without a cause a rule in {luck}"
    )
    print(
        f"  {np.mean(held):.1%} of the rules hold later; found less checked precision {np.mean(flattered):+.4f} on average"
    )


def panel(view: View, days: list[date]) -> pd.DataFrame:
    """Signals of several days with whether the customer left within 90 days after each."""
    left = (
        view.table("customers")
        .select("customer_id", "left_on")
        .to_pandas()
        .set_index("customer_id")["left_on"]
    )
    rows = pd.concat([features(view.at(day)).to_pandas().assign(day=pd.Timestamp(day)) for day in days])
    gone = pd.to_datetime(rows["customer_id"].map(left))
    return signals(view, rows.assign(churned=((gone - rows["day"]).dt.days <= 90).astype(int)))


def banks() -> None:
    """Simulated banks of 5,000 customers over 36 months, a day every 30 days."""
    for seed in SEEDS:
        with tempfile.TemporaryDirectory() as place:
            write(Path(place, "demo"), Path(place, "truth"), customers=5_000, months=36, seed=seed)
            view = open_bank(str(Path(place, "demo"))).view()
            found = warning.find(panel(view, [view.as_of - timedelta(days=30 * k) for k in range(30, 2, -1)]))
            table = warning.table(found)
            left = view.table("customers").filter(lambda t: t.left_on.notnull()).to_pandas()
            led = alarms.leads(found, left, view.as_of)
        rules, whole = table[table["kind"] == "rule"], table[table["kind"] == "any"].iloc[0]
        print(
            f"bank {seed}: {(rules['low'] > rules['base']).sum()} of {len(rules)} rules hold; together found"
            f" {whole['found']:.1%}, checked {whole['precision']:.1%} ({whole['low']:.1%}–{whole['high']:.1%}), base"
            f" {whole['base']:.1%}, lift {whole['lift']:.1f}, caught {whole['recall']:.0%}, median lead"
            f" {led['median'].iloc[-1]:.0f} days; no booking for 60 days: lift {table['lift'].iloc[-1]:.2f}"
        )


def fairness() -> None:
    """How often a fair model is accused, and an unfair one."""
    cases = {
        "fair": {},
        "other risk": {"risk": 1.0},
        "odds × 2": {"odds": 2.0},
        "70 % passed over": {"blind": 0.7},
    }
    for name, planted in cases.items():
        print(f"fairness, {name}:", fired(runs=500, seed=11, **planted).round(3).to_dict())
    for name, planted in {"holds": {}, "rate rises": {"drift": 0.2}}.items():
        print(f"stability, {name}:", changed(12, runs=500, **planted).round(3).to_dict())


def speed(customers: int = 150_000) -> None:
    """Nine days of so many customers."""
    table, left = stories.planted(1, customers=customers)
    until = table["day"].max().date() + timedelta(days=90)
    started = time.perf_counter()
    found = warning.find(table)
    checked = warning.table(found)
    alarms.leads(found, left, until)
    alarms.today(found, table[table["day"] == table["day"].max()], checked)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(
        f"speed: {len(table):,} rows, {len(found.tried)} rules tried: {time.perf_counter() - started:.1f} s, {peak:.1f} GB"
    )


PARTS = {"recovery": recovery, "banks": banks, "fairness": fairness, "speed": speed}

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", nargs="*", choices=PARTS, default=list(PARTS))
    for part in parser.parse_args().part:
        PARTS[part]()
