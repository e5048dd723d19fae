"""A bank of complaints alone: topics about customers are not run, by name of the table, and do not fail."""

import pytest

from analysis.bank.public.cfpb import FILE, LAYOUT, import_cfpb
from analysis.bank.source import MissingTable, open_bank
from analysis.report.run import _expect_customers
from analysis.topics import churn, data_quality, lifetime_value, segmentation

COMPLAINT = "2020/3/18,Mortgage,,Foreclosure,,,,,,,,,Web,2020/3/18,In progress,Yes,N/A,7"


@pytest.fixture
def view(tmp_path):
    (tmp_path / FILE).write_text(",".join(LAYOUT) + "\n" + COMPLAINT + "\n", encoding="utf-8")
    import_cfpb(tmp_path, tmp_path / "bank")
    return open_bank(str(tmp_path / "bank")).view()


@pytest.mark.parametrize(
    "first",
    [
        data_quality.people,
        segmentation.fetched,
        lifetime_value.purchases.from_view,
        lambda view: churn.panel.planned(view, churn.definitions.chosen(view)),
    ],
    ids=["data_quality", "segmentation", "lifetime_value", "churn"],
)
def test_the_first_question_names_a_table(view, first):
    with pytest.raises(MissingTable, match=r"table (customers|accounts|transactions) is missing"):
        first(view)


def test_a_run_begins(view):
    _expect_customers(view)
