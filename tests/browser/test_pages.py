"""Pages in a real Chromium: a small notebook executed here, and the real run on the simulated bank."""

import os
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from benchmarks.index import write_run
from nbclient import NotebookClient
from playwright.sync_api import Browser, Page, sync_playwright
from pypdf import PdfReader
from tests.report import sample
from tests.report.sample import HOSTILE, topic

from analysis.report import index, overview
from analysis.report.html import render

pytestmark = pytest.mark.browser

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
QUIET += ["--disable-sync", "--no-first-run"]
DESKTOP, PHONE = (1280, 900), (390, 844)

CELLS = [
    "# Regions & their customers\n\n**Question.** Where do our customers live?",
    (
        "import matplotlib.pyplot as plt\n"
        "from analysis.bank.source import open_bank\n"
        "from analysis.charts import style\n"
        "from analysis.report import page, results\n"
        "style.apply()\n"
        "view = open_bank(bank).view()\n"
        "page.run_facts(view, customers=40, seed=1)"
    ),
    "## Where they live\n\nCounted.\n\n### By region, in a heading that takes several lines on a phone",
    (
        "regions = view.customers().group_by('region').agg(n=lambda t: t.count()).to_pandas()\n"
        "many = {f'm{i}': regions.n * 1234567.891 / 7 for i in range(14)}\n"
        "page.table(regions.assign(**many), title='Half live here', note='Counted.',\n"
        "           columns={'region': ('Region', ''), 'n': ('Customers', 'customers'),\n"
        "                    **{name: (name, 'CNY') for name in many}})"
    ),
    (
        "import warnings\n"
        "warnings.warn('not for management')\n"
        "print('nor this')\n"
        "ax = style.axes(None, 3.5)\n"
        "ax.bar(['东', 'West'], [20, 20])\n"
        "style.title(ax, 'Half live in the east 东部', 'customers')\n"
        "plt.show()"
    ),
    "## Limits\n\n" + "Nothing is known of those who are not here. " * 40,
    (
        "results.record(results_folder, topic='regions', view=view,\n"
        "    headline='Half of 40 customers live here.',\n"
        "    figures=[results.figure('east', 0.5, low=0.35, high=0.65, unit='share', baseline=1 / 3),\n"
        "             results.figure('customers', 40, unit='customers'),\n"
        "             results.figure('assets', 123456789.123, low=1e8, high=1.5e8, unit='CNY')],\n"
        "    decision=results.decision('Branches', 'open one', customers=20, money=1e6, currency='CNY'),\n"
        "    health=[results.health('Size', False, 'Only 40 customers: the interval is wide.')], tables={})"
    ),
]


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


@pytest.fixture(scope="session")
def chromium():
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def sample_run(tmp_path_factory) -> Path:
    """A run of one small notebook on a bank of 40 customers, half of them in a region of hostile name."""
    folder = tmp_path_factory.mktemp("sample")
    _write_bank(folder / "bank")
    site = folder / "runs" / "latest"
    site.mkdir(parents=True)
    cells = [
        nbformat.v4.new_markdown_cell(cell) if cell.startswith("#") else nbformat.v4.new_code_cell(cell)
        for cell in CELLS
    ]
    given = f"bank, results_folder = {str(folder / 'bank')!r}, {str(site / 'regions')!r}"
    notebook = nbformat.v4.new_notebook(cells=[cells[0], nbformat.v4.new_code_cell(given), *cells[1:]])
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    nbformat.write(notebook, folder / "regions.ipynb")
    page = render(folder / "regions.ipynb", site / "regions" / "metrics.json", "en")
    (site / "regions.html").write_text(page, encoding="utf-8")
    failure = {"kind": "error", "cell": 3, "source": "", "error": "ValueError", "message": HOSTILE}
    sample.write_run(site, topic("regions"), topic("churn", "failed", page=None, failure=failure))
    index.write(site)
    overview.write(site.parent, [site])
    return site


def _write_bank(folder: Path) -> None:
    folder.mkdir()
    ids = [f"C{number:02}" for number in range(40)]
    customers = pd.DataFrame(
        {"customer_id": ids, "region": ["East", HOSTILE] * 20, "joined_on": "2020-01-02"}
    )
    accounts = pd.DataFrame(
        {"account_id": ids, "customer_id": ids, "product_id": "P1", "opened_on": "2020-01-02"}
    )
    bookings = pd.DataFrame(
        {
            "transaction_id": ids,
            "account_id": ids,
            "booked_at": "2024-12-30 10:00:00",
            "amount": 10.5,
            "category": "salary",
            "channel": "mobile",
        }
    )
    for name, frame in {"customers": customers, "accounts": accounts, "transactions": bookings}.items():
        frame.to_csv(folder / f"{name}.csv", index=False)


