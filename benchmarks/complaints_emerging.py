"""Emerging matters: false alarms on quiet banks, power and lead time on planted ones, beside other ways to look.

Run from the project's root: ``python -m benchmarks.complaints_emerging [--part quiet planted banks]``. Prints the figures
of docs/complaints_emerging.md. About 25 minutes.
"""

import argparse
import tempfile
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.bank.demo import write
from analysis.bank.source import open_bank
from analysis.statistics import emerging
from analysis.statistics.multiplicity import benjamini_hochberg
from analysis.topics.complaints import cases as rows
from analysis.topics.complaints import emerging as watching

MONTHS, LABELS, LOOKS, STARTS = 36, 12, 12, 8  # a rise starts with so many looks to come
QUIET = {
    "5 a month": {"mean": 5.0},
    "1 a month": {"mean": 1.0},
    "50 a month": {"mean": 50.0},
    "20, rates vary by 30 %": {"mean": 20.0, "varies": 0.3},
    "20, rates vary by 50 %": {"mean": 20.0, "varies": 0.5},
    "20, each label its season (× 0.6 to 1.6)": {"mean": 20.0, "season": 0.5},
    "20, all double in the last 3 months": {"mean": 20.0, "shared": 2.0},
}
PLANTED = {
    "5 a month, × 2": {"mean": 5.0, "times": 2.0},
    "5 a month, × 3": {"mean": 5.0, "times": 3.0},
    "5 a month, × 5": {"mean": 5.0, "times": 5.0},
    "20 a month, × 1.5": {"mean": 20.0, "times": 1.5},
    "20 a month, × 2": {"mean": 20.0, "times": 2.0},
    "20 a month, × 2, rates vary by 30 %": {"mean": 20.0, "times": 2.0, "varies": 0.3},
    "20 a month, rising evenly to × 2": {"mean": 20.0, "times": 2.0, "slowly": True},
    "new, 3 a month beside labels of 5": {"mean": 5.0, "new": 3.0},
    "new, 8 a month beside labels of 5": {"mean": 5.0, "new": 8.0},
}


def counts(
    seed: int, mean: float, varies=0.0, season=0.0, shared=1.0, times=1.0, slowly=False, new=None
) -> pd.DataFrame:
    """Monthly counts of labels; the first one rises or is new for the last 8 months."""
    rng = np.random.default_rng(seed)
    rate = np.tile(mean * np.exp(rng.normal(0, 0.5, LABELS) - 0.125), (MONTHS, 1))
    rate[:, 0] = mean
    phase = rng.integers(0, 12, LABELS)
    rate = rate * np.exp(season * np.cos(2 * np.pi * (np.arange(MONTHS)[:, None] - phase) / 12))
    rate[-3:] *= shared
    rate[-STARTS:, 0] *= np.linspace(1, times, STARTS + 1)[1:] if slowly else times
    if new is not None:
        rate[:, 0] = 0.0
        rate[-STARTS:, 0] = new
    if varies:
        rate = rate * rng.gamma(1 / varies**2, varies**2, rate.shape)
    return pd.DataFrame(rng.poisson(rate), columns=[f"L{k}" for k in range(LABELS)])


def lord(p: np.ndarray, level: float = 0.1) -> np.ndarray:
    """Which p-values, one after the other, LORD++ rejects (Ramdas, Yang, Wainwright & Jordan 2017, NeurIPS 30)."""
    j = np.arange(1, len(p) + 1)
    gamma = np.log(np.maximum(j, 2)) / (j * np.exp(np.sqrt(np.log(j))))
    gamma, wealth, found = gamma / gamma.sum(), level / 2, []
    for t in range(len(p)):
        at = gamma[t] * wealth
        if found:
            at += (level - wealth) * gamma[t - found[0] - 1] + level * sum(
                gamma[t - k - 1] for k in found[1:]
            )
        if p[t] <= at:
            found.append(t)
    return np.isin(np.arange(len(p)), found)


