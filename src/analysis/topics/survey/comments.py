"""What respondents write: themes, tone, and which themes the dissatisfied speak of oftener."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.stats import fisher_exact, norm, t

from analysis.language import _, listed, number, percent, together
from analysis.statistics.differences import share_difference
from analysis.statistics.intervals import wilson
from analysis.statistics.multiplicity import holm
from analysis.statistics.text import Themes, sentiment, themes
from analysis.topics import masking
from analysis.topics.plain_table import require

PROMOTER, DETRACTOR = 9, 6  # of 10
SMALLEST = 11  # customers of a theme that is named in a sentence
ALPHA, LEVEL = 0.05, 0.95
PART = " · "  # between the words of a theme
FEWEST = 100  # comments below which themes are hardly told from each other


@dataclass(frozen=True)
class Voices:
    """Comments with what they are about and how they sound.

    Attributes
    ----------
    table : DataFrame
        One row per comment: response_id, customer_id, score (0 to 10; missing if not given), text, language, theme (number;
        -1 for none, missing if not read), label, strength (probability of the theme), sentiment (-1 to 1), tone. The most
        typical of each theme first.
    themes : Themes
        How the themes were found, and how far they come again with other seeds.
    """

    table: pd.DataFrame
    themes: Themes

    @property
    def about(self) -> pd.DataFrame:
        """Comments with a theme."""
        return self.table[self.table["theme"].fillna(-1) >= 0]

    @property
    def mean(self) -> float:
        """Mean score of all who wrote, of each the last."""
        return _last(self.table)["score"].mean()


def voices(comments: pd.DataFrame, rows: pd.DataFrame, *, number: int | None = None, seed: int = 0) -> Voices:
    """Find themes and tone of comments, in Chinese and in English.

    Parameters
    ----------
    comments : DataFrame
        One row per comment: response_id, text; language where it is known.
    rows : DataFrame
        One row per response: response_id, customer_id, score, as `callbacks.answered` gives them.
    number : int, optional
        Themes of each language; chosen by stability without.
    seed : int

    Raises
    ------
    ValueError
        If a column is missing, or no comment is in Chinese or English.
    """
    require(comments, {"response_id": "response", "text": "comment"}, "comments")
    require(rows, {"response_id": "response", "customer_id": "customer", "score": "0 to 10"}, "answers")
    columns = [name for name in ("response_id", "text", "language") if name in comments]
    known = comments[columns].dropna(subset="text")
    known = known.merge(rows[["response_id", "customer_id", "score"]], on="response_id", how="left")
    # Who wrote without a known answer is taken for somebody else each time.
    known["customer_id"] = known["customer_id"].fillna(known["response_id"])
    language = known["language"].tolist() if "language" in known else None
    found = themes(known["text"], language, number, seed)
    tone = sentiment(known["text"], language)
    common = masking.common_words(known["text"], known["customer_id"])
    found = replace(
        found, table=found.table.assign(label=[_safe(label, common) for label in found.table["label"]])
    )
    label = found.table[found.table["theme"] >= 0].set_index("theme")["label"]
    table = known[["response_id", "customer_id", "score", "text"]].assign(
        language=tone["language"].to_numpy(), theme=found.theme.array, label=found.theme.map(label).to_numpy(),
        strength=found.strength, sentiment=tone["score"].to_numpy(), tone=tone["tone"].to_numpy(),
    )  # fmt: skip
    order = np.lexsort((table["response_id"], -table["strength"].round(6), table["theme"].fillna(-2)))
    return Voices(table.iloc[order].reset_index(drop=True), found)


def _safe(label: str, common: frozenset[str]) -> str:
    """A theme's words without names and without what fewer than 5 customers say."""
    words = [w for w in label.split(PART) if w in common and not masking.mask(w, common=common).kinds]
    return PART.join(words) or _("unnamed")


def _last(table: pd.DataFrame) -> pd.DataFrame:
    """One comment with a score for each customer, the last: tests take them as independent."""
    scored = table.dropna(subset="score").sort_values("response_id", kind="stable")
    return scored.drop_duplicates("customer_id", keep="last")


def by_theme(said: Voices) -> pd.DataFrame:
    """Who speaks of each theme: the score of those who do, and how much oftener detractors do than others.

    Returns
    -------
    DataFrame
        One row per theme, by mean score, the lowest first: theme, label, language, stability, customers (their last comment
        counts), share (of the comments in the language), promoters, promoters_low, promoters_high, detractors,
        detractors_low, detractors_high (shares of those who speak of it, Wilson), mean, low, high (of their score, Student),
        negative (share in a negative tone), difference, difference_low, difference_high (share of detractors who speak of it
        less that of others, in the same language, Newcombe), p_adjusted (Fisher's exact test, Holm over the themes of 11
        customers or more), over
        ("detractors", "others", "": who speaks of it oftener).
    """
    people = _last(said.table)
    named = said.themes.table[said.themes.table["theme"] >= 0]
    rows = [_theme(row, people[people["language"] == row.language]) for row in named.itertuples()]
    table = pd.DataFrame(rows, columns=list(_theme(None, people.head(0))))
    table["p_adjusted"] = holm(table.pop("p_value"))
    clear = table["p_adjusted"] <= ALPHA
    table["over"] = np.select([clear & (table["difference"] > 0), clear], ["detractors", "others"], "")
    return table.sort_values(["mean", "theme"], ignore_index=True)


