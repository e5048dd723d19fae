"""Is the chance of missing the legal time told better than by the base rate of the issue? On later cases."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from analysis.language import _, day, number
from analysis.statistics import calibration, deadlines
from analysis.statistics import classification as cls
from analysis.topics.complaints import clock as clk
from analysis.topics.complaints import delay as dly
from analysis.topics.complaints import delay_design as dsg

LATER = 1 / 3  # of the period, on which the model is tested
PRIOR = 20  # cases at the overall rate that are added to each issue's own
FEWEST_LATE = 10


@dataclass(frozen=True)
class Tested:
    """A model of earlier cases on later ones.

    Attributes
    ----------
    until : date
        Last day that the model knew.
    cases : DataFrame
        One row per later case whose time has run out: feedback_id, customer, missed, model, base (probabilities at the
        receipt).
    measures : DataFrame
        One row per measure: measure (roc_auc, log_loss, brier), model, base, gain (of the model over the base rate, positive
        is better), low, high (95 %, customers drawn again).
    slope : tuple of float
        Calibration slope of the model with its interval; missing without cases that were late.
    """

    until: date
    cases: pd.DataFrame
    measures: pd.DataFrame
    slope: tuple[float, float, float]

    @property
    def usable(self) -> bool:
        """Whether the model has the lower log loss for sure."""
        return bool(self.measures.set_index("measure").loc["log_loss", "low"] > 0)


def tested(
    rows: pd.DataFrame, as_of: date, legal: clk.Legal = clk.LEGAL, seed: int = 0, later: float = LATER
) -> Tested:
    """Fit on the earlier part of the period and test on the cases received after it.

    Parameters
    ----------
    rows : DataFrame
        As for `clock.clock`.

    Raises
    ------
    ValueError
        If fewer than ten later complaints missed their time or met it, or too few earlier ones are resolved.

    Notes
    -----
    The model sees the cases as they stood on its last day: later resolutions are blank. Missed is the time without
    extensions, as an extension is an answer to being slow. The base rate of an issue is its own share late among
    earlier cases, with the weight of 20 cases at the overall share.
    """
    first = rows["received_at"].min().date()
    until = as_of - timedelta(days=int((as_of - first).days * later))
    moment = pd.Timestamp(until) + dsg.DAY
    known = rows[rows["received_at"] < moment]
    ends = [name for name in ("resolved_at", "acknowledged_at") if name in rows]
    known = known.assign(**{name: known[name].where(known[name] < moment) for name in ends})
    early = dsg.prepared(clk.clock(known, until, legal), until)
    late = dsg.prepared(clk.clock(rows, as_of, legal), as_of)
    limit = (late["base_due_on"] + dsg.DAY - late["received_at"]) / dsg.DAY
    # Whose time has run out, whatever became of them: else slow ones would be missing among the latest.
    kept = (late["received_at"] >= moment) & (limit <= late["followed"])
    late, limit = late[kept], limit[kept]
    missed = (late["base_code"] == deadlines.LATE).to_numpy().astype(float)
    if min(missed.sum(), (1 - missed).sum()) < FEWEST_LATE:
        raise ValueError(
            _(
                "of {n} complaints after {day}, {missed} missed their time; expected at least {least} that did and that did"
                " not to test a model on: take a longer period"
            ).format(
                n=number(len(late)), day=day(until), missed=number(missed.sum()), least=number(FEWEST_LATE)
            )
        )
    model = dly.chance_of_missing(dly.fit(early, seed), late, limit)
    base = _base_rate(early, late)
    unit = late["customer_id"].fillna(late["feedback_id"]).to_numpy()
    cases = pd.DataFrame(
        {"feedback_id": late["feedback_id"], "customer": unit, "missed": missed, "model": model, "base": base}
    )
    found = calibration.slope(missed, model, unit)
    return Tested(
        until,
        cases.reset_index(drop=True),
        _measures(missed, model, base, unit, seed),
        found["slope"],
    )


def _base_rate(early: pd.DataFrame, late: pd.DataFrame) -> np.ndarray:
    """Share late of each issue among earlier cases, drawn to that of all."""
    whole = deadlines.in_time(early["base_code"], early["base_until"])
    rates = {}
    for issue, part in early.groupby(early["issue"].fillna(dsg.BLANK)):
        own = deadlines.in_time(part["base_code"], part["base_until"])
        share = 1 - (own.share if np.isfinite(own.share) else whole.share)
        rates[issue] = (own.decided * share + PRIOR * (1 - whole.share)) / (own.decided + PRIOR)
    return late["issue"].fillna(dsg.BLANK).map(rates).fillna(1 - whole.share).to_numpy(float)


def _measures(missed, model, base, unit, seed: int) -> pd.DataFrame:
    names, signs = ("roc_auc", "log_loss", "brier"), np.array([1, -1, -1])
    one, other = cls.measures(missed, model), cls.measures(missed, base)

    def gain(weight=None) -> dict[str, float]:
        a, b = one(weight), other(weight)
        return {name: sign * (a[name] - b[name]) for name, sign in zip(names, signs, strict=True)}

    found = cls.intervals(gain, unit, seed).loc[list(names)]
    values = {"model": [one(None)[name] for name in names], "base": [other(None)[name] for name in names]}
    return pd.DataFrame(
        {"measure": names, **values, "gain": found["value"].to_numpy(), "low": found["low"].to_numpy(),
         "high": found["high"].to_numpy()}
    )  # fmt: skip


def sentence(found: Tested) -> str:
    """How well it is told at the receipt who will miss their time."""
    table = found.measures.set_index("measure")
    words = _(
        "On later cases the model ranks who misses the legal time with an AUC of {auc} (base rate by issue {base}); its"
        " log loss is better by {gain} ({low} to {high}): it is used."
    )
    if not found.usable:
        words = _(
            "On later cases the model ranks who misses the legal time with an AUC of {auc} (base rate by issue {base}); its"
            " log loss differs by {gain} ({low} to {high}), which chance explains: take its probabilities as base rates."
        )
    gain = table.loc["log_loss"]
    return words.format(
        auc=number(table.loc["roc_auc", "model"], 2),
        base=number(table.loc["roc_auc", "base"], 2),
        gain=number(gain["gain"], 3),
        low=number(gain["low"], 3),
        high=number(gain["high"], 3),
    )
