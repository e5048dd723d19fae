"""Two runs of one bank beside each other: what moved, what came and went, which checks turned."""

from collections import Counter
from io import StringIO
from pathlib import Path
from typing import Any

import pandas as pd
from rich.console import Console
from rich.table import Table
from rich.text import Text

from analysis.language import _, day, listed, ngettext, number
from analysis.report import executive, history, publish
from analysis.report.aspects import topic_name
from analysis.report.layout import change_shown, signed, speaking, value_shown
from analysis.report.moves import Metrics, figures, moves, turned
from analysis.report.parameters import UnusableArgument
from analysis.report.privacy import safe_csv


def _run(folder: Path) -> dict[str, Any]:
    run = publish.expect_run(folder)
    return run | {"folder": folder, "metrics": history.recorded(folder, run)}


def compare(one: Path, other: Path) -> dict[str, Any]:
    """Compare the recorded figures and checks of two runs.

    Parameters
    ----------
    one, other : path
        Folders of runs of one bank, in either order and any language; the earlier day comes first, of the same day the
        run that was made first.

    Returns
    -------
    dict
        `before` and `after`, the runs; `moves` (see `moves.moves`); `appeared` and `disappeared`, figures with their
        `topic`; `turned`, checks (see `moves.turned`); `cautions`, sentences on what else differs between the runs.

    Raises
    ------
    UnusableArgument
        If a folder is not that of a run, both are the same, or bank or currency differ.
    """
    if Path(one).resolve() == Path(other).resolve():
        raise UnusableArgument(f"{one} and {other} are the same run; give two")
    runs = [_run(Path(folder)) for folder in (one, other)]
    for what in ("name", "currency"):
        found = [run["bank"][what] for run in runs]
        if found[0] != found[1]:
            raise UnusableArgument(
                f"the runs are of different banks: {what} {found[0]} in {one}, {found[1]} in {other}; "
                "compare runs of one bank in one currency"
            )
    before, after = sorted(runs, key=lambda run: (run["as_of"], run["started_at"]))
    former, latter = figures(before["metrics"]), figures(after["metrics"])
    with speaking(after["language"]):
        cautions = _cautions(before, after)
    return {
        "before": before,
        "after": after,
        "moves": moves(before["metrics"], after["metrics"]),
        "appeared": [{"topic": key[0], **latter[key]} for key in latter if key not in former],
        "disappeared": [{"topic": key[0], **former[key]} for key in former if key not in latter],
        "turned": turned(before["metrics"], after["metrics"]),
        "cautions": cautions,
    }


