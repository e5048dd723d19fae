"""Facts on whether clusters can be relied on."""

import pandas as pd

from analysis.language import _, listed, ngettext, number, percent, together
from analysis.statistics.clusters.choice import SMALLEST

DISSOLVED, STABLE = 0.6, 0.75  # Hennig (2007): below the first not to be trusted, from the second on stable
UNSURE = 0.2  # share of unsure rows above which the borders are called blurred


def facts(
    rows: int,
    fewest: int,
    features: pd.DataFrame,
    criteria: pd.DataFrame,
    stability: pd.DataFrame,
    unsure: float,
    *,
    imposed: bool,
) -> list[dict]:
    """Checks on a result of `find_clusters`.

    Returns
    -------
    list of dict
        check (name), ok (bool), message (a sentence); checks that do not apply are left out.
    """
    found = [_rows(rows, fewest), _features(features)]
    if criteria.empty:
        return found
    found.append(_groups(criteria, imposed))
    if criteria["chosen"].any():
        found += [_converged(criteria), _sizes(stability), _sure(unsure)]
        if stability["jaccard"].notna().any():
            found.append(_stable(stability))
    return found


def _fact(check: str, ok: bool, message: str) -> dict:
    return {"check": check, "ok": bool(ok), "message": message}


def _rows(rows: int, fewest: int) -> dict:
    message = _("Groups were looked for in {rows} customers; at least {fewest} are needed.")
    return _fact("rows", rows >= fewest, message.format(rows=number(rows), fewest=number(fewest)))


def _features(features: pd.DataFrame) -> dict:
    used, left_out = int(features["used"].sum()), features.loc[~features["used"], "why"]
    message = ngettext("{n} feature is used.", "{n} features are used.", used).format(n=number(used))
    if len(left_out):
        names = ", ".join(f"{name} ({why})" for name, why in left_out.items())
        message += " " + _("Left out: {names}.").format(names=names)
    return _fact("features", used >= 2, message)


def _groups(criteria: pd.DataFrame, imposed: bool) -> dict:
    chosen = criteria[criteria["chosen"]]
    if chosen.empty:
        return _fact(
            "groups",
            True,
            _("No division of the customers passes the tests: there are no groups worth naming."),
        )
    row = chosen.iloc[0]
    message = _(
        "Between neighbouring groups there are at most {filled} of the customers that one crowd would have "
        "there (p {p}); prediction strength is {strength}."
    )
    p = f"= {number(row['p_value'], 4)}" if row["p_value"] >= 1e-4 else f"< {number(1e-4, 4)}"
    message = message.format(filled=percent(row["filled"]), p=p, strength=number(row["strength"], 2))
    if imposed and not row["passed"]:
        message = together(
            message, _("The number of groups was imposed, and these are slices of a crowd, not groups.")
        )
    return _fact("groups", row["passed"], message)


def _converged(criteria: pd.DataFrame) -> dict:
    ok = criteria.loc[criteria["chosen"], "converged"].all()
    return _fact(
        "converged",
        ok,
        _("The fit came to rest.") if ok else _("The fit did not come to rest: raise the sample or lower k."),
    )


def _sizes(stability: pd.DataFrame) -> dict:
    smallest = stability["share"].min()
    return _fact(
        "sizes",
        smallest >= SMALLEST,
        _("The smallest group has {share} of the customers.").format(share=percent(smallest)),
    )


def _sure(unsure: float) -> dict:
    return _fact(
        "borders",
        unsure <= UNSURE,
        _("{share} of the customers lie between groups.").format(share=percent(unsure)),
    )


def _stable(stability: pd.DataFrame) -> dict:
    weak = stability.index[stability["jaccard"] < STABLE]
    lowest = stability["jaccard"].min()
    message = _("Under resampling the groups keep a mean Jaccard similarity of at least {lowest}.").format(
        lowest=number(lowest, 2)
    )
    if len(weak):
        names = listed(number(label) for label in weak)
        below = _("Groups below {stable}: {names}.").format(stable=number(STABLE, 2), names=names)
        message = together(message, below)
    return _fact("stability", lowest >= DISSOLVED, message)
