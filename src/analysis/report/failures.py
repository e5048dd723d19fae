"""What went wrong in a notebook, read from the copy that papermill saved while it ran."""

import re
from pathlib import Path

import nbformat
from nbformat import NotebookNode

# Cells that papermill adds; they are no part of the source notebook.
_ADDED = {"injected-parameters", "papermill-error-cell-tag"}
_LINES = 3
_MESSAGE = 2_000


def failure(kind: str, message: str, *, error: str = "", cell: int | None = None, source: str = "") -> dict:
    """One failure as `run.schema.json` has it."""
    lines = source.strip().splitlines()
    return {
        "kind": kind,
        "cell": cell,
        "source": "\n".join(lines[:_LINES]),
        "error": error,
        "message": message.strip()[:_MESSAGE],
    }


def diagnose(saved: Path, kind: str, message: str, error: str = "") -> dict:
    """Failure of the notebook at `saved`: of the cell that holds an error, else of the one that ran last.

    A figure that could not be shown leaves an error in its cell, and the cells below it run.

    Parameters
    ----------
    saved : Path
        Notebook as papermill left it; it may be absent or cut off if the process was killed.
    kind : {"error", "killed", "time limit"}
    message, error : str
        Used where the cell itself holds no error, as when its kernel was killed.
    """
    cell, number = _failed(_read(saved), kind)
    if cell is None:
        return failure(kind, message, error=error)
    for said in _errors(cell) if kind == "error" else ():
        error, message = said.ename, said.evalue
    return failure(kind, message, error=error, cell=number, source=cell.source)


def _errors(cell: NotebookNode) -> list[NotebookNode]:
    return [output for output in cell.get("outputs", []) if output.output_type == "error"]


def missing_table(found: dict) -> str | None:
    """Name of the table for want of which a notebook stopped; None if it stopped for another reason."""
    match = re.match(r"table (\w+) is missing", found["message"])
    return match[1] if match and found["error"] == "MissingTable" else None


def _read(saved: Path) -> NotebookNode | None:
    try:
        return nbformat.read(saved, as_version=4)
    except (OSError, ValueError, nbformat.reader.NotJSONError):
        return None


def _failed(notebook: NotebookNode | None, kind: str) -> tuple[NotebookNode | None, int | None]:
    last = None, None
    number = 0
    for cell in notebook.cells if notebook else ():
        added = bool(_ADDED & set(cell.metadata.get("tags", [])))
        number += not added
        if cell.cell_type == "code" and cell.metadata.get("papermill", {}).get("start_time"):
            last = cell, None if added else number
            if kind == "error" and _errors(cell):
                break
    return last
