"""Places and people are found by a few letters: a courtyard by whoever reports, a helper by the office."""

import re
import secrets

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenTab, in_one_form
from tests.browser.looks import check
from tests.browser.places import COURTYARD
from tests.e2e.demo_community import COMMUNITY
from tests.e2e.door import Door
from tests.waiting import eventually

HARDSHIP = "低保，独居，行动不便"


@in_one_form
@pytest.mark.parametrize(
    ("page", "language", "size", "scripts"),
    [("/q", "zh", "normal", True), ("/q", "zh", "largest", False), ("/board", "en", "normal", False)],
)
def test_a_courtyard_is_found_by_the_first_letters_of_its_name(
    open_tab: OpenTab, page: str, language: str, size: str, scripts: bool
) -> None:
    tab = open_tab(language=language, size=size, java_script_enabled=scripts)
    shown = tab.go(page)
    expect(shown.locator(".door")).to_have_count(37)
    shown.locator("#q").fill("lhhy")
    shown.locator("form[role=search] button").click()
    expect(shown.locator(".door")).to_have_count(1)
    if scripts:
        check(tab, picture=f"courtyard-found-{language}-{size}", elder=size != "normal", widths=(390,))
    else:
        tab.picture(f"courtyard-found-{language}-{size}-without-scripts")
    shown.locator(".door a").click()
    shown.wait_for_url(re.compile(f"{page}/{COMMUNITY}/{COURTYARD}$"))
    expect(shown.locator("h1")).to_contain_text("陇海花苑")


@in_one_form
def test_where_nothing_is_called_so_all_courtyards_are_one_tap_away(open_tab: OpenTab) -> None:
    tab = open_tab(size="larger")
    page = tab.go("/q?q=zzzz")
    expect(page.locator("[role=status]").first).to_be_visible()
    check(tab, picture="courtyard-not-found", elder=True, widths=(390,))
    page.locator("form[role=search] a.button").click()
    expect(page.locator(".door")).to_have_count(37)


@in_one_form
@pytest.mark.parametrize("size", ["normal", "largest"])
def test_whoever_scans_the_code_of_a_closed_courtyard_is_told_and_led_to_another(
    open_tab: OpenTab, door: Door, size: str
) -> None:
    grid = COURTYARD[:15]
    code = f"{grid}{secrets.randbelow(900) + 100}"
    place = {"code": code, "kind": "courtyard", "name": "老粮库家属院", "parent": grid}
    added = door.post(f"communities/{COMMUNITY}/places", place)
    tab = open_tab(size=size)
    page = tab.go(f"/q/{COMMUNITY}/{code}")
    page.locator("[name=category][value=noise]").check(force=True)
    page.locator("[name=description]").fill("夜里施工吵")
    door.post(f"communities/{COMMUNITY}/places/{code}/close", {"version": added["version"]})
    tab.expect(409)
    page.locator("#report button.big").click()
    expect(page.locator("blockquote")).to_have_text("夜里施工吵")

    page = tab.go(f"/q/{COMMUNITY}/{code}")
    expect(page.locator(".warned")).to_be_visible()
    check(tab, picture=f"closed-courtyard-{size}", elder=size != "normal", widths=(390,))
    page.locator("a.big").click()
    expect(page.locator(".door").first).to_be_visible()
    expect(page.get_by_text("老粮库家属院")).to_have_count(0)


def somebody_with_helpers(door: Door) -> tuple[str, dict[str, str], str]:
    """A resident's number in the register, the ids of two volunteers by name, and the letters that find both."""
    mark = secrets.token_hex(3)
    home = door.get(f"communities/{COMMUNITY}/places", kind="household", page_size=1)["items"][0]["code"]
    number = f"P-{mark}"
    door.post("people", {"community": COMMUNITY, "number": number, "name": "曾玉兰", "household": home})
    helpers = {}
    for name in (f"李大山{mark}", f"李多寿{mark}"):
        told = door.post("volunteers", {"community": COMMUNITY, "name": name, "home_place": COURTYARD})
        helpers[name] = told["id"]
    return number, helpers, f"lds{mark}"


@in_one_form
@pytest.mark.parametrize(
    ("width", "scripts", "size"), [(390, True, "normal"), (1280, False, "normal"), (390, True, "large")]
)
def test_a_pairing_is_set_up_with_and_handed_over_to_whoever_is_found_by_letters(
    open_tab: OpenTab, door: Door, width: int, scripts: bool, size: str
) -> None:
    number, helpers, letters = somebody_with_helpers(door)
    first, second = sorted(helpers)
    tab = open_tab("office", width=width, size=size, java_script_enabled=scripts)
    page = tab.go("/office/pairings/new")
    page.locator("#q").fill(number)
    page.locator("main form button").click()
    page.locator("main .cards a").click()
    page.locator("#helper").fill(letters)
    page.locator("main form button").click()
    expect(page.locator(".door")).to_have_count(2)
    if scripts:
        check(tab, picture=f"helpers-found-{width}-{size}", elder=size != "normal", widths=(width,))
    page.get_by_role("link", name=first).click()
    page.locator("#help_type").select_option("care")
    page.locator("#cadence_days").fill("14")
    page.locator("#hardship").fill(HARDSHIP)
    if scripts:
        check(tab, picture=f"pairing-filled-{width}-{size}", elder=size != "normal", widths=(width,))

    page.locator("button[name=other]").click()
    page.locator("#helper").fill(letters)
    page.locator("main form button").click()
    page.get_by_role("link", name=first).click()
    expect(page.locator("#help_type")).to_have_value("care")
    expect(page.locator("#cadence_days")).to_have_value("14")
    expect(page.locator("#hardship")).to_have_value("")
    page.locator("#hardship").fill(HARDSHIP)
    page.locator("main form.form button:not([name])").click()
    page.wait_for_url(re.compile("/office/pairings/.*done=1"))
    expect(page.locator(".facts")).to_contain_text(first)

    page.locator("#hand-over > summary").click()
    page.locator("#helper").fill(letters)
    page.locator("#hand-over form[role=search] button").click()
    expect(page.locator("#hand-over .choice")).to_have_count(1)
    if scripts:
        check(tab, picture=f"pairing-hand-over-{width}-{size}", elder=size != "normal", widths=(width,))
    page.locator("#hand-over form[method=post] button").click()
    expect(page.locator(".facts")).to_contain_text(second)
    id = page.url.split("/")[-1].split("?")[0]
    assert eventually(lambda: door.get(f"pairings/{id}")["volunteer_id"] == helpers[second])
    assert all(HARDSHIP not in each.url and "hardship=" not in each.url for each in tab.responses)
