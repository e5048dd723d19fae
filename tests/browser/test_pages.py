"""Pages in a real Chromium: quiet, whole, readable on a desk, a phone and paper."""

import json
import unicodedata
from datetime import date

import pytest
from benchmarks.index import write_run
from pypdf import PdfReader
from tests.browser.site import DESKTOP, PHONE, Site
from tests.report.sample import HOSTILE

from analysis.report import index

pytestmark = pytest.mark.browser


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


# Points of the smallest letters on paper, and whether a text is cut off there.
_ON_PAPER = """() => {
  const shown = [...document.querySelectorAll('body *')].filter(e => e.getClientRects().length &&
    [...e.childNodes].some(n => n.nodeType === Node.TEXT_NODE && n.data.trim()));
  const cut = shown.map(e => getComputedStyle(e)).filter(l => l.webkitLineClamp !== 'none' || l.overflow !== 'visible');
  return [Math.min(...shown.map(e => 0.75 * parseFloat(getComputedStyle(e).fontSize))), cut.length];
}"""


def on_two_sheets(shown, target) -> list[str]:
    """Text of the sheets of an executive page, after a look at its letters."""
    shown.pdf(path=target, prefer_css_page_size=True)
    shown.emulate_media(media="print")
    smallest, cut = shown.evaluate(_ON_PAPER)
    assert smallest >= 8 and cut == 0
    sheets = [sheet.extract_text() for sheet in PdfReader(target).pages]
    assert len(sheets) <= 2
    return sheets


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_executive_page_of_sixteen_topics_prints_on_two_sheets(language, tmp_path, chromium):
    """With texts as long as notebooks write them, checks that fail in every topic and topics that failed."""
    for day in (date(2024, 10, 31), date(2024, 11, 30)):
        write_run(tmp_path, day, language)
    site = Site(write_run(tmp_path, date(2024, 12, 31), language, failed=3), chromium)
    shown = site.open(index.write(site.folder))
    assert shown.locator("svg[aria-label]").count() > 16 * 8
    headings = shown.locator("h2").all_inner_texts()
    sheets = on_two_sheets(shown, tmp_path / "page.pdf")
    printed = unicodedata.normalize("NFKC", "".join(sheets))
    assert len(headings) == 6 and all(heading in printed for heading in headings[:5])
    assert site.complaints == []
    shown.close()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_as_much_as_is_printed_in_full_has_room_on_two_sheets(language, tmp_path, chromium):
    folder = write_run(tmp_path, date(2024, 12, 31), language)
    run = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    whole = '<div class="executive">'
    for number in range(len(run["topics"]), 0, -1):
        fewer = run | {"topics": run["topics"][:number]}
        (folder / "run.json").write_text(json.dumps(fewer), encoding="utf-8")
        if whole in index.write(folder).read_text(encoding="utf-8"):
            break
    shown = Site(folder, chromium).open(folder / "index.html")
    assert number >= 3 and len(on_two_sheets(shown, tmp_path / "page.pdf")) == 2
    shown.close()


def test_the_executive_page_of_the_simulated_bank_prints_on_two_sheets(demo_run, chromium, tmp_path):
    shown = Site(demo_run, chromium).open(demo_run / "index.html")
    on_two_sheets(shown, tmp_path / "page.pdf")
    shown.close()


def test_the_sample_says_what_its_notebook_found(sample_run, chromium):
    shown = Site(sample_run, chromium).open(sample_run / "regions.html")
    said = shown.inner_text("main")
    assert "Half of 40 customers live here." in said and "Only 40 customers: the interval is wide." in said
    assert HOSTILE in said and "30 Dec 2024" in said and "50.0%" in said
    for hidden in ("not for management", "nor this", "open_bank", "<Axes", "Fragment("):
        assert hidden not in said
    shown.close()
