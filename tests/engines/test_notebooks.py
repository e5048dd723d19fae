"""A notebook runs on a database server as it does on files, and its figures are the same."""

import json
from pathlib import Path

import pytest

from analysis.report.run import run

pytestmark = [pytest.mark.engines, pytest.mark.slow]

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


def recorded(bank: str, out: Path, topic: str) -> dict:
    result = run(bank, only=(topic,), out=out, notebooks=NOTEBOOKS)
    assert result.exit_code == 0, result.topics
    return json.loads((result.index.parent / topic / "metrics.json").read_text())


@pytest.mark.parametrize("topic", ["segmentation", "data_quality", "churn", "survey", "complaints"])
def test_postgresql_gives_the_same_figures(demo_folder, postgres_url, tmp_path, topic):
    here = recorded(str(demo_folder), tmp_path / "files", topic)
    there = recorded(postgres_url, tmp_path / "server", topic)
    assert there["headline"] == here["headline"]
    for one, other in zip(here["figures"], there["figures"], strict=True):
        assert other == {k: pytest.approx(v, rel=1e-9) if isinstance(v, float) else v for k, v in one.items()}
