"""The filter of a run, such as ``branch_id = 'B07'``: read strictly, never executed as SQL."""

import operator
from collections.abc import Callable
from functools import reduce

import ibis
import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from analysis.bank.engines import BankError
from analysis.bank.schema import Table

_COMPARE = {
    exp.EQ: operator.eq,
    exp.NEQ: operator.ne,
    exp.LT: operator.lt,
    exp.LTE: operator.le,
    exp.GT: operator.gt,
    exp.GTE: operator.ge,
}

# They identify a person and only serve to link records.
IDENTIFYING = ("name", "phone", "email")


def condition(where: str, spec: Table) -> Callable[[ibis.Table], ibis.Value] | None:
    """Read the filter `where` on the columns of table `spec`.

    Returns
    -------
    callable or None
        Gives the Ibis condition for a table with those columns; None for an empty filter.

    Raises
    ------
    BankError
        If `where` is anything but comparisons of a column with constants, joined by ``and``.
    """
    if not where.strip():
        return None
    try:
        statements = sqlglot.parse(where)
    except SqlglotError:
        raise _refusal(where, spec) from None
    if len(statements) != 1 or statements[0] is None:
        raise _refusal(where, spec)
    tree = statements[0]
    nodes = list(tree.flatten()) if isinstance(tree, exp.And) else [tree]
    parts = [_comparison(node, where, spec) for node in nodes]
    return lambda table: reduce(operator.and_, (part(table) for part in parts))


def _comparison(node: exp.Expression, where: str, spec: Table):
    node = node.unnest()
    if not isinstance(node.this, exp.Column) or node.this.table:
        raise _refusal(where, spec)
    name = node.this.name
    if name not in spec.columns or name in IDENTIFYING:
        raise _refusal(where, spec)
    if isinstance(node, exp.In) and node.expressions:
        values = [_literal(value, where, spec) for value in node.expressions]
        return lambda table: table[name].isin(values)
    if type(node) in _COMPARE:
        value = _literal(node.expression, where, spec)
        return lambda table: _COMPARE[type(node)](table[name], _like(value, table[name]))
    raise _refusal(where, spec)


def _like(value, column: ibis.Value):
    return ibis.literal(value).cast(column.type()) if column.type().is_temporal() else value


def _literal(node: exp.Expression, where: str, spec: Table):
    if isinstance(node, exp.Boolean):
        return node.this
    if not isinstance(node, exp.Literal):
        raise _refusal(where, spec)
    return node.this if node.is_string else float(node.this)


def _refusal(where: str, spec: Table) -> BankError:
    columns = ", ".join(name for name in spec.columns if name not in IDENTIFYING)
    return BankError(
        f"the filter {where!r} cannot be used; expected comparisons of a column of {spec.name} with "
        "constants, joined by `and`, such as \"branch_id = 'B07' and region in ('East', 'West')\". "
        f"Columns: {columns}"
    )
