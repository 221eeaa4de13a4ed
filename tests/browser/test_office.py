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
from tests.e2e.door import Case, Door

PAGES = (
    *("", "/new", "/statistics", "/gaps", "/places", "/people", "/import/places"),
    *("/posts", "/people/new", "/lists", "/pairings", "/pairings/new", "/phrases", "/doubles"),
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
    words = f"来电：电梯异响 {secrets.token_hex(4)}"
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


def _filed(door: Door, phone: str, category: str) -> Case:
    """A matter in 陇海花苑 that was reported with this telephone, and has found who handles it."""
    told = {"contact": {"name": "何女士", "phone": phone}, "description": f"来电 {secrets.token_hex(4)}"}
    return door.when(door.file(COMMUNITY, COURTYARD, category, **told), lambda case: case["leader"])


@pytest.mark.parametrize(
    ("scripts", "width", "size"), [(True, 1280, "normal"), (False, 390, "normal"), (True, 390, "larger")]
)
def test_who_calls_again_is_known_and_joins_what_is_open_instead_of_filing_it_again(
    open_tab: OpenTab, door: Door, scripts: bool, width: int, size: str
) -> None:
    phone, neighbour = (f"100{secrets.randbelow(10**8):08}" for _ in range(2))
    mine, theirs = _filed(door, phone, "noise"), _filed(door, neighbour, "garbage")
    tab = open_tab("office", width=width, size=size, java_script_enabled=scripts)
    page = tab.go("/office/new")
    page.locator("[name=place]").select_option(COURTYARD)
    page.locator("[name=description]").fill("楼下太吵")
    if scripts:
        page.locator("[name=phone]").press_sequentially(f"{phone[:3]} {phone[3:]}")
    else:
        page.locator("[name=phone]").fill(phone)
        page.locator("#look-up").click()
    expect(page.locator("#caller-matters li")).to_have_count(1)
    expect(page.locator("#caller-matters")).to_contain_text(mine["receipt"])
    expect(page.locator("#caller-matters")).to_contain_text(mine["leader"]["name"])
    expect(page.locator("[name=description]")).to_have_value("楼下太吵")
    assert phone not in page.url
    if scripts:
        check(tab, picture=f"office-caller-{width}-{size}", elder=size != "normal", widths=(width,))
    else:
        tab.picture(f"office-caller-{width}-without-scripts")

    offered = page.locator(f"#caller-nearby button[formaction*='{theirs['id']}']")
    offered.click()
    page.wait_for_url(re.compile("joined="))
    assert page.locator("[role=status] strong").inner_text() != theirs["receipt"]
    assert door.case(theirs["id"])["neighbours"] == 1
    page = tab.go("/office/new")
    page.locator("[name=phone]").fill(phone)
    page.locator("#look-up").click()
    expect(page.locator("#caller-matters li")).to_have_count(2)


@pytest.mark.parametrize("scripts", [True, False])
def test_one_matter_after_the_other_is_taken_from_the_inbox_as_it_was_narrowed(
    open_tab: OpenTab, door: Door, scripts: bool
) -> None:
    for _ in range(2):
        _filed(door, "10000000014", "pet_conduct")
    tab = open_tab("office", java_script_enabled=scripts)
    page = tab.go("/office?group=waiting&category=pet_conduct")
    waiting = page.locator("tbody tr").count()
    page.locator("tbody tr a").first.click()
    first = page.url
    page.locator("#accept").click()
    page.wait_for_url(re.compile("done=accept"))
    tab.picture(f"office-next-{'with' if scripts else 'without'}-scripts")
    page.locator(".next a").click()
    page.locator("#accept").wait_for()
    assert page.url != first
    page.locator(".back").first.click()
    expect(page.locator("[name=category]")).to_have_value("pet_conduct")
    expect(page.locator("tbody tr")).to_have_count(waiting - 1)


@pytest.mark.parametrize("scripts", [True, False])
def test_a_ready_phrase_is_kept_stands_in_the_form_of_a_case_and_ends_several_at_once(
    open_tab: OpenTab, door: Door, scripts: bool
) -> None:
    cases = [_filed(door, "10000000015", "parking") for _ in range(3)]
    for case in cases[:2]:
        door.post(f"grievances/{case['id']}/accept")
    tab, name = open_tab("office", width=1280, java_script_enabled=scripts), f"已划线 {secrets.token_hex(4)}"
    page = tab.go("/office/phrases")
    page.locator("#step").select_option("resolve")
    page.locator("#title").fill(name)
    page.locator("#words").fill("已划线，回执 {回执号}")
    page.locator("form.form button.big").click()
    expect(page.get_by_text(name).first).to_be_visible()

    page = tab.go(f"/leader/cases/{cases[0]['id']}")
    if scripts:
        page.locator("details#resolve > summary").click()
        page.locator("#resolution-phrases").select_option(label=name)
    else:
        page.locator("details#resolve > summary").click()
        page.get_by_role("link", name=name).click()
    expect(page.locator("#resolution")).to_have_value(f"已划线，回执 {cases[0]['receipt']}")

    page = tab.go("/office?group=open&category=parking")
    for case in cases:
        page.locator(f"[name=case][value^='{case['id']}']").check()
    page.locator("#bulk-step").select_option("resolve")
    page.locator("#bulk-phrase").select_option(label=name)
    page.locator("#bulk button").click()
    expect(page.locator("#outcomes .done")).to_have_count(2)
    expect(page.locator("#outcomes .late")).to_have_count(1)
    expect(page.locator("#outcomes")).to_contain_text(cases[2]["receipt"])
    tab.picture(f"office-bulk-{'with' if scripts else 'without'}-scripts")
    assert door.case(cases[1]["id"])["resolution"] == f"已划线，回执 {cases[1]['receipt']}"
    page.reload()  # the same form once more
    expect(page.locator("#outcomes .done")).to_have_count(2)


@in_one_form
@pytest.mark.parametrize("part", ["", "/consents"])
def test_what_the_office_sees_of_somebody_can_be_read_by_everybody(open_tab: OpenTab, door: Door, part: str) -> None:
    person = door.get("people", community=COMMUNITY, page_size=1)["items"][0]
    for language, size, widths in (("zh", "normal", (390, 1280)), ("en", "normal", (390,)), ("zh", "larger", (390,))):
        tab = open_tab("office", language=language, size=size)
        expect(tab.go(f"/office/people/{person['id']}{part}").locator("main h1")).to_be_visible()
        check(
            tab,
            picture=f"office-person{part.replace('/', '-')}-{language}-{size}",
            elder=size != "normal",
            widths=widths,
        )


@pytest.mark.parametrize(("scripts", "width"), [(True, 390), (False, 1280)])
def test_what_the_office_looks_for_again_and_again_is_kept_as_a_view_and_removed(
    open_tab: OpenTab, door: Door, scripts: bool, width: int
) -> None:
    case = _filed(door, "10000000016", "water_leak")
    tab, name = open_tab("office", width=width, java_script_enabled=scripts), f"漏水待接办 {secrets.token_hex(2)}"
    page = tab.go("/office?group=waiting&category=water_leak")
    page.locator("#view > summary").click()
    page.locator("#view [name=title]").fill(name)
    page.locator("#view button").click()
    expect(page.locator(".views [aria-current]")).to_have_text(name)
    page = tab.go("/office?group=settled")
    page.locator(".views").get_by_role("link", name=name).click()
    expect(page.locator("[name=category]")).to_have_value("water_leak")
    expect(page.get_by_text(case["receipt"]).first).to_be_visible()
    tab.picture(f"office-view-{'with' if scripts else 'without'}-scripts")
    page.get_by_role("button", name=name).click()
    expect(page.locator(".views").get_by_role("link", name=name)).to_have_count(0)


def _registered_twice(door: Door) -> tuple[Case, Case]:
    """Somebody who is registered a second time, in another home."""
    homes = door.get(f"communities/{COMMUNITY}/places", kind="household", parent=BUILDING)["items"]
    name, telephone = f"双双{secrets.token_hex(2)}", f"139{secrets.randbelow(10**8):08d}"
    facts = {"community": COMMUNITY, "name": name, "sex": "female", "born_on": "1991-02-03", "phone": telephone}
    first, second = (
        door.post("people", {**facts, "number": f"{name}-{number}", "household": homes[number]["code"]}, status=201)
        for number in (0, 1)
    )
    return first, second


@pytest.mark.parametrize(("scripts", "width"), [(True, 390), (False, 1280)])
def test_who_is_registered_twice_is_looked_at_merged_and_found_once(
    open_tab: OpenTab, door: Door, scripts: bool, width: int
) -> None:
    first, second = _registered_twice(door)
    tab = open_tab("office", width=width, java_script_enabled=scripts)
    page = tab.go("/office/doubles")
    pair = page.locator("ul.cards > li").filter(has_text=first["name"])
    expect(pair.locator(".chip").first).to_have_text("姓名和出生日期相同")
    pair.get_by_role("link", name="核对并合并").click()
    kept, gone = (first, second) if first["id"] in page.url.split("/merge")[0] else (second, first)
    page.locator("label:has([name=household][value=gone])").click()
    tab.picture(f"office-merging-{'with' if scripts else 'without'}-scripts")
    tab.expect(422)
    page.locator("form.form button").click()
    expect(page.locator("#refused")).to_be_visible()
    page.locator("#sure").check()
    page.locator("form.form button").click()
    expect(page.locator("[role=status]")).to_contain_text("已并入这一条")
    expect(page.locator("main h1")).to_have_text(first["name"])
    told = door.get(f"people/{kept['id']}")
    assert told["household"] == gone["household"]
    page = tab.go(f"/office/people/{gone['id']}")
    assert f"/office/people/{kept['id']}" in page.url
    page = tab.go(f"/office/people?q={first['name']}")
    expect(page.locator("tbody tr")).to_have_count(1)


@pytest.mark.parametrize(("scripts", "width"), [(True, 1280), (False, 390)])
def test_two_who_only_look_alike_are_not_shown_again(open_tab: OpenTab, door: Door, scripts: bool, width: int) -> None:
    first, _ = _registered_twice(door)
    page = open_tab("office", width=width, java_script_enabled=scripts).go("/office/doubles")
    pair = page.locator("ul.cards > li").filter(has_text=first["name"])
    pair.get_by_role("button", name="不是同一人").click()
    expect(page.locator("[role=status]")).to_be_visible()
    expect(pair).to_have_count(0)


@in_one_form
def test_an_entry_that_the_list_does_not_show_is_looked_for_from_the_other(open_tab: OpenTab, door: Door) -> None:
    first, second = _registered_twice(door)
    tab = open_tab("office")
    page = tab.go(f"/office/people/{first['id']}")
    page.get_by_role("link", name="合并重复登记").click()
    check(tab, picture="office-people-twin")
    page.get_by_role("link", name="核对并合并").click()
    assert f"/office/people/{first['id']}/merge?gone={second['id']}" in page.url


@in_one_form
def test_what_merging_would_do_can_be_read_by_everybody(open_tab: OpenTab, door: Door) -> None:
    first, second = _registered_twice(door)
    for language, size, widths in (("zh", "normal", (390, 1280)), ("en", "normal", (390,)), ("zh", "larger", (390,))):
        tab = open_tab("office", language=language, size=size)
        page = tab.go(f"/office/people/{first['id']}/merge?gone={second['id']}")
        expect(page.locator("main h1")).to_be_visible()
        check(tab, picture=f"office-merging-{language}-{size}", elder=size != "normal", widths=widths)
