"""Root causes: which product, issue and process step stand behind the complaints, the delay and the money."""

import numpy as np
import pandas as pd

from analysis.language import _, listed, number, percent
from analysis.statistics.classification import redrawn
from analysis.topics.complaints import intake
from analysis.topics.complaints.clock import unknown
from analysis.topics.plain_table import require

KEYS = ("family", "issue", "process_step")
LEVEL = 0.95
VITAL = 0.8  # share of complaints that the vital few account for
DRAWS = 500


def keys_of(cases: pd.DataFrame) -> tuple[str, ...]:
    """Columns that a cause is told by: those of product family, issue and process step that are ever filled."""
    found = tuple(name for name in KEYS if name in cases and cases[name].notna().any())
    if not found:
        raise ValueError(
            _(
                "none of {columns} is filled in the table of complaints; at least one of them is needed to name a cause"
            ).format(columns=listed(KEYS))
        )
    return found


def pareto(cases: pd.DataFrame, seed: int = 0) -> pd.DataFrame:
    """Causes in order of their complaints, with their part in delay and compensation.

    Parameters
    ----------
    cases : DataFrame
        From `clock.clock`: feedback_id, customer_id, state, over (days past the due day), compensation, and at least one of
        family, issue, process_step.

    Returns
    -------
    DataFrame
        One row per cause, the most complaints first: label, customers, cases, share, low, high, cumulative, top
        (probability that it is the largest), rank_low, rank_high (1 is the largest), delay (share of the days past due),
        delay_low, delay_high, compensation (share of the sum paid), compensation_low, compensation_high. Intervals are
        95 %, customers drawn again with all their complaints; compensation and delay are missing if there is none.
    """
    require(
        cases, {"state": "of clock", "over": "days past the due day", "compensation": "money"}, "complaints"
    )
    columns = [
        "label", "customers", "cases", "share", "low", "high", "cumulative", "top", "rank_low", "rank_high",
        "delay", "delay_low", "delay_high", "compensation", "compensation_low", "compensation_high",
    ]  # fmt: skip
    if cases.empty:
        return pd.DataFrame(columns=columns)
    keys = list(keys_of(cases))
    code, names = pd.factorize(
        pd.MultiIndex.from_frame(cases[keys].astype(object).where(cases[keys].notna(), None))
    )
    unit = cases["customer_id"].fillna(cases["feedback_id"]).to_numpy()
    weights = {
        "share": np.ones(len(cases)),
        # where no end is on record, nobody knows what is late
        "delay": cases["over"].to_numpy(float) * (not unknown(cases)),
        "compensation": cases["compensation"].fillna(0).to_numpy(float),
    }
    drawn = {name: [] for name in weights}
    for draw in redrawn(unit, seed, DRAWS):
        for name, weight in weights.items():
            drawn[name].append(np.bincount(code, weight * draw, len(names)))
    table = pd.DataFrame({"label": [_name(name) for name in names]})
    table["customers"] = [intake.people_in(part) for _code, part in cases.groupby(code)]
    table["cases"] = np.bincount(code)
    for name, weight in weights.items():
        found = _part(np.bincount(code, weight), np.array(drawn[name]))
        bounds = ("low", "high") if name == "share" else (f"{name}_low", f"{name}_high")
        table[[name, *bounds]] = found
    # Of two that are equally large in a draw, either may come first.
    counts = np.array(drawn["share"])
    shaken = counts + np.random.default_rng(seed).random(counts.shape) / 2
    ranks = len(names) - shaken.argsort(axis=1).argsort(axis=1)
    table["top"] = (ranks == 1).mean(axis=0)
    table["rank_low"], table["rank_high"] = np.quantile(ranks, [0.025, 0.975], axis=0)
    table = table.sort_values("cases", ascending=False, ignore_index=True, kind="stable")
    return table.assign(cumulative=table["share"].cumsum())[columns]


def _name(name) -> str:
    """Parts of a cause that are stated."""
    parts = [part for part in (name if isinstance(name, tuple) else (name,)) if pd.notna(part)]
    return " · ".join(intake.plain(part) for part in parts) or intake.plain(None)


def _part(sums: np.ndarray, drawn: np.ndarray) -> np.ndarray:
    """Share of each cause in a sum with its bounds, from the sums of each draw; missing if there is nothing to share."""
    if not sums.sum() > 0:
        return np.full((len(sums), 3), np.nan)
    totals = drawn.sum(axis=1, keepdims=True)
    shares = np.divide(drawn, totals, out=np.full(drawn.shape, np.nan), where=totals > 0)
    return np.column_stack([sums / sums.sum(), *np.nanquantile(shares, [0.025, 0.975], axis=0)])


def vital_few(table: pd.DataFrame) -> int:
    """How many causes it takes for 80 % of the complaints."""
    return int((table["cumulative"] < VITAL).sum() + 1) if len(table) else 0


def sentence(table: pd.DataFrame) -> str:
    """The largest cause and how sure it is, and how few make up most."""
    if table.empty:
        return _("There is no complaint up to the day.")
    first = table.iloc[0]
    if first["customers"] < intake.SMALLEST:
        return _("No cause has enough customers behind it to be shown.")
    sure = first["top"] >= LEVEL
    words = _("{cause} is behind more complaints than any other cause: {share} ({low} to {high}).")
    if not sure:
        words = _(
            "{cause} is behind {share} of complaints ({low} to {high}); that it is the largest cause is {top} likely."
        )
    said = words.format(
        cause=first["label"], share=percent(first["share"]), low=percent(first["low"]), high=percent(first["high"]),
        top=percent(first["top"], 0),
    )  # fmt: skip
    return _("{said} {few} of {all} causes make up {vital} of complaints.").format(
        said=said, few=number(vital_few(table)), all=number(len(table)), vital=percent(VITAL, 0)
    )
