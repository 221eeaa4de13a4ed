"""One case after the other, in the order of the list that they were opened from."""

import re
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from gateway.identity import COOKIE
from tests.unit.gateway.conftest import COMMUNITY, FakeServices, granted, signed_in
from tests.unit.gateway.pages.test_leader import GRID, WORD, case, page, row

A, B, C, D = (str(UUID(int=number)) for number in range(1, 5))
INBOX = f"list=inbox&community={COMMUNITY}&group=waiting&category=flying_wire"


class Cases:
    """A list of cases as the grievance service keeps it: chosen and ordered by what they are now."""

    def __init__(self, *ids: str) -> None:
        self.ids = list(ids)
        self.asked: list[dict[str, Any]] = []

    def __call__(self, command: dict[str, Any]) -> dict[str, Any]:
        self.asked.append(command)
        left = [id for id in self.ids if id != str(command.get("except_id"))]
        start = (command["page"] - 1) * command["page_size"]
        shown = [row(id) for id in left[start : start + command["page_size"]]]
        return page(*shown) | {"total": len(left), "page": command["page"], "page_size": command["page_size"]}


@pytest.fixture
def cases(services: FakeServices) -> Cases:
    """Three cases, of which somebody of the office looks at one."""
    found = Cases(A, B, C)
    services.who = signed_in(granted("office", COMMUNITY), granted("grid_leader", COMMUNITY, GRID))
    services.answers |= {
        "list_grievances": found,
        "get_grievance": lambda asked: case(id=str(asked["id"])),
        "list_categories": page({"code": "flying_wire", "name": "飞线充电", "english": "charging by a wire"}),
        "get_place": {"path": [{"code": COMMUNITY, "name": "陇海路社区"}, {"code": GRID, "name": "第一网格"}]},
        "list_units": page(),
        "list_places": page(),
    }
    return found


@pytest.fixture
def somebody(anonymous: FlaskClient, cases: Cases) -> FlaskClient:
    """Somebody who has signed in on a page."""
    anonymous.set_cookie(COOKIE, "hs_token", domain="localhost")
    return anonymous


def offered(text: str) -> tuple[str, int] | None:
    """Which case is offered next, and how far down its list it is said to stand."""
    found = re.search(r'href="/leader/cases/([0-9a-f-]{36})\?([^"]*)">', text)
    return None if found is None else (found[1], int(re.search(r"at=(\d+)", found[2])[1]))  # type: ignore[index]


def after(somebody: FlaskClient, id: str, at: int, said: str = INBOX) -> tuple[str, int] | None:
    return offered(somebody.get(f"/leader/cases/{id}?{said}&at={at}&done=accept").text)


def test_the_rows_of_both_lists_lead_to_their_case_with_what_the_list_was_narrowed_to(somebody: FlaskClient) -> None:
    inbox = somebody.get("/office?group=waiting&category=flying_wire").text.replace("&amp;", "&")
    today = somebody.get(f"/leader/?show=waiting&place={GRID}").text.replace("&amp;", "&")
    for id, at in ((A, 0), (C, 2)):
        assert (
            f'/leader/cases/{id}?list=inbox&community={COMMUNITY}&group=waiting&category=flying_wire&at={at}"' in inbox
        )
        assert f'/leader/cases/{id}?list=today&show=waiting&place={GRID}&at={at}"' in today


def test_a_receipt_number_does_not_travel_in_addresses(somebody: FlaskClient) -> None:
    assert not re.search(r"/leader/cases/[^\"]*receipt", somebody.get("/office?receipt=20261128-0001-00019").text)


def test_a_step_leads_back_to_the_case_in_its_list(somebody: FlaskClient) -> None:
    answer = somebody.post(f"/leader/cases/{A}/accept?{INBOX}&at=0", data={**WORD, "version": "3"})
    assert answer.status_code == 303
    assert f"{INBOX}&at=0" in answer.location
    assert "done=accept" in answer.location


