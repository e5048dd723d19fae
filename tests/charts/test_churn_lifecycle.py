"""Charts of definition, stages, cohorts, survival and hazard: their titles say what the data say."""

import numpy as np
import pandas as pd
import pytest
from tests.charts.test_segmentation import inside, message, words

from analysis import language
from analysis.charts import churn_lifecycle as stages
from analysis.charts import churn_retention as stays


def definitions() -> pd.DataFrame:
    rate, back = np.array([0.04, 0.067, 0.07, 0.086]), np.array([0.7, 0.64, 0.55, 0.27])
    days = ["30 days", "90 days", "120 days", "365 days"]
    return pd.DataFrame(
        {"label": days, "name": [f"{name} of silence" for name in days], "rate": rate, "low": rate - 0.01,
         "high": rate + 0.01, "back_rate": back, "back_low": back - 0.05, "back_high": back + 0.05}
    )  # fmt: skip


def shares() -> pd.DataFrame:
    stages_in_order = ["introduction", "growth", "maturity", "decline"]
    then, now = (0.1, 0.2, 0.44, 0.26), (0.1, 0.2, 0.46, 0.24)
    table = pd.DataFrame({"stage": stages_in_order * 2, "share": [*then, *now]})
    days = pd.to_datetime(["2024-01-01"] * 4 + ["2024-12-31"] * 4)
    return table.assign(day=days, label=table["stage"].str.title() + " stage")


def rates() -> pd.DataFrame:
    cells = [("maturity", "maturity", 0.7), ("maturity", "decline", 0.29), ("maturity", "left", 0.01),
             ("decline", "maturity", 0.46), ("decline", "decline", 0.51), ("decline", "left", 0.03)]  # fmt: skip
    table = pd.DataFrame(cells, columns=["origin", "target", "rate"])
    names = {side: table[side].str.title() for side in ("origin", "target")}
    return table.assign(
        low=table["rate"] * 0.9,
        high=table["rate"] * 1.1,
        origin_label=names["origin"],
        target_label=names["target"],
    )


def churned() -> pd.DataFrame:
    rate = np.array([0.012, 0.0095, 0.0107, 0.023])
    label = ["Introduction stage", "Growth stage", "Maturity stage", "Decline stage"]
    return pd.DataFrame(
        {"label": label, "rate": rate, "low": rate * 0.7, "high": rate * 1.4, "average": 0.0136}
    )


def cohorts() -> pd.DataFrame:
    rows = [
        (f"202{2 + k // 2} H{k % 2 + 1}", 3 * m, 150 + k, 1 - 0.02 * m - 0.005 * k)
        for k in range(6)
        for m in range(11 - 2 * k)
    ]
    return pd.DataFrame(rows, columns=["cohort", "months", "customers", "rate"])


def curves(labels=("One", "Two"), last: int = 180) -> pd.DataFrame:
    months = np.arange(last + 1)
    parts = [
        pd.DataFrame({"label": label, "months": months + 0.0, "survival": np.exp(-0.005 * (k + 1) * months)})
        for k, label in enumerate(labels)
    ]
    table = pd.concat(parts, ignore_index=True)
    table["customers"] = 2_000 - 10 * table["months"]
    return table.assign(low=table["survival"] * 0.95, high=(table["survival"] * 1.05).clip(upper=1))


def ratios() -> pd.DataFrame:
    label = [
        "Salary stopped",
        "Fewer bookings",
        "Complaint within a year",
        "Tenure (1 + years) doubled",
        "Unknown",
    ]
    ratio = np.array([8.06, 4.14, 1.15, 0.79, np.nan])
    return pd.DataFrame({"label": label, "ratio": ratio, "low": ratio * 0.75, "high": ratio * 1.2})


