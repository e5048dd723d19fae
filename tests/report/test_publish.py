import json
import threading

import pytest

from analysis.report import publish


def version(out, run, number):
    """Publish a version of a run whose page and figures both say `number`."""
    made = publish.partial(out, run) / "tiers"
    (made / "tiers" / "tables").mkdir(parents=True)
    (made / "notebooks").mkdir()
    (made / "tiers.html").write_text(str(number))
    (made / "tiers" / "metrics.json").write_text(str(number))
    (made / "tiers" / "tables" / f"t{number}.parquet").write_text("")
    (made / "notebooks" / "02_tiers.ipynb").write_text("")
    site = publish.draft(out, run)
    publish.add_topic(site, made, "tiers", "02_tiers.ipynb")
    (site / "index.html").write_text(str(number))
    publish.release(out, run)


def test_a_reader_sees_one_whole_version_at_any_moment(tmp_path):
    version(tmp_path, "r", 0)
    seen, stop = [], threading.Event()

    def read():
        while not stop.is_set():
            before = int((tmp_path / "r" / "index.html").read_text())
            page = int((tmp_path / "r" / "tiers.html").read_text())
            figures = int((tmp_path / "r" / "tiers" / "metrics.json").read_text())
            after = int((tmp_path / "r" / "index.html").read_text())
            seen.append(before <= page <= figures <= after)

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(1, 60):
        version(tmp_path, "r", number)
    stop.set()
    reader.join()

    assert len(seen) > 60
    assert all(seen)
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["r"]
    assert [table.name for table in (tmp_path / "r" / "tiers" / "tables").iterdir()] == ["t59.parquet"]


def test_without_an_exchange_of_folders_two_renames_do(tmp_path, monkeypatch):
    monkeypatch.setattr(publish, "_exchanged", lambda one, other: False)
    for number in (1, 2):
        version(tmp_path, "r", number)

    assert (tmp_path / "r" / "tiers.html").read_text() == "2"
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["r"]


def test_a_run_cut_off_between_two_renames_is_put_back(tmp_path):
    version(tmp_path, "r", 1)
    (tmp_path / "r").rename(tmp_path / ".r.old")
    (tmp_path / ".r.new").mkdir()

    publish.clear_leftovers(tmp_path, set())

    assert (tmp_path / "r" / "tiers.html").read_text() == "1"
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["r"]


def test_only_whole_topics_of_the_coming_runs_survive_a_cut_off_run(tmp_path):
    for run in ("mine", "other"):
        for topic in ("whole", "half"):
            (publish.partial(tmp_path, run) / topic).mkdir(parents=True)
        (publish.partial(tmp_path, run) / "whole" / publish.OUTCOME).write_text(json.dumps({}))

    publish.clear_leftovers(tmp_path, {"mine"})

    left = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_dir())
    assert left == [".mine.partial", ".mine.partial/whole"]


def test_a_second_run_into_the_same_folder_is_refused(tmp_path):
    refused = pytest.raises(publish.Busy, match=r"is writing to .*choose another --out")
    with publish.locked(tmp_path), refused, publish.locked(tmp_path):
        raise AssertionError("both hold the lock")
    with publish.locked(tmp_path):
        pass
