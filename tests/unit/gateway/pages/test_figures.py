"""Pages of those who look at several communities: a league table of those they reach, each opened by its grids."""

from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook

from gateway.identity import COOKIE
from tests.unit.gateway.conftest import COMMUNITY, FakeServices, granted, signed_in

STREET = COMMUNITY[:9]
NEXT_DOOR, THIRD = f"{STREET}012", f"{STREET}013"
ACROSS = "410181003001"
FIRST_GRID, SECOND_GRID, THIRD_GRID, CLOSED = (f"{COMMUNITY}00{number}" for number in (1, 2, 3, 9))
NAMES = {COMMUNITY: "陇海路社区", NEXT_DOOR: "建设路社区", THIRD: "新兴路社区"}


def rate(counted: float, of: int) -> dict[str, Any]:
    return {"counted": counted, "of": of, "rate": round(counted / of, 4) if of else None}


def row(rank: int | None, counted: int, of: int, **named: str) -> dict[str, Any]:
    """Figures of which the satisfaction is this, and everything else the same."""
    told = {"filed": 9, "open": 2, "overdue": 1, "withdrawn": 0, "rejected": 0, "unrated": 0, "mean_hours": 6.5}
    rates = {"response": rate(3, 4), "resolution": rate(6, 7), "satisfaction": rate(counted, of)}
    return {**told, **rates, "rank": rank, **named}


def statistics(asked: dict[str, Any]) -> dict[str, Any]:
    groups = {
        "grid": [row(1, 2, 3, key=SECOND_GRID), row(None, 0, 0, key=CLOSED), row(None, 1, 1, key=COMMUNITY)],
        "week": [row(None, 2, 3, key="2026-11-23")],
        "category": [row(None, 2, 3, key="noise")],
    }
    total = row(None, 3, 4, key="")
    return {**asked, "until": asked["since"], "total": total, "groups": groups.get(asked["by"], [])}


@pytest.fixture
def services() -> FakeServices:
    services = FakeServices()
    services.who = signed_in(granted("viewer", STREET))
    rows = [
        row(1, 2, 3, community=COMMUNITY),
        row(1, 4, 6, community=NEXT_DOOR),
        row(None, 0, 0, community=THIRD),
    ]
    grids = [{"code": code, "name": name} for code, name in ((FIRST_GRID, "第一网格"), (SECOND_GRID, "第二网格"))]
    services.answers |= {
        "compare_communities": {"items": rows, "total": 3, "page": 1, "page_size": 50},
        "list_communities": {"items": [{"code": code, "name": name} for code, name in NAMES.items()], "total": 3},
        "get_statistics": statistics,
        "list_places": {"items": grids, "total": 2, "page": 1, "page_size": 200},
        "get_place": lambda asked: {"path": [{"code": asked["code"], "name": NAMES.get(asked["code"], "旧网格")}]},
        "list_categories": {"items": [{"code": "noise", "name": "噪声", "english": "noise"}], "total": 1},
    }
    return services


@pytest.fixture
def viewer(anonymous: FlaskClient) -> FlaskClient:
    """Somebody of the street, signed in on a page."""
    anonymous.set_cookie(COOKIE, "hs_token", domain="localhost")
    return anonymous


def cells(page: str, name: str) -> list[str]:
    """What stands in the row of this name."""
    (row,) = [each for each in page.split("<tr") if name in each]
    return [cell.partition("</td>")[0].rpartition(">")[2].strip() for cell in row.split("<td")[1:]]


def test_communities_stand_in_their_order_with_rank_rates_and_what_these_count(viewer: FlaskClient) -> None:
    page = viewer.get("/figures?rank_by=satisfaction").text
    assert page.index("陇海路社区") < page.index("建设路社区") < page.index("新兴路社区")
    assert [cells(page, name)[0] for name in NAMES.values()] == ["1", "1", "没有可计的"]
    assert "66.7%" in page
    assert "(4/6)" in page
    assert f'href="/figures/{COMMUNITY}?weeks=4&amp;rank_by=satisfaction"' in page


