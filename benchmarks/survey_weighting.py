"""How often intervals of the weighted net promoter score hold the planted truth, over simulated banks.

The truth of a wave is the expected net promoter score of all who were invited, and that of all customers with the bank,
from the planted constructs; both with the straight-liners that the simulator plants. Beside the simulator's own response,
which depends on satisfaction, stands one that depends on the age band alone, with satisfaction that rises with age: there
raking has to do (docs/survey_scores.md).

Run from the project's root: ``python -m benchmarks.survey_weighting [--seeds 100] [--customers 5000] [--first 1]``.
It takes about 7 seconds a seed and 100 MB of disk at a time.
"""

import argparse
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import norm

from analysis.bank.demo import survey as planted
from analysis.bank.demo import write
from analysis.bank.demo.parameters import COMPLAINT_ON_SATISFACTION, DRIVERS
from analysis.bank.source import View, open_bank
from analysis.statistics import weighted
from analysis.topics.segmentation.tiers import ladder
from analysis.topics.survey import answers, scores, weighting
from analysis.topics.survey.league import league
from analysis.topics.survey.sample import Sample, attributes, sample

ITEM = {
    item: (construct, low, high, mean, spread)
    for item, construct, _q, low, high, mean, spread in planted.SINGLE
}
NOISE = np.sqrt(1 - planted.LOADING**2)
BY_BAND = (0.12, 0.20, 0.30, 0.45)  # response by age band, youngest first, where it depends on that alone


def expected(loyalty: np.ndarray, spread: float = 0.0, straight: float = planted.STRAIGHT) -> np.ndarray:
    """Expected contribution to the net promoter score of a customer whose loyalty is normal around a mean."""
    _construct, _low, _high, mean, scale = ITEM["nps"]
    sd = np.sqrt(NOISE**2 + (planted.LOADING * spread) ** 2)
    at = [((cut - mean) / scale - planted.LOADING * loyalty) / sd for cut in (8.5, 6.5)]
    return 100 * ((1 - straight) * (norm.sf(at[0]) - norm.cdf(at[1])) + straight)


def expected_satisfaction(satisfied: np.ndarray) -> np.ndarray:
    """Expected answer to the item csat."""
    _construct, low, high, mean, scale = ITEM["csat"]
    steps = np.arange(low + 1, high + 1)
    above = norm.sf(((steps - 0.5 - mean) / scale - planted.LOADING * satisfied[:, None]) / NOISE)
    return (1 - planted.STRAIGHT) * (low + above.sum(axis=1)) + planted.STRAIGHT * high


def loyalty_of_base(trait: np.ndarray, upset: np.ndarray) -> tuple[np.ndarray, float]:
    """Mean and spread of the loyalty of customers, before they are asked: the planted paths, summed up."""
    noises = ["IMAG", *DRIVERS]
    paths = {"IMAG": np.r_[0.8, 0.0, 0.6 * np.eye(len(noises))[0]]}
    for place, (construct, drivers) in enumerate(DRIVERS.items(), start=1):
        paths[construct] = sum(weight * paths[driver] for driver, weight in drivers.items())
        paths[construct] = paths[construct] + np.r_[0.0, 0.0, 0.5 * np.eye(len(noises))[place]]
        paths[construct][1] += COMPLAINT_ON_SATISFACTION * (construct == "SAT")
    of = paths["LOY"]
    return of[0] * trait + of[1] * upset, float(np.sqrt((of[2:] ** 2).sum()))


def truth_of_base(view: View, whole: Sample, people: pd.DataFrame) -> dict[str, float]:
    """Expected net promoter score of all customers on the first day of each wave."""
    trait, found = people.set_index("customer_id")["satisfaction"], {}
    for wave, day in whole.invited.groupby("wave", sort=False)["invited_on"].min().items():
        base = answers.base(view, day.date())
        mean, spread = loyalty_of_base(
            base["customer_id"].map(trait).to_numpy(), base["complaints_365d"].to_numpy() > 0
        )
        found[wave] = float(np.nanmean(expected(mean, spread)))
    return found


def by_age_alone(
    view: View, invited: pd.DataFrame, truth: pd.DataFrame, seed: int
) -> tuple[Sample, np.ndarray]:
    """The same invitations, with satisfaction that rises with age and response that depends on the age band alone."""
    rng, steps = np.random.default_rng(seed), ladder(invited["assets"], view.currency)
    rows = invited.merge(truth, on=["wave", "customer_id"], how="left", validate="one_to_one")
    older = 0.5 * (rows["age"].fillna(45).to_numpy() - 45) / 16
    band = attributes(rows, steps)["age_band"].cat.codes.to_numpy()
    chance = np.array([*BY_BAND, BY_BAND[1]])[band]
    rows["response_id"] = np.where(rng.random(len(rows)) < chance, "X" + rows.index.astype(str), None)
    given = {}
    for item in ("nps", "csat"):
        construct, low, high, mean, spread = ITEM[item]
        latent = planted.LOADING * (rows[construct].to_numpy() + older) + NOISE * rng.normal(size=len(rows))
        given[item] = np.clip(np.round(mean + spread * latent), low, high)
    table = pd.DataFrame(given, rows["response_id"])[rows["response_id"].notna().to_numpy()]
    whole = sample(rows, table, answers.items(view), steps)
    return whole, expected(rows["LOY"].to_numpy() + older, straight=0.0)


