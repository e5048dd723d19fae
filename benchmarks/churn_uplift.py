"""What is found of planted effects of retention campaigns, over many seeds (docs/churn_saving.md).

    OMP_NUM_THREADS=1 python -m benchmarks.churn_uplift                  # all; writes the tables
    OMP_NUM_THREADS=1 python -m benchmarks.churn_uplift --only planted   # or level, banks

Banks are written to a temporary folder, one at a time per job. About 15 minutes with two jobs. Run from the
project's root.
"""

import argparse
import tempfile
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from benchmarks.contest import publish

from analysis.bank.demo import write
from analysis.bank.demo.campaigns import OFFER_MONTHS
from analysis.bank.source import open_bank
from analysis.statistics.intervals import wilson
from analysis.topics.churn import experiments, persuasion, targeting

DOCS = Path(__file__).parents[1] / "docs/churn_saving.md"
SEEDS, LEVEL_SEEDS, CUSTOMERS = range(1, 31), range(1_001, 1_201), 12_000
SIZE, WORTH, COST, SHARE = 4_000, 3_000.0, 6.0, 0.3
SURE = 2.8  # standard errors from which on an effect would be shown with 80 % power: it is material
RULES = ("all", "churn score", "predicted uplift", "profit", "profit, own uplift")


def campaign(seed: int, planted: str, label: str, size: int = SIZE) -> tuple[pd.DataFrame, np.ndarray]:
    """A randomised campaign as `experiments.trials` gives it, and the true fall of each chance to leave.

    3 to 5 % leave without contact. "some": a contact keeps customers of high risk and drives away some of low risk.
    "same": 2 points off everybody's chance (of at least 2.5 %). "none": no effect.
    """
    rng = np.random.default_rng([seed, int(label[1:])])
    x = pd.DataFrame(np.nan, index=range(size), columns=experiments.PREDICTORS)
    names = experiments.PREDICTORS[:20]
    x[names] = rng.normal(size=(size, len(names)))
    x[names[3]], x[names[4]] = np.exp(x[names[3]]), x[names[4]].mask(rng.random(size) < 0.1)
    a, b, c = (x[names[place]] for place in range(3))
    risk = -3.6 + 0.8 * a - 0.6 * b + 0.5 * (c > 0.5)
    odds = {"some": -1.6 * (a > 0.3) + 0.9 * (b > 0.8)}.get(planted, 0.0)
    control, treatment = (1 / (1 + np.exp(-value)) for value in (risk, risk + odds))
    if planted == "same":
        control = np.maximum(control, 0.025)
        treatment = control - 0.02
    treated = rng.random(size) < 0.5
    left = (rng.random(size) < np.where(treated, treatment, control)).astype(int)
    about = {
        "started_on": date(2020 + int(label[1:]), 1, 1),
        "unit_cost": COST,
        "campaign_id": label,
        "customer_id": [f"{label}-{k}" for k in range(size)],
        "treated": treated,
        "reached": treated,
        "left": left,
        "converted": left == 0,
    }
    return x.assign(**about), (control - treatment).to_numpy()


def judged(found: persuasion.Evidence, truth: np.ndarray, worth: np.ndarray) -> dict:
    """Signs of the groups, values of the rules and the tests, held against the truth of the campaign tested."""
    people = found.people
    rank = people["predicted"].rank(method="average", ascending=False, pct=True)
    group = np.ceil(rank * persuasion.GROUPS - 1e-9)
    table = persuasion.by_group(found).assign(
        truth=pd.Series(truth).groupby(group.to_numpy()).mean().to_numpy()
    )
    spread = sum(table[name] * (1 - table[name]) for name in ("left_treated", "left_control"))
    material = table[table["truth"].abs() > SURE * np.sqrt(2 * spread / table["customers"])]
    value = pd.DataFrame({"customer_id": people["customer_id"], "value": worth})
    rules = targeting.rules(found, SHARE, worth, COST)
    values = targeting.policy_values(found, SHARE, value, COST).set_index("label")
    curve = persuasion.qini(found)
    held = {}
    for name in RULES:
        true = 1000 * np.mean(rules[name] * (worth * truth - COST))
        held[f"true {name}"] = true
        held[f"inside {name}"] = bool(values.loc[name, "low"] <= true <= values.loc[name, "high"])
        against = true - 1000 * np.mean(worth * truth - COST)
        held[f"better inside {name}"] = bool(
            values.loc[name, "better_low"] - 1e-9 <= against <= values.loc[name, "better_high"] + 1e-9
        )
    return held | {
        "ends": table.iloc[[0, -1]][["truth", "saved", "predicted"]].to_numpy().ravel(),
        "material": len(material),
        "seen": int((np.sign(material["saved"]) == np.sign(material["truth"])).sum()),
        "foretold": int((np.sign(material["predicted"]) == np.sign(material["truth"])).sum()),
        "groups inside": int(table["truth"].between(table["low"], table["high"]).sum()),
        "groups": len(table),
        "p any": found.any_difference.p_value,
        "p beyond": found.beyond_risk.p_value,
        "qini shown": curve.qini.low > 0,
        "average inside": bool(found.saved.low <= truth.mean() <= found.saved.high),
        "learner": found.learner,
    }


