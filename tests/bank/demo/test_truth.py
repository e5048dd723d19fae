"""The data follow from the planted truth."""

import json

import numpy as np
import pandas as pd

from analysis.bank.demo.feedback import STEP, STEP_MISTAKEN, STEP_UNKNOWN, STEPS


def test_purchases_follow_the_planted_rates(bank, truth):
    people = truth("customers").merge(bank("customers"), on="customer_id")
    end = pd.Timestamp(bank("bank_profile").extracted_on[0])
    since = pd.to_datetime(people.joined_on).clip(lower=pd.Timestamp("2022-01-01"))
    ends = people[["purchases_ended_on", "left_on"]].apply(pd.to_datetime).min(axis=1).fillna(end)
    weeks = ((ends - since).dt.days / 7).clip(lower=0)
    booked = bank("transactions").query("category == 'card_payment'")
    booked = booked.merge(bank("accounts"), on="account_id")
    count = people.customer_id.map(booked.customer_id.value_counts()).fillna(0)
    long = weeks > 40
    rate = (count / weeks)[long]
    assert np.corrcoef(rate, people.purchase_rate[long])[0, 1] > 0.95
    assert rate.sum() / people.purchase_rate[long].sum() > 0.9
    last = people.customer_id.map(booked.groupby("customer_id").booked_at.max())
    assert not (last.dt.normalize() > ends).any()


def test_the_spend_of_a_purchase_is_a_trait_apart_from_their_number(bank, truth):
    people = truth("customers")
    booked = bank("transactions").query("category == 'card_payment'")
    booked = booked.merge(bank("accounts"), on="account_id")
    mean = -booked.groupby("customer_id").amount.agg(["mean", "size"]).query("size > 30")["mean"]
    planted = people.set_index("customer_id").mean_spend[mean.index]
    assert np.corrcoef(np.log(mean), np.log(planted))[0, 1] > 0.9
    assert abs(np.corrcoef(people.purchase_rate, people.mean_spend)[0, 1]) < 0.2


def test_customers_leave_at_the_planted_hazard(bank, truth):
    months = truth("months")
    left = bank("customers").dropna(subset="left_on")
    expected, seen = months.hazard.sum(), len(left)
    assert abs(seen - expected) < 4 * np.sqrt(expected)
    month = pd.to_datetime(left.left_on) + pd.offsets.MonthEnd(0)
    gone = pd.Series(True, index=pd.MultiIndex.from_arrays([left.customer_id, month.dt.date]))
    at = pd.MultiIndex.from_frame(months[["customer_id", "month_end"]])
    leaves = gone.reindex(at).notna().to_numpy()
    band = pd.qcut(months.hazard, 4, labels=False)
    rate = pd.Series(leaves).groupby(band).mean()
    assert (np.diff(rate) > 0).all() and rate[3] > 3 * rate[0]


def test_leavers_fade_before_they_go(bank):
    left = bank("customers").dropna(subset="left_on")[["customer_id", "left_on"]]
    booked = bank("transactions").merge(bank("accounts"), on="account_id").merge(left, on="customer_id")
    before = (pd.to_datetime(booked.left_on) - booked.booked_at).dt.days
    assert before.between(0, 29).sum() < 0.75 * before.between(150, 179).sum()


def test_arms_are_drawn_by_lot_and_the_uplift_is_planted(bank, truth):
    contacts = bank("campaign_contacts").merge(truth("uplift"), on=["campaign_id", "customer_id"])
    contacts = contacts.merge(truth("customers"), on="customer_id")
    treated = contacts.arm == "treatment"
    for trait in ("digital", "satisfaction", "p_control"):
        z = (contacts[trait] - contacts.groupby("campaign_id")[trait].transform("mean")) / contacts[
            trait
        ].std()
        assert abs(z[treated].mean() - z[~treated].mean()) < 0.12, trait
    assert contacts.contacted_on.notna().eq(treated).all()
    converted = contacts.converted_on.notna()
    planted = np.where(treated, contacts.p_treatment, contacts.p_control)
    assert abs(converted.mean() - planted.mean()) < 0.02
    uplift = contacts.p_treatment - contacts.p_control
    assert (uplift < 0).any() and (uplift > 0.05).any()


def test_who_was_sold_a_product_holds_it(bank):
    sold = bank("campaign_contacts").dropna(subset="converted_on").merge(bank("campaigns"), on="campaign_id")
    sold = sold[sold.objective == "cross_sell"]
    families = bank("products").set_index("product_id").family
    held = bank("accounts").assign(family=lambda a: a.product_id.map(families))
    held = held.set_index(["customer_id", "family", "opened_on"]).index
    wanted = pd.MultiIndex.from_arrays([sold.customer_id, sold.product_id.map(families), sold.converted_on])
    assert len(wanted) > 10 and wanted.isin(held).all()


