"""A small random bank with every table of the contract, made from the contract itself."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.bank.schema import Column, Table, tables

START, END = date(2022, 1, 1), date(2023, 12, 31)
_ROWS = {"transactions": 60, "balances": 24, "interactions": 10, "accounts": 2, "products": 0.4}
_FEW = 6  # values of a code that the contract leaves open

Frames = dict[str, pd.DataFrame]


def random_bank(seed: int, customers: int = 12) -> Frames:
    """Frames of all tables: days up to `END`, events of a row after it, about a tenth of blanks."""
    rng = np.random.default_rng(seed)
    frames: Frames = {}
    for name in _parents_first():
        spec = tables()[name]
        count = max(2, int(_ROWS.get(name, 1) * customers))
        frame = pd.DataFrame({c.name: _values(c, spec, count, frames, rng) for c in spec.columns.values()})
        frames[name] = _coherent(frame, spec, rng)
    frames["bank_profile"] = frames["bank_profile"].head(1).assign(extracted_on=END)
    return frames


def write(frames: Frames, folder: Path) -> Path:
    """One Parquet file a table, its columns in the contract's types."""
    folder.mkdir(parents=True, exist_ok=True)
    nullable = {"int": "Int64", "bool": "boolean"}
    for name, frame in frames.items():
        spec = tables()[name].columns
        kinds = {c: nullable[spec[c].type] for c in frame if c in spec and spec[c].type in nullable}
        frame.astype(kinds).to_parquet(folder / f"{name}.parquet", index=False)
    return folder


def with_future(frames: Frames, as_of: date, seed: int) -> Frames:
    """The same bank as a later day knows it: new rows after `as_of`, and events that happened since.

    A row is new if it becomes known after `as_of`, from the first moment of the next day on; an event that had
    not happened by `as_of` gets another day after it, and what is told with it another value.
    """
    rng = np.random.default_rng(seed)
    later = {name: frame.copy() for name, frame in frames.items()}
    for name in _parents_first():
        _happen(later[name], tables()[name], as_of, rng)
        new = _new_rows(later, tables()[name], as_of, rng)
        later[name] = pd.concat([later[name], new]).drop_duplicates(
            list(tables()[name].key), ignore_index=True
        )
    return later


def _later(as_of: date, column: Column, count: int, rng) -> list:
    days = rng.integers(1, 200, count)
    days[:1] = 1
    if column.type == "timestamp":
        return [pd.Timestamp(as_of).as_unit("us") + timedelta(days=int(d)) for d in days]
    return [as_of + timedelta(days=int(d)) for d in days]


def _happen(frame: pd.DataFrame, spec: Table, as_of: date, rng) -> None:
    for event in {c.blank_until for c in spec.columns.values() if c.blank_until}:
        open_rows = frame.index[~(pd.to_datetime(frame[event]) < pd.Timestamp(as_of + timedelta(days=1)))]
        frame.loc[open_rows, event] = pd.Series(
            _later(as_of, spec.columns[event], len(open_rows), rng), open_rows, dtype=frame[event].dtype
        )
        for told in (c for c in spec.columns.values() if c.blank_until == event and c.name != event):
            others = frame[told.name].dropna()
            if len(others) and told.name != "response_id":
                frame.loc[open_rows, told.name] = rng.choice(others, len(open_rows))


def _new_rows(later: Frames, spec: Table, as_of: date, rng) -> pd.DataFrame:
    count = len(later[spec.name]) // 2 + 1
    new = later[spec.name].sample(count, replace=True, random_state=rng, ignore_index=True)
    ids = [f"{spec.name}-later-{row}" for row in range(count)]
    for column in spec.columns.values():
        own_key = column.name in spec.key and column.type == "string" and not column.references
        if own_key or column.name == "response_id":
            new[column.name] = ids
        elif column.references and column.name in spec.key:
            parent = later[column.references]
            new[column.name] = rng.choice(parent[tables()[column.references].key[0]], count)
    if spec.known_at:
        new[spec.known_at] = _later(as_of, spec.columns[spec.known_at], count, rng)
        return new
    if spec.known_with:
        parent = later[spec.known_with["table"]][spec.known_with["by"]].astype(str)
        new[spec.known_with["by"]] = rng.choice(parent[parent.str.contains("-later-")], count)
        return new
    return new.head(0)


def _parents_first() -> list[str]:
    done: list[str] = []
    while len(done) < len(tables()):
        for name, spec in tables().items():
            needs = {c.references for c in spec.columns.values() if c.references} - {name, *done}
            needs |= {spec.known_with["table"]} - set(done) if spec.known_with else set()
            if name not in done and not needs:
                done.append(name)
    return done


def _values(column: Column, spec: Table, count: int, frames: Frames, rng) -> list:
    values = _filled(column, spec, count, frames, rng)
    blank = rng.random(count) < (0.1 if column.missing != "error" else 0)
    return [None if missing else value for value, missing in zip(values, blank, strict=True)]


def _filled(column: Column, spec: Table, count: int, frames: Frames, rng) -> list:
    if column.references:
        parent = frames[column.references]
        return list(rng.choice(parent[tables()[column.references].key[0]], count))
    if spec.known_with and column.name == spec.known_with["by"]:
        return list(rng.choice(frames[spec.known_with["table"]][column.name].dropna(), count))
    if spec.key == (column.name,) or column.name == "response_id":
        return [f"{spec.name}-{row}" for row in range(count)]
    if codes := column.values or column.usual:
        return list(rng.choice(codes, count))
    # Most customers, accounts and products are there before the first booking.
    first = START - timedelta(days=365 if spec.name in ("customers", "accounts", "products") else 0)
    days = [first + timedelta(days=int(d)) for d in rng.integers(0, (END - START).days, count)]
    if column.name == "birth_date":
        return [day - timedelta(days=365 * 30) for day in days]
    return {
        "date": lambda: days,
        "timestamp": lambda: [
            pd.Timestamp(d).as_unit("us") + timedelta(seconds=int(s))
            for d, s in zip(days, rng.integers(0, 86_400, count), strict=True)
        ],
        "bool": lambda: [bool(b) for b in rng.random(count) < 0.5],
        "int": lambda: [int(i) for i in rng.integers(1, 90, count)],
        "float": lambda: [round(float(x), 2) for x in _amounts(column, count, rng)],
        "string": lambda: [f"{column.name} {i}" for i in rng.integers(0, _FEW, count)],
    }[column.type]()


def _amounts(column: Column, count: int, rng) -> np.ndarray:
    signs = 1 if column.min == 0 else rng.choice([-1, 1], count)
    return signs * np.exp(rng.normal(0 if column.max == 1 else 5, 1, count)).clip(0, column.max or np.inf)


def _coherent(frame: pd.DataFrame, spec: Table, rng) -> pd.DataFrame:
    """Month ends are month ends, events follow the row that holds them, keys are unique."""
    if "month_end" in frame:
        frame["month_end"] = [(pd.Timestamp(d) + pd.offsets.MonthEnd(0)).date() for d in frame.month_end]
    for first, second in spec.order:
        if not spec.columns[second].optional:
            continue
        later = frame[first].map(
            lambda day: day + timedelta(days=int(rng.integers(0, 900))), na_action="ignore"
        )
        frame[second] = later.where(later.notna() & (rng.random(len(frame)) < 0.5), None)
    return frame.drop_duplicates(list(spec.key), ignore_index=True)
