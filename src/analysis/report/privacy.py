"""What must not leave the bank with a report: who somebody is, too small a group, a formula that runs."""

import csv
import hashlib
import hmac
import os
import secrets
from functools import cache
from heapq import heappop, heappush
from pathlib import Path

import pandas as pd

KEY = "ANALYSIS_PSEUDONYM_KEY"

# Crockford's base 32: no I, L, O or U, so that a pseudonym can be read out over the telephone.
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@cache
def _own_key() -> bytes:
    return secrets.token_bytes(32)


def _key() -> bytes:
    """The bank's secret, or one of this process alone.

    There is no default key on purpose: customer numbers can be counted through, so whoever knows the key
    undoes every pseudonym. Without a secret, pseudonyms therefore hold within one notebook only.
    """
    named = os.environ.get(KEY, "")
    return named.encode() if named else _own_key()


def _pseudonym(identity: str, key: bytes) -> str:
    digest = int.from_bytes(hmac.digest(key, identity.encode(), hashlib.sha256)[:8])
    letters = "".join(_LETTERS[digest >> 5 * place & 31] for place in range(12))
    return f"{letters[:4]}-{letters[4:8]}-{letters[8:]}"


def pseudonyms(ids: pd.Series) -> pd.Series:
    """A name for each customer that only the holder of the key can lead back, e.g. ``K7Q2-MX4P-R9TB``.

    HMAC-SHA256 of the id, cut to 60 bits: among a million customers two share a pseudonym with a
    probability of 4e-7 (n^2 / 2^61). Equal ids get equal pseudonyms; a missing id stays missing. The key is
    the environment variable `ANALYSIS_PSEUDONYM_KEY`; without it, a random one that lasts as long as
    the process. To lead pseudonyms back, compute them for all customers with the same key and join.
    """
    key = _key()
    known = {identity: _pseudonym(str(identity), key) for identity in ids.dropna().unique()}
    return ids.map(known)


def _one_way(counts: dict, hidden: set, smallest: int) -> set:
    """Cells to hide besides, so that the total tells neither one cell nor a sum below `smallest`."""
    extra: set = set()
    others = sorted((cell for cell in counts if cell not in hidden), key=lambda cell: counts[cell])
    while hidden and others:
        all_hidden = hidden | extra
        if len(all_hidden) > 1 and sum(counts[cell] for cell in all_hidden) >= smallest:
            break
        extra.add(others.pop(0))
    return extra


def _cheapest_way(counts: dict, hidden: set, cell: tuple) -> list:
    """Cells that close a cycle through `cell` in the graph of rows and columns; hidden ones cost nothing."""
    neighbours: dict = {}
    for other in counts:
        if other != cell:
            row, column = ("row", other[0]), ("column", other[1])
            neighbours.setdefault(row, []).append((column, other))
            neighbours.setdefault(column, []).append((row, other))
    goal, seen = ("column", cell[1]), set()
    heap: list = [(0, 0, ("row", cell[0]), [])]
    step = 0
    while heap:
        cost, _, node, way = heappop(heap)
        if node == goal:
            return way
        if node in seen:
            continue
        seen.add(node)
        for following, other in neighbours.get(node, []):
            if following not in seen:
                step += 1
                price = 0 if other in hidden else counts[other] + 1
                heappush(heap, (cost + price, step, following, [*way, other]))
    return []


def _two_way(counts: dict, hidden: set, smallest: int) -> set:
    """Cells to hide besides, so that row and column totals tell no hidden cell.

    A hidden cell follows from the totals exactly if it is a bridge in the graph whose nodes are rows and
    columns and whose edges are the hidden cells (Gusfield 1988, SIAM J. Comput. 17(3)): so each is put on
    a cycle. A line whose hidden cells sum to less than `smallest` gets one more.
    """
    extra: set = set()
    todo = sorted(hidden)
    while todo:
        for cell in todo:
            extra |= set(_cheapest_way(counts, hidden | extra, cell)) - hidden
        todo = []
        for axis in (0, 1):
            for line in sorted({cell[axis] for cell in hidden}):
                cells = [cell for cell in counts if cell[axis] == line]
                shown = [cell for cell in cells if cell not in hidden | extra]
                if shown and sum(counts[cell] for cell in cells if cell not in shown) < smallest:
                    todo.append(min(shown, key=lambda cell: counts[cell]))
        extra |= set(todo)
    return extra