def held(whole: Sample, bases: dict, truths: dict[tuple[str, str], dict], setting: str) -> list[tuple]:
    """Of every weighting and wave (and all together): error, interval, and whether it holds the truth.

    Parameters
    ----------
    truths : dict
        Score and target ("invited" or "base") to the truth of each wave and of all.
    """
    choice = weighting.chosen(whole, bases)
    ways = {"unweighted": weighting.unweighted(whole), "raked": weighting.raked(whole, bases).weighting}
    if choice.kind == "corrected":
        ways["corrected"] = weighting.corrected(whole, choice.response)
    ways["chosen"] = choice.weighting
    which = {measure.name: measure for measure in scores.measures(whole.items)}
    wave, rows = whole.respondents["wave"].to_numpy(), []
    for way, weights in ways.items():
        for (score, target), truth in truths.items():
            for name, at in truth.items():
                here = None if name == "all" else wave == name
                found, low, high, _n = scores.estimated(whole, weights, which[score], here)
                rows.append((setting, score, target, "all waves" if name == "all" else "one wave", way, found.value - at,
                             weighted.error(found), (high - low) / 2, low <= at <= high))  # fmt: skip
    return rows


def branches(whole: Sample, weights, truth: pd.Series) -> dict[str, float]:
    """How the shrunk values of the branches fare against the planted scores of their invitees, both less their mean."""
    found = league(whole, weights, scores.measures(whole.items)[0])
    table = found.table.dropna(subset=["shrunk"]).set_index("label")
    at = truth.groupby(whole.invited["branch_id"]).mean().reindex(table.index)
    at += found.shrunk.mean - at.mean()
    rank = at.rank(ascending=False)
    return {
        "differ": float(found.shrunk.differs),
        "held": float(((table["low"] <= at) & (at <= table["high"])).mean()),
        "error_raw": float(np.sqrt(((table["estimate"] - at) ** 2).mean())),
        "error_shrunk": float(np.sqrt(((table["shrunk"] - at) ** 2).mean())),
        "rank_held": float(((table["rank_low"] <= rank) & (rank <= table["rank_high"])).mean())
        if found.shrunk.differs
        else np.nan,
    }


def measured(seed: int, customers: int) -> tuple[list[tuple], dict[str, float]]:
    """Figures of one bank."""
    with tempfile.TemporaryDirectory() as place:
        bank, truth = Path(place, "bank"), Path(place, "truth")
        write(bank, truth, customers=customers, months=36, seed=seed)
        view = open_bank(str(bank)).view()
        invited, table = answers.invited(view), pd.read_parquet(truth / "survey.parquet")
        steps = ladder(invited["assets"], view.currency)
        whole = sample(invited, answers.scores(view), answers.items(view), steps)
        bases = weighting.bases(view, whole, steps)
        of_base = truth_of_base(view, whole, pd.read_parquet(truth / "customers.parquet"))
        loyal = whole.invited.merge(table, on=["wave", "customer_id"], how="left", validate="one_to_one")
        nps = pd.Series(expected(loyal["LOY"].to_numpy()))
        truths = {
            ("nps", "invited"): _means(whole, nps),
            ("nps", "base"): of_base | {"all": np.mean(list(of_base.values()))},
            ("csat", "invited"): _means(whole, pd.Series(expected_satisfaction(loyal["SAT"].to_numpy()))),
        }
        rows = held(whole, bases, truths, "simulator")
        choice = weighting.chosen(whole, bases)
        figures = {"corrected": choice.kind == "corrected", "strength": choice.response.strength,
                   "agreement": min(choice.response.agreement.values(), default=np.nan),
                   "odds": float(np.exp(choice.response.odds.loc["score", "estimate"]))}  # fmt: skip
        figures |= branches(whole, choice.weighting, nps)
        aged, nps = by_age_alone(view, invited, table, seed)
        rows += held(aged, bases, {("nps", "invited"): _means(aged, pd.Series(nps))}, "age alone")
    return rows, figures


def _means(whole: Sample, nps: pd.Series) -> dict[str, float]:
    return nps.groupby(whole.invited["wave"]).mean().to_dict() | {"all": nps.mean()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=100)
    parser.add_argument("--customers", type=int, default=5_000)
    parser.add_argument("--first", type=int, default=1)
    options = parser.parse_args()
    rows, figures = [], []
    for seed in range(options.first, options.first + options.seeds):
        found, of_bank = measured(seed, options.customers)
        rows, figures = rows + found, [*figures, of_bank]
    names = ["setting", "score", "target", "waves", "weights", "error", "se", "half", "held"]
    table = pd.DataFrame(rows, columns=names)
    grouped = table.groupby(["setting", "score", "target", "waves", "weights"])
    shown = grouped.agg(intervals=("held", "size"), held=("held", "mean"), mean_error=("error", "mean"),
                        spread=("error", "std"), standard_error=("se", "mean"), half_width=("half", "mean"))  # fmt: skip
    print(shown.round(3).to_string())
    print(
        pd.DataFrame(figures)
        .astype(float)
        .describe()
        .loc[["mean", "min", "50%", "max"]]
        .T.round(3)
        .to_string()
    )


if __name__ == "__main__":
    main()
