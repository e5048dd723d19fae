"""What leaves a run's folder: under which names, with what in it, and all of it or nothing."""

import re
import stat
import zipfile

import pytest
from tests.report.sample import record, topic, write_notebook, write_run

from analysis.report import index, pdf, publish
from analysis.report.html import render
from analysis.report.parameters import UnusableArgument
from analysis.report.share import NotShared, file_name, share

STEM = "Sample-Bank_2024-12-31_en"


@pytest.fixture
def run(tmp_path):
    """A run of one topic that came out and one that did not, with everything a run's folder holds."""
    folder = tmp_path / "reports" / "2024-12-31"
    metrics = record(folder / "segmentation")
    (folder / "notebooks").mkdir()
    notebook = write_notebook(folder / "notebooks" / "02_segmentation.ipynb")
    (folder / "segmentation.html").write_text(render(notebook, metrics, "en"), encoding="utf-8")
    write_run(folder, topic("segmentation"), topic("churn", "missing table", page=None))
    index.write(folder)
    return folder


def names(archive) -> list[str]:
    with zipfile.ZipFile(archive) as opened:
        assert opened.testzip() is None
        return opened.namelist()


def test_pages_and_zip_are_named_by_bank_topic_day_and_language(run, tmp_path):
    written = share(run, tmp_path / "shared")

    assert [path.name for path in written] == [
        f"{STEM}.zip",
        "Sample-Bank_index_2024-12-31_en.html",
        "Sample-Bank_segmentation_2024-12-31_en.html",
    ]
    assert sorted(p for p in (tmp_path / "shared").iterdir() if not p.name.startswith(".")) == written


def test_a_mailed_page_has_no_link_that_leads_nowhere(run, tmp_path):
    for page in share(run, tmp_path / "shared", ("mail",)):
        links = re.findall(r'href="([^"]*)"', page.read_text(encoding="utf-8"))
        assert [link for link in links if not link.startswith(("#", "https://"))] == []


def test_the_zip_holds_pages_only_and_their_links_lead_to_each_other(run, tmp_path):
    (run / "later_addition.csv").write_text("customer_id")
    (archive,) = share(run, tmp_path / "shared", ("zip",))

    assert names(archive) == [f"{STEM}/index.html", f"{STEM}/segmentation.html"]
    with zipfile.ZipFile(archive) as opened:
        pages = {name: opened.read(name).decode() for name in opened.namelist()}
    assert 'href="index.html"' in pages[f"{STEM}/segmentation.html"]
    assert 'href="segmentation.html"' in pages[f"{STEM}/index.html"]


def test_everything_is_in_the_zip_only_on_request_and_then_its_name_says_so(run, tmp_path):
    (archive,) = share(run, tmp_path / "shared", ("zip",), everything=True)

    assert archive.name == f"{STEM}_with-customer-numbers.zip"
    inside = {name.partition("/")[2] for name in names(archive)}
    assert inside == {path.relative_to(run).as_posix() for path in run.rglob("*") if path.is_file()}
    assert {"segmentation/metrics.json", "segmentation/tables/customers.parquet", "run.json"} < inside
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600


def test_the_same_run_gives_the_same_bytes(run, tmp_path):
    first = {path.name: path.read_bytes() for path in share(run, tmp_path / "a", everything=True)}
    for path in run.rglob("*"):
        path.touch()
        path.chmod(0o700)
    second = {path.name: path.read_bytes() for path in share(run, tmp_path / "b", everything=True)}
    assert first == second


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "Sample-Bank_churn_2024-12-31_en"),
        ({"language": "zh", "bank": {"name": "海港银行(上海)"}}, "海港银行-上海_churn_2024-12-31_zh"),
        ({"where": "branch_id = 'B07'"}, "Sample-Bank_churn_2024-12-31_branch_id=B07_en"),
        ({"bank": {"name": 'A/B: "C" \\ ..\n'}}, "A-B-C_churn_2024-12-31_en"),
        ({"bank": {"name": "???"}}, "bank_churn_2024-12-31_en"),
    ],
)
def test_a_name_is_safe_in_every_file_system(changes, expected):
    run = {"as_of": "2024-12-31", "where": "", "language": "en", "bank": {"name": "Sample Bank"}} | changes
    assert file_name(run, "churn") == expected


def test_long_names_are_cut_and_still_differ(tmp_path):
    def name(last: str) -> str:
        bank, branch = "行" * 200 + last, "支" * 60 + last
        run = {
            "as_of": "2024-12-31",
            "where": f"region = '{branch}'",
            "language": "zh",
            "bank": {"name": bank},
        }
        return file_name(run, "a_topic_with_a_long_name")

    assert name("甲") != name("乙")
    assert name("甲").endswith("_zh")
    (tmp_path / f"{name('甲')}_with-customer-numbers.zip").touch()


def test_what_is_no_run_is_refused_with_the_runs_it_holds(run, tmp_path):
    with pytest.raises(
        UnusableArgument, match=r"is no run: it has no run\.json.*it holds the runs 2024-12-31"
    ):
        share(run.parent, tmp_path / "shared")
    with pytest.raises(UnusableArgument, match=r"there is no folder .*nowhere"):
        share(tmp_path / "nowhere", tmp_path / "shared")
    assert not (tmp_path / "shared").exists()


def test_a_folder_within_the_run_is_refused(run):
    with pytest.raises(UnusableArgument, match="lies in the run that is to be shared; choose another --out"):
        share(run, run / "shared")


def test_everything_without_a_zip_is_refused(run, tmp_path):
    with pytest.raises(UnusableArgument, match="no zip is asked for; add it to --as"):
        share(run, tmp_path, ("mail",), everything=True)


def test_a_folder_that_is_written_to_is_left_alone(run, tmp_path):
    with publish.locked(tmp_path / "shared"), pytest.raises(publish.Busy, match="wait for it"):
        share(run, tmp_path / "shared")


def test_old_and_new_are_not_mixed_when_the_run_is_published_anew_meanwhile(run, tmp_path, monkeypatch):
    """The run changes while its pages are read: here when the second page is."""
    import analysis.report.share as module

    def publishing(content, *beside):
        write_run(run, topic("segmentation"), seconds=99.0)
        return content

    monkeypatch.setattr(module, "detached", publishing)
    with pytest.raises(NotShared, match="published anew while it was read; share it again"):
        share(run, tmp_path / "shared")
    assert [path.name for path in (tmp_path / "shared").iterdir()] == [".state"]


def test_without_chromium_nothing_is_written(run, tmp_path, monkeypatch):
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(
        pdf.NoPdf, match=r"a PDF needs Chromium.*install it.*CHROMIUM; pages and zip need none"
    ):
        share(run, tmp_path / "shared", ("mail", "pdf"))
    assert not (tmp_path / "shared").exists()


def test_a_browser_that_fails_leaves_what_was_shared_before(run, tmp_path, monkeypatch):
    share(run, tmp_path / "shared")
    before = {path: path.read_bytes() for path in (tmp_path / "shared").glob("*_*")}
    monkeypatch.setenv("CHROMIUM", "/bin/false")
    with pytest.raises(pdf.NoPdf, match="was not shown; /bin/false said: nothing"):
        share(run, tmp_path / "shared", ("mail", "zip", "pdf"))
    assert {path: path.read_bytes() for path in (tmp_path / "shared").glob("*_*")} == before
    assert not (tmp_path / "shared" / ".share.new").exists()
