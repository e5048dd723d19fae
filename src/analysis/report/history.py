"""What earlier runs recorded: those of the same bank, filter and parameters, in any language, lying beside a run."""

import json
from pathlib import Path
from typing import Any

from analysis.language import LANGUAGES
from analysis.report.plan import run_name

# Days that a trend goes back; more would not be told apart in its panel.
MOST = 24


def _read(path: Path) -> dict[str, Any] | None:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def recorded(folder: Path, run: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """`metrics.json` of each topic that has a report in a run, by topic."""
    reported = [entry["topic"] for entry in run["topics"] if entry["page"]]
    found = {topic: _read(folder / topic / "metrics.json") for topic in reported}
    return {topic: metrics for topic, metrics in found.items() if metrics}


def _same(run: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether figures of two runs can follow each other."""
    bank, former = run["bank"], other["bank"]
    return (bank["name"], bank["currency"], run["where"]) == (
        former["name"], former["currency"], other["where"],
    )  # fmt: skip


def parameters(run: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The parameters that the reports of a run were made with, by topic."""
    # Version 0.1.0 said them once for the whole run.
    of_all = run.get("parameters", {})
    return {entry["topic"]: entry.get("parameters", of_all) for entry in run["topics"] if entry["page"]}


def _alike(folder: Path, other: dict[str, Any], run: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What another run recorded of the topics that were given the same parameters in `run`."""
    wanted, given = parameters(run), parameters(other)
    return {t: said for t, said in recorded(folder, other).items() if given[t] == wanted.get(t)}


def _of_day(out: Path, day: str, run: dict[str, Any]) -> list[tuple[dict, dict]]:
    """Runs of a day with their figures, the one in the language of `run` last."""
    languages = sorted(LANGUAGES, key=lambda language: language == run["language"])
    folders = [out / run_name(day, run["where"], language) for language in languages]
    found = [(folder, _read(folder / "run.json")) for folder in folders]
    return [(other, _alike(folder, other, run)) for folder, other in found if other and _same(run, other)]


def earlier(folder: Path, run: dict[str, Any]) -> list[dict[str, Any]]:
    """Runs of earlier days, beside the run in `folder`.

    Parameters
    ----------
    folder : path
        Folder of the run, or its draft in the same place.
    run : dict
        Its `run.json`.

    Returns
    -------
    list of dict
        One per day, the latest first and `MOST` at most: `as_of`, `code` (digest of the package it was made with) and
        `metrics` by topic. Of a day with runs in several languages the one in the language of `run` counts, topic by topic.
    """
    out = folder.absolute().parent
    days = {entry.name[:10] for entry in out.glob("[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*")}
    found = []
    for day in sorted((day for day in days if day < run["as_of"]), reverse=True):
        runs = _of_day(out, day, run)
        metrics = {topic: said for _other, known in runs for topic, said in known.items()}
        if metrics:
            found.append({"as_of": day, "code": runs[-1][0]["code"], "metrics": metrics})
        if len(found) == MOST:
            break
    return found


def former(past: list[dict[str, Any]], metrics: dict[str, Any]) -> dict[str, Any] | None:
    """What a topic recorded last before the day of `metrics`; None if it never did."""
    found = (run["metrics"].get(metrics["topic"]) for run in past)
    return next((known for known in found if known and known["as_of"] < metrics["as_of"]), None)


def points(
    past: list[dict[str, Any]], metrics: dict[str, Any], figure: dict[str, Any]
) -> list[tuple[str, dict[str, Any]]]:
    """The course of one figure: day and figure of each run that recorded it in the same unit, the earliest first."""
    topic = metrics["topic"]
    found = {metrics["as_of"]: figure}
    for run in past:
        former = run["metrics"].get(topic)
        if former and former["as_of"] not in found:
            for one in former["figures"]:
                if (one["name"], one["unit"]) == (figure["name"], figure["unit"]):
                    found[former["as_of"]] = one
    return sorted(found.items(), key=lambda point: point[0])
