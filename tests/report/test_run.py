"""Real kernels run notebooks of a few cells; a run's folder is looked at as a reader would."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import jsonschema
import nbformat
import pytest
from tests.report.conftest import PARAMETERS

from analysis.report.run import run

RUN = "2024-12-31"
# Tells where the kernel ran; its own text is not part of any page.
WHO = "import sys, os\nprint(sys.executable, os.getcwd())"
SCHEMA = Path(run.__code__.co_filename).with_name("run.schema.json")


def shown(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Content and time of change of every file below a folder, by path."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {str(p.relative_to(folder)): (p.read_bytes(), p.stat().st_mtime_ns) for p in files}


@pytest.fixture(scope="module")
def mixed(tmp_path_factory, tiny_bank, write_notebook):
    """A run of a good notebook and of one for each way to come to grief, with a hostile environment."""
    home = tmp_path_factory.mktemp("mixed")
    books = home / "notebooks"
    write_notebook(books, "00_template")
    write_notebook(books, "01_good", WHO)
    write_notebook(books, "02_raises", "x = 1", "# why\nraise ValueError('no such <b>thing</b>')")
    write_notebook(books, "03_killed", "import os\nos.kill(os.getpid(), 9)")
    write_notebook(books, "04_endless", "while True:\n    pass")
    write_notebook(
        books, "05_lacking", "from analysis.bank.source import MissingTable", "raise MissingTable('media')"
    )
    write_notebook(books, "06_silent", record=False)
    write_notebook(books, "07_old", parameters="bank = 'b'")
    (books / "08_torn.ipynb").write_text('{"cells": [')
    kernel = home / "jupyter" / "kernels" / "python3"
    kernel.mkdir(parents=True)
    (kernel / "kernel.json").write_text(
        json.dumps({"argv": ["/bin/false", "{connection_file}"], "language": "python", "display_name": "x"})
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_PATH", str(home / "jupyter"))
        result = run(str(tiny_bank), notebooks=books, out=home / "out", timeout=6)
    return home, result


def test_what_fails_is_named_and_the_others_come_out(mixed, read_run):
    home, result = mixed
    topics = read_run(home / "out" / RUN)

    assert {name: entry["status"] for name, entry in topics.items()} == {
        "good": "done",
        "raises": "failed",
        "killed": "failed",
        "endless": "failed",
        "lacking": "missing table",
        "silent": "failed",
        "old": "failed",
        "torn": "failed",
    }
    assert (result.failed, result.exit_code) == (6, 1)


@pytest.mark.parametrize(
    ("topic", "kind", "cell", "source", "error", "message"),
    [
        ("raises", "error", 4, "# why\nraise", "ValueError", "no such <b>thing</b>"),
        ("killed", "killed", 3, "import os", "", "the kernel died"),
        ("endless", "time limit", 3, "while True", "", "time limit of 6 seconds"),
        ("silent", "page", None, "", "", "metrics.json is missing"),
        ("old", "notebook", None, "", "", "07_old.ipynb cannot be run: its `parameters` cell lacks as_of"),
        ("torn", "notebook", None, "", "", "08_torn.ipynb cannot be run"),
    ],
)
def test_a_failure_says_which_cell_and_why(mixed, read_run, topic, kind, cell, source, error, message):
    home, _result = mixed
    failure = read_run(home / "out" / RUN)[topic]["failure"]

    assert (failure["kind"], failure["cell"], failure["error"]) == (kind, cell, error)
    assert failure["source"].startswith(source)
    assert message in failure["message"]


def test_a_missing_table_is_no_failure(mixed, read_run):
    home, _result = mixed
    entry = read_run(home / "out" / RUN)["lacking"]

    assert (entry["missing_table"], entry["failure"], entry["page"]) == ("media", None, None)


def test_a_run_publishes_page_figures_tables_and_notebooks(mixed):
    home, result = mixed
    site = home / "out" / RUN

    assert "The answer is 42." in (site / "good.html").read_text()
    assert json.loads((site / "good" / "metrics.json").read_text())["as_of"] == RUN
    assert (site / "good" / "tables" / "rows.parquet").is_file()
    assert {path.name for path in (site / "notebooks").iterdir()} >= {
        "01_good.ipynb",
        "02_raises.failed.ipynb",
    }
    assert result.index == site / "index.html"
    assert "good.html" in result.index.read_text()


def test_nothing_but_the_published_folder_is_left(mixed):
    home, _result = mixed

    assert sorted(path.name for path in (home / "out").iterdir()) == [".state", RUN]
    assert sorted(path.suffix for path in (home / "notebooks").iterdir()) == [".ipynb"] * 9


def test_the_kernel_is_this_interpreter_in_the_notebooks_folder(mixed):
    home, _result = mixed
    text = (home / "out" / RUN / "notebooks" / "01_good.ipynb").read_text()

    assert f"{sys.executable} {home / 'notebooks'}" in text


def test_the_saved_notebook_shows_where_its_results_are_and_not_where_they_were_made(mixed):
    home, _result = mixed
    text = (home / "out" / RUN / "notebooks" / "01_good.ipynb").read_text()

    assert f"../out/{RUN}/good" in text
    assert "partial" not in text


def test_run_json_is_as_its_schema_says_and_counts_what_is_not_analysis(mixed):
    home, _result = mixed
    record = json.loads((home / "out" / RUN / "run.json").read_text())

    jsonschema.validate(record, json.loads(SCHEMA.read_text()))
    seconds = next(entry for entry in record["topics"] if entry["topic"] == "good")["seconds"]
    assert 0 < seconds["kernel_start"] < seconds["overhead"] < seconds["total"]
    assert seconds["overhead"] == pytest.approx(seconds["total"] - seconds["cells"], abs=0.002)


def test_only_what_changed_is_run_again(tmp_path, tiny_bank, write_notebook, read_run):
    books, out = tmp_path / "notebooks", tmp_path / "out"
    write_notebook(books, "01_first")
    write_notebook(books, "02_second", "raise ValueError('broken')")

    def again():
        return run(str(tiny_bank), notebooks=books, out=out)

    assert (again().executed, again().executed) == (2, 1), "only what failed is tried again"
    write_notebook(books, "02_second", "1 + 1")
    assert (again().executed, again().exit_code) == (1, 0)

    before = shown(out / RUN)
    result = again()
    assert result.executed == 0
    assert [entry["status"] for entry in result.topics[out / RUN]] == ["unchanged", "unchanged"]
    assert shown(out / RUN) == before

    (out / RUN / "first.html").unlink()
    assert again().executed == 1
    assert not (out / RUN / "notebooks" / "02_second.failed.ipynb").exists()


def test_each_topic_remembers_the_parameters_of_the_call_that_made_it(
    tmp_path, tiny_bank, write_notebook, read_run
):
    books, out = tmp_path / "notebooks", tmp_path / "out"
    for name in ("01_first", "02_second"):
        write_notebook(books, name, parameters=PARAMETERS + "horizon: int = 3\n")

    def given(**asked):
        run(str(tiny_bank), notebooks=books, out=out, **asked)
        return {topic: entry["parameters"] for topic, entry in read_run(out / RUN).items()}

    assert given(only=("first",), parameters={"horizon": "6"}) == {"first": {"horizon": 6}, "second": {}}
    assert given(only=("second",)) == {"first": {"horizon": 6}, "second": {}}
    write_notebook(books, "01_first", "1 / 0", parameters=PARAMETERS + "horizon: int = 3\n")
    kept = given(only=("first",), parameters={"horizon": "9"})
    assert kept["first"] == {"horizon": 6}, "the report that is there is the one of before"


def test_a_failing_topic_keeps_its_last_good_report_with_its_date(
    tmp_path, tiny_bank, write_notebook, read_run
):
    books, site = tmp_path / "notebooks", tmp_path / "out" / RUN
    write_notebook(books, "01_first")
    run(str(tiny_bank), notebooks=books, out=tmp_path / "out")
    good, before = read_run(site)["first"], shown(site)

    write_notebook(books, "01_first", "1 / 0")
    result = run(str(tiny_bank), notebooks=books, out=tmp_path / "out")

    assert result.exit_code == 1
    entry, after = read_run(site)["first"], shown(site)
    assert (entry["status"], entry["page"], entry["made_at"]) == ("failed", "first.html", good["made_at"])
    assert entry["failure"]["error"] == "ZeroDivisionError"
    kept = ("first.html", "first/metrics.json", "first/tables/rows.parquet", "notebooks/01_first.ipynb")
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}


def test_one_set_of_reports_per_branch_with_an_overview(tmp_path, tiny_bank, write_notebook):
    books, out = tmp_path / "notebooks", tmp_path / "out"
    write_notebook(books, "01_first")

    result = run(str(tiny_bank), by="branch_id", notebooks=books, out=out, language="zh")

    names = [f"{RUN}_branch_id=B01_zh", f"{RUN}_branch_id=B02_zh"]
    assert [folder.name for folder in result.topics] == names
    filters = [json.loads((out / name / "first" / "metrics.json").read_text())["where"] for name in names]
    assert filters == ["branch_id = 'B01'", "branch_id = 'B02'"]
    assert result.index == out / "index.html"
    assert all(f"{name}/index.html" in result.index.read_text() for name in names)


def start(bank: Path, books: Path, out: Path) -> subprocess.Popen:
    command = [sys.executable, "-m", "analysis", "run", "--bank", bank, "--notebooks", books, "--out", out]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def wait_for(path: Path, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not path.exists():
        assert time.monotonic() < deadline, f"{path} did not come"
        time.sleep(0.05)


def gone(process: int, seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            state = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except FileNotFoundError:
            return True
        if state == "Z":
            return True
        time.sleep(0.1)
    return False


def write_waiting(write_notebook, books: Path, name: str, pid: Path) -> None:
    """A notebook that leaves its kernel's process number in file `pid` and then takes its time."""
    tell = f"import os, time\nopen({str(pid)!r} + '.new', 'w').write(str(os.getpid()))"
    write_notebook(books, name, tell, f"os.rename({str(pid)!r} + '.new', {str(pid)!r})\ntime.sleep(100)")


