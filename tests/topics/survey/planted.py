"""Survey answers of a simulated bank and the constructs behind them, without the bank: a second for 20,000 customers."""

from datetime import date
from functools import lru_cache

import numpy as np
import pandas as pd
import pyarrow as pa

from analysis.bank.demo import block as blocks
from analysis.bank.demo import survey
from analysis.bank.demo.parameters import DRIVERS
from analysis.bank.demo.world import create

NOISE = 0.5  # of a construct that others act on, see bank.demo.survey
POINT = survey.SPREAD * survey.LOADING  # points of an item per unit of its construct


@lru_cache(maxsize=2)
def answers(seed: int, customers: int = 6_000, months: int = 36):
    """(scores by response, items, invitations by response, latent constructs by response); not to be changed."""
    world = create(customers, seed, date(2022, 1, 1), months)
    courses = [(blocks.plan(world, b), b) for b in range(world.blocks)]
    made = [survey.tables(world, c.latent, c.complaints, b)[:2] for c, b in courses]
    tables = {n: pa.concat_tables([t[n] for t, _ in made]).to_pandas() for n in made[0][0]}
    truth = pa.concat_tables([t["survey"] for _, t in made]).to_pandas()
    scores = tables["survey_answers"].pivot(index="response_id", columns="item", values="score").astype(float)
    asked = tables["survey_invitations"].merge(truth, on=["wave", "customer_id"])
    known = asked.dropna(subset="response_id").set_index("response_id").loc[scores.index]
    return scores, survey.items().to_pandas(), known, known[[*survey.CONSTRUCTS]]


def standardised(latent: pd.DataFrame) -> pd.DataFrame:
    """Planted total effects in standard units of these respondents: [to, from]."""
    names = list(survey.CONSTRUCTS)
    direct = pd.DataFrame(0.0, names, names)
    for to, causes in DRIVERS.items():
        for cause, effect in causes.items():
            direct.loc[to, cause] = effect * latent[cause].std() / latent[to].std()
    return direct


def total(direct: pd.DataFrame) -> pd.DataFrame:
    """Total effects of direct ones."""
    inverse = np.linalg.inv(np.eye(len(direct)) - direct.to_numpy())
    return pd.DataFrame(inverse - np.eye(len(direct)), direct.index, direct.columns)
