"""Whether a page can be used by everybody: what axe finds, how big things are, what fits the screen."""

from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe

from tests.browser.tab import Tab, measured

PHONE, DESK = 390, 1280
HEIGHTS = {PHONE: 844, DESK: 800}
FINGER, OLD_FINGER = 44, 60
"""Pixels of a target's sides, and what they are in elder mode."""

_MEASURES = Path(__file__).with_name("measures.js").read_text(encoding="utf-8")
_AXE = Axe()


def check(tab: Tab, *, picture: str = "", elder: bool = False, widths: tuple[int, ...] = (PHONE, DESK)) -> None:
    """The page as it stands now at each width; all that is wrong with it is told at once."""
    wrong: list[str] = []
    for width in widths:
        tab.page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
        wrong += [f"{width} px: {each}" for each in _found(tab, width, elder=elder)]
        if picture:
            tab.picture(f"{picture}-{width}")
    tab.page.emulate_media(color_scheme="dark")
    wrong += [f"dark: {each}" for each in broken_rules(tab, "color-contrast")]
    tab.page.emulate_media(color_scheme="light")
    assert wrong == [], "\n".join([tab.page.url, *wrong])


def _found(tab: Tab, width: int, *, elder: bool) -> list[str]:
    found = [*broken_rules(tab), *too_wide(tab), *unmarked_chinese(tab)]
    if elder:
        return found + too_small_to_read(tab) + too_small_to_touch(tab, OLD_FINGER)
    return found + (too_small_to_touch(tab, FINGER) if width == PHONE else [])


def broken_rules(tab: Tab, *rules: str) -> list[str]:
    """What axe finds, a line each: by all its rules, or by those that are named."""
    only = {"runOnly": list(rules)} if rules else {}
    told: dict[str, Any] = _AXE.run(tab.page, options={"resultTypes": ["violations"], **only}).response
    return [
        f"axe {each['id']}: {each['help']}: {node['html'][:200]} {' '.join(node['failureSummary'].split())[:300]}"
        for each in told["violations"]
        for node in each["nodes"][:5]
    ]


def too_wide(tab: Tab) -> list[str]:
    """What makes the page scroll sideways."""
    return [f"sticks out: {each}" for each in _measure(tab, "stickingOut")]


def unmarked_chinese(tab: Tab) -> list[str]:
    """Chinese text that stands as if it were English."""
    return [f"not marked as Chinese: {each}" for each in _measure(tab, "unmarkedChinese")]


def too_small_to_touch(tab: Tab, least: int) -> list[str]:
    """Whatever can be pressed and is smaller than `least` on a side; links within a sentence are read, not aimed at."""
    return [f"smaller than {least}: {each}" for each in _measure(tab, "smallTargets", least)]


def too_small_to_read(tab: Tab, least: float = 18, leading: float = 1.3) -> list[str]:
    """Text below this size, or with lines closer than this."""
    return [f"hard to read: {each}" for each in _measure(tab, "smallText", [least, leading])]


def _measure(tab: Tab, what: str, given: Any = None) -> list[str]:
    found: list[str] = measured(tab, f"(given) => {{ {_MEASURES}\nreturn {what}(given); }}", given)
    return found