@pytest.fixture(params=["sample_run", "demo_run"])
def site(request, chromium) -> Site:
    return Site(request.getfixturevalue(request.param), chromium)


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_page_is_quiet_asks_for_nothing_and_does_not_scroll_sideways(site, size):
    assert site.topics
    for path in site.pages:
        shown = site.open(path, size)
        width = shown.evaluate("Math.max(document.documentElement.scrollWidth, document.body.scrollWidth)")
        assert width <= size[0], path.name
        shown.close()
    assert site.complaints == []


def test_every_picture_is_shown_and_has_alt_text(site):
    for path in site.topics:
        shown = site.open(path)
        pictures = shown.eval_on_selector_all("img", "all => all.map(i => [i.alt.trim(), i.naturalWidth])")
        assert pictures and all(alt and width > 0 for alt, width in pictures), path.name
        shown.close()


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_contents_lead_to_their_sections(site, size):
    for path in site.topics:
        shown = site.open(path, size)
        if size == PHONE:
            shown.click(".contents.narrow summary")
        links = shown.locator(".contents a:visible")
        assert links.count() >= 2, path.name
        for place in range(links.count()):
            links.nth(place).click()
            top = shown.evaluate(
                "document.getElementById(location.hash.slice(1)).getBoundingClientRect().top / innerHeight"
            )
            assert -0.01 <= top < 1, (path.name, links.nth(place).inner_text())
        shown.close()


def test_links_resolve_and_identifiers_are_unique(site):
    overview = [path for path in [site.folder.parent / "index.html"] if path.is_file()]
    for path in [*site.pages, *overview]:
        shown = site.open(path)
        links = shown.eval_on_selector_all("a", "all => all.map(a => a.getAttribute('href'))")
        local = [link for link in links if not link.startswith(("#", "https://"))]
        assert local and all((path.parent / link).is_file() for link in local), path.name
        names = shown.eval_on_selector_all("[id]", "all => all.map(e => e.id)")
        assert len(names) == len(set(names)), path.name
        shown.close()


def test_no_script_could_run(site):
    shown = site.open(site.topics[0])
    ran = shown.evaluate(
        "() => { const s = document.createElement('script'); s.textContent = 'window.ran = 1';"
        " document.body.append(s); return window.ran }"
    )
    assert ran is None
    assert shown.locator("script:not(body > script:last-child)").count() == 0
    shown.close()


def test_a_page_prints_on_a4_without_its_navigation(site, tmp_path):
    for path in site.pages:
        shown = site.open(path)
        title = shown.inner_text("h1")
        shown.pdf(path=tmp_path / "page.pdf", prefer_css_page_size=True)
        shown.close()
        sheets = PdfReader(tmp_path / "page.pdf").pages
        text = " ".join(" ".join(sheet.extract_text() for sheet in sheets).split())
        assert [round(float(length)) for length in sheets[0].mediabox[2:]] == [595, 842]
        assert " ".join(title.split()) in text and 1 <= len(sheets) <= 40, path.name
        assert "Contents" not in text and "All topics" not in text


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_executive_page_of_sixteen_topics_prints_on_two_sheets(language, tmp_path, chromium):
    """With texts as long as notebooks write them, checks that fail in every topic and topics that failed."""
    for day in (date(2024, 10, 31), date(2024, 11, 30)):
        write_run(tmp_path, day, language)
    site = Site(write_run(tmp_path, date(2024, 12, 31), language, failed=3), chromium)
    shown = site.open(index.write(site.folder))
    assert shown.locator("svg[aria-label]").count() > 16 * 8
    shown.pdf(path=tmp_path / "page.pdf", prefer_css_page_size=True)
    sheets = [sheet.extract_text() for sheet in PdfReader(tmp_path / "page.pdf").pages]
    assert len(sheets) == 2
    headings = shown.locator("h2").all_inner_texts()
    printed = unicodedata.normalize("NFKC", "".join(sheets))
    assert len(headings) == 6 and all(heading in printed for heading in headings[:5])
    assert site.complaints == []
    shown.close()


def test_the_executive_page_of_the_simulated_bank_prints_on_two_sheets(demo_run, chromium, tmp_path):
    shown = Site(demo_run, chromium).open(demo_run / "index.html")
    shown.pdf(path=tmp_path / "page.pdf", prefer_css_page_size=True)
    assert len(PdfReader(tmp_path / "page.pdf").pages) <= 2
    shown.close()


def test_the_sample_says_what_its_notebook_found(sample_run, chromium):
    shown = Site(sample_run, chromium).open(sample_run / "regions.html")
    said = shown.inner_text("main")
    assert "Half of 40 customers live here." in said and "Only 40 customers: the interval is wide." in said
    assert HOSTILE in said and "30 Dec 2024" in said and "50.0%" in said
    for hidden in ("not for management", "nor this", "open_bank", "<Axes", "Fragment("):
        assert hidden not in said
    shown.close()