def all_charts() -> list:
    return [
        stages.definition_sensitivity(definitions(), "90 days", detail="Customers of one day, 95% intervals"),
        stages.stage_shares(shares()),
        stages.stage_rates(rates(), 90, detail="95% intervals"),
        stages.stage_churn(churned()),
        stays.cohort_map(cohorts()),
        stays.survival_curves(curves(("One", "Two", "Three", "Four"))),
        stays.hazard_ratios(ratios()),
    ]


@pytest.mark.parametrize("code", ["en", "zh"])
def test_each_chart_is_drawn_whole(code):
    language.use(code)
    for ax in all_charts():
        inside(ax)
        assert message(ax)


def test_titles_say_what_the_data_say():
    said = [message(ax) for ax in all_charts()]
    assert said[0] == "90 days of silence: 6.7% churned, and 64% of them came back"
    assert said[1] == "Maturity stage: 46% of customers; in decline 24.0%, 26.0% before"
    assert said[2] == "Of customers in decline, 51% are still in it 90 days later and 3.0% have left"
    assert said[3] == "Decline stage: 2.3% churned afterwards, Growth stage: 1.0%"
    assert said[4] == "24 months on, 83.5% (2022 H2) to 84.0% (2022 H1) of a cohort are retained"
    assert said[5] == "One: 41% stay for 15 years, Four: 3%"
    assert said[6] == "Salary stopped: 8.06 times the rate of churn (6.04 to 9.67), all else equal"


@pytest.mark.parametrize(
    ("table", "used", "said"),
    [
        (definitions(), "",
         "30 days of silence: 70% of the churned came back; 365 days of silence: 27%"),
        (definitions().iloc[::-1], "",
         "365 days of silence: 27% of the churned came back; 30 days of silence: 70%"),
        (definitions().assign(back_rate=np.nan, rate=[0.0003, 0.01, 0.02, 0.03]), "",
         "30 days of silence: 0.03% churned; 365 days of silence: 3.0%"),
        (definitions().assign(rate=0.0, back_rate=np.nan), "90 days", "90 days of silence: 0.0% churned"),
        (definitions().assign(rate=lambda t: t["rate"].mask(t.index == 1)), "90 days",
         "30 days of silence: 70% of the churned came back; 365 days of silence: 27%"),
        (definitions().head(1), "", "30 days of silence: 4.0% churned, and 70% of them came back"),
        (definitions().assign(back_rate=0.998), "90 days",
         "90 days of silence: 6.7% churned, and 99.8% of them came back"),
    ],
)  # fmt: skip
def test_without_a_definition_in_use_both_ends_are_told(table, used, said):
    assert message(stages.definition_sensitivity(table, used)) == said


def standing(now: list[float], then: list[float]) -> pd.DataFrame:
    return shares().assign(share=[*then, *now])


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (standing([0.1, 0.2, 0.3, 0.4], [0.1, 0.2, 0.4, 0.3]), "Decline stage: 40.0% of customers, 30.0% before"),
        (standing([0.0, 0.0, 0.0, 1.0], [0.0, 0.0, 0.0, 1.0]), "Decline stage: 100.0% of customers, 100.0% before"),
        (standing([0.25] * 4, [0.25] * 4), "Introduction stage: 25% of customers; in decline 25.0%, 25.0% before"),
        (standing([0.1, 0.2, 0.6997, 0.0003], [0.1, 0.2, 0.7, 0.0]),
         "Maturity stage: 70% of customers; in decline 0.03%, 0.0% before"),
        (standing([0.1, np.nan, 0.5, 0.24], [np.nan] * 4), "Maturity stage: 50% of customers"),
        (shares().tail(4), "Maturity stage: 46% of customers"),
        (standing([np.nan] * 4, [0.25] * 4), "Nobody can be put in a stage, or the stages are too small to be shown."),
    ],
)  # fmt: skip
def test_the_title_of_the_stages_compares_decline_alone(table, said):
    assert message(stages.stage_shares(table)) == said


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        ([("decline", "left", 1.0)], "Of customers in decline, 0% are still in it 90 days later and 100.0% have left"),
        ([("decline", "decline", 0.9993), ("decline", "left", 0.0007)],
         "Of customers in decline, 99.9% are still in it 90 days later and 0.1% have left"),
        ([("decline", "decline", 1.0)], "Of customers in decline, 100% are still in it 90 days later"),
        ([("growth", "growth", 0.05), ("growth", "decline", 0.95)], "Growth: 5% are still there 90 days later"),
        ([("growth", "maturity", 1.0)], "Who stayed in their stage is withheld: too few customers"),
    ],
)  # fmt: skip
def test_the_title_of_the_moves_tells_nobody_from_withheld(kept, said):
    table = pd.DataFrame(kept, columns=["origin", "target", "rate"])
    names = {f"{side}_label": table[side].str.title() for side in ("origin", "target")}
    assert message(stages.stage_rates(table.assign(low=0.0, high=1.0, **names), 90)) == said


