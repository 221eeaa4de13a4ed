"""Pages about oneself: notices with the bell, how one is told, the account; for everybody, and by keyboard."""

import re

import httpx
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenTab, in_one_form
from tests.browser.keyboard import check_whole_way
from tests.browser.looks import check
from tests.browser.people import People
from tests.e2e.demo_community import COMMUNITY
from tests.e2e.door import Door
from tests.e2e.systems import System
from tests.waiting import eventually

PLACE = "4101810020110040101"
LANGUAGES = ("zh", "en")
OWN = {"notices": "/mine/notices", "choices": "/mine/choices", "account": "/mine/account"}


@pytest.fixture
def unread(system: System, people: People, door: Door) -> int:
    """The secretary has an unread notice: somebody reported something that lies in no grid's hands alone."""
    # The last of the demo to be filled in is who signs in to it.
    headers = {"Authorization": f"Bearer {eventually(lambda: people.token('secretary'), within=90)}"}
    door.file(COMMUNITY, COMMUNITY, "corridor_clutter")

    def count() -> int:
        address = f"{system.url}/api/v1/me/notices/unread"
        told: int = httpx.get(address, headers=headers, timeout=15, trust_env=False).json()["unread"]
        assert told > 0
        return told

    return eventually(count, within=60)


@in_one_form
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", OWN)
@pytest.mark.usefixtures("unread")
def test_pages_about_oneself_can_be_read_by_all(open_tab: OpenTab, name: str, language: str) -> None:
    tab = open_tab("secretary", language=language)
    expect(tab.go(OWN[name]).locator("main h1")).to_be_visible()
    check(tab, picture=f"mine-{name}-{language}")


@in_one_form
@pytest.mark.parametrize("size", ["large", "largest"])
@pytest.mark.usefixtures("unread")
def test_old_people_can_read_and_touch_them(open_tab: OpenTab, size: str) -> None:
    tab = open_tab("secretary", size=size)
    for name, path in OWN.items():
        tab.go(path)
        check(tab, picture=f"mine-{name}-{size}", elder=True, widths=(390,))


def test_they_are_walked_through_by_keyboard(open_tab: OpenTab) -> None:
    tab = open_tab("secretary", width=1280)
    for path in OWN.values():
        tab.go(path)
        check_whole_way(tab)


@pytest.mark.parametrize("has_scripts", [True, False])
def test_the_bell_leads_to_what_is_unread_and_is_still_once_it_was_read(
    open_tab: OpenTab, unread: int, has_scripts: bool
) -> None:
    page = open_tab("secretary", java_script_enabled=has_scripts).go("/")
    bell = page.locator(".bell")
    expect(bell.locator(".count")).to_have_text(re.compile(r"[0-9]+"))
    bell.click()
    expect(page.locator(".notice.unread").first).to_contain_text("新诉求")
    page.get_by_role("button", name="全部标为已读").click()
    expect(page.get_by_role("status")).to_have_text("已标为已读。")
    expect(bell.locator(".count")).to_be_hidden()
    assert unread > 0


def test_quiet_hours_are_chosen_and_stay_chosen_without_a_script(open_tab: OpenTab) -> None:
    page = open_tab("secretary", java_script_enabled=False).go("/mine/choices")
    page.get_by_role("radio", name="English").check()
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("status")).to_have_text("已保存。")
    expect(page.get_by_role("radio", name="English")).to_be_checked()
    page.get_by_role("radio", name="中文").check()
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("radio", name="中文")).to_be_checked()


def test_the_second_factor_is_shown_as_a_code_to_scan_and_a_wrong_digit_is_told(
    open_tab: OpenTab, people: People
) -> None:
    tab = open_tab("secretary")
    page = tab.go("/mine/account")
    page.locator("summary").click()
    page.get_by_label("先输入密码").fill(people.sign_in("secretary").password)
    page.get_by_role("button", name="下一步").click()
    expect(page.get_by_role("img", name=re.compile("二维码"))).to_be_visible()
    check(tab, picture="mine-second-factor")
    tab.expect(422)
    page.get_by_label("应用上显示的 6 位数字").fill("000000")
    page.get_by_role("button", name="启用").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_role("img", name=re.compile("二维码"))).to_be_visible()
