"""Complaints whose truth is known: rates, times and causes are set, so that what is found can be held against them."""

from datetime import date

import numpy as np
import pandas as pd

START, END = date(2022, 1, 1), date(2024, 12, 31)
DAYS = (END - START).days + 1
ISSUES = ("fees", "card_blocked", "app_login")
MEDIAN = {"simple": (5.0, 0.7), "complex": (17.0, 0.6)}  # days, spread of the logarithm


def cases(
    n: int = 1_200,
    seed: int = 1,
    *,
    slowness: dict[str, float] | None = None,
    shares: tuple[float, ...] = (0.5, 0.3, 0.2),
    customers: int = 3_000,
    complex_share: float = 0.2,
) -> pd.DataFrame:
    """Complaints received evenly over three years, in order, with lognormal times to resolution.

    Parameters
    ----------
    slowness : factor on the time by branch
    shares : of the issues
    """
    rng = np.random.default_rng(seed)
    slowness = slowness or {"B1": 1.0, "B2": 1.0}
    received = pd.Timestamp(START) + pd.to_timedelta(np.sort(rng.uniform(0, DAYS, n)), unit="D")
    is_complex = rng.random(n) < complex_share
    branch = rng.choice(list(slowness), n)
    took = np.exp(rng.normal(size=n)) ** np.where(is_complex, 0.6, 0.7) * np.where(is_complex, 17.0, 5.0)
    took = took * np.array([slowness[name] for name in branch])
    resolved = pd.Series(received + pd.to_timedelta(took, unit="D"))
    end = pd.Timestamp(END) + pd.Timedelta(days=1)
    return pd.DataFrame(
        {
            "feedback_id": [f"F{k:06d}" for k in range(n)],
            "customer_id": [f"C{k:05d}" for k in rng.integers(0, customers, n)],
            "received_at": received,
            "kind": "complaint",
            "channel": rng.choice(["phone", "mobile"], n),
            "issue": rng.choice(ISSUES, n, p=shares),
            "language": rng.choice(["zh", "en"], n, p=[0.8, 0.2]),
            "branch_id": branch,
            "acknowledged_at": pd.Series(received + pd.to_timedelta(np.minimum(took, 0.5), unit="D")),
            "resolved_at": resolved.where(resolved < end),
            "is_complex": pd.array(is_complex, dtype="boolean"),
            "extension_approved": pd.array([False] * n, dtype="boolean"),
            "compensation": np.where(rng.random(n) < 0.2, rng.gamma(1.5, 90, n).round(), np.nan),
        }
    ).assign(took=took, family=pd.Series(None, index=range(n), dtype="str"))


def exposure(customers: int = 3_000, months: int = 36) -> pd.DataFrame:
    """Customer-days by month of a bank whose customers stay."""
    month = pd.date_range(START, periods=months, freq="MS")
    days = month.days_in_month
    return pd.DataFrame(
        {
            "month": month,
            "branch_id": "B1",
            "customer_days": customers * days,
            "days": days,
            "customers": float(customers),
        }
    )


def people(customers: int = 3_000, seed: int = 1) -> pd.DataFrame:
    """One row per customer, two branches of unlike age."""
    rng = np.random.default_rng(seed)
    branch = rng.choice(["B1", "B2"], customers)
    return pd.DataFrame(
        {
            "customer_id": [f"C{k:05d}" for k in range(customers)],
            "branch_id": branch,
            "start": pd.Timestamp(START),
            "end": pd.Timestamp(END) + pd.Timedelta(days=1),
            "left": False,
            "days": DAYS,
            "age": np.where(rng.random(customers) < np.where(branch == "B1", 0.8, 0.2), 70.0, 25.0),
            "assets": rng.lognormal(9, 1, customers),
            "families": rng.integers(1, 4, customers).astype(float),
        }
    )
