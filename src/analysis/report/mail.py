"""A page that travels alone: links to what does not travel with it are taken out, all else stays as it is."""

from collections.abc import Collection
from html.parser import HTMLParser

# Where a page leads elsewhere by words of its own: without the link these words say nothing.
_NAVIGATION = ("header", "footer")


def detached(content: str, beside: Collection[str] = ()) -> str:
    """A page without links to files that are not beside it.

    Parameters
    ----------
    content : str
        HTML of a page.
    beside : collection of str
        Names of the files that travel with it.

    Returns
    -------
    str
        The page. Of a link in the text its words remain; one in header or footer goes with its words.
    """
    page = _Detached(beside)
    page.feed(content)
    page.close()
    return "".join(page.kept)


class _Detached(HTMLParser):
    def __init__(self, beside: Collection[str]):
        super().__init__(convert_charrefs=False)
        self.kept: list[str] = []
        self._beside = beside
        self._navigation = 0
        # What becomes of the link that is open: "" if none is.
        self._link = ""

    def _keep(self, source: str) -> None:
        if self._link != "gone":
            self.kept.append(source)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag in _NAVIGATION:
            self._navigation += 1
        if tag == "a":
            self._link = self._fate(dict(attributes))
            if self._link == "words":
                return
        self._keep(self.get_starttag_text() or "")

    def _fate(self, attributes: dict[str, str | None]) -> str:
        target = attributes.get("href") or ""
        if target.startswith(("#", "https://", "mailto:")) or target.partition("#")[0] in self._beside:
            return "whole"
        return "gone" if self._navigation else "words"

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self._keep(self.get_starttag_text() or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in _NAVIGATION:
            self._navigation -= 1
        if tag == "a":
            fate, self._link = self._link, ""
            if fate != "whole":
                return
        self._keep(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self._keep(data)

    def handle_entityref(self, name: str) -> None:
        self._keep(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._keep(f"&#{name};")

    def handle_decl(self, declaration: str) -> None:
        self._keep(f"<!{declaration}>")