def test_a_killed_run_leaves_no_half_report_and_what_was_whole_is_not_run_again(
    tmp_path, tiny_bank, write_notebook
):
    books, out, pid = tmp_path / "notebooks", tmp_path / "out", tmp_path / "pid"
    write_notebook(books, "01_first")
    write_waiting(write_notebook, books, "02_second", pid)
    killed = start(tiny_bank, books, out)
    wait_for(pid)
    wait_for(out / f".{RUN}.partial" / "first" / "outcome.json")
    killed.kill()
    killed.wait()

    assert gone(int(pid.read_text()))
    assert not (out / RUN).exists()

    write_notebook(books, "02_second")
    result = run(str(tiny_bank), notebooks=books, out=out)

    assert (result.executed, result.failed) == (1, 0)
    assert sorted(path.name for path in out.iterdir()) == [".state", RUN]
    assert {entry["page"] for entry in result.topics[out / RUN]} == {"first.html", "second.html"}


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_ends_its_kernels_and_publishes_nothing(tmp_path, tiny_bank, write_notebook, how):
    books, out, pid = tmp_path / "notebooks", tmp_path / "out", tmp_path / "pid"
    write_waiting(write_notebook, books, "02_second", pid)
    interrupted = start(tiny_bank, books, out)
    wait_for(pid)
    interrupted.send_signal(how)

    assert interrupted.wait(timeout=20) == 130
    assert gone(int(pid.read_text()))
    assert not (out / RUN).exists()


