import base64
import json
import re

import nbformat
import pandas as pd
import pytest
from nbformat import v4
from tests.report.sample import HOSTILE, html_output, record, svg_output, table, write_notebook

from analysis.report import page, results
from analysis.report.html import PageError, render


@pytest.fixture
def metrics(tmp_path):
    return record(tmp_path / "segmentation")


def made(tmp_path, metrics, *outputs, language="en", **notebook):
    return render(write_notebook(tmp_path / "nb.ipynb", *outputs, **notebook), metrics, language)


def seen(html: str) -> str:
    """What a reader sees, without pictures' data."""
    body = re.sub(r"<(style)\b.*?</\1>|data:[^\"]*", "", html, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", body))


def test_the_page_loads_nothing_and_runs_nothing(tmp_path, metrics):
    html = made(tmp_path, metrics, html_output(table()), svg_output())
    assert "default-src &#39;none&#39;" in html
    assert not re.search(r"<(script|iframe|object|embed|link|base|form)\b", html)
    assert not re.search(r"""(src|srcset|poster|data)\s*=\s*["']?(?!data:)[a-z]+:""", html)
    assert not re.search(r"url\(|@import", html)
    assert not re.search(r"\son\w+\s*=", re.sub(r'"[^"]*"|>[^<]*<', "><", html))
    assert html.count("https://") == html.count('href="https://') == 1


def test_code_prompts_streams_and_reprs_are_left_out(tmp_path, metrics):
    html = made(
        tmp_path,
        metrics,
        v4.new_output("stream", name="stdout", text="printed line"),
        v4.new_output("stream", name="stderr", text="FutureWarning: soon"),
        v4.new_output("execute_result", {"text/plain": "0.12345678901234567"}),
        v4.new_output("execute_result", {"text/plain": "<Axes: title={'left': 'x'}>"}),
        v4.new_output("display_data", {"application/javascript": "alert(1)", "text/plain": "x"}),
    )
    for part in ("secret_code", "printed line", "FutureWarning", "Axes", "In [", "Out[", "¶", "alert"):
        assert part not in seen(html)
    assert not re.search(r"\d{7,}", seen(html))


def test_a_cell_for_the_notebook_only_is_left_out(tmp_path, metrics):
    path = write_notebook(tmp_path / "nb.ipynb", svg_output())
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[-1].metadata.tags = ["notebook-only"]
    nbformat.write(notebook, path)
    said = seen(render(path, metrics, "en"))
    assert "限制" not in said and "Set by assets" in said


def test_the_answer_stands_first(tmp_path, metrics):
    said = seen(made(tmp_path, metrics))
    order = [
        "Who our customers are",
        "In which tiers",
        "2.3% of customers hold",
        "Gini",
        "Decision",
        "Set by assets",
    ]
    places = [said.index(part) for part in order]
    assert places == sorted(places)
    assert "0.86 index 95% interval 0.85 to 0.87 Baseline 0.50" in said
    assert "Dormant customers 33.3% 95% interval 30.0%" in said and "Assets CNY 2.0B" in said
    assert "380 customers" in said and "CNY 310.0M" in said and "All 1 checks passed" not in said


def test_warnings_are_spelled_out(tmp_path):
    bad = [
        results.health("Fit", False, f"Dropout is degenerate {HOSTILE}"),
        results.health("Data", True, "Fine."),
    ]
    html = made(tmp_path, record(tmp_path / "out", health=bad))
    alarm = re.search(r'<div class="alarm".*?</div>', html, re.DOTALL).group(0)
    assert "Dropout is degenerate" in alarm and "Fine." not in alarm and "<script" not in html


def test_figures_on_fewer_than_eleven_customers_are_not_shown(tmp_path):
    values = {
        "figures": [
            results.figure("rich", 0.777, low=0.7, high=0.8, unit="share", baseline=0.6, n=10),
            results.figure("found", 7, unit="customers"),
            results.figure("nobody", 0, unit="customers"),
            results.figure("many", 0.444, unit="share", n=11),
        ],
        "decision": results.decision(
            "Branches", "call them", customers=9, money=3.3e8, currency="CNY", stake="assets"
        ),
    }
    html = made(tmp_path, record(tmp_path / "out", **values))
    said = seen(html[html.index("<main>") :])
    assert "Rich &lt;11 customers: not shown Found &lt;11 customers: not shown Nobody 0 customers" in said
    assert "44.4%" in said and "call them &lt;11 customers" in said
    for hidden in ("77.7", "70.0%", "60.0%", "330", " 7 ", " 9 "):
        assert hidden not in said


def test_all_text_of_the_metrics_is_escaped(tmp_path):
    values = {
        "headline": HOSTILE,
        "figures": [results.figure("a", 1, label=HOSTILE)],
        "decision": results.decision(HOSTILE, HOSTILE, customers=1),
    }
    html = made(tmp_path, record(tmp_path / "out", **values))
    assert html.count("&lt;script&gt;") == 4 and "<script" not in html and "<img" not in html


def test_scripts_in_outputs_are_cut_and_text_stays(tmp_path, metrics):
    poison = page.Fragment(
        f'<p onclick="alert(1)" style="position:fixed" class="a">kept {HOSTILE}</p><svg onload=alert(1)>'
        '<a href="javascript:alert(1)">x</a><iframe src="https://evil"></iframe><scr<script></script>ipt>alert(2)'
        "<style>@import 'https://evil'</style><style>p{background:url(https://evil)}"
    )
    markdown = v4.new_output("display_data", {"text/markdown": f"**bold** {HOSTILE}"})
    html = made(tmp_path, metrics, html_output(poison), markdown)
    article = html[html.index("<article>") :]
    assert "kept" in article and "<strong>bold</strong>" in article and 'class="a"' in article
    for part in ("<script", "<svg", "<iframe", "<style", "onclick", "javascript:", "position:fixed"):
        assert part not in article
    assert not re.search(r"<[^>]*\sonerror", article)


def test_a_table_keeps_its_cells_and_loses_its_own_style(tmp_path, metrics):
    output = html_output(table(rows=3))
    empty, full = made(tmp_path, metrics), made(tmp_path, metrics, output)
    assert (
        full.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 3 + 1 + 1 + 1
    )  # cells, title, its label, note
    assert len(full) - len(empty) < len(output.data["text/html"]) / 3
    assert full.count("<style") == 1 and not re.search(r"<t[dhr][^>]*\b(id|headers|style)=", full)


def test_dates_pseudonyms_and_short_words_of_a_table_stay_on_a_line(tmp_path, metrics):
    frame = pd.DataFrame(
        {
            "a": ["K7Q2-MX4P-R9TB"],
            "b": ["30 Jun 2024"],
            "c": ["引入期"],
            "d": ["No number"],
            "e": ["7 words or more, long"],
        }
    )
    output = html_output(page.table(frame, title="T", columns={name: (name, "") for name in frame}))
    cells = re.findall(r'<td class="gt_row gt_left( whole)?">([^<]*)<', made(tmp_path, metrics, output))
    assert [(bool(whole), text) for whole, text in cells] == [
        (name in "abc", frame[name][0]) for name in frame
    ]


def test_figures_carry_alt_text_and_number(tmp_path, metrics):
    png = base64.b64encode(b"\x89PNG\r\n").decode()
    second = v4.new_output("display_data", {"image/png": png}, metadata={"image/png": {"alt": HOSTILE}})
    html = made(tmp_path, metrics, svg_output('Half "the" <b>assets</b>'), second)
    assert 'alt="Half &#34;the&#34; &lt;b&gt;assets&lt;/b&gt;"' in html
    assert re.findall(r"<img src=\"data:(image/[a-z+]+);base64,", html) == ["image/svg+xml", "image/png"]
    assert "Figure 1 · Sample Bank, 31 Dec 2024" in html and "Figure 2 ·" in html and "<script" not in html


@pytest.mark.parametrize("alt", [None, "", "  "])
def test_a_figure_without_alt_text_is_refused(tmp_path, metrics, alt):
    with pytest.raises(PageError, match="cell 2: a figure has no alt text"):
        made(tmp_path, metrics, svg_output(alt))


def test_a_failed_cell_is_never_published(tmp_path, metrics):
    with pytest.raises(PageError, match="cell 2 failed with ValueError: boom"):
        made(tmp_path, metrics, v4.new_output("error", ename="ValueError", evalue="boom", traceback=[]))


def test_a_notebook_needs_a_title(tmp_path, metrics):
    with pytest.raises(PageError, match="has no title"):
        made(tmp_path, metrics, title="No title")


def test_a_page_over_three_megabytes_is_refused(tmp_path, metrics):
    heavy = svg_output()
    heavy.data["image/svg+xml"] = heavy.data["image/svg+xml"].replace(
        "</svg>", "<!--" + "x" * 2_400_000 + "--></svg>"
    )
    with pytest.raises(PageError, match=r"3\.2 MB.*rasterized"):
        made(tmp_path, metrics, heavy)


def test_the_contents_list_the_headings(tmp_path, metrics):
    html = made(tmp_path, metrics)
    links = re.findall(r'<li class="level-(\d)"><a href="#([^"]+)">([^<]+)</a>', html)
    listed = [("2", "section-1", "Tiers"), ("3", "section-2", "Rule of thumb"), ("2", "section-3", "限制")]
    assert links == listed * 2
    for _level, anchor, _text in listed:
        assert html.count(f'id="{anchor}"') == 1


@pytest.mark.parametrize(
    ("language", "tag", "said"),
    [("en", "en-GB", "Sample Bank, 31 Dec 2024"), ("zh", "zh-Hans-CN", "Sample Bank，2024年12月31日")],
)
def test_the_page_is_in_its_language(tmp_path, metrics, language, tag, said):
    html = made(tmp_path, metrics, svg_output(), language=language)
    assert f'<html lang="{tag}">' in html and said in html


def test_a_page_without_metrics_has_no_answer(tmp_path):
    html = made(tmp_path, None, svg_output())
    assert 'class="answer"' not in html and "</span>Figure 1</figcaption>" in html


def test_the_same_notebook_gives_the_same_page(tmp_path, metrics):
    assert made(tmp_path, metrics, html_output(table())) == made(tmp_path, metrics, html_output(table()))
    assert json.loads(metrics.read_text())["topic"] == "segmentation"


def test_a_page_says_how_much_of_it_stands_in_english(tmp_path):
    metrics = record(tmp_path / "topic")
    page = render(write_notebook(tmp_path / "nb.ipynb", svg_output()), metrics, "zh")
    assert re.search(r"本页有\d+句尚无译文", page)
    assert "尚无译文" not in render(write_notebook(tmp_path / "nb.ipynb", svg_output()), metrics, "en")
