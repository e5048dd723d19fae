import os
from pathlib import Path

import pytest

from analysis.report.inputs import bank_state, report_digest


@pytest.fixture
def bank(tmp_path) -> Path:
    (tmp_path / "transactions").mkdir()
    (tmp_path / "transactions" / "1.parquet").write_text("a")
    (tmp_path / "customers.csv").write_text("b")
    return tmp_path


def test_a_banks_state_is_that_of_all_its_files(bank):
    part = bank / "transactions" / "1.parquet"
    seen = [bank_state(str(bank)), bank_state(f"file://{bank}")]
    assert seen[0] == seen[1]

    os.utime(part, ns=(1, 1))
    seen.append(bank_state(str(bank)))
    part.write_text("longer")
    os.utime(part, ns=(1, 1))
    seen.append(bank_state(str(bank)))
    part.rename(part.with_name("2.parquet"))
    seen.append(bank_state(str(bank)))

    assert len(set(seen)) == 4


@pytest.mark.parametrize("url", ["postgres://u@h/db", "postgresql://u@h/db", "spark://local/data"])
def test_the_state_behind_a_server_is_unknown_so_that_no_report_is_up_to_date(url, bank):
    assert bank_state(url) is None
    assert report_digest(bank / "customers.csv", "code", None, {}) is None


def test_a_report_depends_on_its_notebook_the_code_the_bank_and_its_parameters(bank):
    notebook = bank / "customers.csv"
    digests = [
        report_digest(notebook, "code", "state", {"k": 1}),
        report_digest(notebook, "other", "state", {"k": 1}),
        report_digest(notebook, "code", "other", {"k": 1}),
        report_digest(notebook, "code", "state", {"k": 2}),
    ]
    notebook.write_text("changed")
    digests.append(report_digest(notebook, "code", "state", {"k": 1}))

    assert len(set(digests)) == 5
