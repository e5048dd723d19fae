"""The twenty aspects of managing customers: which report answers which, and why some are not answered."""

import json
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any

from analysis import language
from analysis.language import _


@cache
def declared() -> dict[str, Any]:
    """`aspects.json`: the aspects with the topics that answer them, the topics' names, those at the heart, those next."""
    return json.loads((files("analysis.report") / "aspects.json").read_text(encoding="utf-8"))


def topic_name(topic: str) -> str:
    """Name of a topic where there is no page to take its title from."""
    known = declared()["topics"].get(topic)
    return known[language.current()] if known else topic.replace("_", " ").capitalize()


def answers(topics: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Lay the topics of a run out over the aspects.

    Parameters
    ----------
    topics : list of dict
        With `topic`, `page` and `reason` (why it is not there) each.

    Returns
    -------
    list of dict
        One per aspect, in order: `number`, `name`; `full`, topics with a report told here; `told`, topics with a report
        told under an earlier aspect, whose number is `under`; `absent`, topics without a report. Topics that the map
        does not know come last, without a number.
    """
    there = {topic["topic"]: topic for topic in topics}
    under: dict[str, int | None] = {}
    rows = []
    for aspect in _aspects(there):
        found = [there.get(name) or _unwritten(name) for name in aspect["topics"]]
        reported = [topic for topic in found if topic["page"]]
        full = [topic for topic in reported if topic["topic"] not in under]
        told = [topic | {"under": under[topic["topic"]]} for topic in reported if topic not in full]
        absent = [topic for topic in found if not topic["page"]]
        rows.append(aspect | {"full": full, "told": told, "absent": absent})
        under |= {topic["topic"]: aspect["number"] for topic in full}
    return rows


def _aspects(there: Iterable[str]) -> list[dict[str, Any]]:
    """The aspects named in the language in use, and those topics of a run that belong to none."""
    mapped = [aspect | {"name": aspect[language.current()]} for aspect in declared()["aspects"]]
    known = {name for aspect in mapped for name in aspect["topics"]}
    others = [name for name in there if name not in known]
    return [*mapped, {"number": None, "name": _("Further reports"), "topics": others}] if others else mapped


def _unwritten(topic: str) -> dict[str, Any]:
    return {
        "topic": topic,
        "title": topic_name(topic),
        "page": None,
        "reason": _("No report yet."),
        "detail": "",
    }
