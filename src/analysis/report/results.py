"""What a topic records: `metrics.json` for the index page and machines, result tables as Parquet."""

import json
import math
import os
import re
import shutil
import tempfile
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

import jsonschema
import numpy as np
import pandas as pd

from analysis import language

# "share", an ISO currency code, or an English noun that the catalogues translate; "" is a pure number.
_UNIT = re.compile(r"share|[A-Z]{3}|[a-z]+( [a-z]+)*|")


class ResultError(ValueError):
    """What a topic wants to record is not fit to be shown; the message says what and how to mend it."""


def _plain(value: object) -> float | int | bool | None:
    """Python's own number for numpy's; null for what is missing or infinite."""
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, int | np.integer):
        return int(value)
    return float(value) if math.isfinite(value) else None


def _count(value: object, of: str) -> int | None:
    plain = _plain(value)
    if plain is None or plain == int(plain) >= 0:
        return None if plain is None else int(plain)
    raise ResultError(f"{of} is {value!r}; expected a whole number, 0 or more")


def figure(name, value, *, low=None, high=None, unit="", baseline=None, n=None, label="") -> dict:
    """One key figure.

    Parameters
    ----------
    name : str
        Name for machines in small letters, digits and underscores; unique in its topic.
    value, low, high : float
        The figure and its 95 % interval, in `unit`; both bounds or none.
    unit : str
        ``"share"`` (0.12 is 12 %), a currency's ISO code, a noun in small letters (``"customers"``,
        ``"points"``, ``"index"``), or ``""`` for a pure number.
    baseline : float, optional
        What a naive method gives, in the same unit.
    n : int, optional
        Number of customers (or rows) the figure rests on.
    label : str, optional
        What people read, already translated; the name in words if not given.

    Raises
    ------
    ResultError
        If the unit is unknown, one bound is missing or the bounds are crossed.
    """
    if not isinstance(unit, str) or not _UNIT.fullmatch(unit):
        raise ResultError(
            f"figure {name}: unit is {unit!r}; expected 'share', a currency's ISO code such as 'CNY',"
            " or a noun in small letters such as 'customers'"
        )
    value, low, high = _plain(value), _plain(low), _plain(high)
    if (low is None) != (high is None):
        raise ResultError(f"figure {name}: interval is {low} to {high}; give both bounds or none")
    if low is not None and low > high:
        raise ResultError(f"figure {name}: low {low} is above high {high}; exchange them")
    return {
        "name": name,
        "label": label or name.replace("_", " ").capitalize(),
        "value": value,
        "low": low,
        "high": high,
        "unit": unit,
        "baseline": _plain(baseline),
        "n": _count(n, f"figure {name}: n"),
    }


def health(check: str, ok: bool, message: str) -> dict:
    """One check on the figures' soundness: a name for machines, and what was seen in a sentence."""
    return {"check": check, "ok": bool(ok), "message": message}


def decision(
    who: str,
    what: str,
    *,
    customers: int,
    money: float | None = None,
    currency: str | None = None,
    stake: str | None = None,
) -> dict:
    """The decision a report supports: who does what, for how many customers and how much money.

    Raises
    ------
    ResultError
        If an amount of money comes without its currency or `stake`: what it is, such as assets or expected profit.
    """
    money = _plain(money)
    if money is not None and not currency:
        raise ResultError(f"decision: money is {money} without a currency; give currency=view.currency")
    if money is not None and not stake:
        raise ResultError(
            f'decision: money is {money}, but not what it is; give stake=_("assets") or the like'
        )
    return {
        "who": who,
        "what": what,
        "customers": _count(customers, "decision: customers"),
        "money": money,
        "currency": currency,
        "stake": stake,
    }


def schema() -> dict:
    """JSON schema of `metrics.json`."""
    return json.loads((files("analysis.report") / "metrics.schema.json").read_text(encoding="utf-8"))


def _validated(metrics: dict) -> dict:
    if not str(metrics["headline"]).strip():
        raise ResultError("headline is empty; give the answer in one or two computed sentences")
    names = [figure["name"] for figure in metrics["figures"]]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ResultError(f"figure names must be unique; recorded twice: {', '.join(twice)}")
    try:
        jsonschema.validate(metrics, schema())
    except jsonschema.ValidationError as error:
        raise ResultError(f"{error.json_path.removeprefix('$.')}: {error.message}") from error
    return metrics


def _write_tables(folder: Path, tables: dict[str, pd.DataFrame]) -> None:
    """Replace `folder/tables` as a whole, so that no table of an earlier run stays among the new ones."""
    with tempfile.TemporaryDirectory(dir=folder, prefix=".tables-") as draft:
        new = Path(draft) / "tables"
        new.mkdir()
        for name, frame in tables.items():
            frame.to_parquet(new / f"{name}.parquet", index=False)
        shutil.rmtree(folder / "tables", ignore_errors=True)
        os.replace(new, folder / "tables")


def record(folder, *, topic, view, headline, figures, decision, health, tables) -> None:
    """Write a topic's figures and tables to `folder`; figures last, so that they vouch for the tables.

    Parameters
    ----------
    folder : path
        Made if absent; `metrics.json` and `tables/<name>.parquet` are replaced in it.
    topic : str
        Name of the topic's notebook without its number, e.g. ``"segmentation"``.
    view : analysis.bank.source.View
        What the figures were computed on.
    headline : str
        The answer in one or two sentences, in the language in use.
    figures, health : list of dict
        Made by `figure` and `health`; the first three to five figures are shown on top of the page.
    decision : dict
        Made by `decision`.
    tables : dict of DataFrame
        Result tables by name.

    Raises
    ------
    ResultError
        If the headline is empty, a figure's name is used twice, or anything is not as
        `metrics.schema.json` says. Nothing is written then.
    """
    metrics = _validated(
        {
            "topic": topic,
            "bank": view.name,
            "as_of": view.as_of.isoformat(),
            "where": view.where,
            "currency": view.currency,
            "language": language.current(),
            "version": version("bank-analysis"),
            "headline": headline,
            "figures": list(figures),
            "decision": decision,
            "health": list(health),
            "untranslated": language.untranslated(),
        }
    )
    misnamed = [name for name in tables if not re.fullmatch(r"[a-z][a-z0-9_]*", name)]
    if misnamed:
        raise ResultError(f"table {misnamed[0]!r}: expected a name of small letters, digits and underscores")
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    _write_tables(folder, tables)
    new = folder / ".metrics.json.new"
    new.write_text(json.dumps(metrics, ensure_ascii=False, indent=1, allow_nan=False), encoding="utf-8")
    os.replace(new, folder / "metrics.json")
