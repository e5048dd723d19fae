"""Seconds and peak memory of migration for 10^4 to 10^6 customers: the queries of both days, then each part.

    OMP_NUM_THREADS=1 python -m benchmarks.migration      # writes RESULTS.md; about 3 minutes, 0.5 GB of disk

The bank is that of `features.py` with ten bookings a customer and 13 month ends of balances, in a temporary
folder. Floor: the two days' tiers joined and counted in pandas, without rates, intervals, money or test. Each
size is measured in a process of its own. Run from the project's root.
"""

import json
import sys
import tempfile
from pathlib import Path

import duckdb
import pandas as pd
from benchmarks.contest import apart, growth, machine, measured, publish
from benchmarks.features import AS_OF, generate

from analysis.bank.source import open_bank
from analysis.topics import segmentation as seg
from analysis.topics.segmentation import migration, migration_money

SIZES = (10_000, 100_000, 1_000_000)
BOOKINGS = 10
STEPS = seg.ladder([], "CNY")
# Month ends from the earlier day to the later one; assets with a long tail that drift a little.
BALANCES = """
    copy (select account_id, last_day(date '2023-12-01' + to_months(m::int)) as month_end,
                 round(exp(5 + 10 * (hash(account_id) % 1000) / 1000 + 2 * random()), 2) as balance
          from '{folder}/accounts.parquet', range(13) t(m)) to '{folder}/balances.parquet'"""


def bank(folder: Path, customers: int) -> None:
    generate(folder, customers * BOOKINGS, BOOKINGS)
    with duckdb.connect(config={"memory_limit": "2GB"}) as connection:
        connection.execute("select setseed(0.25)")
        connection.execute(BALANCES.format(folder=folder))
        connection.execute(
            f"copy (select *, 0.01 as margin_rate from '{folder}/products.parquet')"
            f" to '{folder}/rated.parquet'"
        )
    (folder / "rated.parquet").rename(folder / "products.parquet")


def contest(folder: Path) -> None:
    """Print what each part took on the bank of `folder`, in the order of the report."""
    days, made = {}, {}

    def queries() -> int:
        now = open_bank(str(folder)).view(AS_OF)
        for name, view in (("now", now), ("then", now.at(migration.year_before(now.as_of)))):
            days[name] = seg.grouped(seg.fetched(view), STEPS, seg.Rule())
        return len(days["now"])

    def floor() -> int:
        both = days["then"].merge(days["now"], on="customer_id", how="outer", suffixes=("_1", "_2"))
        return int(pd.crosstab(both["tier_1"], both["tier_2"]).to_numpy().sum())

    def moves() -> int:
        made["moved"] = migration.moves(days["then"], days["now"], "tier")
        return len(made["moved"])

    def rates() -> int:
        made["joined"], made["codes"] = migration.coarser(made["moved"], migration.order("tier", STEPS))
        return len(migration.rates(made["joined"], made["codes"]))

    def usual() -> float:
        halves = (made["joined"].iloc[start::2] for start in (0, 1))
        return migration.usual(*(migration.rates(half, made["codes"]) for half in halves), 1)[0].p_value

    def money() -> int:
        ways = migration_money.directions(made["joined"], made["codes"])
        return len(ways) + len(migration_money.money(made["joined"], made["codes"]))

    parts = {"queries of two days, and groups": queries, "join and count (floor)": floor}
    parts |= {"moves": moves, "coarser, rates": rates, "two halves alike?": usual, "directions, money": money}
    print(json.dumps({name: measured(part) for name, part in parts.items()}))


def main() -> None:
    got = []
    for size in SIZES:
        with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
            bank(Path(folder), size)
            got.append(apart("migration", folder))
        print(size, json.dumps(got[-1]), flush=True)
    lines = ["| part | customers | s | CPU s | growth | GB | of it new |", "|---|" + "---:|" * 6]
    for part in got[0]:
        steps = growth(SIZES, [one[part]["cpu"] for one in got])
        for size, one, step in zip(SIZES, got, steps, strict=True):
            line = "| {part} | {size:,} | {seconds:.2f} | {cpu:.2f} | {step} | {peak:.2f} | {beyond:.2f} |"
            lines.append(line.format(part=part, size=size, step=step, **one[part]))
    command = machine("OMP_NUM_THREADS=1 python -m benchmarks.migration")
    publish("migration", "\n".join([f"{command} {BOOKINGS} bookings a customer.", "", *lines]))


if __name__ == "__main__":
    if len(sys.argv) == 2:
        contest(Path(sys.argv[1]))
    else:
        main()
