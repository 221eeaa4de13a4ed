"""Grid leaders: what is to be done today, with one hand, in dead spots too, and never over another's work."""

import re
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta, timezone

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenTab, in_one_form
from tests.browser.dead_spots import kept_pages, wait_for_worker
from tests.browser.keyboard import check_whole_way
from tests.browser.looks import check
from tests.browser.people import People, SignIn
from tests.browser.places import LED_BUILDING
from tests.browser.tab import Tab
from tests.e2e.demo_community import COMMUNITY
from tests.e2e.door import Case, Door
from tests.waiting import eventually

Given = Callable[..., Case]

CHINA = timezone(timedelta(hours=8))


@pytest.fixture
def given_case(door: Door) -> Given:
    """Makes a matter in the grid of the demo's grid leader, which has found its leader."""

    def made(category: str = "public_facility", **more: str) -> Case:
        words = f"单元门坏了 {secrets.token_hex(4)}"
        contact = {"name": "周女士", "phone": "10000000013"}
        id = door.file(COMMUNITY, LED_BUILDING, category, description=words, contact=contact, **more)
        return door.when(id, lambda case: case["leader"])

    return made


def step(page: Page, name: str) -> None:
    """Open what a step asks for."""
    page.locator(f"details#{name} > summary").click()


def signed_in(tab: Tab, given: SignIn) -> Page:
    """The list of today, in a session of its own."""
    page = tab.go("/leader/")
    page.locator("[name=name]").fill(given.name)
    page.locator("[name=password]").fill(given.password)
    page.locator("button.big").click()
    page.wait_for_url(re.compile("/leader/$"))
    return page


@in_one_form
def test_the_pages_of_leaders_can_be_read_by_everybody(open_tab: OpenTab, given_case: Given, door: Door) -> None:
    case = given_case()
    door.post(f"grievances/{case['id']}/accept")
    pages = {
        "today": "/leader/",
        "case": f"/leader/cases/{case['id']}",
        "call": f"/leader/cases/{case['id']}/call?purpose=phone_call",
        "handing": f"/leader/cases/{case['id']}/hand-over",
        "plan": "/leader/plan",
    }
    for language, size, widths in (("zh", "normal", (390, 1280)), ("en", "normal", (390,)), ("zh", "larger", (390,))):
        tab = open_tab("grid_leader", language=language, size=size)
        for name, path in pages.items():
            page = tab.go(path)
            expect(page.locator("main h1")).to_be_visible()
            page.evaluate("() => document.querySelectorAll('details').forEach((one) => { one.open = true; })")
            check(tab, picture=f"leader-{name}-{language}-{size}", elder=size != "normal", widths=widths)


@in_one_form
def test_the_pages_of_leaders_are_walked_through_by_keyboard(open_tab: OpenTab, given_case: Given) -> None:
    tab, case = open_tab("grid_leader", width=1280), given_case()
    for path in ("/leader/", f"/leader/cases/{case['id']}", f"/leader/cases/{case['id']}/hand-over", "/leader/plan"):
        tab.go(path)
        check_whole_way(tab)


@pytest.mark.parametrize(("language", "width"), [("zh", 390), ("en", 1280)])
def test_a_leader_takes_what_is_most_urgent_calls_and_settles_it(
    open_tab: OpenTab, people: People, door: Door, given_case: Given, language: str, width: int
) -> None:
    case, given = given_case(), people.sign_in("grid_leader")
    tab = open_tab(language=language, width=width)
    page = signed_in(tab, given)
    page.locator(f"#queue a[href*='{case['id']}']").click()
    expect(page.locator(".said")).to_have_text(case["description"])
    page.locator("#accept").click()
    expect(page.locator("#done")).to_be_visible()
    tab.picture(f"leader-accepted-{language}-{width}")

    page.goto(f"{tab.url}/leader/cases/{case['id']}")
    page.locator("#to-call").click()
    expect(page.locator("#dial")).to_have_attribute("href", "tel:10000000013")
    page.locator("label.choice:has([name=outcome])").first.click()
    page.locator("[name=note]").fill("约好下午去看")
    page.locator("form button.big").click()
    expect(page.locator("#done")).to_be_visible()

    page.goto(f"{tab.url}/leader/cases/{case['id']}")
    step(page, "resolve")
    page.locator("[name=resolution]").fill("单元门已修好。")
    page.locator("#resolve button.big").click()
    expect(page.locator("#done")).to_be_visible()
    tab.picture(f"leader-resolved-{language}-{width}")
    assert door.case(case["id"])["status"] == "resolved"


