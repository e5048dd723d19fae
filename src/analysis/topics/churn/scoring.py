"""Scores of today's customers with their reasons, and the tested rows as tables."""

import pandas as pd

from analysis.bank.source import View
from analysis.language import _
from analysis.topics.churn import explain, reasons
from analysis.topics.churn.evaluation import Evaluation, Model
from analysis.topics.churn.tables import Examples


def scored(model: Model, now: pd.DataFrame, learnt: Examples) -> pd.DataFrame:
    """Probability of each customer to be lost, and what raised it most.

    Parameters
    ----------
    now : DataFrame
        One row per customer: customer_id, features, as `panel.known` gives them.
    learnt : tables.Examples
        What the model learnt from: its columns.

    Returns
    -------
    DataFrame
        One row per customer, in the order of `now`: customer_id, probability, reason_1 to reason_3 (keys of
        `reasons.GROUPS`; blank where less is to be said).
    """
    features = now[list(learnt.features.columns)].astype("float64")
    why = reasons.strongest(explain.attribution(model, features))
    return pd.DataFrame({"customer_id": now["customer_id"], "probability": model.predict(features)}).join(why)


def with_reasons(scores: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    """Scores with their reasons in words.

    Returns
    -------
    DataFrame
        `scores` with why_1 to why_3 and why (all of them), in the language in use.
    """
    rows = now.set_index("customer_id").loc[scores["customer_id"]].reset_index()
    found = scores.reset_index(drop=True)
    keys = [name for name in found if name.startswith("reason_")]
    words = pd.DataFrame({key.replace("reason", "why"): reasons.said(found[key], rows) for key in keys})
    joined = [_("; ").join(word for word in said if word) for said in words.to_numpy()]
    return found.join(words).assign(why=joined)


def tested(evaluation: Evaluation, capacity: int) -> pd.DataFrame:
    """The tested rows.

    Parameters
    ----------
    capacity : int
        Customers that the team turns to on a day.

    Returns
    -------
    DataFrame
        One row per customer and test day: customer_id, day, event (whether lost), probability, selected (whether among
        the `capacity` highest of the day), age_years and assets (blank if the model was not given them).
    """
    rows = evaluation.outcome
    found = pd.DataFrame(
        {
            "customer_id": rows["unit"],
            "day": rows["time"],
            "event": rows["churned"] == 1,
            "probability": evaluation.probability,
            "selected": evaluation.selected(capacity),
        }
    )
    shown = evaluation.tested.features.reindex(columns=["age_years", "assets"])
    return found.join(shown.astype("float64"))


def departures(view: View) -> pd.DataFrame:
    """Who left, and when: customer_id, left_on."""
    people = view.table("customers")
    return people.filter(people.left_on.notnull()).select("customer_id", "left_on").to_pandas()


def results(scores, now, profits, save_list, rules, alarmed, won_back) -> dict[str, pd.DataFrame]:
    """Tables that a run stores: scores with reasons and expected profit of all, and the lists."""
    money = profits.drop(columns="probability")
    everybody = with_reasons(scores, now).merge(money, on="customer_id", how="left")
    return {
        "scores": everybody,
        "save_list": save_list,
        "rules": rules,
        "alarms": alarmed,
        "win_back": won_back,
    }