@pytest.mark.parametrize(
    ("address", "weeks", "rank_by"),
    [
        ("/figures", 4, "response"),
        ("/figures?weeks=12&rank_by=resolution", 12, "resolution"),
        ("/figures?weeks=9999999999&rank_by=score&page=0", 4, "response"),
        ("/figures?weeks=x&rank_by=satisfaction", 4, "satisfaction"),
    ],
)
def test_the_period_and_the_rate_are_chosen_and_what_there_is_not_is_left_out(
    viewer: FlaskClient, services: FakeServices, address: str, weeks: int, rank_by: str
) -> None:
    page = viewer.get(address)
    assert page.status_code == 200
    assert f'<option value="{weeks}" selected>' in page.text
    assert f'<option value="{rank_by}" selected>' in page.text
    told = services.told("compare_communities")
    assert (told["rank_by"], told["page"], told["within"]) == (rank_by, 1, [STREET])


def test_a_community_opens_its_grids_ranked_the_unranked_last_and_no_place_is_left_out(
    viewer: FlaskClient, services: FakeServices
) -> None:
    page = viewer.get(f"/figures/{COMMUNITY}?rank_by=satisfaction").text
    assert "<h1>陇海路社区</h1>" in page
    order = [page.index(name) for name in ("第二网格", "旧网格", "第一网格", "不在网格内", "合计")]
    assert order == sorted(order)
    assert cells(page, "第二网格")[0] == "1"
    assert cells(page, "旧网格")[0] == "没有可计的"
    assert cells(page, "第一网格")[:2] == ["没有可计的", "0"]
    assert cells(page, "不在网格内")[0] == "不排名"
    assert services.told("get_statistics")["rank_by"] == "satisfaction"


@pytest.mark.parametrize(("by", "called"), [("week", "2026-11-23"), ("category", "噪声")])
def test_a_community_opens_by_week_and_category_without_ranks(viewer: FlaskClient, by: str, called: str) -> None:
    page = viewer.get(f"/figures/{COMMUNITY}?by={by}").text
    assert called in page
    assert "名次" not in page


def test_what_pauses_have_changed_stands_beside_the_rate_and_in_the_sheet(
    viewer: FlaskClient, services: FakeServices
) -> None:
    moved = {"paused": 1, "moved": 2, "on_time": rate(3, 4), "on_time_unmoved": rate(2, 4)}
    told = {**row(None, 2, 3, key="noise"), **moved}
    services.answers["get_statistics"] = lambda asked: {**statistics(asked), "total": told, "groups": [told]}
    page = viewer.get(f"/figures/{COMMUNITY}?by=category").text
    assert "75.0%" in page
    assert "不计暂停 50.0%" in page
    assert "顺延过 2" in page
    written = viewer.get(f"/figures/{COMMUNITY}/export.xlsx?by=category").data
    heading, first, *_ = load_workbook(BytesIO(written)).active.iter_rows(values_only=True)
    figures = dict(zip(heading, first, strict=True))
    assert (figures["暂停中"], figures["因暂停顺延"]) == (1, 2)
    assert (figures["按时办结率"], figures["按时办结率（不计暂停）"]) == (0.75, 0.5)


def test_of_a_service_of_the_release_before_nothing_is_said_of_pauses_and_nothing_fails(viewer: FlaskClient) -> None:
    page = viewer.get(f"/figures/{COMMUNITY}?by=category")
    assert (page.status_code, "不计暂停 " in page.text, "顺延过" in page.text) == (200, False, False)
    written = viewer.get(f"/figures/{COMMUNITY}/export.xlsx?by=category").data
    heading, first, *_ = load_workbook(BytesIO(written)).active.iter_rows(values_only=True)
    assert dict(zip(heading, first, strict=True))["按时办结率"] is None


def test_a_period_without_matters_says_so(viewer: FlaskClient) -> None:
    assert "这段时间没有提交的诉求。" in viewer.get(f"/figures/{COMMUNITY}?by=channel").text


@pytest.mark.parametrize(("street", "elsewhere"), [(STREET, ACROSS), (ACROSS[:9], COMMUNITY)])
def test_another_streets_community_is_refused_though_its_code_is_typed(
    viewer: FlaskClient, services: FakeServices, street: str, elsewhere: str
) -> None:
    services.who = signed_in(granted("viewer", street))
    assert viewer.get(f"/figures/{elsewhere}").status_code == 403
    assert viewer.get(f"/figures/{elsewhere}/export.xlsx").status_code == 403
    assert "get_statistics" not in [call for _, call, _ in services.asked]


def test_whoever_has_not_signed_in_is_asked_to(client: FlaskClient, anonymous: FlaskClient) -> None:
    assert anonymous.get("/figures").headers["Location"] == "/sign-in?next=/figures"