def test_a_leader_splits_a_hard_case_and_asks_for_hands(open_tab: OpenTab, door: Door, given_case: Given) -> None:
    case = given_case()
    door.post(f"grievances/{case['id']}/accept")
    tab = open_tab("grid_leader")
    page = tab.go(f"/leader/cases/{case['id']}")
    step(page, "split")
    page.locator("#title-1").fill("联系厂家")
    page.locator("#split button.big").click()
    expect(page.locator("#tasks")).to_contain_text("联系厂家")
    step(page, "hands")
    page.locator("#hands-count").fill("1")
    page.locator("#hands button.big").click()
    page.wait_for_url(re.compile("hands"))
    # The page that the step leads to knows of it; a form of the page before would come too late.
    door.when(case["id"], lambda case: case["volunteers"])
    page.goto(f"{tab.url}/leader/cases/{case['id']}")
    page.locator("#tasks form[action$=finish] button").click()
    expect(page.locator("#done")).to_be_visible()
    check(tab, picture="leader-split", widths=(390,))
    assert [task["state"] for task in door.case(case["id"])["tasks"]] == ["done"]


@pytest.mark.parametrize(("language", "scripts"), [("zh", True), ("en", False)])
def test_a_leader_replies_to_a_low_rating_with_a_ready_phrase_and_whoever_filed_it_reads_the_reply(
    open_tab: OpenTab, door: Door, given_case: Given, language: str, scripts: bool
) -> None:
    case, name = given_case(), f"抱歉 {secrets.token_hex(4)}"
    phrase = {"step": "reply", "title": name, "words": "抱歉办得慢，回执 {回执号} 已再去看过。"}
    door.post(f"communities/{COMMUNITY}/phrases", phrase)
    door.post(f"grievances/{case['id']}/accept")
    door.post(f"grievances/{case['id']}/resolve", {"resolution": "已修好。"})
    door.post(f"grievances/{case['id']}/rate", {"score": 1, "comment": "等了三天"})
    tab = open_tab("grid_leader", language=language, java_script_enabled=scripts)
    page = tab.go(f"/leader/cases/{case['id']}")
    expect(page.locator("#reply")).to_contain_text("等了三天")
    if scripts:
        page.locator("#note-phrases").select_option(label=name)
    else:
        page.get_by_role("link", name=name).click()
    expect(page.locator("#note")).to_have_value(f"抱歉办得慢，回执 {case['receipt']} 已再去看过。")
    tab.picture(f"leader-reply-{language}")
    page.locator("#reply button.big").click()
    expect(page.locator("#done")).to_be_visible()
    page.goto(f"{tab.url}/leader/cases/{case['id']}")
    expect(page.locator("#reply")).to_have_count(0)

    page = open_tab(language=language).go("/track")
    page.locator("[name=receipt]").fill(case["receipt"])
    page.locator("[name=phone]").fill("10000000013")
    page.locator("form button.big").click()
    expect(page.locator("main")).to_contain_text("已再去看过")


def test_of_two_people_at_one_matter_the_second_is_told_and_overwrites_nothing(
    open_tab: OpenTab, people: People, door: Door, given_case: Given
) -> None:
    case = given_case()
    door.post(f"grievances/{case['id']}/accept")
    first, second = open_tab("grid_leader"), open_tab("office", width=1280)
    second.expect(409)
    for tab in (first, second):
        step(tab.go(f"/leader/cases/{case['id']}"), "resolve")
        tab.page.locator("[name=resolution]").fill("第一位写的" if tab is first else "第二位写的")
    first.page.locator("#resolve button.big").click()
    expect(first.page.locator("#done")).to_be_visible()
    second.page.locator("#resolve button.big").click()
    expect(second.page.get_by_role("alert")).to_contain_text(people.sign_in("grid_leader").name)
    expect(second.page.get_by_text("第二位写的")).to_be_visible()
    check(second, picture="leader-conflict")
    assert door.case(case["id"])["resolution"] == "第一位写的"