def of_groups(*rates: float, half: float) -> pd.DataFrame:
    table = pd.DataFrame({"label": list("ABCD")[: len(rates)], "rate": rates, "average": np.mean(rates)})
    return table.assign(low=table["rate"] - half, high=table["rate"] + half)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (of_groups(0.01, 0.05, 0.02, half=0.005), "B: 5.0% churned afterwards, A: 1.0%"),
        (of_groups(0.05, 0.01, 0.02, half=0.005), "A: 5.0% churned afterwards, B: 1.0%"),
        (of_groups(0.01, 0.02, half=0.01), "B: 2.0% churned afterwards, A: 1.0%; that they differ is not shown"),
        (of_groups(0.02, 0.02, half=0.0), "B: 2.0% churned afterwards, A: 2.0%; that they differ is not shown"),
        (of_groups(0.0002, 0.0, half=0.0001), "A: 0.02% churned afterwards, B: 0.0%; that they differ is not shown"),
        (of_groups(0.02, half=0.01), "A: 2.0% churned afterwards"),
    ],
)  # fmt: skip
def test_groups_that_the_intervals_do_not_tell_apart_are_not_said_to_differ(table, said):
    assert message(stages.stage_churn(table)) == said


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([("A", 0, 0.99), ("B", 0, 1.0), ("A", 3, 0.9), ("B", 3, 0.8)],
         "3 months on, 80.0% (B) to 90.0% (A) of a cohort are retained"),
        ([("A", 3, 0.9), ("B", 3, 0.9)], "3 months on, 90.0% of each of 2 cohorts are retained"),
        ([("A", 3, 0.9), ("B", 3, 0.9), ("A", 6, 0.8)], "3 months on, 90.0% of each of 2 cohorts are retained"),
        ([("A", 0, 0.99), ("B", 0, 1.0), ("A", 3, 0.9)], "90.0% of cohort A are retained 3 months on"),
        ([("A", 3, 0.9996), ("B", 3, 1.0)], "3 months on, 99.96% (A) to 100.0% (B) of a cohort are retained"),
        ([("A", 3, 0.0), ("B", 3, np.nan)], "0.0% of cohort A are retained 3 months on"),
    ],
)  # fmt: skip
def test_the_title_of_the_cohorts_compares_the_longest_time_that_two_share(rows, said):
    table = pd.DataFrame(rows, columns=["cohort", "months", "rate"]).assign(customers=100)
    assert message(stays.cohort_map(table)) == said


