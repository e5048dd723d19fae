"""Charts of the survey's drivers and soundness: titles say what the tables say, nothing overlaps or is cut off."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from tests.charts.test_segmentation import inside, message, words

from analysis import language
from analysis.charts import survey_drivers as charts
from analysis.charts import survey_paths, survey_soundness
from analysis.topics.survey import constructs as co
from analysis.topics.survey import drivers, kano


def importance() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "label": ["Image", "Quality", "Value"],
            "lmg": [0.5, 0.3, 0.2],
            "lmg_low": [0.42, 0.22, 0.14],
            "lmg_high": [0.58, 0.37, 0.28],
            "johnson": [0.52, 0.29, 0.19],
            "rank_low": [1, 2, 2],
            "customers": [100, 100, 100],
        }
    )


def performance() -> pd.DataFrame:
    rows = [("Expectations", 0.20, 73.7, "minor"), ("Quality of service", 0.205, 73.72, "minor"),
            ("Value for money", 0.19, 73.9, "minor"), ("Image and trust", 0.51, 72.1, "improve"),
            ("Satisfaction", 0.48, 74.5, "keep")]  # fmt: skip
    table = pd.DataFrame(rows, columns=["label", "importance", "performance", "kind"])
    return table.assign(importance_low=table["importance"] - 0.04, importance_high=table["importance"] + 0.04,
                        performance_low=table["performance"] - 0.5, performance_high=table["performance"] + 0.5)  # fmt: skip


def bent() -> pd.DataFrame:
    rows = [("Image", 0.5, 0.1, "basic"), ("Quality", 0.2, 0.25, "even"), ("Few", np.nan, np.nan, "")]
    table = pd.DataFrame(rows, columns=["label", "penalty", "reward", "kind"])
    for name in ("penalty", "reward"):
        table = table.assign(**{f"{name}_low": table[name] - 0.1, f"{name}_high": table[name] + 0.1})
    return table


def gains() -> pd.DataFrame:
    columns = {"label": ["Image", "Value"], "gain": [20.0, 7.0], "low": [18.0, 5.0], "high": [22.0, 9.0]}
    return pd.DataFrame(columns | {"measured": [15.0, 4.0], "corrected": True})


def index(names=("IMAG", "EXPE", "QUAL", "VAL", "SAT", "LOY"), paths=co.ECSI) -> tuple:
    constructs = pd.DataFrame(
        {"construct": names, "label": [co.label(n) for n in names], "value": 74.1, "r2": 0.5}
    )
    constructs.loc[0, "r2"] = np.nan
    rows = [(cause, to, 0.1 + 0.1 * k) for to, causes in paths.items() for k, cause in enumerate(causes)]
    table = pd.DataFrame(rows, columns=["from", "to", "direct"])
    return table.assign(direct_low=table["direct"] - 0.15, corrected_low=table["direct"] - 0.15), constructs


def reliability() -> pd.DataFrame:
    rows = [("Image", 0.9, 0.88, 0.92, 0.89), ("Value", 0.6, 0.5, 0.68, 0.58), ("Few", *[np.nan] * 4)]
    return pd.DataFrame(rows, columns=["label", "omega", "omega_low", "omega_high", "alpha"])


def factors() -> pd.DataFrame:
    return pd.DataFrame({"factor": range(1, 13), "eigenvalue": np.linspace(6, 0.2, 12), "noise": 1.3}).assign(
        kept=lambda t: t["eigenvalue"] > t["noise"]
    )


def modes() -> pd.DataFrame:
    rows = [
        ("Image", "sms", 0.2, 0.1, 0.3, 0.001),
        ("Value", "sms", 0.0, -0.1, 0.1, 1.0),
        ("Few", "phone", *[np.nan] * 4),
    ]
    columns = ["label", "mode", "difference", "low", "high", "p_adjusted"]
    return pd.DataFrame(rows, columns=columns).assign(reference="mobile")


@pytest.mark.parametrize("code", ["en", "zh"])
def test_each_chart_is_drawn_whole(code):
    language.use(code)
    for ax in (
        charts.importance(importance(), "NPS"),
        charts.asymmetry(bent(), kano.kind_labels()),
        charts.gains(gains()),
        survey_paths.importance_performance(performance(), drivers.kind_labels(), "Loyalty"),
        survey_paths.path_diagram(*index()),
        survey_soundness.reliability(reliability()),
        survey_soundness.factors(factors(), 6),
        survey_soundness.modes(modes()),
    ):
        inside(ax)
        assert message(ax)
        for legend in ax.figure.legends:
            box, whole = legend.get_window_extent(), ax.figure.bbox
            assert box.y0 >= whole.y0 - 1 and box.x1 <= whole.x1 + 1
            assert not box.overlaps(ax.xaxis.label.get_window_extent())


def test_titles_of_drivers_say_whether_the_first_is_sure():
    assert message(charts.importance(importance(), "NPS")) == (
        "Image counts most for NPS: 50% of what the drivers explain together"
    )
    unsure = importance().assign(rank_low=1)
    assert "but not clearly" in message(charts.importance(unsure, "NPS"))
    assert message(charts.asymmetry(bent(), kano.kind_labels())) == (
        "Doing worse costs more than doing better wins: Image"
    )
    assert "No driver costs more" in message(charts.asymmetry(bent().assign(kind="even"), kano.kind_labels()))
    assert message(charts.gains(gains())).endswith("20.0 more NPS points, more than in any other")
    ax = charts.gains(gains().assign(corrected=False, measured=gains()["gain"]))
    assert len(ax.lines) == 1 and "as measured" in words(ax)
    near = gains().assign(high=[22.0, 18.5])
    assert message(charts.gains(near)).endswith("others come close")


def test_the_map_names_what_to_improve_and_labels_cover_nothing():
    ax = survey_paths.importance_performance(performance(), drivers.kind_labels(), "Loyalty")
    assert message(ax).startswith("Improve first: Image and trust")
    boxes = [text.get_window_extent() for text in ax.texts if "\n" in text.get_text()]
    assert len(boxes) == 5
    assert not any(a.overlaps(b) for a, b in combinations(boxes, 2))
    dots = ax.transData.transform(performance()[["importance", "performance"]])
    assert not any(box.contains(*dot) for box in boxes for dot in dots)
    unclear = performance().assign(kind="unclear")
    assert "Image and trust matters most" in message(
        survey_paths.importance_performance(unclear, drivers.kind_labels(), "Loyalty")
    )


def test_paths_that_are_not_told_from_0_are_dashed():
    paths, constructs = index()
    ax = survey_paths.path_diagram(paths, constructs)
    arrows = [p for p in ax.patches if hasattr(p, "get_arrowstyle")]
    dashed = [a for a in arrows if a.get_linestyle() not in ("-", "solid")]
    assert len(arrows) == 10 and len(dashed) == (paths["direct_low"] <= 0).sum() > 0
    assert "strongest direct effect on it is Value for money's, 0.40" in message(ax)
    absent = survey_paths.path_diagram(paths.assign(direct_low=1.0, corrected_low=-1.0), constructs)
    assert all(
        p.get_linestyle() not in ("-", "solid") for p in absent.patches if hasattr(p, "get_arrowstyle")
    )


def test_constructs_of_a_bank_s_own_are_laid_out_without_covering_each_other():
    paths = {"Service": ("App", "Branch"), "Trust": ("Service", "Price"), "Stay": ("Trust", "Service")}
    names = ("App", "Branch", "Price", "Service", "Trust", "Stay")
    ax = survey_paths.path_diagram(*index(names, paths))
    inside(ax)
    boxes = [p for p in ax.patches if not hasattr(p, "get_arrowstyle")]
    extents = [box.get_window_extent() for box in boxes]
    assert len(boxes) == 6 and not any(a.overlaps(b) for a, b in combinations(extents, 2))


def test_titles_of_soundness():
    assert message(survey_soundness.reliability(reliability())) == "Not measured reliably: Value"
    assert (
        message(survey_soundness.reliability(reliability().head(1))) == "Every construct is measured reliably"
    )
    assert "where the questionnaire has 12 constructs" in message(survey_soundness.factors(factors(), 12))
    assert "no fewer than" in message(survey_soundness.factors(factors(), 6))
    ax = survey_soundness.modes(modes())
    assert message(ax) == "1 of 2 differences between ways of asking are more than chance"
    assert "points more by sms than by mobile" in words(ax)
    same = modes().assign(p_adjusted=1.0)
    assert message(survey_soundness.modes(same)) == "How customers were asked does not show in their answers"


def blank(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(**dict.fromkeys(table.select_dtypes("number"), np.nan))


@pytest.mark.parametrize("part", [lambda table: table.head(0), blank])
def test_nothing_is_drawn_of_nothing(part):
    for ax in (
        charts.importance(part(importance()), "NPS"),
        charts.asymmetry(part(bent()), kano.kind_labels()),
        charts.gains(part(gains())),
        survey_paths.importance_performance(part(performance()), drivers.kind_labels(), "Loyalty"),
        survey_paths.path_diagram(part(index()[0]), part(index()[1])),
        survey_soundness.reliability(part(reliability())),
        survey_soundness.modes(part(modes())),
    ):
        assert message(ax) and not ax.lines
    assert message(survey_soundness.factors(factors().head(0), 6))
