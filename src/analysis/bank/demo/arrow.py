"""Arrays to Arrow tables with the columns and types of the contract."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analysis.bank.schema import tables

TYPES = {
    "string": pa.string(),
    "int": pa.int64(),
    "float": pa.float64(),
    "bool": pa.bool_(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
}


def schema(name: str) -> pa.Schema:
    """Arrow schema of table `name` of the contract."""
    return pa.schema([(c.name, TYPES[c.type]) for c in tables()[name].columns.values()])


def build(name: str, columns: dict) -> pa.Table:
    """Table `name` from arrays, one per column of the contract."""
    target = schema(name)
    if set(columns) != set(target.names):
        raise ValueError(
            f"{name} has the columns {sorted(columns)}; the contract expects {sorted(target.names)}"
        )
    return pa.table([_typed(columns[f.name], f.type) for f in target], schema=target)


def _typed(values, kind: pa.DataType) -> pa.Array:
    if not isinstance(values, pa.Array | pa.ChunkedArray):
        return pa.array(values, type=kind, from_pandas=True)
    return values if values.type == kind else values.cast(kind)


def number(prefix: str, values: np.ndarray, width: int) -> pa.Array:
    """Ids such as C0000042."""
    digits = pc.ascii_lpad(pa.array(np.asarray(values)).cast(pa.string()), width, "0")
    return pc.binary_join_element_wise(prefix, digits, "")


def pick(codes: np.ndarray, names, known: np.ndarray | None = None) -> pa.Array:
    """Names by position; blank where not `known`."""
    names = names if isinstance(names, pa.Array) else pa.array(list(names), pa.string())
    mask = None if known is None else ~np.asarray(known)
    return names.take(pa.array(np.asarray(codes), pa.int32(), mask=mask))


def blank(values: np.ndarray, known: np.ndarray) -> pa.Array:
    """Array with blanks where not `known`."""
    return pa.array(values, mask=~np.asarray(known))
