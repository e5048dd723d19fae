"""Features of 1,000,000 customers with 50,000,000 bookings: time and memory beside the floor and pandas.

    python benchmarks/features.py                 # 1, 10 and 50 million bookings; writes RESULTS.md
    python benchmarks/features.py --bookings 5    # 5 million only; prints, writes nothing

The bank is generated in a temporary folder and deleted. Every measurement runs in a process of its own.
"""

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

PER_CUSTOMER = 50
DAYS = 730
AS_OF = "2024-12-31"
ROUNDS = {"floor": 3, "ours": 3, "pandas": 1}
RESULTS = Path(__file__).with_name("RESULTS.md")
BEGIN, END = "<!-- features -->", "<!-- /features -->"

# What the bank's tables hold; `{n}` bookings, `{c}` customers, `{a}` accounts.
TABLES = {
    "customers": """
        select 'C' || lpad(i::varchar, 7, '0') as customer_id,
               date '1950-01-01' + (random() * 20000)::int as birth_date,
               date '2015-01-01' + (random() * 2500)::int as joined_on, null::date as left_on
        from range({c}) t(i)""",
    "accounts": """
        select 'A' || lpad(i::varchar, 7, '0') as account_id,
               'C' || lpad((i % {c})::varchar, 7, '0') as customer_id,
               'P' || i % 5 as product_id, date '2016-01-01' + (random() * 2000)::int as opened_on,
               null::date as closed_on from range({a}) t(i)""",
    "products": """
        select 'P' || i as product_id, ['deposit', 'wealth', 'loan', 'card', 'insurance'][i + 1] as family,
               'Product ' || i as name, date '2010-01-01' as launched_on from range(5) t(i)""",
    # Busy and quiet accounts; in the order of time, as a ledger grows.
    "transactions": """
        select 'T' || lpad(i::varchar, 9, '0') as transaction_id,
               'A' || lpad(floor(random() * random() * {a})::int::varchar, 7, '0') as account_id,
               timestamp '2023-01-02' + to_seconds((i::double / {n} * {days} * 86400)::bigint) as booked_at,
               round((case when random() < 0.3 then 1 else -1 end) * exp(4 + 2 * random()), 2) as amount,
               ['salary', 'card_payment', 'card_payment', 'card_payment', 'cash_withdrawal', 'transfer_in',
                'transfer_out', 'bill', 'interest', null][1 + floor(random() * 10)::int] as category,
               ['mobile', 'online', 'branch', 'atm', 'pos', 'system'][1 + floor(random() * 6)::int] as channel
        from range({n}) t(i)""",
    "bank_profile": """
        select 'B' as bank_id, 'Benchmark' as name, 'CNY' as currency, date '{as_of}' as extracted_on""",
}

FLOOR = """
    select customer_id, sum(n), sum(total), max(last)
    from (select account_id, count(*) as n, sum(amount) as total, max(booked_at) as last
          from '{folder}/transactions.parquet' group by account_id)
    join '{folder}/accounts.parquet' using (account_id) group by customer_id"""


def generate(folder: Path, bookings: int, per_customer: int = PER_CUSTOMER) -> None:
    """Write the bank; the bookings take about 23 bytes each."""
    customers = bookings // per_customer
    sizes = {"n": bookings, "c": customers, "a": customers * 6 // 5, "days": DAYS, "as_of": AS_OF}
    with duckdb.connect(config={"memory_limit": "2GB"}) as connection:
        connection.execute("select setseed(0.5)")
        for table, query in TABLES.items():
            connection.execute(f"copy ({query.format(**sizes)}) to '{folder}/{table}.parquet'")


def floor(folder: Path) -> int:
    """The least that any feature costs: count, sum and latest booking of each customer."""
    with duckdb.connect(config={"memory_limit": os.environ.get("ANALYSIS_MEMORY", "3GB")}) as connection:
        return connection.execute(FLOOR.format(folder=folder)).to_arrow_table().num_rows


def ours(folder: Path) -> int:
    """Every feature of the package, as a topic asks for them."""
    from analysis.bank.features import features
    from analysis.bank.source import open_bank

    return features(open_bank(str(folder)).view(AS_OF)).to_pyarrow().num_rows


def pandas(folder: Path) -> int:
    """The features from bookings, as first written in pandas."""
    from datetime import date

    from plain_pandas import booking_features

    return len(booking_features(folder, date.fromisoformat(AS_OF)))


def measure(name: str, folder: Path) -> dict[str, float]:
    """Run one contestant in a process of its own; its best round, imports apart.

    Returns
    -------
    dict
        ``seconds``; ``cpu``, seconds of all cores, which other work on the machine disturbs less;
        ``gigabytes``, the process's peak.
    """
    command = [sys.executable, __file__, "--contestant", name, "--folder", str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def contest(name: str, folder: Path) -> None:
    run = {"floor": floor, "ours": ours, "pandas": pandas}[name]
    rounds = []
    for _ in range(ROUNDS[name]):
        start, cpu = time.perf_counter(), time.process_time()
        run(folder)
        rounds.append((time.perf_counter() - start, time.process_time() - cpu))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    print(json.dumps({"seconds": min(rounds)[0], "cpu": min(rounds)[1], "gigabytes": peak}))


def compare(bookings: int) -> str:
    """Generate one bank, measure all three on it, and give the row of the table."""
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        generate(Path(folder), bookings)
        got = {name: measure(name, Path(folder)) for name in ROUNDS}
    cells = ["{seconds:.1f} s ({cpu:.1f}), {gigabytes:.1f} GB".format(**figures) for figures in got.values()]
    ratios = [
        f"{got[slow]['seconds'] / got[fast]['seconds']:.1f}× ({got[slow]['cpu'] / got[fast]['cpu']:.1f}×)"
        for slow, fast in (("ours", "floor"), ("pandas", "ours"))
    ]
    counts = [f"{bookings / 1e6:g} million", f"{bookings // PER_CUSTOMER:,}"]
    return "| " + " | ".join([*counts, *cells, *ratios]) + " |"


def table(rows: list[str]) -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    machine = f"{os.cpu_count()} cores, {memory:.0f} GB, {platform.system()}, DuckDB {duckdb.__version__}"
    command = f"`python benchmarks/features.py` on {machine}; {time.strftime('%Y-%m-%d')}."
    head = "| bookings | customers | floor | ours | pandas | ours / floor | pandas / ours |"
    return "\n".join([f"{command} In brackets: CPU seconds.", "", head, "|---:" * 7 + "|", *rows])


def publish(text: str) -> None:
    """Put the table between its markers in RESULTS.md."""
    before, rest = RESULTS.read_text(encoding="utf-8").split(BEGIN)
    after = rest.split(END)[1]
    RESULTS.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bookings", type=float, help="millions of bookings; prints only")
    parser.add_argument("--contestant", choices=ROUNDS, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.contestant:
        return contest(options.contestant, options.folder)
    rows = []
    for millions in [options.bookings] if options.bookings else [1, 10, 50]:
        rows.append(compare(int(millions * 1e6)))
        print(rows[-1], flush=True)
    if not options.bookings:
        publish(table(rows))


if __name__ == "__main__":
    main()
