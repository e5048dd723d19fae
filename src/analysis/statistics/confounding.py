"""How far an adjusted comparison can be trusted: a hidden common cause, a control that must show nothing, and health."""

import numpy as np
import pandas as pd

from analysis.language import _, number, percent
from analysis.statistics.adjusted import Adjusted

MOST_TRIMMED = 0.2  # share of rows without a counterpart, beyond which the answer is about other customers
# A covariate is not balanced if the weighted means differ by so many standard deviations (Austin 2009), and by so many
# standard errors of a difference of means of that many rows.
NOTABLE, BEYOND_CHANCE = 0.1, 3.0
FEWEST_EFFECTIVE = 50.0  # rows that the weighted rows of a level must be worth


def e_value(ratio: float, low: float, high: float) -> tuple[float, float]:
    """How strong a hidden common cause would have to be, as the ratio of risks that it has with exposure and with outcome.

    Parameters
    ----------
    ratio, low, high : float
        Ratio of risks with its interval.

    Returns
    -------
    tuple of float
        To explain the ratio away altogether, and to move the interval to include 1 (1 if it does already).

    Notes
    -----
    VanderWeele & Ding (2017), Annals of Internal Medicine 167: RR + √(RR (RR − 1)) for RR ≥ 1, of 1 / RR else.
    """
    if not np.isfinite([ratio, low, high]).all() or ratio <= 0:
        return np.nan, np.nan
    near = low if ratio >= 1 else high
    crossed = (ratio >= 1) != (near > 1)
    return _strength(ratio), 1.0 if crossed else _strength(near)


def _strength(ratio: float) -> float:
    ratio = max(ratio, 1 / ratio) if ratio > 0 else np.inf
    return float(ratio + np.sqrt(ratio * (ratio - 1)))


def as_ratio(row: pd.Series) -> tuple[float, float, float]:
    """Ratio of risks of a row of `Adjusted.contrasts`, with its interval.

    For outcomes that are not 0 or 1 it is exp(0.91 d) with d the difference in standard deviations (VanderWeele 2017,
    Statistical Science 32; VanderWeele & Ding 2017).
    """
    if pd.notna(row["ratio"]):
        return row["ratio"], row["ratio_low"], row["ratio_high"]
    found = np.exp(0.91 * row[["difference", "low", "high"]].astype(float) / row["spread"])
    return float(found["difference"]), float(found["low"]), float(found["high"])


def sensitivity(found: Adjusted) -> pd.DataFrame:
    """E-values of each contrast: level, e_value, e_value_interval; blank where nothing is adjusted."""
    rows = [(row["level"], *e_value(*as_ratio(row))) for _place, row in found.contrasts.iterrows()]
    return pd.DataFrame(rows, columns=["level", "e_value", "e_value_interval"])


def health(found: Adjusted, name: str, control: Adjusted | None = None) -> list[tuple[str, bool, str]]:
    """Checks that say when the comparison must not be believed.

    Parameters
    ----------
    name : str
        Of the comparison; begins each check's name.
    control : Adjusted, optional
        The same exposure and covariates with an outcome that the exposure cannot have changed, such as one before it: a
        difference there is the work of something that is not adjusted for (Lipsitch, Tchetgen Tchetgen & Cohen 2010,
        Epidemiology 21).

    Returns
    -------
    list of (str, bool, str)
        Check, whether it is passed, and a sentence.
    """
    checks = [_enough(found, name)]
    if not found.reason:
        checks += [_overlap(found, name), _balanced(found, name)]
    if control is not None and not control.reason:
        checks.append(_unmoved(control, name))
    return checks


def _enough(found: Adjusted, name: str) -> tuple[str, bool, str]:
    said = {
        "": _("Every group has enough customers and events."),
        "few rows": _("A group has too few customers: nothing is adjusted."),
        "few events": _("A group has too few events, or nothing but events: nothing is adjusted."),
        "no overlap": _("The groups have too few customers that are alike: nothing can be adjusted."),
    }
    return f"{name} data", not found.reason, said[found.reason]


def _overlap(found: Adjusted, name: str) -> tuple[str, bool, str]:
    least = float(found.means["effective"].min())
    good = bool(found.trimmed <= MOST_TRIMMED and least >= FEWEST_EFFECTIVE)
    words = _(
        "{share} of the rows have no counterpart in another group and are left out; the smallest group is worth {n} rows."
    )
    return f"{name} overlap", good, words.format(share=percent(found.trimmed), n=number(least))


def _balanced(found: Adjusted, name: str) -> tuple[str, bool, str]:
    rows = found.means.set_index("level")["effective"]
    chance = np.sqrt(1 / rows + 1 / rows.iloc[0])
    limit = found.balance["level"].map(BEYOND_CHANCE * chance).clip(lower=NOTABLE)
    worst = found.balance.loc[(found.balance["after"].abs() / limit).idxmax()]
    words = _(
        "After weighting the groups differ most in {covariate}: {after} standard deviations ({before} before)."
    )
    said = words.format(
        covariate=worst["covariate"],
        after=number(abs(worst["after"]), 2),
        before=number(abs(worst["before"]), 2),
    )
    return f"{name} balance", bool((found.balance["after"].abs() <= limit).all()), said


def _unmoved(control: Adjusted, name: str) -> tuple[str, bool, str]:
    away = control.contrasts[(control.contrasts["low"] > 0) | (control.contrasts["high"] < 0)]
    if away.empty:
        words = _("What the exposure cannot have changed does not differ between the groups beyond chance.")
    else:
        words = _(
            "What the exposure cannot have changed differs between the groups: something is not adjusted for."
        )
    return f"{name} negative control", away.empty, words
