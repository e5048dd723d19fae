"""The executive page of a run: what its topics found, on two sheets of paper."""

import html as markup
import json
import re
from pathlib import Path
from textwrap import shorten
from typing import Any

from analysis.language import _
from analysis.report import aspects, executive, history
from analysis.report.layout import page, speaking
from analysis.report.moves import moves
from analysis.report.trend import panel

# A page's title stands in its first letters, below the style sheet.
_TITLE_WITHIN = 65_536
# Letters of an error's message; `run.json` has it whole.
_LONGEST = 200


def title(report: Path | None, topic: str) -> str:
    """The topic's title as its page has it, in the page's language; its name where there is no page."""
    if report and report.is_file():
        with open(report, encoding="utf-8") as content:
            found = re.search(r"<h1>(.*?)</h1>", content.read(_TITLE_WITHIN), re.DOTALL)
        if found:
            return markup.unescape(found.group(1)).strip()
    return aspects.topic_name(topic)


def _reason(topic: dict) -> str:
    """Why a topic did not come out in this run, in a sentence; "" if it did."""
    if topic["status"] == "missing table":
        return _("Not run: table {table} is missing.").format(table=topic["missing_table"])
    if topic["status"] == "not asked" and not topic["page"]:
        return _("Not asked for in this run.")
    failure = topic["failure"]
    if topic["status"] != "failed" or not failure:
        return ""
    ended = {"killed": _("its kernel was killed"), "time limit": _("it exceeded its time limit")}
    said = ended.get(failure["kind"]) or failure["error"] or failure["message"]
    if failure["cell"] is None:
        return _("Failed: {reason}").format(reason=said)
    return _("Failed in cell {cell}: {reason}").format(cell=failure["cell"], reason=said)


def _detail(topic: dict) -> str:
    """First line of what the error said that `_reason` names; "" where it names none."""
    failure = topic["failure"] if topic["status"] == "failed" else None
    named = failure and failure["error"] and failure["kind"] not in ("killed", "time limit")
    return shorten(failure["message"].partition("\n")[0], _LONGEST, placeholder="…") if named else ""


def _topic(folder: Path, topic: dict[str, Any], metrics: dict | None, past: list[dict]) -> dict[str, Any]:
    """What the page says of one topic."""
    return topic | {
        "title": title(folder / topic["page"] if topic["page"] else None, topic["topic"]),
        "reason": _reason(topic),
        "detail": _detail(topic),
        "metrics": metrics,
        "before": history.former(past, metrics) if metrics else None,
        "courses": _courses(metrics, past) if metrics else {},
    }


def _courses(metrics: dict[str, Any], past: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Panel of each figure of a topic that was recorded on two days or more, by the figure's name."""
    found = {f["name"]: panel(history.points(past, metrics, f)) for f in metrics["figures"]}
    return {name: course for name, course in found.items() if course}


def content(folder: Path, run: dict[str, Any]) -> str:
    """The page of the run in `folder`, whose `run.json` is `run`, as `write` writes it."""
    with speaking(run["language"]):
        return _content(folder, run)


def _content(folder: Path, run: dict[str, Any]) -> str:
    past, recorded = history.earlier(folder, run), history.recorded(folder, run)
    topics = [_topic(folder, topic, recorded.get(topic["topic"]), past) for topic in run["topics"]]
    topics = [topic | {"age": executive.age(topic, run["as_of"])} for topic in topics]
    before = {topic["topic"]: topic["before"] for topic in topics if topic["before"]}
    changed = moves(before, recorded)
    rows = aspects.answers(topics)
    return page(
        "run.html.j2",
        run=run,
        topics={topic["topic"]: topic for topic in topics},
        rows=rows,
        aspects=sum(row["number"] is not None for row in rows),
        answered=sum(row["number"] is not None and bool(row["full"] or row["told"]) for row in rows),
        past=past,
        moved={(move["topic"], move["name"]): move for move in changed},
        far=executive.far(changed),
        judged=[move for move in changed if move["beyond"] is not None],
        unjudged=[move for move in changed if move["beyond"] is None and move["change"]],
        five=executive.five(topics, aspects.declared(), changed),
        decisions=executive.decisions(topics, run["bank"]["currency"]),
        doubts=executive.doubts(topics),
        crowded=executive.is_crowded(topics, executive.far(changed)),
        paper_moves=executive.PAPER_MOVES,
        new_code=bool(past) and past[0]["code"] != run["code"],
    )


def write(run_folder: Path) -> Path:
    """Write `index.html` of a run from its `run.json` and its topics' `metrics.json`.

    Parameters
    ----------
    run_folder : path
        Folder of the run: `run.json` (as `run.schema.json` says), one page per topic,
        `<topic>/metrics.json`. Runs that lie beside it give changes and trends (see `history.earlier`).

    Returns
    -------
    path
        The page: the five figures that matter most, the twenty aspects with the reports that answer them, the decisions,
        what changed, what to distrust, and the course of every figure.
    """
    folder = Path(run_folder)
    run = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    target = folder / "index.html"
    target.write_text(content(folder, run), encoding="utf-8")
    return target
