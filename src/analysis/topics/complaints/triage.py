"""From the words of a feedback to product family, issue and severity: learnt on earlier, tested on later feedback."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.language import _, listed
from analysis.statistics.text import Classification, agreement, classify, languages, repeats
from analysis.statistics.text import comparison as cmp
from analysis.topics.complaints import clock as clk
from analysis.topics.complaints import intake, severity

FAMILY, ISSUE, SEVERITY = "family", "issue", "severity"
TARGETS = (FAMILY, ISSUE, SEVERITY)
NONE_NAMED = "none"  # family of a feedback that names no product
REPEATED = 0.5  # part of the sentences seen before from which on a text repeats earlier ones


def names() -> dict[str, str]:
    """What is told of a text, in words."""
    return {FAMILY: _("product family"), ISSUE: _("issue"), SEVERITY: _("severity")}


@dataclass(frozen=True)
class Triage:
    """What the words of the feedback tell.

    Attributes
    ----------
    rows : DataFrame
        One row per feedback with a text, the earliest first: feedback_id, customer_id, received_at, kind, language
        (as found), text, family, issue, severity (missing where not settled), known_at (of the severity).
    learnt : dict of str to statistics.text.Classification
        By target ("family", "issue", "severity"); without those that could not be learnt.
    why_not : dict of str to str
        By target: why it could not be learnt.
    warned : DataFrame
        Of complaints, from `severity.by_signal`.
    """

    rows: pd.DataFrame
    learnt: dict[str, Classification]
    why_not: dict[str, str]
    warned: pd.DataFrame

    def tested(self, target: str) -> pd.DataFrame:
        """Later texts of a target: the columns of `Classification.outcome`, feedback_id, customer_id, repeated.

        repeated says that at least half of the text's sentences stand word for word in earlier texts.
        """
        outcome = self.learnt[target].outcome
        rows = _of(self.rows, target).iloc[outcome["position"]].reset_index(drop=True)
        earlier = self.rows.loc[self.rows["received_at"] < rows["received_at"].min(), "text"]
        seen = repeats.seen_before(rows["text"], earlier)
        return outcome.assign(
            feedback_id=rows["feedback_id"], customer_id=_unit(rows), repeated=np.nan_to_num(seen) >= REPEATED
        )


def triage(
    cases: pd.DataFrame,
    texts: pd.DataFrame,
    day,
    seed: int = 0,
    target: float = 0.9,
    legal: clk.Legal = clk.LEGAL,
) -> Triage:
    """Learn product family, issue and severity from the words alone.

    Parameters
    ----------
    cases, texts : DataFrame
        As `cases.cases` and `cases.texts` give them; of `cases` the columns feedback_id, customer_id, received_at, kind,
        family, issue, and those of `severity.graded`.
    day : date
        Day of the analysis.
    target : float
        Accuracy wanted of labels that nobody looks at.
    legal : clock.Legal
        Beyond whose time a complaint counts as grave.

    Raises
    ------
    ValueError
        If no feedback has a text.

    Notes
    -----
    Only the text is a feature: it is what is there at receipt. Family and issue are the labels as filed; a bank that
    corrects them later files the corrected ones, and the model is held against those. A severity is learnt only from
    the day on which it is settled, see `severity.graded`.
    """
    grades = severity.graded(cases, day, legal)
    rows = _rows(cases, texts, grades)
    learnt, why_not = {}, {}
    for name in TARGETS:
        part = _of(rows, name)
        known = part["known_at"] if name == SEVERITY else None
        try:
            learnt[name] = classify(
                part["text"], part[name], part["received_at"], part["language"], known,
                unit=_unit(part), target=target, seed=seed,
            )  # fmt: skip
        except ValueError as error:
            why_not[name] = str(error)
    customers = cases.set_index("feedback_id")["customer_id"]
    complaints = rows.loc[rows["kind"] == "complaint", ["feedback_id", "text"]]
    warned = severity.by_signal(grades, severity.signals(complaints), customers)
    return Triage(rows, learnt, why_not, warned)


def _rows(cases: pd.DataFrame, texts: pd.DataFrame, grades: pd.DataFrame) -> pd.DataFrame:
    columns = ["feedback_id", "customer_id", "received_at", "kind", "family", "issue"]
    rows = cases[columns].merge(texts, on="feedback_id").sort_values(["received_at", "feedback_id"])
    if rows.empty:
        raise ValueError(_("no feedback has a text: triage needs feedback.text; nothing was learnt"))
    rows = rows.merge(grades[["feedback_id", "grade", "known_at"]], on="feedback_id", how="left").rename(
        columns={"grade": SEVERITY}
    )
    if rows[FAMILY].notna().any():
        rows[FAMILY] = rows[FAMILY].fillna(NONE_NAMED)
    found = languages.languages(rows["text"].tolist(), rows["language"].tolist())
    return rows.assign(language=found).reset_index(drop=True)


def _of(rows: pd.DataFrame, target: str) -> pd.DataFrame:
    """Rows with the target's label; severity is that of complaints."""
    return rows[rows[target].notna()].reset_index(drop=True)


def _unit(rows: pd.DataFrame) -> pd.Series:
    """Customer of each row; one who is unknown stands for himself."""
    return rows["customer_id"].fillna(rows["feedback_id"])


