"""Bias, coverage and false alarms of the models of lifetime value, into docs/lifetime_value_models.md.

Customers are simulated event by event, as each model tells it (tests/topics/lifetime_value/stories.py), never by the
code that is tested. Run from the project's root: ``python -m benchmarks.lifetime_value_recovery [--seeds 30]``,
about 15 minutes on one core.
"""

import argparse
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from tests.topics.lifetime_value.stories import TRUE, customers, values

from analysis.statistics.intervals import wilson
from analysis.topics.lifetime_value.models import MODELS, Fit, checks, fit, fit_value

PAGE = Path(__file__).parents[1] / "docs" / "lifetime_value_models.md"
ALL = (*MODELS, "gamma_gamma")


def bank(model: str, rows: int, seed: int) -> tuple[Fit, pd.DataFrame]:
    """A simulated bank and the model's fit of it."""
    table = values(rows, seed) if model == "gamma_gamma" else customers(model, rows, seed)
    return (fit_value(table) if model == "gamma_gamma" else fit(table, model)), table


def recovery(seeds: range, rows: int) -> Iterator[str]:
    """Bias of the log-parameters, and how often the 95 % interval has the truth."""
    yield "| model | parameter | truth | bias | of one bank (sd) | standard error said | 95 % interval covers |"
    yield "|---|---|---:|---:|---:|---:|---:|"
    covered = trials = 0
    for model in ALL:
        fits = [bank(model, rows, seed)[0] for seed in seeds]
        names = list(fits[0].params.index)
        truth = np.array([TRUE[model][name] for name in names])
        logs = np.log([found.params.to_numpy() / truth for found in fits])
        errors = np.array([np.sqrt(np.diag(found.covariance)) for found in fits])
        inside = (np.abs(logs) < 1.96 * errors).sum(axis=0)
        covered, trials = covered + inside.sum(), trials + inside.size * len(fits)
        for i, name in enumerate(names):
            low, high = wilson(int(inside[i]), len(fits))
            yield (
                f"| {model} | {name} | {truth[i]:g} | {np.expm1(logs[:, i].mean()):+.1%} | {logs[:, i].std(ddof=1):.1%} "
                f"| {errors[:, i].mean():.1%} | {inside[i]} of {len(fits)} ({low:.0%} to {high:.0%}) |"
            )
    low, high = wilson(int(covered), trials)
    yield f"| all | | | | | | {covered / trials:.1%} ({low:.1%} to {high:.1%}) |"


def sizes(seeds: range) -> Iterator[str]:
    """What is left of fit and intervals as customers get fewer."""
    yield "| model | customers | with purchases | no inner maximum | precision alarm | interval covers |"
    yield "|---|---:|---:|---:|---:|---:|"
    for model in ALL:
        for rows in (75, 150, 300, 600, 1_200):
            banks = [bank(model, rows, seed) for seed in seeds]
            buyers = np.mean([(table["frequency"] > 0).sum() for _found, table in banks])
            good = [found for found, _table in banks if found.converged]
            wide = sum(np.sqrt(np.diag(found.covariance)).max() > 1 for found in good)
            inside = [
                abs(np.log(found.params[name] / TRUE[model][name]))
                < 1.96 * found.covariance.loc[name, name] ** 0.5
                for found in good
                for name in found.params.index
            ]
            share = f"{np.mean(inside):.0%}" if inside else "–"
            yield (
                f"| {model} | {rows:,} | {buyers:.0f} | {1 - len(good) / len(banks):.0%} | {wide / len(banks):.0%} "
                f"| {share} |"
            )


def alarms(seeds: range) -> Iterator[str]:
    """Health checks that fire on customers who are as the model has them."""
    yield "| model | customers | banks | with an alarm | 95 % interval | which |\n|---|---:|---:|---:|---:|---|"
    total = runs = 0
    for model in ALL:
        for rows in (800, 3_000):
            told = [{name for name, ok, _m in checks(*bank(model, rows, seed)) if not ok} for seed in seeds]
            fired = sum(bool(names) for names in told)
            total, runs = total + fired, runs + len(told)
            which = ", ".join(
                f"{name} {n}" for name, n in Counter(n for names in told for n in names).items()
            )
            low, high = wilson(fired, len(told))
            yield f"| {model} | {rows:,} | {len(told)} | {fired} | {low:.0%} to {high:.0%} | {which or '–'} |"
    low, high = wilson(total, runs)
    yield f"| all | | {runs} | {total} | {low:.1%} to {high:.1%} | |"


def write(name: str, lines: Iterator[str]) -> None:
    """Replace what is between the markers `name` on the page."""
    body = "\n".join(lines)
    text = PAGE.read_text()
    pattern = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
    if not pattern.search(text):
        raise SystemExit(f"{PAGE} has no markers <!-- {name} --> … <!-- /{name} -->")
    PAGE.write_text(pattern.sub(lambda found: f"{found[1]}{body}\n{found[2]}", text))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=30)
    parser.add_argument("--rows", type=int, default=4_000)
    given = parser.parse_args()
    write("recovery", recovery(range(1_000, 1_000 + given.seeds), given.rows))
    write("sizes", sizes(range(2_000, 2_000 + given.seeds)))
    write("alarms", alarms(range(3_000, 3_050)))


if __name__ == "__main__":
    main()
