"""The scores: net promoter score, satisfaction, effort and every item, weighted, by wave, and whether they moved."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from scipy.stats import t

from analysis.language import _, listed, number, percent, together
from analysis.statistics import weighted
from analysis.statistics.intervals import wilson
from analysis.statistics.measures import Estimate
from analysis.statistics.multiplicity import holm
from analysis.statistics.raking import effective_size
from analysis.statistics.weighted import Weighting
from analysis.topics.survey.sample import Sample
from analysis.topics.survey.weighting import unweighted

NPS, CSAT, CES = "nps", "csat", "ces"
KINDS = (NPS, CSAT, CES)
LEVEL = 0.05
SMALLEST = 11  # customers behind a figure that is told
SCALES = {"nps": (-100.0, 100.0), "share": (0.0, 1.0)}  # beyond which no score and no interval lies


@dataclass(frozen=True)
class Measure:
    """A score that is followed.

    Attributes
    ----------
    name : str
        For machines: "nps", "csat", "csat_top2", "ces", "ces_top2", or of an item its code, and code_top2.
    label : str
        For people.
    item : str
        That it is made of.
    kind : {"nps", "mean", "share"}
    digits : int
        That it is said with, if no share.
    """

    name: str
    label: str
    item: str
    kind: str
    digits: int = 1

    def values(self, sample: Sample) -> np.ndarray:
        """What each response counts."""
        answers = sample.answers[self.item].to_numpy()
        if self.kind == "nps":
            return weighted.promoters(answers)
        if self.kind == "share":
            highest = sample.items.set_index("item").loc[self.item, "scale_max"]
            return weighted.top_two(answers, highest)
        return answers

    def words(self, value: float) -> str:
        """A value as people read it."""
        return percent(value) if self.kind == "share" else number(value, self.digits)


def headline_items(items: pd.DataFrame) -> dict[str, str]:
    """Which item is the net promoter score, satisfaction (CSAT) and effort (CES): by its code, else by its construct.

    Returns
    -------
    dict
        "nps", "csat", "ces" to the item; one that the questionnaire does not ask is not there. An item that is not on a
        scale from 0 to 10 makes no net promoter score.
    """
    found = {}
    for kind in KINDS:
        for column in ("item", "construct"):
            same = items[items[column].astype(str).str.lower() == kind]
            if kind == NPS:
                same = same[(same["scale_min"] == 0) & (same["scale_max"] == 10)]
            if len(same):
                found[kind] = str(same["item"].iloc[0])
                break
    return found


def measures(items: pd.DataFrame) -> list[Measure]:
    """The scores that the questionnaire gives, headline first: NPS; CSAT and CES as mean and top two boxes."""
    asked, found = headline_items(items), []
    if NPS in asked:
        found.append(Measure(NPS, _("Net promoter score (NPS)"), asked[NPS], "nps"))
    for kind, mean, top in ((CSAT, _("Satisfaction (CSAT), mean"), _("Satisfied: top two of the CSAT scale")),
                            (CES, _("Ease (CES), mean"), _("Easy: top two of the CES scale"))):  # fmt: skip
        if kind in asked:
            found += [
                Measure(kind, mean, asked[kind], "mean", 2),
                Measure(f"{kind}_top2", top, asked[kind], "share"),
            ]
    return found


def item_measures(items: pd.DataFrame) -> list[Measure]:
    """Mean and top two boxes of every item."""
    return [
        Measure(f"{row.item}{suffix}", str(row.item), str(row.item), kind, 2)
        for row in items.itertuples()
        for suffix, kind in (("", "mean"), ("_top2", "share"))
    ]


def followed(items: pd.DataFrame) -> list[Measure]:
    """The scores that are followed from wave to wave: those of `measures`, or the mean of every item if it has none."""
    return measures(items) or [measure for measure in item_measures(items) if measure.kind == "mean"]


def estimated(
    sample: Sample, weighting: Weighting, measure: Measure, where=None
) -> tuple[Estimate, float, float, int]:
    """A measure with its interval and the number of customers behind it."""
    y, weighting = measure.values(sample), weighting.of(measure.item)
    here = ~np.isnan(y) if where is None else ~np.isnan(y) & where
    found = weighted.mean(weighting, y, where)
    customers = len(np.unique(weighting.unit[here]))
    if measure.kind == "share":
        return found, *weighted.share_interval(found, weighting.weights[here]), customers
    if measure.kind == "nps":
        return found, *_nps_interval(found, weighting.weights[here], customers), customers
    return found, *weighted.interval(found, customers), customers


def _nps_interval(found: Estimate, weights: np.ndarray, customers: int) -> tuple[float, float]:
    """Student's interval within the scale; if all answer alike, as far as Wilson's share of others could move it."""
    half = weighted.interval(found, customers)[1] - found.value
    if half == 0:
        trials = effective_size(weights)
        half = 200 * (1 - float(wilson(trials, trials)[0]))
    low, high = np.clip([found.value - half, found.value + half], *SCALES[NPS])
    return float(low), float(high)


def by_wave(sample: Sample, weighting: Weighting, which: list[Measure] | None = None) -> pd.DataFrame:
    """Scores of each wave, weighted beside unweighted.

    Parameters
    ----------
    which : list of Measure, optional
        Those of `followed` if not given.

    Returns
    -------
    DataFrame
        One row per measure and wave: measure, head (its name), kind, wave, label (the wave), customers (who answered),
        value, low, high (95 %, with the weights), plain, plain_low, plain_high (every response alike). Missing with fewer
        than two respondents.
    """
    wave, rows = sample.respondents["wave"].to_numpy(), []
    alike = unweighted(sample)
    for measure in followed(sample.items) if which is None else which:
        for name in sample.waves:
            found, low, high, customers = estimated(sample, weighting, measure, wave == name)
            plain, plain_low, plain_high, _n = estimated(sample, alike, measure, wave == name)
            rows.append((measure.name, measure.label, measure.kind, name, name, customers, found.value, low, high,
                         plain.value, plain_low, plain_high))  # fmt: skip
    columns = ["measure", "head", "kind", "wave", "label", "customers", "value", "low", "high"]
    return pd.DataFrame(rows, columns=[*columns, "plain", "plain_low", "plain_high"])


def by_item(sample: Sample, weighting: Weighting, wave: str | None = None) -> pd.DataFrame:
    """Mean and top two boxes of every item, in a wave (the last if not given).

    Returns
    -------
    DataFrame
        One row per item: item, construct, label (item and question), scale, customers, mean, low, high, top2, top2_low,
        top2_high (95 %), answered (share of the respondents of the wave).
    """
    wave = sample.waves[-1] if wave is None and sample.waves else wave
    here = (sample.respondents["wave"] == wave).to_numpy()
    rows = []
    for item in sample.items.itertuples():
        mean, top = (Measure(item.item, item.item, item.item, kind) for kind in ("mean", "share"))
        found, low, high, customers = estimated(sample, weighting, mean, here)
        boxes, top_low, top_high, _n = estimated(sample, weighting, top, here)
        scale = f"{number(item.scale_min)}–{number(item.scale_max)}"
        label = f"{item.item}: {item.question}" if getattr(item, "question", None) else str(item.item)
        given = sample.answers.loc[here, item.item].notna().mean()
        rows.append((item.item, item.construct, label, scale, customers, found.value, low, high, boxes.value, top_low,
                     top_high, given))  # fmt: skip
    columns = ["item", "construct", "label", "scale", "customers", "mean", "low", "high", "top2", "top2_low"]
    return pd.DataFrame(rows, columns=[*columns, "top2_high", "answered"])


def trend(sample: Sample, weighting: Weighting, which: list[Measure] | None = None) -> pd.DataFrame:
    """Has a score moved, from each wave to the next and from the first to the last?

    Returns
    -------
    DataFrame
        One row per measure and pair of waves: measure, head, kind, before, after, change, low, high (95 %, each alone),
        p_value, p_adjusted (Holm, over all rows), moved (p_adjusted < 0.05). Customers who answered in both waves count with
        their covariance, and so does the model of response that waves share. Empty with one wave.
    """
    waves, rows = sample.waves, []
    wave = sample.respondents["wave"].to_numpy()
    pairs = [*pairwise(waves), *([(waves[0], waves[-1])] if len(waves) > 2 else [])]
    which = [m for m in followed(sample.items) if not m.name.endswith("_top2")] if which is None else which
    for measure in which:
        of = {name: estimated(sample, weighting, measure, wave == name) for name in waves}
        for before, after in pairs:
            change = weighted.difference(of[after][0], of[before][0])
            spread, df = weighted.error(change), min(of[after][-1], of[before][-1]) - 1
            known = df > 0 and spread > 0
            half = t.ppf(1 - LEVEL / 2, df) * spread if known else np.nan
            p = 2 * t.sf(abs(change.value) / spread, df) if known else np.nan
            rows.append((measure.name, measure.label, measure.kind, before, after, change.value, change.value - half,
                         change.value + half, p))  # fmt: skip
    columns = ["measure", "head", "kind", "before", "after", "change", "low", "high", "p_value"]
    table = pd.DataFrame(rows, columns=columns)
    adjusted = holm(table["p_value"])
    return table.assign(p_adjusted=adjusted, moved=adjusted < LEVEL)


def headline(table: pd.DataFrame) -> str:
    """The scores of the last wave in a sentence, weighted, and the net promoter score beside its unweighted one.

    Parameters
    ----------
    table : DataFrame
        As `by_wave` gives it.
    """
    if table.empty or table["value"].isna().all():
        return _("No score can be told: nobody answered, or the questionnaire asks for none that is known.")
    wave = table["wave"].iloc[-1]
    last = table[table["wave"] == wave].dropna(subset=["value"]).set_index("measure")
    if last.empty:
        return _("Too few answered in wave {wave} for a score to be shown.").format(wave=wave)
    said = []
    for name, row in last.iterrows():
        if str(name).endswith("_top2") and name[: -len("_top2")] not in last.index:
            continue
        words = _("{what}: {value} ({low} to {high})")
        say = _said(row["kind"])
        said.append(
            words.format(
                what=row["head"], value=say(row["value"]), low=say(row["low"]), high=say(row["high"])
            )
        )
    out = [_("In wave {wave}: {scores}.").format(wave=wave, scores=_("; ").join(said))]
    if NPS in last.index:
        row = last.loc[NPS]
        words = _("Without weights the net promoter score would be {plain} ({low} to {high}).")
        out.append(
            words.format(
                plain=number(row["plain"], 1),
                low=number(row["plain_low"], 1),
                high=number(row["plain_high"], 1),
            )
        )
    return together(*out)


def figures(table: pd.DataFrame) -> list[dict]:
    """Scores of the last wave as arguments of `report.results.figure`; the unweighted score is the baseline.

    Parameters
    ----------
    table : DataFrame
        As `by_wave` gives it; scores of fewer than 11 customers are left out.
    """
    if table.empty:
        return []
    last = table[(table["wave"] == table["wave"].iloc[-1]) & (table["customers"] >= SMALLEST)]
    units = {"nps": "points", "share": "share", "mean": ""}
    return [
        {"name": row.measure, "label": row.head, "value": row.value, "low": row.low, "high": row.high,
         "unit": units[row.kind], "baseline": row.plain, "n": int(row.customers)}
        for row in last.dropna(subset=["value"]).itertuples()
    ]  # fmt: skip


def _said(kind: str):
    return percent if kind == "share" else lambda value: number(value, 1 if kind == "nps" else 2)


def trend_sentence(table: pd.DataFrame) -> str:
    """Which scores moved beyond chance, from `trend`."""
    tests = int(table["p_value"].notna().sum())
    if not tests:
        return _("There are not two waves to compare, so that no trend can be told.")
    moved = table[table["moved"]]
    if moved.empty:
        return _(
            "No score moved between waves beyond chance ({tests} comparisons, Holm's correction)."
        ).format(tests=number(tests))
    changes = listed(
        _("{what} from {before} to {after}: {change} ({low} to {high})").format(
            what=row.head, before=row.before, after=row.after, change=_signed(row.change, row.kind),
            low=_signed(row.low, row.kind), high=_signed(row.high, row.kind),
        )
        for row in moved.itertuples()
    )  # fmt: skip
    return _("Beyond chance ({tests} comparisons, Holm's correction): {changes}.").format(
        tests=number(tests), changes=changes
    )


def _signed(value: float, kind: str) -> str:
    return ("+" if value > 0 else "−" if value < 0 else "") + _said(kind)(abs(value))