def _theme(row, people: pd.DataFrame) -> dict:
    """A theme among those who wrote in its language."""
    about = (people["theme"] == (-9 if row is None else row.theme)).fillna(False).to_numpy(dtype=bool)
    score = people["score"].to_numpy(dtype=float)
    bad, good = score <= DETRACTOR, score >= PROMOTER
    own, n = score[about], int(about.sum())
    promoters, detractors = wilson((good & about).sum(), n), wilson((bad & about).sum(), n)
    cells = [[(about & bad).sum(), (~about & bad).sum()], [(about & ~bad).sum(), (~about & ~bad).sum()]]
    gap = share_difference(cells[1][0], (~bad).sum(), cells[0][0], bad.sum())
    half = t.ppf((1 + LEVEL) / 2, n - 1) * own.std(ddof=1) / np.sqrt(n) if n > 1 else np.nan
    mean = own.mean() if n else np.nan
    return {
        "theme": getattr(row, "theme", -1), "label": getattr(row, "label", ""), "language": getattr(row, "language", ""),
        "stability": getattr(row, "stability", np.nan), "customers": n, "share": n / len(people) if len(people) else np.nan,
        "promoters": (good & about).sum() / n if n else np.nan, "promoters_low": float(promoters[0]),
        "promoters_high": float(promoters[1]), "detractors": (bad & about).sum() / n if n else np.nan,
        "detractors_low": float(detractors[0]), "detractors_high": float(detractors[1]), "mean": mean, "low": mean - half,
        "high": mean + half, "negative": (people["tone"][about] == "negative").mean() if n else np.nan,
        "difference": float(gap[0]), "difference_low": float(gap[1]), "difference_high": float(gap[2]),
        "p_value": _p_value(cells) if n >= SMALLEST else np.nan,
    }  # fmt: skip


def _p_value(cells: list[list[int]]) -> float:
    """Missing where nobody detracts, or everybody."""
    return float(fisher_exact(cells).pvalue) if min(map(sum, cells)) else np.nan


def by_group(said: Voices) -> pd.DataFrame:
    """Tone of promoters, passives and detractors.

    Returns
    -------
    DataFrame
        Three rows: group ("promoter", "passive", "detractor"), label, customers, positive, neutral, negative (shares),
        low, high (of the negative share, Wilson).
    """
    people = _last(said.table).dropna(subset="tone")
    group = np.select(
        [people["score"] >= PROMOTER, people["score"] > DETRACTOR], ["promoter", "passive"], "detractor"
    )
    words = {"promoter": _("Promoters"), "passive": _("Passives"), "detractor": _("Detractors")}
    rows = []
    for name, label in words.items():
        tone = people["tone"][group == name]
        shares = {one: (tone == one).mean() for one in ("positive", "neutral", "negative")}
        low, high = wilson((tone == "negative").sum(), len(tone))
        rows.append(
            {"group": name, "label": label, "customers": len(tone)} | shares | {"low": low, "high": high}
        )
    return pd.DataFrame(rows)


def agreement(said: Voices) -> tuple[float, float, float]:
    """Spearman's correlation of tone and score over customers, with its interval; missing with fewer than 4.

    Bonett & Wright (2000), Psychometrika 65, equation 6.
    """
    people = _last(said.table).dropna(subset="sentiment")
    r = people["sentiment"].corr(people["score"], method="spearman") if len(people) > 3 else np.nan
    if not abs(r) < 1:
        return r, np.nan, np.nan
    half = norm.ppf((1 + LEVEL) / 2) * np.sqrt((1 + r**2 / 2) / (len(people) - 3))
    return r, float(np.tanh(np.arctanh(r) - half)), float(np.tanh(np.arctanh(r) + half))


def sentence(table: pd.DataFrame) -> str:
    """Which themes go with low scores, from `by_theme`."""
    shown = table[table["customers"] >= SMALLEST]
    if shown.empty:
        return _("No theme has enough customers to be told.")
    over = shown[shown["over"] == "detractors"]
    worst = shown.iloc[0]
    said = _("Lowest scores where it is about {label}: {mean} on average ({low} to {high}), {share} are detractors.").format(
        label=worst["label"], mean=number(worst["mean"], 1), low=number(worst["low"], 1), high=number(worst["high"], 1),
        share=percent(worst["detractors"], 0),
    )  # fmt: skip
    if over.empty:
        return together(said, _("No theme is more frequent among detractors than chance explains."))
    names = listed(
        _("{name} ({share})").format(name=row.label, share=f"+{number(100 * row.difference, 1)}")
        for row in over.itertuples()
    )
    return together(said, _("Detractors speak oftener, in points, of: {names}.").format(names=names))


def checks(said: Voices) -> list[tuple[str, bool, str]]:
    """Checks on themes and tone, as arguments of `report.results.health`."""
    named = said.themes.table[said.themes.table["theme"] >= 0]
    stable, size = int(named["stable"].sum()), len(said.table)
    r, low, high = agreement(said)
    return [
        ("comments_enough", size >= FEWEST, _("{n} comments; {least} are needed to tell themes from each other.").format(
            n=number(size), least=number(FEWEST))),
        ("themes_stable", bool(len(named)) and stable * 2 >= len(named), _(
            "{stable} of {n} themes come again with other seeds.").format(stable=number(stable), n=number(len(named)))),
        ("tone_follows_score", bool(low > 0), _("Rank correlation of tone and score: {r} ({low} to {high}).").format(
            r=number(r, 2), low=number(low, 2), high=number(high, 2))),
    ]  # fmt: skip