def summary(found: Triage) -> pd.DataFrame:
    """How well each target is told on later feedback.

    Returns
    -------
    DataFrame
        One row per target that was learnt: target, label, labels (learnt), learnt_on, tested, customers (among the
        tested), macro_f1, low, high, keywords, majority, tfidf (their macro-F1), gain (over TF-IDF with logistic
        regression), gain_low, gain_high, ece, to_person (share left to a person), accuracy (of the rest),
        accuracy_low, accuracy_high, repeated (share of tested texts that repeat earlier ones), fresh_f1 (macro-F1 on
        the others; missing with fewer than 30), plain (the model is TF-IDF with logistic regression), used ("model",
        "keywords" or "nothing").
    """
    return pd.DataFrame([_summed(found, target) for target in TARGETS if target in found.learnt])


def _summed(found: Triage, target: str) -> dict:
    learnt, tested = found.learnt[target], found.tested(target)
    measures, kept, gain = learnt.measures, learnt.kept, learnt.gains.loc[cmp.TFIDF]
    fresh = tested[~tested["repeated"]]
    return {
        "target": target,
        "label": names()[target],
        "labels": int(learnt.by_class["known"].sum()),
        "learnt_on": int(learnt.by_class["learnt_on"].sum()),
        "tested": len(tested),
        "customers": tested["customer_id"].nunique(),
        "macro_f1": measures.loc[cmp.OURS, "macro_f1"],
        "low": measures.loc[cmp.OURS, "macro_f1_low"],
        "high": measures.loc[cmp.OURS, "macro_f1_high"],
        "keywords": measures.loc[cmp.KEYWORDS, "macro_f1"],
        "majority": measures.loc[cmp.MAJORITY, "macro_f1"],
        "tfidf": measures.loc[cmp.TFIDF, "macro_f1"],
        "gain": gain["value"],
        "gain_low": gain["low"],
        "gain_high": gain["high"],
        "ece": learnt.ece,
        "to_person": kept["to_person"],
        "accuracy": kept["accuracy"],
        "accuracy_low": kept["accuracy_low"],
        "accuracy_high": kept["accuracy_high"],
        "repeated": tested["repeated"].mean(),
        "fresh_f1": _fresh_f1(fresh),
        "plain": learnt.plain,
        "used": learnt.used,
    }


def _fresh_f1(fresh: pd.DataFrame) -> float:
    return agreement.macro_f1(fresh["given"], fresh["told"]) if len(fresh) >= 30 else np.nan


def by_language(found: Triage, seed: int = 0) -> pd.DataFrame:
    """Macro-F1 of each target by the language of the text.

    Returns
    -------
    DataFrame
        One row per target and language with at least 30 tested texts: target, label (target and language), language, tested,
        customers, macro_f1, low, high, accuracy, keywords, tfidf.
    """
    rows = []
    for target in found.learnt:
        for language, part in found.tested(target).groupby("language"):
            if len(part) < 30:
                continue
            measures, _gains = cmp.compared(part, pd.factorize(part["customer_id"])[0], seed)
            ours = measures.loc[cmp.OURS]
            rows.append({
                "target": target, "label": listed([names()[target], intake.plain(language)]),
                "language": language, "tested": len(part),
                "customers": part["customer_id"].nunique(), "macro_f1": ours["macro_f1"], "low": ours["macro_f1_low"],
                "high": ours["macro_f1_high"], "accuracy": ours["accuracy"],
                "keywords": measures.loc[cmp.KEYWORDS, "macro_f1"], "tfidf": measures.loc[cmp.TFIDF, "macro_f1"],
            })  # fmt: skip
    return pd.DataFrame(rows)


def by_label(found: Triage, target: str) -> pd.DataFrame:
    """F1 of each label of a target on later feedback, with the number of people behind it.

    Returns
    -------
    DataFrame
        One row per label, the most frequent first: label (in words), the columns of `Classification.by_class`, customers.
    """
    tested = found.tested(target)
    people = tested.groupby("given")["customer_id"].nunique()
    table = found.learnt[target].by_class
    table = table.assign(customers=people.reindex(table.index, fill_value=0)).reset_index()
    return table.assign(label=table["label"].map(intake.plain))


def open_cases(found: Triage, cases: pd.DataFrame) -> pd.DataFrame:
    """Suggested labels of the feedback that is open.

    Returns
    -------
    DataFrame
        One row per open feedback with a text, the earliest first: feedback_id, customer_id, received_at, kind; for
        each target learnt its name (label suggested; severity for complaints alone) and target_probability,
        target_alone (nobody need look); leaving, authority (the text says so); person (somebody has to look: a label
        is not sure, or a warning).
    """
    waiting = cases.loc[cases["resolved_at"].isna(), "feedback_id"]
    rows = found.rows[found.rows["feedback_id"].isin(waiting)].reset_index(drop=True)
    table = rows[["feedback_id", "customer_id", "received_at", "kind"]].copy()
    sure = pd.Series(True, index=table.index)
    for target, learnt in found.learnt.items():
        told = learnt.predict(rows["text"])
        asked = rows["kind"].eq("complaint") | (target != SEVERITY)
        table[target] = told["label"].where(asked)
        table[f"{target}_probability"] = told["probability"].where(asked)
        table[f"{target}_alone"] = told["alone"] & asked
        sure &= told["alone"] | ~asked
    warned = severity.signals(rows).drop(columns="feedback_id")
    warned = warned & rows["kind"].eq("complaint").to_numpy()[:, None]
    return table.join(warned).assign(person=~sure | warned.any(axis=1))
