"""Links between the languages of a run: there when the counterpart is there, gone when it is gone."""

import json
import re
import shutil

import pytest
from tests.report.sample import report, topic, write_run

from analysis.report import counterpart, index

DAY = "2024-12-31"


@pytest.fixture
def published(tmp_path):
    """Function that writes a run as published, with pages of the given topics; its name."""

    def publish(language: str, *topics: str, day=DAY) -> str:
        name = day if language == "en" else f"{day}_{language}"
        (tmp_path / name).mkdir(exist_ok=True)
        for one in topics:
            report(tmp_path / name, one)
        index.write(write_run(tmp_path / name, *map(topic, topics), as_of=day, language=language))
        counterpart.refresh(tmp_path, name)
        return name

    return publish


def links(folder) -> dict[str, list[str]]:
    """Where each page of a run links to among other languages, by page."""
    found = {}
    for page in sorted(folder.glob("*.html")):
        place = re.search(r'<span class="languages">(.*?)</span>', page.read_text(encoding="utf-8"))
        found[page.name] = re.findall(r'href="([^"]+)"', place[1])
    return found


def assert_none_dangles(out):
    for folder in out.glob("20*"):
        assert all((folder / link).is_file() for target in links(folder).values() for link in target)


def test_a_language_made_later_is_linked_from_the_earlier_one(tmp_path, published):
    english = published("en", "churn", "segmentation")
    assert links(tmp_path / english) == {"churn.html": [], "index.html": [], "segmentation.html": []}

    chinese = published("zh", "segmentation")
    assert links(tmp_path / chinese) == {
        "index.html": [f"../{english}/index.html"],
        "segmentation.html": [f"../{english}/segmentation.html"],
    }
    counterpart.refresh(tmp_path, english)
    assert links(tmp_path / english) == {
        "churn.html": [],
        "index.html": [f"../{chinese}/index.html"],
        "segmentation.html": [f"../{chinese}/segmentation.html"],
    }
    page = (tmp_path / english / "index.html").read_text(encoding="utf-8")
    assert 'lang="zh" hreflang="zh">中文</a>' in page
    assert 'hreflang="en">English</a>' in (tmp_path / chinese / "index.html").read_text(encoding="utf-8")
    assert_none_dangles(tmp_path)


def test_only_the_links_change_and_files_are_not_written_in_place(tmp_path, published):
    folder = tmp_path / published("en", "segmentation")
    before = (folder / "segmentation.html").read_text(encoding="utf-8")
    held = open(folder / "segmentation.html", encoding="utf-8")  # noqa: SIM115
    metrics = (folder / "segmentation" / "metrics.json").stat().st_ino
    run = json.loads((folder / "run.json").read_text())
    published("zh", "segmentation")
    counterpart.refresh(tmp_path, DAY)

    with held:
        assert held.read() == before, "who reads the former version reads it to its end"
    after = (folder / "segmentation.html").read_text(encoding="utf-8")
    assert re.sub(r'(<span class="languages">).*?(</span>)', r"\1\2", after) == before
    assert (folder / "segmentation" / "metrics.json").stat().st_ino == metrics
    assert json.loads((folder / "run.json").read_text()) == run


def test_links_go_with_what_they_lead_to(tmp_path, published):
    published("en", "churn", "segmentation")
    chinese = tmp_path / published("zh", "churn", "segmentation")
    counterpart.refresh(tmp_path, DAY)
    (chinese / "churn.html").unlink()
    counterpart.refresh(tmp_path, DAY)
    assert [page for page, target in links(tmp_path / DAY).items() if not target] == ["churn.html"]

    chinese.rename(tmp_path / "elsewhere")
    counterpart.refresh(tmp_path, DAY)
    assert not any(links(tmp_path / DAY).values())


def test_links_to_a_run_that_was_deleted_are_taken_out(tmp_path, published):
    english, chinese = (published(language, "segmentation", day="2024-11-30") for language in ("en", "zh"))
    counterpart.refresh(tmp_path, english)
    assert links(tmp_path / english)["segmentation.html"] == [f"../{chinese}/segmentation.html"]
    shutil.rmtree(tmp_path / chinese)
    published("en", "segmentation")
    counterpart.settle(tmp_path)
    assert not any(links(tmp_path / english).values())


def test_links_to_pages_about_to_leave_are_taken_out_first(tmp_path, published):
    published("en", "churn", "segmentation")
    chinese = published("zh", "churn", "segmentation")
    counterpart.refresh(tmp_path, DAY, leaving={f"{chinese}/churn.html"})
    assert [page for page, target in links(tmp_path / DAY).items() if not target] == ["churn.html"]


def test_a_run_of_another_bank_is_no_counterpart(tmp_path, published):
    published("en", "segmentation")
    chinese = tmp_path / published("zh", "segmentation")
    run = json.loads((chinese / "run.json").read_text())
    write_run(chinese, topic("segmentation"), language="zh", bank=run["bank"] | {"name": "Other"})
    counterpart.refresh(tmp_path, DAY)
    assert not any(links(tmp_path / DAY).values())


def test_nothing_is_published_where_nothing_changed(tmp_path, published):
    published("en", "segmentation")
    published("zh", "segmentation")
    counterpart.refresh(tmp_path, DAY)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    counterpart.refresh(tmp_path, DAY)
    counterpart.refresh(tmp_path, "2020-01-01")
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


def test_an_earlier_day_made_later_enters_the_trend(tmp_path, published):
    folder = tmp_path / published("en", "segmentation")
    assert "<svg" not in (folder / "index.html").read_text(encoding="utf-8")
    earlier = tmp_path / published("en", "segmentation", day="2024-11-30")
    metrics = earlier / "segmentation" / "metrics.json"
    metrics.write_text(metrics.read_text().replace('"as_of": "2024-12-31"', '"as_of": "2024-11-30"'))
    counterpart.refresh(tmp_path, DAY)
    assert "<svg" in (folder / "index.html").read_text(encoding="utf-8")
