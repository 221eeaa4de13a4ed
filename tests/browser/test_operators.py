"""The person on duty: what died is seen with its cause, done after all, or put aside with a reason."""

import re
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenTab
from tests.browser.looks import check
from tests.browser.people import People
from tests.e2e.dead_letters import Laid, lay_aside, places_of
from tests.e2e.door import Door
from tests.e2e.systems import System

DEAD = "operations/dead-letters"
WORDS = {
    "zh": ("重放这组…", "丢弃这组…", "1 条重放后又失败"),
    "en": ("Replay group…", "Discard group…", "1 failed again after a replay"),
}
"""The buttons of a group, and what stands on one that died again."""


def sign_in(page: Page, people: People) -> None:
    """As whoever is on duty, by name and password."""
    given = people.sign_in("operator")
    page.locator("[name=name]").fill(given.name)
    page.locator("[name=password]").fill(given.password)
    page.locator("main button[type=submit]").click()
    page.wait_for_url(re.compile(r"/$"))


def lay_two(system: System, chain: str) -> tuple[str, str]:
    """An event that can be done now, and something that nobody can read; their causes."""
    done, unread = f"{uuid4().int % 2**64:016x}", f"{uuid4().int % 2**64:016x}"
    code = f"4198{uuid4().int % 10**8:08d}"
    lay_aside(
        system,
        Laid(body=places_of(code, chain), correlation=chain, cause=done, error="OperationalError"),
        Laid(body=b"poison", correlation=chain, cause=unread, error="Unreadable"),
    )
    return done, unread


@pytest.mark.parametrize(
    ("system", "language", "width"),
    [
        pytest.param("embedded", "zh", 390, marks=pytest.mark.xdist_group("browser-embedded")),
        pytest.param("distributed", "en", 1280, marks=pytest.mark.xdist_group("browser-distributed")),
    ],
    indirect=["system"],
)
def test_whoever_is_on_duty_replays_what_can_be_done_and_puts_aside_what_cannot(
    open_tab: OpenTab, people: People, system: System, door: Door, language: str, width: int
) -> None:
    chain, (replay, discard, again) = f"browser-{uuid4()}", WORDS[language]
    done, unread = lay_two(system, chain)
    door.when_listed(DEAD, 2, correlation=chain)
    tab = open_tab(language=language, width=width)
    sign_in(tab.go("/sign-in"), people)

    page = tab.go("/ops")
    page.get_by_role("navigation").get_by_role("link").nth(1).click()
    page.wait_for_url(re.compile("/ops/dead"))
    check(tab, picture=f"operator-dead-{language}", widths=(width,))
    group_of(page, done).get_by_role("button", name=replay).click()
    tab.picture(f"operator-replaying-{language}-{width}")
    dialog = page.get_by_role("dialog")
    dialog.locator("[type=submit]").click()
    expect(dialog).to_be_hidden()
    expect(group_of(page, done)).to_have_count(0, timeout=30_000)

    group_of(page, unread).get_by_role("button", name=replay).click()
    dialog.locator("[type=submit]").click()
    dead_again = page.locator("article.group", has_text=again)  # under the cause that it died of now
    expect(dead_again).to_have_count(1, timeout=30_000)
    dead_again.get_by_role("button", name=discard).click()
    dialog.locator("[type=submit]").click()
    expect(dialog).to_be_visible()  # without a reason nothing is put aside
    dialog.locator("[name=reason]").fill("试验数据，读不懂")
    dialog.locator("[type=submit]").click()
    expect(dead_again).to_have_count(0, timeout=30_000)
    expect(page.locator("section[aria-labelledby=done]")).to_contain_text("试验数据，读不懂")
    tab.picture(f"operator-settled-{language}-{width}")
    states = {row["state"] for row in door.get(DEAD, correlation=chain)["items"]}
    assert states == {"handled", "discarded"}


def group_of(page: Page, cause: str) -> Locator:
    """The dead letters of one cause, as the page shows them."""
    return page.locator(f"article.group[data-key^='{cause}']")
