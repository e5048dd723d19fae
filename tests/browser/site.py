"""Pages of a run as a browser shows them."""

from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Page

DESKTOP, PHONE = (1280, 900), (390, 844)


@dataclass
class Site:
    """Pages of a run, and what a browser reported while it showed them."""

    folder: Path
    browser: Browser
    complaints: list[str] = field(default_factory=list)

    @property
    def pages(self) -> list[Path]:
        return sorted(self.folder.glob("*.html"))

    @property
    def topics(self) -> list[Path]:
        return [path for path in self.pages if path.name != "index.html"]

    def open(self, path: Path, size: tuple[int, int] = DESKTOP, **options) -> Page:
        """Show a page; what it asks of the network is refused and noted, and so is what it complains of."""
        shown = self.browser.new_page(viewport={"width": size[0], "height": size[1]}, **options)
        shown.on("console", lambda said: self.complaints.append(f"{path.name}: {said.text}"))
        shown.on("pageerror", lambda error: self.complaints.append(f"{path.name}: {error}"))
        shown.route("**/*", lambda route: self._only(path, route))
        shown.goto(path.as_uri())
        return shown

    def _only(self, path: Path, route) -> None:
        if route.request.url.partition("#")[0] == path.as_uri():
            route.continue_()
        else:
            self.complaints.append(f"{path.name} asks for {route.request.url}")
            route.abort()


# Text that sticks out of the block it belongs to, of the window, or of a box that hides what is outside.
_STICKING_OUT = """() => {
  const found = [];
  const boxOf = e => { while (getComputedStyle(e).display.startsWith('inline')) e = e.parentElement; return e };
  const scrolls = e => { for (; e; e = e.parentElement)
    if (['auto', 'scroll'].includes(getComputedStyle(e).overflowX)) return true; return false };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode;
    if (!text.data.trim()) continue;
    const range = document.createRange(); range.selectNodeContents(text);
    const own = boxOf(text.parentElement), box = own.getBoundingClientRect();
    // A box that ends a long text in "…" hides the rest on purpose.
    const look = getComputedStyle(own);
    const hides = ['hidden', 'clip'].includes(look.overflowX) && look.webkitLineClamp === 'none';
    for (const part of range.getClientRects()) {
      if (!part.width) continue;
      const out = part.right > box.right + 1 || part.left < box.left - 1;
      const gone = (part.right > innerWidth + 1 || part.left < -1) && !scrolls(text.parentElement);
      const cut = hides && (part.bottom > box.bottom + 1 || part.top < box.top - 1);
      if (out || gone || cut) { found.push(`<${own.tagName.toLowerCase()}> ${text.data.trim()}`); break }
    }
  }
  return found;
}"""

# Texts of a drawing that reach beyond its edge or lie on each other; Matplotlib makes a group of each text, with
# what it says as a comment.
_UNREADABLE = """() => {
  const edge = document.querySelector('svg').getBoundingClientRect();
  const texts = [...document.querySelectorAll('g[id^=text_]')].map(group => ({
    box: group.getBoundingClientRect(),
    said: [...group.childNodes].filter(n => n.nodeType === 8).map(n => n.data.trim()).join(' '),
  })).filter(text => text.box.width);
  const found = texts.filter(({box}) => box.left < edge.left - 1 || box.right > edge.right + 1 ||
    box.top < edge.top - 1 || box.bottom > edge.bottom + 1).map(text => `beyond the edge: ${text.said}`);
  const shared = (a, b) => Math.min(
    Math.min(a.right, b.right) - Math.max(a.left, b.left), Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top));
  texts.forEach((one, place) => texts.slice(place + 1).forEach(other => {
    if (shared(one.box, other.box) > 2) found.push(`on each other: ${one.said} / ${other.said}`);
  }));
  return found;
}"""


def sticking_out(shown: Page) -> list[str]:
    """Texts of a page that reach beyond their block, the window or a box that hides them."""
    return shown.evaluate(_STICKING_OUT)


def unreadable(browser: Browser, drawings: list[str]) -> list[str]:
    """Texts of charts (SVG) that reach beyond the edge of their drawing or lie on each other."""
    found = []
    shown = browser.new_page()
    for drawing in drawings:
        shown.set_content(drawing)
        found += shown.evaluate(_UNREADABLE)
    shown.close()
    return found
