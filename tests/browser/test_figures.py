"""Whoever looks at a street: its communities ranked, one of them opened by its grids, taken home as a sheet."""

import io
import re
from collections.abc import Iterator

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import OpenTab
from tests.browser.keyboard import check_whole_way
from tests.browser.looks import check
from tests.browser.people import People
from tests.e2e.communities import Community, found
from tests.e2e.demo_community import COMMUNITY
from tests.e2e.door import Door
from tests.e2e.running import running_embedded
from tests.e2e.systems import Embedded

pytestmark = pytest.mark.xdist_group("browser-figures")


@pytest.fixture(scope="module")
def system(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedded]:
    """A system of these tests' own: with a second community doors ask which one is meant."""
    with running_embedded(tmp_path_factory.mktemp("street")) as started:
        yield started


@pytest.fixture(scope="module")
def people(system: Embedded) -> People:
    """Who can sign in to it."""
    return People(system)


@pytest.fixture(scope="module")
def door(system: Embedded) -> Door:
    """Its API."""
    return system.door


@pytest.fixture(scope="module")
def neighbour(door: Door, people: People) -> Community:
    """A community of the same street, in whose first grid everybody was content, and nobody in the second."""
    people.sign_in("viewer")  # the demo is filled in
    community = found(door, street=COMMUNITY[:9])
    for building, score in ((community.building, 5), (community.building, 4), (community.vacant_building, 1)):
        _settled(door, community.code, building, score)
    _settled(door, COMMUNITY, f"{COMMUNITY}0040101", 2)
    return community


@pytest.fixture(scope="module")
def stranger(door: Door) -> Community:
    """A community of another street, with a matter of its own."""
    community = found(door)
    _settled(door, community.code, community.building, 5)
    return community


def _settled(door: Door, community: str, place: str, score: int) -> None:
    id = door.file(community, place, "other")
    door.when(id, lambda case: case["leader"])
    door.post(f"grievances/{id}/accept")
    door.post(f"grievances/{id}/resolve", {"resolution": "办好了。"})
    door.post(f"grievances/{id}/rate", {"score": score})


def _ranks(page: Page) -> list[tuple[str, str]]:
    rows = page.locator("#numbers tbody tr").all()
    return [(row.locator("th").inner_text(), row.locator("td").first.inner_text()) for row in rows]


@pytest.mark.parametrize("path", ["/figures?rank_by=satisfaction", f"/figures/{COMMUNITY}", "/figures/{}?by=week"])
def test_the_pages_of_the_street_can_be_read_by_everybody(open_tab: OpenTab, neighbour: Community, path: str) -> None:
    path = path.format(neighbour.code)
    name = re.sub(r"[^a-z]+", "-", path.removeprefix("/"))
    for language, size, widths in (("zh", "normal", (390, 1280)), ("en", "normal", (390,)), ("zh", "largest", (390,))):
        tab = open_tab("viewer", language=language, size=size)
        expect(tab.go(path).locator("main h1")).to_be_visible()
        check(tab, picture=f"{name}-{language}-{size}", elder=size != "normal", widths=widths)


def test_the_pages_of_the_street_are_walked_through_by_keyboard(open_tab: OpenTab, neighbour: Community) -> None:
    tab = open_tab("viewer", width=1280)
    for path in ("/figures", f"/figures/{neighbour.code}"):
        tab.go(path)
        check_whole_way(tab)


@pytest.mark.parametrize(("language", "width", "scripts"), [("zh", 390, True), ("en", 1280, True), ("zh", 390, False)])
def test_whoever_looks_at_a_street_signs_in_ranks_its_communities_and_opens_one(
    open_tab: OpenTab,
    people: People,
    neighbour: Community,
    stranger: Community,
    language: str,
    width: int,
    scripts: bool,
) -> None:
    tab, given = open_tab(language=language, width=width, java_script_enabled=scripts), people.sign_in("viewer")
    page = tab.go("/sign-in")
    page.locator("[name=name]").fill(given.name)
    page.locator("[name=password]").fill(given.password)
    page.locator("button.big").click()
    page.locator("main a[href='/figures']").click()

    page.locator("[name=rank_by]").select_option("satisfaction")
    page.locator("[name=weeks]").select_option("12")
    page.locator("form.filters button").click()
    page.wait_for_url(re.compile("rank_by=satisfaction&weeks=12"))
    assert _ranks(page) == [("试验社区", "1"), ("陇海路社区", "2")]
    with page.expect_download() as sheet:
        page.locator("a[href*='.xlsx']").click()
    with open(sheet.value.path(), "rb") as file:
        opened = load_workbook(io.BytesIO(file.read())).active
    assert opened is not None
    codes = [row[1] for row in opened.iter_rows(min_row=2, values_only=True)]
    assert codes == [neighbour.code, COMMUNITY]
    assert stranger.code not in page.content()

    page.locator(f"#numbers a[href*='{neighbour.code}']").click()
    page.wait_for_url(re.compile(f"/figures/{neighbour.code}"))
    expect(page.locator("[name=rank_by]")).to_have_value("satisfaction")
    assert _ranks(page) == [("第一网格", "1"), ("第二网格", "2")]
    page.locator("[name=by]").select_option("category")
    page.locator("form.filters button").click()
    expect(page.locator("#numbers tbody tr")).to_have_count(1)
    expect(page.locator("[name=rank_by]")).to_have_count(0)

    tab.expect(403)
    expect(tab.go(f"/figures/{stranger.code}").locator("#numbers")).to_have_count(0)


def test_the_office_sees_its_grids_ranked_beside_the_chart(open_tab: OpenTab, neighbour: Community) -> None:
    tab = open_tab("office", width=1280)
    page = tab.go("/office/statistics?by=grid&rank_by=satisfaction")
    name, rank = _ranks(page)[0]
    assert ("第四网格" in name, rank) == (True, "1")
    expect(page.locator("#chart canvas")).to_be_visible()
    check(tab, picture="office-statistics-grids")
