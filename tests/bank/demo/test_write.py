"""Writing is reproducible whatever the chunk, atomic, and refuses what it cannot do."""

from datetime import date

import pyarrow.parquet as pq
import pytest

from analysis.bank.demo import block as blocks
from analysis.bank.demo import write
from analysis.bank.engines import BankError

SMALL = {"customers": 2_300, "months": 4, "seed": 7}


def _contents(folder) -> dict:
    return {path.name: pq.read_table(path) for path in sorted(folder.glob("*.parquet"))}


@pytest.fixture(scope="module")
def reference(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reference") / "bank"
    rows = write(folder, folder.with_name("truth"), chunk=20_000, **SMALL)
    return folder, rows


@pytest.mark.parametrize("chunk", [1, 1_000, 2_000])
def test_the_chunk_changes_nothing(tmp_path, reference, chunk):
    folder, rows = reference
    assert write(tmp_path / "bank", tmp_path / "truth", chunk=chunk, **SMALL) == rows
    for mine, theirs in ((tmp_path / "bank", folder), (tmp_path / "truth", folder.with_name("truth"))):
        mine, theirs = _contents(mine), _contents(theirs)
        assert mine.keys() == theirs.keys()
        for name, table in mine.items():
            assert table.equals(theirs[name]), name
    assert (tmp_path / "truth" / "parameters.json").read_text() == (
        folder.with_name("truth") / "parameters.json"
    ).read_text()


def test_another_seed_is_another_bank(tmp_path, reference):
    write(tmp_path / "bank", tmp_path / "truth", **SMALL | {"seed": 8})
    mine = pq.read_table(tmp_path / "bank" / "customers.parquet")
    assert not mine.equals(pq.read_table(reference[0] / "customers.parquet"))


def test_a_failure_leaves_the_old_bank_in_place(tmp_path, monkeypatch):
    folder = tmp_path / "bank"
    folder.mkdir()
    (folder / "old.txt").write_text("still here")

    def fail(*_):
        raise RuntimeError("out of paper")

    monkeypatch.setattr(blocks, "simulate", fail)
    with pytest.raises(RuntimeError, match="out of paper"):
        write(folder, tmp_path / "truth", customers=10, months=2)
    assert [path.name for path in tmp_path.iterdir()] == ["bank"]
    assert (folder / "old.txt").read_text() == "still here"


def test_a_bank_of_a_few_customers_over_one_month_works(tmp_path):
    rows = write(tmp_path / "bank", tmp_path / "truth", customers=3, months=1, start=date(2024, 2, 1))
    assert rows["customers"] == 3 and rows["branches"] == 6


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"customers": 0}, "customers is 0"),
        ({"months": 0}, "months 0"),
        ({"start": date(2022, 1, 15)}, "start is 2022-01-15"),
    ],
)
def test_unusable_arguments_are_named(tmp_path, arguments, message):
    with pytest.raises(BankError, match=message):
        write(tmp_path / "bank", tmp_path / "truth", **arguments)
