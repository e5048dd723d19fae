"""Does satisfaction matter: promoters against detractors in the year after, plain and adjusted, and in money."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.language import _, money, number, together
from analysis.statistics import confounding, discrete_hazard
from analysis.statistics.adjusted import Adjusted, adjusted
from analysis.statistics.intervals import wilson
from analysis.topics.covariate_names import named
from analysis.topics.survey.outcomes import MONTHS, covariates
from analysis.topics.survey.scores import SMALLEST

GROUPS = ("promoter", "passive", "detractor")
OUTCOMES = ("left", "assets_kept", "families_change")
SHARES = ("left", "assets_kept")
MONEY = ("churn_part", "balance_part", "margin_change")
FEWEST_DEPARTURES = 11  # fewer neither carry a ratio nor may be told
HAZARD = ("age", "tenure", "assets", "product families", "complaints", "digital sessions")


@dataclass(frozen=True)
class Effects:
    """Promoters and passives against detractors.

    Attributes
    ----------
    found : dict of str to Adjusted
        By outcome: those of `OUTCOMES` and `MONEY` that the bank has.
    control : Adjusted or None
        The same with the growth of assets before the answer, which the answer cannot have changed.
    hazard : DataFrame
        One row per model ("naive", "adjusted"): model, ratio (of the monthly hazard of leaving, for one standard deviation
        more of the satisfaction index), low, high, p_value, events, months; empty if fewer than `FEWEST_DEPARTURES` left.
    customers, answers : int
    """

    found: dict[str, Adjusted]
    control: Adjusted | None
    hazard: pd.DataFrame
    customers: int
    answers: int


def group_labels() -> dict[str, str]:
    """Names of the groups."""
    return {
        "promoter": _("Promoters"),
        "passive": _("Passives"),
        "detractor": _("Detractors"),
        "silent": _("Did not answer"),
    }


def outcome_labels() -> dict[str, str]:
    """Names of the outcomes, with their unit."""
    return {
        "left": _("Left within a year (percentage points)"),
        "assets_kept": _("Assets a year later (percentage points of those then)"),
        "families_change": _("Change in product families"),
        "churn_part": _("By who stays"),
        "balance_part": _("By balances and fees"),
        "margin_change": _("Together"),
    }


def effects(rows: pd.DataFrame, seed: int = 0) -> Effects:
    """Compare the groups.

    Parameters
    ----------
    rows : DataFrame
        As `outcomes.followed` gives it; those without a group or silent are left out.
    """
    rows = rows[rows["group"].isin(GROUPS)].reset_index(drop=True)
    found = {name: _one(rows, name, seed) for name in (*OUTCOMES, *MONEY)}
    found = {name: one for name, one in found.items() if one is not None}
    control = _one(rows, "growth_before", seed)
    return Effects(found, control, hazards(rows), rows["customer_id"].nunique(), len(rows))


def _one(rows: pd.DataFrame, outcome: str, seed: int) -> Adjusted | None:
    known = rows[rows[outcome].notna()]
    if known["group"].nunique() < 2 or not (known["group"] == "detractor").any():
        return None
    found = adjusted(
        covariates(known), known["group"], known[outcome], known["customer_id"], "detractor", seed
    )
    return named(found)


def hazards(rows: pd.DataFrame) -> pd.DataFrame:
    """Ratio of the monthly hazard of leaving for one standard deviation more satisfaction, plain and adjusted.

    Each answer contributes the calendar months after its own until the customer left, at most twelve.
    """
    known = rows[rows["satisfaction"].notna()].reset_index(drop=True)
    at_risk = np.minimum(known["stayed_months"] + 1, MONTHS).astype(int)
    place = known.index.repeat(at_risk)
    month = pd.Series(place).groupby(place).cumcount().to_numpy()
    left = month == known["stayed_months"].to_numpy()[place]
    columns = ["model", "ratio", "low", "high", "p_value", "events", "months"]
    if not FEWEST_DEPARTURES <= left.sum() < len(left):
        return pd.DataFrame(columns=columns)
    spread = known["satisfaction"].std()
    own = ((known["satisfaction"] - known["satisfaction"].mean()) / spread).rename("satisfaction").to_frame()
    others = covariates(known)[list(HAZARD)]
    others = others.fillna(others.median()).dropna(axis=1)
    models = {"naive": own, "adjusted": own.join(others)}
    found = []
    for name, table in models.items():
        fitted = discrete_hazard.fit(
            table.iloc[place].reset_index(drop=True), left, known["customer_id"].to_numpy()[place]
        )
        ratio = discrete_hazard.ratios(fitted).set_index("covariate").loc["satisfaction"]
        found.append((name, *ratio[["ratio", "low", "high", "p_value"]], int(left.sum()), len(left)))
    return pd.DataFrame(found, columns=columns)


def leaving_table(rows: pd.DataFrame, found: Effects) -> pd.DataFrame:
    """Share that left within a year by what they answered, those who did not answer among them.

    Returns
    -------
    DataFrame
        One row per group: group, label, customers, answers (invitations, for the silent), share, low, high (95 % Wilson
        interval), adjusted, adjusted_low, adjusted_high (as if all who answered were in the group; blank for the silent).
    """
    table = []
    means = found.found["left"].means.set_index("level") if "left" in found.found else pd.DataFrame()
    for group, label in group_labels().items():
        part = rows[rows["group"] == group]
        low, high = wilson(part["left"].sum(), len(part))
        share = part["left"].mean() if len(part) else np.nan
        own = means.loc[group, ["adjusted", "low", "high"]].tolist() if group in means.index else [np.nan] * 3
        table.append((group, label, part["customer_id"].nunique(), len(part), share, low, high, *own))
    names = ["group", "label", "customers", "answers", "share", "low", "high"]
    return pd.DataFrame(table, columns=[*names, "adjusted", "adjusted_low", "adjusted_high"])


def effect_table(found: Effects) -> pd.DataFrame:
    """Promoters against detractors for each outcome.

    Returns
    -------
    DataFrame
        One row per outcome: outcome, label (with its unit: percentage points, or product families), customers, naive,
        naive_low, naive_high, difference, low, high (adjusted), p_value, e_value, e_value_interval. Without rows if fewer
        than 11 customers are promoters or detractors.
    """
    table = _promoters(found, OUTCOMES).rename(columns={"code": "outcome"})
    shares, values = (
        table["outcome"].isin(SHARES),
        ["naive", "naive_low", "naive_high", "difference", "low", "high"],
    )
    table.loc[shares, values] *= 100
    return table


def money_table(found: Effects) -> pd.DataFrame:
    """What a promoter brings a year over a detractor, in two parts and together.

    Returns
    -------
    DataFrame
        One row per part: part, label, customers, naive, difference, low, high (currency a year, adjusted). Empty if the bank
        knows no margin, or fewer than 11 customers are promoters or detractors.
    """
    names = ["code", "label", "customers", "naive", "difference", "low", "high"]
    return _promoters(found, MONEY)[names].rename(columns={"code": "part"})


def _promoters(found: Effects, codes: Sequence[str]) -> pd.DataFrame:
    shown = ["naive", "naive_low", "naive_high", "difference", "low", "high", "p_value"]
    rows = []
    for code in codes:
        one = found.found.get(code)
        if one is not None and "promoter" in one.contrasts["level"].tolist():
            row = one.contrasts.set_index("level").loc["promoter"]
            strength = confounding.sensitivity(one).set_index("level").loc["promoter"]
            customers = one.means.set_index("level")["units"][["promoter", "detractor"]]
            if customers.min() >= SMALLEST:
                rows.append((code, outcome_labels()[code], int(customers.sum()), *row[shown], *strength))
    return pd.DataFrame(rows, columns=["code", "label", "customers", *shown, "e_value", "e_value_interval"])


def sentence(found: Effects) -> str:
    """Whether satisfied customers stay more often, plain and adjusted; the title of a chart."""
    if not found.answers:
        return _("No wave of the survey has a whole year after it: what answers are followed by is not known")
    table = effect_table(found).set_index("outcome")
    if "left" not in table.index:
        words = _("Fewer than {least} promoters or detractors a year ago: who left cannot be compared")
        return words.format(least=number(SMALLEST))
    row = table.loc["left"]
    columns = ("naive", "naive_low", "naive_high", "difference", "low", "high")
    said = {name: number(row[name], 1) for name in columns}
    if pd.isna(row["difference"]):
        words = _(
            "Who left cannot be adjusted (too few did, or the groups are too unlike); plainly, promoters less"
            " detractors: {naive} points ({naive_low} to {naive_high})"
        )
    elif row["high"] < 0:
        words = _(
            "Promoters left less often than detractors within a year: {difference} points, adjusted ({low} to {high};"
            " plainly {naive})"
        )
    elif row["low"] > 0:
        words = _(
            "Promoters left more often than detractors within a year: {difference} points, adjusted ({low} to {high};"
            " plainly {naive})"
        )
    else:
        words = _(
            "That promoters leave less often than detractors is not shown: {difference} points within a year, adjusted"
            " ({low} to {high}; plainly {naive})"
        )
    return words.format(**said)


def hazard_sentence(found: Effects) -> str:
    """What one standard deviation of satisfaction does to the chance of leaving."""
    if found.hazard.empty:
        return ""
    rows = found.hazard.set_index("model")
    own = rows.loc["adjusted"]
    words = _(
        "For one standard deviation more satisfaction the monthly chance to leave is {ratio} times as high ({low} to {high};"
        " plainly {naive}), over {events} departures."
    )
    said = words.format(
        **{name: number(own[name], 2) for name in ("ratio", "low", "high")},
        naive=number(rows.loc["naive", "ratio"], 2),
        events=number(own["events"]),
    )
    if own["low"] > 1 or own["high"] < 1:
        return said
    return together(said, _("That is no more than chance explains."))


def money_sentence(found: Effects, currency: str) -> str:
    """What a promoter brings a year over a detractor; the title of a chart."""
    table = money_table(found).set_index("part")
    if "margin_change" not in table.index or pd.isna(table.loc["margin_change", "difference"]):
        return _(
            "What a promoter brings over a detractor cannot be told: the bank knows no margin, or too few can be compared"
        )
    row = table.loc["margin_change"]
    ends = [row["difference"], row["low"], row["high"]]
    if row["high"] < 0:
        words = _("A promoter brings {value} a year less than a detractor, adjusted ({low} to {high})")
        ends = [-row["difference"], -row["high"], -row["low"]]
    elif row["low"] > 0:
        words = _("A promoter brings {value} a year more than a detractor, adjusted ({low} to {high})")
    else:
        words = _(
            "That a promoter brings more than a detractor is not shown: {value} a year, adjusted ({low} to {high})"
        )
    value, low, high = (money(end, currency) for end in ends)
    return words.format(value=value, low=low, high=high)


def health(found: Effects) -> list[tuple[str, bool, str]]:
    """Checks of the comparison of who left, and of money where it is known."""
    checks = []
    if "left" in found.found:
        checks += confounding.health(found.found["left"], "satisfaction_and_leaving", found.control)
    if "margin_change" in found.found:
        checks += confounding.health(found.found["margin_change"], "satisfaction_and_margin")
    # The groups are the same in both comparisons, and so may be what is wrong with them.
    return list({message: (name, ok, message) for name, ok, message in reversed(checks)}.values())[::-1]


def figures(found: Effects, currency: str) -> list[dict]:
    """Key figures for `analysis.report.results.figure`; the baseline is the plain difference."""
    kept = []
    for table, key, name, unit, label in (
        (
            _promoters(found, OUTCOMES),
            "left",
            "promoter_leaving_difference",
            "share",
            _("Promoters over detractors: left in a year"),
        ),
        (
            money_table(found),
            "margin_change",
            "promoter_margin_difference",
            currency,
            _("Promoter over detractor, a year"),
        ),
    ):
        row = table[table.iloc[:, 0] == key]
        if len(row) and pd.notna(row["difference"].iloc[0]):
            one = row.iloc[0]
            kept.append(
                {
                    "name": name, "value": one["difference"], "low": one["low"], "high": one["high"], "unit": unit,
                    "baseline": one["naive"], "n": found.customers, "label": label,
                }
            )  # fmt: skip
    return kept
