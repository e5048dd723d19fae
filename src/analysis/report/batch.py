"""All reports of a run as doit's tasks: which are up to date, which are made, and when a folder comes out."""

import json
import os
import time
from functools import partial as bind
from pathlib import Path
from typing import Any

from doit.cmd_base import TaskLoader2
from doit.cmd_run import Run
from doit.task import Task

from analysis.report import counterpart, index, inputs, publish
from analysis.report.plan import Notebook, Plan
from analysis.report.process import Processes
from analysis.report.progress import Reporter
from analysis.report.record import not_started, topic_entry


class Batch:
    """The sets of reports of one run, each in a folder of its own below `out`.

    Parameters
    ----------
    plans : list of Plan
    notebooks, chosen : list of Notebook
        All there are, and those asked for.
    bank_state : str or None
        Digest of the bank; None if it cannot be known.
    secrets : list of str
        Names of environment variables whose values must not be shown.
    timeout : float
        Seconds that the cells of one notebook may take together.
    facts : dict
        What ``run.json`` says of every set alike.

    Attributes
    ----------
    outcomes : dict
        How each execution ended, by ``(run, topic)``.
    entries : dict
        Topics' entries in ``run.json``, by run.
    """

    def __init__(
        self,
        plans: list[Plan],
        notebooks: list[Notebook],
        chosen: list[Notebook],
        out: Path,
        *,
        bank_state: str | None,
        secrets: list[str],
        timeout: float,
        facts: dict[str, Any],
    ):
        self.outcomes: dict[tuple[str, str], dict[str, Any]] = {}
        self.entries: dict[str, list[dict[str, Any]]] = {}
        self._plans, self._notebooks, self._chosen, self._out = plans, notebooks, chosen, out
        self._bank_state, self._secrets, self._timeout, self._facts = bank_state, secrets, timeout, facts
        self._processes = Processes()
        self._started = time.monotonic()
        records = {plan.name: publish.record_of(out / plan.name) for plan in plans}
        # Version 0.1.0 said the parameters once for the whole run.
        self._before = {
            (run, entry["topic"]): {"parameters": record.get("parameters", {})} | entry
            for run, record in records.items()
            for entry in record.get("topics", [])
        }

    def run(self, jobs: int) -> None:
        """Make what is not up to date, `jobs` at a time, and publish each set when it is whole.

        Raises
        ------
        RuntimeError
            If the run itself has a defect; a failing notebook is no such thing.
        """
        # doit wants a file for what it remembers; run.json beside the reports is what we go by.
        memory = self._out / ".state" / "doit.json"
        memory.unlink(missing_ok=True)
        with Reporter(self.outcomes, len(self._plans) * len(self._chosen)) as reporter:
            settings = {"dep_file": str(memory), "backend": "json", "reporter": reporter}
            settings |= {"num_process": jobs, "par_type": "thread", "continue": True}
            try:
                Run(task_loader=_Tasks(self._tasks(), settings)).parse_execute([])
            finally:
                self._processes.stop()
        if reporter.defects:
            raise RuntimeError("\n".join(reporter.defects))

    @property
    def executed(self) -> int:
        """Number of notebooks that were executed."""
        return self._processes.started

    def _tasks(self) -> list[Task]:
        tasks = []
        for plan in self._plans:
            reports = [self._report(plan, notebook) for notebook in self._chosen]
            names = [task.name for task in reports]
            folder = Task(
                _task_name(plan), [bind(self._publish, plan)], task_dep=names, io={"capture": False}
            )
            tasks += [*reports, folder]
        return tasks

    def _report(self, plan: Plan, notebook: Notebook) -> Task:
        digest = self._digest(plan, notebook)
        return Task(
            _task_name(plan, notebook.topic),
            [bind(self._make, plan, notebook, digest)],
            uptodate=[self._adopted(plan, notebook, digest) or self._is_current(plan, notebook, digest)],
            io={"capture": False},
            meta={"report": (plan.name, notebook.topic)},
        )

    def _digest(self, plan: Plan, notebook: Notebook) -> str | None:
        if notebook.problem:
            return None
        parameters = plan.parameters(notebook, self._out / plan.name / notebook.topic)
        return inputs.report_digest(notebook.path, self._facts["code"], self._bank_state, parameters)

    def _adopted(self, plan: Plan, notebook: Notebook, digest: str | None) -> bool:
        """Take over a report that was whole when an earlier run was cut off before its folder came out."""
        made = publish.outcome(publish.partial(self._out, plan.name) / notebook.topic)
        if digest is None or made is None or made["digest"] != digest or made["status"] == "failed":
            return False
        self.outcomes[plan.name, notebook.topic] = made
        return True

    def _is_current(self, plan: Plan, notebook: Notebook, digest: str | None) -> bool:
        entry = self._before.get((plan.name, notebook.topic))
        if digest is None or entry is None or entry["digest"] != digest:
            return False
        site = self._out / plan.name
        files = (site / f"{notebook.topic}.html", site / notebook.topic / "metrics.json")
        return entry["status"] == "missing table" or all(path.is_file() for path in files)

    def _make(self, plan: Plan, notebook: Notebook, digest: str | None) -> None:
        if notebook.problem:
            self.outcomes[plan.name, notebook.topic] = not_started(notebook)
            return
        folder = publish.partial(self._out, plan.name) / notebook.topic
        publish.discard(folder)
        self.outcomes[plan.name, notebook.topic] = self._processes.make(
            {
                "run_process": os.getpid(),
                "topic": notebook.topic,
                "notebook": str(notebook.path),
                "folder": str(folder.absolute()),
                "parameters": plan.parameters(notebook, folder / notebook.topic),
                "shown_results": plan.results(notebook, self._out / plan.name / notebook.topic),
                "language": plan.language,
                "timeout": self._timeout,
                "secrets": self._secrets,
                "digest": digest,
            }
        )

    def _publish(self, plan: Plan) -> None:
        self.entries[plan.name] = self._entries(plan)
        gone = self._gone(plan)
        beside = counterpart.others({"as_of": plan.as_of, "where": plan.where, "language": plan.language})
        if gone or any(run == plan.name for run, _topic in self.outcomes):
            self._assemble(plan, gone)
            for name in beside.values() if gone else ():
                counterpart.refresh(self._out, name, {f"{plan.name}/{entry['page']}" for entry in gone})
            publish.release(self._out, plan.name)
        for name in (plan.name, *beside.values()):
            counterpart.refresh(self._out, name)

    def _assemble(self, plan: Plan, gone: list[dict[str, Any]]) -> None:
        """Make the next version of a set's folder as a draft."""
        site = publish.draft(self._out, plan.name)
        for entry in gone:
            publish.remove_topic(site, entry["topic"], entry["notebook"])
        for notebook in self._notebooks:
            outcome = self.outcomes.get((plan.name, notebook.topic))
            made = publish.partial(self._out, plan.name) / notebook.topic
            if outcome and outcome["status"] == "done":
                publish.add_topic(site, made, notebook.topic, notebook.path.name)
            elif outcome:
                publish.add_failed_notebook(site, made, notebook.path.name)
        record = json.dumps(self._record(plan), ensure_ascii=False, indent=1)
        (site / "run.json").write_text(record, encoding="utf-8")
        index.write(site)

    def _entries(self, plan: Plan) -> list[dict[str, Any]]:
        found = []
        for notebook in self._notebooks:
            key = plan.name, notebook.topic
            asked = notebook in self._chosen
            given = plan.values.get(notebook.topic, {})
            found.append(
                topic_entry(notebook, self._before.get(key, {}), self.outcomes.get(key), asked, given)
            )
        return [entry for entry in found if entry]

    def _gone(self, plan: Plan) -> list[dict[str, Any]]:
        """Published topics whose notebook is no longer there."""
        there = {notebook.topic for notebook in self._notebooks}
        return [e for (run, topic), e in self._before.items() if run == plan.name and topic not in there]

    def _record(self, plan: Plan) -> dict[str, Any]:
        return self._facts | {
            "run": plan.name,
            "as_of": plan.as_of,
            "where": plan.where,
            "language": plan.language,
            "seed": plan.seed,
            "seconds": round(time.monotonic() - self._started, 3),
            "topics": self.entries[plan.name],
        }


def _task_name(plan: Plan, topic: str = "") -> str:
    """Name of a task; doit allows no equals sign in it."""
    return f"{plan.name}/{topic}".replace("=", ":")


class _Tasks(TaskLoader2):
    """Hands doit the tasks, and its settings, without a dodo.py."""

    def __init__(self, tasks: list[Task], settings: dict[str, Any]):
        super().__init__()
        self._tasks, self._settings = tasks, settings

    def load_doit_config(self) -> dict[str, Any]:
        return self._settings

    def load_tasks(self, cmd, pos_args) -> list[Task]:
        return self._tasks
