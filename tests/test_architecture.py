"""The house keeps its walls: imports run one way, notebooks stay notebooks."""

import ast
import json
import re
from pathlib import Path

import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def code_cells(path: Path) -> list[dict]:
    return [c for c in json.loads(path.read_text())["cells"] if c["cell_type"] == "code"]


def source(cell: dict) -> str:
    return "".join(cell["source"])


def test_imports_run_one_way(monkeypatch):
    monkeypatch.chdir(ROOT)
    assert lint_imports(no_cache=True) == EXIT_STATUS_SUCCESS


def test_there_are_notebooks():
    assert {"00_template", "02_segmentation"} <= {path.stem for path in NOTEBOOKS}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_a_notebook_calls_and_does_not_define(path):
    for cell in code_cells(path):
        text = source(cell)
        kinds = {type(node) for node in ast.walk(ast.parse(text))}
        assert not kinds & {ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda}, text
        assert len(text.splitlines()) <= 20, text
        assert not any(word in text for word in ("sys.path", "%pip", "!pip", "/home/")), text


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_a_notebook_has_its_parameters_and_records_its_figures(path):
    cells = code_cells(path)
    tagged = [c for c in cells if "parameters" in c["metadata"].get("tags", [])]
    assert len(tagged) == 1
    names = {
        target.id
        for node in ast.parse(source(tagged[0])).body
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
    }
    assert {"bank", "as_of", "where", "language", "results", "seed"} <= names
    assert "record(" in source(cells[-1])


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_a_notebook_is_stored_without_outputs(path):
    kept = [
        c
        for c in code_cells(path)
        if c["outputs"] and "nbval-check-output" not in c["metadata"].get("tags", [])
    ]
    assert kept == []


def test_lifetimes_is_imported_in_one_module():
    """Archived upstream, it must be easy to replace."""
    using = re.compile(r"^\s*(from|import) lifetimes\b", re.MULTILINE)
    found = [path for path in (ROOT / "src").rglob("*.py") if using.search(path.read_text(encoding="utf-8"))]
    assert [path.relative_to(ROOT).as_posix() for path in found] == [
        "src/analysis/topics/lifetime_value/models/exact.py"
    ]
