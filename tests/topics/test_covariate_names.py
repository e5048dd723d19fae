"""What is adjusted for has a name to read, in whichever form it was made a column."""

import numpy as np
import pandas as pd
import pytest

from analysis.statistics.adjusted import adjusted
from analysis.topics import covariate_names
from analysis.topics.complaints import effect
from analysis.topics.survey import outcomes


def test_columns_of_text_blanks_and_numbers_are_named():
    rng = np.random.default_rng(1)
    table = pd.DataFrame(
        {
            "age": np.where(rng.random(400) < 0.1, np.nan, rng.normal(size=400)),
            "fifth of assets": rng.choice(["1", "5"], 400),
            "branch": rng.choice(["B01", "B02", None], 400),
            "own": rng.normal(size=400),
        }
    )
    found = adjusted(table, rng.random(400) < 0.5, rng.normal(size=400), np.arange(400), False)
    assert covariate_names.named(found).balance["covariate"].tolist() == [
        "age", "age: unknown", "fifth of assets: 1", "fifth of assets: 5", "branch: unknown", "branch: B01",
        "branch: B02", "own",
    ]  # fmt: skip


@pytest.mark.parametrize("module", [effect, outcomes], ids=["complaints", "survey"])
def test_every_covariate_of_a_topic_has_a_name(module):
    columns = [
        "age", "gender", "tenure_days", "assets", "branch_id", "families_then", "complaints_365d", "digital_90d",
        "margin_then", "wave", "complaints_before", "issue", "channel",
    ]  # fmt: skip
    rows = pd.DataFrame({name: [1.0, 2.0] for name in columns})
    rows["is_complex"] = pd.array([True, None], dtype="boolean")
    rows["received_at"] = pd.Timestamp("2024-01-01")
    assert set(module.covariates(rows)) <= set(covariate_names.names())
