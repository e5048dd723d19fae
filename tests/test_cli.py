"""The commands as a shell sees them: exit codes, and one clear line for what cannot be done."""

import shutil
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
from tests.report.sample import write_run

from analysis.cli import main
from analysis.report import index

PARAMETERS = """\
bank = "../data/demo"
as_of = "latest"
where = ""
language = "en"
results = "../reports/notebook/topic"
seed = 1
horizon: int = 12
"""


@pytest.fixture(scope="module")
def bank(tmp_path_factory):
    """A bank of one customer, as CSV; its data end on 2024-12-31."""
    folder = tmp_path_factory.mktemp("bank")
    tables = {
        "customers": "customer_id,birth_date,gender,branch_id,region,joined_on,left_on,marketing_consent\n"
        "C1,1980-01-01,female,B01,East,2020-01-01,,true\n",
        "accounts": "account_id,customer_id,product_id,opened_on\nA1,C1,P1,2020-01-01\n",
        "transactions": "transaction_id,account_id,booked_at,amount,category,channel\n"
        "T1,A1,2024-12-31 12:00:00,100,salary,mobile\n",
    }
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text)
    return folder


@pytest.fixture
def notebooks(tmp_path):
    """A folder of one notebook, whose kernel would leave the file `started`."""
    folder = tmp_path / "notebooks"
    folder.mkdir()
    v4 = nbformat.v4
    given = v4.new_code_cell(PARAMETERS, metadata={"tags": ["parameters"]})
    code = v4.new_code_cell("open('started', 'w')\nraise ValueError('broken')")
    cells = [v4.new_markdown_cell("# Churn"), given, code]
    nbformat.write(v4.new_notebook(cells=cells), folder / "04_churn.ipynb")
    return folder


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--only", "chrn"], "there is no notebook chrn; did you mean churn?"),
        (["--set", "horizn=6"], "has a parameter horizn; did you mean horizon (churn)?"),
        (["--set", "horizon=six"], "parameter horizon is 'six'; churn expects int, such as its default 12"),
        (["--set", "horizon"], "expected NAME=VALUE"),
        (["--set", "as_of=2024-01-01"], "use --as-of"),
        (["--as-of", "31.12.2024"], "expected 'latest' or a date"),
        (["--as-of", "2025-01-01"], "the data end on 2024-12-31"),
        (["--where", "branch = 'B01'"], "the filter \"branch = 'B01'\" cannot be used"),
        (["--where", "branch_id = 'B02'"], "no customer was with the bank on 2024-12-31 who meets"),
        (["--where", "1 = 1; drop table customers"], "cannot be used"),
        (["--by", "branchid"], "did you mean branch_id?"),
        (["--by", "name"], "customers have no column name"),
        (["--by", "occupation"], "occupation is blank for all customers"),
        (["--jobs", "0"], "jobs is 0; expected 1 or more"),
        (["--timeout", "0"], "timeout is 0; expected 1 or more"),
        (["--bank", "nowhere"], "there is no bank at nowhere"),
        (["--bank", "postgres://u:hunter2@h/db"], "spells a password out"),
        (["--bank", "postgres://u@h/db?password=hunter2"], "spells a password out"),
        (["--notebooks", "nowhere"], "holds no notebook"),
    ],
)
def test_unusable_arguments_are_one_line_and_exit_2_before_any_kernel(
    tmp_path, bank, notebooks, capsys, options, said
):
    out = tmp_path / "out"
    code = main(["run", "--bank", str(bank), "--notebooks", str(notebooks), "--out", str(out), *options])

    shown = capsys.readouterr().err
    assert code == 2
    assert said in shown
    assert len(shown.splitlines()) == 1
    assert "hunter2" not in shown
    assert not (notebooks / "started").exists()
    assert not out.exists()


def test_a_failing_report_is_exit_1_and_the_index_is_printed(tmp_path, bank, notebooks, capsys):
    out = tmp_path / "out"
    code = main(["run", "--bank", str(bank), "--notebooks", str(notebooks), "--out", str(out)])

    shown = capsys.readouterr()
    assert code == 1
    assert shown.out.splitlines() == ["1 notebook run. 1 report failed.", str(out / "2024-12-31/index.html")]
    assert shown.err.strip() == "2024-12-31/churn: failed in cell 3: ValueError: broken"


