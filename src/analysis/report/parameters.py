"""The parameters of a notebook: what its `parameters` cell declares, and whether given values fit."""

import ast
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from nbformat import NotebookNode

# Every notebook has these; a run sets them from its own arguments.
SHARED = {
    "bank": "--bank",
    "as_of": "--as-of",
    "where": "--where",
    "language": "--language",
    "results": "--out",
    "seed": "--seed",
}

_WORDS = {"true": "True", "false": "False", "none": "None", "null": "None"}


class UnusableArgument(ValueError):
    """An argument of a run cannot be used; the message is for the person who gave it."""


@dataclass(frozen=True)
class Parameter:
    """One line of a `parameters` cell.

    Attributes
    ----------
    kind : str
        Annotation as written, such as ``"list[float]"``, else the type of the default; "" if neither says.
    default : str
        Default as written.
    """

    name: str
    kind: str
    default: str


def declared(notebook: NotebookNode) -> dict[str, Parameter]:
    """Parameters by name, read from the cell tagged `parameters` without running it.

    papermill's own reading works line by line and gives up on a default that contains an equals sign, such
    as a filter; this one reads the syntax tree.

    Raises
    ------
    ValueError
        If there is no such cell, it is no Python, or a shared parameter is absent.
    """
    cells = [cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", [])]
    if not cells:
        raise ValueError("it has no cell tagged `parameters`")
    try:
        lines = ast.parse(cells[0].source).body
    except SyntaxError as error:
        raise ValueError(f"its `parameters` cell is no Python: {error.msg}, line {error.lineno}") from None
    found = {p.name: p for p in map(_parameter, lines) if p}
    absent = [name for name in SHARED if name not in found]
    if absent:
        raise ValueError(f"its `parameters` cell lacks {', '.join(absent)}")
    return found


def _parameter(line: ast.stmt) -> Parameter | None:
    if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name) and line.value:
        return Parameter(line.target.id, ast.unparse(line.annotation).strip("'\""), ast.unparse(line.value))
    if isinstance(line, ast.Assign) and len(line.targets) == 1 and isinstance(line.targets[0], ast.Name):
        return Parameter(line.targets[0].id, _kind(line.value), ast.unparse(line.value))
    return None


def _kind(value: ast.expr) -> str:
    try:
        default = ast.literal_eval(value)
    except ValueError:
        return ""
    return "" if default is None else type(default).__name__


def assign(notebooks: dict[str, dict[str, Parameter]], given: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Give each notebook those of the values that it declares.

    Parameters
    ----------
    notebooks : dict
        Declared parameters by notebook.
    given : dict
        Values by parameter; text, as it comes from a command line, is read as the declared type.

    Raises
    ------
    UnusableArgument
        If no notebook declares a parameter, a value is of another type than declared, or a parameter is
        one that the run sets itself.
    """
    own = {name: [n for n, p in notebooks.items() if name in p] for p in notebooks.values() for name in p}
    for name in given:
        if name in SHARED:
            raise UnusableArgument(f"parameter {name} belongs to the run itself: use {SHARED[name]}")
        if name not in own:
            raise UnusableArgument(_unknown(name, {n: where for n, where in own.items() if n not in SHARED}))
    return {
        notebook: {
            name: _value(given[name], parameters[name], notebook) for name in given if name in parameters
        }
        for notebook, parameters in notebooks.items()
    }


def _unknown(name: str, own: dict[str, list[str]]) -> str:
    near = get_close_matches(name, own, n=1)
    hint = f"did you mean {near[0]} ({', '.join(own[near[0]])})? " if near else ""
    known = f"They have: {', '.join(sorted(own))}." if own else "They have no parameters of their own."
    return f"none of the notebooks to be run has a parameter {name}; {hint}{known}"


def _value(given: Any, parameter: Parameter, notebook: str) -> Any:
    value = list(given) if isinstance(given, tuple) else given
    if not parameter.kind:
        return _read(value)
    kind = ast.parse(parameter.kind, mode="eval").body
    read = _read(value)
    for candidate in (read, value):
        if _fits(candidate, kind):
            return candidate
    raise UnusableArgument(
        f"parameter {parameter.name} is {given!r}; {notebook} expects {parameter.kind}, "
        f"such as its default {parameter.default}"
    )


def _read(value: Any) -> Any:
    """A number, list, truth value or none written as text; other text stays."""
    if not isinstance(value, str):
        return value
    try:
        read = ast.literal_eval(_WORDS.get(value.lower(), value))
    except (ValueError, SyntaxError):
        return value
    return value if isinstance(read, str) else list(read) if isinstance(read, tuple) else read


def _fits(value: Any, kind: ast.expr) -> bool:
    if isinstance(kind, ast.BinOp):
        return _fits(value, kind.left) or _fits(value, kind.right)
    if isinstance(kind, ast.Constant):
        return value is kind.value
    if isinstance(kind, ast.Subscript):
        return _fits(value, kind.value) and _elements_fit(value, kind.slice)
    # bool is a kind of int in Python, but true is no count; a whole number is a fine float.
    kinds = {"int": int, "float": (int, float), "str": str, "bool": bool, "dict": dict}
    kinds |= {"list": list, "tuple": list}
    name = getattr(kind, "id", "")
    if isinstance(value, bool) and name in ("int", "float"):
        return False
    return name not in kinds or isinstance(value, kinds[name])


def _elements_fit(value: Any, kind: ast.expr) -> bool:
    kinds = list(kind.elts) if isinstance(kind, ast.Tuple) else [kind]
    if isinstance(value, dict):
        return all(_fits(k, kinds[0]) and _fits(v, kinds[-1]) for k, v in value.items())
    if len(kinds) > 1 and not isinstance(kinds[-1], ast.Constant):
        return len(value) == len(kinds) and all(map(_fits, value, kinds))
    return all(_fits(element, kinds[0]) for element in value)