def simulated(planted: str, seed: int) -> dict:
    """Learnt on one simulated campaign and tested on the next."""
    (early, _), (late, truth) = (campaign(seed, planted, label) for label in ("K1", "K2"))
    found = persuasion.evidence(pd.concat([early, late], ignore_index=True), 0.5, seed)
    worth = np.random.default_rng(seed).lognormal(np.log(WORTH) - 0.5, 1.0, len(truth))
    return judged(found, truth, worth)


def bank(seed: int) -> dict:
    """The simulated bank's last retention campaign, learnt on the one before."""
    with tempfile.TemporaryDirectory() as folder:
        place, planted = Path(folder, "bank"), Path(folder, "truth")
        write(place, planted, customers=CUSTOMERS, seed=seed, months=36)
        view = open_bank(str(place)).view()
        trials = experiments.trials(view)
        truth = pd.read_parquet(planted / "uplift.parquet")
    found = persuasion.evidence(trials, 0.5, seed)
    people = found.people.merge(truth, on=["campaign_id", "customer_id"])
    saved = (people["p_treatment"] - people["p_control"]).to_numpy() * _part_seen(
        trials["started_on"].iloc[-1]
    )
    worth = np.random.default_rng(seed).lognormal(np.log(WORTH) - 0.5, 1.0, len(people))
    return judged(found, saved, worth)


def _part_seen(start: date) -> float:
    """Part of the months in which the offer works that lies within the days in which leaving counts.

    The bank's records leave out who left in the first 20 days, and the planted chances cover whole months.
    """
    months = pd.date_range(start, periods=OFFER_MONTHS + 1, freq="MS")
    first = max(months[0].date(), start + timedelta(days=21))
    last = min(months[-1].date(), start + timedelta(days=experiments.DAYS + 1))
    return (last - first).days / (months[-1] - months[0]).days


def _share(hits: int, n: int) -> str:
    hits = int(hits)
    low, high = wilson(hits, n)
    return f"{hits} of {n} ({hits / n:.0%}; {low:.0%}–{high:.0%})"


def _table(rows: list[dict]) -> str:
    table = pd.DataFrame(rows)
    sums = table.select_dtypes(["number", "bool"]).sum()
    n, material, fifths = len(table), int(sums["material"]), int(sums["groups"])
    cells = {"fifths with a material effect": f"{material} of {fifths}"}
    if material:
        cells["sign seen there"] = _share(sums["seen"], material)
        cells["sign foretold there by the earlier campaign"] = _share(sums["foretold"], material)
    ends = 100 * np.mean(table["ends"].to_list(), axis=0)
    for name, (true, seen, told) in (("highest", ends[:3]), ("lowest", ends[3:])):
        words = f"effect in the {name} fifth, points, mean: planted, seen, foretold"
        cells[words] = f"{true:.2f}, {seen:.2f}, {told:.2f}"
    cells["fifths' true effect inside the interval"] = _share(sums["groups inside"], fifths)
    cells["average effect inside the interval"] = _share(sums["average inside"], n)
    for name in RULES:
        cells[f'value of "{name}" inside the interval'] = _share(sums[f"inside {name}"], n)
    for name in RULES[1:]:
        cells[f'"{name}" less "all" inside the interval'] = _share(sums[f"better inside {name}"], n)
    for name in RULES:
        cells[f'true value of "{name}" per 1,000 customers, mean'] = f"{table[f'true {name}'].mean():,.0f}"
    cells["test of any difference fires at 5 %"] = _share((table["p any"] < 0.05).sum(), n)
    cells["test of a difference beyond risk fires at 5 %"] = _share((table["p beyond"] < 0.05).sum(), n)
    cells["Qini coefficient's interval above 0"] = _share(sums["qini shown"], n)
    counts = table["learner"].value_counts()
    cells["learner chosen"] = ", ".join(f"{name} {count}" for name, count in counts.items())
    return "\n".join(["| figure | result |", "|---|---|", *(f"| {a} | {b} |" for a, b in cells.items())])


def planted_table(pool: ProcessPoolExecutor) -> str:
    return _table(list(pool.map(partial(simulated, "some"), SEEDS)))


def level_table(pool: ProcessPoolExecutor) -> str:
    """How often the tests fire where no heterogeneity is planted."""
    lines = [
        "| planted | any difference | beyond risk | Qini above 0 | average inside |",
        "|---|---|---|---|---|",
    ]
    for planted, words in (("none", "no effect"), ("same", "2 points for everybody")):
        table = pd.DataFrame(list(pool.map(partial(simulated, planted), LEVEL_SEEDS)))
        n = len(table)
        hits = [(table["p any"] < 0.05).sum(), (table["p beyond"] < 0.05).sum()]
        hits += [table["qini shown"].sum(), table["average inside"].sum()]
        cells = [_share(hit, n) for hit in hits]
        lines.append(f"| {words} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def banks_table(pool: ProcessPoolExecutor) -> str:
    return _table(list(pool.map(bank, SEEDS)))


SECTIONS = {"planted": planted_table, "level": level_table, "banks": banks_table}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", choices=SECTIONS)
    parser.add_argument("--jobs", type=int, default=2)
    given = parser.parse_args()
    with ProcessPoolExecutor(given.jobs) as pool:
        for name in [given.only] if given.only else SECTIONS:
            made = SECTIONS[name](pool)
            print(f"{made}\n", flush=True)
            publish(name, made, DOCS)


if __name__ == "__main__":
    main()
