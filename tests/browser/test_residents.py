"""Residents report from the code on their courtyard's board, follow what they reported, say whether it was settled."""

import gzip
import re
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenTab
from tests.browser.dead_spots import kept_pages, wait_for_worker
from tests.browser.keyboard import check_whole_way
from tests.browser.looks import check
from tests.browser.places import FILING
from tests.browser.tab import Tab
from tests.e2e.door import Door
from tests.waiting import eventually

PHONE_NUMBER = "10000000011"
WEIGHT = 60 * 1024
"""Bytes that the filing page may have in all, compressed: 30 seconds of a bad connection, at most."""

WAYS = [("zh", 390, True), ("en", 1280, True), ("zh", 1280, False), ("en", 390, False)]


def fill_in(page: Page, words: str, *, category: str = "corridor_clutter", phone: str = PHONE_NUMBER) -> None:
    """Everything a filing needs."""
    page.locator(f"[name=category][value={category}]").check(force=True)
    page.locator("[name=description]").fill(words)
    page.locator("[name=name]").fill("周女士")
    page.locator("#phone").fill(phone)


def file(tab: Tab, words: str, *, path: str = FILING, category: str = "corridor_clutter") -> str:
    """Report something; the receipt number that the page shows."""
    page = tab.go(path)
    fill_in(page, words, category=category)
    page.locator("#report button.big").click()
    return receipt(page)


def receipt(page: Page) -> str:
    """The receipt number of the case that is shown."""
    page.wait_for_url(re.compile("/r/"))
    return page.locator(".receipt .number strong").inner_text()


def id_of(door: Door, number: str) -> str:
    """The id of the case with this receipt."""
    found = [each["id"] for each in door.get("grievances", receipt=number)["items"]]
    assert len(found) == 1, found
    return str(found[0])


@pytest.mark.parametrize(("language", "width", "scripts"), WAYS)
def test_a_resident_reports_from_the_first_page_and_follows_it_to_the_end(
    open_tab: OpenTab, door: Door, language: str, width: int, scripts: bool
) -> None:
    mark = f"resident-{language}-{width}{'' if scripts else '-without-scripts'}"
    tab = open_tab(language=language, width=width, java_script_enabled=scripts)
    page = tab.go("/")
    page.locator("a[href^='/q']").first.click()
    expect(page.locator(".door a").first).to_be_visible()
    page.get_by_role("link", name="陇海花苑").click()
    expect(page.locator("#report")).to_be_visible()
    fill_in(page, "三楼楼道堆满旧家具和纸箱，老人上下楼过不去。")
    tab.picture(f"{mark}-report")
    page.locator("#report button.big").click()
    number = receipt(page)
    tab.picture(f"{mark}-receipt")

    id = id_of(door, number)
    door.when(id, lambda case: case["leader"])
    door.post(f"grievances/{id}/accept", {"note": "下午带人上门看"})
    door.post(f"grievances/{id}/resolve", {"resolution": "旧家具已清走，楼道畅通。"})
    follower = open_tab(language=language, width=width, java_script_enabled=scripts)
    page = follower.go("/track")
    page.locator("[name=receipt]").fill(number)
    page.locator("#phone").fill(PHONE_NUMBER)
    page.locator("main form.slim button[type=submit]").click()
    expect(page.get_by_text("旧家具已清走").first).to_be_visible()
    if scripts:
        check(follower, picture=f"{mark}-resolved", widths=(width,))
    page.locator("[name=score][value='5']").click()
    expect(page.get_by_role("status").first).to_be_visible()
    assert door.case(id)["score"] == 5
    tab.picture(f"{mark}-answered")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_filing_page_can_be_used_by_everybody(open_tab: OpenTab, language: str) -> None:
    tab = open_tab(language=language)
    page = tab.go(FILING)
    page.locator("fieldset details summary").click()
    check(tab, picture=f"report-{language}")


@pytest.mark.parametrize("size", ["large", "larger", "largest"])
def test_old_people_can_read_and_touch_all_of_the_filing_page(open_tab: OpenTab, size: str) -> None:
    tab = open_tab(size=size)
    tab.go(FILING)
    check(tab, picture=f"report-{size}", elder=True, widths=(390,))


def test_an_old_person_reports_and_withdraws_with_the_keyboard_alone(open_tab: OpenTab) -> None:
    tab = open_tab(size="large", width=1280)
    page = tab.go(FILING)
    check_whole_way(tab)
    page = tab.go(FILING)

    def onto(selector: str) -> None:
        for _ in range(80):
            page.keyboard.press("Tab")
            if page.evaluate("(wanted) => document.activeElement.matches(wanted)", selector):
                return
        raise AssertionError(f"never came to {selector}")

    onto("[name=category]")
    page.keyboard.press("Space")
    onto("[name=description]")
    page.keyboard.type("飞线充电，一楼门口。")
    onto("#phone")
    page.keyboard.type(PHONE_NUMBER)
    onto("button.big")
    page.keyboard.press("Enter")
    receipt(page)
    check(tab, picture="receipt-large", elder=True)
    onto("form[action$=withdraw] button")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("withdrawn"))
    expect(page.locator("[role=status]").first).to_be_visible()
    assert page.locator("form[action$=withdraw]").count() == 0


def test_what_was_reported_is_amended_within_ten_minutes(open_tab: OpenTab, door: Door) -> None:
    tab = open_tab()
    id = id_of(door, file(tab, "水管漏水", category="water_leak"))
    page = tab.page
    page.locator("details:has(form[action$=amend]) > summary").click()
    page.locator("form[action$=amend] [name=description]").fill("二单元门口水管漏水，地面结冰。")
    page.locator("form[action$=amend] button").click()
    page.wait_for_url(re.compile("amended"))
    assert door.case(id)["description"] == "二单元门口水管漏水，地面结冰。"


