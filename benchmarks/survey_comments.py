"""Survey comments: planted themes found again, in the order of their scores, and how often a theme is wrongly blamed.

Run from the project's root: ``python -m benchmarks.survey_comments``. Prints the figures of docs/survey_comments.md.
About 2 minutes.
"""

import numpy as np
import pandas as pd
from scipy.stats import spearmanr
from sklearn.metrics import adjusted_rand_score
from tests.topics.survey import planted

from analysis.topics.survey import comments

BANKS, SIZE, SHUFFLES = 10, 1_500, 20


def recovered(seed: int, number: int | None) -> dict:
    """Purity and adjusted Rand index by language, rank correlation of the scores, share of the blamed that are to blame."""
    truth = planted.comments(seed, SIZE)
    said = comments.voices(truth, truth, number=number)
    both = said.about.merge(truth[["response_id", "planted"]], on="response_id")
    both["meant"] = both.groupby("theme")["planted"].transform(lambda part: part.mode().iloc[0])
    found: dict = {"themes": both["theme"].nunique()}
    for code, part in both.groupby("language"):
        own = part[part["planted"] != "general"]
        found |= {
            f"purity {code}": (part["planted"] == part["meant"]).mean(),
            f"chance {code}": part["planted"].value_counts(normalize=True).max(),
            f"ARI {code}": adjusted_rand_score(own["planted"], own["theme"].astype(int)),
        }
    table = comments.by_theme(said)
    meant = table["theme"].map(both.drop_duplicates("theme").set_index("theme")["meant"])
    scores = truth.groupby("planted")["score"].mean()
    found["rank"] = spearmanr(table["mean"], meant.map(scores)).statistic
    over = meant[table["over"] == "detractors"]
    found |= {"blamed": len(over), "rightly": int(over.isin(["fees", "waiting"]).sum())}
    rng = np.random.default_rng(seed)
    shuffled = [said.table.assign(score=rng.permutation(said.table["score"])) for _draw in range(SHUFFLES)]
    tables = [comments.by_theme(comments.Voices(each, said.themes)) for each in shuffled]
    return found | {"wrongly": np.mean([(each["over"] != "").any() for each in tables])}


if __name__ == "__main__":
    for number in (8, None):
        table = pd.DataFrame([recovered(seed, number) for seed in range(1, BANKS + 1)])
        print(
            f"themes asked for: {number or 'chosen by stability'}; mean (lowest) of {BANKS} sets of {SIZE} comments"
        )
        sums = {"blamed", "rightly"}
        print(", ".join(
            f"{name} {table[name].sum()}" if name in sums else f"{name} {table[name].mean():.2f} ({table[name].min():.2f})"
            for name in table
        ))  # fmt: skip
