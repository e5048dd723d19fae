"""How often intervals of survival and of hazard ratios hold the planted truth, over simulated banks.

Each bank of its own seed tells the planted chance of leaving of every customer and month (docs/churn_lifecycle.md).

Run from the project's root: ``python -m benchmarks.churn_lifecycle [--seeds 20] [--customers 2500]``.
It takes about 20 seconds a seed and 200 MB of disk at a time.
"""

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
from sksurv.nonparametric import kaplan_meier_estimator

from analysis.bank.demo import write
from analysis.bank.source import View, open_bank
from analysis.statistics.discrete_hazard import fit
from analysis.statistics.survival import kaplan_meier
from analysis.topics.churn import hazard, retention, sensitivity, stage_flow
from analysis.topics.churn.definitions import Definition

MONTHS = (12, 36, 60, 120)  # of tenure, at which survival is read
# What leads to leaving and is not already a part of it, as falling balances are.
DRIVERS = ["tenure", "age", "single", "complaint"]


def planted_survival(view: View, months: pd.DataFrame) -> pd.Series:
    """Share who stay until the end of each month of tenure, by the mean planted hazard of those at risk in it."""
    people = view.table("customers").to_pandas().set_index("customer_id")
    joined = months["customer_id"].map(pd.to_datetime(people["joined_on"]))
    tenure = ((months["month_end"] - joined).dt.days // retention.MONTH).astype(int)
    hazards = months.groupby(tenure)["hazard"].mean().reindex(range(max(MONTHS)), fill_value=0.0)
    return (1 - hazards).cumprod()


def planted_chances(rows: pd.DataFrame, months: pd.DataFrame) -> np.ndarray:
    """Planted chance to leave within the 90 days after each row's day."""
    stay = np.ones(len(rows))
    for day in rows["day"].unique():
        window = months[months["month_end"].between(day, day + pd.Timedelta(days=90), inclusive="right")]
        kept = (1 - window["hazard"]).groupby(window["customer_id"]).prod()
        here = (rows["day"] == day).to_numpy()
        stay[here] = rows.loc[here, "customer_id"].map(kept).fillna(1.0)
    return 1 - stay


def measured(seed: int, customers: int) -> dict[str, float]:
    """Figures of one bank."""
    with tempfile.TemporaryDirectory() as place:
        bank, truth = Path(place, "bank"), Path(place, "truth")
        write(bank, truth, customers=customers, months=36, seed=seed)
        view = open_bank(str(bank)).view()
        months = pd.read_parquet(truth / "months.parquet")
        months["month_end"] = pd.to_datetime(months["month_end"])
        return survival(view, months) | ratios(view, months) | definitions(view) | stages(view)


def survival(view: View, months: pd.DataFrame) -> dict[str, float]:
    found, planted = retention.spells(view), planted_survival(view, months)
    ours = kaplan_meier(found["left"], found["exit"], found["enter"], fewest=retention.FEWEST)
    naive = kaplan_meier(found["left"], found["exit"], fewest=retention.FEWEST)
    figures = {}
    for month in MONTHS:
        row, wrong = (c[c["time"] <= month * retention.MONTH].iloc[-1] for c in (ours, naive))
        true = planted[month - 1]
        figures |= {
            f"survival {month}: held": float(row["low"] <= true <= row["high"]),
            f"survival {month}: error": row["survival"] - true,
            f"survival {month}: error of the naive count": wrong["survival"] - true,
        }
    return figures


def ratios(view: View, months: pd.DataFrame) -> dict[str, float]:
    rows = hazard.periods(view, Definition("contractual"), count=8)
    x = rows[DRIVERS].fillna(rows[DRIVERS].median())
    truth = fit(x, planted_chances(rows, months), rows["customer_id"]).coefficients
    found = hazard.hazards(rows[["customer_id", "day", "churned", *DRIVERS]])
    table = found.ratios.set_index("covariate")
    figures = {"proportionality rejected": float(found.proportional_p < 0.05)}
    for driver in DRIVERS:
        row, true = table.loc[driver], np.exp(truth[driver])
        figures |= {
            f"{driver}: held": float(row["low"] <= true <= row["high"]),
            f"{driver}: planted": true,
            f"{driver}: found": row["ratio"],
        }
    figures["later: held"] = float(found.later["low"] <= found.later["seen"] <= found.later["high"])
    return figures


def definitions(view: View) -> dict[str, float]:
    table = sensitivity.sensitivity(view, Definition("behavioural")).silences.set_index("silent_days")
    return {
        f"silence {days}: {name}": table.loc[days, name]
        for days in (30, 90, 365)
        for name in ("rate", "back_rate")
    }


def stages(view: View) -> dict[str, float]:
    walked = stage_flow.path(view)
    table = stage_flow.later_churn(view, Definition("contractual"), walked).set_index("stage")
    return {f"left within 90 days, {stage}": table.loc[stage, "rate"] for stage in table.index}


def seconds(estimate, customers: int) -> float:
    """Of Kaplan-Meier with late entry."""
    rng = np.random.default_rng(1)
    enter = np.floor(rng.uniform(0, 3_000, customers))
    end, left = enter + np.ceil(rng.exponential(1_000, customers)), rng.random(customers) < 0.3
    start = time.perf_counter()
    estimate(left, end, enter)
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--customers", type=int, default=2_500)
    options = parser.parse_args()
    rows = pd.DataFrame([measured(seed, options.customers) for seed in range(1, options.seeds + 1)])
    print(rows.quantile([0.1, 0.9]).T.assign(mean=rows.mean()).round(4).to_string())
    for customers in (10_000, 40_000):
        print(
            f"Kaplan-Meier of {customers}, scikit-survival: {seconds(kaplan_meier_estimator, customers):.2f} s"
        )
    for customers in (40_000, 1_000_000):
        print(f"Kaplan-Meier of {customers}, here: {seconds(kaplan_meier, customers):.2f} s")


if __name__ == "__main__":
    main()
