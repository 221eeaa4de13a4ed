"""Those who are asked to help: partner units, doctors; and the board that says who is responsible."""

import re
from urllib.parse import quote

import pypdfium2
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenTab, in_one_form
from tests.browser.keyboard import check_whole_way
from tests.browser.looks import check
from tests.browser.places import COURTYARD, LED_BUILDING
from tests.browser.tab import PICTURES
from tests.e2e.communities import TODAY
from tests.e2e.demo_community import COMMUNITY
from tests.e2e.door import Door

PAGES = (
    ("doctor-visits", "/doctor", "doctor"),
    ("doctor-elders", "/doctor/elders", "doctor"),
    ("partner", "/partner", "partner"),
    ("boards", "/board", ""),
    ("board", f"/board/{COMMUNITY}/{COURTYARD}", ""),
)
WAYS = [("zh", 390), ("en", 1280)]


@in_one_form
@pytest.mark.parametrize(("name", "path", "role"), PAGES)
def test_the_pages_of_those_who_help_can_be_read_by_everybody(
    open_tab: OpenTab, name: str, path: str, role: str
) -> None:
    for language, size, widths in (("zh", "normal", (390, 1280)), ("en", "normal", (390,)), ("zh", "larger", (390,))):
        tab = open_tab(role, language=language, size=size)
        expect(tab.go(path).locator("main h1")).to_be_visible()
        check(tab, picture=f"{name}-{language}-{size}", elder=size != "normal", widths=widths)


@in_one_form
def test_the_pages_of_those_who_help_are_walked_through_by_keyboard(open_tab: OpenTab) -> None:
    for _, path, role in PAGES[2:]:
        tab = open_tab(role, width=1280)
        tab.go(path)
        check_whole_way(tab)


@pytest.mark.parametrize(("language", "width"), WAYS)
def test_a_leader_asks_a_unit_which_takes_the_matter_and_completes_it(
    open_tab: OpenTab, door: Door, language: str, width: int
) -> None:
    unit = door.get("units", community=COMMUNITY, page_size=1)["items"][0]
    id = door.file(COMMUNITY, LED_BUILDING, "other", description="门口要装充电桩")
    door.when(id, lambda case: case["leader"])
    door.post(f"grievances/{id}/accept")
    leader = open_tab("grid_leader", language=language, width=width)
    page = leader.go(f"/leader/cases/{id}")
    page.locator("details#unit > summary").click()
    page.locator("#unit-which").select_option(f"unit:{unit['id']}")
    page.locator("#unit button.big").click()
    page.wait_for_url(re.compile("done=unit"))
    referral = door.when(id, lambda case: case["referral"])["referral"]

    tab = open_tab("partner", language=language, width=width)
    page = tab.go("/partner")
    page.locator(f"form[action*='{referral['id']}'][action$=accept] button").click()
    expect(page.get_by_role("status").first).to_be_visible()
    form = page.locator(f"form[action*='{referral['id']}'][action$=complete]")
    page.locator(f"details:has(form[action*='{referral['id']}'][action$=complete]) > summary").click()
    form.locator("textarea").fill("已勘察，下周安装。")
    form.locator("button").click()
    expect(page.get_by_role("status").first).to_be_visible()
    door.when(id, lambda case: case["referral"]["state"] == "completed")
    check(tab, picture=f"partner-done-{language}", widths=(width,))


@pytest.mark.parametrize(("language", "width"), WAYS)
def test_a_doctor_visits_an_elder_and_writes_down_what_was_found(
    open_tab: OpenTab, door: Door, language: str, width: int
) -> None:
    elder = door.get("elder-records", community=COMMUNITY, page_size=1)["items"][0]
    id = door.file(COMMUNITY, elder["household"], "elder_care", description="老人独居，请看看")
    visit = door.when(id, lambda case: case["visit"])["visit"]
    tab = open_tab("doctor", language=language, width=width)
    page = tab.go(f"/doctor/elders/{elder['id']}")
    page.locator("[name=consent_on]").fill(TODAY.isoformat())
    page.locator("form[autocomplete=off] button.big").click()
    expect(page.get_by_role("status").first).to_be_visible()
    page = tab.go("/doctor")
    page.locator(f"a[href$='{visit['id']}']").click()
    page.locator("[name=note]").fill("精神好，按时吃药。")
    page.locator("form[action$=done] button.big").click()
    expect(page.get_by_role("status").first).to_be_visible()
    check(tab, picture=f"doctor-done-{language}", widths=(width,))
    assert door.case(id)["visit"]["state"] == "done"


def test_the_board_leads_from_a_courtyard_to_reporting_there(open_tab: OpenTab) -> None:
    tab = open_tab()
    page = tab.go(f"/board/{COMMUNITY}/{COURTYARD}")
    page.locator(f"main a[href*='/q/{quote(COMMUNITY)}/']").first.click()
    expect(page.locator("#report")).to_be_visible()


@pytest.mark.parametrize(
    ("role", "path"), [("", f"/board/{COMMUNITY}/{COURTYARD}"), ("office", f"/office/places?parent={COURTYARD}")]
)
def test_the_board_of_a_courtyard_is_to_be_had_as_a_poster_of_one_sheet(
    open_tab: OpenTab, role: str, path: str
) -> None:
    tab = open_tab(role)
    link = tab.go(path).locator("a[href$='poster.pdf']").get_attribute("href")
    served = tab.context.request.get(f"{tab.url}{link}")
    assert (served.status, served.headers["content-type"]) == (200, "application/pdf")
    sheets = pypdfium2.PdfDocument(served.body())
    assert len(sheets) == 1
    assert "陇海花苑" in sheets[0].get_textpage().get_text_range()
    PICTURES.mkdir(parents=True, exist_ok=True)
    sheets[0].render(scale=1).to_pil().save(PICTURES / f"poster-{role or 'visitor'}.png")
