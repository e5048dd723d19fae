"""A small executed notebook with a topic's results, and the `run.json` around it, for tests of the pages."""

import json
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pandas as pd
from nbformat import v4

from analysis.report import page, results
from analysis.report.html import render

VIEW = SimpleNamespace(name="Sample Bank", as_of=date(2024, 12, 31), where="", currency="CNY")

# What a customer or a branch may be called in the worst case.
HOSTILE = "<script>alert(1)</script>\"'=cmd|' /C calc'!A0<img src=x onerror=alert(1)>"

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="576pt" height="288pt" viewBox="0 0 576 288">'
    '<style>rect{fill:#1f5f99}</style><rect x="20" y="20" width="500" height="240"/></svg>'
)


def record(folder: Path, **changes) -> Path:
    """Record a topic's results in `folder`; the path of its metrics."""
    values = {
        "topic": "segmentation",
        "view": VIEW,
        "headline": "2.3% of customers hold 81% of assets.",
        "figures": [
            results.figure(
                "gini", 0.8612345678901234, low=0.85, high=0.87, unit="index", baseline=0.5, n=5_000
            ),
            results.figure("dormant", 1 / 3, low=0.30, high=0.36, unit="share", label="Dormant customers"),
            results.figure("assets", 2.0123456789012345e9, unit="CNY", label="Assets"),
        ],
        "decision": results.decision(
            "Branches", "call them", customers=380, money=3.1e8, currency="CNY", stake="assets"
        ),
        "health": [results.health("Coverage", True, "All customers have a tier.")],
        "tables": {"customers": pd.DataFrame({"customer_id": ["a"], "tier": ["Gold"]})},
    }
    results.record(folder, **(values | changes))
    return Path(folder) / "metrics.json"


def html_output(displayable) -> nbformat.NotebookNode:
    return v4.new_output("execute_result", {"text/html": displayable._repr_html_(), "text/plain": "<repr>"})


def svg_output(alt: str | None = "Lorenz curve") -> nbformat.NotebookNode:
    metadata = {} if alt is None else {"image/svg+xml": {"alt": alt}}
    return v4.new_output("display_data", {"image/svg+xml": SVG, "text/plain": "<Figure>"}, metadata=metadata)


def table(rows: int = 3, columns: int = 2):
    """A table whose text is hostile and whose numbers are long."""
    frame = pd.DataFrame({"branch": [HOSTILE] * rows})
    for number in range(columns):
        frame[f"m{number}"] = [1234567.8901234567 * (row + 1) / 3 for row in range(rows)]
    labels = {name: (f"Month {name}", "CNY") for name in frame.columns[1:]}
    return page.table(
        frame, title=f"Margin {HOSTILE}", columns={"branch": ("Branch", ""), **labels}, note=HOSTILE
    )


def write_notebook(
    path: Path, *outputs: nbformat.NotebookNode, title: str = "# Who our customers are"
) -> Path:
    """Write a notebook as papermill leaves it: outputs of one code cell between sections in Markdown."""
    cells = [
        v4.new_markdown_cell(f"{title}\n\n**Question.** In which tiers are they?"),
        v4.new_code_cell("secret_code = 1", outputs=list(outputs), execution_count=1),
        v4.new_markdown_cell(
            "## Tiers\n\nSet by assets.\n\n### Rule <b>of</b> *thumb*\n\nFrom [here](https://doi.org/x)."
        ),
        v4.new_markdown_cell("## 限制\n\nNone."),
    ]
    nbformat.write(v4.new_notebook(cells=cells), path)
    return path


def topic(name: str, status: str = "done", **changes) -> dict:
    """One topic of `run.json`."""
    seconds = {"total": 14.23456789, "kernel_start": 2.0, "cells": 10.0, "page": 1.0, "overhead": 4.2}
    entry = {
        "topic": name,
        "notebook": f"02_{name}.ipynb",
        "status": status,
        "page": f"{name}.html",
        "made_at": "2025-01-02T03:04:05",
        "parameters": {},
        "seconds": seconds,
        "failure": None,
        "missing_table": None,
        "digest": None,
    }
    return entry | changes


def write_run(folder: Path, *topics: dict, **changes) -> Path:
    """Write `run.json` into `folder`."""
    run = {
        "run": folder.name,
        "bank": {"url": "data", "name": "Sample Bank", "engine": "duckdb", "currency": "CNY"},
        "as_of": "2024-12-31",
        "where": "",
        "language": "en",
        "seed": 1,
        "started_at": "2025-01-02T03:00:00",
        "seconds": 61.23456789,
        "jobs": 2,
        "versions": {"bank-analysis": "0.1.0"},
        "commit": None,
        "code": "0123456789abcdef",
        "topics": list(topics),
    }
    (folder / "run.json").write_text(json.dumps(run | changes), encoding="utf-8")
    return folder


def report(folder: Path, name: str, title: str = "# Who our customers are", **recorded) -> None:
    """A topic's page and figures in a run's folder."""
    metrics = record(folder / name, topic=name, **recorded)
    notebook = write_notebook(folder / name / "nb.ipynb", svg_output(), title=title)
    (folder / f"{name}.html").write_text(render(notebook, metrics, "en"), encoding="utf-8")


def failure(**changes) -> dict:
    """A failure of `run.json`."""
    return {"kind": "error", "cell": 7, "source": "fit()", "error": "ValueError", "message": "bad"} | changes


def on(day: str, **changes) -> SimpleNamespace:
    """View of the sample's bank on another day."""
    return SimpleNamespace(**vars(VIEW) | {"as_of": date.fromisoformat(day)} | changes)