@pytest.mark.parametrize("role", ["resident", "volunteer", "building_leader", "doctor", "partner", "operator"])
@pytest.mark.parametrize("path", ["", "/export.xlsx", f"/{COMMUNITY}", f"/{COMMUNITY}/export.xlsx"])
def test_who_reads_no_figures_sees_none_here(viewer: FlaskClient, services: FakeServices, role: str, path: str) -> None:
    services.who = signed_in(granted(role, COMMUNITY, subject="anybody"))
    assert viewer.get(f"/figures{path}").status_code == 403


@pytest.mark.parametrize(
    ("grants", "shown"),
    [
        ([granted("viewer", STREET)], True),
        ([granted("secretary", COMMUNITY)], False),
        ([granted("secretary", COMMUNITY), granted("secretary", NEXT_DOOR)], True),
        ([granted("secretary", STREET)], True),
        ([granted("administrator")], True),
        ([granted("administrator", COMMUNITY)], False),
        ([granted("secretary", COMMUNITY), granted("grid_leader", NEXT_DOOR)], False),
        ([granted("operator")], False),
    ],
)
def test_the_way_in_is_shown_to_the_street_and_to_whoever_has_several_communities(
    viewer: FlaskClient, services: FakeServices, grants: list[dict[str, Any]], shown: bool
) -> None:
    services.who = signed_in(*grants)
    assert ('href="/figures"' in viewer.get("/").text) is shown


def test_the_league_table_is_to_be_had_as_a_sheet_rates_as_percentages_codes_as_text(viewer: FlaskClient) -> None:
    answer = viewer.get("/figures/export.xlsx?rank_by=satisfaction")
    assert answer.headers["Content-Disposition"].isascii()
    page = load_workbook(BytesIO(answer.data)).active
    assert page is not None
    heading, first, _, last = page.iter_rows(values_only=True)
    assert heading[:3] == ("社区", "编码", "名次")
    assert first[:3] == ("陇海路社区", COMMUNITY, 1)
    assert dict(zip(heading, first, strict=True))["满意率"] == 0.6667
    assert dict(zip(heading, last, strict=True))["满意率"] is None
    assert (page["B2"].number_format, page["G2"].number_format, page.freeze_panes) == ("@", "0.0%", "A2")


def test_the_groups_of_a_community_are_a_sheet_too(viewer: FlaskClient) -> None:
    def rows(by: str) -> list[Any]:
        written = viewer.get(f"/figures/{COMMUNITY}/export.xlsx?by={by}").data
        return list(load_workbook(BytesIO(written)).active.values)

    assert [row[:3] for row in rows("grid")[1:]] == [
        ("第二网格", SECOND_GRID, 1),
        ("旧网格", CLOSED, None),
        ("第一网格", FIRST_GRID, None),
        ("不在网格内", COMMUNITY, None),
    ]
    assert [row[:2] for row in rows("week")] == [("按周", "提交数"), ("2026-11-23", 9)]


def test_nothing_personal_is_asked_for(viewer: FlaskClient, services: FakeServices) -> None:
    for path in ("", "/export.xlsx", f"/{COMMUNITY}", f"/{COMMUNITY}/export.xlsx"):
        viewer.get(f"/figures{path}")
    asked = {call for _, call, _ in services.asked} - {"count_unread_notices"}
    assert asked <= {"compare_communities", "list_communities", "get_statistics", "list_places", "get_place"}


def test_the_page_speaks_english(viewer: FlaskClient) -> None:
    page = viewer.get("/figures?rank_by=satisfaction", headers={"Accept-Language": "en"}).text
    assert "Nothing to count" in page
    assert "Communities ranked" in page


# -- the office's numbers


@pytest.mark.parametrize(
    ("asked", "said", "is_ranked"), [("by=grid&rank_by=satisfaction", "第二网格", True), ("by=category", "噪声", False)]
)
def test_the_office_sees_its_grids_ranked_and_its_categories_not(
    viewer: FlaskClient, services: FakeServices, asked: str, said: str, is_ranked: bool
) -> None:
    services.who = signed_in(granted("office", COMMUNITY))
    page = viewer.get(f"/office/statistics?{asked}").text
    assert cells(page, said)[0] == ("1" if is_ranked else "9")
    assert ("名次" in page, 'aria-sort="descending">满意率' in page) == (is_ranked, is_ranked)
