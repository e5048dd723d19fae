"""What triage says in sentences, figures and checks."""

import numpy as np
import pandas as pd
from scipy.stats import norm

from analysis.language import _, listed, number, percent, together
from analysis.statistics.text import comparison as cmp
from analysis.topics.complaints import intake
from analysis.topics.complaints import triage as tri

DRIFT, UNHEARD = (
    0.1,
    0.05,
)  # change of the share of a language, share of texts with a label never seen, that alarm


def message(found: tri.Triage) -> str:
    """How well the words tell issue and family, beside keywords and the plain model, and what goes to a person."""
    rows = tri.summary(found).set_index("target") if found.learnt else pd.DataFrame()
    said = [_one(rows.loc[target]) for target in (tri.ISSUE, tri.FAMILY) if target in rows.index]
    return together(*said) or _("The words of the feedback could not be learnt from.")


def _one(row: pd.Series) -> str:
    if row["used"] == cmp.NOTHING:
        return _("{label}: the words do not tell it.").format(label=_begun(row["label"]))
    if row["used"] == cmp.KEYWORDS:
        said = _("{label}: the model is no better than keywords (macro-F1 {keywords}); keywords are used.")
        return said.format(label=_begun(row["label"]), keywords=number(row["keywords"], 2))
    said = _(
        "{label}: macro-F1 {f1} ({low} to {high}) on later feedback, keywords {keywords}; {person} go to a person, the "
        "others are right in {accuracy}."
    )
    if pd.isna(row["accuracy"]):
        said = _(
            "{label}: macro-F1 {f1} ({low} to {high}) on later feedback, keywords {keywords}; all go to a person."
        )
    return said.format(
        label=_begun(row["label"]), f1=number(row["macro_f1"], 2), low=number(row["low"], 2), high=number(row["high"], 2),
        keywords=number(row["keywords"], 2), person=percent(row["to_person"], 0), accuracy=percent(row["accuracy"]),
    )  # fmt: skip


def _begun(label: str) -> str:
    return label[:1].upper() + label[1:]


def beside_plain(found: tri.Triage) -> str:
    """Whether the model beats TF-IDF with logistic regression, or is that, target by target."""
    said = []
    for row in tri.summary(found).itertuples() if found.learnt else ():
        if row.plain:
            words = _(
                "{label}: the model is TF-IDF with logistic regression; nothing was ahead of it on earlier feedback."
            )
        elif row.gain_low > 0:
            words = _(
                "{label}: ahead of TF-IDF with logistic regression by {gain} ({low} to {high}) in macro-F1."
            )
        else:
            words = _(
                "{label}: {gain} ({low} to {high}) in macro-F1 against TF-IDF with logistic regression: no difference "
                "beyond chance."
            )
        gain, low, high = (number(value, 3) for value in (row.gain, row.gain_low, row.gain_high))
        said.append(words.format(label=_begun(row.label), gain=gain, low=low, high=high))
    return together(*said)


def repeated(found: tri.Triage) -> str:
    """How far later texts repeat earlier ones, which makes the test too easy; empty if nothing was learnt."""
    rows = tri.summary(found) if found.learnt else pd.DataFrame()
    if rows.empty:
        return ""
    row = rows.set_index("target").loc[tri.ISSUE] if tri.ISSUE in set(rows["target"]) else rows.iloc[0]
    said = _(
        "{share} of the later texts repeat earlier ones word for word in at least half of their sentences."
    )
    parts = [said.format(share=percent(row["repeated"], 0))]
    if np.isfinite(row["fresh_f1"]):
        fresh = _("On the others macro-F1 for {label} is {f1}, on all {all}.")
        parts.append(
            fresh.format(label=row["label"], f1=number(row["fresh_f1"], 2), all=number(row["macro_f1"], 2))
        )
    return together(*parts)


def figures(found: tri.Triage) -> list[dict]:
    """Figures to record: macro-F1 of each target with keywords as baseline, and what goes to a person."""
    rows = []
    for row in tri.summary(found).itertuples() if found.learnt else ():
        kept, what = found.learnt[row.target].kept, _begun(tri.names()[row.target])
        rows.append({
            "name": f"triage_{row.target}_macro_f1", "value": row.macro_f1, "low": row.low, "high": row.high,
            "unit": "", "baseline": row.keywords, "n": row.tested,
            "label": _("{what} told from the words, macro-F1").format(what=what),
        })  # fmt: skip
        rows.append({
            "name": f"triage_{row.target}_to_person", "value": kept["to_person"], "low": kept["to_person_low"],
            "high": kept["to_person_high"], "unit": "share", "baseline": None, "n": row.tested,
            "label": _("{what} told from the words, left to a person").format(what=what),
        })  # fmt: skip
    return rows


