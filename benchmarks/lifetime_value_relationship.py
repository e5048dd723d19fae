"""How often the relationship value's intervals hold, and what its rules miss, over simulated banks.

Each bank of its own seed is looked at on the last day of its second year; what its customers earned in the third
is held against what was predicted (docs/lifetime_value_relationship.md).

Run from the project's root: ``python -m benchmarks.lifetime_value_relationship [--seeds 20] [--customers 5000]``.
It takes about 40 seconds a seed and 200 MB of disk at a time.
"""

import argparse
import tempfile
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.bank.demo import write
from analysis.bank.source import open_bank
from analysis.statistics.intervals import wilson
from analysis.topics.lifetime_value.relationship import (
    Assumptions,
    accuracy,
    coverage,
    evaluate,
    exposure,
    survival,
)
from analysis.topics.lifetime_value.relationship.hazards import chances
from analysis.topics.segmentation.tiers import ladder

DAY = date(2023, 12, 31)


def measured(seed: int, customers: int) -> dict[str, float]:
    """Figures of one bank: coverage, errors of both rules, and the estimated hazard beside the planted one."""
    with tempfile.TemporaryDirectory() as place:
        bank, truth = Path(place, "bank"), Path(place, "truth")
        write(bank, truth, customers=customers, months=36, seed=seed)
        view = open_bank(str(bank)).view()
        steps = ladder([], view.currency)
        result = evaluate(view.at(DAY), view, Assumptions(), steps)
        counts = exposure(view, steps).to_pandas()
        planted = pd.read_parquet(truth / "months.parquet", columns=["hazard"])["hazard"].mean()
    found = survival(counts, steps.names)
    tier = counts["tier"].map(found.groups)
    hazard = np.average(chances(found.hazard, tier, counts["tenure"]), weights=counts["at_risk"])
    realised = result.customers["realised"].sum()
    low, high = np.quantile(result.total, [0.05, 0.95])
    rules = accuracy(result.customers, draws=2).set_index("rule")
    by_tier = {tier: coverage(part) for tier, part in result.customers.groupby("tier")}
    return {
        "customers": coverage(result.customers),
        **{f"customers in {tier}": by_tier.get(tier, np.nan) for tier in steps.names},
        "total": float(low <= realised <= high),
        "ratio": rules.loc["predicted", "ratio"],
        "ratio naive": rules.loc["naive", "ratio"],
        "rmse of naive's": rules.loc["predicted", "rmse"] / rules.loc["naive", "rmse"],
        "mae of naive's": rules.loc["predicted", "mae"] / rules.loc["naive", "mae"],
        "rank": rules.loc["predicted", "rank"],
        "rank naive": rules.loc["naive", "rank"],
        "hazard of planted": hazard / planted,
        "calibration holds": float(dict((n, ok) for n, ok, _m in found.checks)["survival_calibration"]),
        "not naive": float(found.hazard.model != "constant"),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--customers", type=int, default=5_000)
    given = parser.parse_args()
    rows = []
    for seed in range(1, given.seeds + 1):
        rows.append(measured(seed, given.customers))
        print(seed, {name: round(float(figure), 3) for name, figure in rows[-1].items()}, flush=True)
    table = pd.DataFrame(rows)
    print("| figure | mean | 10 % | 90 % |\n|---|---|---|---|")
    for name, column in table.items():
        print(f"| {name} | {column.mean():.3f} | {column.quantile(0.1):.3f} | {column.quantile(0.9):.3f} |")
    low, high = wilson(table["total"].sum(), len(table))
    print(
        f"total in its interval: {table['total'].sum():.0f} of {len(table)} (95 %: {low:.0%} to {high:.0%})"
    )


if __name__ == "__main__":
    main()