def late(table: pd.DataFrame, label: str, month: float) -> pd.DataFrame:
    """The curve of a group begins at a month, with all of those who are here then."""
    kept = table[(table["label"] != label) | (table["months"] >= month)].copy()
    here = kept["label"] == label
    top = kept.loc[here & (kept["months"] >= month), "survival"].iloc[0]
    kept.loc[here, ["survival", "low", "high"]] /= top
    return kept


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (curves(("One", "Two"), 60), "One: 74% stay for 5 years, Two: 55%"),
        (curves(("Two", "One"), 60), "Two: 74% stay for 5 years, One: 55%"),
        (curves(("One", "Two"), 60).assign(survival=0.5, low=0.4, high=0.6),
         "Two: 100% stay for 5 years, One: 100%; that they differ is not shown"),
        (curves(("One", "Two"), 60).assign(low=0.3, high=1.0),
         "One: 74% stay for 5 years, Two: 55%; that they differ is not shown"),
        # Of those here after two years; from the first day it would be 55%.
        (late(curves(("One", "Two"), 60), "One", 24.0), "One: 84% stay from month 24 to year 5, Two: 70%"),
        (curves(("One",), 14), "One: 94% stay for 12 months"),
        (curves(("One",), 6), "One: 97% stay for 6 months"),
        (curves(("One",), 24).assign(survival=lambda t: 1 - t["months"] / 24e3), "One: 99.9% stay for 2 years"),
    ],
)  # fmt: skip
def test_the_title_of_the_curves_compares_from_where_all_have_begun(table, said):
    assert message(stays.survival_curves(table)) == said


def test_of_more_groups_than_colours_the_largest_are_drawn_and_told():
    table = curves([f"Group {k}" for k in range(8)], 24)
    table["customers"] += 1_000 * table["label"].str[-1].astype(int)
    ax = stays.survival_curves(table, detail="95% intervals")
    assert "95% intervals · the 6 largest of 8 groups" in words(ax)
    assert message(ax).startswith("Group 2: ") and "Group 7: " in message(ax)
    assert len(ax.lines) == 6


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (pd.DataFrame({"label": ["a", "b"], "ratio": [1.5, 0.2], "low": [1.2, 0.1], "high": [2.0, 0.4]}),
         "b: 0.20 times the rate of churn (0.10 to 0.40), all else equal"),
        # The farthest from 1 is not told from 1.
        (pd.DataFrame({"label": ["a", "b"], "ratio": [1.5, 9.0], "low": [1.2, 0.9], "high": [2.0, 90.0]}),
         "a: 1.50 times the rate of churn (1.20 to 2.00), all else equal"),
        (pd.DataFrame({"label": ["a"], "ratio": [1.0], "low": [1.0], "high": [1.0]}),
         "Nothing that the data show goes with churning sooner or later beyond chance"),
    ],
)  # fmt: skip
def test_the_title_of_the_ratios_names_one_that_is_told_from_1(table, said):
    assert message(stays.hazard_ratios(table)) == said


def test_the_risk_table_counts_under_each_tick():
    ax = stays.survival_curves(curves(("One",), 36))
    assert {"2,000", "1,880", "1,760", "1,640"} <= set(words(ax).split())
    ticks = [label.get_text() for label in stays.survival_curves(curves(("One",), 15)).get_xticklabels()]
    assert ticks == ["0", "0.25", "0.5", "0.75", "1", "1.25"]
    late = curves(("One", "Two"), 60)
    late = late[(late["label"] == "One") | (late["months"] > 24)]
    assert "–" in words(stays.survival_curves(late))


def test_months_beyond_the_last_drawn_are_left_out():
    assert "stay for 2 years" in message(stays.survival_curves(curves(last=120), up_to=24))
    assert "stay for 12 months" in message(stays.survival_curves(curves(last=120), up_to=14))


def test_if_nobody_left_how_long_customers_stay_is_unknown():
    assert "Nobody is recorded to have left" in message(stays.survival_curves(curves().assign(survival=1.0)))


