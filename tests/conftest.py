"""Fixtures that many tests share: a small simulated bank, the public data sets, a real run."""

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

pytest_plugins = ["tests.plugins.engines"]

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def public_data() -> Path:
    """Folder of the public data sets; they are no part of the project."""
    folder = Path(os.environ.get("ANALYSIS_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"the public data sets are not here ({folder}); ANALYSIS_DATA names their folder")
    return folder


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory) -> Path:
    """A simulated bank of 1,500 customers over 24 months; its truth is in `demo_truth` beside it."""
    from analysis.bank.demo import write

    folder = tmp_path_factory.mktemp("demo") / "demo"
    write(folder, folder.with_name("demo_truth"), customers=1_500, months=24)
    return folder


@pytest.fixture(scope="session")
def demo_truth(demo_folder) -> Path:
    """Folder of the parameters and latent values behind `demo_folder`."""
    return demo_folder.with_name("demo_truth")


@pytest.fixture(scope="session")
def demo_run(runs) -> Path:
    """Folder of a real run of all notebooks on a bank like `demo_folder`."""
    return runs(ROOT / "notebooks", "en")


@pytest.fixture(scope="session")
def chinese_run(runs, tmp_path_factory) -> Path:
    """Folder of a real run in Chinese, of the template and of one topic."""
    notebooks = tmp_path_factory.mktemp("notebooks")
    for name in ("00_template.ipynb", "02_segmentation.ipynb"):
        shutil.copy(ROOT / "notebooks" / name, notebooks)
    return runs(notebooks, "zh", "template", "segmentation")


@pytest.fixture(scope="session")
def runs(tmp_path_factory) -> Callable[..., Path]:
    """Function that makes a run, or finds the one that another process of this test session has made."""
    base = tmp_path_factory.getbasetemp()
    home = (base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base) / "runs"
    home.mkdir(exist_ok=True)

    def made(notebooks: Path, language: str, *only: str) -> Path:
        with open(home / "lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            found = home / language / "made"
            if not found.exists():
                found.write_text(str(_run(home, notebooks, language, only)))
            return Path(found.read_text())

    return made


def _run(home: Path, notebooks: Path, language: str, only: tuple[str, ...]) -> Path:
    from analysis.bank.demo import write
    from analysis.report.run import run

    bank = home / "demo"
    if not bank.exists():
        write(bank, home / "demo_truth", customers=1_500, months=24)
    result = run(str(bank), language=language, only=only, out=home / language, notebooks=notebooks)
    assert result.exit_code == 0, result.topics
    return result.index.parent


def pytest_sessionfinish(session):
    """In CI a test that is skipped without a known reason is a failure: nothing is skipped silently."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if not os.environ.get("CI") or reporter is None:
        return
    skipped = [str(report.longrepr) for report in reporter.stats.get("skipped", [])]
    unexpected = [reason for reason in skipped if "the public data sets are not here" not in reason]
    if unexpected:
        reporter.write_line(f"{len(unexpected)} unexpected skips", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
