"""environment.yml says the same as pyproject.toml; requirements.lock is complete and names no index."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from rattler import MatchSpec

ROOT = Path(__file__).parents[1]

# What conda-forge calls otherwise, or splits into one package per extra.
CONDA_NAMES = {
    "duckdb": ["python-duckdb"],
    "matplotlib": ["matplotlib-base"],
    "jupyter-client": ["jupyter_client"],
    "pandera": ["pandera-base"],
    "ibis-framework[duckdb]": ["ibis-framework", "ibis-duckdb"],
    "ibis-framework[postgres]": ["ibis-postgres"],
}


def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def requirements() -> list[Requirement]:
    extras = project()["optional-dependencies"].values()
    return [Requirement(line) for line in project()["dependencies"] + [d for extra in extras for d in extra]]


def bounds(versions: str | None) -> set[str]:
    return set((versions or "").replace(" ", "").split(",")) - {""}


def wanted() -> dict[str, set[str]]:
    """Bounds by the name on conda-forge, from pyproject.toml."""
    found = {"python": bounds(project()["requires-python"])}
    for requirement in requirements():
        name = canonicalize_name(requirement.name)
        key = f"{name}[{','.join(sorted(requirement.extras))}]"
        for conda in CONDA_NAMES.get(key) or CONDA_NAMES.get(name) or [name]:
            found[conda] = bounds(str(requirement.specifier))
    return found


def offered() -> dict[str, set[str]]:
    """Bounds by name from environment.yml, those under pip included."""
    found = {}
    for line in yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]:
        if isinstance(line, dict):
            for requirement in map(Requirement, line["pip"]):
                found[requirement.name] = bounds(str(requirement.specifier))
        elif line != "pip":
            spec = MatchSpec(line)
            found[spec.name.normalized] = bounds(str(spec.version) if spec.version else None)
    return found


def test_environment_yml_says_what_pyproject_says():
    assert offered() == wanted()


def test_every_requirement_is_locked_within_its_bounds():
    text = (ROOT / "requirements.lock").read_text()
    locked = {}
    for name, version in re.findall(r"^([a-z0-9-]+)==([^ ]+)", text, re.M):
        locked.setdefault(name, []).append(version)
    for requirement in requirements():
        versions = locked[canonicalize_name(requirement.name)]
        assert all(requirement.specifier.contains(v) for v in versions), requirement


def test_every_locked_version_has_a_hash():
    text = (ROOT / "requirements.lock").read_text()
    blocks = re.split(r"^(?=[a-z0-9-]+==)", text, flags=re.M)[1:]
    assert len(blocks) > 100
    assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []


@pytest.mark.parametrize("word", ["://", "--index-url", "--extra-index-url", "--find-links"])
def test_the_lock_names_no_index(word):
    assert word not in (ROOT / "requirements.lock").read_text()


def test_what_the_package_imports_is_declared():
    owners = packages_distributions()
    declared = {canonicalize_name(requirement.name) for requirement in requirements()}
    imported = {
        name.split(".")[0]
        for path in (ROOT / "src").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    foreign = imported - set(sys.stdlib_module_names) - {"analysis"}
    assert {name for name in foreign if not {canonicalize_name(o) for o in owners[name]} & declared} == set()
