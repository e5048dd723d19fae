"""Invitations and answers put together: who was asked, who answered what, and in which groups they are."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from analysis.language import _
from analysis.topics.plain_table import require
from analysis.topics.segmentation.tiers import Ladder, tier_of

BANDS = (30, 45, 60)  # first age of every band but the lowest
SATISFACTION = ("SAT", "CSAT")  # constructs whose items say how satisfied a respondent is
GROUPS = ("wave", "mode", "tier", "age_band", "gender", "region")


@dataclass(frozen=True)
class Sample:
    """A survey, put together.

    Attributes
    ----------
    invited : DataFrame
        One row per invitation, by wave: the columns given, age_band, tier, gender, region and mode as ordered or plain
        categories in words (none missing), answered (bool), unit (number of the customer, from 0).
    answers : DataFrame
        One row per response, in the order of the invitations: a column of floats per item.
    own : array of float
        How satisfied each respondent is, in standard deviations: mean of the items on satisfaction.
    items : DataFrame
        The questionnaire: item, construct, question, scale_min, scale_max.
    """

    invited: pd.DataFrame
    answers: pd.DataFrame
    own: np.ndarray
    items: pd.DataFrame

    @property
    def respondents(self) -> pd.DataFrame:
        """Rows of `invited` that were answered."""
        return self.invited[self.invited["answered"]].reset_index(drop=True)

    @property
    def waves(self) -> list[str]:
        """Names of the waves in the order in which they were asked."""
        return list(self.invited["wave"].unique())

    @property
    def units(self) -> int:
        """Customers who were asked."""
        return int(self.invited["unit"].max()) + 1 if len(self.invited) else 0


def heads() -> dict[str, str]:
    """Names of the groups."""
    return {
        "wave": _("Wave"),
        "mode": _("Mode"),
        "tier": _("Tier"),
        "age_band": _("Age band"),
        "gender": _("Gender"),
        "region": _("Region"),
        "branch_id": _("Branch"),
    }


def attributes(people: pd.DataFrame, ladder: Ladder) -> pd.DataFrame:
    """People with their groups in words: age_band, tier, gender (women, men), region; "unknown" where none is known.

    Parameters
    ----------
    people : DataFrame
        One row per customer or invitation: age, gender, region, assets; a column that is not there is unknown.
    ladder : Ladder
        Of the tiers.
    """
    unknown, blank = _("unknown"), pd.Series(np.nan, people.index)
    young, old = BANDS[0], BANDS[-1]
    middle = [f"{low}–{high - 1}" for low, high in pairwise(BANDS)]
    bands = [_("under {age}").format(age=young), *middle, _("{age} or older").format(age=old)]
    age = pd.cut(people.get("age", blank).astype(float), [-1, *(b - 1 for b in BANDS), 120], labels=bands)
    tier = tier_of(people.get("assets", blank), ladder).map(ladder.names, na_action="ignore")
    gender = people.get("gender", blank).map({"female": _("women"), "male": _("men")})
    found = {
        "gender": gender.astype(object).fillna(unknown),
        "age_band": pd.Categorical(age.astype(object).fillna(unknown), [*bands, unknown], ordered=True),
        "tier": pd.Categorical(tier.astype(object).fillna(unknown), [*ladder.labels, unknown], ordered=True),
    }
    ways = {"mobile": _("mobile app"), "sms": _("text message"), "phone": _("telephone")}
    for name in {"region", "mode", "branch_id"} & {"region", *people.columns}:
        text = people.get(name, blank).astype(object)
        found[name] = (text.replace(ways) if name == "mode" else text).fillna(unknown)
    return people.assign(**found)


def sample(invited: pd.DataFrame, scores: pd.DataFrame, items: pd.DataFrame, ladder: Ladder) -> Sample:
    """Put a survey together.

    Parameters
    ----------
    invited : DataFrame
        One row per invitation: wave, customer_id, invited_on, response_id (blank if not answered), and what was known
        of the customer on that day, as `answers.invited` gives it.
    scores : DataFrame
        One row per response (index response_id), a column per item.
    items : DataFrame
        One row per item: item, construct, question, scale_min, scale_max.
    ladder : Ladder

    Raises
    ------
    ValueError
        If columns are missing. Answers beyond an item's scale count as blank, and a response without any as none.
    """
    require(invited, {"wave": "round of the survey", "customer_id": "customer number", "response_id": "blank if none"},
            "invitations")  # fmt: skip
    require(items, {"item": "code", "construct": "what it depends on", "scale_min": "lowest score",
                    "scale_max": "highest score"}, "items")  # fmt: skip
    known = items[items["item"].isin(scores.columns)].reset_index(drop=True)
    given = scores[known["item"]].astype(float)
    low, high = (known.set_index("item")[name] for name in ("scale_min", "scale_max"))
    given = given.where(given.ge(low).to_numpy(bool) & given.le(high).to_numpy(bool))
    given = given[given.notna().any(axis=1)]
    by = ["wave", "invited_on"] if "invited_on" in invited else ["wave"]
    rows = attributes(invited.sort_values(by, kind="stable", ignore_index=True), ladder)
    answered = rows["response_id"].isin(given.index)
    rows = rows.assign(answered=answered, unit=pd.factorize(rows["customer_id"])[0])
    answers = given.loc[rows.loc[answered, "response_id"]].reset_index(drop=True)
    return Sample(_in_time(rows), answers, satisfaction(answers, known), known)


def _in_time(rows: pd.DataFrame) -> pd.DataFrame:
    """Waves in the order of their names, unless the days say another."""
    if "invited_on" not in rows or rows["invited_on"].isna().all():
        return rows
    first = rows.groupby("wave")["invited_on"].transform("min")
    if first.is_monotonic_increasing:
        return rows
    raise ValueError(
        "the names of the waves are not in the order of their days; name them so that they sort, such as 2024H1"
    )


def satisfaction(answers: pd.DataFrame, items: pd.DataFrame, without: str = "") -> np.ndarray:
    """How satisfied each respondent is: mean of the standardised items on satisfaction, else of all items.

    Parameters
    ----------
    without : str
        Item that is left out. Who answered nothing else counts as average.
    """
    answers = answers.drop(columns=without, errors="ignore")
    spread = answers.std()
    known = (answers - answers.mean()) / spread.where(spread > 0)
    asked = items.loc[items["construct"].astype(str).str.upper().isin(SATISFACTION), "item"]
    chosen = [item for item in asked if item != without]
    return known[chosen].mean(axis=1).fillna(known.mean(axis=1)).fillna(0.0).to_numpy()
