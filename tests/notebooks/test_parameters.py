"""Every notebook runs from a fresh kernel with usual and unusual parameters, and records what a page needs."""

import json
import re
import shutil
from pathlib import Path

import pandas as pd
import pytest
from tests.notebooks import other_way_round

from analysis.bank.public.berka import import_berka
from analysis.bank.public.cfpb import import_cfpb
from analysis.report.run import run

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
TOPICS = sorted(path.stem[3:] for path in NOTEBOOKS.glob("*.ipynb"))
UNUSUAL = {
    "another day, in Chinese": {"as_of": "2022-09-15", "language": "zh"},
    "one branch": {"where": "branch_id = 'B01'"},
}

# What titles say of a bank in which the opposite holds.
SAID = {
    "segmentation": "The richest tenth of customers holds 1",
    "complaints": "Simple: 100.0% still open after 15 days",
    "churn": "that one finds leavers more precisely is not shown",
}


def reports(bank: Path, out: Path, topics=tuple(TOPICS), **parameters) -> dict[str, dict]:
    """metrics.json by topic of a run, of those whose tables are there; a topic that failed makes the test fail."""
    result = run(str(bank), only=topics, out=out, notebooks=NOTEBOOKS, **parameters)
    (entries,) = result.topics.values()
    assert [entry["failure"] for entry in entries if entry["failure"]] == []
    entries = [entry for entry in entries if entry["topic"] in topics]
    made = [entry["topic"] for entry in entries if entry["status"] == "done"]
    assert {entry["status"] for entry in entries} <= {"done", "missing table"}
    return {topic: json.loads((result.index.parent / topic / "metrics.json").read_text()) for topic in made}


@pytest.mark.parametrize("name", UNUSUAL)
def test_unusual_parameters(demo_folder, tmp_path, name):
    made = reports(demo_folder, tmp_path, **UNUSUAL[name])
    assert sorted(made) == sorted(TOPICS)
    for topic, metrics in made.items():
        assert metrics["headline"], topic
        assert metrics["where"] == UNUSUAL[name].get("where", "")


def test_a_bank_with_nothing_but_the_mandatory_tables(demo_folder, tmp_path):
    bank = tmp_path / "bank"
    bank.mkdir()
    for table in ("customers", "accounts", "transactions"):
        shutil.copy(demo_folder / f"{table}.parquet", bank)
    made = reports(bank, tmp_path / "reports")
    assert set(TOPICS) - set(made) == {"survey", "complaints"}
    metrics = made["segmentation"]
    assert "No assets are known" in metrics["headline"]
    assert not all(check["ok"] for check in metrics["health"])


def test_a_bank_in_which_the_opposite_holds(demo_folder, tmp_path):
    """Titles and answers turn with the data: nothing that the simulated bank shows is typed in."""
    made = reports(other_way_round.write(demo_folder, tmp_path / "bank"), tmp_path / "reports")
    figures = {topic: {one["name"]: one["value"] for one in made[topic]["figures"]} for topic in made}
    assert figures["segmentation"]["top_tenth_assets_share"] < 0.3
    assert figures["survey"]["nps"] < -80
    assert figures["complaints"]["resolved_in_time"] < 1e-9
    assert "Who they are is not known" in made["churn"]["headline"]
    assert made["churn"]["decision"]["money"] is None
    (folder,) = (tmp_path / "reports").glob("20*")
    titles = {
        topic: re.findall('<img [^>]*alt="([^"]*)', (folder / f"{topic}.html").read_text()) for topic in made
    }
    for topic, said in SAID.items():
        assert any(said in title for title in titles[topic]), (topic, said, titles[topic])


def test_the_berka_bank(public_data, tmp_path):
    import_berka(public_data / "berka", tmp_path / "bank")
    metrics = reports(tmp_path / "bank", tmp_path / "reports")["segmentation"]
    assert metrics["currency"] == "CZK"
    assert metrics["as_of"] == "1994-03-31"


def test_complaints_of_which_no_customer_is_known(public_data, tmp_path):
    import_cfpb(public_data / "cfpb_complaints", tmp_path / "bank")
    made = reports(tmp_path / "bank", tmp_path / "reports")
    assert set(made) == {"complaints"}
    metrics = made["complaints"]
    names = {figure["name"] for figure in metrics["figures"]}
    assert "is not known" in metrics["headline"]
    assert not names & {"resolved_in_time", "overdue", "complaint_rate"}
    assert "triage_family_macro_f1" in names


def test_nobody_complained_and_nobody_was_asked_for_a_recommendation(demo_folder, tmp_path):
    bank = shutil.copytree(demo_folder, tmp_path / "bank")
    for table, column, gone in (
        ("survey_items", "item", ["nps", "csat", "ces"]),
        ("survey_answers", "item", ["nps", "csat", "ces"]),
        ("feedback", "kind", ["complaint"]),
    ):
        rows = pd.read_parquet(bank / f"{table}.parquet")
        rows[~rows[column].isin(gone)].to_parquet(bank / f"{table}.parquet", index=False)
    made = reports(bank, tmp_path / "reports", topics=("survey", "complaints"))
    assert "There is no complaint" in made["complaints"]["headline"]
    assert "Ask whether customers would recommend" in made["survey"]["decision"]["what"]
