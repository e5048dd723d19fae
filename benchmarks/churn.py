"""Models of churn on tables whose truth or whose best-known figures are known, beside CatBoost and LightGBM.

pip install lightgbm catboost                 # peers; nothing else needs them
python -m benchmarks.churn --only public      # public tables, ours beside the peers at their defaults
python -m benchmarks.churn --only banks       # simulated banks, beside the planted hazard
python -m benchmarks.churn --only speed       # learning and scoring, one process a contestant and size
"""

import argparse
import json
import os
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from benchmarks.contest import apart, growth, machine, measured, publish
from tests.topics.churn import planted

from analysis.bank.demo.writer import write
from analysis.bank.source import open_bank
from analysis.statistics.classification import roc_auc
from analysis.topics.churn import definitions, evaluation, explain, learners, panel, reasons
from analysis.topics.churn.own_table import evaluate
from analysis.topics.churn.tables import Examples, examples

DATA = Path(os.environ.get("ANALYSIS_DATA", "../shared/data"))
DOCUMENT = Path(__file__).parents[1] / "docs" / "churn.md"
SIZES = [10_000, 100_000, 1_000_000]
BANKS = range(301, 304)
DAYS = 4  # rows of a customer in the matrix of the speed test


def public_tables() -> dict[str, tuple[pd.DataFrame, pd.Series]]:
    """Features and outcome of each public table."""
    marketing = pd.read_csv(DATA / "uci_bank_marketing" / "bank-additional-full.csv", sep=";")
    credit = pd.read_csv(DATA / "uci_credit_card_default" / "UCI_Credit_Card.csv")
    label = credit.columns[-1]
    return {
        "bank marketing": (marketing.drop(columns=["y", "duration"]), (marketing["y"] == "yes").astype(int)),
        "credit-card default": (credit.drop(columns=[label, "ID"]), credit[label]),
    }


def peers(known: Examples, tested: Examples) -> dict[str, float]:
    """ROC-AUC of the peers at their defaults."""
    from catboost import CatBoostClassifier
    from lightgbm import LGBMClassifier

    text = [n for n in known.features if isinstance(known.features[n].dtype, pd.CategoricalDtype)]
    plain = {n: known.features[n].astype(str) for n in text}
    asked = {n: tested.features[n].astype(str) for n in text}
    cat = CatBoostClassifier(verbose=0, cat_features=text, allow_writing_files=False, random_seed=0)
    cat.fit(known.features.assign(**plain), known.churned)
    light = LGBMClassifier(verbose=-1, random_state=0).fit(known.features, known.churned)
    return {
        "CatBoost": roc_auc(tested.churned, cat.predict_proba(tested.features.assign(**asked))[:, 1]),
        "LightGBM": roc_auc(tested.churned, light.predict_proba(tested.features)[:, 1]),
    }


def public(seeds: int = 5) -> str:
    """Rows parted at random; the last 30 % tested; mean over seeds of the order."""
    lines = [
        "| table | ours | CatBoost | LightGBM | ours − CatBoost, seed by seed |",
        "|---|---:|---:|---:|---|",
    ]
    for name, (features, churned) in public_tables().items():
        rows = []
        for seed in range(1, seeds + 1):  # the slices are drawn with seed 0
            order = np.random.default_rng(seed).permutation(len(features))
            table = examples(features.iloc[order].reset_index(drop=True), churned.iloc[order].to_numpy())
            slices = evaluation.in_order(table)
            found = evaluation.compared(table, slices, seed=seed)
            rows.append({"ours": found.measure("roc_auc")[0]} | peers(table.rows(slices.again), found.tested))
        means, each = pd.DataFrame(rows).mean(), pd.DataFrame(rows)
        apart_by = ", ".join(f"{value:+.4f}" for value in each["ours"] - each["CatBoost"])
        lines.append(
            f"| {name} | {means['ours']:.4f} | {means['CatBoost']:.4f} | {means['LightGBM']:.4f} | {apart_by} |"
        )
    return "\n".join([*lines, "", *_in_time()])


def _in_time() -> list[str]:
    """Bank marketing with its rows in their order as time."""
    from sklearn.ensemble import GradientBoostingClassifier

    features, churned = public_tables()["bank marketing"]
    time = np.arange(len(features))
    found = evaluate(features, churned, time)
    cut = int(0.7 * len(features))
    plain = pd.get_dummies(features, dtype=float)
    naive = GradientBoostingClassifier(random_state=0).fit(plain[:cut], churned[:cut])
    said = {
        "plain gradient boosting, all features": roc_auc(
            churned[cut:], naive.predict_proba(plain[cut:])[:, 1]
        ),
        f"ours, in time ({found.evaluation.chosen})": found.evaluation.measure("roc_auc")[0],
        f"ours, at random ({found.at_random.chosen})": found.at_random.measure("roc_auc")[0],
    }
    lines = [
        "Bank marketing, the last 30 % of the calls from those before:",
        "",
        "| | ROC-AUC |",
        "|---|---:|",
    ]
    return [*lines, *(f"| {name} | {value:.3f} |" for name, value in said.items()), "",
            f"Left out as clocks: {', '.join(found.clocks)}."]  # fmt: skip


