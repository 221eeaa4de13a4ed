"""Volunteers: asked, they say yes on their telephone, check in by the courtyard's code, check out, see their hours."""

import re
import secrets
from dataclasses import dataclass
from itertools import count

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import CodeFor, OpenTab, in_one_form
from tests.browser.keyboard import check_whole_way
from tests.browser.looks import check
from tests.browser.places import LED_BUILDING, LED_COURTYARD
from tests.e2e.demo_community import COMMUNITY
from tests.e2e.door import Door
from tests.e2e.first_key import COOKIE

HOURS = "/volunteer/hours"
PAGES = {"offers": "/volunteer/", "hours": HOURS, "teams": "/volunteer/teams", "pairings": "/volunteer/pairings"}

ENDINGS = count(10)
"""Of telephones, two digits each: by these the log tells apart to whom a code was sent."""


@dataclass(frozen=True)
class Asked:
    """A volunteer who was asked for help, and the dispatch that asks them."""

    phone: str
    dispatch: str
    case: str


@pytest.fixture
def asked(door: Door) -> Asked:
    """Somebody who lives where help is wanted, and alone can do what is wanted there."""
    phone, skill = f"100{secrets.randbelow(10**6):06}{next(ENDINGS)}", f"修门 {secrets.token_hex(4)}"
    facts = {"community": COMMUNITY, "name": "韩修门", "skills": [skill], "home_place": LED_BUILDING, "phone": phone}
    volunteer = door.post("volunteers", facts)["id"]
    account = door.post("accounts", {"community": COMMUNITY, "phone": phone})["id"]
    door.post(f"accounts/{account}/grants", {"role": "volunteer", "community": COMMUNITY, "subject": volunteer})
    case = door.file(COMMUNITY, LED_BUILDING, "public_facility", description="单元门坏了")
    door.when(case, lambda case: case["leader"])
    door.post(f"grievances/{case}/accept")
    door.post(f"grievances/{case}/ask-hands", {"hands": 1, "skills": [skill]})
    (dispatch,) = door.when_listed("dispatches", 1, community=COMMUNITY, volunteer_id=volunteer)
    return Asked(phone, dispatch["id"], case)


def sign_in(page: Page, phone: str, code_for: CodeFor) -> None:
    """With the code that is sent to the telephone."""
    page.locator("[name=role][value=volunteer]").check(force=True)
    page.locator("[name=phone]").fill(phone)
    page.locator("form button.big").click()
    page.locator("[name=code]").fill(code_for(phone))
    page.locator("form button.big").click()
    page.wait_for_url(re.compile("/volunteer/$"))


@pytest.mark.parametrize(
    ("language", "width", "scripts", "size"),
    [("zh", 390, True, "normal"), ("en", 1280, True, "normal"), ("zh", 390, False, "larger")],
)
def test_a_volunteer_says_yes_checks_in_by_the_courtyards_code_and_out_and_sees_the_hours(
    open_tab: OpenTab, code_for: CodeFor, door: Door, asked: Asked, language: str, width: int, scripts: bool, size: str
) -> None:
    mark = f"{language}-{width}{'' if scripts else '-without-scripts'}"
    tab = open_tab(language=language, width=width, size=size, java_script_enabled=scripts)
    page = tab.go("/sign-in/phone?next=/volunteer/")
    sign_in(page, asked.phone, code_for)

    offer = page.locator(f"#dispatch-{asked.dispatch}")
    expect(offer).to_contain_text("同楼栋")
    expect(offer).to_contain_text("会修门")
    tab.picture(f"volunteer-offered-{mark}")
    offer.locator("form[action$=accept] button").click()
    page.wait_for_url(re.compile("done=accept"))

    tab.go(f"/q/{COMMUNITY}/{LED_COURTYARD}")
    tab.picture(f"volunteer-at-the-code-{mark}")
    page.locator(f"form[action*='{asked.dispatch}/check-in'] button").click()
    page.wait_for_url(re.compile("done=check-in"))
    tab.picture(f"volunteer-on-the-spot-{mark}")
    page.locator(f"#dispatch-{asked.dispatch} form[action$=check-out] button").click()
    page.wait_for_url(re.compile("done=check-out"))
    expect(page.locator(f"#dispatch-{asked.dispatch}")).to_have_count(0)

    page.locator(f"a[href='{HOURS}']").first.click()
    expect(page.locator("ul.cards li")).to_have_count(1)
    tab.picture(f"volunteer-hours-{mark}")
    dispatch = door.get(f"dispatches/{asked.dispatch}")
    assert (dispatch["state"], dispatch["checked_in_how"]) == ("checked_out", "qr")


def test_the_code_of_another_courtyard_offers_no_check_in_and_a_no_is_taken(
    open_tab: OpenTab, code_for: CodeFor, door: Door, asked: Asked
) -> None:
    door.post(f"dispatches/{asked.dispatch}/accept")
    tab = open_tab()
    sign_in(tab.go("/sign-in/phone?next=/volunteer/"), asked.phone, code_for)
    page = tab.go(f"/q/{COMMUNITY}/{COMMUNITY}00401")
    expect(page.locator("main h1")).to_be_visible()
    expect(page.locator("form[action*=check-in]")).to_have_count(0)
    offer = tab.go("/volunteer/").locator(f"#dispatch-{asked.dispatch}")
    offer.locator("summary").click()
    offer.locator("[name=reason]").fill("腿疼")
    offer.locator("form[action$=decline] button").click()
    page.wait_for_url(re.compile("done=decline"))
    assert door.get(f"dispatches/{asked.dispatch}")["decline_reason"] == "腿疼"


@in_one_form
def test_the_pages_of_volunteers_can_be_read_by_everybody_and_walked_through_by_keyboard(
    open_tab: OpenTab, code_for: CodeFor, asked: Asked
) -> None:
    tab, old, english = open_tab(), open_tab(size="largest"), open_tab(language="en")
    sign_in(tab.go("/sign-in/phone?next=/volunteer/"), asked.phone, code_for)
    session = [each for each in tab.context.cookies() if each["name"] == COOKIE]
    for name, path in PAGES.items():
        page = tab.go(path)
        expect(page.locator("main h1")).to_be_visible()
        check(tab, picture=f"volunteer-{name}")
        check_whole_way(tab)
        for other, mark in ((old, "largest"), (english, "en")):
            other.context.add_cookies(session)  # type: ignore[arg-type]
            other.go(path)
            check(other, picture=f"volunteer-{name}-{mark}", elder=other is old, widths=(390,))
