import json
import re
from importlib.resources import files

import jsonschema
import pytest
from tests.report.sample import HOSTILE, record, svg_output, topic, write_notebook, write_run

from analysis.report import index, results
from analysis.report.html import render


def report(folder, name: str, title: str = "# Who our customers are", **recorded) -> None:
    """A topic's page and figures in a run's folder."""
    metrics = record(folder / name, topic=name, **recorded)
    notebook = write_notebook(folder / name / "nb.ipynb", svg_output(), title=title)
    (folder / f"{name}.html").write_text(render(notebook, metrics, "en"), encoding="utf-8")


def failure(**changes) -> dict:
    return {"kind": "error", "cell": 7, "source": "fit()", "error": "ValueError", "message": "bad"} | changes


def test_the_sample_is_a_run_as_the_schema_says(tmp_path):
    run = write_run(tmp_path, topic("a"), topic("b", "failed", failure=failure(), page=None))
    schema = json.loads((files("analysis.report") / "run.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(json.loads((run / "run.json").read_text()), schema)


def test_a_card_says_the_answer_of_its_topic(tmp_path):
    report(tmp_path, "segmentation", title='# Who & "what" <b>')
    html = index.write(write_run(tmp_path, topic("segmentation"))).read_text(encoding="utf-8")
    card = re.search(r'<section class="card".*?</section>', html, re.DOTALL).group(0)
    assert '<a href="segmentation.html">Who &amp; &#34;what&#34; &lt;b&gt;</a>' in card
    assert (
        "2.3% of customers hold 81% of assets." in card
        and "95% interval <span" in card
        and "0.85 – 0.87" in card
    )
    assert card.count("<li>") == 3 and "14.2 s" in card and "1 check passed" in card
    assert not re.search(r"\d{7,}", re.sub(r"<[^>]*>", "", html))


def test_what_did_not_come_out_is_named_with_its_reason(tmp_path):
    report(tmp_path, "kept")
    entries = [
        topic("kept", "failed", failure=failure(message=HOSTILE)),
        topic("killed", "failed", page=None, failure=failure(kind="killed")),
        topic("slow", "failed", page=None, failure=failure(kind="time limit", cell=None)),
        topic("survey", "missing table", page=None, seconds=None, missing_table="survey_answers"),
        topic("other", "not asked", page=None, seconds=None, made_at=None),
    ]
    html = index.write(write_run(tmp_path, *entries)).read_text(encoding="utf-8")
    assert "Failed in cell 7: ValueError: &lt;script&gt;" in html and "<script" not in html
    assert "last good report, of 2 Jan 2025" in html
    assert "Failed in cell 7: its kernel was killed" in html
    assert "Failed: it exceeded its time limit" in html
    assert "Not run: table survey_answers is missing." in html and "Not asked for in this run." in html
    assert "3 topics failed" in html and "4 topics have no report" in html and "1 report<" in html


def test_warnings_and_earlier_days_are_visible(tmp_path):
    report(tmp_path, "segmentation", health=[results.health("Fit", False, "No.")])
    entry = topic("segmentation", "unchanged")
    html = index.write(write_run(tmp_path, entry, as_of="2025-01-31")).read_text(encoding="utf-8")
    assert "1 warning" in html and "as of 31 Dec 2024" in html and "unchanged since 2 Jan 2025" in html


def test_the_overview_links_every_run(tmp_path):
    runs = []
    for branch in ("B01", "B02"):
        folder = tmp_path / "runs" / branch
        folder.mkdir(parents=True)
        report(folder, "segmentation")
        write_run(folder, topic("segmentation"), where=f"branch_id = '{branch}'")
        index.write(folder)
        runs.append(folder)
    html = index.write_overview(tmp_path, runs).read_text(encoding="utf-8")
    assert re.findall(r'<td><a href="([^"]+)">', html) == ["runs/B01/index.html", "runs/B02/index.html"]
    assert (
        "branch_id = &#39;B02&#39;" in html and html.count("0.86 index") == 2 and html.count("complete<") == 2
    )


def test_an_overview_of_nothing_is_refused(tmp_path):
    with pytest.raises(ValueError, match="at least one run"):
        index.write_overview(tmp_path, [])