def checks(found: tri.Triage) -> list[tuple[str, bool, str]]:
    """Checks on triage, as arguments of `report.results.health`: name, whether it holds, message."""
    out = [(f"triage_{target}_learnt", False, reason) for target, reason in found.why_not.items()]
    for target, learnt in found.learnt.items():
        label = _begun(tri.names()[target])
        out += [
            _better(target, label, learnt),
            _kept(target, label, learnt),
            _calibrated(target, label, learnt),
        ]
        out.append(_unheard(target, label, learnt))
    return [*out, language_drift(found.rows)]


def _better(target: str, label: str, learnt) -> tuple[str, bool, str]:
    gain = learnt.gains.loc[cmp.KEYWORDS]
    numbers = {
        "gain": number(gain["value"], 2),
        "low": number(gain["low"], 2),
        "high": number(gain["high"], 2),
    }
    words = {
        cmp.MODEL: _("{label}: macro-F1 ahead of keywords by {gain} ({low} to {high})."),
        cmp.KEYWORDS: _(
            "{label}: not ahead of keywords ({gain}, {low} to {high}), or no better than chance; keywords are used."
        ),
        cmp.NOTHING: _("{label}: neither the model nor keywords agree beyond chance; no label is suggested."),
    }[learnt.used]
    return (
        f"triage_{target}_better_than_keywords",
        learnt.used == cmp.MODEL,
        words.format(label=label, **numbers),
    )


def _kept(target: str, label: str, learnt) -> tuple[str, bool, str]:
    kept, rule = learnt.kept, learnt.chosen.rule
    name = f"triage_{target}_accuracy_kept"
    if not np.isfinite(rule.threshold):
        said = _("{label}: no threshold reaches an accuracy of {target}; every text goes to a person.")
        return name, False, said.format(label=label, target=percent(rule.target, 0))
    said = _(
        "{label}: labels without a person are right in {accuracy} ({low} to {high}) of later feedback; wanted {target}."
    )
    return name, kept["kept"], said.format(
        label=label, accuracy=percent(kept["accuracy"]), low=percent(kept["accuracy_low"]),
        high=percent(kept["accuracy_high"]), target=percent(rule.target, 0),
    )  # fmt: skip


def _calibrated(target: str, label: str, learnt) -> tuple[str, bool, str]:
    said = _("{label}: calibration error {ece}; up to {chance} is chance.")
    return (
        f"triage_{target}_calibrated",
        bool(learnt.ece <= learnt.ece_by_chance),
        said.format(label=label, ece=number(learnt.ece, 3), chance=number(learnt.ece_by_chance, 3)),
    )


def _unheard(target: str, label: str, learnt) -> tuple[str, bool, str]:
    share = sum(learnt.new.values()) / len(learnt.outcome)
    if not learnt.new:
        said = _("{label}: every label of later feedback had been seen before.").format(label=label)
    else:
        said = _("{label}: {share} of later feedback has a label never seen before: {names}.").format(
            label=label, share=percent(share), names=listed(map(intake.plain, learnt.new))
        )
    return f"triage_{target}_labels_known", share <= UNHEARD, said


def language_drift(rows: pd.DataFrame) -> tuple[str, bool, str]:
    """Whether the share of any language moved between the earlier 70 % of the feedback and the rest.

    Parameters
    ----------
    rows : DataFrame
        Rows of `Triage.rows`.

    Notes
    -----
    Two shares with pooled variance; both the size (10 points) and a two-sided test at 1 % are needed for an alarm.
    """
    cut = int(0.7 * len(rows))
    known = rows["language"].where(rows["language"] != "", None)
    moved = []
    for name in sorted(known.dropna().unique()):
        before, after = known[:cut] == name, known[cut:] == name
        share = (before.sum() + after.sum()) / len(rows)
        error = np.sqrt(share * (1 - share) * (1 / max(cut, 1) + 1 / max(len(rows) - cut, 1)))
        change = after.mean() - before.mean()
        if abs(change) > DRIFT and abs(change) > norm.ppf(0.995) * error:
            moved.append(f"{name} {percent(before.mean(), 0)} → {percent(after.mean(), 0)}")
    said = _("The mix of languages moved: {moved}.").format(moved=listed(moved))
    return "triage_languages_stable", not moved, said if moved else _("The mix of languages has not moved.")
