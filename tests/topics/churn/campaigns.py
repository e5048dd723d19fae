"""Retention campaigns: a bank small enough to count by hand, and customers of campaigns with planted effects."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
from tests.bank.random_bank import write
from tests.statistics.uplift.trial import trial

from analysis.bank.source import Bank, open_bank
from analysis.topics.churn.experiments import PREDICTORS

END, START = date(2024, 6, 30), date(2023, 10, 2)


def frames() -> dict[str, pd.DataFrame]:
    """Eight customers and five campaigns, of which R1 alone is randomised, for retention, and has matured."""
    known = {"P1": None, "P2": START + timedelta(days=180), "P3": START + timedelta(days=181), "P4": None}
    known |= {"P5": START - timedelta(days=30), "P6": START + timedelta(days=5), "P7": None, "P8": None}
    people = pd.DataFrame(
        {"customer_id": list(known), "joined_on": date(2020, 1, 6), "left_on": list(known.values())}
    )
    people.loc[people["customer_id"] == "P8", "joined_on"] = START + timedelta(days=1)
    campaigns = pd.DataFrame(
        [
            ("R1", "phone", "retention", START, 12.0),
            ("R2", "sms", "retention", date(2024, 3, 1), 0.5),
            ("R3", "sms", "retention", date(2023, 3, 1), None),
            ("S1", "sms", "cross_sell", date(2023, 5, 8), 0.5),
        ],
        columns=["campaign_id", "channel", "objective", "started_on", "unit_cost"],
    )
    arms = {"P1": "treatment", "P2": "treatment", "P3": "control", "P4": "control", "P5": "control"}
    arms |= {"P6": "control", "P8": "treatment"}
    contacts = [("R1", who, arm, START if arm == "treatment" else None, None) for who, arm in arms.items()]
    contacts += [("R2", "P1", "treatment", None, None), ("R2", "P4", "control", None, None)]
    contacts += [("R3", "P1", "treatment", None, None), ("R3", "P4", "treatment", None, None)]
    contacts += [("S1", "P1", "treatment", None, None), ("S1", "P4", "control", None, None)]
    names = ["campaign_id", "customer_id", "arm", "contacted_on", "converted_on"]
    table = pd.DataFrame(contacts, columns=names)
    stayed = (table["campaign_id"] == "R1") & table["customer_id"].isin(["P1", "P3", "P4"])
    table.loc[stayed, "converted_on"] = START + timedelta(days=180)
    booked = [pd.Timestamp(START) - timedelta(hours=9), pd.Timestamp(START) + timedelta(hours=9)]
    return {
        "bank_profile": pd.DataFrame([("X", "X", "CNY", END)], columns=["bank_id", "name", "currency", "extracted_on"]),
        "customers": people,
        "accounts": pd.DataFrame(
            {"account_id": ["A1"], "customer_id": "P1", "product_id": "S", "opened_on": date(2020, 1, 6), "closed_on": None}
        ),
        "transactions": pd.DataFrame(
            {"transaction_id": ["T1", "T2"], "account_id": "A1", "booked_at": booked, "amount": -5.0}
        ).assign(category="card_payment"),
        "campaigns": campaigns,
        "campaign_contacts": table,
    }  # fmt: skip


def bank(folder: Path, tables: dict[str, pd.DataFrame]) -> Bank:
    return open_bank(str(write(tables, folder)))


def planted(seed: int, effect: str, label: str, n: int = 4_000) -> pd.DataFrame:
    """Customers of a campaign as `experiments.trials` gives them; column `truth`: the true fall of the chance to leave."""
    one = trial(seed, effect, n)
    x = pd.DataFrame(np.nan, index=range(n), columns=PREDICTORS)
    x[PREDICTORS[:8]] = one.features.to_numpy()
    about = {
        "started_on": date(2020 + int(label[1:]), 1, 1), "unit_cost": 6.0, "campaign_id": label,
        "customer_id": [f"{label}-{k}" for k in range(n)], "treated": one.treated, "reached": one.treated,
        "left": 1 - one.stayed, "converted": one.stayed == 1, "truth": one.gain,
    }  # fmt: skip
    return x.assign(**about, assets=np.linspace(0, 1e6, n))