def leader_of(door: Door, grid: str) -> SignIn:
    """An account for the leader of another grid, with a password of its own."""
    name, password = f"邻格网格长 {secrets.token_hex(4)}", f"own-{secrets.token_hex(12)}"
    made = door.post("accounts", {"community": COMMUNITY, "name": name})
    door.post(f"accounts/{made['id']}/grants", {"role": "grid_leader", "community": COMMUNITY, "place": grid})
    with httpx.Client(base_url=f"{door.url}/api/v1/", timeout=15, trust_env=False) as fresh:
        token = fresh.post("sessions", json={"name": name, "password": made["password"]}).json()["token"]
        changed = {"old": made["password"], "new": password}
        answer = fresh.post("me/password", json=changed, headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 200, answer.text
    return SignIn(name, password)


@pytest.mark.parametrize(("language", "width"), [("zh", 390), ("en", 1280)])
def test_what_a_leader_gives_back_the_secretary_hands_to_another_grid_whose_leader_accepts_it(
    open_tab: OpenTab, people: People, door: Door, given_case: Given, language: str, width: int
) -> None:
    case, other = given_case(), f"{COMMUNITY}002"
    path, deadline = f"/leader/cases/{case['id']}", case["resolve_by"]
    first, top = open_tab("grid_leader", language=language, width=width), open_tab("secretary", language=language)
    page = first.go(path)
    page.locator("#to-hand-over").click()
    page.locator("#give-back-reason").fill("单元门归第二网格代管")
    page.locator("#give-back button.big").click()
    expect(page.locator("#done")).to_be_visible()
    first.picture(f"leader-gave-back-{language}-{width}")
    door.when(case["id"], lambda now: now["leader"]["post"] == "community_secretary")

    page = top.go(path)
    expect(page.locator(".timeline")).to_contain_text("单元门归第二网格代管")
    page.locator("#to-hand-over").click()
    expect(page.locator("#give-back")).to_have_count(0)
    term = next(
        each for each in door.every("posts", community=COMMUNITY, place=other, kind="grid_leader") if each["current"]
    )
    page.locator("#to_id").select_option(term["person_id"])
    page.locator("#hand-over-reason").fill("请第二网格去看")
    page.locator("#hand-over button.big").click()
    expect(page.locator("#done")).to_be_visible()
    now = door.when(case["id"], lambda now: now["leader"]["id"] == term["person_id"])
    assert (now["status"], now["resolve_by"]) == ("assigned", deadline)

    neighbour = open_tab(language=language, width=width)
    page = signed_in(neighbour, leader_of(door, other))
    page.goto(f"{neighbour.url}{path}")
    expect(page.locator(".timeline")).to_contain_text("请第二网格去看")
    page.locator("#accept").click()
    expect(page.locator("#done")).to_be_visible()
    assert door.case(case["id"])["status"] == "in_hand"


@pytest.mark.parametrize(("language", "width", "scripts"), [("zh", 390, True), ("en", 1280, False)])
def test_a_leader_pauses_a_matter_whoever_filed_it_reads_why_on_the_receipt_and_it_goes_on(
    open_tab: OpenTab, door: Door, given_case: Given, language: str, width: int, scripts: bool
) -> None:
    case = given_case()
    door.post(f"grievances/{case['id']}/accept")
    until = (datetime.now(CHINA) + timedelta(days=3)).date()
    tab = open_tab("grid_leader", language=language, width=width, java_script_enabled=scripts)
    path, mark = f"/leader/cases/{case['id']}", f"{language}-{width}"
    page = tab.go(path)
    step(page, "pause")
    page.locator("#pause-kind").select_option("material")
    page.locator("#pause-reason").fill("等门锁到货")
    page.locator("#pause-until").fill(until.isoformat())
    tab.picture(f"leader-pausing-{mark}")
    page.locator("#pause button.big").click()
    expect(page.locator("#done")).to_be_visible()
    expect(page.locator("#paused")).to_contain_text("等门锁到货")
    if scripts:
        check(tab, picture=f"leader-paused-{mark}", widths=(width,))

    filer = open_tab(language=language, width=width, java_script_enabled=scripts)
    page = filer.go("/track")
    page.locator("[name=receipt]").fill(case["receipt"])
    page.locator("[name=phone]").fill("10000000013")
    page.locator("form:has([name=phone]) button.big").click()
    told = f"等待材料或配件，至{until.month}月{until.day}日" if language == "zh" else "waiting for material or a part"
    expect(page.locator("#paused")).to_contain_text(told)
    expect(page.locator("#paused")).to_contain_text("等门锁到货")
    if scripts:
        check(filer, picture=f"receipt-paused-{mark}", widths=(width,))

    page = tab.go(path)
    page.locator("#go-on").click()
    expect(page.locator("#done")).to_be_visible()
    expect(page.locator("#paused")).to_have_count(0)
    now = door.case(case["id"])
    assert (now["pause"], now["moved_from"]) == (None, case["resolve_by"])


def test_a_leader_reads_the_list_and_the_last_cases_in_a_dead_spot_and_nobody_does_after_signing_out(
    open_tab: OpenTab, people: People, given_case: Given
) -> None:
    case, tab = given_case(), open_tab()
    page = signed_in(tab, people.sign_in("grid_leader"))
    wait_for_worker(page)
    for path in (f"/leader/cases/{case['id']}", "/leader/"):
        tab.go(path)
        eventually(lambda path=path: path in kept_pages(page))
    tab.context.set_offline(True)
    tab.go("/leader/")
    expect(page.locator("#kept")).to_be_visible()
    page.locator(f"a[href*='{case['id']}']").first.click()
    expect(page.locator("#kept")).to_be_visible()
    expect(page.get_by_text(case["description"])).to_be_visible()
    tab.picture("leader-dead-spot")
    tab.context.set_offline(False)
    tab.go("/leader/")
    page.locator("form[action$=sign-out] button").click()
    eventually(lambda: not [path for path in kept_pages(page) if path.startswith("/leader")])
    tab.context.set_offline(True)
    tab.expect(503)
    tab.go("/leader/")
    expect(page.get_by_role("heading", name="没有网络")).to_be_visible()
    tab.context.set_offline(False)


def test_what_a_leader_wrote_in_a_dead_spot_is_sent_though_the_page_was_closed(
    open_tab: OpenTab, door: Door, given_case: Given
) -> None:
    case = given_case()
    door.post(f"grievances/{case['id']}/accept")
    tab = open_tab("grid_leader")
    page = tab.go(f"/leader/cases/{case['id']}")
    wait_for_worker(page)
    step(page, "attempt")
    page.locator("#attempt-note").fill("电梯里写的")
    tab.context.set_offline(True)
    page.locator("#attempt button.big").click()
    expect(page.locator("#attempt [role=status]")).to_contain_text("下次打开")
    page.goto("about:blank")
    tab.context.set_offline(False)
    tab.go("/leader/")
    found = lambda: [entry for entry in door.case(case["id"])["timeline"] if entry["note"] == "电梯里写的"]  # noqa: E731
    eventually(lambda: found() != [])
    tab.go(f"/leader/cases/{case['id']}")
    expect(page.get_by_text("电梯里写的")).to_have_count(1)
    assert len(found()) == 1


def test_what_a_leader_wrote_in_a_dead_spot_is_sent_once(open_tab: OpenTab, door: Door, given_case: Given) -> None:
    case = given_case()
    door.post(f"grievances/{case['id']}/accept")
    tab = open_tab("grid_leader")
    page = tab.go(f"/leader/cases/{case['id']}")
    step(page, "attempt")
    page.locator("#attempt-note").fill("地下室试了一次，没有成功")
    tab.context.set_offline(True)
    page.locator("#attempt button.big").click()
    expect(page.locator("#attempt [role=status]")).to_contain_text("没有网络")
    tab.picture("leader-offline")
    tab.context.set_offline(False)
    expect(page.locator("#done")).to_be_visible()
    told = [entry for entry in door.case(case["id"])["timeline"] if entry["note"] == "地下室试了一次，没有成功"]
    assert len(told) == 1
