"""What leaves the folder of a run: pages for mail, a zip, PDFs."""

import json
import os
import re
import shutil
import unicodedata
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from analysis.report import pdf, publish
from analysis.report.mail import detached
from analysis.report.parameters import UnusableArgument
from analysis.report.plan import run_name

INDEX = "index.html"
# File systems take names of 255 bytes; that many each are left to the bank's name and to the filter.
_LONGEST = 60


class NotShared(Exception):
    """A run cannot be shared; the message says why and what to do."""


def share(
    run: str | Path, out: str | Path, forms: tuple[str, ...] = ("mail", "zip"), everything: bool = False
) -> list[Path]:
    """Write what can be sent of a published run into a folder; all of it or, if anything fails, nothing.

    Parameters
    ----------
    run : path
        Folder of a run, as `report.run.run` publishes it.
    out : path
        Folder to write to, outside of `run`. A file of the same name is replaced.
    forms : tuple of {"mail", "zip", "pdf"}
        ``mail``: each report and the index as one page without links to the others; ``zip``: all pages with
        the links between them; ``pdf``: each report and the index, printed by Chromium.
    everything : bool
        Whether the zip holds the whole folder: customer numbers, figures that are not suppressed, code. Its name
        says so, and only its owner may read it. Without, it holds pages and nothing else.

    Returns
    -------
    list of path
        Files written. The same run gives the same pages and the same zip, byte for byte.

    Raises
    ------
    UnusableArgument
        If `run` is no run, or `out` lies in it.
    NotShared
        If the run is published anew meanwhile.
    pdf.NoPdf
        If there is no Chromium, it fails, or it has no font for the Chinese characters of a page.
    publish.Busy
        If somebody else writes to `out`.
    """
    run, out = Path(run), Path(out)
    record = publish.expect_run(run)
    if out.resolve().is_relative_to(run.resolve()):
        raise UnusableArgument(f"{out} lies in the run that is to be shared; choose another --out")
    if everything and "zip" not in forms:
        raise UnusableArgument("everything goes into a zip, and no zip is asked for; add it to --as")
    browser = pdf.chromium() if "pdf" in forms else ""
    with publish.locked(out), _draft(out) as draft:
        pages = _mail(run, record, draft)
        if browser:
            pdf.expect_characters(browser, pages)
            for page in pages:
                pdf.print_page(browser, page, page.with_suffix(".pdf"))
        if "zip" in forms:
            _pack(run, record, draft, everything)
        if "mail" not in forms:
            for page in pages:
                page.unlink()
        if publish.record_of(run) != record:
            raise NotShared(f"{run} was published anew while it was read; share it again")
        return [made.replace(out / made.name) for made in sorted(draft.iterdir())]


@contextmanager
def _draft(out: Path) -> Iterator[Path]:
    draft = out / ".share.new"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    try:
        yield draft
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def file_name(record: dict, topic: str = "", as_of: str = "") -> str:
    """Name of a file that is sent, without its ending: bank, topic, day, filter, language.

    Parameters
    ----------
    record : dict
        ``run.json``.
    topic : str
        A topic, ``"index"``, or none for the run as a whole.
    as_of : ISO date, optional
        Day of the report, where it is not the run's.
    """
    parts = (
        _short(_plain(record["bank"]["name"]) or "bank"),
        topic,
        as_of or record["as_of"],
        _short(run_name("", record["where"], "en")),
        record["language"],
    )
    return "_".join(part for part in parts if part)


def _plain(name: str) -> str:
    """A name that every file system takes: letters of any script, digits and hyphens."""
    return re.sub(r"[^\w]+", "-", unicodedata.normalize("NFC", name)).strip("-_")


def _short(name: str) -> str:
    """A name of at most `_LONGEST` bytes; of a longer one the beginning, and what tells it from others."""
    if len(name.encode()) <= _LONGEST:
        return name
    return f"{name.encode()[:_LONGEST].decode(errors='ignore')}-{sha256(name.encode()).hexdigest()[:6]}"


def _pages(record: dict) -> dict[str, str]:
    """Pages of a run by topic."""
    pages = {topic["topic"]: topic["page"] for topic in record["topics"] if topic["page"]}
    return {"index": INDEX} | pages


def _mail(run: Path, record: dict, draft: Path) -> list[Path]:
    written = []
    for topic, page in _pages(record).items():
        figures = run / topic / "metrics.json"
        as_of = json.loads(figures.read_text(encoding="utf-8"))["as_of"] if figures.is_file() else ""
        target = draft / f"{file_name(record, topic, as_of)}.html"
        target.write_text(detached((run / page).read_text(encoding="utf-8")), encoding="utf-8")
        written.append(target)
    return written


def _pack(run: Path, record: dict, draft: Path, everything: bool) -> None:
    """Zip the pages, or the whole folder, in a folder of the zip's name."""
    name = file_name(record) + ("_with-customer-numbers" if everything else "")
    pages = set(_pages(record).values())
    chosen = {path.relative_to(run).as_posix() for path in run.rglob("*") if path.is_file()}
    moment = datetime.fromisoformat(record["started_at"]).timetuple()[:6]
    target = draft / f"{name}.zip"
    with zipfile.ZipFile(target, "w") as archive:
        for path in sorted(chosen if everything else pages):
            # Neither today's date nor the rights of a file are part of what is sent.
            entry = zipfile.ZipInfo(f"{name}/{path}", moment)
            entry.create_system, entry.external_attr = 3, 0o100644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            if path in pages:
                archive.writestr(entry, detached((run / path).read_text(encoding="utf-8"), pages))
                continue
            entry.file_size = (run / path).stat().st_size
            with open(run / path, "rb") as content, archive.open(entry, "w") as packed:
                shutil.copyfileobj(content, packed)
    if everything:
        os.chmod(target, 0o600)