def test_every_form_and_link_of_a_case_keeps_the_list(somebody: FlaskClient) -> None:
    text = somebody.get(f"/leader/cases/{A}?{INBOX}&at=0").text.replace("&amp;", "&")
    actions = re.findall(rf'action="(/leader/cases/{A}/[^"]*)"', text)
    assert len(actions) >= 4
    assert all(action.endswith(f"?{INBOX}&at=0") for action in actions)
    call = re.search(rf'href="(/leader/cases/{A}/call[^"]*)"', text)
    assert call is not None
    assert INBOX in call[1]


def test_the_next_is_chosen_and_ordered_as_the_list_is(somebody: FlaskClient, cases: Cases) -> None:
    after(somebody, A, 0)
    of_inbox = {"community": COMMUNITY, "group": "waiting", "category": "flying_wire", "order": "urgent"}
    assert of_inbox.items() <= cases.asked[0].items()
    cases.asked.clear()
    after(somebody, A, 0, f"list=today&show=settled&place={GRID}")
    assert {"group": "settled", "order": "newest", "place": GRID}.items() <= cases.asked[0].items()


def test_the_next_is_the_one_that_followed_where_the_case_stays_in_the_list(somebody: FlaskClient) -> None:
    assert after(somebody, A, 0) == (B, 1)
    assert after(somebody, B, 1) == (C, 2)


def test_the_next_is_the_one_that_followed_where_the_case_has_left_the_list(
    somebody: FlaskClient, cases: Cases
) -> None:
    cases.ids.remove(A)
    assert after(somebody, A, 0) == (B, 0)
    cases.ids.remove(B)
    assert after(somebody, B, 0) == (C, 0)


def test_the_next_is_the_one_that_followed_where_the_case_has_moved_down(somebody: FlaskClient, cases: Cases) -> None:
    cases.ids = [B, C, A]
    assert after(somebody, A, 0) == (B, 0)


def test_after_the_last_comes_the_first_that_was_passed_over(somebody: FlaskClient, cases: Cases) -> None:
    cases.ids.remove(C)
    assert after(somebody, C, 2) == (A, 0)


def test_after_the_only_one_comes_none(somebody: FlaskClient, cases: Cases) -> None:
    cases.ids = [A]
    text = somebody.get(f"/leader/cases/{A}?{INBOX}&at=0&done=accept").text
    assert offered(text) is None
    assert "没有别的待办了" in text


def test_how_many_are_left_is_said_and_one_may_pass_over_a_case(somebody: FlaskClient) -> None:
    assert "还有 2 件" in somebody.get(f"/leader/cases/{A}?{INBOX}&at=0&done=accept").text
    assert re.search(rf'id="skip" href="/leader/cases/{B}\?', somebody.get(f"/leader/cases/{A}?{INBOX}&at=0").text)


def test_one_comes_back_to_the_page_of_the_list_on_which_the_case_stood(somebody: FlaskClient) -> None:
    def back(said: str, at: int) -> str:
        text = somebody.get(f"/leader/cases/{A}?{said}&at={at}").text.replace("&amp;", "&")
        found = re.search(r'class="back" href="([^"]*)"', text)
        assert found is not None
        return found[1]

    assert back(INBOX, 49) == f"/office?community={COMMUNITY}&group=waiting&category=flying_wire"
    assert back(INBOX, 50).endswith("&page=2")
    assert back("list=today&show=late", 41) == "/leader/?show=late&page=3"


@pytest.mark.parametrize(
    "said", ["list=nothing", "list=today&at=-5", "list=today&at=x", "list=today&at=999999999", "list=inbox&group=odd"]
)
def test_an_address_that_says_nonsense_of_a_list_still_shows_the_case(somebody: FlaskClient, said: str) -> None:
    assert somebody.get(f"/leader/cases/{A}?{said}&done=accept").status_code == 200


def test_opened_from_no_list_the_most_urgent_of_today_comes_next_and_nothing_is_passed_over(
    somebody: FlaskClient,
) -> None:
    assert offered(somebody.get(f"/leader/cases/{B}?done=accept").text) == (A, 0)
    assert 'id="skip"' not in somebody.get(f"/leader/cases/{B}").text
