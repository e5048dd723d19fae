"""What a notebook's cells contribute to a page, made safe: prose, tables and figures."""

import base64
import html as markup
import re
from collections.abc import Callable
from itertools import count

import nh3
from markupsafe import Markup
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from analysis.language import _

_TAGS = {
    "a", "abbr", "b", "blockquote", "br", "code", "em", "hr", "i", "p", "pre", "small", "strong", "sub",
    "sup", "u", "dd", "details", "div", "dl", "dt", "h2", "h3", "h4", "h5", "h6", "li", "ol", "span",
    "summary", "ul", "caption", "col", "colgroup", "table", "tbody", "td", "tfoot", "th", "thead", "tr",
}  # fmt: skip
_ATTRIBUTES = {
    "*": {"class"},
    "a": {"href", "title"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
}
# On paper a table of more columns takes a sheet on its side; of still more, its rows are folded in lines.
_UPRIGHT_COLUMNS, _ON_A_LINE = 9, 18
_TITLE = re.compile(r'<tr class="gt_heading">\s*<td[^>]*gt_title[^>]*>(.*?)</td>\s*</tr>', re.DOTALL)
# A date, a pseudonym or a short Chinese word is read as one.
_SHORT = re.compile(r'(<td class="gt_row gt_left)(">(?:(?=[^<]*\d)[^<]{1,16}|[^<]{1,4})</td>)')
_NOTE = re.compile(r"<tr[^>]*>\s*<td[^>]*gt_sourcenote[^>]*>(.*?)</td>\s*</tr>", re.DOTALL)


def _clean(content: str) -> Markup:
    """Keep what text and tables need; no scripts, styles, handlers, frames, pictures or identifiers."""
    return Markup(
        nh3.clean(
            content,
            tags=_TAGS,
            attributes=_ATTRIBUTES,
            url_schemes={"https", "mailto"},
            link_rel=None,
            clean_content_tags={"script", "style"},
        )
    )


def prose(source: str) -> Markup:
    """Markdown in the language in use, paragraph by paragraph."""
    paragraphs = (_(part) if part.strip() else part for part in source.split("\n\n"))
    renderer = IPythonRenderer(escape=False, exclude_anchor_links=True)
    return _clean(MarkdownWithMath(renderer=renderer).render("\n\n".join(paragraphs)))


def table_or_text(content: str) -> Markup:
    """HTML of a cell; of a table, title and notes stand outside of what scrolls sideways on a phone."""
    cleaned = str(_clean(content))
    if "<table" not in cleaned:
        return Markup(cleaned)
    cleaned = _SHORT.sub(r"\1 whole\2", cleaned)
    titles, notes = _TITLE.findall(cleaned), _NOTE.findall(cleaned)
    inner = _NOTE.sub("", _TITLE.sub("", cleaned))
    title = f'<p class="table-title">{titles[0]}</p>' if titles else ""
    name = markup.escape(markup.unescape(re.sub(r"<[^>]*>", "", titles[0]))) if titles else _("Table")
    columns = cleaned.count("gt_col_heading")
    sideways = (" sideways" if columns > _UPRIGHT_COLUMNS else "") + (
        " folded" if columns > _ON_A_LINE else ""
    )
    below = "".join(f'<p class="note">{note}</p>' for note in notes)
    return Markup(
        f'<div class="table{sideways}">{title}<div class="scroll" tabindex="0" role="region" aria-label="{name}">'
        f"{inner}</div>{below}</div>"
    )


def alt(output: dict, kind: str) -> str:
    """Alternative text of a picture, from the output's metadata; "" if there is none."""
    metadata = output.get("metadata", {})
    return str(metadata.get(kind, {}).get("alt") or metadata.get("alt") or "").strip()


def figures(source: str) -> Callable[[dict, str], Markup]:
    """Filter that makes a numbered figure of an output, with `source` below it for whoever cuts it out."""
    numbers = count(1)

    def figure(output: dict, kind: str) -> Markup:
        data = output["data"][kind]
        if kind == "image/svg+xml":
            data = base64.b64encode(data.encode()).decode()
        caption = " · ".join(part for part in (_("Figure {n}").format(n=next(numbers)), source) if part)
        # On a phone a picture is moved sideways, which a keyboard can do too where it can have the focus; its
        # message is said in text there.
        return Markup(
            '<figure tabindex="0"><img src="data:{};base64,{}" alt="{}"><figcaption>'
            '<span class="message" aria-hidden="true">{}</span>{}</figcaption></figure>'
        ).format(kind, data.replace("\n", ""), alt(output, kind), alt(output, kind), caption)

    return figure
