"""The page on which a case is handed over or given back: who sees which form, whom it offers, what it says."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from contracts.organization.errors import LedByAnother, TakerAway
from tests.unit.gateway.conftest import COMMUNITY, FakeServices, granted, signed_in
from tests.unit.gateway.pages.test_leader import GRID, ID, OTHER_GRID, WORD, asked, case, leader, page

__all__ = ["leader"]

ME, ZHAO, AWAY, LI = (f"00000000-0000-0000-0000-00000000000{n}" for n in range(1, 5))
STEPS = ["accept", "hand-over", "give-back"]


def led(post: str = "grid_leader", at: str | None = None, **more: Any) -> dict[str, Any]:
    leads = {"id": ME, "name": "王建国", "post": post, "reason": "", "at": at}
    return case(**{"leader": leads, "allowed": STEPS, "responded": False, **more})


def term(person: str, name: str, kind: str, place: str, place_name: str) -> dict[str, Any]:
    told = {"person_id": person, "person_name": name, "kind": kind, "place": place, "place_name": place_name}
    return {**told, "community": COMMUNITY}


POSTS = {
    "community_secretary": [term(LI, "李敏", "community_secretary", COMMUNITY, "陇海路社区")],
    "grid_leader": [
        term(ME, "王建国", "grid_leader", GRID, "第一网格"),
        term(ZHAO, "赵敏", "grid_leader", OTHER_GRID, "第二网格"),
        term(AWAY, "孙假", "grid_leader", f"{COMMUNITY}003", "第三网格"),
    ],
    "building_leader": [term(ZHAO, "赵敏", "building_leader", f"{GRID}0101", "1号楼")],
}


@pytest.fixture
def handing(leader: FlaskClient, services: FakeServices) -> FlaskClient:
    """A leader with a case of their own, and who holds which post."""
    services.answers |= {
        "get_grievance": lambda _: led(),
        "list_posts": lambda query: page(*POSTS[query["kind"]]),
        "list_leaves": page({"person_id": AWAY}),
        "list_places": page({"code": f"{GRID}0101", "called": "交通庭院1号楼"}),
    }
    return leader


def look(client: FlaskClient) -> str:
    return str(client.get(f"/leader/cases/{ID}/hand-over").text)


def test_the_case_leads_to_it_for_whoever_may(handing: FlaskClient, services: FakeServices) -> None:
    assert 'id="to-hand-over"' in handing.get(f"/leader/cases/{ID}").text
    services.answers["get_grievance"] = lambda _: led("community_secretary", COMMUNITY)
    assert 'id="to-hand-over"' not in handing.get(f"/leader/cases/{ID}").text
    services.answers["get_grievance"] = lambda _: led(allowed=["accept"])
    assert 'id="to-hand-over"' not in handing.get(f"/leader/cases/{ID}").text


def test_everybody_in_post_is_offered_but_who_has_it_and_who_is_away(handing: FlaskClient) -> None:
    text = look(handing)
    assert "李敏 · 陇海路社区" in text
    assert "赵敏 · 第二网格" in text
    assert text.count(ZHAO) == 1, "who holds two posts is offered once"
    assert f'<option value="{ME}"' not in text
    assert "孙假" not in text


def test_it_says_that_no_deadline_begins_anew(handing: FlaskClient) -> None:
    assert "时限不重新计算" in look(handing)


def test_a_leader_can_give_it_back_and_the_office_only_hand_it_over(
    handing: FlaskClient, services: FakeServices
) -> None:
    forms = ('id="hand-over-form"', 'id="give-back-form"')
    assert [form in look(handing) for form in forms] == [True, True]
    handing.application.extensions["identities"].forget_account(services.who["account"])
    services.who = signed_in(granted("office", COMMUNITY))
    assert [form in look(handing) for form in forms] == [True, False]


def test_a_secretary_has_nobody_to_give_it_back_to(handing: FlaskClient, services: FakeServices) -> None:
    services.who = signed_in(granted("secretary", COMMUNITY))
    services.answers["get_grievance"] = lambda _: led("community_secretary", COMMUNITY)
    assert 'id="hand-over-form"' in look(handing)
    assert 'id="give-back-form"' not in look(handing)


def test_a_case_without_a_leader_is_handed_over_by_the_office_that_saw_nobody(
    handing: FlaskClient, services: FakeServices
) -> None:
    services.who = signed_in(granted("office", COMMUNITY))
    services.answers["get_grievance"] = lambda _: case(status="filed", leader=None, allowed=["call", "hand-over"])
    assert "王建国 · 第一网格" in look(handing)
    handing.post(f"/leader/cases/{ID}/hand-over", data={**WORD, "to_id": ZHAO, "reason": "请先办", "from_id": ""})
    (command,) = asked(services, "hand_over")
    assert command["from_id"] is None


@pytest.mark.parametrize(
    ("step", "call", "form"), [("hand-over", "hand_over", {"to_id": ZHAO}), ("give-back", "give_back", {})]
)
def test_it_sends_whom_one_saw_and_leads_back_to_the_list(
    handing: FlaskClient, services: FakeServices, step: str, call: str, form: dict[str, str]
) -> None:
    sent = {**WORD, **form, "reason": " 归二网格 ", "from_id": ME, "version": "3", "key": AWAY}
    answer = handing.post(f"/leader/cases/{ID}/{step}", data=sent)
    assert (answer.status_code, answer.location) == (303, f"/leader/?done={step}")
    assert 'id="done"' in handing.get(answer.location).text
    (command,) = asked(services, call)
    said = {"reason": "归二网格", "by": "李主任", **form}
    assert said.items() <= command.items()
    assert (str(command["from_id"]), str(command["step_id"])) == (ME, AWAY)


def test_the_office_stays_on_the_case(handing: FlaskClient, services: FakeServices) -> None:
    services.who = signed_in(granted("office", COMMUNITY))
    answer = handing.post(f"/leader/cases/{ID}/hand-over", data={**WORD, "to_id": ZHAO, "reason": "二网格"})
    assert answer.location == f"/leader/cases/{ID}?done=hand-over"
    assert "已移交" in handing.get(answer.location).text


def test_what_is_refused_is_said_beside_what_was_written(handing: FlaskClient, services: FakeServices) -> None:
    services.answers["hand_over"] = TakerAway(name="赵敏", until="2026-11-30")
    answer = handing.post(f"/leader/cases/{ID}/hand-over", data={**WORD, "to_id": ZHAO, "reason": "归二网格"})
    assert answer.status_code == 409
    assert "赵敏请假至 2026-11-30" in answer.text
    assert "归二网格" in answer.text
    assert f'value="{ZHAO}" selected' in answer.text


def test_nothing_chosen_or_written_is_said_in_words(handing: FlaskClient, services: FakeServices) -> None:
    answer = handing.post(f"/leader/cases/{ID}/hand-over", data={**WORD, "to_id": "", "reason": ""})
    assert answer.status_code == 422
    assert "交给谁" in answer.text
    assert asked(services, "hand_over") == []


def test_the_second_of_two_is_told_who_has_it_now_and_keeps_what_was_written(
    handing: FlaskClient, services: FakeServices
) -> None:
    services.answers["hand_over"] = LedByAnother(leader_zh="网格长赵敏", leader_en="赵敏, grid leader")
    answer = handing.post(f"/leader/cases/{ID}/hand-over", data={**WORD, "to_id": LI, "reason": "请书记协调"})
    assert answer.status_code == 409
    assert "现由网格长赵敏负责" in answer.text
    assert "请书记协调" in answer.text
