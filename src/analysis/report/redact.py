"""What an executed notebook must not show: secrets, and the temporary folder it was made in."""

import json
import os
from pathlib import Path

import nbformat


def redact(text: str, names: list[str]) -> str:
    """Replace in `text` (JSON) the value of each environment variable named by ``${NAME}``."""
    for name in names:
        secret = json.dumps(os.environ.get(name, ""), ensure_ascii=False)[1:-1]
        if secret:
            text = text.replace(secret, f"${{{name}}}")
    return text


def tidy(saved: Path, results: str, shown: str, names: list[str]) -> None:
    """Rewrite the notebook at `saved` without secrets and with path `shown` in place of `results`.

    A notebook that was cut off while it was written is removed: nobody could open it.
    """
    try:
        notebook = nbformat.read(saved, as_version=4)
    except FileNotFoundError:
        return
    except (ValueError, nbformat.reader.NotJSONError):
        saved.unlink()
        return
    notebook.metadata.get("papermill", {}).update(input_path=saved.name, output_path=saved.name)
    text = nbformat.writes(notebook).replace(results, shown)
    saved.write_text(redact(text, names), encoding="utf-8")