def _cautions(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """What else differs between two runs, so that a difference need not be one of time."""
    said = {
        "where": _("The filters differ: {before} and {after}."),
        "seed": _("The seeds differ: {before} and {after}."),
        "code": _("The runs were made with different code: {before} and {after}."),
    }
    differ = [
        text.format(before=before[name] or _("whole bank"), after=after[name] or _("whole bank"))
        for name, text in said.items()
        if before[name] != after[name]
    ]
    former, latter = history.parameters(before), history.parameters(after)
    text = _("The parameters of {topic} differ: {before} and {after}.")
    return differ + [
        text.format(topic=topic_name(topic), before=_given(former[topic]), after=_given(given))
        for topic, given in latter.items()
        if former.get(topic, given) != given
    ]


def _given(parameters: dict[str, Any]) -> str:
    return listed(f"{name}={value}" for name, value in parameters.items()) or _("none")


def report(comparison: dict[str, Any]) -> str:
    """The comparison as text for a terminal, in the language of the later run."""
    with speaking(comparison["after"]["language"]):
        return "\n".join([*_facts(comparison), *_moved(comparison), *_others(comparison)])


def _facts(comparison: dict[str, Any]) -> list[str]:
    before, after = comparison["before"], comparison["after"]
    days = [day(run["as_of"]) for run in (before, after)]
    # Of one day, such as in two languages, only the names tell the runs apart.
    ends = days if days[0] != days[1] else [run["run"] for run in (before, after)]
    title = f"{after['bank']['name']} · {' → '.join(ends)} · {after['where'] or _('whole bank')}"
    return [title, *comparison["cautions"], ""]


def _moved(comparison: dict[str, Any]) -> list[str]:
    found = comparison["moves"]
    far = executive.far(found)
    judged = sum(move["beyond"] is not None for move in found)
    said = ngettext(
        "Of {n} figure with an interval {moved} moved beyond it.",
        "Of {n} figures with an interval {moved} moved beyond it.",
        judged,
    )
    lines = [said.format(n=number(judged), moved=number(len(far)))]
    if far:
        lines.append(_table(far))
    unjudged = sum(move["beyond"] is None and move["change"] != 0 for move in found)
    if unjudged:
        said = ngettext(
            "{n} figure changed that has no interval: it is not judged.",
            "{n} figures changed that have no interval: they are not judged.",
            unjudged,
        )
        lines.append(said.format(n=number(unjudged)))
    return lines


def _table(far: list[dict[str, Any]]) -> str:
    heads = (
        _("Topic"),
        _("Figure"),
        _("Before"),
        _("After"),
        _("Change"),
        _("95% interval"),
        _("p after Holm"),
    )
    table = Table(*heads, box=None, pad_edge=False)
    for move in far:
        after = move["after"]
        values = [value_shown(move[when]["value"], after) for when in ("before", "after")]
        interval = _("{low} to {high}").format(
            low=signed(move["low"], after), high=signed(move["high"], after)
        )
        change = change_shown(move["change"], after)
        cells = (topic_name(move["topic"]), after["label"], *values, change, interval)
        p = number(move["adjusted"], 3) if move["adjusted"] >= 0.001 else "<" + number(0.001, 3)
        table.add_row(*(Text(cell) for cell in (*cells, p)))
    text = StringIO()
    Console(file=text, width=1_000).print(table)
    return "\n".join(line.rstrip() for line in text.getvalue().splitlines())


def _others(comparison: dict[str, Any]) -> list[str]:
    """What came, what went, and the checks that turned."""
    checks = comparison["turned"]
    lists = {
        _("Appeared"): _named(comparison["appeared"], comparison["before"]["metrics"]),
        _("Disappeared"): _named(comparison["disappeared"], comparison["after"]["metrics"]),
        _("Checks that fail now"): [_checked(check) for check in checks if not check["ok"]],
        _("Checks that pass now"): [_checked(check) for check in checks if check["ok"]],
    }
    return [line for title, lines in lists.items() if lines for line in ("", title, *lines)]


def _named(figures: list[dict[str, Any]], other: Metrics) -> list[str]:
    """Figures with their values, or the report as a whole where the other run has none of its topic."""
    lines = [
        f"  {topic_name(figure['topic'])}{_(': ')}{figure['label']} {value_shown(figure['value'], figure)}"
        for figure in figures
        if figure["topic"] in other
    ]
    whole = Counter(figure["topic"] for figure in figures if figure["topic"] not in other)
    for topic, count in whole.items():
        said = ngettext("the whole report, with {n} figure", "the whole report, with {n} figures", count)
        lines.append(f"  {topic_name(topic)}{_(': ')}{said.format(n=number(count))}")
    return lines


def _checked(check: dict[str, Any]) -> str:
    return f"  {topic_name(check['topic'])}{_(': ')}{check['message']}"


_VERDICTS = {True: "beyond its interval", False: "within its interval", None: "not judged"}


def write(comparison: dict[str, Any]) -> Path:
    """Write the comparison as CSV for machines, beside the later run: ``compared/<before>--<after>.csv``.

    Returns
    -------
    path
        The file. One row per figure or turned check: `found` (beyond its interval, within its interval, not judged,
        appeared, disappeared, check fails, check passes), `topic`, `name`, `label` (message of a check), `unit`, value and
        interval `before` and `after`, `change` with its interval, `z`, `p`, and Holm's `p_adjusted`.
    """
    rows = [_move_row(move) for move in comparison["moves"]]
    rows += [_figure_row("appeared", figure, "after") for figure in comparison["appeared"]]
    rows += [_figure_row("disappeared", figure, "before") for figure in comparison["disappeared"]]
    rows += [
        {"found": "check passes" if check["ok"] else "check fails", "topic": check["topic"]}
        | {"name": check["check"], "label": check["message"]}
        for check in comparison["turned"]
    ]
    columns = ["found", "topic", "name", "label", "unit", "before", "before_low", "before_high", "after"]
    columns += ["after_low", "after_high", "change", "change_low", "change_high", "z", "p", "p_adjusted"]
    before, after = comparison["before"]["folder"].resolve(), comparison["after"]["folder"].resolve()
    target = after.parent / "compared" / f"{before.name}--{after.name}.csv"
    target.parent.mkdir(exist_ok=True)
    safe_csv(pd.DataFrame(rows, columns=columns), target)
    return target


def _figure_row(found: str, figure: dict[str, Any], when: str) -> dict[str, Any]:
    known = {name: figure[name] for name in ("topic", "name", "label", "unit")}
    return {"found": found} | known | _values(figure, when)


def _values(figure: dict[str, Any], when: str) -> dict[str, Any]:
    return {when: figure["value"], f"{when}_low": figure["low"], f"{when}_high": figure["high"]}


def _move_row(move: dict[str, Any]) -> dict[str, Any]:
    row = {"found": _VERDICTS[move["beyond"]], "topic": move["topic"]}
    row |= {name: move["after"][name] for name in ("name", "label", "unit")}
    row |= _values(move["before"], "before") | _values(move["after"], "after")
    row |= {"change": move["change"], "change_low": move["low"], "change_high": move["high"]}
    return row | {"z": move["z"], "p": move["p"], "p_adjusted": move["adjusted"]}
