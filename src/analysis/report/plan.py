"""What a run is to do, settled before any kernel starts: notebooks, day, filter, parameters."""

import os
import re
from dataclasses import dataclass
from difflib import get_close_matches
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import nbformat

from analysis.bank.filters import IDENTIFYING
from analysis.bank.schema import tables
from analysis.bank.source import View
from analysis.report.parameters import Parameter, UnusableArgument, declared

# A set of reports for each of more values than this is a mistake, such as --by customer_id.
MOST_SETS = 500


@dataclass(frozen=True)
class Notebook:
    """A notebook ``NN_topic.ipynb``; `problem` says why it cannot be run, if so."""

    topic: str
    path: Path
    parameters: dict[str, Parameter]
    problem: str = ""

    @property
    def is_template(self) -> bool:
        return self.path.name.startswith("00_")


@dataclass(frozen=True)
class Plan:
    """One set of reports: one folder below `out`.

    Attributes
    ----------
    values : dict
        Own parameters that each notebook gets, by topic.
    """

    name: str
    url: str
    as_of: str
    where: str
    language: str
    seed: int
    values: dict[str, dict[str, Any]]

    def parameters(self, notebook: Notebook, results: Path) -> dict[str, Any]:
        """Everything injected into a notebook; paths are relative to it, where its kernel runs."""
        return {
            "bank": _seen_from(notebook.path.parent, self.url),
            "as_of": self.as_of,
            "where": self.where,
            "language": self.language,
            "results": self.results(notebook, results),
            "seed": self.seed,
            **self.values[notebook.topic],
        }

    def results(self, notebook: Notebook, folder: Path) -> str:
        """Path of a results folder as a notebook sees it."""
        return _seen_from(notebook.path.parent, str(folder))


def _seen_from(home: Path, url: str) -> str:
    if "://" in url:
        return url
    return Path(os.path.relpath(Path(url).expanduser(), home)).as_posix()


def find_notebooks(folder: Path) -> list[Notebook]:
    """Notebooks of a folder in reading order.

    Raises
    ------
    UnusableArgument
        If there is none, or two have the same topic.
    """
    paths = sorted(path for path in folder.glob("*.ipynb") if re.fullmatch(r"\d\d_\w+", path.stem))
    if not paths:
        raise UnusableArgument(f"{folder} holds no notebook named like 02_segmentation.ipynb")
    twice = {path.stem[3:] for path in paths if sum(path.stem[3:] == other.stem[3:] for other in paths) > 1}
    if twice:
        raise UnusableArgument(
            f"{folder} has several notebooks on {', '.join(sorted(twice))}; keep one of each"
        )
    return [_notebook(path.absolute()) for path in paths]


def _notebook(path: Path) -> Notebook:
    topic = path.stem[3:]
    try:
        return Notebook(topic, path, declared(nbformat.read(path, as_version=4)))
    except (OSError, ValueError, AttributeError) as error:
        return Notebook(topic, path, {}, f"{path.name} cannot be run: {error}")


def select(notebooks: list[Notebook], only: tuple[str, ...]) -> list[Notebook]:
    """Notebooks asked for by topic, number or file name; all but the template if none is asked for."""
    if not only:
        return [n for n in notebooks if not n.is_template]
    names = {name: n for n in notebooks for name in (n.topic, n.path.stem, n.path.name, n.path.stem[:2])}
    for asked in only:
        if asked not in names:
            near = get_close_matches(asked, names, n=1)
            hint = f"did you mean {names[near[0]].topic}? " if near else ""
            topics = ", ".join(n.topic for n in notebooks)
            raise UnusableArgument(f"there is no notebook {asked}; {hint}There are: {topics}")
    asked = {names[name].topic for name in only}
    return [n for n in notebooks if n.topic in asked]


def secrets_of(url: str) -> list[str]:
    """Names of the environment variables that a bank's URL takes its secrets from.

    Raises
    ------
    UnusableArgument
        If the URL spells a secret out: a notebook would carry it on.
    """
    if "://" in url:
        scheme, _, rest = url.partition("://")
        # Not urlsplit's netloc: it ends early at a slash or a question mark within a password.
        user, _, password = rest.rpartition("@")[0].partition(":")
        query = parse_qsl(urlsplit(url).query)
        options = [value for name, value in query if re.search("pass|secret|token", name)]
        for secret in (password, *options):
            if secret and not re.fullmatch(r"\$\{\w+\}", secret):
                raise UnusableArgument(
                    "the bank's URL spells a password out; name an environment variable that holds it, "
                    f"such as '{scheme}://{user}:${{PGPASSWORD}}@…', in single quotes on a command line"
                )
    return re.findall(r"\$\{(\w+)\}", url)


def run_name(as_of: str, where: str, language: str) -> str:
    """Folder name of a run: day, filter and language, safe in a path and in a link.

    >>> run_name("2024-12-31", "branch_id = 'B07'", "en")
    '2024-12-31_branch_id=B07'
    """
    plain = re.sub(r"\s*=\s*", "=", where.strip()).replace("'", "")
    slug = re.sub(r"[^\w.=]+", "-", plain).strip("-")
    # Only an equality keeps all that distinguishes it from other filters.
    if not re.fullmatch(r"[\w.=]{0,60}", plain) or plain.count("=") != bool(plain):
        slug = f"{slug[:60]}-{sha256(where.encode()).hexdigest()[:6]}"
    return "_".join(part for part in (as_of, slug, language if language != "en" else "") if part)


def split(view: View, by: str) -> list[str]:
    """Filters that divide the customers of `view` by the values of a column.

    Raises
    ------
    UnusableArgument
        If customers have no such column, or it has more than `MOST_SETS` values.
    """
    columns = [name for name in tables()["customers"].columns if name not in IDENTIFYING]
    if by not in columns:
        near = get_close_matches(by, columns, n=1)
        hint = f"did you mean {near[0]}? " if near else ""
        raise UnusableArgument(f"customers have no column {by}; {hint}There are: {', '.join(columns)}")
    customers = view.customers()
    column = customers[by].cast("string") if customers[by].type().is_temporal() else customers[by]
    found = customers.select(value=column).distinct().filter(lambda t: t.value.notnull())
    values = sorted(found.limit(MOST_SETS + 1).to_pyarrow()["value"].to_pylist())
    if len(values) > MOST_SETS:
        raise UnusableArgument(
            f"{by} has more than {MOST_SETS} values, each of which would be a set of reports"
        )
    if not values:
        raise UnusableArgument(f"{by} is blank for all customers, so that there is no set of reports to make")
    return [" and ".join(filter(None, (view.where, f"{by} = {_literal(value)}"))) for value in values]


def _literal(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return repr(value) if isinstance(value, int | float) else "'" + value.replace("'", "''") + "'"
