"""Time, memory, precision and recall of the search for duplicates, beside an exact self-join in DuckDB.

    python -m benchmarks.duplicates 100000 1000000            # time and memory; writes RESULTS.md
    python -m benchmarks.duplicates --recall 20000 500 510    # by slip, pooled over seeds 500 to 509; prints

Run from the project's folder.
"""

import os
import platform
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


def timed(search):
    """Seconds, CPU seconds of all cores, and the result."""
    started, cpu = time.perf_counter(), time.process_time()
    result = search()
    return f"{time.perf_counter() - started:.1f} ({time.process_time() - cpu:.1f})", result


def measure(n: int) -> str:
    """One row of the table; asked in a process of its own, whose peak memory it is."""
    from tests.topics.people import found, people

    from analysis.topics.data_quality.duplicates import duplicate_pairs

    bank = people(n, 500)
    base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    exact = timed(lambda: duckdb.connect().register("bank", bank.customers).execute(EXACT).fetchall())
    ours = timed(lambda: found(duplicate_pairs(bank.customers)))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    cells = [f"{n:,}"]
    for took, pairs in (exact, ours):
        right = len({frozenset(pair) for pair in pairs} & bank.pairs)
        cells += [took, f"{right / max(len(pairs), 1):.3f}", f"{right / len(bank.pairs):.3f}"]
    return "| " + " | ".join([*cells, f"{base:.1f}", f"{peak:.1f}"]) + " |"


def recall(n: int, seeds: range) -> None:
    """Precision and recall of banks whose second records have any slips, or one of a kind."""
    from tests.topics.people import people, search

    print("| slips | planted | precision | recall | recall, Chinese | recall, Latin | false pairs |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    for slip in (None, "name", "order", "script", "birth", "digit"):
        planted, false = search([people(n, seed, slip=slip) for seed in seeds])
        shown = planted if slip is None else planted[planted["slips"].map(len) > 0]
        right = shown["found"].sum()
        script = shown.groupby("chinese")["found"].mean()
        rates = (right / (right + false), right / len(shown), script[True], script[False])
        cells = [slip or "any", f"{len(shown):,}", *(f"{rate:.3f}" for rate in rates), str(false)]
        print("| " + " | ".join(cells) + " |", flush=True)


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
            f"`python -m benchmarks.duplicates {' '.join(sizes)}` on {os.cpu_count()} cores,"
            f" {platform.system()}, DuckDB {duckdb.__version__}; {time.strftime('%Y-%m-%d')}.",
            "0.5 % of the customers are recorded twice. Floor: DuckDB's self-join on name and birth date.",
            "In brackets: CPU seconds. Memory is the process's peak; before: the generated bank itself.",
            "",
            "| customers | exact, s | precision | recall | search, s | precision | recall | GiB before | peak |",
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
    elif sys.argv[1] == "--recall":
        recall(int(sys.argv[2]), range(int(sys.argv[3]), int(sys.argv[4])))
    else:
        main(sys.argv[1:])
