"""The page that stands over a set of runs, such as one per branch."""

import json
import os
from pathlib import Path

from analysis.language import day
from analysis.report import history
from analysis.report.index import title
from analysis.report.layout import SMALLEST, is_few, page, speaking, value_shown


def _row(out: Path, folder: Path) -> dict:
    """One run in the overview: its filter, its link, and each topic's first figure."""
    run = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    first = {}
    for topic, metrics in history.recorded(folder, run).items():
        if metrics["figures"]:
            figure = metrics["figures"][0]
            first[topic] = {
                "title": title(folder / f"{topic}.html", topic),
                "label": figure["label"],
                "value": f"<{SMALLEST}" if is_few(figure) else value_shown(figure["value"], figure),
                "ok": all(check["ok"] for check in metrics["health"]),
            }
    return {
        "run": run,
        "link": os.path.relpath(folder / "index.html", out).replace(os.sep, "/"),
        "first": first,
        "failed": [title(None, topic["topic"]) for topic in run["topics"] if topic["status"] == "failed"],
    }


def write(out: Path, runs: list[Path]) -> Path:
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