@pytest.mark.parametrize(
    "arguments", [[], ["fly"], ["run", "--speed", "9"], ["import", "enron", "x"], ["share"]]
)
def test_an_unknown_command_or_option_is_exit_2(arguments, capsys):
    with pytest.raises(SystemExit) as end:
        main(arguments)

    assert end.value.code == 2
    assert "usage:" in capsys.readouterr().err


def test_help_answers_at_once():
    loaded = "import sys, analysis.cli\nassert not {'ibis', 'pandas', 'papermill'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", loaded], check=True)
    started = time.monotonic()
    told = subprocess.run(
        [sys.executable, "-m", "analysis", "--help"], capture_output=True, text=True, check=True
    )

    assert time.monotonic() - started < 2
    assert all(
        name in told.stdout for name in ("run", "share", "compare", "check", "demo", "import", "dictionary")
    )


@pytest.fixture
def published(tmp_path):
    """Folder of a run without a report."""
    folder = tmp_path / "reports" / "2024-12-31"
    folder.mkdir(parents=True)
    index.write(write_run(folder))
    return folder


def test_what_was_shared_is_printed(published, tmp_path, capsys):
    assert main(["share", str(published), "--out", str(tmp_path / "shared")]) == 0
    shown = capsys.readouterr()
    assert [Path(line).suffix for line in shown.out.splitlines()] == [".zip", ".html"]
    assert all(Path(line).is_file() for line in shown.out.splitlines()) and shown.err == ""


def test_who_shares_everything_is_told_what_that_is(published, tmp_path, capsys):
    options = ["--as", "zip", "--everything", "--out", str(tmp_path / "shared")]
    assert main(["share", str(published), *options]) == 0
    shown = capsys.readouterr()
    assert "The zip holds customer numbers" in shown.err
    assert shown.out.strip() == str(tmp_path / "shared/Sample-Bank_2024-12-31_en_with-customer-numbers.zip")


def test_what_cannot_be_shared_is_one_line_and_exit_2(published, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("CHROMIUM", "nowhere")
    for options, said in (
        ([str(tmp_path / "x")], "there is no folder"),
        ([str(published), "--as", "pdf"], "CHROMIUM is 'nowhere', which is no program"),
    ):
        assert main(["share", *options, "--out", str(tmp_path / "shared")]) == 2
        shown = capsys.readouterr().err
        assert said in shown and len(shown.splitlines()) == 1
    assert not (tmp_path / "shared").exists()


def test_a_bank_that_cannot_be_opened_is_exit_2(tmp_path, capsys):
    assert main(["check", "--bank", str(tmp_path)]) == 2
    assert "is not a bank" in capsys.readouterr().err


def test_a_bank_with_errors_is_exit_1_and_one_without_exit_0(bank, tmp_path, capsys):
    assert main(["check", "--bank", str(bank)]) == 0
    broken = shutil.copytree(bank, tmp_path / "broken")
    (broken / "accounts.csv").write_text("account_id,customer_id,product_id,opened_on\nA1,C9,P1,2020-01-01\n")

    assert main(["check", "--bank", str(broken)]) == 1
    assert "accounts.customer_id" in capsys.readouterr().out


@pytest.mark.parametrize("dataset", ["berka", "cdnow", "cfpb"])
def test_a_folder_without_the_original_files_is_exit_2(tmp_path, capsys, dataset):
    source = tmp_path / "source"
    source.mkdir()

    assert main(["import", dataset, str(source), "--out", str(tmp_path / "bank")]) == 2
    shown = capsys.readouterr().err
    assert shown.startswith("analysis: ")
    assert "Traceback" not in shown


def test_a_simulated_bank_is_written_with_its_truth_beside_it(tmp_path, capsys):
    out = tmp_path / "small"

    assert main(["demo", "--out", str(out), "--customers", "200", "--months", "13"]) == 0
    assert (out / "customers.parquet").exists()
    assert any((tmp_path / "small_truth").iterdir())
    assert capsys.readouterr().out.strip() == str(out)


def test_the_dictionary_is_printed(capsys):
    assert main(["dictionary"]) == 0
    assert "customers" in capsys.readouterr().out
