"""Pages printed by a real Chromium, and what is said when there is none or it fails."""

import json
import os
import shutil
import tempfile
import time
import unicodedata
from contextlib import contextmanager
from pathlib import Path

import matplotlib
import pandas as pd
import psutil
import pytest
from pypdf import PdfReader
from tests.report.sample import html_output, record, svg_output, write_notebook

from analysis.report import page as parts
from analysis.report import pdf
from analysis.report.html import render

# As many columns as stand on one line of a sheet on its side, and so many that they do not.
WIDE = [18, 45]
# Points: of the right margin in style.css, and of a number of nine signs in small print.
MARGIN, WIDTH = 45, 32


@pytest.fixture
def report(tmp_path) -> Path:
    """A page in Chinese with a table of some columns of long numbers."""
    return page_with(tmp_path, WIDE[0])


def page_with(tmp_path: Path, numbers: int) -> Path:
    columns = {f"m{n}": [1_000_000.0 + n, 2_000_000.0 + n] for n in range(numbers)}
    labels = {name: (f"期数{name}", "customers") for name in columns}
    frame = pd.DataFrame({"branch": ["广州老城支行", "南京西路支行"], **columns})
    table = parts.table(frame, title="各支行", columns={"branch": ("支行", ""), **labels})
    notebook = write_notebook(tmp_path / "nb.ipynb", html_output(table), svg_output(), title="# 客户分层")
    page = tmp_path / "页面 1.html"
    page.write_text(render(notebook, record(tmp_path / "segmentation"), "zh"), encoding="utf-8")
    return page


def printed(page: Path) -> PdfReader:
    target = page.with_suffix(".pdf")
    pdf.print_page(pdf.chromium(), page, target)
    return PdfReader(target)


@pytest.mark.browser
def test_a_page_is_printed_on_a4_with_title_bookmarks_and_page_numbers(report):
    document = printed(report)
    sheets = [sheet.extract_text() for sheet in document.pages]

    assert document.metadata.title.startswith("客户分层 · Sample Bank · 2024年12月31日")
    assert [round(float(length)) for length in document.pages[0].mediabox[2:]] == [595, 842]
    assert all(f"{n} / {len(sheets)}" in text for n, text in enumerate(sheets, start=1))
    assert "限制" in str(document.outline)


@pytest.mark.browser
@pytest.mark.parametrize("numbers", WIDE)
def test_no_cell_of_a_wide_table_is_cut_off(tmp_path, numbers):
    document = printed(page_with(tmp_path, numbers))
    seen: set[str] = set()
    for sheet in document.pages:
        edge = float(sheet.mediabox[2]) - MARGIN

        def note(text, place, within, _font, _size, edge=edge):
            # Where the text begins; the numbers are all of one width.
            if text.strip() and place[4] + within[4] * place[0] <= edge - WIDTH:
                seen.add(text.strip())

        sheet.extract_text(visitor_text=note)
    found = " ".join(seen)
    cells = [f"{start + n:,}" for start in (1_000_000, 2_000_000) for n in range(numbers)]
    assert [cell for cell in cells if cell not in found] == []


@pytest.mark.browser
def test_chinese_has_glyphs_in_the_pdf(report):
    """Text without a glyph cannot be read out of a PDF; some PDF readers give radicals for characters."""
    text = "".join(sheet.extract_text() for sheet in printed(report).pages)
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    assert "分层" in plain and "广州老城" in plain and "2024年12月31日" in plain


@pytest.fixture
def only_latin_fonts(tmp_path, monkeypatch):
    """A machine with Matplotlib's own font and no other."""
    latin = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    settings = tmp_path / "fonts.conf"
    settings.write_text(
        f"<fontconfig><dir>{latin}</dir><cachedir>{tmp_path / 'cache'}</cachedir></fontconfig>",
        encoding="utf-8",
    )
    monkeypatch.setenv("FONTCONFIG_FILE", str(settings))


@pytest.mark.browser
def test_chinese_without_a_font_is_refused(report, only_latin_fonts):
    with pytest.raises(
        pdf.NoPdf, match=r"页面 1\.html has Chinese characters, and no font with Chinese glyphs"
    ):
        pdf.expect_characters(pdf.chromium(), [report])


