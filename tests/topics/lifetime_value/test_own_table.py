"""A table of your own: purchases or a summary in, forecasts out; the example in the documentation runs."""

import re
from pathlib import Path

import numpy as np
import pytest
from tests.topics.lifetime_value.logs import purchases as simulated

from analysis.topics import lifetime_value as ltv

GUIDE = Path(__file__).parents[3] / "docs" / "lifetime_value.md"


def test_purchases_in_forecasts_out():
    table = simulated(800, seed=0)
    fitted = ltv.fit(table)
    assert fitted.reasons == ()
    rows = ltv.predict(fitted, table, 26)
    assert rows["customer_id"].is_unique
    assert (rows["low"] <= rows["purchases"].clip(lower=1)).all()
    assert rows["alive"].between(0, 1).all()
    assert (rows["value"] >= 0).all()


def test_a_summary_gives_what_its_purchases_give():
    table = simulated(800, seed=1)
    whole = ltv.fit(table, "pareto_nbd")
    summary = ltv.evaluate(table, model="pareto_nbd").summary
    short = ltv.fit(summary[["customer_id", "frequency", "recency", "T", "monetary_value"]], "pareto_nbd")
    one, other = (ltv.predict(f, t, 13) for f, t in ((whole, table), (short, summary)))
    np.testing.assert_allclose(one["purchases"], other["purchases"], rtol=1e-4)


def test_money_scales_and_purchases_do_not():
    table = simulated(500, seed=2)
    one, other = (
        ltv.predict(ltv.fit(t, "bg_nbd"), t, 26) for t in (table, table.assign(value=100 * table["value"]))
    )
    np.testing.assert_allclose(other["purchases"], one["purchases"])
    np.testing.assert_allclose(other["value"], 100 * one["value"], rtol=1e-4)


def test_a_summary_has_no_time_to_choose_on():
    summary = ltv.evaluate(simulated(300, seed=3)).summary
    with pytest.raises(
        ValueError, match="model is 'auto'; of a summary expected one of bg_nbd, mbg_nbd, pareto_nbd"
    ):
        ltv.fit(summary)


def test_the_example_of_the_documentation_runs():
    (example,) = re.findall(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), flags=re.DOTALL)
    names: dict = {}
    exec(example, names)
    assert len(names["forecast"])
