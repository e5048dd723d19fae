"""Comments of the simulated bank with known theme and tone, without simulating a bank."""

import numpy as np
import pandas as pd

from analysis.bank.demo.parameters import COMMENT_THEMES
from analysis.bank.demo.wording import DRAWS, LANGUAGES, speak

SCORES = {"good": (9.0, 1.0), "middling": (7.6, 1.4), "bad": (5.5, 1.8)}


def comments(seed: int, size: int = 1_500) -> pd.DataFrame:
    """One row per comment: response_id, customer_id, score, text, language, planted, tone."""
    rng = np.random.default_rng(seed)
    rows = []
    for k in range(size):
        tone = str(rng.choice(list(SCORES), p=[0.4, 0.32, 0.28]))
        theme = str(rng.choice(list(COMMENT_THEMES[tone]), p=list(COMMENT_THEMES[tone].values())))
        language = LANGUAGES[int(rng.random() < 0.3)]
        score = float(np.clip(np.round(rng.normal(*SCORES[tone])), 0, 10))
        text = speak(rng.random(DRAWS), language, "comment", theme, tone=tone)
        rows.append((f"R{k:05d}", f"C{k:05d}", score, text, language, theme, tone))
    columns = ["response_id", "customer_id", "score", "text", "language", "planted", "tone"]
    return pd.DataFrame(rows, columns=columns)
