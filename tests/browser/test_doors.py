"""Pages for everybody who comes to the door, and those of the person on duty."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenTab, in_one_form
from tests.browser.keyboard import check_whole_way
from tests.browser.looks import check
from tests.browser.people import People

LANGUAGES = ("zh", "en")
ELDERS = ("large", "larger", "largest")
OPEN_TO_ALL = {
    "front": "/",
    "sign-in": "/sign-in",
    "sign-in-by-phone": "/sign-in/phone",
    "courtyards": "/q",
    "boards": "/board",
}


@in_one_form
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", OPEN_TO_ALL)
def test_what_is_open_to_all_can_be_read_by_all(open_tab: OpenTab, name: str, language: str) -> None:
    tab = open_tab(language=language)
    page = tab.go(OPEN_TO_ALL[name])
    expect(page.locator("main h1")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "en" if language == "en" else "zh-CN")
    check(tab, picture=f"{name}-{language}")


@in_one_form
@pytest.mark.parametrize("size", ELDERS)
def test_old_people_can_read_and_touch_what_is_open_to_all(open_tab: OpenTab, size: str) -> None:
    tab = open_tab(size=size)
    for name, path in OPEN_TO_ALL.items():
        tab.go(path)
        check(tab, picture=f"{name}-{size}", elder=True, widths=(390,))


def test_the_first_page_offers_the_elders_mode_which_grows_to_thirty_pixels_and_goes_back(open_tab: OpenTab) -> None:
    page = open_tab().go("/")
    page.get_by_role("link", name="长辈版").click()
    sizes = page.get_by_role("navigation", name="字号")
    sizes.get_by_role("link", name="最大").click()
    expect(page.locator("main p").first).to_have_css("font-size", "30px")
    page.get_by_role("link", name="标准版").click()
    expect(page.locator("main p").first).to_have_css("font-size", "16px")


@in_one_form
def test_the_pages_open_to_all_are_walked_through_by_keyboard(open_tab: OpenTab) -> None:
    tab = open_tab(width=1280)
    for path in OPEN_TO_ALL.values():
        tab.go(path)
        check_whole_way(tab)


def test_somebody_signs_in_with_the_keyboard_alone_and_out_again(open_tab: OpenTab, people: People) -> None:
    tab, given = open_tab(width=1280), people.sign_in("office")
    page = tab.go("/sign-in")
    page.locator("[name=name]").focus()
    page.keyboard.type(given.name)
    page.keyboard.press("Tab")
    page.keyboard.type("wrong password")
    tab.expect(401)
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator("[name=name]")).to_have_value(given.name)
    check(tab, picture="sign-in-refused")
    page.locator("[name=password]").focus()
    page.keyboard.type(given.password)
    page.keyboard.press("Enter")
    out = page.get_by_role("button", name="退出")
    expect(out).to_be_visible()
    check(tab, picture="front-office")
    out.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="登录", exact=True)).to_be_visible()


@in_one_form
def test_the_description_of_the_api_can_be_read_by_everybody(open_tab: OpenTab) -> None:
    tab = open_tab()
    tab.go("/docs#post-api-v1-grievances")
    expect(tab.page.locator("details[open]")).to_have_count(1)
    # One chapter is built like the others, and all of them together keep axe busy for a minute.
    tab.page.evaluate("() => [...document.querySelectorAll('main > section')].slice(1).forEach((one) => one.remove())")
    check(tab, picture="docs")


@in_one_form
def test_an_address_that_leads_nowhere_says_so_on_a_page(open_tab: OpenTab) -> None:
    tab = open_tab()
    tab.expect(404)
    expect(tab.go("/nothing-here").locator("main h1")).to_be_visible()
    check(tab, picture="nowhere")


@in_one_form
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", ["/ops", "/ops/dead", "/ops/dead/letters", "/ops/journey"])
def test_the_pages_of_the_person_on_duty_can_be_read_by_everybody(open_tab: OpenTab, path: str, language: str) -> None:
    tab = open_tab("operator", language=language)
    page = tab.go(path)
    expect(page.locator("main h1")).to_be_visible()
    check(tab, picture=f"{path.strip('/').replace('/', '-')}-{language}")


def test_the_pages_of_the_person_on_duty_are_walked_through_by_keyboard(open_tab: OpenTab) -> None:
    tab = open_tab("operator", width=1280)
    for path in ("/ops", "/ops/dead", "/ops/journey"):
        expect(tab.go(path).locator("main h1")).to_be_visible()
        check_whole_way(tab)
