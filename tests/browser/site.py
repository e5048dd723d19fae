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

    def open(self, path: Path, size: tuple[int, int] = DESKTOP) -> Page:
        """Show a page; what it asks of the network is refused and noted, and so is what it complains of."""
        shown = self.browser.new_page(viewport={"width": size[0], "height": size[1]})
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
