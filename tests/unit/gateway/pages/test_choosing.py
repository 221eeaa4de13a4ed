"""Choosing a courtyard without its code: searched or turned page by page, however many there are."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.unit.gateway.conftest import COMMUNITY, FakeServices

YARDS = [{"code": f"{COMMUNITY}001{number:02}", "name": f"{number}号院"} for number in range(1, 38)]
PAGES = ["/q", "/board"]
CITY = 3_000
"""Communities of a city."""


def community_of(number: int) -> dict[str, Any]:
    street = {"code": "410181002", "name": "杜甫路街道"}
    return {"code": f"4101810{number:05}", "name": f"第{number}社区", "subdistrict": street}


def listed(rows: list[dict[str, Any]]) -> Any:
    """A list as a service gives it: a page of what is called so."""

    def answer(asked: dict[str, Any]) -> dict[str, Any]:
        page, size = asked.get("page", 1), asked.get("page_size", 50)
        found = [row for row in rows if asked.get("q", "") in row["name"]]
        return {"items": found[(page - 1) * size :][:size], "total": len(found), "page": page, "page_size": size}

    return answer


@pytest.fixture
def services() -> FakeServices:
    services = FakeServices()
    services.answers |= {
        "list_communities": listed([community_of(1) | {"code": COMMUNITY}]),
        "list_places": listed(YARDS),
    }
    return services


@pytest.fixture
def city(services: FakeServices) -> FakeServices:
    services.answers["list_communities"] = listed([community_of(number) for number in range(CITY)])
    return services


@pytest.mark.parametrize("page", PAGES)
def test_all_courtyards_of_the_only_community_are_shown_with_the_search_above_them(
    anonymous: FlaskClient, page: str
) -> None:
    text = anonymous.get(page).text
    assert all(f"{page}/{COMMUNITY}/{yard['code']}" in text for yard in YARDS)
    assert text.index('name="q"') < text.index(YARDS[0]["code"])
    assert "翻页" not in text
    assert "换一个社区" not in text


@pytest.mark.parametrize("page", PAGES)
def test_a_courtyard_is_found_by_what_is_written_in_the_field(
    anonymous: FlaskClient, services: FakeServices, page: str
) -> None:
    text = anonymous.get(f"{page}?community={COMMUNITY}&q=+12号+").text
    assert [yard["name"] for yard in YARDS if f"<strong>{yard['name']}" in text] == ["12号院"]
    assert services.told("list_places")["q"] == "12号"
    assert 'value="12号"' in text
    assert f'href="{page}?community={COMMUNITY}"' in text, "no way back to all of them"


@pytest.mark.parametrize("page", PAGES)
def test_where_nothing_is_called_so_it_says_so_and_asks_for_other_words(anonymous: FlaskClient, page: str) -> None:
    assert "没有找到，请换几个字再找。" in anonymous.get(f"{page}?q=没有的院").text
    assert "Nothing found" in anonymous.get(f"{page}?q=没有的院", headers={"Accept-Language": "en"}).text


def test_where_there_is_nothing_yet_it_does_not_speak_of_other_words(
    anonymous: FlaskClient, services: FakeServices
) -> None:
    services.answers["list_places"] = listed([])
    assert "这里还没有登记。" in anonymous.get("/q").text


@pytest.mark.parametrize("page", PAGES)
def test_of_a_city_one_page_of_communities_is_asked_for_and_shown(
    anonymous: FlaskClient, city: FakeServices, page: str
) -> None:
    text = anonymous.get(page).text
    assert text.count(f"{page}?community=") == 50
    assert "第 1 页，共 60 页" in text
    asked = [command for _, call, command in city.asked if call == "list_communities"]
    assert sum(command["page_size"] for command in asked) <= 51


@pytest.mark.parametrize("page", PAGES)
def test_the_next_page_goes_on_with_the_same_words(anonymous: FlaskClient, city: FakeServices, page: str) -> None:
    text = anonymous.get(f"{page}?q=1&page=2").text
    assert city.asked[-1][2] | {"within": None} == {"q": "1", "page": 2, "page_size": 50, "within": None}
    assert f"{page}?q=1&amp;page=3" in text


@pytest.mark.parametrize("page", PAGES)
def test_a_community_is_found_by_its_name_and_another_can_be_chosen(
    anonymous: FlaskClient, city: FakeServices, page: str
) -> None:
    assert "第2999社区" in anonymous.get(f"{page}?q=第2999").text
    assert "换一个社区" in anonymous.get(f"{page}?community={COMMUNITY}").text


@pytest.mark.parametrize("page", PAGES)
def test_words_longer_than_any_name_are_cut_and_a_page_that_is_no_number_is_refused(
    anonymous: FlaskClient, services: FakeServices, page: str
) -> None:
    assert anonymous.get(f"{page}?q={'院' * 500}").status_code == 200
    assert services.told("list_places")["q"] == "院" * 40
    assert anonymous.get(f"{page}?page=last").status_code == 422
