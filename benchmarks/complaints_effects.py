"""Effects of satisfaction and of answers to complaints against what is planted, over seeds.

Run from the project's root: ``python -m benchmarks.complaints_effects [--part coverage banks] [--seeds N]``. Prints the
figures of docs/survey_outcomes.md and docs/complaints_effect.md. About 10 minutes.
"""

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
from tests.statistics.planted_exposure import planted

from analysis.bank.demo import write
from analysis.bank.demo.parameters import COMPLAINT_ON_SATISFACTION, LEAVING
from analysis.bank.demo.survey import LOADING, MEAN, SPREAD, STRAIGHT
from analysis.bank.source import View, open_bank
from analysis.statistics.adjusted import adjusted
from analysis.topics.complaints import effect, satisfaction
from analysis.topics.complaints.cases import cases
from analysis.topics.survey import answers, outcome_effects, outcomes

CUSTOMERS, MONTHS = 20_000, 36


def coverage(seeds: int = 400) -> None:
    """Planted confounding: how often intervals hold the effect, with and without a hidden common cause."""
    for hidden in (0.0, 1.0):
        truth = np.mean([planted(seed, 20_000, hidden=hidden)["truth"] for seed in range(20)])
        given = [planted(seed, hidden=hidden) for seed in range(seeds)]
        table = pd.DataFrame(
            [adjusted(**{k: v for k, v in one.items() if k != "truth"}).contrasts.iloc[0] for one in given]
        )
        held = ((table["low"] <= truth) & (truth <= table["high"])).mean()
        plain = ((table["naive_low"] <= truth) & (truth <= table["naive_high"])).mean()
        print(
            f"hidden cause {hidden:.0f}: effect {truth:.4f}, adjusted {table['difference'].mean():.4f}, plain"
            f" {table['naive'].mean():.4f}; interval holds it in {held:.1%} of {seeds} (plain {plain:.1%}); error"
            f" {table['difference'].std():.4f}, told {(table['high'] - table['low']).mean() / 3.92:.4f}"
        )


def banks(seeds: int = 10) -> None:
    """Simulated banks: hazards after slow answers, of satisfaction, and satisfaction after complaints."""
    rows = []
    for seed in range(1, seeds + 1):
        with tempfile.TemporaryDirectory() as place:
            write(Path(place, "demo"), Path(place, "truth"), customers=CUSTOMERS, months=MONTHS, seed=seed)
            trait = pd.read_parquet(Path(place, "truth", "customers.parquet")).set_index("customer_id")
            felt = pd.read_parquet(Path(place, "truth", "survey.parquet"))
            view = open_bank(str(Path(place, "demo"))).view()
            started = time.perf_counter()
            rows.append({"seed": seed} | _bank(view, trait["satisfaction"], felt))
            rows[-1]["seconds"] = time.perf_counter() - started
        print(pd.Series(rows[-1]).round(3).to_dict(), flush=True)
    table = pd.DataFrame(rows)
    for name in ("slow", "satisfaction", "complaint", "complaint_total"):
        held = (
            (table[f"{name}_low"] <= table[f"{name}_truth"])
            & (table[f"{name}_truth"] <= table[f"{name}_high"])
        ).sum()
        told = (table[f"{name}_high"] - table[f"{name}_low"]).mean() / 3.92
        print(
            f"{name}: planted {table[f'{name}_truth'].mean():.3f}, found {table[name].mean():.3f} (standard deviation"
            f" {table[name].std():.3f}, told {told:.3f}), plain {table[f'{name}_naive'].mean():.3f}; interval holds it"
            f" in {held} of {seeds}"
        )


def _bank(view: View, trait: pd.Series, felt: pd.DataFrame) -> dict:
    said, people = cases(view), effect.complainers(view)
    slow = effect.monthly(said, people, view.as_of).ratios.set_index("model")
    asked, scores, items = answers.invited(view), answers.scores(view), answers.items(view)
    rows = outcomes.followed(asked, outcomes.behaviour(view), scores, items)
    rows = rows[rows["group"].isin(outcome_effects.GROUPS) & rows["satisfaction"].notna()].reset_index(
        drop=True
    )
    hazard = outcome_effects.hazards(rows).set_index("model")
    those = asked.dropna(subset="response_id").merge(felt, on=["wave", "customer_id"])
    points = _points(those["SAT"].to_numpy())
    complained = satisfaction.complained(satisfaction.answered(asked, scores, items))
    found = {}
    for name, table, truth in (
        ("slow", slow, LEAVING["complaint_unresolved"]),
        ("satisfaction", hazard, LEAVING["satisfaction"] * _attenuation(rows, trait)),
    ):
        logs = np.log(table.loc["adjusted", ["ratio", "low", "high"]].astype(float))
        found |= {name: logs["ratio"], f"{name}_low": logs["low"], f"{name}_high": logs["high"]}
        found |= {f"{name}_naive": np.log(table.loc["naive", "ratio"]), f"{name}_truth": truth}
    for name, one in (("complaint", complained.given_image), ("complaint_total", complained.total)):
        row = one.contrasts.iloc[0]
        found |= {name: row["difference"], f"{name}_low": row["low"], f"{name}_high": row["high"]}
        found |= {f"{name}_naive": row["naive"], f"{name}_truth": points}
    return found


def _points(satisfaction: np.ndarray) -> float:
    """What a complaint takes from the index of 0 to 100: scores are whole, end at 10 and are at times ticked all alike."""
    noise = np.sqrt(1 - LOADING**2) * np.random.default_rng(0).normal(size=len(satisfaction))

    def given(construct: np.ndarray) -> np.ndarray:
        return np.clip(np.round(MEAN + SPREAD * (LOADING * construct + noise)), 0, 10)

    fall = given(satisfaction + COMPLAINT_ON_SATISFACTION) - given(satisfaction)
    return float(10 * (1 - STRAIGHT) * fall.mean())


def _attenuation(rows: pd.DataFrame, trait: pd.Series) -> float:
    """Trait per standard deviation of the index, given what is adjusted for: what noisy answers leave of its effect."""
    z = (rows["satisfaction"] - rows["satisfaction"].mean()) / rows["satisfaction"].std()
    known = outcomes.covariates(rows)[list(outcome_effects.HAZARD)]
    design = np.column_stack([np.ones(len(z)), z, known.fillna(known.median())])
    return float(np.linalg.lstsq(design, rows["customer_id"].map(trait), rcond=None)[0][1])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", nargs="+", default=["coverage", "banks"], choices=["coverage", "banks"])
    parser.add_argument("--seeds", type=int, default=10, help="simulated banks (default: 10)")
    options = parser.parse_args()
    if "coverage" in options.part:
        coverage()
    if "banks" in options.part:
        banks(options.seeds)
