"""Pages in a real Chromium: quiet, whole, readable on a desk, a phone and paper."""

import pytest
from pypdf import PdfReader
from tests.browser.site import DESKTOP, PHONE, Site
from tests.report.sample import HOSTILE

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


def test_the_sample_says_what_its_notebook_found(sample_run, chromium):
    shown = Site(sample_run, chromium).open(sample_run / "regions.html")
    said = shown.inner_text("main")
    assert "Half of 40 customers live here." in said and "Only 40 customers: the interval is wide." in said
    assert HOSTILE in said and "30 Dec 2024" in said and "50.0%" in said
    for hidden in ("not for management", "nor this", "open_bank", "<Axes", "Fragment("):
        assert hidden not in said
    shown.close()
