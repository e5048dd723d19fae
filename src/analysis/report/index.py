"""The page that stands over the topics of a run, and the page that stands over a set of runs."""

import html as markup
import json
import os
import re
from pathlib import Path

from analysis.language import _, amount, day
from analysis.report.layout import page, speaking


def _read(path: Path) -> dict | None:
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None


def _title(report: Path | None, topic: str) -> str:
    """The topic's title as its page has it, in the page's language; its name where there is no page."""
    if report and report.is_file():
        found = re.search(r"<h1>(.*?)</h1>", report.read_text(encoding="utf-8"), re.DOTALL)
        if found:
            return markup.unescape(found.group(1)).strip()
    return topic.replace("_", " ").capitalize()


def _reason(topic: dict) -> str:
    """Why a topic did not come out in this run, in a sentence; "" if it did."""
    if topic["status"] == "missing table":
        return _("Not run: table {table} is missing.").format(table=topic["missing_table"])
    if topic["status"] == "not asked" and not topic["page"]:
        return _("Not asked for in this run.")
    failure = topic["failure"]
    if topic["status"] != "failed" or not failure:
        return ""
    said = ": ".join(part for part in (failure["error"], failure["message"]) if part)
    if failure["kind"] == "killed":
        said = _("its kernel was killed")
    elif failure["kind"] == "time limit":
        said = _("it exceeded its time limit")
    if failure["cell"] is None:
        return _("Failed: {reason}").format(reason=said)
    return _("Failed in cell {cell}: {reason}").format(cell=failure["cell"], reason=said)


def _topic(folder: Path, topic: dict) -> dict:
    """What the index says of one topic."""
    report = folder / topic["page"] if topic["page"] else None
    return {
        **topic,
        "title": _title(report, topic["topic"]),
        "metrics": _read(folder / topic["topic"] / "metrics.json") if report else None,
        "reason": _reason(topic),
    }


def write(run_folder: Path) -> Path:
    """Write `index.html` of a run from its `run.json` and its topics' `metrics.json`.

    Parameters
    ----------
    run_folder : path
        Folder of the run: `run.json` (as `run.schema.json` says), one page per topic,
        `<topic>/metrics.json`.

    Returns
    -------
    path
        The page: run facts, a card per topic that has a report, and what did not run and why.
    """
    folder = Path(run_folder)
    run = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    with speaking(run["language"]):
        topics = [_topic(folder, topic) for topic in run["topics"]]
        content = page(
            "run.html.j2",
            run=run,
            reported=[topic for topic in topics if topic["page"]],
            absent=[topic for topic in topics if not topic["page"]],
            failed=[topic for topic in topics if topic["status"] == "failed"],
        )
    target = folder / "index.html"
    target.write_text(content, encoding="utf-8")
    return target


def _row(out: Path, folder: Path) -> dict:
    """One run in the overview: its filter, its link, and each topic's first figure."""
    run = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    first = {}
    for topic in run["topics"]:
        metrics = _read(folder / topic["topic"] / "metrics.json") if topic["page"] else None
        if metrics and metrics["figures"]:
            figure = metrics["figures"][0]
            first[topic["topic"]] = {
                "title": _title(folder / topic["page"], topic["topic"]),
                "label": figure["label"],
                "value": amount(figure["value"], figure["unit"]),
                "ok": all(check["ok"] for check in metrics["health"]),
            }
    return {
        "run": run,
        "link": os.path.relpath(folder / "index.html", out).replace(os.sep, "/"),
        "first": first,
        "failed": [topic["topic"] for topic in run["topics"] if topic["status"] == "failed"],
    }


def write_overview(out: Path, runs: list[Path]) -> Path:
    """Write `index.html` in folder `out` over several runs, such as one per branch.

    Parameters
    ----------
    out : path
        Folder above the runs'.
    runs : list of path
        Folders of runs, each with `run.json` and `index.html`; shown in this order.

    Returns
    -------
    path
        The page: a row per run with each topic's first figure.

    Raises
    ------
    ValueError
        If there is no run.
    """
    if not runs:
        raise ValueError("an overview needs at least one run")
    language = json.loads((Path(runs[0]) / "run.json").read_text(encoding="utf-8"))["language"]
    with speaking(language):
        rows = [_row(Path(out), Path(run)) for run in runs]
        topics = {topic: first for row in rows for topic, first in row["first"].items()}
        bank, as_of = rows[0]["run"]["bank"]["name"], rows[0]["run"]["as_of"]
        content = page("overview.html.j2", rows=rows, topics=topics, bank=bank, as_of=day(as_of))
    target = Path(out) / "index.html"
    draft = target.with_name(".index.html.new")
    draft.write_text(content, encoding="utf-8")
    return draft.replace(target)