def banks(customers: int = 15_000) -> str:
    """Simulated banks: ranking beside that of the planted hazard on the day, calibration on later days, drivers."""
    lines = [
        "| seed | ROC-AUC | of the planted hazard | PR-AUC | base rate | calibration slope | first groups |",
        "|---:|---|---:|---:|---:|---|---|",
    ]
    for seed in BANKS:
        with tempfile.TemporaryDirectory() as folder:
            bank, truth = Path(folder) / "bank", Path(folder) / "truth"
            write(bank, truth, customers, seed)
            view = open_bank(str(bank)).view()
            meant = definitions.chosen(view)
            plan, meant = panel.planned(view, meant)
            table = panel.examples(panel.past(view, plan.days, meant))
            found = evaluation.compared(table, plan.slices(table.time), rule="days_since_activity", seed=seed)
            weights = explain.importance(found, reasons.GROUPS)
            hazard = _hazard(found, truth / "months.parquet")
        auc, slope = found.measure("roc_auc"), found.calibration["slope"]
        pr = found.measure("pr_auc")[0]
        first = ", ".join(weights["group"].head(4))
        lines.append(
            f"| {seed} | {auc[0]:.3f} ({auc[1]:.3f} to {auc[2]:.3f}) | {hazard:.3f} | {pr:.3f} | "
            f"{found.outcome['churned'].mean():.3f} | {slope[0]:.2f} ({slope[1]:.2f} to {slope[2]:.2f}) | {first} |"
        )
    return "\n".join(lines)


def _hazard(found: evaluation.Evaluation, months: Path) -> float:
    """ROC-AUC of the planted hazard of each tested customer in the month of the day."""
    truth = pd.read_parquet(months)
    truth["month"] = pd.to_datetime(truth["month_end"]).dt.to_period("M")
    rows = found.outcome[["unit", "churned"]].assign(
        month=pd.to_datetime(found.outcome["time"]).dt.to_period("M")
    )
    rows = rows.merge(truth, left_on=["unit", "month"], right_on=["customer_id", "month"], how="left")
    return roc_auc(rows["churned"], rows["hazard"].fillna(0))


def matrix(customers: int) -> Examples:
    """Rows of customers on four days, with forty features of which three matter."""
    return planted.panel(customers, DAYS, noise=36).table()


def contestant(name: str, customers: int) -> dict:
    """One contestant learns on all rows and scores them."""
    table = matrix(customers)
    if name == "ours":
        return measured(lambda: _ours(table))
    from lightgbm import LGBMClassifier

    model = LGBMClassifier(verbose=-1, n_jobs=1)
    return measured(
        lambda: roc_auc(
            table.churned, model.fit(table.features, table.churned).predict_proba(table.features)[:, 1]
        )
    )


def _ours(table: Examples) -> float:
    settings = learners.search(table, 0)
    return roc_auc(
        table.churned, learners.learn(learners.BOOSTED, table, settings, 0).predict(table.features)
    )


def speed() -> str:
    """Table of seconds and memory."""
    found = {
        n: [apart("churn", "--contestant", n, "--customers", str(c)) for c in SIZES]
        for n in ("ours", "lightgbm")
    }
    lines = [
        "| rows | ours, CPU s | growth | LightGBM, CPU s | ours / LightGBM | ours, GB beyond the matrix | LightGBM |",
        "|---:|---:|---:|---:|---:|---:|---:|",
    ]
    exponents = growth(SIZES, [one["cpu"] for one in found["ours"]])
    for k, customers in enumerate(SIZES):
        ours, peer = found["ours"][k], found["lightgbm"][k]
        lines.append(
            f"| {DAYS * customers:,} | {ours['cpu']:.1f} | {exponents[k]} | {peer['cpu']:.1f} | "
            f"{ours['cpu'] / peer['cpu']:.1f} | {ours['beyond']:.1f} | {peer['beyond']:.1f} |"
        )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", choices=("public", "banks", "speed"))
    parser.add_argument("--contestant", choices=("ours", "lightgbm"))
    parser.add_argument("--customers", type=int)
    given = parser.parse_args()
    if given.contestant:
        print(json.dumps(contestant(given.contestant, given.customers)))
        return
    for name, work in (("public", public), ("banks", banks), ("speed", speed)):
        if given.only in (None, name):
            text = f"{machine(f'python -m benchmarks.churn --only {name}')}\n\n{work()}"
            publish(f"churn-{name}", text, DOCUMENT)


if __name__ == "__main__":
    main()