@pytest.mark.browser
def test_without_chinese_no_such_font_is_asked_for(tmp_path, only_latin_fonts):
    (tmp_path / "page.html").write_text("<p>Latin only", encoding="utf-8")
    pdf.expect_characters(pdf.chromium(), [tmp_path / "page.html"])


@pytest.mark.browser
def test_chinese_with_a_font_is_let_through(report):
    pdf.expect_characters(pdf.chromium(), [report])


@pytest.mark.browser
def test_nothing_leaves_the_machine_and_nothing_stays_behind(report, tmp_path, monkeypatch):
    log, scratch = tmp_path / "net.json", tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(pdf.tempfile, "tempdir", str(scratch))
    monkeypatch.setattr(pdf, "_FLAGS", (*pdf._FLAGS, f"--log-net-log={log}"))
    printed(report)

    noted = json.loads(log.read_text(encoding="utf-8"))
    kinds = {number: name for name, number in noted["constants"]["logEventTypes"].items()}
    seen = {kinds[event["type"]] for event in noted["events"]}
    assert "HOST_RESOLVER_MANAGER_REQUEST" in seen or "REQUEST_ALIVE" in seen
    sent = {
        "TCP_CONNECT",
        "SOCKET_BYTES_SENT",
        "UDP_BYTES_SENT",
        "DNS_TRANSACTION",
        "HOST_RESOLVER_SYSTEM_TASK",
    }
    assert seen & sent == set()
    assert list(scratch.iterdir()) == []


@contextmanager
def nobody():
    """This process, for a while, as a user of no rights and no home."""
    os.setresgid(65534, 65534, 0)
    os.setresuid(65534, 65534, 0)
    try:
        yield
    finally:
        os.setresuid(0, 0, 0)
        os.setresgid(0, 0, 0)


@pytest.mark.browser
def test_it_works_for_a_user_without_a_home(report, monkeypatch):
    if os.geteuid() != 0:
        printed(report)
        return
    with tempfile.TemporaryDirectory() as folder:
        page = Path(shutil.copy(report, folder))
        os.chmod(folder, 0o777)
        monkeypatch.setenv("HOME", "/nonexistent")
        with nobody():
            sheets = printed(page).pages
            assert page.with_suffix(".pdf").stat().st_uid == 65534
        assert len(sheets) >= 2


def runs(process: int) -> bool:
    """Whether a process still runs."""
    try:
        return psutil.Process(process).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_a_browser_that_hangs_is_ended_with_what_it_started(report, tmp_path):
    browser = tmp_path / "slow"
    browser.write_text(f"#!/bin/sh\nsleep 300 & echo $! > {tmp_path}/child\nwait\n")
    browser.chmod(0o755)
    began = time.monotonic()
    with pytest.raises(pdf.NoPdf, match=r"was not printed within 1 seconds by .*slow"):
        pdf.print_page(str(browser), report, tmp_path / "x.pdf", limit=1)
    child = int((tmp_path / "child").read_text())
    # On a busy machine a process that was killed takes a moment to go.
    while runs(child) and time.monotonic() - began < 20:
        time.sleep(0.05)
    assert time.monotonic() - began < 20


def test_a_browser_that_writes_half_a_file_is_found_out(report, tmp_path):
    browser = tmp_path / "broken"
    script = 'for a in "$@"; do case $a in --print-to-pdf=*) printf %%PDF-1 > "${a#*=}";; esac; done'
    browser.write_text(f"#!/bin/sh\n{script}\necho 'no room left' >&2\n")
    browser.chmod(0o755)
    with pytest.raises(pdf.NoPdf, match=r"was not printed; .*broken said: no room left"):
        pdf.print_page(str(browser), report, tmp_path / "x.pdf")


def test_chromium_is_found_by_variable_then_by_name(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    for name in ("google-chrome", "chromium"):
        (tmp_path / name).touch(0o755)
        monkeypatch.delenv("CHROMIUM", raising=False)
        assert pdf.chromium() == str(tmp_path / name)
    monkeypatch.setenv("CHROMIUM", "google-chrome")
    assert pdf.chromium() == str(tmp_path / "google-chrome")
    monkeypatch.setenv("CHROMIUM", "nowhere")
    with pytest.raises(pdf.NoPdf, match="CHROMIUM is 'nowhere', which is no program"):
        pdf.chromium()
