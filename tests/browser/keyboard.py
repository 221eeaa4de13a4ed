"""A page walked through with the Tab key alone: every stop is seen, nothing holds one fast."""

from typing import Any

from tests.browser.tab import Tab, measured

MOST_STOPS = 300

_STOP = """() => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const style = getComputedStyle(at), box = at.getBoundingClientRect();
  const drawn = (element) => {
    const own = getComputedStyle(element);
    return own.outlineStyle !== "none" && parseFloat(own.outlineWidth) > 0 || own.boxShadow !== "none" ||
      element.localName === "rect" && parseFloat(own.strokeWidth) > 3;
  };
  if (!stops.includes(at)) stops.push(at);
  const around = [at.parentElement, at.nextElementSibling, ...(at.labels ?? [])];
  const near = [at, ...at.querySelectorAll("rect"), ...around].filter(Boolean);
  return {
    number: stops.indexOf(at),
    name: (at.innerText || at.getAttribute("aria-label") || at.name || at.id || at.localName).trim().slice(0, 40),
    href: at.getAttribute("href") ?? "",
    isSeen: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight,
    isMarked: at.matches(":focus-visible") && near.some(drawn) || at.localName === "body",
  };
}"""

_FROM_THE_TOP = """() => {
  document.body.tabIndex = -1;
  document.body.focus();
  document.body.removeAttribute("tabindex");
  scrollTo(0, 0);
  window.stops = [];
}"""
"""Where somebody was last, their next step begins, even after a blur: so they are led to the very top.
The stops are kept beside the page: a live page takes marks off its elements with its next news."""

WALKS = 3
"""A live page may grow a control behind whoever walks: the next walk comes by it, and one that is out of reach is
missed by all of them."""


def walk(tab: Tab) -> list[dict[str, Any]]:
    """Every stop from the first to the last, in order. Fails where one is not seen or not marked, or the way
    does not end."""
    stops: list[dict[str, Any]] = []
    measured(tab, _FROM_THE_TOP)
    for _ in range(MOST_STOPS):
        tab.page.keyboard.press("Tab")
        stop = measured(tab, _STOP)
        if stop is None or stop["number"] < len(stops) - 1:
            break
        if stop["number"] == len(stops):  # else: the next part of a time or a date
            stops.append(stop)
    else:
        raise AssertionError(f"more than {MOST_STOPS} stops on {tab.page.url}")
    hidden = [stop for stop in stops if not stop["isSeen"] or not stop["isMarked"]]
    assert hidden == [], f"{tab.page.url}: {hidden}"
    return stops


def check_whole_way(tab: Tab) -> None:
    """The first stop leads past the head to the page's own content, and every control that is shown is a stop."""
    for _ in range(WALKS):
        stops = walk(tab)
        assert stops[0]["href"].startswith("#"), f"no skip link first on {tab.page.url}: {stops[:2]}"
        if not (missed := _missed(tab)):
            return
    raise AssertionError(f"never reached on {tab.page.url}: {missed}")


def _missed(tab: Tab) -> list[str]:
    missed: list[str] = measured(
        tab,
        """() => [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")]
          .filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.disabled && !stops.includes(one))
          .filter((one) => one.type !== "radio" && one.tabIndex >= 0)
          .map((one) => one.outerHTML.slice(0, 120))""",
    )
    return missed
