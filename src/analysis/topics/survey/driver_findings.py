"""What is recorded of the satisfaction index, the drivers and the soundness of the survey."""

import numpy as np
import pandas as pd

from analysis.language import _
from analysis.topics.survey import constructs as co
from analysis.topics.survey import index as ix


def figures(
    index: ix.Index, reliable: pd.DataFrame, ranked: pd.DataFrame, gains: pd.DataFrame, foretold: pd.DataFrame
) -> list[dict]:
    """Recorded figures, as arguments of `report.results.figure`; what is blank or was not estimated is left out.

    Parameters
    ----------
    reliable, ranked, gains, foretold : DataFrame
        From `soundness.reliability`, `drivers.importance`, `gain.table` and `predictive.later_wave`; each may be empty.
    """
    found = [
        _one(
            f"index_{row.construct.lower()}",
            _("Index of {name}").format(name=row.label),
            (row.value, row.low, row.high),
            "index",
            row.customers,
        )
        for row in ix.table(index).itertuples()
        if row.construct in co.OUTCOMES
    ]
    for row in reliable.nsmallest(1, "omega").itertuples():
        found.append(
            _one(
                "least_omega",
                _("Least reliable construct (omega)"),
                (row.omega, row.omega_low, row.omega_high),
                "",
                row.customers,
            )
        )
    for row in ranked.head(1).itertuples():
        label = _("Part of {name} in what the drivers explain").format(name=row.label)
        one = _one("first_driver", label, (row.lmg, row.lmg_low, row.lmg_high), "share", row.customers)
        found.append(one | {"baseline": 1 / len(ranked)})
    for row in gains.head(1).itertuples():
        label = _("NPS points for one point more in {name}").format(name=row.label)
        found.append(_one("nps_gain", label, (row.gain, row.low, row.high), "points", row.customers))
    for row in foretold[foretold["construct"].isin(co.OUTCOMES)].itertuples():
        label = _("Q² of {name} in the last wave").format(name=row.label)
        one = _one(f"q2_{row.construct.lower()}", label, (row.q2, row.q2_low, row.q2_high), "", row.customers)
        found.append(one | {"baseline": 0.0})
    return [one for one in found if np.isfinite([one["value"], one["low"], one["high"]]).all()]


def _one(name: str, label: str, value: tuple[float, float, float], unit: str, n: int) -> dict:
    middle, low, high = (float(v) for v in value)
    return {
        "name": name,
        "label": label,
        "value": middle,
        "low": low,
        "high": high,
        "unit": unit,
        "n": int(n),
    }
