"""From bookings to a table of customers with their value of purchases: seconds of each step, and peak memory.

Run from the project's root: ``python -m benchmarks.lifetime_value_bank [--bookings 1 10 50]`` (millions); about eight
minutes. The bank is that of `features.py`. Steps: the query that gives the histories of four days; all customer features on
the three earlier days, for the challenger; fitting and comparing all candidates on three days; value and intervals.
"""

import argparse
import json
import resource
import tempfile
import time
from pathlib import Path

from benchmarks.contest import apart, machine, publish
from benchmarks.features import AS_OF, PER_CUSTOMER, generate

STEPS = ("query", "features", "models", "value")


def steps(folder: Path) -> dict[str, float]:
    """Seconds of each step on the bank in `folder`, and the customers scored."""
    from analysis.bank.features import features
    from analysis.bank.source import open_bank
    from analysis.topics.lifetime_value import choice, histories, purchases, valuation

    view = open_bank(str(folder)).view(AS_OF)
    log = purchases.from_view(view)
    parts = choice.windows(log.since, log.until)
    start = time.perf_counter()
    histories.fetched(log, parts.days)
    queried = time.perf_counter()
    known = {day: features(view.at(day)).to_pandas() for day in parts.days[1:]}
    featured = time.perf_counter()
    found = choice.evaluate(log, extra=known.get)
    compared = time.perf_counter()
    customers = valuation.transactions(found, 12, 0.08).customers
    ended = time.perf_counter()
    query = queried - start
    return {
        "customers": len(customers),
        "query": query,
        "features": featured - queried,
        # The comparison queries again.
        "models": compared - featured - query,
        "value": ended - compared,
        "gigabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2,
    }


def row(bookings: int) -> str:
    """One line of the table, measured in a process of its own."""
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        generate(Path(folder), bookings)
        got = apart("lifetime_value_bank", "--folder", folder)
    total = sum(got[step] for step in STEPS)
    cells = [f"{got[step]:.1f} s ({got[step] / total:.0%})" for step in STEPS]
    counts = [f"{bookings / 1e6:g} million", f"{bookings // PER_CUSTOMER:,}"]
    return "| " + " | ".join([*counts, *cells, f"{total:.1f} s", f"{got['gigabytes']:.1f} GB"]) + " |"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--bookings", type=float, nargs="+", default=[1, 10, 50], metavar="MILLIONS")
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.folder:
        print(json.dumps(steps(options.folder)))
        return
    head = ["bookings", "customers", *STEPS, "in all", "peak memory"]
    lines = [
        machine("python -m benchmarks.lifetime_value_bank"),
        "",
        "| " + " | ".join(head) + " |",
        "|" + "---:|" * len(head),
        *(row(int(millions * 1e6)) for millions in options.bookings),
    ]
    publish("lifetime_value_bank", "\n".join(lines))


if __name__ == "__main__":
    main()
