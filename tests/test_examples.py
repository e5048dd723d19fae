"""The scripts for operators do what docs/operations.md says."""

import os
import subprocess
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[1] / "examples"


def call(script: str, *arguments: str | Path, **variables: str) -> subprocess.CompletedProcess:
    command = [EXAMPLES / script, *arguments]
    return subprocess.run(command, env=os.environ | variables, capture_output=True, text=True)


def retained(out: Path, days: int) -> list[str]:
    told = call("retain.sh", out, str(days))
    assert told.returncode == 0, told.stderr
    return sorted(path.name for path in out.iterdir())


def test_the_last_days_and_the_last_of_each_month_are_kept(tmp_path):
    months = {"2024-11": (28, 29), "2024-12": (1, 30), "2025-01": (29, 30, 31), "2025-02": (1, 2, 3)}
    days = [f"{month}-{day:02}" for month, listed in months.items() for day in listed]
    for name in [*days, "2024-11-28_zh", "2024-11-29_branch_id=B 7", "2024-12-01_zh", "2025-01-29_zh"]:
        (tmp_path / name).mkdir()
    others = [".2024-11-28.partial", "2024-11-28.backup", "notes", "index.html", ".state"]
    for name in others:
        (tmp_path / name).mkdir()

    kept = ["2024-11-29", "2024-11-29_branch_id=B 7", "2024-12-30", "2025-01-31", *days[-3:]]
    assert retained(tmp_path, 3) == sorted(kept + others)
    assert retained(tmp_path, 3) == sorted(kept + others)


@pytest.mark.parametrize("runs", [[], ["2025-01-30", "2025-01-31"]])
def test_few_runs_are_all_kept(tmp_path, runs):
    for name in runs:
        (tmp_path / name).mkdir()
    assert retained(tmp_path, 2) == runs


def test_a_folder_that_is_not_there_is_an_error(tmp_path):
    assert call("retain.sh", tmp_path / "x", "30").returncode != 0
