"""Where a run writes, and how it becomes visible: made beside the published folder, exchanged when whole.

Everything below `out` whose name begins with a dot belongs to runs under way or cut off:
``.<run>.partial/`` holds one folder per topic, ``.<run>.new/`` the next version of the run's folder.
"""

import ctypes
import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from analysis.report.parameters import UnusableArgument

OUTCOME = "outcome.json"
# Written anew for each version of a run's folder; everything else is carried over unless replaced.
_OF_THE_RUN = ("index.html", "run.json")


class Busy(Exception):
    """Another run writes to the same folder."""


@contextmanager
def locked(out: Path) -> Iterator[None]:
    """Keep other runs away from `out`; the operating system frees the lock however this process ends.

    Raises
    ------
    Busy
        If another run holds it.
    """
    state = out / ".state"
    state.mkdir(parents=True, exist_ok=True)
    with open(state / "lock", "a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            holder = lock.read().strip() or "unknown"
            raise Busy(
                f"another run (process {holder}) is writing to {out}; wait for it or choose another --out"
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def partial(out: Path, run: str) -> Path:
    """Folder in which the topics of a run are made."""
    return out / f".{run}.partial"


def clear_leftovers(out: Path, runs: set[str]) -> None:
    """Remove what runs that were cut off left behind, but for whole topics of the `runs` about to start."""
    for entry in out.glob(".*.new"):
        shutil.rmtree(entry)
    for entry in out.glob(".*.old"):
        published = out / entry.name.removeprefix(".").removesuffix(".old")
        # Cut off between the two renames of an exchange: the old version is the published one.
        shutil.rmtree(entry) if published.exists() else entry.rename(published)
    for entry in out.glob(".*.partial"):
        if entry.name.removeprefix(".").removesuffix(".partial") not in runs:
            shutil.rmtree(entry)
            continue
        for topic in entry.iterdir():
            if not (topic / OUTCOME).is_file():
                shutil.rmtree(topic) if topic.is_dir() else topic.unlink()


def discard(folder: Path) -> None:
    """Remove what was made of a topic before."""
    if folder.exists():
        shutil.rmtree(folder)


def outcome(folder: Path) -> dict | None:
    """How the making of the topic in `folder` ended; None if it did not."""
    try:
        return json.loads((folder / OUTCOME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def record_of(published: Path) -> dict:
    """``run.json`` of a published run; empty if there is none."""
    try:
        return json.loads((published / "run.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def expect_run(folder: Path) -> dict:
    """``run.json`` of a published run.

    Raises
    ------
    UnusableArgument
        If the folder is not that of a run.
    """
    record = record_of(folder)
    if record:
        return record
    if not folder.is_dir():
        raise UnusableArgument(
            f"there is no folder {folder}; expected that of a run, such as reports/2024-12-31"
        )
    inside = sorted(path.parent.name for path in folder.glob("*/run.json"))
    hint = f"; it holds the runs {', '.join(inside[:5])}{'…' if inside[5:] else ''}" if inside else ""
    raise UnusableArgument(
        f"{folder} is no run: it has no run.json; expected a folder that `analysis run` published{hint}"
    )


def draft(out: Path, run: str) -> Path:
    """Next version of a run's folder: so far a copy of the published one."""
    new = out / f".{run}.new"
    published = out / run
    if not published.is_dir():
        new.mkdir()
        return new
    shutil.copytree(
        published, new, copy_function=_link, ignore=lambda folder, names: _skipped(folder, published)
    )
    return new


def _skipped(folder: str, published: Path) -> tuple[str, ...]:
    return _OF_THE_RUN if Path(folder) == published else ()


def _link(source: str, target: str) -> None:
    # No file is ever written in place, so that two versions can share one; not all file systems can.
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def remove_topic(site: Path, topic: str, notebook: str) -> None:
    """Take a topic's page, figures, tables and executed notebooks out of a draft."""
    shutil.rmtree(site / topic, ignore_errors=True)
    (site / f"{topic}.html").unlink(missing_ok=True)
    for name in (notebook, failed_name(notebook)):
        (site / "notebooks" / name).unlink(missing_ok=True)


def add_topic(site: Path, made: Path, topic: str, notebook: str) -> None:
    """Put a topic that was made in folder `made` into a draft, in place of its former version."""
    remove_topic(site, topic, notebook)
    (site / "notebooks").mkdir(exist_ok=True)
    (made / topic).rename(site / topic)
    (made / f"{topic}.html").rename(site / f"{topic}.html")
    (made / "notebooks" / notebook).rename(site / "notebooks" / notebook)


def add_failed_notebook(site: Path, made: Path, notebook: str) -> None:
    """Keep the notebook that failed, up to the failing cell, beside the last good one."""
    saved = made / "notebooks" / notebook
    if saved.exists():
        (site / "notebooks").mkdir(exist_ok=True)
        saved.replace(site / "notebooks" / failed_name(notebook))


def failed_name(notebook: str) -> str:
    """File name under which a failed execution of `notebook` is kept."""
    return notebook.removesuffix(".ipynb") + ".failed.ipynb"


def release(out: Path, run: str) -> None:
    """Make the draft of a run its published folder, in one step where the system can."""
    new, published, old = out / f".{run}.new", out / run, out / f".{run}.old"
    if not published.exists():
        new.rename(published)
    elif _exchanged(new, published):
        shutil.rmtree(new)
    else:
        published.rename(old)
        new.rename(published)
        shutil.rmtree(old)
    shutil.rmtree(partial(out, run), ignore_errors=True)


def _exchanged(one: Path, other: Path) -> bool:
    """Exchange two folders at once; False where the system or the file system cannot."""
    here, exchange = -100, 2  # AT_FDCWD, RENAME_EXCHANGE of Linux's renameat2
    try:
        rename = ctypes.CDLL(None).renameat2
    except (AttributeError, OSError):
        return False
    return rename(here, os.fsencode(one), here, os.fsencode(other), exchange) == 0
