"""Feedback whose words tell family, issue and severity as planted: frames as `cases` and `texts` give them."""

import numpy as np
import pandas as pd
from tests.statistics.text import written

FAMILY = {"fees": "deposit", "app": None, "loan": "loan"}
DAY = pd.Timestamp("2024-12-31").date()


def feedback(n: int = 500, seed: int = 0, grave=("loan",)) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Cases and texts over two years; complaints about a matter in `grave` are complex."""
    rng = np.random.default_rng(seed)
    told = written.feedback(n, seed, shares=(0.4, 0.35, 0.25))
    received = pd.date_range("2023-01-01", periods=n, freq=f"{730 * 24 * 60 // n}min")
    closed = received + pd.to_timedelta(rng.uniform(1, 12, n), unit="D")
    open_ = closed > pd.Timestamp(DAY)
    hard = told["label"].isin(grave)
    ids = [f"F{k:04}" for k in range(n)]
    cases = pd.DataFrame({
        "feedback_id": ids, "customer_id": [f"C{k}" for k in rng.integers(0, n, n)], "received_at": received,
        "kind": "complaint",
        "family": told["label"].map(FAMILY), "issue": told["label"], "resolved_at": pd.Series(closed).mask(open_),
        "is_complex": hard.astype("boolean"), "extension_approved": pd.array([False] * n, dtype="boolean"),
        "outcome": pd.Series("rejected", index=range(n)).mask(open_), "compensation": np.nan,
    })  # fmt: skip
    return cases, pd.DataFrame({"feedback_id": ids, "text": told["text"], "language": told["language"]})
