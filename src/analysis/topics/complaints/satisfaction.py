"""What complaints, and how fast they are answered, do to the next survey."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.statistics.adjusted import Adjusted, adjusted
from analysis.topics.complaints import effect
from analysis.topics.covariate_names import named
from analysis.topics.survey.outcomes import index

WITHIN_DAYS = 365
CONTROL = "IMAG"  # what customers think of the bank's name moves slowly: the nearest to what a complaint cannot change


@dataclass(frozen=True)
class Complained:
    """Customers with a complaint in the year before they answered against those without, in points of 0 to 100.

    Attributes
    ----------
    total : Adjusted or None
        Of satisfaction, adjusted for what is known of the customer.
    given_image : Adjusted or None
        Adjusted for the image of the bank too: without what dissatisfied people think of everything, and without what the
        complaint did to the image.
    control : Adjusted or None
        Of the image.
    """

    total: Adjusted | None
    given_image: Adjusted | None
    control: Adjusted | None


def answered(invited: pd.DataFrame, scores: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    """Answers with their indices.

    Parameters
    ----------
    invited, scores, items : DataFrame
        As `survey.answers` gives them.

    Returns
    -------
    DataFrame
        One row per answer with an index of satisfaction, by answered_on: the columns of `invited`; satisfaction and image
        (means of the items of constructs SAT and IMAG, 0 to 100; image blank if not asked).
    """
    rows = invited[invited["response_id"].notna()].sort_values(
        ["answered_on", "customer_id"], ignore_index=True
    )
    said = scores.reindex(rows["response_id"]).reset_index(drop=True)
    rows = rows.assign(satisfaction=index(said, items, "SAT"), image=index(said, items, CONTROL))
    return rows[rows["satisfaction"].notna()].reset_index(drop=True)


def next_survey(
    landmarks: pd.DataFrame, answers: pd.DataFrame, within_days: int = WITHIN_DAYS
) -> pd.DataFrame:
    """Complaints whose customer answered a survey in the year after the landmark.

    Returns
    -------
    DataFrame
        One row per complaint: the columns of `landmarks`, answered_on, satisfaction (of the first answer after the
        landmark).
    """
    left = landmarks.assign(landmark=landmarks["landmark"].astype("datetime64[us]")).sort_values("landmark")
    right = answers[["customer_id", "answered_on", "satisfaction"]].sort_values("answered_on")
    rows = pd.merge_asof(
        left,
        right,
        left_on="landmark",
        right_on="answered_on",
        by="customer_id",
        direction="forward",
        allow_exact_matches=False,
        tolerance=pd.Timedelta(days=within_days),
    )
    return rows[rows["satisfaction"].notna()].reset_index(drop=True)


def by_speed(rows: pd.DataFrame, seed: int = 0) -> Adjusted | None:
    """Next satisfaction after slow against fast answers; None if either is missing."""
    if rows["speed"].nunique() < 2:
        return None
    known = effect.covariates(rows)
    exposure = rows["speed"].astype("object")
    return named(adjusted(known, exposure, rows["satisfaction"], rows["customer_id"], "fast", seed))


def complained(answers: pd.DataFrame, seed: int = 0) -> Complained:
    """Satisfaction by whether the customer complained in the year before.

    Parameters
    ----------
    answers : DataFrame
        As `answered` gives it.
    """
    rows = answers[answers["complaints_365d"].notna()].reset_index(drop=True)
    own, with_image = _known(rows), _known(rows).assign(image=rows["image"])
    seen = rows["image"].notna().to_numpy()
    return Complained(
        _compared(rows, own, "satisfaction", seed),
        _compared(rows[seen], with_image[seen], "satisfaction", seed),
        _compared(rows[seen], own[seen], "image", seed),
    )


def _compared(rows: pd.DataFrame, known: pd.DataFrame, outcome: str, seed: int) -> Adjusted | None:
    exposure = np.where(rows["complaints_365d"] > 0, "complained", "quiet").astype(object)
    if len(set(exposure)) < 2:
        return None
    return named(adjusted(known, exposure, rows[outcome], rows["customer_id"], "quiet", seed))


def _known(rows: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "age": rows["age"],
            "gender": rows["gender"],
            "tenure": np.log1p(rows["tenure_days"].clip(lower=0) / 365),
            "assets": np.log1p(rows["assets"].clip(lower=0)),
            "branch": rows["branch_id"],
            "digital sessions": np.log1p(rows["digital_90d"]),
            "mode": rows["mode"],
            "wave": rows["wave"],
        }
    )
