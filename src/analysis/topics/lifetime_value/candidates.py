"""The candidates: naive rates, probability models and the challenger, learnt on one day."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from analysis.language import _
from analysis.topics.lifetime_value import challenger, models

NAIVE, POPULATION, BOOSTED = "own_rate", "population_rate", "boosted"
# Checks of models.checks that warn of customers whom the model does not reach, and forbid nothing.
WARNINGS = ("frequencies", "highest_frequency", "positive_values", "repeated_values", "value_shape")
CANDIDATES = (POPULATION, NAIVE, *models.MODELS, BOOSTED)


def labels() -> dict[str, str]:
    """Names of the candidates in the language in use."""
    return {
        POPULATION: _("Rate of all customers"),
        NAIVE: _("Own past rate"),
        "bg_nbd": "BG/NBD",
        "mbg_nbd": "MBG/NBD",
        "pareto_nbd": "Pareto/NBD",
        "bg_bb": "BG/BB",
        BOOSTED: _("Gradient boosting"),
    }


@dataclass(frozen=True)
class Lesson:
    """A window whose outcome is known: what was known before it, and what was bought in it.

    Attributes
    ----------
    summary : DataFrame
        As `histories.Histories.summary` gives it.
    purchases : array of int
        Of each customer in the window.
    weeks : float
    extra : DataFrame or None
        Further features of the customers before the window.
    """

    summary: pd.DataFrame
    purchases: np.ndarray
    weeks: float
    extra: pd.DataFrame | None = None


@dataclass(frozen=True)
class Learnt:
    """All candidates, learnt on one day.

    Attributes
    ----------
    rate : float
        Purchases a week of all customers together.
    fits : dict of str to models.Fit
    boosted : challenger.Boosted or None
        None if there was no earlier window to learn from.
    unfit : dict of str to list of str
        Candidates that must not be relied on, and the reasons.
    """

    rate: float
    fits: dict[str, models.Fit]
    boosted: challenger.Boosted | None
    unfit: dict[str, list[str]] = field(default_factory=dict)

    def expected(
        self, name: str, summary: pd.DataFrame, weeks: float, extra: pd.DataFrame | None = None
    ) -> np.ndarray:
        """Purchases that candidate `name` expects of each customer in the next `weeks`."""
        if name == POPULATION:
            return np.full(len(summary), self.rate * weeks)
        if name == NAIVE:
            # A customer of a few days has no rate of their own yet.
            return (summary["frequency"] / summary["T"].clip(lower=1.0)).to_numpy() * weeks
        if name == BOOSTED:
            return self.boosted.expected(summary, extra, weeks)
        return models.expected(self.fits[name], seen_by(name, summary), weeks)


def seen_by(name: str, summary: pd.DataFrame) -> pd.DataFrame:
    """The summary as model `name` takes it: BG/BB sees months with a purchase, the others purchases."""
    if name != "bg_bb":
        return summary
    return pd.DataFrame(
        {
            "customer_id": summary["customer_id"],
            "frequency": summary["active"],
            "recency": summary["last_active"],
            "periods": summary["periods"],
            "purchases_per_active_month": summary["frequency"]
            / summary["active"].where(summary["active"] > 0),
        }
    )


def learn(summary: pd.DataFrame, lesson: Lesson | None, seed: int = 0) -> Learnt:
    """Fit every candidate on `summary`; the challenger on the `lesson` of an earlier window."""
    # Who is new has no whole month yet.
    rows = {name: summary[summary["periods"] > 0] if name == "bg_bb" else summary for name in models.MODELS}
    fits = {name: models.fit(seen_by(name, rows[name]), name) for name in models.MODELS}
    boosted = None
    if lesson is not None:
        boosted = challenger.fit(lesson.summary, lesson.purchases, lesson.weeks, lesson.extra, seed)
    unfit = {name: reasons(fit, seen_by(name, summary)) for name, fit in fits.items()}
    if boosted is None:
        unfit[BOOSTED] = [_("There is no earlier window to learn from.")]
    time = summary["T"].sum()
    rate = float(summary["frequency"].sum() / time) if time else 0.0
    return Learnt(rate, fits, boosted, {name: why for name, why in unfit.items() if why})


def forbidding(fit: models.Fit, summary: pd.DataFrame) -> list[tuple[str, str]]:
    """Checks that forbid to use a fit, and what they say: its parameters, or the belief who is alive, mean nothing.

    Checks of how well the distributions fit only warn: how well the model foretells is proven out of time.
    """
    found = models.checks(fit, summary)
    return [(name, message) for name, ok, message in found if not ok and name not in WARNINGS]


def reasons(fit: models.Fit, summary: pd.DataFrame) -> list[str]:
    """What forbids to use a fit, in sentences."""
    return [message for _name, message in forbidding(fit, summary)]


def forecasts(
    learnt: Learnt, summary: pd.DataFrame, weeks: float, extra: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Expected purchases of each customer, one column per candidate that could be learnt."""
    names = [name for name in CANDIDATES if name != BOOSTED or learnt.boosted is not None]
    names = [name for name in names if name not in learnt.fits or learnt.fits[name].converged]
    return pd.DataFrame({name: learnt.expected(name, summary, weeks, extra) for name in names})
