"""The executive page of a run: what it says of each topic, in which order, and by which rules."""

import json
import re
from html import unescape
from importlib.resources import files

import jsonschema
from tests.report.sample import HOSTILE, failure, on, record, report, topic, write_run

from analysis.report import aspects, index, results


def text(html: str) -> str:
    """What a reader sees, without the style sheet."""
    body = re.sub(r"<(style|svg)>?.*?</\1>", "", html, flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", body)))


def section(html: str, name: str) -> str:
    """Text of one section of the page; "" if it is not there."""
    found = re.search(rf'<section[^>]*aria-labelledby="{name}">.*?</section>', html, re.DOTALL)
    return text(found[0]) if found else ""


def write(folder, *topics, **changes) -> str:
    return index.write(write_run(folder, *topics, **changes)).read_text(encoding="utf-8")


def day_of(out, day: str, share: float, *, language="en", topics=("segmentation",), **changes):
    """A run of a day in `out` whose topics recorded a share with an interval of 2 points each way."""
    folder = out / (day if language == "en" else f"{day}_{language}")
    folder.mkdir(parents=True)
    for name in topics:
        figures = [
            results.figure("core", share, low=share - 0.02, high=share + 0.02, unit="share", label="Core"),
            results.figure("groups", round(100 * share), label="Groups"),
        ]
        record(folder / name, topic=name, view=on(day), figures=figures, **changes)
        (folder / f"{name}.html").write_text(f"<h1>About {name}</h1>")
    write_run(folder, *map(topic, topics), as_of=day, language=language)
    return folder


def test_the_sample_is_a_run_as_the_schema_says(tmp_path):
    run = write_run(tmp_path, topic("a"), topic("b", "failed", failure=failure(), page=None))
    schema = json.loads((files("analysis.report") / "run.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(json.loads((run / "run.json").read_text()), schema)


def test_a_topic_is_told_with_its_answer_figure_interval_and_checks(tmp_path):
    report(tmp_path, "segmentation", title='# Who & "what" <b>')
    html = write(tmp_path, topic("segmentation"))
    told = section(html, "map")
    assert '<a href="segmentation.html">Who &amp; &#34;what&#34; &lt;b&gt;</a>' in html
    assert "2.3% of customers hold 81% of assets." in told and "0.86 index 95% interval 0.85 to 0.87" in told
    assert "1 check passed" in told
    assert not re.search(r"\d{7,}", text(html))


def test_every_notebook_of_the_project_answers_an_aspect():
    declared = aspects.declared()
    answering = [name for aspect in declared["aspects"] for name in aspect["topics"]]
    assert [aspect["number"] for aspect in declared["aspects"]] == [*range(1, 21), None]
    assert set(answering) == set(declared["topics"]) >= set(declared["heart"])
    assert all(aspect["en"] and aspect["zh"] for aspect in declared["aspects"])


def test_a_report_that_answers_several_aspects_is_told_once(tmp_path):
    for name in ("data_quality", "segmentation"):
        report(tmp_path, name, title=f"# About {name}", headline=f"Answer of {name}.")
    html = write(tmp_path, topic("data_quality"), topic("segmentation"))
    told = section(html, "map")
    assert told.count("Answer of data_quality.") == told.count("Answer of segmentation.") == 1
    assert "1 Customer tiers About segmentation Answer of" in told
    assert "2 Data analysis and its use About data_quality Answer of" in told
    assert "About segmentation : see 1" in told and "7 Technology About data_quality : see 2" in told
    assert '<a href="#aspect-2">see 2</a>' in html and '<li id="aspect-2">' in html


def test_what_is_not_answered_says_why(tmp_path):
    report(tmp_path, "churn")
    entries = [
        topic("churn", "failed", failure=failure(message=HOSTILE)),
        topic("fraud", "failed", page=None, failure=failure(kind="killed")),
        topic("programmes", "failed", page=None, failure=failure(message="No rows.\n" + "x " * 900)),
        topic("channels", "failed", page=None, failure=failure(message="too " * 400)),
        topic("market", "failed", page=None, failure=failure(kind="time limit", cell=None)),
        topic("survey", "missing table", page=None, seconds=None, missing_table="survey_answers"),
        topic("staff", "not asked", page=None, seconds=None, made_at=None),
    ]
    html = write(tmp_path, *entries)
    told = section(html, "map")
    assert "This is the last good report, of 2 Jan 2025. Failed in cell 7: ValueError : <script>" in told
    assert "<script" not in html and "<img" not in html
    assert "Fraud: Failed in cell 7: its kernel was killed" in told
    assert "Programmes: Failed in cell 7: ValueError : No rows." in told and "x x" not in told
    assert "too too" in told and "too…" in told and len(told) < 3_000
    assert "15 Competition Market and brand: Failed: it exceeded its time limit" in told
    assert "13 Satisfaction survey Satisfaction survey: Not run: table survey_answers is missing." in told
    assert "9 Staff training Staff: Not asked for in this run." in told
    assert "20 Partners Partners: No report yet." in told
    assert "5 topics failed" in text(html) and "1 report, answering 1 of 20 aspects" in text(html)
    distrust = section(html, "doubts")
    assert "last good report" in distrust and "its kernel was killed" in distrust and "time limit" in distrust
    assert "survey_answers" not in distrust and "No report" not in distrust


def test_a_notebook_that_the_map_does_not_know_is_told_last(tmp_path):
    report(tmp_path, "regions", title="# Where they live")
    html = write(tmp_path, topic("regions"))
    assert section(html, "map").rstrip().split("Besides: fraud prevention")[1].count("Where they live") == 1


def test_a_report_of_another_day_is_marked(tmp_path):
    report(tmp_path, "segmentation")
    html = write(tmp_path, topic("segmentation", "unchanged"), as_of="2025-01-31")
    assert "An earlier report: as of 31 Dec 2024." in section(html, "map")
    assert "An earlier report: as of 31 Dec 2024." in section(html, "doubts")


def test_a_report_whose_table_went_missing_is_marked_too(tmp_path):
    report(tmp_path, "survey")
    html = write(tmp_path, topic("survey", "missing table", missing_table="survey_answers"))
    said = "This is the last good report, of 2 Jan 2025. Not run: table survey_answers is missing."
    assert said in section(html, "map") and said in section(html, "doubts")


def test_the_first_run_has_no_empty_panels(tmp_path):
    html = index.write(day_of(tmp_path, "2024-12-31", 0.5)).read_text()
    assert "No earlier run with this filter and these parameters" in text(html)
    assert "<svg" not in html and not section(html, "changed") and not section(html, "trends")


def test_a_change_is_told_with_whether_the_intervals_explain_it(tmp_path):
    day_of(tmp_path, "2024-10-31", 0.40)
    day_of(tmp_path, "2024-11-30", 0.40)
    html = index.write(day_of(tmp_path, "2024-12-31", 0.41)).read_text()
    assert "Changes are those since 30 Nov 2024." in text(html)
    assert "+1.0 points within its interval" in section(html, "map")
    assert "Of 1 figure with an interval 0 moved beyond it. 1 figure changed" in section(html, "changed")

    html = index.write(day_of(tmp_path, "2025-01-31", 0.60)).read_text()
    assert "+19.0 points beyond its interval" in section(html, "map")
    changed = section(html, "changed")
    assert "Of 1 figure with an interval 1 moved beyond it." in changed
    assert "+19.0 points About segmentation : Core 41.0% → 60.0%" in changed
    assert "Groups" not in changed, "without an interval there is no verdict"


def test_a_topic_that_the_last_run_lacks_is_compared_with_the_run_before(tmp_path):
    day_of(tmp_path, "2024-10-31", 0.40)
    day_of(tmp_path, "2024-11-30", 0.40, topics=("churn",))
    html = index.write(day_of(tmp_path, "2024-12-31", 0.41, topics=("churn", "segmentation"))).read_text()
    told = section(html, "map")
    assert "+1.0 points within its interval since 31 Oct 2024" in told and told.count("since") == 1
    assert section(html, "five").count("since") == 1


def test_only_runs_that_can_be_compared_give_a_trend(tmp_path):
    changed = {
        "2024-05-31": {"topics": [topic("segmentation", parameters={"horizon": 6})]},
        "2024-06-30": {"bank": {"url": "x", "name": "Sample Bank", "engine": "duckdb", "currency": "EUR"}},
        "2024-07-31": {"bank": {"url": "x", "name": "Other", "engine": "duckdb", "currency": "CNY"}},
        "2024-08-31_branch_id=B01": {"where": "branch_id = 'B01'"},
        "2025-03-31": {},
    }
    for name, changes in changed.items():
        folder = day_of(tmp_path, name[:10], 0.1)
        write_run(folder, topic("segmentation"), **{"as_of": name[:10]} | changes)
        folder.rename(tmp_path / name)
    day_of(tmp_path, "2024-09-30", 0.3, language="zh")
    html = index.write(day_of(tmp_path, "2024-12-31", 0.5)).read_text()
    assert 'aria-label="Core, 2 runs: 30.0% on 30 Sept 2024, 50.0% on 31 Dec 2024; lowest' in html


def test_a_figure_in_another_unit_is_another_figure(tmp_path):
    for day, unit in (("2024-11-30", "customers"), ("2024-12-31", "share")):
        folder = day_of(tmp_path, day, 0.4)
        figures = [results.figure("core", 40 if unit == "customers" else 0.4, unit=unit, label="Core")]
        record(folder / "segmentation", topic="segmentation", view=on(day), figures=figures)
    html = index.write(folder).read_text()
    assert "No figure has an interval on both days: none is judged." in section(html, "changed")
    assert "unchanged" not in text(html) and "<svg" not in html


def test_a_fall_and_a_standstill_are_said_as_such(tmp_path):
    day_of(tmp_path, "2024-11-30", 0.60)
    html = index.write(day_of(tmp_path, "2024-12-31", 0.40)).read_text()
    assert "−20.0 points beyond its interval" in section(html, "map")
    assert "−20.0 points About segmentation : Core 60.0% → 40.0%" in section(html, "changed")
    html = index.write(day_of(tmp_path, "2025-01-31", 0.40)).read_text()
    assert "unchanged" in section(html, "map") and "0.0 points" not in text(html)


def test_paper_has_first_sentences_where_there_is_much_to_say(tmp_path):
    names = list(aspects.declared()["topics"])
    health = [results.health(f"c{n}", False, f"Check {n} is bad. It was 0.5 before.") for n in range(3)]
    few = day_of(tmp_path, "2024-11-30", 0.4, topics=names[:9], headline="One of 5. Two.", health=health)
    assert "crowded" not in index.write(few).read_text().split("</style>")[1]
    much = "One of 5. Two." + " Three." * 60
    many = day_of(tmp_path, "2024-12-31", 0.4, topics=names[:9], headline=much, health=health)
    html = index.write(many).read_text()
    assert '<div class="executive crowded">' in html
    assert 'One of 5.<span class="screen"> Two. Three.' in html
    printed = re.sub(r'<(span|li) class="screen">.*?</\1>', "", html)
    assert section(printed, "doubts").count("is bad.") == 16
    assert "It was" not in section(printed, "doubts")
    assert "The screen has 11 more warnings." in section(printed, "doubts")


def test_a_day_in_two_languages_is_one_point(tmp_path):
    day_of(tmp_path, "2024-11-30", 0.40, language="zh", topics=("churn", "segmentation"))
    day_of(tmp_path, "2024-11-30", 0.41)
    html = index.write(day_of(tmp_path, "2024-12-31", 0.5, topics=("churn", "segmentation"))).read_text()
    assert 'aria-label="Core, 2 runs: 41.0% on 30 Nov 2024' in html, "its own language comes first"
    assert 'aria-label="Core, 2 runs: 40.0% on 30 Nov 2024' in html, "what it lacks the other has"


def test_the_five_figures_follow_their_rule(tmp_path):
    names = ("data_quality", "segmentation", "lifetime_value", "churn", "fraud", "market", "staff")
    day_of(tmp_path, "2024-11-30", 0.40, topics=names)
    folder = day_of(tmp_path, "2024-12-31", 0.40, topics=names)
    for day, share in (("2024-11-30", 0.4), ("2024-12-31", 0.2)):
        still, fell = (
            results.figure(n, s, low=s - 0.02, high=s + 0.02) for n, s in (("still", 0.4), ("fell", share))
        )
        record(tmp_path / day / "market", topic="market", view=on(day), figures=[fell, still])
        record(tmp_path / day / "fraud", topic="fraud", view=on(day), figures=[still, fell])
    few = [results.figure("core", 5, unit="customers")]
    record(folder / "data_quality", topic="data_quality", view=on("2024-12-31"), figures=few)
    html = index.write(folder).read_text()
    links = re.findall(r'<span class="source"><a href="(\w+)\.html">', html.split('id="map"')[0])
    assert links == ["segmentation", "lifetime_value", "churn", "market", "fraud"]
    assert "−0.20 beyond its interval" in section(html, "five")


def test_complaints_come_before_other_topics_in_which_nothing_moved(tmp_path):
    names = ("data_quality", "segmentation", "survey", "complaints", "fraud")
    html = index.write(day_of(tmp_path, "2024-12-31", 0.4, topics=names)).read_text()
    links = re.findall(r'<span class="source"><a href="(\w+)\.html">', html.split('id="map"')[0])
    assert links == ["segmentation", "survey", "complaints", "data_quality", "fraud"]


def test_decisions_are_ordered_by_money_within_a_currency(tmp_path):
    money = {
        "segmentation": (3e6, "CNY", 50),
        "churn": (9e6, "EUR", 50),
        "market": (5e6, "CNY", 50),
        "fraud": (8e6, "CNY", 7),
        "staff": (None, None, 50),
    }
    for name, (amount, currency, customers) in money.items():
        decision = results.decision(
            f"Head of {name}",
            HOSTILE,
            customers=customers,
            money=amount,
            currency=currency,
            stake=f"assets in {name}",
        )
        report(tmp_path, name, decision=decision)
    html = write(tmp_path, *map(topic, money))
    told = section(html, "decisions")
    assert re.findall(r"Head of (\w+)", told) == ["market", "segmentation", "churn", "fraud", "staff"]
    assert re.findall(r"CNY [\d.]+M|EUR [\d.]+M", told) == ["CNY 5.0M", "CNY 3.0M", "EUR 9.0M"]
    assert "assets in market" in told and "assets in fraud" not in told  # what an amount is stands beside it
    assert "<11 customers" in told and "8.0M" not in html and "<script" not in html


def test_checks_that_fail_are_told_with_their_reason_and_whether_they_are_new(tmp_path):
    health = [results.health(name, True, f"{name} was well.") for name in ("fit", "size", "age")]
    day_of(tmp_path, "2024-11-30", 0.4, health=[*health[:2], results.health("age", False, "Old then.")])
    wrong = [results.health(name, False, f"{name} is bad.") for name in ("fit", "age")]
    html = index.write(day_of(tmp_path, "2024-12-31", 0.4, health=[*wrong, health[1]])).read_text()
    assert "2 warnings fit is bad." in section(html, "map")
    assert "About segmentation : fit is bad. (new) age is bad." in section(html, "doubts")
    assert "size was well" not in text(html)


def test_other_code_is_a_reason_for_doubt(tmp_path):
    write_run(day_of(tmp_path, "2024-11-30", 0.4), topic("segmentation"), as_of="2024-11-30", code="f" * 16)
    html = index.write(day_of(tmp_path, "2024-12-31", 0.4)).read_text()
    assert "made with other code" in section(html, "doubts")
    html = index.write(day_of(tmp_path, "2025-01-31", 0.4)).read_text()
    assert "other code" not in html
    assert "no report is of another day, and every check passed." in section(html, "doubts")


def test_the_names_of_aspects_are_in_the_language_of_the_run(tmp_path):
    day_of(tmp_path, "2024-12-31", 0.4, language="zh")
    html = index.write(tmp_path / "2024-12-31_zh").read_text(encoding="utf-8")
    told = section(html, "map")
    assert "1 客户分层管理" in told and "20 合作伙伴管理 合作伙伴" in told and "Customer tiers" not in told


def test_panels_are_drawn_without_script_or_numbers_of_few_customers(tmp_path):
    for place, day in enumerate(("2024-10-31", "2024-11-30", "2024-12-31")):
        folder = day_of(tmp_path, day, 0.4)
        count = results.figure("leaving", (40, 7, 30)[place], unit="customers", label="Leaving")
        record(folder / "segmentation", topic="segmentation", view=on(day), figures=[count])
    html = index.write(folder).read_text()
    assert "Leaving, 2 runs: 40 customers on 31 Oct 2024, 30 customers on 31 Dec 2024" in html
    assert "7 customers" not in html and "<script" not in html and " style=" not in html
    assert not section(html, "changed").count("−"), "a change from few would tell them"
