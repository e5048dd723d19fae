"""Invitations, answers and the base, as they were known on a day."""

from datetime import date

import pandas as pd
import pytest

from analysis.bank.source import MissingTable, open_bank
from analysis.topics.survey import answers


@pytest.fixture(scope="module")
def bank(demo_folder):
    return open_bank(str(demo_folder))


def test_every_response_belongs_to_one_invitation(bank):
    view = bank.view()
    invited, scores = answers.invited(view), answers.scores(view)
    assert not invited.duplicated(["wave", "customer_id"]).any()
    assert set(scores.index) == set(invited["response_id"].dropna())
    assert set(scores.columns) == set(answers.items(view)["item"])
    assert invited["age"].notna().mean() > 0.95 and invited["assets"].sum() > 0


def test_an_earlier_day_knows_earlier_answers_only(bank):
    now, then = bank.view(), bank.view("2022-12-12")
    late = answers.invited(then)
    last = pd.Timestamp(then.as_of)
    assert late["answered_on"].max() <= last < answers.invited(now)["answered_on"].max()
    assert set(answers.scores(then).index) == set(late["response_id"].dropna())
    assert set(answers.comments(then)["response_id"]) <= set(late["response_id"].dropna())
    some = (
        answers.invited(now)
        .set_index(["wave", "customer_id"])
        .loc[list(zip(late["wave"], late["customer_id"], strict=True))]
    )
    assert some["assets"].tolist() == late["assets"].tolist()


def test_the_base_is_who_was_with_the_bank(bank):
    day = date(2022, 12, 10)
    base = answers.base(bank.view(), day)
    assert set(base["customer_id"]) == set(bank.view(day).customers().to_pandas()["customer_id"])


def test_a_filter_is_followed(bank):
    view = bank.view(where="branch_id = 'B03'")
    assert (
        set(answers.invited(view)["branch_id"]) == {"B03"} == set(answers.base(view, view.as_of)["branch_id"])
    )
    assert set(answers.scores(view).index) == set(answers.invited(view)["response_id"].dropna())


def test_of_fewer_than_eleven_respondents_there_is_no_report(bank):
    early = bank.view("2022-06-10")
    assert 0 < early.table("survey_invitations").response_id.count().to_pyarrow().as_py() < 11
    assert not answers.surveyed(early) and answers.surveyed(bank.view())
    with pytest.raises(MissingTable, match="survey_answers"):
        answers.expect(early)
