"""What a person sees while a run is under way: a bar on a terminal, and a line per report everywhere."""

from typing import Any

from doit.exceptions import BaseFail
from doit.reporter import ZeroReporter
from doit.task import Task
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from analysis.language import _, number


class Reporter(ZeroReporter):
    """Hears from doit what starts and ends, and shows it on standard error.

    Parameters
    ----------
    outcomes : dict
        Outcome of each report that was executed, by ``(run, topic)``.
    total : int
        Number of reports.

    Attributes
    ----------
    defects : list of str
        Errors of the run itself, as opposed to failures of a notebook.
    """

    def __init__(self, outcomes: dict[tuple[str, str], dict[str, Any]], total: int):
        super().__init__(None, {})
        self.defects: list[str] = []
        self._outcomes = outcomes
        self._active: list[str] = []
        self._failed = 0
        self._console = Console(stderr=True, highlight=False, soft_wrap=True)
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=30),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[now]}"),
            console=self._console,
            disable=not self._console.is_terminal,
        )
        self._all = self._bar.add_task(_("Reports"), total=total, now="")

    def __enter__(self) -> "Reporter":
        self._bar.start()
        return self

    def __exit__(self, *_error) -> None:
        self._bar.stop()

    def execute_task(self, task: Task) -> None:
        if _is_report(task):
            self._active.append(_shown(task))
            self._show(0)

    def skip_uptodate(self, task: Task) -> None:
        self._ended(task, _("unchanged"))

    def add_success(self, task: Task) -> None:
        if _is_report(task):
            outcome = self._outcomes[task.meta["report"]]
            self._failed += outcome["status"] == "failed"
            self._ended(task, said(outcome))

    def add_failure(self, task: Task, fail: BaseFail) -> None:
        self.defects.append(f"{task.name}: {fail.get_msg()}")

    def runtime_error(self, msg: str) -> None:
        self.defects.append(msg)

    def _ended(self, task: Task, sentence: str) -> None:
        if _shown(task) in self._active:
            self._active.remove(_shown(task))
        self._console.print(f"{_shown(task)}: {sentence}", markup=False)
        self._show(1)

    def _show(self, step: int) -> None:
        now = _("running: {names}").format(names=", ".join(self._active)) if self._active else ""
        failed = _("{count} failed").format(count=number(self._failed)) if self._failed else ""
        self._bar.update(self._all, advance=step, now=" · ".join(filter(None, (failed, now))))


def _is_report(task: Task) -> bool:
    return bool(task.meta)


def _shown(task: Task) -> str:
    return "/".join(task.meta["report"])


def said(outcome: dict[str, Any]) -> str:
    """How the making of a report went, in a few words."""
    if outcome["status"] == "missing table":
        return _("not run: table {table} is missing").format(table=outcome["missing_table"])
    if outcome["status"] == "done":
        return _("done in {seconds} s").format(seconds=number(outcome["seconds"]["total"], 1))
    failure = outcome["failure"]
    reason = ": ".join(filter(None, (failure["error"], failure["message"])))
    if failure["cell"] is None:
        return _("failed: {reason}").format(reason=reason)
    return _("failed in cell {cell}: {reason}").format(cell=failure["cell"], reason=reason)
