"""Who answered: response rates by group, and a model of response that says who is missing."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import norm

from analysis.language import _, listed, number, percent, together
from analysis.statistics.calibration import slope
from analysis.statistics.classification import log_losses
from analysis.statistics.clustered import clustered_share
from analysis.statistics.logistic import Logistic, fit
from analysis.statistics.measures import Estimate, auc, mean, standard_error
from analysis.topics.survey.sample import GROUPS, Sample, heads

RANGE = (0.8, 1.25)  # of the calibration slope out of time
DAYS = 21  # after which a first wave is taken to have been answered by who will answer
FEWEST = 5  # answers, and refusals, that a term of the model needs

Check = tuple[str, bool, str]


@dataclass(frozen=True)
class ResponseModel:
    """A model of who answers.

    Attributes
    ----------
    odds : DataFrame
        One row per term, as `Logistic.odds` gives it, with label (what it compares); empty if too few answered.
    later : dict
        Of the last wave, foreseen from those before it: wave, n, rate, expected, auc, auc_low, auc_high, gain, gain_low,
        gain_high (log loss below that of the rate of the earlier waves), slope, slope_low, slope_high (of calibration).
        Empty if there is one wave only.
    """

    odds: pd.DataFrame
    later: dict[str, float]


def rates(sample: Sample, groups: tuple[str, ...] = GROUPS) -> pd.DataFrame:
    """Response rate by group.

    Returns
    -------
    DataFrame
        One row per attribute and group: by, head (its name), label, customers (asked), invitations, answered, rate, low,
        high (95 %; Wilson, for as many trials as the customers' repeated invitations are worth).
    """
    rows, found, names = sample.invited, [], heads()
    for by in groups:
        if by not in rows or rows[by].nunique() < (1 if by == "wave" else 2):
            continue
        for label, part in rows.groupby(by, observed=True, sort=True):
            units = part.groupby("unit")["answered"].agg(["sum", "size"])
            rate = clustered_share(units["sum"], units["size"])
            found.append(
                (by, names[by], str(label), len(units), len(part), int(part["answered"].sum()), *rate)
            )
    columns = ["by", "head", "label", "customers", "invitations", "answered", "rate", "low", "high"]
    return pd.DataFrame(found, columns=columns)


def terms(sample: Sample) -> tuple[pd.DataFrame, dict[str, str]]:
    """Covariates of the model of response, one row per invitation, and what each of them compares."""
    rows, columns, names = sample.invited, {}, {}
    numbers = {
        "age": (lambda x: x / 10, _("Ten years older")),
        "tenure_days": (lambda x: np.log2(1 + x / 365), _("Tenure (1 + years) doubled")),
        "digital_90d": (lambda x: np.log2(1 + x), _("Digital sessions (1 + number in 90 days) doubled")),
        "complaints_365d": (lambda x: (x > 0) * 1.0, _("Complaint within a year")),
    }
    for name, (change, label) in numbers.items():
        if name in rows and rows[name].notna().any():
            columns[name] = change(rows[name].fillna(rows[name].median()))
            names[name] = label
    for by in ("mode", "gender", "tier", "region"):
        for key, (column, group, reference) in _against_the_largest(rows, by).items():
            columns[key] = column
            names[key] = _("{head}: {group} against {reference}").format(
                head=heads()[by], group=group, reference=reference
            )
    return pd.DataFrame(columns, index=rows.index), names


def _against_the_largest(rows: pd.DataFrame, by: str) -> dict[str, tuple[pd.Series, str, str]]:
    """A column of 0 and 1 per group but the largest; groups with too few answers or refusals go with the largest."""
    if by not in rows:
        return {}
    groups = rows[by].astype(str)
    counts = rows["answered"].groupby(groups).agg(["sum", "size"]).sort_values("size", ascending=False)
    told = (counts["sum"] >= FEWEST) & (counts["size"] - counts["sum"] >= FEWEST)
    reference = counts.index[0] if len(counts) else ""
    return {f"{by}={g}": ((groups == g) * 1.0, g, reference) for g in counts.index[told] if g != reference}


def model(sample: Sample) -> ResponseModel:
    """Model who answers by what was known of them when they were asked, and try it on the last wave."""
    x, names = terms(sample)
    y, unit = sample.invited["answered"].to_numpy(float), sample.invited["unit"].to_numpy()
    if min(y.sum(), (1 - y).sum()) < FEWEST * max(x.shape[1], 1):
        return ResponseModel(
            pd.DataFrame(columns=["covariate", "ratio", "low", "high", "p_value", "label"]), {}
        )
    odds = fit(x, y, unit).odds()
    odds["label"] = odds["covariate"].map(names)
    return ResponseModel(odds, _later(sample, x, y, unit))


def _later(sample: Sample, x: pd.DataFrame, y: np.ndarray, unit: np.ndarray) -> dict[str, float]:
    last = (sample.invited["wave"] == sample.waves[-1]).to_numpy()
    if last.all() or not 0 < y[last].sum() < last.sum() or not 0 < y[~last].sum() < (~last).sum():
        return {}
    p, y_last, who = _foreseen(fit(x[~last], y[~last], unit[~last]), x[last]), y[last], unit[last]
    base = np.full(len(p), y[~last].mean())
    found = {"wave": sample.waves[-1], "n": int(last.sum()), "rate": y_last.mean(), "expected": p.mean()}
    found |= _bounds("auc", auc(y_last > 0, p), who)
    found |= _bounds("gain", mean(log_losses(y_last, base) - log_losses(y_last, p)), who)
    found["slope"], found["slope_low"], found["slope_high"] = slope(y_last, p, who)["slope"]
    return found


def _foreseen(fitted: Logistic, x: pd.DataFrame) -> np.ndarray:
    return np.clip(fitted.probability(x), 1e-6, 1 - 1e-6)


def _bounds(name: str, estimate: Estimate, unit: np.ndarray) -> dict[str, float]:
    half = norm.ppf(0.975) * standard_error(estimate.influence, pd.factorize(unit)[0])
    value = estimate.value
    return {name: value, f"{name}_low": value - half, f"{name}_high": value + half}


def sentence(sample: Sample, found: ResponseModel) -> str:
    """How many answered, who is missing, and how well the model foresees it."""
    asked, answered = len(sample.invited), int(sample.invited["answered"].sum())
    said = [
        _("{answered} of {asked} invitations were answered ({rate}).").format(
            answered=number(answered),
            asked=number(asked),
            rate=percent(answered / asked if asked else np.nan),
        )
    ]
    sure = found.odds[(found.odds["low"] > 1) | (found.odds["high"] < 1)]
    if len(sure):
        words = listed(
            _("{what} × {ratio}").format(what=row.label, ratio=number(row.ratio, 2))
            for row in sure.reindex(np.log(sure["ratio"]).abs().sort_values(ascending=False).index)
            .head(4)
            .itertuples()
        )
        said.append(_("Odds of answering, all else equal: {terms}.").format(terms=words))
    elif len(found.odds):
        said.append(_("Nothing known of the customers goes with answering beyond chance."))
    if found.later:
        said.append(
            _("On the last wave the model ranks with an AUC of {auc} ({low} to {high}).").format(
                auc=number(found.later["auc"], 2), low=number(found.later["auc_low"], 2),
                high=number(found.later["auc_high"], 2),
            )
        )  # fmt: skip
    return together(*said)


def figures(table: pd.DataFrame) -> list[dict]:
    """Response rate of the last wave, as arguments of `report.results.figure`, from `rates`."""
    waves = table[(table["by"] == "wave") & (table["customers"] >= 11)]
    return [
        {"name": "response_rate", "label": _("Response rate"), "value": row.rate, "low": row.low, "high": row.high,
         "unit": "share", "n": int(row.customers)}
        for row in waves.tail(1).itertuples()
    ]  # fmt: skip


def checks(sample: Sample, found: ResponseModel, as_of) -> list[Check]:
    """Has the last wave been answered, and does the model of response hold out of time?"""
    out = []
    rows, last = sample.invited, sample.invited["wave"] == (sample.waves or [""])[-1]
    if {"invited_on", "answered_on"} <= set(rows) and rows.loc[last, "invited_on"].notna().any():
        age = (pd.Timestamp(as_of) - rows.loc[last, "invited_on"].max()).days
        took = (rows["answered_on"] - rows["invited_on"])[~last].dt.days.quantile(0.99)
        took = DAYS if np.isnan(took) else took
        words = _(
            "The last invitations of wave {wave} were sent {days} days ago; 99 of 100 answers come within {most}."
        )
        said = words.format(wave=sample.waves[-1], days=number(age), most=number(took))
        out.append(("wave_answered", bool(age >= took), said))
    if found.later:
        low, high = found.later["slope_low"], found.later["slope_high"]
        words = _("Calibration slope of the response model on the last wave: {slope} ({low} to {high}).")
        said = words.format(slope=number(found.later["slope"], 2), low=number(low, 2), high=number(high, 2))
        out.append(("response_calibrated", bool(low <= RANGE[1] and high >= RANGE[0]), said))
    return out
