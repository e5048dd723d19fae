import re

import pytest
from tests.report.sample import report, topic, write_run

from analysis.report import index, overview, results


def test_the_overview_links_every_run(tmp_path):
    runs = []
    for branch in ("B01", "B02"):
        folder = tmp_path / "runs" / branch
        folder.mkdir(parents=True)
        report(folder, "segmentation")
        write_run(folder, topic("segmentation"), where=f"branch_id = '{branch}'")
        index.write(folder)
        runs.append(folder)
    html = overview.write(tmp_path, runs).read_text(encoding="utf-8")
    assert re.findall(r'<td><a href="([^"]+)">', html) == ["runs/B01/index.html", "runs/B02/index.html"]
    assert (
        "branch_id = &#39;B02&#39;" in html and html.count("0.86 index") == 2 and html.count("complete<") == 2
    )


def test_a_figure_of_a_few_customers_is_not_shown_for_a_branch_either(tmp_path):
    report(tmp_path, "segmentation", figures=[results.figure("leaving", 7, unit="customers")])
    html = overview.write(tmp_path, [write_run(tmp_path, topic("segmentation"))]).read_text(encoding="utf-8")
    assert "&lt;11" in html and "7 customers" not in html


def test_an_overview_of_nothing_is_refused(tmp_path):
    with pytest.raises(ValueError, match="at least one run"):
        overview.write(tmp_path, [])
