import re
from datetime import date, datetime
from html import unescape
from types import SimpleNamespace

import ibis
import pandas as pd
import pytest
from tests.report.sample import HOSTILE, VIEW, table

from analysis import language
from analysis.report import page
from analysis.report.layout import speaking
from analysis.report.privacy import suppress


def text_of(displayable) -> str:
    """What a reader sees of it, cells parted by bars."""
    html = re.sub(r"<style>.*?</style>", "", displayable._repr_html_(), flags=re.DOTALL)
    return re.sub(r"\s*(<[^>]*>\s*)+", "|", html)


def view(**changes):
    booked = ibis.memtable({"booked_at": [datetime(2022, 1, 3, 9), datetime(2024, 12, 30, 23)]})
    values = {**vars(VIEW), "has": lambda name: name == "transactions", "table": lambda name: booked}
    return SimpleNamespace(**(values | changes))


def test_run_facts_say_what_the_report_rests_on():
    said = text_of(page.run_facts(view(), customers=4812, seed=20240101))
    for part in (
        "Sample Bank",
        "31 Dec 2024",
        "3 Jan 2022 to 30 Dec 2024",
        "4,812",
        "whole bank",
        "20240101",
    ):
        assert f"|{part}|" in said


def test_run_facts_escape_the_filter_and_the_bank():
    html = page.run_facts(view(where=HOSTILE, name=HOSTILE), customers=1, seed=1)._repr_html_()
    assert "<script" not in html and "<img" not in html and html.count("&lt;script&gt;") == 2


def test_run_facts_without_bookings_cover_the_customers():
    joined = ibis.memtable({"joined_on": [date(2020, 1, 1), date(2024, 1, 1)]})
    facts = page.run_facts(view(has=lambda name: False, table=lambda name: joined), customers=2, seed=1)
    assert "1 Jan 2020 to 1 Jan 2024" in text_of(facts)


def test_findings_are_escaped():
    assert page.say("A", HOSTILE)._repr_html_().count("<") == 2


def test_text_from_the_data_is_escaped_in_every_part_of_a_table():
    frame = pd.DataFrame({HOSTILE: [HOSTILE], "n": [1.0]})
    html = page.table(
        frame, title=HOSTILE, columns={HOSTILE: (HOSTILE, ""), "n": (HOSTILE, HOSTILE)}, note=HOSTILE
    )._repr_html_()
    assert "<script" not in html and "<img" not in html
    assert html.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 5
    assert not re.search(r"<[^>]*\son\w+=[^>]*>", re.sub(r'"[^"]*"', '""', html))


def test_numbers_read_by_their_units():
    frame = pd.DataFrame(
        {
            "tier": ["Mass", "Private"],
            "n": [3120, 11],
            "share": [0.64812345, None],
            "assets": [12_345_678.9, 2.0123456789e9],
            "score": [1.23456789, 45.6],
            "since": [date(2024, 1, 2), None],
            "active": [True, False],
        }
    )
    units = {
        "tier": ("Tier", ""),
        "n": ("Customers", "customers"),
        "share": ("Share", "share"),
        "assets": ("Assets", "CNY"),
        "score": ("Score", "points"),
        "since": ("Since", ""),
        "active": ("Active", ""),
    }
    said = text_of(page.table(frame, title="Title", columns=units))
    assert "|Assets|CNY|" in said and "|Score|points|" in said and "|Customers|Share|" in said
    assert "|Mass|3,120|64.8%|12.3M|1.23|2 Jan 2024|yes|" in said
    assert "|Private|11|–|2.0B|45.60|–|no|" in said


def test_small_shares_keep_a_second_decimal():
    frame = pd.DataFrame({"a": [0.0004, 0.003], "b": [0.0004, 0.3]})
    shown = text_of(page.table(frame, title="x", columns={"a": ("A", "share"), "b": ("B", "share")}))
    assert "|0.04%|<0.1%|0.30%|30.0%|" in unescape(shown)


def test_what_is_not_nought_does_not_read_as_nought():
    values = pd.Series([0.0, -0.0004, 0.0004, 0.5, None, float("inf")], dtype="Float64")
    cells = unescape(page.table(values.to_frame("a"), title="x", columns={"a": ("A", "")})._repr_html_())
    assert re.findall(r"<td[^>]*>([^\n]*)</td>", cells)[-6:] == ["0.00", ">−0.01", "<0.01", "0.50", "–", "∞"]


def test_no_number_has_seventeen_digits():
    assert not re.search(r"\d{7,}", text_of(table(rows=5, columns=6)))


def test_chinese_counts_by_ten_thousands():
    with speaking("zh"):
        frame = pd.DataFrame({"assets": [123_456_789.0]})
        assert "1.2亿" in text_of(page.table(frame, title="资产", columns={"assets": ("资产", "CNY")}))
    assert language.current() == "en"


def test_a_long_table_is_cut_and_says_so():
    said = text_of(
        page.table(pd.DataFrame({"n": range(1_234)}), title="T", columns={"n": ("N", "")}, rows=10)
    )
    assert "10 of 1,234 rows" in said and "|9|" in said and "|10|" not in said


def test_an_empty_table_says_so():
    assert "No rows." in text_of(page.table(pd.DataFrame({"n": []}), title="T", columns={"n": ("N", "")}))


def test_suppressed_cells_say_why():
    frame = suppress(
        pd.DataFrame({"tier": list("abc"), "n": [500, 3, 40], "mean": [1.5, 2.5, 3.5]}), "n", "tier"
    )
    columns = {"tier": ("Tier", ""), "n": ("Customers", "customers"), "mean": ("Mean", "CNY")}
    said = text_of(page.table(frame, title="T", columns=columns))
    assert "|a|500|1.5|b|&lt;11|&lt;11|c|withheld|withheld|" in said
    assert "fewer than 11 customers" in said and "Withheld:" in said


def test_a_column_that_is_not_there_is_named():
    with pytest.raises(ValueError, match=r"no column x; there are n"):
        page.table(pd.DataFrame({"n": [1]}), title="T", columns={"x": ("X", "")})
