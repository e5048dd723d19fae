"""Invitations, answers, cases and customer-days are the same on DuckDB, PostgreSQL and Spark."""

from datetime import date, timedelta

import pandas as pd
import pytest

from analysis.bank.source import open_bank
from analysis.topics.complaints import cases
from analysis.topics.survey import answers, callbacks

pytestmark = pytest.mark.engines


@pytest.mark.parametrize("engine", ["postgres_url", "spark_url"])
def test_answers_and_cases_are_the_same(demo_folder, request, engine):
    here, there = (open_bank(url) for url in (str(demo_folder), request.getfixturevalue(engine)))
    day = here.latest() - timedelta(days=15)
    views = here.view(day), there.view(day)
    for fetch in (
        answers.items,
        answers.invited,
        answers.scores,
        answers.comments,
        lambda view: callbacks.open_cases(view.at(date(2023, 11, 20))).sort_values(
            "customer_id", ignore_index=True
        ),
        lambda view: answers.base(view, view.as_of),
        cases.cases,
        cases.texts,
        lambda view: cases.exposure(view, since=date(2023, 1, 1)),
    ):
        expected, found = (fetch(view) for view in views)
        assert len(expected)
        pd.testing.assert_frame_equal(found, expected, rtol=1e-9, check_dtype=False)
