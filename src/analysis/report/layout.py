"""The frame of every page, topic or index: templates, style sheet, and figures as tiles."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from analysis import language
from analysis.language import _, amount, counted, day, is_money, ngettext, number, percent, plain

TEMPLATES = Path(str(files("analysis.report") / "template"))

# Nothing is loaded and nothing runs: pictures and style are in the page, scripts there are none.
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


# The rule that `privacy.suppress` has for tables holds for single figures too.
SMALLEST = 11


@contextmanager
def speaking(name: str) -> Iterator[None]:
    """Use language `name` inside the block."""
    before = language.current()
    language.use(name)
    try:
        yield
    finally:
        language.use(before)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        _=_,
        ngettext=ngettext,
        number=number,
        amount=amount,
        day=day,
        tile=tile,
        change_shown=change_shown,
        customers_shown=customers_shown,
        smallest=SMALLEST,
        policy=POLICY,
        style=Markup((TEMPLATES / "style.css").read_text(encoding="utf-8")),
        lang=lambda: str(language.locale()).replace("_", "-"),
    )
    return environment


def page(template: str, **values) -> str:
    """Fill a template of `report/template`; all values are escaped unless they are `Markup`."""
    return _environment().get_template(template).render(**values)


def unit_shown(unit: str) -> str:
    """The unit as a column is headed with it; none for shares, whose numbers carry their per cent sign."""
    if unit in ("", "share"):
        return ""
    return unit if is_money(unit) else _(unit)


def number_shown(value: float | None, unit: str) -> str:
    """A figure without its unit: "12.3M" of money, "12.3%" of a share, "5,000" of customers."""
    if is_money(unit):
        return amount(value, unit).replace(f"{unit} ", "")
    return amount(value, unit if unit == "share" else "")


def customers_shown(count: int) -> str:
    """A number of customers; of so few that they might be recognised only that they are few."""
    return counted(f"<{SMALLEST}" if 0 < count < SMALLEST else number(count), "customers")


def is_few(figure: dict) -> bool:
    """Whether a figure rests on so few customers, or counts so few, that it is not shown."""
    counted = figure["value"] if figure["unit"] == "customers" else None
    return any(count is not None and 0 < count < SMALLEST for count in (counted, figure["n"]))


def signed(change: float, unit: str) -> str:
    """A change with its sign, without its unit; of a share in percentage points."""
    sign, size = "−" if change < 0 else "+" if change else "", abs(change)
    if unit == "share":
        return sign + (number(100 * size, 1) if round(size, 4) >= 0.01 or not size else plain(100 * size))
    return sign + (number(size) if unit == "customers" and size >= 1 else number_shown(size, unit))


def change_shown(change: float, unit: str) -> str:
    """A change with its sign, in its unit: "+1.2 points", "−CNY 3.4M", "+120 customers"."""
    shown = signed(change, unit)
    if unit == "share":
        return _("{n} points").format(n=shown)
    if is_money(unit):
        return f"{shown[: bool(change)]}{unit} {shown[bool(change) :]}"
    return counted(shown, unit)


def _told(figure: dict) -> Callable[[float], str]:
    """How the numbers of a figure are written: with no more decimals than its interval bears, and with enough for it."""
    unit, low = figure["unit"], figure["low"]
    width = None if low is None else figure["high"] - low
    if unit == "share" and width is not None and width < 0.002:
        return lambda value: percent(value, 2)
    if width is None or width < 1 or is_money(unit):
        return lambda value: number_shown(value, unit)
    return lambda value: number(value, 1 if width < 10 and unit != "customers" else 0)


def tile(figure: dict) -> dict[str, str]:
    """A recorded figure in words: label, number, the unit beside it, interval and baseline ("" if none).

    A figure on fewer than 11 customers keeps its label and says that it is not shown.
    """
    value, unit = figure["value"], figure["unit"]
    words = {
        "label": figure["label"],
        "value": "–",
        "unit": "",
        "money": False,
        "interval": "",
        "baseline": "",
    }
    if value is None:
        return words
    if is_few(figure):
        return words | {"value": f"<{SMALLEST}", "unit": _("customers: not shown")}
    said = _told(figure)
    beside = "" if unit in ("", "share") else unit if is_money(unit) else counted(said(value), unit)
    words |= {"value": said(value), "unit": beside.removeprefix(said(value)).strip(), "money": is_money(unit)}
    if figure["low"] is not None:
        words["interval"] = _("95% interval")
        words["range"] = _("{low} to {high}").format(low=said(figure["low"]), high=said(figure["high"]))
    if figure["baseline"] is not None:
        words["baseline"] = _("Baseline {value}").format(value=said(figure["baseline"]))
    return words
