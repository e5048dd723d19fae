"""Planted surveys for tests: invitations, answers and questionnaire as plain tables."""

import numpy as np
import pandas as pd
from scipy.special import expit

from analysis.topics.segmentation.tiers import Ladder, ladder
from analysis.topics.survey.sample import Sample, sample

ITEMS = pd.DataFrame(
    {"item": ["nps", "csat", "ces", "sat1"], "construct": ["NPS", "CSAT", "CES", "SAT"],
     "question": ["Recommend?", "Satisfied?", "Easy?", "All in all?"], "scale_min": [0.0, 1.0, 1.0, 0.0],
     "scale_max": [10.0, 5.0, 7.0, 10.0]}
)  # fmt: skip
STEPS: Ladder = ladder(pd.Series([1.0]), "CNY")
WAVES = ("2024H1", "2024H2")


def planted(
    seed: int = 0,
    asked: int = 2_000,
    on_score: float = 0.6,
    shift: float = 0.0,
    branch: float = 0.3,
    complaint: float = -1.0,
) -> tuple[pd.DataFrame, pd.DataFrame, np.ndarray]:
    """Invitations of two waves, answers, and the latent satisfaction of all who were asked.

    Parameters
    ----------
    on_score : float
        Log-odds of answering per unit of satisfaction.
    shift : float
        Of the satisfaction in the second wave.
    branch, complaint : float
        Spread of satisfaction between branches, and what a complaint does to it.
    """
    rng, parts, latents = np.random.default_rng(seed), [], []
    of_branch = branch * np.random.default_rng(9).normal(size=12)
    for place, wave in enumerate(WAVES):
        home = rng.integers(0, 12, asked)
        upset = (rng.random(asked) < 0.15) * 1.0
        age = np.round(rng.uniform(18, 85, asked))
        latent = of_branch[home] + complaint * upset + 0.7 * rng.normal(size=asked) + shift * place
        answered = rng.random(asked) < expit(-0.9 + on_score * latent + 0.01 * (age - 45))
        day = pd.Timestamp("2024-06-10") + pd.Timedelta(days=183 * place)
        who = np.array([f"C{i:06}" for i in rng.choice(5 * asked, asked, replace=False)])
        parts.append(
            pd.DataFrame(
                {"wave": wave, "customer_id": who, "invited_on": day, "mode": np.where(age > 62, "phone", "mobile"),
                 "answered_on": np.where(answered, day + pd.Timedelta(days=2), pd.NaT),
                 "response_id": np.where(answered, np.char.add(f"R{place}", who), None), "age": age,
                 "gender": np.where(rng.random(asked) < 0.5, "female", "male"),
                 "region": np.where(home < 7, "north", "south"), "branch_id": np.char.mod("B%02d", home),
                 "tenure_days": rng.uniform(60, 4_000, asked), "assets": np.exp(rng.normal(9, 2, asked)),
                 "complaints_365d": upset, "digital_90d": rng.poisson(5, asked) * 1.0}
            )
        )  # fmt: skip
        latents.append(latent)
    invited, latent = pd.concat(parts, ignore_index=True), np.concatenate(latents)
    invited["answered_on"] = pd.to_datetime(invited["answered_on"])
    noise = 0.5 * rng.normal(size=(len(latent), 4))
    raw = np.array([7.6, 3.9, 5.2, 7.2]) + np.array([2.1, 0.8, 1.2, 1.6]) * (0.84 * latent[:, None] + noise)
    given = pd.DataFrame(np.clip(np.round(raw), ITEMS["scale_min"].to_numpy(), ITEMS["scale_max"].to_numpy()))
    given.columns, given.index = ITEMS["item"], pd.Index(invited["response_id"], name="response_id")
    return invited, given[invited["response_id"].notna().to_numpy()].rename_axis(columns=None), latent


def survey(seed: int = 0, **planting) -> Sample:
    """A planted survey, put together."""
    invited, given, _latent = planted(seed, **planting)
    return sample(invited, given, ITEMS, STEPS)