def suppress(
    frame: pd.DataFrame,
    count: str,
    by: str | list[str],
    smallest: int = 11,
    within: str | list[str] | None = None,
) -> pd.DataFrame:
    """Blank the cells of a table of counts that rest on too few customers, and those that would tell them.

    Parameters
    ----------
    frame : DataFrame
        One row per cell: one or two columns `by`, the column `count`, and measures of the same customers;
        text in other columns describes the cell and stays.
        A cell that is not there counts nobody. Totals do not belong in it:
        suppress them as a table of their own.
    count : str
        Column with the number of customers.
    by : str or list of str
        The column or two columns that span the table.
    smallest : int
        Smallest number of customers that is shown. 11 is the rule of the US Centers for Medicare &
        Medicaid Services (cell size suppression policy); here it takes zero with it.
    within : str or list of str, optional
        Columns of which each combination of values is a table of its own, with totals of its own.

    Returns
    -------
    DataFrame
        Same rows; `count` and all measures missing where suppressed; column `suppressed` says why:
        ``"<11"`` for a small cell, ``"withheld"`` for one that is hidden to protect another, else ``""``.
        From the cells shown and the totals of rows and columns no hidden cell follows by subtraction,
        unless it is the only cell of its row or column: its total is then small itself and hidden with it.

    Raises
    ------
    ValueError
        If `by` is not one or two columns, or a cell appears twice in its table.
    """
    by = [by] if isinstance(by, str) else list(by)
    if len(by) not in (1, 2):
        raise ValueError(f"by is {by}; expected one or two columns: suppress larger tables layer by layer")
    if within:
        layers = [
            suppress(layer, count, by, smallest).assign(_place=place)
            for layer, place in (
                (frame.iloc[i], i) for i in frame.groupby(within, dropna=False).indices.values()
            )
        ]
        if layers:
            return pd.concat(layers).sort_values("_place").drop(columns="_place")
    if frame.duplicated(by).any():
        raise ValueError(f"{', '.join(by)}: a cell appears twice; expected one row per cell: group first")
    cells = list(frame[by].astype(str).itertuples(index=False, name=None))
    # Of equal cells the first by name is hidden, every time: two runs that hide different ones would tell both.
    counts = dict(sorted(zip(cells, frame[count].fillna(0).tolist(), strict=True)))
    hidden = {cell for cell in cells if counts[cell] < smallest}
    extra = (_one_way if len(by) == 1 else _two_way)(counts, hidden, smallest)
    why = [f"<{smallest}" if c in hidden else "withheld" if c in extra else "" for c in cells]
    out = frame.assign(suppressed=pd.Series(why, index=frame.index, dtype="str"))
    for name in frame.columns.difference(by, sort=False):
        text = pd.api.types.is_string_dtype(frame[name].dtype) or isinstance(
            frame[name].dtype, pd.CategoricalDtype
        )
        if not text:
            out[name] = out[name].mask(out["suppressed"] != "")
    return out


def _neutral(value: object) -> object:
    return "'" + value if isinstance(value, str) and value.startswith(_FORMULA) else value


def safe_csv(frame: pd.DataFrame, path: str | Path) -> None:
    """Write a CSV that a spreadsheet opens without running anything.

    Text that starts as a formula does (= + - @, tab, line break, full-width forms) gets an apostrophe in
    front, and all text is quoted, so that no line break in it begins a cell (OWASP, CSV injection); numbers
    stay numbers. UTF-8 with BOM, by which Excel knows Chinese text.
    """
    neutral = frame.rename(columns=_neutral)
    for name in neutral.columns:
        if not pd.api.types.is_numeric_dtype(neutral[name].dtype):
            neutral[name] = neutral[name].astype(object).map(_neutral)
    neutral.to_csv(path, index=False, encoding="utf-8-sig", quoting=csv.QUOTE_NONNUMERIC)
