"""The simulated bank written as Parquet, block by block, and moved into place when whole."""

import json
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from analysis.bank.demo import block as blocks
from analysis.bank.demo.assets import targets
from analysis.bank.demo.campaigns import campaign_table
from analysis.bank.demo.network import own_tables
from analysis.bank.demo.parameters import as_truth
from analysis.bank.demo.survey import items
from analysis.bank.demo.world import BLOCK, World, create


def write(
    folder: str | Path,
    truth_folder: str | Path,
    customers: int = 5_000,
    seed: int = 20240101,
    start: date = date(2022, 1, 1),
    months: int = 36,
    chunk: int = 20_000,
) -> dict[str, int]:
    """Simulate a bank and write it as a folder of Parquet tables, with the truth in a second folder.

    Parameters
    ----------
    folder, truth_folder : path
        Replaced if they exist; until everything is written they stay as they were.
    customers : int
    seed : int
        The same seed makes the same bank, whatever `chunk`.
    start : datetime.date
        First day; the first of a month.
    months : int
    chunk : int
        Customers held in memory at a time, in steps of 1,000.

    Returns
    -------
    dict
        Rows by table of the bank.

    Raises
    ------
    BankError
        If the first day is not the first of a month, or a number is below 1.
    """
    world = create(customers, seed, start, months)
    world.assets = _assets(world)
    with _becoming(Path(truth_folder)) as truth_part, _becoming(Path(folder)) as bank_part:
        whole = own_tables(world.network, world.calendar)
        whole |= {"campaigns": campaign_table(world), "survey_items": items()}
        with _Tables(bank_part) as bank, _Tables(truth_part) as truth:
            bank.add(whole)
            dirt = _stream(world, max(chunk // BLOCK, 1), bank, truth)
            truth.add({"branches": _branches(world)})
        _write_parameters(world, truth_part / "parameters.json", dirt)
    return dict(bank.rows)


def _assets(world: World) -> np.ndarray:
    """First pass: who is richer than whom, and who is still here at the end."""
    courses = (blocks.plan(world, block).latent for block in range(world.blocks))
    keys, stays = zip(
        *((people.asset_key, people.left >= world.calendar.days) for people in courses), strict=True
    )
    return targets(np.concatenate(keys), np.concatenate(stays))


def _stream(world: World, at_a_time: int, bank: "_Tables", truth: "_Tables") -> Counter:
    dirt: Counter = Counter()
    for first in range(0, world.blocks, at_a_time):
        results = [blocks.simulate(world, b) for b in range(first, min(first + at_a_time, world.blocks))]
        for target, part in ((bank, "bank"), (truth, "truth")):
            made = [getattr(result, part) for result in results]
            target.add({name: pa.concat_tables([tables[name] for tables in made]) for name in made[0]})
        for result in results:
            dirt.update(result.dirt)
    return dirt


def _branches(world: World) -> pa.Table:
    network = world.network
    columns = {"satisfaction_effect": network.effect, "slowness_factor": network.slowness}
    return pa.table({"branch_id": network.branch_ids} | columns)


def _write_parameters(world: World, path: Path, dirt: Counter) -> None:
    run = {"customers": world.customers, "seed": world.seed, "months": world.calendar.months}
    run |= {"start": str(world.calendar.start), "end": str(world.calendar.end)}
    soiled = [{"table": t, "column": c, "kind": k, "rows": n} for (t, c, k), n in sorted(dirt.items())]
    truth = {"run": run} | as_truth() | {"dirt": soiled}
    path.write_text(json.dumps(truth, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


@dataclass
class _Tables:
    """Parquet files of a folder, open for more rows."""

    folder: Path
    writers: dict[str, pq.ParquetWriter] = field(default_factory=dict)
    rows: Counter = field(default_factory=Counter)

    def add(self, tables: dict[str, pa.Table]) -> None:
        for name, table in tables.items():
            if name not in self.writers:
                path = self.folder / f"{name}.parquet"
                self.writers[name] = pq.ParquetWriter(path, table.schema, compression="zstd")
            self.writers[name].write_table(table)
            self.rows[name] += len(table)

    def __enter__(self) -> "_Tables":
        return self

    def __exit__(self, *_) -> None:
        for writer in self.writers.values():
            writer.close()


@contextmanager
def _becoming(folder: Path) -> Iterator[Path]:
    """A folder to write into that takes the place of `folder` when all went well."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as scratch:
        part = Path(scratch) / "new"
        part.mkdir()
        yield part
        if folder.exists():
            folder.rename(Path(scratch) / "old")
        shutil.move(part, folder)
