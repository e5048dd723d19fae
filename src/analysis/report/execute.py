"""One notebook executed and its page made, in a process of its own.

papermill changes the working directory of its process, and a process can be killed without harm to the
others; hence one for each notebook. It reads its task as JSON from standard input and leaves
`outcome.json` in the task's folder, last of all: a folder without it is not whole.
"""

import json
import math
import os
import signal
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import nbformat
import papermill
from jupyter_client import AsyncKernelManager
from jupyter_client.kernelspec import KernelSpecManager
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.exceptions import PapermillExecutionError

from analysis.report.failures import diagnose, failure, missing_table
from analysis.report.publish import OUTCOME
from analysis.report.redact import redact, tidy

KERNEL_START_LIMIT = 60


class OwnPython(AsyncKernelManager):
    """Starts kernels with the interpreter that runs the report.

    A kernel specification named python3 in somebody's home folder would otherwise take another one.
    """

    running: "OwnPython | None" = None

    def __init__(self, **options):
        super().__init__(kernel_spec_manager=KernelSpecManager(kernel_dirs=[]), **options)
        OwnPython.running = self


def execute(task: dict) -> dict:
    """Execute a notebook, make its page and say how that went.

    Parameters
    ----------
    task : dict
        ``notebook`` and ``folder`` (paths), ``topic``, ``parameters``, ``language``, ``timeout`` (seconds for
        all cells together), ``shown_results`` (what the saved notebook shows instead of the temporary
        results folder), ``secrets`` (names of environment variables), ``digest``, ``started`` (moment at
        which the process was started, in seconds since 1970).

    Returns
    -------
    dict
        ``status`` ("done", "failed" or "missing table"), ``failure``, ``missing_table``, ``made_at``,
        ``seconds`` and ``digest``.
    """
    saved = Path(task["folder"]) / "notebooks" / Path(task["notebook"]).name
    saved.parent.mkdir(parents=True)
    found = _run_cells(task, saved)
    tidy(saved, task["parameters"]["results"], task["shown_results"], task["secrets"])
    rendering = time.time()
    table = missing_table(found) if found else None
    if found is None:
        found = _make_page(task, saved)
    now = time.time()
    return {
        "status": "missing table" if table else "failed" if found else "done",
        "failure": None if table else _redacted(found, task["secrets"]),
        "missing_table": table,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": _seconds(saved, page=now - rendering, total=now - task["started"]),
        "digest": task["digest"] if table or not found else None,
    }


def _run_cells(task: dict, saved: Path) -> dict | None:
    deadline = time.monotonic() + task["timeout"]
    try:
        papermill.execute_notebook(
            task["notebook"],
            saved,
            task["parameters"],
            kernel_name="python3",
            language="python",
            cwd=Path(task["notebook"]).parent,
            progress_bar=False,
            start_timeout=KERNEL_START_LIMIT,
            kernel_manager_class=OwnPython,
            timeout_func=lambda cell: max(1, math.ceil(deadline - time.monotonic())),
        )
    except PapermillExecutionError as error:
        return diagnose(saved, "error", error.evalue, error.ename)
    except CellTimeoutError:
        return diagnose(saved, "time limit", f"not done within the time limit of {task['timeout']} seconds")
    except DeadKernelError:
        return diagnose(saved, "killed", "the kernel died: it was killed, ran out of memory or crashed")
    except Exception as error:
        return failure("notebook", str(error), error=type(error).__name__)
    return None


def _make_page(task: dict, saved: Path) -> dict | None:
    metrics = Path(task["folder"]) / task["topic"] / "metrics.json"
    if not metrics.is_file():
        return failure(
            "page", f"the notebook did not record its figures: {metrics.name} is missing from `results`"
        )
    try:
        from analysis.report.html import render

        page = render(saved, metrics, task["language"])
    except Exception as error:
        return failure("page", f"the page could not be made: {error}", error=type(error).__name__)
    (Path(task["folder"]) / f"{task['topic']}.html").write_text(page, encoding="utf-8")
    return None


def _redacted(found: dict | None, secrets: list[str]) -> dict | None:
    return json.loads(redact(json.dumps(found, ensure_ascii=False), secrets))


def _seconds(saved: Path, *, page: float, total: float) -> dict[str, float]:
    kernel, cells = _timings(saved)
    parts = {"total": total, "kernel_start": kernel, "cells": cells, "page": page, "overhead": total - cells}
    return {name: round(value, 3) for name, value in parts.items()}


def _timings(saved: Path) -> tuple[float, float]:
    """Seconds until the kernel was ready, and seconds spent in cells."""
    if not saved.exists():
        return 0.0, 0.0
    notebook = nbformat.read(saved, as_version=4)
    facts = [cell.metadata.get("papermill", {}) for cell in notebook.cells]
    starts = [datetime.fromisoformat(fact["start_time"]) for fact in facts if fact.get("start_time")]
    if not starts:
        return 0.0, 0.0
    began = datetime.fromisoformat(notebook.metadata.papermill.start_time)
    return (min(starts) - began).total_seconds(), sum(fact.get("duration") or 0.0 for fact in facts)


def _stop(*_) -> None:
    """End at once and take the kernel along, even one that is too busy to notice that its parent is gone."""
    manager = OwnPython.running
    if manager and manager.provisioner and manager.provisioner.process:
        manager.provisioner.process.kill()
    os._exit(1)


def _follow(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    _stop()


def main() -> None:
    """Execute the task on standard input; stop when the run that started this process ends or says so."""
    signal.signal(signal.SIGTERM, _stop)
    task = json.load(sys.stdin)
    threading.Thread(target=_follow, args=(task["run_process"],), daemon=True).start()
    outcome = execute(task)
    whole = Path(task["folder"]) / OUTCOME
    draft = whole.with_suffix(".draft")
    draft.write_text(json.dumps(outcome, ensure_ascii=False, indent=1), encoding="utf-8")
    draft.rename(whole)
