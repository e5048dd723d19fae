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
    style.title(ax, "户" * before + "（−CNY 1,079.8万）“多”")
    lines = ax.get_title(loc="left").split("\n")
    assert any("（−CNY 1,079.8万）" in line for line in lines)
    assert not any(line[0] in "）”" or line[-1] in "（“" for line in lines)


@pytest.mark.parametrize("before", range(8))
def test_a_number_is_not_broken_in_a_chinese_label(before):
    lines = style.broken("户" * before + "余额不低于10,000,000的客户", 18).split("\n")
    assert len(lines) > 1
    assert any("10,000,000" in line for line in lines)


def test_a_currency_is_not_parted_from_its_amount():
    assert style.broken("the highest predicted margins CNY 8.4K and so on", 33) == (
        "the highest predicted margins\nCNY 8.4K and so on"
    )


@pytest.mark.parametrize("before", range(25, 45))
def test_no_line_of_a_chinese_title_ends_with_an_opening_mark(before):
    ax = style.axes(None, 2.5)
    style.title(ax, "户" * before + "（2024年3月31日）“甲”")
    assert not any(line.endswith(("（", "“")) for line in ax.get_title(loc="left").split("\n"))


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


@pytest.mark.parametrize(
    ("name", "values", "english", "chinese"),
    [
        ("plain", [0, 0.25, 2.5, -2.5, 0.1 + 0.2, 1_000], "0 0.25 2.5 −2.5 0.3 1,000", "0 0.25 2.5 −2.5 0.3 1,000"),
        ("shares", [0, 0.0025, 0.025, 0.25, 1], "0% 0.25% 2.5% 25% 100%", "0% 0.25% 2.5% 25% 100%"),
        ("amounts", [0, -1_500, 2_500, 5_000, 15_000, 20_000], "0 −1.5K 2.5K 5K 15K 20K",
         "0 −1,500 2,500 5,000 1.5万 2万"),
        ("amounts", [250_000, 12_500_000], "250K 12.5M", "25万 1,250万"),
    ],
)  # fmt: skip
def test_a_tick_says_where_it_stands_in_either_language(name, values, english, chinese):
    ax = style.axes(None, 2)
    getattr(style, name)(ax.yaxis)
    said = ax.yaxis.get_major_formatter()
    assert " ".join(said(value, 0) for value in values) == english
    language.use("zh")
    assert " ".join(said(value, 0) for value in values) == chinese


@pytest.mark.parametrize("reason", ["Too few customers are known. " * 8, "已知的客户太少。" * 16])
def test_a_long_reason_for_no_chart_is_whole(reason):
    ax = style.nothing(reason)
    ax.figure.draw_without_rendering()
    box = ax._left_title.get_window_extent()
    assert box.y0 >= 0 and box.y1 <= ax.figure.bbox.y1


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


def test_the_key_lies_below_the_chart_whatever_stands_there():
    ax = style.axes(None, 3)
    (line,) = ax.plot([1, 2], [1, 3], label="A")
    ax.set_xlabel("months")
    style.key(ax, [line], ["A"])
    ax.figure.draw_without_rendering()
    box = ax.figure.legends[0].get_window_extent()
    assert box.y0 >= 0 and box.y1 <= ax.xaxis.label.get_window_extent().y0