def test_what_is_withheld_is_not_drawn_and_the_rest_is():
    one = definitions().assign(rate=lambda t: t["rate"].where(t.index > 0))
    assert "90 days of silence" in message(stages.definition_sensitivity(one, "90 days"))
    hidden = shares().assign(share=lambda t: t["share"].mask(t["stage"] == "decline"))
    ax = stages.stage_shares(hidden)
    assert "withheld" in words(ax) and "decline" not in message(ax)
    some = rates().assign(rate=lambda t: t["rate"].mask(t["target"] == "left"))
    ax = stages.stage_rates(some, 90)
    assert "withheld" in words(ax) and "left" not in message(ax)
    some = rates().assign(rate=lambda t: t["rate"].mask(t["origin"] == "decline"))
    assert message(stages.stage_rates(some, 90)) == "Maturity: 70% are still there 90 days later"
    table = churned().assign(rate=lambda t: t["rate"].mask(t.index == 3))
    assert message(stages.stage_churn(table)).startswith("Introduction stage: 1.2%")
    table = cohorts().assign(rate=lambda t: t["rate"].mask(t["cohort"] != "2022 H1"))
    assert "80.0% of cohort 2022 H1" in message(stays.cohort_map(table))


def test_nothing_is_drawn_of_nothing():
    def blank(table, *names):
        return table.assign(**dict.fromkeys(names, np.nan))

    for table in (definitions().head(0), blank(definitions(), "rate")):
        assert "too short a history" in message(stages.definition_sensitivity(table))
    for table in (shares().head(0), blank(shares(), "share")):
        assert "too small" in message(stages.stage_shares(table))
    for table in (rates().head(0), blank(rates(), "rate")):
        assert "do not reach back" in message(stages.stage_rates(table, 90))
    for table in (churned().head(0), blank(churned(), "rate"), churned().assign(rate=0.0)):
        assert "Nobody churned" in message(stages.stage_churn(table))
    for table in (cohorts().head(0), blank(cohorts(), "rate")):
        assert "Nobody joined" in message(stays.cohort_map(table))
    for table in (curves().head(0), blank(curves(), "survival")):
        assert "groups are not known" in message(stays.survival_curves(table))
    for table in (ratios().head(0), blank(ratios(), "ratio")):
        assert "Too few customers churned" in message(stays.hazard_ratios(table))


def test_ratios_that_say_nothing_say_so_and_huge_ones_do_not_press_the_others_together():
    unsure = ratios().assign(low=0.5, high=9.0)
    assert "beyond chance" in message(stays.hazard_ratios(unsure))
    wild = pd.DataFrame({"label": ["a", "b"], "ratio": [1e-4, 1.3], "low": [1e-6, 1.1], "high": [1e-2, 1.5]})
    ax = stays.hazard_ratios(wild)
    assert ax.get_xlim()[0] > 0.01 and message(ax).startswith("a: <0.01 times")
    inside(ax)


def test_no_share_above_one_is_on_the_axis():
    ax = stages.definition_sensitivity(
        definitions().assign(back_rate=1.0, back_low=0.9, back_high=1.0), "90 days"
    )
    assert max(ax.get_yticks()) <= 1


def test_a_mark_far_from_its_bar_leaves_the_figure_at_the_bar():
    table = shares().assign(
        share=lambda t: t["share"].where((t["stage"] != "introduction") | (t.index > 3), 0.44)
    )
    ax = stages.stage_shares(table)
    ends = {text.get_text(): text.xy[0] for text in ax.texts}
    assert ends["10.0%"] == 0.1 and ends["24.0%"] == 0.26


def test_ticks_of_small_shares_are_told_apart():
    ax = stages.stage_churn(of_groups(0.0002, 0.0001, half=0.0001))
    ax.figure.draw_without_rendering()
    ticks = [label.get_text() for label in ax.get_xticklabels()]
    assert len(set(ticks)) == len(ticks) and ticks[:2] == ["0%", "0.005%"]


def test_a_cohort_of_whom_all_stayed_is_as_dark_as_any():
    full = stays.cohort_map(cohorts().assign(rate=1.0)).patches[0].get_facecolor()
    first = stays.cohort_map(cohorts()).patches[0].get_facecolor()
    assert cohorts()["rate"].iloc[0] == 1 and full == first
