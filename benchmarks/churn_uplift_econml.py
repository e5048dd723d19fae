"""Our learners of uplift against EconML's DRLearner on the same campaigns (docs/churn_saving.md).

    pip install econml==0.17.0  # in a throw-away environment that has this project
    OMP_NUM_THREADS=1 python -m benchmarks.churn_uplift_econml

Learnt on one simulated campaign, held against the planted effects of the next. About a minute. Run from the project's
root.
"""

import time
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from benchmarks.churn_uplift import campaign
from benchmarks.contest import publish
from econml.dr import DRLearner
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression, RidgeCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from analysis.statistics.uplift import learners
from analysis.statistics.uplift.outcome import on_one_scale
from analysis.topics.churn.experiments import PREDICTORS

DOCS = Path(__file__).parents[1] / "docs/churn_saving.md"
SEEDS, BEST = range(101, 111), 0.3


def ours(name: str, x: pd.DataFrame, treated, stayed, later: pd.DataFrame) -> np.ndarray:
    return learners.LEARNERS[name](propensity=0.5).fit(x, treated, stayed).effect(later)


def econml(final, x: pd.DataFrame, treated, stayed, later: pd.DataFrame) -> np.ndarray:
    """EconML's learner on the same preparation; `final` is its last regression, None its own."""
    scale = on_one_scale(len(x)).fit(x)
    how = {"model_final": final} if final is not None else {}
    learner = DRLearner(
        model_propensity=DummyClassifier(strategy="prior"),
        model_regression=LogisticRegression(C=0.03, max_iter=500),
        discrete_outcome=True, cv=3, random_state=0, **how,
    )  # fmt: skip
    learner.fit(stayed, treated.astype(int), X=scale.transform(x))
    return learner.effect(scale.transform(later)).ravel()


def rows(planted: str, seed: int) -> list[dict]:
    (early, _), (late, truth) = (campaign(seed, planted, label) for label in ("K1", "K2"))
    names = [name for name in PREDICTORS if early[name].notna().any()]
    given = early[names], early["treated"].to_numpy(), 1 - early["left"].to_numpy(), late[names]
    ridge = make_pipeline(StandardScaler(), RidgeCV(alphas=learners.PENALTIES))
    tried = {f"ours: {name}": (ours, name) for name in learners.LEARNERS}
    tried |= {
        "EconML DRLearner, its own last stage": (econml, None),
        "EconML DRLearner, our ridge": (econml, ridge),
    }
    found = []
    for name, (learn, how) in tried.items():
        start = time.perf_counter()
        effect = learn(how, *given)
        seconds = time.perf_counter() - start
        best = np.argsort(-effect, kind="stable")[: int(BEST * len(effect))]
        error = np.sqrt(np.mean((effect - truth) ** 2))
        found.append(
            {"planted": planted, "learner": name, "error": error, "best": truth[best].mean(), "s": seconds}
        )
    return found


def main() -> None:
    warnings.simplefilter("ignore")
    table = pd.DataFrame(
        [row for planted in ("some", "none") for seed in SEEDS for row in rows(planted, seed)]
    )
    means = table.groupby(["learner", "planted"])[["error", "best", "s"]].mean().unstack("planted")
    lines = [
        "| learner | error, planted | effect of the best 30 % | error, no effect | seconds |",
        "|---|---:|---:|---:|---:|",
    ]
    for name, row in means.iterrows():
        cells = [row["error", "some"], row["best", "some"], row["error", "none"]]
        lines.append(
            f"| {name} | " + " | ".join(f"{cell:.4f}" for cell in cells) + f" | {row['s', 'some']:.2f} |"
        )
    print("\n".join(lines))
    publish("econml", "\n".join(lines), DOCS)


if __name__ == "__main__":
    main()