def test_secrets_are_shown_by_name_even_if_a_notebook_prints_them(
    tmp_path, tiny_bank, write_notebook, monkeypatch
):
    """The bank's folder bears a name that looks like a secret's, so that no server is needed here."""
    monkeypatch.setenv("BANK_PASSWORD", 'geheim"\\42')
    bank = tmp_path / "${BANK_PASSWORD}"
    bank.symlink_to(tiny_bank)
    books, out = tmp_path / "notebooks", tmp_path / "out"
    write_notebook(books, "01_prints", "import os\nprint(os.environ['BANK_PASSWORD'])")
    write_notebook(books, "02_raises", "import os\nraise ValueError('login ' + os.environ['BANK_PASSWORD'])")

    run(str(bank), notebooks=books, out=out)

    written = b"".join(content for content, _time in shown(out).values())
    assert b"${BANK_PASSWORD}" in written
    assert b"geheim" not in written


def test_a_template_is_run_only_if_asked_for(tmp_path, tiny_bank, write_notebook):
    books, out = tmp_path / "notebooks", tmp_path / "out"
    write_notebook(books, "00_template")
    write_notebook(books, "01_first")

    result = run(str(tiny_bank), only=("template",), notebooks=books, out=out)

    assert [(entry["topic"], entry["status"]) for entry in result.topics[out / RUN]] == [("template", "done")]
    assert nbformat.read(out / RUN / "notebooks" / "00_template.ipynb", as_version=4)
    assert not os.path.exists(out / RUN / "first.html")


