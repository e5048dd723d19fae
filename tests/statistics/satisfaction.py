"""The Spanish bank's survey of 250 customers, its published path model, and constructs with planted paths."""

from pathlib import Path

import numpy as np
import pandas as pd

PATHS = {
    "EXPE": ("IMAG",),
    "QUAL": ("EXPE",),
    "VAL": ("EXPE", "QUAL"),
    "SAT": ("IMAG", "EXPE", "QUAL", "VAL"),
    "LOY": ("IMAG", "SAT"),
}


def bank(public_data: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Scores (respondent × 27 items) and items (item, construct)."""
    table = pd.read_csv(public_data / "bank_satisfaction" / "satisfaction.csv", index_col=0)
    scores = table.drop(columns="gender")
    return scores, of(scores)


def of(scores: pd.DataFrame) -> pd.DataFrame:
    """Items whose constructs are their names without the number."""
    return pd.DataFrame(
        {"item": scores.columns, "construct": [c.rstrip("0123456789").upper() for c in scores]}
    )


def reference(public_data: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(public_data / "bank_satisfaction" / f"{name}.csv", index_col=0)


def planted(n: int, seed: int, paths: dict, loading: float = 0.8, items: int = 4) -> pd.DataFrame:
    """Scores around 7 of constructs with variance 1 along standardised paths (to → {from: effect})."""
    rng = np.random.default_rng(seed)
    names = list(dict.fromkeys([*(c for causes in paths.values() for c in causes), *paths]))
    latent: dict[str, np.ndarray] = {}
    for name in names:
        part = sum((effect * latent[cause] for cause, effect in paths.get(name, {}).items()), np.zeros(n))
        latent[name] = part + rng.normal(size=n) * np.sqrt(max(1 - np.var(part), 0.0))
    noise = np.sqrt(1 - loading**2)
    return pd.DataFrame(
        {
            f"{name.lower()}{k + 1}": 7 + 1.5 * (loading * latent[name] + noise * rng.normal(size=n))
            for name in names
            for k in range(items)
        }
    )
