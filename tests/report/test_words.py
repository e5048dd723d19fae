"""No English is left on a Chinese page outside of the allow-list."""

import pytest
import yaml
from tests.report.sample import record, svg_output, write_notebook
from tests.report.words import ALLOWED, allowed, foreign, left, texts

from analysis.report.html import render


@pytest.mark.slow  # two real notebooks
def test_no_english_is_left_on_the_pages_of_a_chinese_run(chinese_run):
    assert left(chinese_run) == []


@pytest.mark.parametrize(
    ("page", "found"),
    [
        ("<p>客户 Customers</p>", ["Customers"]),
        ("<p>客户<b>active</b></p><code>branch_id</code><style>color</style>", ["active"]),
        (
            '<img alt="利润 by branch"><div aria-label="Table" class="scroll"></div>',
            ["by", "branch", "Table"],
        ),
        ("<p>AUC 0.68，ROC-AUC，CNY 3.1亿</p>", []),
        ("<p>5GZ1-BKZ9-M0ES，customers.birth_date，survey_items，T 与 p</p>", []),
        ("<p>Harbour Bank 海港银行 Harbour</p>", ["Harbour"]),
        ("<p>Easter，East</p>", ["Easter"]),
    ],
)
def test_an_english_word_is_found_wherever_it_stands(page, found):
    data = ["Harbour Bank 海港银行", "East"]
    assert [word for word, _context in foreign(page, allowed("index"), data)] == found


def test_a_word_is_reported_with_what_is_around_it():
    ((word, context),) = foreign(f"<p>{'前' * 40}margin{'后' * 40}</p>", set())
    assert (word, context) == ("margin", "前" * 30 + "margin" + "后" * 30)


def test_what_a_chart_says_is_read(tmp_path):
    output = svg_output(alt="图")
    drawing = output["data"]["image/svg+xml"].replace("<rect", "<!-- R&amp;D 利润 --><rect")
    output["data"]["image/svg+xml"] = drawing
    notebook = write_notebook(tmp_path / "nb.ipynb", output)
    page = render(notebook, record(tmp_path / "segmentation"), "zh")
    assert "R&D 利润" in texts(page)


def test_names_of_tables_are_allowed_where_tables_are_the_subject():
    assert "customers" in allowed("data_quality") - allowed("segmentation")


def test_every_word_of_the_allow_list_has_its_reason_and_stands_there_once():
    groups = yaml.safe_load(ALLOWED.read_text(encoding="utf-8"))
    words = [word for group in groups for word in group["words"]]
    assert all(group["why"] for group in groups) and len(words) == len(set(words))
