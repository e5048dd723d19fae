"""`run.json`: what a run did to each topic, as `run.schema.json` says."""

from typing import Any

from analysis.report.failures import failure
from analysis.report.plan import Notebook


def topic_entry(
    notebook: Notebook,
    before: dict[str, Any],
    outcome: dict[str, Any] | None,
    asked: bool,
    parameters: dict[str, Any],
) -> dict[str, Any] | None:
    """What a run says of one topic; None for a template that nobody asked for.

    Parameters
    ----------
    before : dict
        The topic's entry in the published run, empty if there is none.
    outcome : dict or None
        How its execution ended; None if it was not executed.
    asked : bool
        Whether this run was to see to the topic.
    parameters : dict
        The topic's own parameters that were given.
    """
    if outcome:
        return _executed(notebook, before, outcome, parameters)
    if before:
        # Nothing has happened to a report that failed or could not be run, so that this still holds.
        settled = before["status"] in ("failed", "missing table")
        return before if settled else before | {"status": "unchanged" if asked else "not asked"}
    return None if notebook.is_template else _entry(notebook, "not asked")


def _executed(
    notebook: Notebook, before: dict[str, Any], outcome: dict[str, Any], parameters: dict[str, Any]
) -> dict[str, Any]:
    made = {name: outcome[name] for name in ("status", "seconds", "failure", "missing_table", "digest")}
    if outcome["status"] == "done":
        made |= {"page": f"{notebook.topic}.html", "made_at": outcome["made_at"], "parameters": parameters}
    else:
        # The last good report stays, with its date and what it was made with.
        made |= {name: before.get(name) for name in ("page", "made_at")}
        made["parameters"] = before.get("parameters", {})
    return _entry(notebook, **made)


def _entry(notebook: Notebook, status: str, **known: Any) -> dict[str, Any]:
    blank = dict.fromkeys(("page", "made_at", "seconds", "failure", "missing_table", "digest"))
    named = {"topic": notebook.topic, "notebook": notebook.path.name, "status": status, "parameters": {}}
    return named | blank | known


def not_started(notebook: Notebook) -> dict[str, Any]:
    """Outcome of a notebook that no kernel was started for, because of its `problem`."""
    return unfinished(failure("notebook", notebook.problem), 0.0)


def unfinished(found: dict[str, Any], total: float) -> dict[str, Any]:
    """Outcome of an execution that ended, after `total` seconds, before it could say how it went."""
    return {
        "status": "failed",
        "failure": found,
        "missing_table": None,
        "made_at": None,
        "seconds": {"total": total, "kernel_start": 0.0, "cells": 0.0, "page": 0.0, "overhead": total},
        "digest": None,
    }
