"""Do the intervals of the value of purchases hold? Simulated banks, valued on a day, against the year that came.

Run from the project's root: ``python -m benchmarks.lifetime_value_coverage [--banks 30]``; about six minutes. Each bank
(1,500 customers, 48 months, other seeds) is valued on the last day of the third year, without discount, and held
against the purchases of the fourth. Writes the table of docs/lifetime_value.md.
"""

import argparse
import tempfile
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
from benchmarks.contest import machine, publish

from analysis.bank.demo import write
from analysis.bank.source import open_bank
from analysis.statistics.intervals import wilson
from analysis.topics.lifetime_value import choice, histories, purchases, valuation

DOCUMENT = Path(__file__).parents[1] / "docs" / "lifetime_value.md"
CUSTOMERS, FIRST_SEED = 1_500, 7_000
DAY, END = date(2024, 12, 31), date(2025, 12, 31)


def held(seed: int) -> dict[str, float]:
    """One bank: share of customers whose value came within the interval, where the total fell, and the model."""
    with tempfile.TemporaryDirectory() as folder:
        bank = Path(folder) / "bank"
        write(bank, Path(folder) / "truth", customers=CUSTOMERS, seed=seed, months=48)
        opened = open_bank(str(bank))
        found = choice.evaluate(purchases.from_view(opened.view(DAY)), seed=seed)
        valued = valuation.transactions(found, 12, 0.0, seed)
        came = histories.fetched(purchases.from_view(opened.view(END)), [END, DAY]).between(1, 0)
    rows = valued.customers.merge(came, on="customer_id")
    seen = rows["value"].to_numpy()
    inside = (seen >= rows["transaction_low"] - 1e-9) & (seen <= rows["transaction_high"] + 1e-9)
    low, high = np.quantile(valued.totals, [0.05, 0.95])
    total = rows["transaction_value"].sum()
    return {
        "customers": float(inside.mean()),
        "total": float(low <= seen.sum() <= high),
        "bias": float(total / seen.sum() - 1),
        "width": float((high - low) / total),
        "naive": float(valued.naive / seen.sum() - 1),
        "model": found.chosen,
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--banks", type=int, default=30)
    banks = parser.parse_args().banks
    got = pd.DataFrame([held(FIRST_SEED + k) for k in range(banks)])
    print(got.to_string())
    low, high = wilson(got["total"].sum(), banks)
    lines = [
        machine(f"python -m benchmarks.lifetime_value_coverage --banks {banks}"),
        "",
        "| of 90 % intervals | held |",
        "|---|---:|",
        f"| customers, mean of {banks} banks | {got['customers'].mean():.1%} |",
        f"| customers, worst and best bank | {got['customers'].min():.1%}, {got['customers'].max():.1%} |",
        f"| total | {got['total'].sum():.0f} of {banks} ({low:.0%} to {high:.0%}) |",
        "",
        f"Width of the total's interval {got['width'].median():.1%} (median); total expected over seen less 1: mean "
        f"{got['bias'].mean():+.1%}, root mean square {np.sqrt((got['bias'] ** 2).mean()):.1%}; naive "
        f"{got['naive'].mean():+.1%}. Chosen: "
        + ", ".join(f"{m} {n}" for m, n in got["model"].value_counts().items())
        + ".",
    ]
    publish("coverage", "\n".join(lines), DOCUMENT)


if __name__ == "__main__":
    main()
