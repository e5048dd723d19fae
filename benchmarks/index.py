"""Seconds for the executive page of a run of all sixteen topics, with the trends of 24 earlier days.

    python -m benchmarks.index        # about half a minute; writes RESULTS.md

Floor: reading and parsing the same `run.json` and `metrics.json`. The run's pages are as large as real ones.
"""

import json
import random
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace

from benchmarks.contest import machine, publish
from playwright.sync_api import sync_playwright

from analysis.report import aspects, history, index, results
from analysis.report.layout import speaking

ROUNDS = 5
DAY = date(2024, 12, 31)
SECONDS = {"total": 60.0, "kernel_start": 2.0, "cells": 50.0, "page": 5.0, "overhead": 10.0}
PAGE = "<h1>{title}</h1>" + 1_200_000 * " "

# As long as the longest that notebooks say; a check of each topic fails.
SAID = {
    "en": {
        "who": "Head of retail banking",
        "label": "Customers expected to be lost, of all with assets",
        "headline": "Of 5,000 customers, 117 (2.3%) are expected to be lost in 90 days, with CNY 1.2M a year. " * 5,
        "what": "Contact 41 customers for CNY 738: expected profit CNY 648.4 (95% interval: −CNY 2.1K to CNY 2.0K). " * 6,
        "check": "Log loss against the base rate: -0.0033 (-0.0113 to 0.0031); better than chance is asked for. ",
    },
    "zh": {
        "who": "零售银行负责人",
        "label": "有资产的客户中预期流失的客户占比",
        "headline": "在5,000名客户中，预期117名（2.3%）将在90天内流失；流失的客户每年带走120.0万元。" * 5,
        "what": "以738元的费用联系41名客户：预期利润648.4元（增量的95%区间：−2,100元至2,000元）。" * 6,
        "check": "与基准流失率相比的对数损失：−0.0033（−0.0113至0.0031）；要求优于随机。",
    },
}  # fmt: skip


def _figures(topic: str, day: date, label: str) -> list[dict]:
    """Eight figures: six with intervals, of which two move over the days, and two without."""
    level, chance = random.Random(topic), random.Random(f"{topic} {day}")
    found = []
    for place, unit in enumerate(("share", "share", "CNY", "CNY", "customers", "", "share", "customers")):
        size = {"share": 0.1 + 0.5 * level.random(), "CNY": 1e6 * (1 + level.random())}.get(
            unit, 500.0 * (1 + level.random())
        )
        size *= 1 + chance.gauss(0, 0.002) - (0.03 * (DAY - day).days / 30 if place < 2 else 0)
        bounds = {} if place > 5 else {"low": 0.99 * size, "high": 1.01 * size}
        found.append(
            results.figure(f"figure_{place}", size, unit=unit, n=5_000, label=f"{label} {place}", **bounds)
        )
    return found


def write_run(out: Path, day: date, language: str, failed: int = 0) -> Path:
    """A run of all topics in `out`, ready for its index; in `failed` topics the last good report is kept."""
    folder = out / f"{day}_{language}"
    view = SimpleNamespace(name="Sample Bank", as_of=day, where="", currency="CNY")
    said, entries = SAID[language], []
    with speaking(language):
        for place, topic in enumerate(aspects.declared()["topics"]):
            results.record(
                folder / topic,
                topic=topic,
                view=view,
                headline=said["headline"],
                figures=_figures(topic, day, said["label"]),
                decision=results.decision(
                    said["who"], said["what"], customers=41, money=1e5 * place, currency="CNY", stake="assets"
                ),
                health=[results.health(f"check_{n}", n > 2, said["check"]) for n in range(12)],
                tables={},
            )
            (folder / f"{topic}.html").write_text(
                PAGE.format(title=aspects.topic_name(topic)), encoding="utf-8"
            )
            entries.append(_entry(topic, place < failed))
    run = {
        "run": folder.name, "bank": {"url": "", "name": view.name, "engine": "duckdb", "currency": "CNY"},
        "as_of": str(day), "where": "", "language": language, "seed": 1, "jobs": 2,
        "started_at": f"{day}T03:00:00", "seconds": 900, "versions": {}, "commit": None, "code": "0" * 16,
        "topics": entries,
    }  # fmt: skip
    (folder / "run.json").write_text(json.dumps(run), encoding="utf-8")
    return folder.rename(out / str(day)) if language == "en" else folder


def _entry(topic: str, failed: bool) -> dict:
    failure = {"kind": "error", "cell": 7, "source": "", "error": "ValueError", "message": "no. " * 99}
    return {
        "topic": topic, "notebook": f"00_{topic}.ipynb", "status": "failed" if failed else "done", "page": f"{topic}.html",
        "made_at": "2025-01-02T03:00:00", "seconds": SECONDS, "failure": failure if failed else None,
        "missing_table": None, "digest": None, "parameters": {},
    }  # fmt: skip


def _best(work: Callable[[], object]) -> float:
    seconds = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def _shown(page: Path) -> float:
    """Seconds until Chromium has loaded and laid out a page."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        tab = browser.new_page(viewport={"width": 1280, "height": 900})

        def show():
            tab.goto(page.as_uri())
            tab.evaluate("document.documentElement.scrollHeight")

        found = _best(show)
        browser.close()
    return found


def main() -> None:
    """Measure with and without earlier days, and write the section of RESULTS.md."""
    lines = [
        machine("python -m benchmarks.index"),
        "",
        "| earlier days | floor | page made | shown in Chromium | size, KB |",
        "|---:|---:|---:|---:|---:|",
    ]
    for days in (0, 24):
        with tempfile.TemporaryDirectory() as work:
            for ago in range(days, 0, -1):
                write_run(Path(work), DAY - timedelta(days=30 * ago), "en")
            folder = write_run(Path(work), DAY, "en")
            run = json.loads((folder / "run.json").read_text(encoding="utf-8"))
            floor = _best(lambda: (history.earlier(folder, run), history.recorded(folder, run)))  # noqa: B023
            made = _best(lambda: index.write(folder))  # noqa: B023
            page = folder / "index.html"
            size = page.stat().st_size / 1e3
            lines.append(f"| {days} | {floor:.2f} | {made:.2f} | {_shown(page):.2f} | {size:.0f} |")
    print("\n".join(lines))
    publish("index", "\n".join(lines))


if __name__ == "__main__":
    main()