def test_what_is_not_settled_is_taken_up_again(open_tab: OpenTab, door: Door) -> None:
    tab = open_tab()
    id = id_of(door, file(tab, "路灯不亮", category="public_facility"))
    door.when(id, lambda case: case["leader"])
    door.post(f"grievances/{id}/accept")
    door.post(f"grievances/{id}/resolve", {"resolution": "已换灯泡"})
    page = tab.page
    page.reload()
    page.locator("details:has(input[name=solved][value=no]) > summary").click()
    page.locator("form:has(input[name=solved][value=no]) textarea").fill("晚上还是不亮")
    page.locator("form:has(input[name=solved][value=no]) button").click()
    expect(page.get_by_text("晚上还是不亮").first).to_be_visible()
    door.when(id, lambda case: case["status"] in ("assigned", "in_hand", "filed"))


def test_a_neighbour_joins_what_was_reported_instead_of_reporting_it_again(open_tab: OpenTab, door: Door) -> None:
    id = id_of(door, file(open_tab(), "电梯又停了", category="lift"))
    tab = open_tab()
    page = tab.go(FILING)
    near = page.locator(f"form[action$='{id}'] button")
    expect(near).to_be_visible()
    check(tab, picture="report-with-neighbours")
    near.click()
    receipt(page)
    eventually(lambda: door.case(id)["neighbours"] == 1)


def test_pictures_go_along(open_tab: OpenTab, door: Door, tmp_path: Path) -> None:
    tab = open_tab()
    photo = tmp_path / "photo.png"
    tab.go("/").screenshot(path=photo)
    page = tab.go(FILING)
    fill_in(page, "垃圾没人收", category="garbage")
    page.locator("[name=pictures]").set_input_files([photo, photo])
    expect(page.locator("#report .thumbs img")).to_have_count(2)
    check(tab, picture="report-filled")
    page.locator("#report button.big").click()
    receipt(page)
    expect(page.locator(".receipt .thumbs img")).to_have_count(2)
    check(tab, picture="receipt-with-pictures")


def test_what_is_missing_is_said_beside_its_field(open_tab: OpenTab) -> None:
    tab = open_tab()
    tab.expect(422)
    page = tab.go(FILING)
    fill_in(page, "占用消防通道", category="fire_lane", phone="not a number")
    page.locator("#report button.big").click()
    expect(page.locator("#phone")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("[name=description]")).to_have_value("占用消防通道")
    check(tab, picture="report-refused")


def test_what_was_typed_in_a_dead_spot_is_sent_once_when_the_network_is_back(open_tab: OpenTab, door: Door) -> None:
    words = "地下室没有信号，垃圾堆在门口。"
    tab = open_tab()
    page = tab.go(FILING)
    fill_in(page, words, category="courtyard_hygiene")
    tab.context.set_offline(True)
    page.locator("#report button.big").click()
    expect(page.locator("#sending")).to_contain_text("没有网络")
    tab.picture("report-offline")
    tab.context.set_offline(False)
    receipt(page)
    filed = [door.case(each["id"]) for each in door.every("grievances", category="courtyard_hygiene")]
    assert [each["description"] for each in filed].count(words) == 1
    page.goto(f"{tab.url}{FILING}")
    expect(page.locator("[name=description]")).to_have_value("")


def test_one_reports_offline_where_one_was_before_and_it_is_sent_once_though_the_page_was_closed(
    open_tab: OpenTab, door: Door
) -> None:
    words = f"没有信号的地方写的 {uuid4().hex}"
    tab = open_tab()
    page = tab.go(FILING)
    wait_for_worker(page)
    eventually(lambda: FILING in kept_pages(page))
    tab.context.set_offline(True)
    tab.go(FILING)
    expect(page.locator("#kept")).to_be_visible()
    fill_in(page, words, category="courtyard_hygiene")
    page.locator("#report button.big").click()
    expect(page.locator("#sending")).to_contain_text("下次打开")
    tab.picture("report-dead-spot")
    page.goto("about:blank")
    tab.context.set_offline(False)
    tab.go("/")
    filed = lambda: [  # noqa: E731
        each
        for each in door.every("grievances", category="courtyard_hygiene")
        if door.case(each["id"])["description"] == words
    ]
    eventually(lambda: filed() != [])
    tab.go(FILING)
    expect(page.locator("[name=description]")).to_have_value("")
    tab.go("/track")
    expect(page.locator("#main")).to_contain_text(filed()[0]["receipt"])
    assert len(filed()) == 1


def test_what_was_typed_is_still_there_when_the_page_is_opened_again(open_tab: OpenTab) -> None:
    tab = open_tab()
    page = tab.go(FILING)
    page.locator("[name=description]").fill("写到一半")
    expect(page.locator("[name=description]")).to_have_value("写到一半")
    page.locator("[name=name]").fill("周女士")
    page = tab.go(FILING)
    expect(page.locator("[name=description]")).to_have_value("写到一半")


def test_the_filing_page_weighs_little(open_tab: OpenTab) -> None:
    tab = open_tab()
    tab.go(FILING).wait_for_load_state("networkidle")
    weights = {each.url.removeprefix(tab.url): len(gzip.compress(each.body())) for each in tab.responses if each.ok}
    assert len(weights) >= 4
    assert sum(weights.values()) < WEIGHT, weights
