"""The office: every matter in one list, entry for whoever calls, sheets in and out, numbers."""

import io
import re
import secrets

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from tests.browser.conftest import OpenTab, in_one_form
from tests.browser.keyboard import check_whole_way
from tests.browser.looks import check
from tests.browser.people import People
from tests.browser.places import BUILDING, COURTYARD
from tests.e2e.demo_community import COMMUNITY
from tests.e2e.door import Door

PAGES = (
    *("", "/new", "/statistics", "/gaps", "/places", "/people", "/import/places"),
    *("/posts", "/people/new", "/lists"),
)


@in_one_form
@pytest.mark.parametrize("path", PAGES)
def test_the_pages_of_the_office_can_be_read_by_everybody(open_tab: OpenTab, path: str) -> None:
    for language, widths in (("zh", (390, 1280)), ("en", (390,))):
        tab = open_tab("office", language=language)
        page = tab.go(f"/office{path}")
        expect(page.locator("main h1")).to_be_visible()
        check(tab, picture=f"office{path.replace('/', '-')}-{language}", widths=widths)


@in_one_form
def test_the_pages_of_the_office_are_walked_through_by_keyboard(open_tab: OpenTab) -> None:
    tab = open_tab("office", width=1280)
    for path in ("/new", "/statistics", "/import/places"):
        tab.go(f"/office{path}")
        check_whole_way(tab)


@pytest.mark.parametrize(("language", "width"), [("zh", 1280), ("en", 390)])
def test_the_office_writes_down_what_a_caller_says_finds_it_and_takes_it_home_as_a_sheet(
    open_tab: OpenTab, people: People, door: Door, language: str, width: int
) -> None:
    tab, given = open_tab(language=language, width=width), people.sign_in("office")
    page = tab.go("/office")
    page.locator("[name=name]").fill(given.name)
    page.locator("[name=password]").fill(given.password)
    page.locator("button.big").click()
    page.wait_for_url(re.compile("/office$"))
    page.locator("a[href='/office/new']").last.click()
    words = f"来电:电梯异响 {secrets.token_hex(4)}"
    page.locator("label:has([name=channel][value=phone])").click()
    page.locator("[name=phone]").fill("10000000012")
    page.locator("[name=place]").select_option(BUILDING)
    page.locator("[name=category]").select_option("lift")
    page.locator("[name=description]").fill(words)
    page.locator("form.form button.big").click()
    number = page.locator("[role=status] strong").inner_text()
    tab.picture(f"office-entered-{language}-{width}")

    page = tab.go(f"/office?receipt={number}")
    expect(page.locator("tbody tr")).to_have_count(1)
    (found,) = door.get("grievances", receipt=number)["items"]
    assert door.case(found["id"])["channel"] == "phone"
    with page.expect_download() as sheet:
        page.locator("a[href*='.xlsx']").click()
    with open(sheet.value.path(), "rb") as file:
        opened = load_workbook(io.BytesIO(file.read())).active
    assert opened is not None
    assert opened.freeze_panes == "A2"
    assert number in [cell.value for row in opened.iter_rows() for cell in row]


def test_a_sheet_is_looked_at_before_it_is_taken_in(open_tab: OpenTab, door: Door) -> None:
    code = f"{COURTYARD}{secrets.randbelow(20) + 70}"
    head = "编码,类型,名称,上级\n"

    def sheet(row: str) -> dict[str, object]:
        return {"name": "places.csv", "mimeType": "text/csv", "buffer": (head + row).encode()}

    tab = open_tab("office", width=1280)
    page = tab.go("/office/import/places")
    page.locator("[type=file]").set_input_files([sheet(f"{code},没有这种,新楼,{COURTYARD}\n")])  # type: ignore[list-item]
    page.locator("form:has([type=file]) button").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator("tbody tr").first).to_contain_text("2")
    check(tab, picture="office-import-faults")

    page.locator("[type=file]").set_input_files([sheet(f"{code},楼栋,新楼,{COURTYARD}\n")])  # type: ignore[list-item]
    page.locator("form:has([type=file]) button").click()
    page.locator("form:has([name=confirmed]) button").click()
    expect(page.get_by_role("status").first).to_be_visible()
    assert door.get(f"communities/{COMMUNITY}/places/{code}")["name"] == "新楼"
