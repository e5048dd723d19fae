"""Groups that the data suggest: which features they are sought in, and names for what distinguishes them.

The method, and the finding that there are none, is `analysis.statistics.clusters`.
"""

from collections.abc import Sequence

import pandas as pd

from analysis.bank.features import FEATURES as CATALOGUE
from analysis.language import _, current, number, percent
from analysis.statistics.clusters import Clusters, distinguishing, find_clusters

# One feature per side of a customer, so that none counts twice: who they are, how much they use the bank,
# how much money comes in, how much of it stays, and which way they come. Contacts, not the digital share of
# bookings: of two bookings a share is 0, ½ or 1, and such steps would pass for groups.
FEATURES = ("age_years", "bookings_365d", "inflow_365d", "balance_mean_12m", "digital_contacts_90d")
TELLING = 0.5  # standard deviations from all customers from which on a feature is part of a name
WORDS = 2  # features in a name, unless two names would be the same


def clusters(
    customers: pd.DataFrame,
    names: Sequence[str] = FEATURES,
    *,
    k: int | None = None,
    draws: int = 50,
    seed: int = 0,
) -> Clusters:
    """Groups of customers in the features `names`, or the finding that there are none worth naming.

    Parameters
    ----------
    customers : DataFrame
        One row per customer: the columns `names`, numbers in any unit; others are ignored.
    k, draws, seed
        As in `analysis.statistics.clusters.find_clusters`.

    Raises
    ------
    ValueError
        If a column is missing, or `find_clusters` cannot use one.
    """
    if absent := [name for name in names if name not in customers.columns]:
        raise ValueError(f"the table of customers lacks {', '.join(absent)}; expected {', '.join(names)}")
    # What the bank has no table for is blank for everybody and says nothing of anybody.
    known = [name for name in names if customers[name].notna().any()]
    return find_clusters(customers[known], k=k, draws=draws, seed=seed)


def _phrases() -> dict[str, tuple[str, str]]:
    """What a customer far above and far below all others in a feature is called."""
    return {
        "age_years": (_("older"), _("younger")),
        "bookings_365d": (_("frequent bookers"), _("rare bookers")),
        "inflow_365d": (_("much money in"), _("little money in")),
        "balance_mean_12m": (_("high balances"), _("low balances")),
        "digital_contacts_90d": (_("digital"), _("seldom digital")),
    }


def meaning(feature: str) -> str:
    """What a feature is, in the language in use and in short; its name if the catalogue does not have it."""
    for known in CATALOGUE:
        if known.name == feature:
            return known.zh if current() == "zh" else known.en.split(";")[0]
    return feature


def _phrase(row) -> str:
    if row.feature in _phrases():
        return _phrases()[row.feature][row.effect < 0]
    words = _("high: {feature}") if row.effect > 0 else _("low: {feature}")
    return words.format(feature=meaning(row.feature))


def cluster_table(result: Clusters) -> pd.DataFrame:
    """The groups with their names, largest first.

    Returns
    -------
    DataFrame
        One row per cluster: cluster (from 1), label (made of what tells it from all customers; never twice
        the same), why (the same with medians), customers, share, jaccard, low, high (stability under
        resampling: mean and middle 95 %). No row if there are none worth naming.
    """
    if result.method == "none":
        return pd.DataFrame(
            columns=["cluster", "label", "why", "customers", "share", "jaccard", "low", "high"]
        )
    telling = distinguishing(result, n=len(result.preparation.used))
    telling = telling[telling["effect"].abs() >= TELLING]
    by_cluster = {k: list(telling[telling["cluster"] == k].itertuples()) for k in range(1, result.k + 1)}
    table = result.stability.reset_index().rename(columns={"size": "customers"})
    table["label"] = table["cluster"].map(_labels(by_cluster))
    table["why"] = table["cluster"].map({k: _why(rows[:3]) for k, rows in by_cluster.items()})
    return table[["cluster", "label", "why", "customers", "share", "jaccard", "low", "high"]]


def _labels(by_cluster: dict[int, list]) -> dict[int, str]:
    """A name per cluster, longer where a short one would be another's too, numbered where all would."""
    labels: dict[int, str] = {}
    longest = max(map(len, by_cluster.values()))
    for count in range(WORDS, max(longest, WORDS) + 1):
        short = {k: _joined(rows[:count]) for k, rows in by_cluster.items()}
        labels = {k: labels[k] if k in labels else short[k] for k in by_cluster}
        labels = {k: label for k, label in labels.items() if list(labels.values()).count(label) == 1}
    rest = [k for k in by_cluster if k not in labels]
    for place, k in enumerate(rest, start=1):
        labels[k] = _("{name} {place}").format(name=_joined(by_cluster[k]), place=number(place))
    return labels


def _joined(rows: list) -> str:
    text = _(", ").join(_phrase(row) for row in rows) or _("near the average")
    return text[:1].upper() + text[1:]


def _why(rows: list) -> str:
    part = _("{feature}: median {median}, all {overall}")
    return _("; ").join(
        part.format(
            feature=meaning(row.feature),
            median=_written(row.feature, row.median),
            overall=_written(row.feature, row.overall),
        )
        for row in rows
    )


def _written(feature: str, value: float) -> str:
    shares = {known.name for known in CATALOGUE if known.unit == "share"}
    return percent(value, 0) if feature in shares else number(value, 2 if abs(value) < 10 else 0)


def finding(result: Clusters) -> str:
    """Whether there are groups, how many, and how sure, in a sentence."""
    if result.criteria.empty:
        return _("There are too few customers or features to look for groups.")
    if result.method == "none":
        return _("The customers form no groups worth naming: every division cuts through a crowd.")
    row = result.criteria[result.criteria["chosen"]].iloc[0]
    if not row["passed"]:
        return _(
            "The customers were cut into {k} groups as asked; there are no gaps between them, so that they"
            " are slices of a crowd."
        ).format(k=number(result.k))
    return _(
        "The customers form {k} groups ({method}); {share} lie between groups. Found again in one half of the"
        " customers from the other with a prediction strength of {strength}."
    ).format(
        k=number(result.k),
        method={"k-means": _("k-means"), "mixture": _("mixture of t distributions")}[result.method],
        share=percent(result.unsure),
        strength=number(row["strength"], 2),
    )


def members(customers: pd.DataFrame, result: Clusters) -> pd.DataFrame:
    """Cluster of each customer: customer_id, cluster, cluster_label (blank if none), cluster_strength."""
    labels = dict(cluster_table(result)[["cluster", "label"]].itertuples(index=False, name=None))
    return pd.DataFrame(
        {
            "customer_id": customers["customer_id"],
            "cluster": result.labels,
            "cluster_label": result.labels.map(labels).astype("str"),
            "cluster_strength": result.strength,
        }
    )


def heat_table(result: Clusters) -> pd.DataFrame:
    """The profile for a chart, by cluster and feature: label, feature, feature_label, effect, median."""
    labels = dict(cluster_table(result)[["cluster", "label"]].itertuples(index=False, name=None))
    profile = result.profile if labels else result.profile.head(0)
    return pd.DataFrame(
        {
            "label": profile["cluster"].map(labels).astype("str"),
            "feature": profile["feature"],
            "feature_label": profile["feature"].map(meaning).astype("str"),
            "effect": profile["effect"],
            "median": profile["median"],
        }
    )
