"""A Chinese page in the browser: its characters come from a font that has them, as they are written in China."""

import re

import pytest
from playwright.sync_api import Page
from tests.browser.site import Site

pytestmark = pytest.mark.browser

HAN = re.compile("[\u4e00-\u9fff]")
# Families of `template/style.css` that have them, as systems name them.
CHINESE = ("PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC")


def fonts(shown: Page, selector: str) -> list[tuple[str, set[str]]]:
    """Text of each element that a selector finds, and the families that the browser took its letters from."""
    session = shown.context.new_cdp_session(shown)
    session.send("DOM.enable")
    session.send("CSS.enable")
    root = session.send("DOM.getDocument")["root"]["nodeId"]
    found = []
    for node in session.send("DOM.querySelectorAll", {"nodeId": root, "selector": selector})["nodeIds"]:
        used = session.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
        html = session.send("DOM.getOuterHTML", {"nodeId": node})["outerHTML"]
        found.append((re.sub(r"<[^>]*>", "", html).strip(), {font["familyName"] for font in used}))
    return found


def test_chinese_letters_come_from_a_chinese_font(chinese_run, chromium):
    site = Site(chinese_run, chromium)
    for path in site.pages:
        shown = site.open(path)
        chinese = [(text, used) for text, used in fonts(shown, "h1, h2, p, th, td, li") if HAN.search(text)]
        strange = [(text, used) for text, used in chinese if used and not used & set(CHINESE)]
        assert len(chinese) > 10 and strange == [], path.name
        assert shown.get_attribute("html", "lang") == "zh-Hans-CN"
        shown.close()


def test_letters_without_a_font_would_be_found(chromium):
    shown = chromium.new_page()
    shown.set_content('<p style="font-family: sans-serif">\U0010fffd</p>')
    ((_text, used),) = fonts(shown, "p")
    assert not used & set(CHINESE)
    shown.close()
