"""Does the churn model serve women and men, young and old, every region and tier alike?"""

from collections.abc import Mapping

import pandas as pd

from analysis.bank.source import View
from analysis.language import _, listed, number, together
from analysis.statistics.fairness import SMALLEST, Scored, differences, groups
from analysis.topics.plain_table import require
from analysis.topics.segmentation import Ladder, tier_of

BANDS = (0, 30, 45, 60, 121)  # years


def measures() -> dict[str, str]:
    """Each measure in words."""
    return {
        "calibration": _("Actual less predicted share of leavers"),
        "false_negatives": _("Leavers passed over"),
        "selection": _("Selected for contact"),
        "auc": _("AUC"),
    }


def attributes(view: View, rows: pd.DataFrame) -> pd.DataFrame:
    """Age band, gender and region of the customer of each row.

    Parameters
    ----------
    view : View
    rows : DataFrame
        One row per customer and day: customer_id, age_years.

    Returns
    -------
    DataFrame
        One row per row, in order: age ("under 30", "30–44", …), gender, region in words; blank where unknown. Region and
        gender are those of the day of extraction.
    """
    require(rows, {"customer_id": "customer number", "age_years": "age"}, "scored customers")
    people = view.table("customers").select("customer_id", "gender", "region").to_pandas()
    known = rows[["customer_id"]].merge(people, on="customer_id", how="left")
    young, older, old, last = BANDS[1:]
    names = [
        _("under {age}").format(age=young),
        *(f"{low}–{high - 1}" for low, high in ((young, older), (older, old))),
        _("{age} or older").format(age=old),
    ]
    words = {"female": _("women"), "male": _("men")}
    age = pd.cut(rows["age_years"].reset_index(drop=True), [*BANDS[:-1], last], right=False, labels=names)
    gender = known["gender"].map(lambda code: words.get(code, code), na_action="ignore")
    return pd.DataFrame({"age": age, "gender": gender, "region": known["region"]})


def tiers(assets: pd.Series, ladder: Ladder) -> pd.Series:
    """Tier of each row by its assets, in words and in the order of the rows; blank where no assets are known."""
    return tier_of(assets.reset_index(drop=True), ladder).map(ladder.names, na_action="ignore")


def table(
    attributes: pd.DataFrame, scored: Scored, reference: Mapping[str, str] | None = None
) -> pd.DataFrame:
    """How each group differs from all others (or a reference), with intervals for all comparisons at once.

    Parameters
    ----------
    attributes : DataFrame
        One row per row of `scored`; further columns, such as tier, are further attributes.
    scored, reference
        As in `analysis.statistics.fairness.differences`.

    Returns
    -------
    DataFrame
        One row per group and measure: the columns of `differences`, label (of the group), customers (its units); filter
        hide small groups by `suppress(…, "customers", by="group", within=["attribute", "measure"])`.
    """
    return _labelled(differences(attributes, scored, reference))


def figures(attributes: pd.DataFrame, scored: Scored) -> pd.DataFrame:
    """What the model did in each group; arguments as of `table`.

    Returns
    -------
    DataFrame
        One row per attribute and group: the columns of `analysis.statistics.fairness.groups`, label, customers.
    """
    return _labelled(groups(attributes, scored))


def _labelled(found: pd.DataFrame) -> pd.DataFrame:
    heads = {"age": _("Age band"), "gender": _("Gender"), "region": _("Region"), "tier": _("Tier")}
    words = _("{attribute}: {group}")
    label = [
        words.format(attribute=heads.get(attribute, attribute), group=group)
        for attribute, group in zip(found["attribute"], found["group"], strict=True)
    ]
    return found.assign(label=pd.Series(label, found.index, dtype="str"), customers=found["units"])


def summary(table: pd.DataFrame) -> str:
    """Which groups differ, and which of that a model must not do, from `table`; of withheld groups nothing is said."""
    known = _judged(table)
    if known.empty:
        return _(
            "Every group is too small to be judged (fewer than {n} customers, or too few leavers)."
        ).format(n=SMALLEST)
    wrong = known[(known["measure"] == "calibration") & known["differs"]]
    other = known[(known["measure"] != "calibration") & known["differs"]]
    if wrong.empty and other.empty:
        return _("No group differs from the others beyond chance, in {n} comparisons.").format(
            n=number(len(known))
        )
    said = [_("For no group are predictions off beyond chance.")]
    if len(wrong):
        words = _("Predictions are wrong for some groups, in points against the others: {groups}.")
        said = [words.format(groups=listed(map(_signed, wrong["label"], wrong["difference"])))]
    for measure, rows in other.groupby("measure", sort=False):
        words = _("{measure}, in points against the others: {groups}.")
        groups = listed(map(_signed, rows["label"], rows["difference"]))
        said.append(words.format(measure=measures()[measure], groups=groups))
    return together(*said)


def _judged(table: pd.DataFrame) -> pd.DataFrame:
    """Rows that are neither too small nor withheld, which leaves `differs` without a type of its own."""
    known = table.dropna(subset=["difference"])
    return known.assign(differs=known["differs"].astype(bool))


def _signed(label: str, difference: float) -> str:
    """A difference in hundredths: percentage points of a share."""
    return f"{label} {'+' if difference > 0 else '−'}{number(100 * abs(difference), 1)}"


def checks(table: pd.DataFrame) -> list[tuple[str, bool, str]]:
    """Check on fairness, as arguments of `analysis.report.results.health`.

    Only calibration can fail: groups of other risk differ in selection and in leavers passed over under right
    probabilities, so that such a check would say nothing of the model.
    """
    rows = _judged(table[table["measure"] == "calibration"])
    apart = rows[rows["differs"]]
    if rows.empty:
        return [
            (
                "fair_calibration",
                False,
                _("No group is large enough to compare its predictions with the others'."),
            )
        ]
    words = _("Predictions of {apart} of {n} groups are off against the others, intervals for all at once.")
    said = words.format(apart=number(len(apart)), n=number(len(rows)))
    return [("fair_calibration", apart.empty, said)]
