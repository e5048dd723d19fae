"""The challenger: gradient boosting on what was known one holdout earlier."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingRegressor

from analysis.topics.lifetime_value.histories import RECENT

FEWEST = 200  # customers to learn from
LEAST_KNOWN = 50  # customers of whom a feature is known, for it to be learnt from
MOST = 200_000  # customers learnt from; more change nothing that the holdout shows
ROUNDS, PATIENCE, PART_WATCHED = 400, 20, 0.15


@dataclass(frozen=True)
class Boosted:
    """A fitted challenger: expected purchases in windows as long as the one it was trained on."""

    model: HistGradientBoostingRegressor
    columns: tuple[str, ...]
    weeks: float

    def expected(self, summary: pd.DataFrame, extra: pd.DataFrame | None, weeks: float) -> np.ndarray:
        """Expected purchases in the next `weeks`; other lengths than the trained one in proportion."""
        rows = inputs(summary, extra).reindex(columns=list(self.columns))
        return self.model.predict(rows.to_numpy(float)) * (weeks / self.weeks)


def inputs(summary: pd.DataFrame, extra: pd.DataFrame | None) -> pd.DataFrame:
    """What the challenger sees of each customer: the summary, rates of recent windows, and `extra` features.

    Parameters
    ----------
    summary : DataFrame
        As `histories.Histories.summary` gives it.
    extra : DataFrame, optional
        One row per customer: customer_id and numbers that were known on the day.
    """
    rows = pd.DataFrame(
        {
            "frequency": summary["frequency"],
            "recency": summary["recency"],
            "T": summary["T"],
            "quiet": summary["T"] - summary["recency"],
            "rate": summary["frequency"] / summary["T"].clip(lower=1.0),
            "monetary_value": summary["monetary_value"],
            "active_share": summary["active"] / summary["periods"].clip(lower=1),
            **{f"recent_{d}": summary[f"recent_{d}"] for d in RECENT},
        }
    )
    # What a customer's own pace makes of the silence: purchases missed since the last one.
    rows["missed"] = rows["quiet"] * rows["rate"]
    if extra is None:
        return rows
    known = extra.set_index("customer_id").reindex(summary["customer_id"])
    return rows.join(known.add_prefix("bank_").set_index(rows.index))


def fit(
    summary: pd.DataFrame,
    purchases: np.ndarray,
    weeks: float,
    extra: pd.DataFrame | None = None,
    seed: int = 0,
) -> Boosted | None:
    """Learn purchases in a window of `weeks` from what was known before it.

    Poisson deviance; early stopping on customers set aside. None if there are fewer than 200 customers or nobody
    bought.

    Parameters
    ----------
    summary, extra
        As `inputs` takes them, on the day before the window.
    purchases : array of int
        Purchases of each customer in the window.
    """
    if len(summary) < FEWEST or not purchases.sum():
        return None
    rows = inputs(summary, extra)
    # What is hardly known of anybody teaches nothing, and cannot be cut into bins.
    rows = rows.loc[:, rows.notna().sum() >= LEAST_KNOWN]
    kept = np.sort(np.random.default_rng(seed).permutation(len(rows))[:MOST])
    model = HistGradientBoostingRegressor(
        loss="poisson",
        learning_rate=0.06,
        max_iter=ROUNDS,
        max_leaf_nodes=15,
        min_samples_leaf=max(20, len(kept) // 500),
        l2_regularization=1.0,
        early_stopping=True,
        validation_fraction=PART_WATCHED,
        n_iter_no_change=PATIENCE,
        random_state=seed,
    )
    model.fit(rows.to_numpy(float)[kept], np.asarray(purchases, float)[kept])
    return Boosted(model, tuple(rows.columns), weeks)