def test_duplicates_are_the_same_person_with_an_error(bank, truth):
    pairs, people = truth("duplicates"), bank("customers").set_index("customer_id")
    assert 1 <= len(pairs) <= 0.012 * len(people)
    copy, original = people.loc[pairs.customer_id], people.loc[pairs.duplicate_of]
    alike = pd.DataFrame(
        {c: copy[c].to_numpy() == original[c].to_numpy() for c in ("name", "phone", "birth_date")}
    )
    assert (alike.sum(axis=1) >= 1).all() and not alike.all(axis=1).any()


def test_potential_customers_send_their_salary_on(bank, truth):
    potential = truth("customers").query("potential").customer_id
    booked = bank("transactions").merge(bank("accounts"), on="account_id")
    booked["day"] = booked.booked_at.dt.normalize()
    paid = booked.query("category == 'salary'")[["customer_id", "day", "amount"]]
    out = (
        booked.query("category == 'transfer_out'").groupby(["customer_id", "day"]).amount.sum().rename("out")
    )
    paid = paid.assign(day=paid.day + pd.Timedelta(days=1)).join(out, on=["customer_id", "day"])
    swept = (-paid.out.fillna(0) > 0.8 * paid.amount).groupby(paid.customer_id).mean()
    assert swept[swept.index.isin(potential)].mean() > 0.8
    assert swept[~swept.index.isin(potential)].mean() < 0.05


def test_the_satisfied_answer_more_and_complain_less(bank, truth):
    asked = bank("survey_invitations").merge(truth("survey"), on=["wave", "customer_id"])
    answered = asked.response_id.notna()
    assert abs(answered.mean() - asked.propensity.mean()) < 0.04
    assert asked.SAT[answered].mean() > asked.SAT[~answered].mean() + 0.1
    complaints = bank("feedback").query("kind == 'complaint'")
    people = truth("customers")
    upset = people.customer_id.isin(complaints.customer_id)
    assert people.satisfaction[upset].mean() < people.satisfaction[~upset].mean()


def test_answers_carry_their_construct(bank, truth):
    answers = bank("survey_answers").merge(bank("survey_invitations"), on="response_id")
    wide = answers.pivot(index=["wave", "customer_id"], columns="item", values="score")
    latent = truth("survey").set_index(["wave", "customer_id"]).loc[wide.index]
    scale = bank("survey_items").set_index("item")
    assert wide.min().ge(scale.scale_min).all() and wide.max().le(scale.scale_max).all()
    assert wide.filter(like="sat").drop(columns="csat").mean(axis=1).corr(latent.SAT) > 0.8
    assert wide.nps.corr(latent.LOY) > 0.6


def test_a_theme_emerges_in_the_last_months(bank, demo_truth):
    planted = json.loads((demo_truth / "parameters.json").read_text())["emerging_theme"]
    filed = bank("feedback").query("issue == @planted['theme']").received_at
    end = pd.Timestamp(bank("bank_profile").extracted_on[0])
    assert len(filed) > 10
    assert filed.min() >= end - pd.DateOffset(months=planted["months"], days=1)


def test_the_process_step_follows_the_theme_with_mistakes(bank, truth):
    said = bank("feedback")
    assert said[said.kind != "complaint"].process_step.isna().all()
    complaints = said[said.kind == "complaint"].merge(truth("feedback"), on="feedback_id")
    right = complaints.process_step == complaints.theme.map(STEP)
    known = complaints.process_step.notna()
    # a clerk who picks at random is right once in as many times as there are steps
    planted = 1 - STEP_MISTAKEN * (1 - 1 / len(STEPS))
    assert abs(right[known].mean() - planted) < 4 * np.sqrt(planted * (1 - planted) / known.sum())
    assert abs((~known).mean() - STEP_UNKNOWN) < 4 * np.sqrt(STEP_UNKNOWN * (1 - STEP_UNKNOWN) / len(known))


def test_complex_cases_take_longer(bank):
    complaints = bank("feedback").query("kind == 'complaint'").dropna(subset="resolved_at")
    days = (complaints.resolved_at - complaints.received_at).dt.total_seconds() / 86_400
    median = days.groupby(complaints.is_complex.astype(bool)).median()
    assert median[True] > 2 * median[False]
    assert 0.02 < (days > 15).mean() < 0.4


def test_comments_are_about_the_planted_themes_in_the_planted_tone(bank, truth, demo_truth):
    comments = bank("survey_comments").merge(truth("comments"), on="response_id", validate="one_to_one")
    assert len(comments) == len(bank("survey_comments")) > 60
    planted = pd.DataFrame(json.loads((demo_truth / "parameters.json").read_text())["comment_themes"])
    seen = pd.crosstab(comments.theme, comments.tone).reindex(planted.index, fill_value=0)[planted.columns]
    expected = planted * seen.sum()
    assert (
        (seen - expected) ** 2 / expected
    ).to_numpy().sum() < 40  # chi-squared with 15 degrees of freedom: p 0.0005
    asked = bank("survey_invitations")[["response_id", "wave", "customer_id"]]
    scored = comments.merge(asked, on="response_id").merge(truth("survey"), on=["wave", "customer_id"])
    mean = scored.groupby("tone").SAT.mean()
    assert mean["good"] > mean["middling"] > mean["bad"]
