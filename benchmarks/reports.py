"""Seconds of `make reports` on the simulated bank, by notebook, and how much of them is not analysis.

    python benchmarks/reports.py        # needs data/demo (make data/demo); writes RESULTS.md

One notebook at a time, so that none waits for another.
"""

import json
import os
import re
import tempfile
import time
from pathlib import Path

from analysis.report.run import run

ROOT = Path(__file__).parents[1]
RESULTS = Path(__file__).with_name("RESULTS.md")
BEGIN, END = "<!-- reports -->", "<!-- /reports -->"


def table(record: dict, total: float) -> str:
    """Markdown table of the topics that `run.json` says were run."""
    lines = [
        f"`python benchmarks/reports.py` on {os.cpu_count()} cores; {time.strftime('%Y-%m-%d')}. Seconds.",
        "",
        "| notebook | in all | kernel start | cells | page | not analysis |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for topic in record["topics"]:
        seconds = topic["seconds"]
        if seconds:
            shown = " | ".join(f"{seconds[name]:.1f}" for name in ("total", "kernel_start", "cells", "page"))
            lines.append(f"| {topic['topic']} | {shown} | {seconds['overhead'] / seconds['total']:.0%} |")
    return "\n".join([*lines, f"| whole run | {total:.1f} | | | | |"])


def main() -> None:
    """Run all reports once and write the section of RESULTS.md."""
    with tempfile.TemporaryDirectory() as out:
        started = time.monotonic()
        result = run(str(ROOT / "data/demo"), jobs=1, out=out, notebooks=ROOT / "notebooks")
        total = time.monotonic() - started
        made = table(json.loads((result.index.parent / "run.json").read_text()), total)
    print(made)
    text = RESULTS.read_text(encoding="utf-8")
    section = f"{BEGIN}\n{made}\n{END}"
    RESULTS.write_text(re.sub(f"{BEGIN}.*?{END}", lambda _: section, text, flags=re.DOTALL), encoding="utf-8")


if __name__ == "__main__":
    main()
