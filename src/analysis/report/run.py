"""`run`: every report of a bank for a day, made by one call."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from analysis.bank.source import View, open_bank
from analysis.language import LANGUAGES
from analysis.report import counterpart, inputs, overview, publish
from analysis.report.batch import Batch
from analysis.report.parameters import UnusableArgument, assign
from analysis.report.plan import Notebook, Plan, find_notebooks, run_name, secrets_of, select, split


@dataclass(frozen=True)
class RunResult:
    """What a run came to.

    Attributes
    ----------
    index : Path
        Page to begin with: the run's, or the overview of several.
    topics : dict
        Entries of ``run.json`` for the topics asked for, by folder of the run.
    executed : int
        Number of notebooks that were executed.
    bank_state_known : bool
        False for a server or Spark: all its reports are made anew each time.
    """

    index: Path
    topics: dict[Path, list[dict[str, Any]]] = field(repr=False)
    executed: int
    bank_state_known: bool

    @property
    def failed(self) -> int:
        """Number of reports that failed."""
        return sum(entry["status"] == "failed" for entries in self.topics.values() for entry in entries)

    @property
    def exit_code(self) -> int:
        """1 if a report failed, else 0."""
        return int(self.failed > 0)


def run(
    bank_url: str,
    as_of: str = "latest",
    only: tuple[str, ...] = (),
    by: str | None = None,
    where: str = "",
    language: str = "en",
    jobs: int = 2,
    out: str | Path = "reports",
    seed: int = 20240101,
    parameters: dict[str, Any] | None = None,
    timeout: int = 1800,
    notebooks: str | Path = "notebooks",
) -> RunResult:
    """Execute the notebooks on a bank and publish their reports in ``out/<run>/``.

    Only what changed since the published run is executed: a notebook, the package, a parameter, the bank.

    Parameters
    ----------
    bank_url : str
        As `open_bank` takes it; secrets as names of environment variables.
    as_of : "latest" or ISO date
    only : tuple of str
        Topics; all but the template if empty.
    by : str, optional
        Column of customers: one set of reports for each of its values.
    where : str
        Filter on customers, as `Bank.view` takes it.
    jobs : int
        Notebooks executed at a time.
    seed : int
    parameters : dict
        Topics' own parameters.
    timeout : int
        Seconds that the cells of one notebook may take together.

    Raises
    ------
    UnusableArgument, BankError
        Before any kernel starts, if an argument or the bank cannot be used.
    publish.Busy
        If another run writes to `out`.
    """
    started_at = datetime.now(UTC).isoformat(timespec="seconds")
    _check(language, jobs, timeout)
    secrets = secrets_of(bank_url)
    found = find_notebooks(Path(notebooks))
    chosen = select(found, tuple(only))
    values = assign({n.topic: n.parameters for n in chosen if not n.problem}, parameters or {})
    view = open_bank(bank_url).view(as_of, where)
    _expect_customers(view)
    filters = split(view, by) if by else [where]
    plans = [
        Plan(
            run_name(view.as_of.isoformat(), one, language),
            bank_url,
            view.as_of.isoformat(),
            one,
            language,
            seed,
            values,
        )
        for one in filters
    ]
    facts = _facts(view, bank_url, jobs, Path(notebooks)) | {"started_at": started_at}
    out = Path(out)
    with publish.locked(out), _ended_in_order():
        publish.clear_leftovers(out, {plan.name for plan in plans})
        state = inputs.bank_state(bank_url)
        batch = Batch(
            plans, found, chosen, out, bank_state=state, secrets=secrets, timeout=timeout, facts=facts
        )
        batch.run(jobs)
        counterpart.settle(out)
        folders = {plan.name: out / plan.name for plan in plans}
        first = overview.write(out, list(folders.values())) if by else folders[plans[0].name] / "index.html"
    return RunResult(
        index=first,
        topics={folders[plan.name]: _asked(batch.entries[plan.name], chosen) for plan in plans},
        executed=batch.executed,
        bank_state_known=state is not None,
    )


def _check(language: str, jobs: int, timeout: int) -> None:
    if language not in LANGUAGES:
        raise UnusableArgument(f"language is {language!r}; expected one of {', '.join(LANGUAGES)}")
    for name, value in (("jobs", jobs), ("timeout", timeout)):
        if value < 1:
            raise UnusableArgument(f"{name} is {value}; expected 1 or more")


def _expect_customers(view: View) -> None:
    if view.bank.has_customers and not view.customers().count().to_pyarrow().as_py():
        whom = f" who meets {view.where!r}" if view.where else ""
        raise UnusableArgument(
            f"no customer was with the bank on {view.as_of}{whom}; choose another day or filter"
        )


def _facts(view: View, url: str, jobs: int, notebooks: Path) -> dict[str, Any]:
    return {
        "bank": {"url": url, "name": view.name, "engine": view.bank.engine, "currency": view.currency},
        "jobs": jobs,
        "versions": inputs.versions(),
        "commit": inputs.commit(notebooks),
        "code": inputs.code_version(),
    }


def _asked(entries: list[dict[str, Any]], chosen: list[Notebook]) -> list[dict[str, Any]]:
    topics = {notebook.topic for notebook in chosen}
    return [entry for entry in entries if entry["topic"] in topics]


@contextmanager
def _ended_in_order() -> Iterator[None]:
    """Let a request to end the process end its kernels first, as Ctrl-C does."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupt(*_):
        raise KeyboardInterrupt

    former = {name: signal.signal(name, interrupt) for name in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for name, handler in former.items():
            signal.signal(name, handler)
