import nbformat
import pytest

from analysis.report.parameters import UnusableArgument, assign, declared

SHARED = 'bank = "b"\nas_of = "latest"\nwhere = ""\nlanguage = "en"\nresults = "r"\nseed = 1\n'


def notebook(source: str, tags=("parameters",)):
    cell = nbformat.v4.new_code_cell(source, metadata={"tags": list(tags)})
    return nbformat.v4.new_notebook(cells=[cell])


def own(source: str) -> dict:
    return declared(notebook(SHARED + source))


def test_names_kinds_and_defaults_are_read_from_the_cell():
    found = own(
        "horizon: int = 12  # months\nrate = 0.1\nlevels: list[float] = [\n  1, 2\n]\n"
        'note: "str | None" = None'
    )

    assert {p.name: p.kind for p in found.values() if p.name not in SHARED} == {
        "horizon": "int",
        "rate": "float",
        "levels": "list[float]",
        "note": "str | None",
    }
    assert found["levels"].default == "[1, 2]"


def test_a_default_with_equals_signs_is_read():
    assert own("rule: str = \"branch_id = 'B07' and region = 'East'\"")["rule"].kind == "str"


@pytest.mark.parametrize(
    ("source", "tags", "said"),
    [
        (SHARED, (), "no cell tagged `parameters`"),
        (SHARED.replace("where", "filter"), ("parameters",), "lacks where"),
        (SHARED + "x =", ("parameters",), "no Python"),
    ],
)
def test_a_notebook_without_usable_parameters_is_refused(source, tags, said):
    with pytest.raises(ValueError, match=said):
        declared(notebook(source, tags))


@pytest.mark.parametrize(
    ("line", "given", "value"),
    [
        ("x: int = 5", "12", 12),
        ("x: int = 5", 12, 12),
        ("x: float = 0.5", "1", 1),
        ("x: float = 0.5", "1e-3", 0.001),
        ("x: bool = False", "true", True),
        ("x: str = 'a'", "12", "12"),
        ("x: str = 'a'", "a = 'b'", "a = 'b'"),
        ("x: str | None = 'a'", "none", None),
        ("x: int | None = None", "7", 7),
        ("x: list[float] = [1.0]", "[0.1, 2]", [0.1, 2]),
        ("x: tuple[int, ...] = (1,)", (1, 2, 3), [1, 2, 3]),
        ("x: dict[str, int] = {}", "{'a': 1}", {"a": 1}),
        ("x = 5", "6", 6),
    ],
)
def test_a_value_of_the_declared_type_is_taken(line, given, value):
    assigned = assign({"topic": own(line)}, {"x": given})["topic"]["x"]

    assert assigned == value
    assert type(assigned) is type(value)


@pytest.mark.parametrize(
    ("line", "given"),
    [
        ("x: int = 5", "three"),
        ("x: int = 5", "1.5"),
        ("x: int = 5", True),
        ("x: float = 0.5", "half"),
        ("x: bool = False", "1"),
        ("x: list[float] = [1.0]", "[1, 'b']"),
        ("x: list[float] = [1.0]", "1"),
        ("x: tuple[int, int] = (1, 2)", "(1, 2, 3)"),
        ("x: str = 'a'", 5),
        ("x = 5", "five"),
    ],
)
def test_a_value_of_another_type_is_refused_with_what_was_expected(line, given):
    with pytest.raises(UnusableArgument, match=r"parameter x is .*; topic expects \w+"):
        assign({"topic": own(line)}, {"x": given})


def test_an_unknown_parameter_is_refused_with_the_nearest_name():
    with pytest.raises(UnusableArgument, match=r"horizn; did you mean horizon \(churn\)\?"):
        assign({"churn": own("horizon: int = 12"), "tiers": own("k: int = 4")}, {"horizn": 3})


def test_a_parameter_of_the_run_itself_is_refused_with_its_option():
    with pytest.raises(UnusableArgument, match="use --as-of"):
        assign({"churn": own("")}, {"as_of": "2024-01-01"})


def test_each_notebook_gets_only_what_it_declares():
    notebooks = {"churn": own("horizon: int = 12"), "tiers": own("k: int = 4")}

    assert assign(notebooks, {"k": 5}) == {"churn": {}, "tiers": {"k": 5}}
