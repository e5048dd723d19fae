"""What management reads first: five figures, the decisions and their money, and what to distrust.

Topics come as `index` reads them: an entry of `run.json` with `title`, `reason`, `metrics` and `before`, what its topic
recorded in the last run; to `doubts` also with `age`.
"""

from typing import Any
from unicodedata import east_asian_width

from analysis.language import _, day, together
from analysis.report.layout import SMALLEST, is_shown

FIVE = 5

# Letters (Chinese ones are as wide as two) that two sheets of paper have room for in the words of the reports; where there
# are more, so many checks and moves are printed, by their first sentences.
ROOM, PAPER_CHECKS, PAPER_MOVES = 6_500, 16, 6

# Letters of a report beside its words: name, key figure, light; of a move beside its label: topic, change, values.
_REPORT, _MOVE = 250, 50

Topics = list[dict[str, Any]]


def far(moves: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Moves beyond their interval, the furthest in standard errors first."""
    return sorted((move for move in moves if move["beyond"]), key=lambda move: -abs(move["z"]))


def five(topics: Topics, order: dict[str, list[str]], moves: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The five figures that matter most, by rule, each the first of its topic.

    First those of the topics at the heart; then of the topics whose first figure moved beyond its interval, the furthest
    in standard errors first; then of the topics that come next; then of the others in reading order. Topics whose first
    figure is missing or not to be shown are passed over.

    Parameters
    ----------
    order : dict
        Topics at the `heart`, and those that come `next` (`aspects.declared`).

    Returns
    -------
    list of dict
        At most five: `topic` (as given), `figure`, `move` (None if it is not in both runs).
    """
    first = {
        t["topic"]: t["metrics"]["figures"][0] for t in topics if t["metrics"] and t["metrics"]["figures"]
    }
    moved = {move["topic"]: move for move in moves if move["name"] == first[move["topic"]]["name"]}
    ranked = [*order["heart"], *(m["topic"] for m in far([*moved.values()])), *order["next"], *first]
    shown = [t for t in dict.fromkeys(ranked) if t in first and is_shown(first[t])][:FIVE]
    named = {topic["topic"]: topic for topic in topics}
    return [{"topic": named[t], "figure": first[t], "move": moved.get(t)} for t in shown]


def is_crowded(topics: Topics, moved: list[dict[str, Any]]) -> bool:
    """Whether what is said of topics and of the figures that `moved` needs more than two sheets of paper."""
    told = [topic["metrics"] for topic in topics if topic["metrics"]]
    said = [text for metrics in told for text in (metrics["headline"], metrics["decision"]["what"])]
    said += [check["message"] for metrics in told for check in metrics["health"] if not check["ok"]]
    said += [move["after"]["label"] + " " * _MOVE for move in moved]
    letters = sum(1 + (east_asian_width(sign) in "WF") for text in said for sign in text)
    return letters + _REPORT * len(told) > ROOM


def decisions(topics: Topics, currency: str) -> list[dict[str, Any]]:
    """The decisions that reports propose, those with most money first.

    Amounts are compared within a currency only: that of the bank first, others by their code, decisions without an
    amount last. Money of so few customers that they might be recognised is not told, nor used for the order.

    Returns
    -------
    list of dict
        `topic` (as given), `who`, `what`, `customers`, `money` and its `currency` (None if there is none to tell).
    """
    found = []
    for topic in topics:
        if topic["metrics"]:
            decision = topic["metrics"]["decision"]
            told = decision["money"] is not None and not 0 < (decision["customers"] or 0) < SMALLEST
            money, of = (decision["money"], decision["currency"]) if told else (None, None)
            found.append({"topic": topic, **decision, "money": money, "currency": of})
    return sorted(
        found,
        key=lambda d: (
            d["money"] is None,
            d["currency"] != currency,
            d["currency"] or "",
            -(d["money"] or 0),
        ),
    )


def age(topic: dict[str, Any], as_of: str) -> str:
    """Why a report is not of this run, in a sentence; "" if it is."""
    if topic["reason"] and topic["page"]:
        last = _("This is the last good report, of {day}.").format(day=day(topic["made_at"]))
        return together(last, topic["reason"])
    if topic["metrics"] and topic["metrics"]["as_of"] != as_of:
        return _("An earlier report: as of {day}.").format(day=day(topic["metrics"]["as_of"]))
    return topic["reason"] if topic["status"] == "failed" else ""


def doubts(topics: Topics) -> list[dict[str, Any]]:
    """What to distrust: topics that failed, reports of another day, checks that failed.

    Returns
    -------
    list of dict
        One per topic with a doubt: `topic` (as given), `checks` that failed, each with `new`: whether it had passed in
        the last run, and `paper`: whether it has a place there. Of each topic one has, then those that are new, then others.
    """
    found = []
    for topic in topics:
        checks = topic["metrics"]["health"] if topic["metrics"] else []
        passed = {c["check"] for c in topic["before"]["health"] if c["ok"]} if topic["before"] else set()
        wrong = [check | {"new": check["check"] in passed} for check in checks if not check["ok"]]
        if topic["age"] or wrong:
            found.append({"topic": topic, "checks": sorted(wrong, key=lambda check: not check["new"])})
    ranked = [check for doubt in found for check in doubt["checks"][:1]]
    ranked += sorted((c for doubt in found for c in doubt["checks"][1:]), key=lambda check: not check["new"])
    for place, check in enumerate(ranked):
        check["paper"] = place < PAPER_CHECKS
    return found
