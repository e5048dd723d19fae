"""Contestants measured one by one, each in a process of its own, and sections of documents written by scripts."""

import json
import math
import os
import platform
import re
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

RESULTS = Path(__file__).with_name("RESULTS.md")


def apart(script: str, *arguments: str) -> dict:
    """What `python -m benchmarks.<script> <arguments>` prints as JSON in its last line."""
    command = [sys.executable, "-m", f"benchmarks.{script}", *arguments]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def measured(work: Callable[[], object]) -> dict:
    """Seconds, CPU seconds and peak memory of `work`.

    Returns
    -------
    dict
        seconds; cpu (of all threads; other work on the machine disturbs it less); peak (GB of the process
        while it ran); beyond (GB of it that came on top of what was there before); found (what `work` gives).
    """
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak is what is in use now
    before, start, cpu = _peak(), time.perf_counter(), time.process_time()
    found = work()
    seconds, cpu = time.perf_counter() - start, time.process_time() - cpu
    return {"seconds": seconds, "cpu": cpu, "peak": _peak(), "beyond": _peak() - before, "found": found}


def _peak() -> float:
    """Most memory of this process, in GB (Linux; getrusage would count that of the parent as well)."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 2**20


def growth(sizes: list[int], values: list[float]) -> list[str]:
    """Exponent by which a value grew from one size to the next: 1.0 is linear; blank for the first."""
    steps = zip(pairwise(sizes), pairwise(values), strict=True)
    return ["", *(f"{math.log(w / v) / math.log(n / m):.2f}" for (m, n), (v, w) in steps)]


def machine(command: str) -> str:
    """The command, the machine and the day."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    where = f"{os.cpu_count()} cores, {memory:.0f} GB, {platform.system()}"
    return f"`{command}` on {where}; {time.strftime('%Y-%m-%d')}."


def publish(name: str, text: str, document: Path = RESULTS) -> None:
    """Put `text` between the markers `name` of a document.

    Raises
    ------
    ValueError
        If the document has no such markers.
    """
    begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    old = document.read_text(encoding="utf-8")
    if begin not in old or end not in old:
        raise ValueError(f"{document} has no section between {begin} and {end}; add the two lines")
    before, rest = old.split(begin)
    document.write_text(f"{before}{begin}\n{text}\n{end}{rest.split(end)[1]}", encoding="utf-8")
