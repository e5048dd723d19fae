import pytest

from analysis.bank.source import open_bank
from analysis.report.parameters import UnusableArgument
from analysis.report.plan import find_notebooks, run_name, secrets_of, select, split


@pytest.mark.parametrize(
    ("where", "language", "name"),
    [
        ("", "en", "2024-12-31"),
        ("branch_id = 'B07'", "en", "2024-12-31_branch_id=B07"),
        ("branch_id='B07'", "zh", "2024-12-31_branch_id=B07_zh"),
        ("region = '华东'", "en", "2024-12-31_region=华东"),
    ],
)
def test_a_runs_folder_says_day_filter_and_language(where, language, name):
    assert run_name("2024-12-31", where, language) == name


def test_different_filters_have_different_folders_safe_in_a_path():
    filters = [
        "age < 3",
        "age > 3",
        "age <= 3",
        "a = 'x/../y'",
        "a = 'x y'",
        "a = 'x-y'",
        "a = 'b' and c = 'd'",
    ]
    names = [run_name("2024-12-31", where, "en") for where in filters]

    assert len(set(names)) == len(filters)
    assert not any(set(name) & set("/<>'\" ") for name in names)


@pytest.mark.parametrize(
    "url",
    [
        "postgres://me:geheim@h/db",
        "postgres://me:${A}geheim@h/db",
        "postgres://me:p@geheim@h/db",
        "postgres://me:p/geheim@h/db",
        "postgres://me:p?geheim@h/db",
        "postgresql://me@h/db?password=geheim",
    ],
)
def test_a_url_with_a_password_spelt_out_is_refused_without_showing_it(url):
    with pytest.raises(UnusableArgument, match=r"\$\{PGPASSWORD\}") as refused:
        secrets_of(url)

    assert "geheim" not in str(refused.value)


def test_secrets_are_known_by_name():
    assert secrets_of("postgres://${USER_A}:${PASSWORD_B}@h/db") == ["USER_A", "PASSWORD_B"]
    assert secrets_of("data/demo") == []


def test_a_notebook_is_asked_for_by_topic_number_or_file(tmp_path, write_notebook):
    for name in ("00_template", "02_tiers", "04_churn"):
        write_notebook(tmp_path, name)
    (tmp_path / "scratch.ipynb").write_text("")
    found = find_notebooks(tmp_path)

    assert [n.topic for n in select(found, ())] == ["tiers", "churn"]
    assert [n.topic for n in select(found, ("04", "02_tiers.ipynb", "template"))] == [
        "template",
        "tiers",
        "churn",
    ]


def test_two_notebooks_on_one_topic_are_refused(tmp_path, write_notebook):
    for name in ("02_tiers", "03_tiers"):
        write_notebook(tmp_path, name)
    with pytest.raises(UnusableArgument, match="several notebooks on tiers"):
        find_notebooks(tmp_path)


def test_the_values_of_a_column_divide_the_customers(tiny_bank):
    view = open_bank(str(tiny_bank)).view(where="region = 'East'")

    assert split(view, "branch_id") == [
        "region = 'East' and branch_id = 'B01'",
        "region = 'East' and branch_id = 'B02'",
    ]
    filters = split(view, "marketing_consent") + split(view, "joined_on")
    counts = [view.bank.view(where=one).customers().count().to_pyarrow().as_py() for one in filters]
    assert counts == [6, 6]
