"""Tables of the simulated bank and of its truth as pandas frames, read once."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

Reader = Callable[[str], pd.DataFrame]


def _reader(folder: Path) -> Reader:
    return cache(lambda name: pd.read_parquet(folder / f"{name}.parquet"))


@pytest.fixture(scope="session")
def bank(demo_folder) -> Reader:
    """Reads a table of the bank."""
    return _reader(demo_folder)


@pytest.fixture(scope="session")
def truth(demo_truth) -> Reader:
    """Reads a table of the truth."""
    return _reader(demo_truth)
