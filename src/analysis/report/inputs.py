"""What a report depends on, as short digests: when none of them changes, nothing is run again."""

import hashlib
import json
import platform
import subprocess
from functools import cache
from importlib import metadata
from importlib.resources import files
from pathlib import Path
from typing import Any

# Packages whose version can move a figure or the look of a page.
_PACKAGES = (
    "bank-analysis",
    "ibis-framework",
    "duckdb",
    "pandas",
    "numpy",
    "pyarrow",
    "scipy",
    "scikit-learn",
    "matplotlib",
    "great-tables",
    "papermill",
    "nbconvert",
    "ipykernel",
    "pyspark",
    "psycopg",
)


def digest(facts: Any) -> str:
    """Short digest of anything that JSON can hold."""
    text = json.dumps(facts, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def code_version() -> str:
    """Digest of the package: its modules, tables, templates and translations."""
    root = Path(str(files("analysis")))
    found = sorted(p for p in root.rglob("*") if p.is_file() and "__pycache__" not in p.parts)
    return digest([(p.relative_to(root).as_posix(), _content(p)) for p in found])


def _content(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@cache
def versions() -> dict[str, str]:
    """Versions of Python and of the packages in use, by name."""
    found = {"python": platform.python_version()}
    for name in _PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def commit(folder: Path) -> str | None:
    """Git commit that `folder` is at, with "-dirty" if files were changed since; None outside of git."""
    command = ["git", "-C", str(folder), "describe", "--always", "--dirty", "--abbrev=12"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip() or None


def bank_state(url: str) -> str | None:
    """Digest of the names, sizes and change times of a bank's files.

    None for a bank behind a server or Spark: its state cannot be known without reading it, so that its
    reports are made anew by every run.
    """
    if url.startswith(("postgres://", "postgresql://", "spark://")):
        return None
    path = Path(url.removeprefix("file://")).expanduser()
    found = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
    facts = [(p.name if p == path else p.relative_to(path).as_posix(), p.stat()) for p in found]
    return digest([(name, stat.st_size, stat.st_mtime_ns) for name, stat in facts])


def report_digest(notebook: Path, code: str, bank: str | None, parameters: dict[str, Any]) -> str | None:
    """Digest of everything that one report depends on; None if the bank's state is unknown."""
    if bank is None:
        return None
    return digest([_content(notebook), code, versions(), bank, parameters])
