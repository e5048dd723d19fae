"""Pages that travel alone."""

import re

import pytest
from tests.report.sample import HOSTILE, html_output, record, svg_output, table, write_notebook

from analysis.report.html import render
from analysis.report.mail import detached


@pytest.mark.parametrize(
    ("link", "left"),
    [
        (
            '<p>See <a href="churn.html#section-2">who <em>leaves</em></a>.</p>',
            "<p>See who <em>leaves</em>.</p>",
        ),
        ('<p><a href="../2024-11-30/index.html">before</a></p>', "<p>before</p>"),
        ('<header><b>B</b> <a href="index.html">All &amp; more</a></header>', "<header><b>B</b> </header>"),
        ('<footer><p><a href="x.html">中文</a></p>&#183;</footer>', "<footer><p></p>&#183;</footer>"),
        ('<header></header><a href="x.html">word</a>', "<header></header>word"),
    ],
)
def test_links_to_what_does_not_travel_with_it_are_taken_out(link, left):
    assert detached(link) == left


@pytest.mark.parametrize(
    "link",
    [
        '<a href="#section-1">Tiers</a>',
        '<a href="https://doi.org/x" title="a > b">source</a>',
        '<a href="mailto:desk@bank.example">the desk</a>',
        '<header><a href="churn.html#section-3">Churn</a></header>',
        "<!DOCTYPE html>\n<style>a > b { content: '<a href=x>' }</style><IMG alt='<a href=\"x\">'><br/>&lt;&#39;",
    ],
)
def test_all_else_stays_as_it_is(link):
    assert detached(link, {"churn.html"}) == link


def test_a_real_page_loses_its_links_and_nothing_else(tmp_path):
    notebook = write_notebook(tmp_path / "nb.ipynb", html_output(table()), svg_output(alt=HOSTILE))
    page = render(notebook, record(tmp_path / "segmentation"), "en")
    mailed = detached(page)

    links = re.findall(r'href="([^"]*)"', mailed)
    assert "index.html" in page and all(link.startswith(("#", "https://")) for link in links)
    assert mailed == page.replace('<a href="index.html">All topics</a>', "")
