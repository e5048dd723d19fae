"""A bank of a few rows and notebooks of a few cells: enough to run real kernels in little time."""

import json
from datetime import date, datetime
from pathlib import Path

import nbformat
import pandas as pd
import pytest

PARAMETERS = """\
bank: str = "../data/demo"
as_of: str = "latest"
where: str = ""
language: str = "en"
results: str = "../reports/notebook/topic"
seed: int = 20240101
"""

# What `results.record` would write, without the seconds that importing pandas takes in each kernel.
RECORD = """\
import json, pathlib
folder = pathlib.Path(results)
folder.mkdir(parents=True)
figures = [{"name": "answer", "value": 42, "low": None, "high": None, "unit": "customers",
            "baseline": None, "n": None, "label": "Answer"}]
_ = (folder / "metrics.json").write_text(json.dumps({
    "topic": "TOPIC", "bank": "Tiny", "as_of": as_of, "where": where, "currency": "EUR", "language": language,
    "version": "0", "headline": "The answer is 42.", "figures": figures,
    "decision": {"who": "Nobody", "what": "nothing", "customers": 42, "money": None, "currency": None},
    "health": [{"check": "sum", "ok": True, "message": "It adds up."}],
}))
(folder / "tables").mkdir()
_ = (folder / "tables" / "rows.parquet").write_bytes(b"as_of " + as_of.encode())
"""


@pytest.fixture(scope="session")
def tiny_bank(tmp_path_factory) -> Path:
    """Folder of a bank with six customers in two branches; its data end on 2024-12-31."""
    folder = tmp_path_factory.mktemp("tiny")
    ids = [f"C{i}" for i in range(6)]
    pd.DataFrame(
        {
            "customer_id": ids,
            "birth_date": date(1980, 1, 1),
            "gender": "female",
            "branch_id": ["B01", "B02"] * 3,
            "region": "East",
            "joined_on": date(2020, 1, 1),
            "left_on": pd.Series([None] * 6, dtype="datetime64[ns]").dt.date,
            "marketing_consent": True,
        }
    ).to_parquet(folder / "customers.parquet")
    pd.DataFrame(
        {
            "account_id": [f"A{i}" for i in ids],
            "customer_id": ids,
            "product_id": "P1",
            "opened_on": date(2020, 1, 1),
        }
    ).to_parquet(folder / "accounts.parquet")
    pd.DataFrame(
        {
            "transaction_id": [f"T{i}" for i in ids],
            "account_id": [f"A{i}" for i in ids],
            "booked_at": datetime(2024, 12, 31, 12),
            "amount": 100.0,
            "category": "salary",
            "channel": "mobile",
        }
    ).to_parquet(folder / "transactions.parquet")
    return folder


def _write_notebook(
    folder: Path, name: str, *cells: str, parameters: str = PARAMETERS, record: bool = True
) -> Path:
    v4 = nbformat.v4
    given = v4.new_code_cell(parameters, metadata={"tags": ["parameters"]})
    code = [v4.new_code_cell(cell) for cell in cells]
    if record:
        code.append(v4.new_code_cell(RECORD.replace("TOPIC", name[3:])))
    title = v4.new_markdown_cell(f"# About {name[3:]}\n\nWhat is the answer?")
    notebook = v4.new_notebook(cells=[title, given, *code])
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{number}"
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.ipynb"
    nbformat.write(notebook, path)
    return path


@pytest.fixture(scope="session")
def write_notebook():
    """Function that writes ``<folder>/<name>.ipynb``: title, parameters, the given code cells, a record."""
    return _write_notebook


@pytest.fixture(scope="session")
def read_run():
    """Function that gives the entries of a run's ``run.json`` by topic."""

    def read(folder: Path) -> dict[str, dict]:
        record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
        return {entry["topic"]: entry for entry in record["topics"]}

    return read
