"""What a browser keeps for dead spots, as its worker keeps it."""

from playwright.sync_api import Page

from tests.waiting import eventually

_NAMES = """() => new Promise((done) => {
  const asked = indexedDB.open("hemei-pages", 1);
  asked.onupgradeneeded = () => ["pages", "keys"].forEach((store) => asked.result.createObjectStore(store));
  asked.onsuccess = () => {
    const names = asked.result.transaction("pages").objectStore("pages").getAllKeys();
    names.onsuccess = () => { asked.result.close(); done(names.result); };
  };
})"""


def wait_for_worker(page: Page) -> None:
    """Until the worker sees to the page."""
    eventually(lambda: page.evaluate("() => navigator.serviceWorker.controller !== null"), within=15)


def kept_pages(page: Page) -> list[str]:
    """The paths of the pages that are kept."""
    names: list[str] = page.evaluate(_NAMES)
    return names
