"""Every text has its room, in English and in Chinese, on a desk, a phone and paper, on the page and in its charts."""

import io

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest
from tests.browser.site import DESKTOP, PHONE, Site, sticking_out, unreadable
from tests.report.words import charts

from analysis.charts import style

pytestmark = pytest.mark.browser

# Width of an A4 sheet between its margins, in pixels.
PAPER = (673, 950)
RUNS = ["sample_run", "demo_run", "chinese_run"]


@pytest.fixture(params=RUNS)
def site(request, chromium) -> Site:
    return Site(request.getfixturevalue(request.param), chromium)


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_no_text_sticks_out_of_its_box(site, size):
    for path in site.pages:
        shown = site.open(path, size)
        shown.eval_on_selector_all("details", "all => all.forEach(one => { one.open = true })")
        assert sticking_out(shown) == [], path.name
        shown.close()


def test_no_text_sticks_out_on_paper(site):
    """Wide tables have a sheet of their own, which tests/report/test_pdf.py looks at."""
    for path in site.pages:
        shown = site.open(path, PAPER)
        shown.emulate_media(media="print")
        shown.eval_on_selector_all(".sideways", "all => all.forEach(one => one.remove())")
        assert sticking_out(shown) == [], path.name
        shown.close()


def test_no_label_of_a_chart_is_cut_off_or_hidden_by_another(site):
    for path in site.topics:
        drawings = charts(path.read_text(encoding="utf-8"))
        assert drawings and unreadable(site.browser, drawings) == [], path.name


@pytest.mark.parametrize(
    "box",
    [
        '<p style="width: 5em">{}</p>',
        '<p style="width: 5em; overflow: hidden">{}</p>',
        '<p style="width: 30em; height: 1em; overflow: hidden">above<br>{}</p>',
        '<p style="position: absolute; left: 1250px; width: 30em">{}</p>',
        '<table style="table-layout: fixed; width: 6em"><tr><td>{}</td></tr></table>',
    ],
)
def test_a_text_that_sticks_out_would_be_found(chromium, box):
    shown = chromium.new_page(viewport={"width": DESKTOP[0], "height": DESKTOP[1]})
    shown.set_content(box.format("Rindfleischetikettierung"))
    assert any("Rindfleischetikettierung" in text for text in sticking_out(shown))
    shown.set_content(f'<div style="width: 5em; overflow-x: auto"><b>{"a wide table " * 9}</b></div>')
    assert sticking_out(shown) == []
    shown.close()


def test_labels_that_cannot_be_read_would_be_found(chromium):
    drawing = io.StringIO()
    with mpl.rc_context():
        style.apply()
        ax = style.axes(None, 2)
        ax.text(0.98, 0.8, "a label that is too long for its place", transform=ax.transAxes, in_layout=False)
        ax.text(0.1, 0.5, "one name", transform=ax.transAxes)
        ax.text(0.12, 0.52, "另一个名称", transform=ax.transAxes)
        ax.figure.savefig(drawing, format="svg")
    plt.close(ax.figure)
    assert unreadable(chromium, [drawing.getvalue()]) == [
        "beyond the edge: a label that is too long for its place",
        "on each other: one name / 另一个名称",
    ]
