"""Time and memory of the search for duplicates, beside an exact self-join in DuckDB.

Run from the project's folder: ``python -m benchmarks.duplicates 100000 1000000``.
"""

import resource
import subprocess
import sys
import time
from pathlib import Path

import duckdb

RESULTS = Path(__file__).with_name("RESULTS.md")
BEGIN, END = "<!-- duplicates -->", "<!-- /duplicates -->"
EXACT = """
SELECT a.customer_id, b.customer_id FROM bank AS a JOIN bank AS b
ON a.name = b.name AND a.birth_date = b.birth_date AND a.customer_id < b.customer_id
"""


def measure(n: int) -> str:
    """One row of the table; asked in a process of its own, whose peak memory it is."""
    from tests.topics.people import people

    from analysis.topics.data_quality.duplicates import duplicate_pairs

    bank = people(n, 1)
    base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    started = time.perf_counter()
    exact = duckdb.connect().register("bank", bank.customers).execute(EXACT).fetchall()
    exact_seconds = time.perf_counter() - started
    started = time.perf_counter()
    pairs = duplicate_pairs(bank.customers)
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    cells = [f"{n:,}"]
    for took, found in (
        (exact_seconds, exact),
        (seconds, list(zip(pairs["customer_left"], pairs["customer_right"], strict=True))),
    ):
        right = len({frozenset(pair) for pair in found} & bank.pairs)
        cells += [f"{took:.1f}", f"{right / max(len(found), 1):.3f}", f"{right / len(bank.pairs):.3f}"]
    return "| " + " | ".join([*cells, f"{base:.1f}", f"{peak:.1f}"]) + " |"


def main(sizes: list[str]) -> None:
    rows = []
    for n in sizes:
        command = [sys.executable, "-m", "benchmarks.duplicates", "--one", n]
        rows.append(subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip())
    section = "\n".join(
        [
            BEGIN,
            "## Duplicates of customers",
            "",
            "0.5 % of the customers are recorded twice. Floor: DuckDB's self-join on name and birth date.",
            "Memory is the process's peak before and after; the first is the generated bank itself.",
            "",
            "| customers | exact s | precision | recall | search s | precision | recall | GiB | peak |",
            "|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
            *rows,
            END,
        ]
    )
    text = RESULTS.read_text() if RESULTS.exists() else "# Measurements\n"
    if BEGIN in text:
        head, rest = text.split(BEGIN)
        text = head + section + rest.split(END)[1]
    else:
        text = text.rstrip("\n") + "\n\n" + section + "\n"
    RESULTS.write_text(text)


if __name__ == "__main__":
    if sys.argv[1] == "--one":
        print(measure(int(sys.argv[2])))
    else:
        main(sys.argv[1:])
