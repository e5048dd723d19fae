"""The house style: fonts that have the glyphs, titles that fit, figures that arrive with alternative text."""

import io

import matplotlib.pyplot as plt
import nbformat
import pytest
from matplotlib import font_manager
from nbclient import NotebookClient

from analysis import language
from analysis.charts import style


def test_chinese_letters_have_glyphs():
    """A missing glyph is a warning of Matplotlib, and warnings are errors here."""
    if not set(style.FONTS[:-1]) & set(font_manager.get_font_names()):
        pytest.skip("no Chinese font is installed; Debian's package fonts-noto-cjk has one")
    ax = style.axes(None, 2)
    style.title(ax, "2.3%的客户持有81%的资产", "口径:月末余额,单位:元 −1")
    ax.figure.savefig(io.BytesIO(), format="svg")


def test_a_sign_that_no_font_has_is_an_error_that_names_it_and_the_remedy():
    ax = style.axes(None, 2)
    style.title(ax, "Beyond Unicode's last letter: \U0010fffd")
    with pytest.raises(style.MissingGlyph, match=r"Glyph 1114109 .* missing.*Install a font.*fonts-noto-cjk"):
        style._svg(ax.figure)


@pytest.mark.parametrize(
    "message",
    [
        "Of all the customers of this bank the upper tiers hold by far the most assets, margin and hope " * 2,
        "高净值客户的资产、利润与存款占全行的绝大部分,而大众客户的人数最多(见下图与说明)" * 3,
    ],
)
def test_long_titles_wrap_inside_the_figure(message):
    ax = style.axes(None, 2.5)
    style.title(ax, message, message)
    ax.figure.draw_without_rendering()
    width = ax.figure.bbox.width
    for text in (ax.title, ax._left_title, *ax.texts):
        box = text.get_window_extent()
        assert box.x0 >= 0 and box.x1 <= width, text.get_text()


@pytest.mark.parametrize("before", range(25, 45))
def test_a_number_is_not_broken_in_a_chinese_title(before):
    ax = style.axes(None, 2.5)
    style.title(ax, "户" * before + "−1,079.8至3,172.7")
    assert any("1,079.8" in line for line in ax.get_title(loc="left").split("\n"))


def test_a_title_begins_at_the_left_edge_and_fits_beside_long_names_of_rows():
    ax = style.axes(None, 2.5)
    ax.set_yticks([0, 1], ["A name of a row that takes a third of the width of the figure", "Short"])
    style.title(ax, "No feature moved so much that it matters; 18 of 47 moved beyond what chance does", "x")
    ax.figure.draw_without_rendering()
    for text in (ax._left_title, *ax.texts):
        box = text.get_window_extent()
        assert 0 <= box.x0 < 0.02 * ax.figure.bbox.width and box.x1 <= ax.figure.bbox.width


def test_title_is_the_alternative_text():
    figure, (left, right) = plt.subplots(1, 2)
    style.title(left, "First", "in CNY")
    style.title(right, "Second")
    assert style.alt(figure) == "First · in CNY · Second"


def test_numbers_follow_the_language():
    ax = style.axes(None, 2)
    style.shares(ax.yaxis)
    style.amounts(ax.xaxis)
    assert ax.yaxis.get_major_formatter()(0.25, 0) == "25%"
    assert ax.yaxis.get_major_formatter()(0.025, 0) == "2.5%"
    assert ax.xaxis.get_major_formatter()(250_000, 0) == "250K"
    language.use("zh")
    try:
        assert ax.xaxis.get_major_formatter()(250_000, 0) == "25万"
    finally:
        language.use("en")


@pytest.mark.parametrize(
    ("value", "said"),
    [(0, "0"), (100, "100"), (600, "600"), (1_500, "1.5K"), (-2e6, "−2M"), (1.25e6, "1.25M"), (0.5, "0.5")],
)
def test_a_tick_says_its_place(value, said):
    assert style.amount_tick(value) == said


def test_no_chart_has_an_empty_panel():
    ax = style.nothing("No balances are known.")
    assert not ax.axison
    assert style.alt(ax.figure) == "No balances are known."


def test_a_notebook_shows_svg_with_alternative_text():
    lines = [
        "from analysis.charts import style\nstyle.apply()",
        "ax = style.axes(None, 2)\nstyle.title(ax, 'Message', 'detail');",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(line) for line in lines])
    NotebookClient(notebook, kernel_name="python3").execute()
    (shown,) = notebook.cells[1].outputs
    assert "image/png" not in shown["data"]
    assert shown["data"]["image/svg+xml"].lstrip().startswith("<?xml")
    assert shown["metadata"]["image/svg+xml"]["alt"] == "Message · detail"


def test_the_same_data_give_the_same_bytes():
    def drawn() -> str:
        ax = style.axes(None, 2)
        ax.plot([1, 2], [1, 3])
        style.title(ax, "Same")
        return style._svg(ax.figure)[0]

    assert drawn() == drawn()