def test_a_chart_with_a_sign_that_no_font_has_fails_its_report(tmp_path, tiny_bank, write_notebook, read_run):
    lines = "from analysis.charts import style\nstyle.apply()\nax = style.axes(None, 2)\n"
    books = tmp_path / "notebooks"
    write_notebook(books, "01_chinese", lines + "style.title(ax, '客户');")
    write_notebook(books, "02_boxes", lines + "style.title(ax, '客户 \U0010fffd');")
    result = run(str(tiny_bank), notebooks=books, out=tmp_path / "out")

    topics = read_run(tmp_path / "out" / RUN)
    assert (topics["chinese"]["status"], topics["boxes"]["status"], result.exit_code) == ("done", "failed", 1)
    failure = topics["boxes"]["failure"]
    assert (failure["cell"], failure["error"]) == (3, "MissingGlyph")
    assert "Glyph 1114109" in failure["message"] and "Install a font" in failure["message"]


@pytest.mark.slow  # four kernels, and as many commands
def test_a_night_makes_sends_and_tells_of_what_failed(tmp_path, tiny_bank, write_notebook):
    books = tmp_path / "notebooks"
    write_notebook(books, "01_good")
    write_notebook(books, "02_bad", "raise ValueError('no')")
    places = {"BANK": str(tiny_bank), "OUT": str(tmp_path / "out"), "SHARED": str(tmp_path / "shared")}
    nightly = [Path(__file__).parents[2] / "examples" / "nightly.sh", "--notebooks", books]
    told = subprocess.run(nightly, env=os.environ | places, capture_output=True, text=True)

    assert told.returncode == 1 and "failed in cell 3: ValueError: no" in told.stderr
    sent = {path.name for path in (tmp_path / "shared").iterdir() if not path.name.startswith(".")}
    assert {f"Bank_good_2024-12-31_{language}.html" for language in ("en", "zh")} < sent
    open_to_others = [path for path in tmp_path.glob("[os]*/**/*") if path.stat().st_mode & 0o007]
    assert open_to_others == []


def test_both_languages_of_a_day_lead_to_each_other_whichever_came_first(tmp_path, tiny_bank, write_notebook):
    books, out = tmp_path / "notebooks", tmp_path / "out"
    write_notebook(books, "01_first")
    for language in ("en", "zh"):
        run(str(tiny_bank), notebooks=books, out=out, language=language)

    for here, there in ((RUN, f"{RUN}_zh"), (f"{RUN}_zh", RUN)):
        for page in ("index.html", "first.html"):
            assert f'href="../{there}/{page}"' in (out / here / page).read_text(encoding="utf-8")

    write_notebook(books, "02_second")
    (books / "01_first.ipynb").unlink()
    run(str(tiny_bank), notebooks=books, out=out, language="zh")
    assert not (out / f"{RUN}_zh" / "first.html").exists()
    assert f"{RUN}_zh/first.html" not in (out / RUN / "first.html").read_text(encoding="utf-8")
    assert sorted(path.name for path in out.iterdir()) == [".state", RUN, f"{RUN}_zh"]
