"""The processes that make reports: started, limited in time, and ended with the run."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from secrets import token_hex
from typing import Any

from analysis.report import privacy
from analysis.report.failures import diagnose, failure
from analysis.report.publish import outcome
from analysis.report.record import unfinished
from analysis.report.redact import redact, tidy

# Beyond the notebook's own limit: starting its kernel, ending it, and making the page.
ALLOWANCE = 120

# JupyterLab brings a grammar of web addresses that jsonschema loads if it is there: 0.8 s for each notebook,
# and no use to any.
_START = "import sys; sys.modules['rfc3987_syntax'] = None; from analysis.report.execute import main; main()"


class Processes:
    """The processes of one run; `started` counts them."""

    def __init__(self):
        self.started = 0
        self._running: set[subprocess.Popen] = set()
        self._stopped = False
        self._guard = threading.Lock()
        # One key for all topics of a run, so that a customer has one pseudonym in them all.
        self._pseudonyms = {privacy.KEY: os.environ.get(privacy.KEY) or token_hex(32)}

    def make(self, task: dict[str, Any]) -> dict[str, Any]:
        """Execute a notebook as `analysis.report.execute` does, whatever becomes of its process.

        Returns
        -------
        dict
            As from `execute.execute`.
        """
        folder = Path(task["folder"])
        folder.mkdir(parents=True)
        started = time.time()
        code, too_long = self._run(task | {"started": started}, folder)
        found = outcome(folder)
        return found or unfinished(_reason(task, folder, code, too_long), round(time.time() - started, 3))

    def _run(self, task: dict[str, Any], folder: Path) -> tuple[int, bool]:
        # Neither a person's IPython start-up files nor a shared history belong in a report.
        private = {"IPYTHONDIR": str(folder / "ipython"), "JUPYTER_RUNTIME_DIR": str(folder / "runtime")}
        with open(folder / "log", "wb") as log:
            with self._guard:
                if self._stopped:
                    raise InterruptedError("the run was stopped")
                process = subprocess.Popen(
                    [sys.executable, "-c", _START],
                    stdin=subprocess.PIPE,
                    stdout=log,
                    stderr=log,
                    env=os.environ | private | self._pseudonyms | {"PYDEVD_DISABLE_FILE_VALIDATION": "1"},
                    # Ctrl-C on a terminal is for the run, which then ends its processes in good order.
                    start_new_session=True,
                )
                self._running.add(process)
                self.started += 1
            try:
                process.communicate(json.dumps(task).encode(), timeout=task["timeout"] + ALLOWANCE)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGTERM)
                return process.wait(), True
            finally:
                self._running.discard(process)
        return process.returncode, False

    def stop(self) -> None:
        """End all processes, and start no more."""
        with self._guard:
            self._stopped = True
            running = list(self._running)
        for process in running:
            process.send_signal(signal.SIGTERM)
        for process in running:
            try:
                process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                process.kill()


def _reason(task: dict[str, Any], folder: Path, code: int, too_long: bool) -> dict[str, Any]:
    """Why a notebook's process ended before it could say how it went."""
    saved = folder / "notebooks" / Path(task["notebook"]).name
    tidy(saved, task["parameters"]["results"], task["shown_results"], task["secrets"])
    if too_long:
        return diagnose(saved, "time limit", f"not done within the time limit of {task['timeout']} seconds")
    if code < 0:
        name = signal.Signals(-code).name
        return diagnose(saved, "killed", f"the process that executed the notebook was ended by {name}")
    lines = (folder / "log").read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return failure("notebook", redact(lines[-1], task["secrets"]) if lines else f"it ended with code {code}")
