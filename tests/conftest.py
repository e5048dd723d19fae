"""Fixtures that many tests share: a small simulated bank, the public data sets, a real run."""

import os
from pathlib import Path

import pytest

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
