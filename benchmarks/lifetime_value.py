"""Fit and prediction of the models of lifetime value, beside lifetimes row by row and pymc-marketing's MAP.

Run from the project's root: ``python -m benchmarks.lifetime_value [--sizes 10000 100000 1000000] [--pymc PYTHON]``;
PYTHON is the interpreter of an environment with pymc-marketing, which is no part of ours. Each contestant runs in a
process of its own on one thread, on the same simulated customers: parameters, then expected purchases of a year and
P(alive) of everybody. About 15 minutes.
"""

import argparse
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path

import numpy as np

RESULTS = Path(__file__).with_name("RESULTS.md")
LONGEST = 1_800  # seconds after which a contestant is given up
# Row by row Pareto/NBD takes minutes at 100,000 customers and grows with them.
LARGEST = {("lifetimes", "pareto_nbd"): 100_000}

START = """
import json, resource, sys, time, warnings
from pathlib import Path
import numpy as np
def peak():
    # Linux counts getrusage's maximum from the parent's memory on; this one is the process's own.
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 2**20
rows = dict(np.load(sys.argv[1])); x, recency, age = rows["x"], rows["recency"], rows["T"]
"""
CONTESTANTS = {
    "ours": """
import pandas as pd
from analysis.topics.lifetime_value.models import alive, expected, fit
table = pd.DataFrame({"frequency": x, "recency": recency, "T": age})
def learn(): return fit(table, sys.argv[2])
def predict(found): return expected(found, table, 52.0), alive(found, table)
def named(found): return dict(found.params)
""",
    "lifetimes": """
from analysis.topics.lifetime_value.models import exact
fitter = {"bg_nbd": exact.BetaGeoFitter, "pareto_nbd": exact.ParetoNBDFitter}[sys.argv[2]]()
np.random.seed(1); warnings.simplefilter("ignore")
def learn(): return fitter.fit(x, recency, age)
def predict(found):
    return (found.conditional_expected_number_of_purchases_up_to_time(52.0, x, recency, age),
            found.conditional_probability_alive(x, recency, age))
def named(found): return dict(found.params_)
""",
    "pymc": """
warnings.simplefilter("ignore")
import pandas as pd
from pymc_marketing.clv import BetaGeoModel
table = pd.DataFrame({"customer_id": np.arange(len(x)), "frequency": x, "recency": recency, "T": age})
model = BetaGeoModel(data=table)
def learn(): return model.fit(method="map", progressbar=False)
def predict(found):
    return model.expected_purchases(table, future_t=52), model.expected_probability_alive(table)
def named(found): return {name: float(found.posterior[name].values.ravel()[0]) for name in ("r", "alpha", "a", "b")}
""",
}
END = """
before = peak()
clock = lambda: (time.perf_counter(), time.process_time() + sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2]))
at = [clock()]; found = learn(); at.append(clock()); predict(found); at.append(clock())
print(json.dumps({
    "wall": at[2][0] - at[0][0], "fit": at[1][1] - at[0][1], "predict": at[2][1] - at[1][1], "before": before,
    "peak": peak(),
    "params": {name: float(value) for name, value in named(found).items()},
}))
"""


def simulate(n: int, grid: str, folder: str) -> Path:
    """Customers of BG/NBD over up to two years, times rounded up to weeks or days."""
    from tests.topics.lifetime_value.stories import customers

    table = customers("bg_nbd", n, 1)
    steps = {"weeks": 1, "days": 7}[grid]
    path = Path(folder) / f"{grid}{n}.npz"
    times = {name: np.ceil(table[name].to_numpy() * steps - 1e-9) / steps for name in ("recency", "T")}
    np.savez(path, x=table["frequency"].to_numpy(), **times)
    return path


def measure(who: str, model: str, path: Path, python: str) -> dict | None:
    """What the contestant took; None if it did not end in time."""
    threads = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")}
    command = [python, "-c", START + CONTESTANTS[who] + END, str(path), model]
    try:
        done = subprocess.run(
            command, env=os.environ | threads, check=True, capture_output=True, text=True, timeout=LONGEST
        )
    except subprocess.TimeoutExpired:
        return None
    return json.loads(done.stdout.strip().splitlines()[-1])


def table(sizes: list[int], pymc: str | None) -> list[str]:
    lines = [
        "| model, grid | customers | distinct | ours | lifetimes | pymc-marketing | lifetimes / ours | parameters apart |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    with tempfile.TemporaryDirectory() as folder:
        for model, grid in (
            ("bg_nbd", "weeks"),
            ("bg_nbd", "days"),
            ("pareto_nbd", "weeks"),
            ("pareto_nbd", "days"),
        ):
            for n in sizes:
                lines.append(_line(model, grid, n, simulate(n, grid, folder), pymc))
                print(lines[-1], flush=True)
    return lines


def _line(model: str, grid: str, n: int, path: Path, pymc: str | None) -> str:
    rows = np.column_stack(list(np.load(path).values()))
    ours = measure("ours", model, path, sys.executable)
    peer = (
        measure("lifetimes", model, path, sys.executable)
        if n <= LARGEST.get(("lifetimes", model), n)
        else None
    )
    bayes = measure("pymc", model, path, pymc) if pymc and (model, grid) == ("bg_nbd", "weeks") else None
    ratio = apart = "–"
    if peer:
        ratio = f"{_cpu(peer) / _cpu(ours):.0f}×"
        apart = f"{max(abs(peer['params'][k] / ours['params'][k] - 1) for k in ours['params']):.1e}"
    cells = [
        f"{model}, {grid}",
        f"{n:,}",
        f"{len(np.unique(rows, axis=0)):,}",
        *map(_cell, (ours, peer, bayes)),
    ]
    return "| " + " | ".join([*cells, ratio, apart]) + " |"


def _cpu(took: dict) -> float:
    return took["fit"] + took["predict"]


def _cell(took: dict | None) -> str:
    if took is None:
        return "–"
    return f"{took['fit']:.2f} + {took['predict']:.2f} s ({took['wall']:.1f}), {took['before']:.2f} → {took['peak']:.2f} GB"


def write(lines: list[str]) -> None:
    """Put the table between its markers in RESULTS.md."""
    begin, end = "<!-- lifetime_value -->", "<!-- /lifetime_value -->"
    said = (
        f"`python -m benchmarks.lifetime_value` on one thread, {platform.system()}; {date.today()}. CPU seconds of fit + "
        "prediction (in brackets: seconds), memory before → peak of the process. Distinct: rows after collapsing."
    )
    section = "\n".join([begin, said, "", *lines, end])
    text = RESULTS.read_text()
    if begin in text:
        text = re.sub(f"{begin}.*{end}", lambda _found: section, text, flags=re.DOTALL)
    else:
        text = f"{text.rstrip()}\n\n## Models of lifetime value\n\n{section}\n"
    RESULTS.write_text(text)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--pymc", help="interpreter of an environment with pymc-marketing")
    given = parser.parse_args()
    write(table(given.sizes, given.pymc))


if __name__ == "__main__":
    main()
