"""An executed notebook as one self-contained page: the answer first, then the evidence; no code."""

import html as markup
import json
import re
from pathlib import Path

import nbformat
from markupsafe import Markup
from nbconvert import TemplateExporter

from analysis import language as lang
from analysis.language import _, day
from analysis.report import outputs
from analysis.report.layout import TEMPLATES, page, speaking

LARGEST = 3_000_000

# Tag of cells that speak to who works in the notebook, not to who reads the report.
ONLY_HERE = "notebook-only"


class PageError(Exception):
    """A notebook that cannot be shown to management; the message says which cell and what to do."""


def _check(notebook: nbformat.NotebookNode) -> None:
    """Refuse what management must not see, or could not."""
    for number, cell in enumerate(notebook.cells, start=1):
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                raise PageError(f"cell {number} failed with {output.ename}: {output.evalue}; not published")
            for kind in ("image/svg+xml", "image/png"):
                if kind in output.get("data", {}) and not outputs.alt(output, kind):
                    raise PageError(
                        f"cell {number}: a figure has no alt text; give it a message with charts.style.title"
                    )


def _check_size(content: str) -> None:
    size = len(content.encode())
    if size > LARGEST:
        largest = max((len(image) for image in re.findall(r"<img[^>]*>", content)), default=0)
        raise PageError(
            f"the page has {size / 1e6:.1f} MB, its largest figure {largest / 1e6:.1f} MB; expected under"
            f" {LARGEST / 1e6:.0f} MB: draw fewer points or pass rasterized=True to the artist that has many"
        )


def _exporter(source: str) -> TemplateExporter:
    """nbconvert without its HTML exporter, which names scripts of a CDN and gives alt texts of its own."""
    exporter = TemplateExporter(
        template_name=TEMPLATES.name,
        extra_template_basedirs=[str(TEMPLATES.parent)],
        template_extension=".html.j2",
        file_extension=".html",
    )
    exporter.register_filter("prose", outputs.prose)
    exporter.register_filter("output", outputs.table_or_text)
    exporter.register_filter("figure", outputs.figures(source))
    return exporter


def _contents(body: str) -> tuple[str, list[dict]]:
    """Number the headings of a page, and list them for its table of contents."""
    entries: list[dict] = []

    def numbered(match: re.Match) -> str:
        level, text = match.groups()
        anchor = f"section-{len(entries) + 1}"
        entries.append(
            {"level": level, "anchor": anchor, "text": markup.unescape(re.sub(r"<[^>]*>", "", text)).strip()}
        )
        return f'<h{level} id="{anchor}">{text}</h{level}>'

    return re.sub(r"<h([23])[^>]*>(.*?)</h\1>", numbered, body, flags=re.DOTALL), entries


def _opening(notebook: nbformat.NotebookNode) -> tuple[str, Markup]:
    """Take title and question, the first Markdown cell, out of the notebook."""
    first = next((cell for cell in notebook.cells if cell.cell_type == "markdown"), None)
    if first is None or not first.source.lstrip().startswith("# "):
        raise PageError("the first Markdown cell has no title; expected '# Title' and the question below it")
    notebook.cells.remove(first)
    title, _line, question = first.source.lstrip().partition("\n")
    return _(title.removeprefix("# ").strip()), outputs.prose(question.strip())


def render(notebook: Path, metrics: Path | None, language: str) -> str:
    """Make the page of an executed notebook.

    Parameters
    ----------
    notebook : path
        Executed; its first Markdown cell holds the title and the question.
    metrics : path or None
        The topic's `metrics.json`, from which the answer on top is made.
    language : {"en", "zh"}

    Returns
    -------
    str
        A complete HTML document. It loads nothing, runs nothing, and links to `index.html` beside it.
        Printed streams and plain text of code cells are left out (display `page.say` or Markdown), and so
        are cells with the tag ``notebook-only``.

    Notes
    -----
    What has no translation stands in English; the foot of the page says how many sentences those are.

    Raises
    ------
    PageError
        If a cell failed, a figure has no alt text, there is no title, or the page exceeds 3 MB.
    """
    content = nbformat.read(notebook, as_version=4)
    _check(content)
    content.cells = [cell for cell in content.cells if ONLY_HERE not in cell.metadata.get("tags", [])]
    answer = json.loads(Path(metrics).read_text(encoding="utf-8")) if metrics else None
    with speaking(language):
        title, question = _opening(content)
        source = _("{bank}, {day}").format(bank=answer["bank"], day=day(answer["as_of"])) if answer else ""
        body, _resources = _exporter(source).from_notebook_node(content)
        body, contents = _contents(body)
        untranslated = {*lang.untranslated(), *(answer or {}).get("untranslated", [])}
        whole = page(
            "topic.html.j2",
            title=title,
            question=question,
            answer=answer,
            body=Markup(body),
            contents=contents,
            untranslated=len(untranslated),
        )
    _check_size(whole)
    return whole
