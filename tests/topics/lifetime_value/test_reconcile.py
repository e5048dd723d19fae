"""Two values of each customer, added and held against each other; changes of value split without a rest."""

import numpy as np
import pandas as pd
import pytest

from analysis.topics.lifetime_value import changes, reconcile


@pytest.fixture
def values():
    ids = [f"C{k}" for k in range(10)]
    bought = pd.DataFrame({"customer_id": ids, "transaction_value": [9.0, 8, 0, 0, 1, 1, 1, 1, 1, 1]})
    held = pd.DataFrame({"customer_id": ids, "relationship_value": [900.0, -5, 800, 1, 1, 1, 1, 1, 1, 1]})
    return reconcile.side_by_side(bought, held)


def test_kinds_by_hand(values):
    assert values["kind"].tolist()[:4] == ["both", "active", "rich", "neither"]
    assert values["value"].tolist()[:3] == [909, 3, 800]
    table = reconcile.kinds(values)
    assert table["kind"].tolist() == ["both", "active", "rich", "neither"]
    assert table["customers"].sum() == 10
    assert table["transaction_value"].sum() == values["transaction_value"].sum()


def test_a_customer_of_one_side_only_is_kept():
    bought = pd.DataFrame({"customer_id": ["a"], "transaction_value": [2.0]})
    held = pd.DataFrame({"customer_id": ["b"], "relationship_value": [-1.0]})
    both = reconcile.side_by_side(bought, held).set_index("customer_id")["value"]
    assert both.to_dict() == {"a": 2.0, "b": -1.0}


def test_without_a_relationship_the_purchases_are_the_value():
    bought = pd.DataFrame({"customer_id": ["a"], "transaction_value": [2.0]})
    alone = reconcile.side_by_side(bought, None)
    assert alone["value"].tolist() == [2.0]
    assert alone[["relationship_value", "kind"]].isna().all(axis=None)


def test_groups_add_up(values):
    values = values.assign(tier=["low"] * 5 + ["high"] * 5, at_risk=1.0)
    names = {"low": "Low", "high": "High"}
    table = reconcile.by_group(values, "tier", names)
    assert table["value"].sum() == values["value"].sum()
    assert table["value_share"].sum() == pytest.approx(1)
    assert reconcile.risk(values, "tier", names)["at_risk"].tolist() == [5.0, 5.0]


def test_a_relationship_that_is_not_known_is_not_one_of_nothing(values):
    alone = values.assign(tier="low", relationship_value=float("nan"))
    assert reconcile.by_group(alone, "tier", {"low": "Low"})["relationship_value"].isna().all()


def day(rng, ids, **changed):
    n = len(ids)
    frame = pd.DataFrame(
        {
            "customer_id": ids,
            "alive": rng.uniform(0.1, 1, n),
            "pace": rng.uniform(1, 50, n),
            "spend": rng.uniform(0.1, 2, n),
            "balance_margin": rng.uniform(0, 30, n),
            "fees": rng.uniform(0, 5, n),
            "cost_to_serve": rng.uniform(0, 8, n),
            "annuity": rng.uniform(8, 11, n),
        }
    ).assign(**changed)
    lost = rng.uniform(0, 20, n)
    earned = frame["balance_margin"] + frame["fees"] - frame["cost_to_serve"]
    return frame.assign(
        transaction_value=frame["alive"] * frame["pace"] * frame["spend"],
        relationship_value=earned * frame["annuity"] - lost,
    )


def test_parts_leave_no_rest():
    rng = np.random.default_rng(0)
    ids = [f"C{k}" for k in range(200)]
    then, now = day(rng, ids), day(rng, ids)
    both = then.merge(now, on="customer_id", suffixes=("_0", "_1"))
    parts = changes._transaction_parts(both) | changes._relationship_parts(both)
    moved = changes.changes(then, now).set_index("customer_id")["change"]
    total = pd.Series(sum(parts.values()).to_numpy(), index=both["customer_id"])
    np.testing.assert_allclose(total, moved.reindex(total.index), atol=1e-9)


def test_the_planted_cause_is_found():
    rng = np.random.default_rng(1)
    then = day(rng, ["quiet", "richer", "gone", "dearer"])
    now = day(np.random.default_rng(1), ["quiet", "richer", "gone", "dearer"])
    planted = {
        "quiet": ("alive", 0.01),
        "richer": ("balance_margin", 300.0),
        "dearer": ("cost_to_serve", 90.0),
    }
    for customer, (column, value) in planted.items():
        row = now["customer_id"] == customer
        now.loc[row, column] = value
    earned = now["balance_margin"] + now["fees"] - now["cost_to_serve"]
    lost = (
        then["relationship_value"]
        - (then["balance_margin"] + then["fees"] - then["cost_to_serve"]) * then["annuity"]
    )
    now["transaction_value"] = now["alive"] * now["pace"] * now["spend"]
    now["relationship_value"] = earned * now["annuity"] + lost
    now = pd.concat([now[now["customer_id"] != "gone"], day(rng, ["new"])])
    found = changes.changes(then, now).set_index("customer_id")["code"]
    assert found.drop(["gone", "new"]).to_dict() == {
        "quiet": "alive-", "richer": "balance_margin+", "dearer": "cost_to_serve-",
    }  # fmt: skip
    assert found["gone"][:4] == "left"
    assert found["new"][:6] == "joined"


def test_causes_add_up_to_the_change():
    rng = np.random.default_rng(2)
    ids = [f"C{k}" for k in range(100)]
    moved = changes.changes(day(rng, ids), day(rng, [*ids[10:], "new"]))
    table = changes.by_cause(moved)
    assert table["change"].sum() == pytest.approx(moved["change"].sum())
    assert table["customers"].sum() == len(moved)
    assert table["label"].is_unique