def ways(table: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The looks of the last year with alarms by each way; LORD++ has looked at the years before too."""
    whole = emerging.monitor(table, table.sum(axis=1), looks=MONTHS)
    single = whole["p_value"].mask(whole["seasonal"] & whole["p_value"].notna(), 1.0)
    adjusted = single.groupby(whole["period"]).transform(benjamini_hochberg)
    online = whole.assign(alarm=lord(single.fillna(1.0).to_numpy()))
    recent = whole["period"] >= MONTHS - LOOKS
    return {
        "ours": whole[recent],
        "LORD++": online[recent],
        "10 % each month": whole.assign(alarm=adjusted <= 0.1)[recent],
        "mean + 2 sd": whole.assign(alarm=whole["naive"])[recent],
    }


def quiet(banks: int = 200) -> None:
    """Any alarm within a year is false: its probability is to be 10 % at most."""
    for name, how in QUIET.items():
        any_alarm: dict[str, list] = {}
        for seed in range(banks):
            for way, looks in ways(counts(seed, **how)).items():
                any_alarm.setdefault(way, []).append(looks["alarm"].sum())
        said = ", ".join(
            f"{way} {np.mean(np.array(v) > 0):.1%} ({np.mean(v):.2f} alarms)" for way, v in any_alarm.items()
        )
        print(f"quiet, {name}: a false alarm within a year: {said}")


def planted(banks: int = 100) -> None:
    """Power within 8 months, months until the end of the first month that rings, false share of the alarms."""
    for name, how in PLANTED.items():
        found: dict[str, list] = {}
        for seed in range(banks):
            for way, looks in ways(counts(10_000 + seed, **how)).items():
                alarms = emerging.first_alarms(looks)
                true = looks[(looks["label"] == "L0") & looks["alarm"] & (looks["period"] >= MONTHS - STARTS)]
                false = looks["alarm"] & ((looks["label"] != "L0") | (looks["period"] < MONTHS - STARTS))
                months = true["period"].min() - (MONTHS - STARTS) + 1 if len(true) else np.nan
                wrong = looks.loc[false, "label"].nunique() / max(len(alarms), 1)
                found.setdefault(way, []).append((months, wrong))
        parts = []
        for way, pairs in found.items():
            months, wrong = np.array(pairs, dtype=float).T
            median = np.nanmedian(months) if np.isfinite(months).any() else np.nan
            parts.append(
                f"{way} {np.isfinite(months).mean():.0%} found, median {median:.0f} months, false {wrong.mean():.1%}"
            )
        print(f"planted, {name}: {'; '.join(parts)}")


def banks(seeds: int = 4) -> None:
    """Simulated banks with a theme new in the last 4 months: looked at each week, with a budget for 52 looks a year."""
    for customers in (1_500, 5_000, 20_000):
        runs = seeds if customers < 20_000 else 3
        print(f"banks of {customers:,}: {_summary([_bank(customers, 500 + seed) for seed in range(runs)])}")


def _bank(customers: int, seed: int) -> dict:
    with tempfile.TemporaryDirectory() as place:
        write(Path(place, "demo"), Path(place, "truth"), customers=customers, months=MONTHS, seed=seed)
        view = open_bank(str(Path(place, "demo"))).view()
        cases, texts = rows.cases(view), rows.texts(view)
        theme = pd.read_parquet(Path(place, "truth", "feedback.parquet")).set_index("feedback_id")["theme"]
    start = (pd.Timestamp(view.as_of) + pd.Timedelta(days=1) - pd.DateOffset(months=4)).date()
    words = watching.words(cases, texts)
    return _leads(cases, theme, start, "issues") | _leads(cases, theme, start, "words", words)


def _leads(
    cases: pd.DataFrame, theme: pd.Series, start: date, name: str, labels: pd.DataFrame | None = None
) -> dict:
    """Days and cases until the planted theme rings; alarms of anything else in the year before it."""
    false = 0
    for week in range(-52, 18):
        day = start + timedelta(days=7 * week)
        known = cases[cases["received_at"] < pd.Timestamp(day) + pd.Timedelta(days=1)]
        seen = watching.watch(known, day, labels, looks=1, looks_a_year=52, dependent=labels is not None)
        rings = seen.today.index[seen.today["alarm"]]
        if week < 0:
            false += len(rings) > 0
            continue
        about = [_is_planted(known, theme, label, labels) for label in rings]
        if any(about):
            month = known["received_at"] >= pd.Timestamp(start)
            filed = int((known["feedback_id"].map(theme)[month] == "face_recognition").sum())
            return {f"{name}_days": 7 * week, f"{name}_cases": filed, f"{name}_false": false}
        false += len(rings) > 0
    return {f"{name}_days": np.nan, f"{name}_cases": np.nan, f"{name}_false": false}


def _is_planted(cases: pd.DataFrame, theme: pd.Series, label: str, labels: pd.DataFrame | None) -> bool:
    if labels is None:
        return label == "face recognition"
    which = labels.loc[labels["label"] == label, "case"]
    return (cases["feedback_id"].reindex(which).map(theme) == "face_recognition").mean() > 0.5


def _summary(found: list[dict]) -> str:
    table = pd.DataFrame(found)
    parts = []
    for name in ("issues", "words"):
        days, cases = table[f"{name}_days"], table[f"{name}_cases"]
        parts.append(
            f"{name}: found in {days.notna().sum()} of {len(table)}, median {days.median():.0f} days"
            f" ({days.min():.0f} to {days.max():.0f}) and {cases.median():.0f} cases after the start; weeks with a false"
            f" alarm: {table[f'{name}_false'].sum()}, in {(table[f'{name}_false'] > 0).sum()} banks"
        )
    return "; ".join(parts)


PARTS = {"quiet": quiet, "planted": planted, "banks": banks}

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", nargs="*", choices=PARTS, default=list(PARTS))
    for part in parser.parse_args().part:
        PARTS[part]()
