"""One step on several matters of the inbox: what became of each is said, and sent twice it is taken once."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient

from contracts.grievance.errors import CaseMovedOn, GrievanceNotFound, RemindedAlready, StepForbidden
from contracts.organization.errors import LedByAnother
from gateway.identity import COOKIE
from tests.unit.gateway.conftest import COMMUNITY, FakeServices, granted, signed_in
from tests.unit.gateway.pages.test_leader import GRID, WORD, case, page, row

A, B, C = (str(UUID(int=number)) for number in range(1, 4))
KEY = str(uuid4())
PHRASE = "7c9e6679-7425-40de-944b-e07fc1f90ae7"


@pytest.fixture
def services() -> FakeServices:
    services = FakeServices()
    services.who = signed_in(granted("office", COMMUNITY))
    words = {"id": PHRASE, "community": COMMUNITY, "step": "resolve", "title": "已修", "words": "回执 {回执号} 已修好"}
    services.answers |= {
        "get_grievance": lambda asked: case(id=str(asked["id"]), receipt=f"20261128-0000-0000{str(asked['id'])[-1]}"),
        "list_grievances": page(row(A), row(B, status="in_hand"), row(C, status="closed")),
        "list_phrases": page({**words, "version": 1}),
        "list_categories": page(),
        "list_places": page(),
        "get_place": {"path": [{"code": COMMUNITY, "name": "陇海路社区"}, {"code": GRID, "name": "第一网格"}]},
    }
    return services


@pytest.fixture
def office(anonymous: FlaskClient) -> FlaskClient:
    """Somebody of the office who has signed in on a page."""
    anonymous.set_cookie(COOKIE, "hs_token", domain="localhost")
    return anonymous


def do(office: FlaskClient, *cases: str, **said: str) -> Any:
    form = {**WORD, "key": KEY, "step": "accept", **said, "case": [f"{id}:3" for id in cases]}
    return office.post("/office/bulk?group=waiting", data=form)


def steps(services: FakeServices, call: str = "accept_grievance") -> list[dict[str, Any]]:
    return [command for _, name, command in services.asked if name == call]


def test_the_inbox_lets_those_be_chosen_on_which_something_can_be_done(office: FlaskClient) -> None:
    text = office.get("/office").text
    assert [f'value="{id}:3"' in text for id in (A, B, C)] == [True, True, False]


def test_each_is_taken_in_the_name_of_whoever_did_it_on_what_they_saw(
    office: FlaskClient, services: FakeServices
) -> None:
    answer = do(office, A, B, words="下午去")
    assert "办好 2 件" in answer.text
    assert "没办" not in answer.text
    told = [(each["id"], each["by"], each["expected_version"], each["note"]) for each in steps(services)]
    assert told == [(A, "李主任", 3, "下午去"), (B, "李主任", 3, "下午去")]


def test_what_is_paused_is_said_to_be_paused(office: FlaskClient, services: FakeServices) -> None:
    def remind(command: dict[str, Any]) -> Any:
        raise StepForbidden(step="remind", status="paused", allowed=[])

    pause = {"kind": "material", "since": "2026-11-23T04:00:00+00:00", "until": "2026-12-05"}
    services.answers |= {"get_grievance": case(id=A, status="in_hand", pause=pause), "remind_leader": remind}
    text = do(office, A, step="remind").text
    assert "现在是“暂停办理”，不能这样办" in text
    assert "现在是“办理中”" not in text


def test_a_number_that_is_none_is_not_read(office: FlaskClient, services: FakeServices) -> None:
    form = {**WORD, "key": KEY, "step": "accept", "case": f"{A}:²"}
    assert office.post("/office/bulk?group=waiting", data=form).status_code == 200
    (command,) = steps(services)
    assert "expected_version" not in command


@pytest.mark.parametrize(
    ("refusal", "told"),
    [
        (StepForbidden(step="accept", status="assigned", allowed=[]), "现在是“已派单”，不能这样办"),
        (CaseMovedOn(version=9, meanwhile=["李网格 已接办"], meanwhile_en=["taken"]), "李网格 已接办"),
        (GrievanceNotFound(id=B), "没有这件诉求"),
    ],
)
def test_what_could_not_be_done_is_said_beside_its_receipt_and_the_others_are_done(
    office: FlaskClient, services: FakeServices, refusal: Any, told: str
) -> None:
    def accept(command: dict[str, Any]) -> Any:
        if command["id"] == B:
            raise refusal
        return case(id=command["id"])

    services.answers["accept_grievance"] = accept
    text = do(office, A, B, C).text
    assert "办好 2 件" in text
    assert "没办 1 件" in text
    assert told in text
    assert "20261128-0000-00002" in text


def test_the_same_form_sent_twice_names_the_same_steps_and_another_form_others(
    office: FlaskClient, services: FakeServices
) -> None:
    for said in ({}, {}, {"key": str(uuid4())}, {"words": "再说一句"}):
        do(office, A, B, **said)
    ids = [each["step_id"] for each in steps(services)]
    assert ids[:2] == ids[2:4]
    assert len(set(ids)) == 6


def test_a_phrase_says_the_facts_of_each_and_what_was_written_comes_after_it(
    office: FlaskClient, services: FakeServices
) -> None:
    do(office, A, B, step="resolve", phrase=PHRASE, words="谢谢")
    told = [each["resolution"] for each in steps(services, "resolve_grievance")]
    assert told == ["回执 20261128-0000-00001 已修好\n谢谢", "回执 20261128-0000-00002 已修好\n谢谢"]


@pytest.mark.parametrize(
    ("cases", "said", "told"),
    [
        ((), {}, "请选 1 到 50 件"),
        (tuple(str(UUID(int=number)) for number in range(51)), {}, "请选 1 到 50 件"),
        ((A,), {"step": "close"}, "请选要做什么"),
        ((A,), {"step": "resolve"}, "请选一条常用语，或写一句话"),
    ],
)
def test_what_is_missing_is_said_before_anything_is_done_and_the_choice_is_kept(
    office: FlaskClient, services: FakeServices, cases: tuple[str, ...], said: dict[str, str], told: str
) -> None:
    answer = do(office, *cases, **said)
    assert (answer.status_code, told in answer.text) == (422, True)
    assert all(f'value="{id}:3"' in answer.text for id in cases[:50])
    assert steps(services) == steps(services, "resolve_grievance") == []


def test_what_is_no_matter_at_all_is_said_so(office: FlaskClient) -> None:
    text = office.post("/office/bulk", data={**WORD, "step": "accept", "case": ["nonsense", f"{A}:x"]}).text
    assert "没有这件诉求" in text
    assert "办好 1 件" in text


def test_one_comes_back_to_the_inbox_as_it_was_narrowed(office: FlaskClient) -> None:
    assert f'href="/office?community={COMMUNITY}&amp;group=waiting"' in do(office, A).text


def test_only_the_office_does_so(office: FlaskClient, services: FakeServices) -> None:
    services.who = signed_in(granted("grid_leader", COMMUNITY, GRID))
    assert do(office, A).status_code == 403
    assert steps(services) == []


def test_leaders_are_reminded_at_once_and_who_was_reminded_already_is_said(
    office: FlaskClient, services: FakeServices
) -> None:
    def remind(command: dict[str, Any]) -> Any:
        if command["id"] == B:
            raise RemindedAlready(at="11-28 09:30", minutes=60)
        return case(id=command["id"])

    services.answers["remind_leader"] = remind
    text = do(office, A, B, step="remind", words="三天了").text
    assert "办好 1 件" in text
    assert "11-28 09:30 已催办过，60 分钟内不重复催办" in text
    assert [(each["by"], each["note"]) for each in steps(services, "remind_leader")] == [("李主任", "三天了")] * 2


def test_a_leader_is_reminded_from_the_page_of_a_case_where_there_is_one(
    office: FlaskClient, services: FakeServices
) -> None:
    leader = {"id": A, "name": "李网格", "post": "grid_leader", "reason": ""}
    told = case(id=A, leader=leader, allowed=["accept", "remind"])
    services.answers["get_grievance"] = lambda asked: told
    assert "remind-form" in office.get(f"/leader/cases/{A}").text
    answer = office.post(f"/leader/cases/{A}/remind", data={**WORD, "version": "3", "key": KEY, "note": "三天了"})
    assert answer.status_code == 303
    (command,) = steps(services, "remind_leader")
    assert (command["by"], str(command["step_id"]), command["note"]) == ("李主任", KEY, "三天了")
    told |= {"leader": None}
    assert "remind-form" not in office.get(f"/leader/cases/{A}").text


def hand(office: FlaskClient, **said: str) -> Any:
    form = {**WORD, "key": KEY, "step": "hand-over", "words": "王建国请假", "to": C, **said}
    return office.post("/office/bulk?group=waiting", data={**form, "case": [f"{A}:3:{PHRASE}", f"{B}:3:{PHRASE}"]})


def test_several_are_handed_to_somebody_from_whom_one_saw_leading_them(
    office: FlaskClient, services: FakeServices
) -> None:
    services.answers["hand_over"] = lambda asked: {"id": str(asked["id"])}
    assert "办好 2 件" in hand(office).text
    commands = steps(services, "hand_over")
    assert [(str(each["from_id"]), str(each["to_id"]), each["reason"]) for each in commands] == [
        (PHRASE, C, "王建国请假")
    ] * 2
    hand(office)
    assert [each["step_id"] for each in steps(services, "hand_over")] == [each["step_id"] for each in commands] * 2


def test_who_leads_one_of_them_by_now_is_said_of_it_and_the_others_are_handed_over(
    office: FlaskClient, services: FakeServices
) -> None:
    def hand_over(command: dict[str, Any]) -> Any:
        if str(command["id"]) == B:
            raise LedByAnother(leader_zh="网格长赵敏", leader_en="赵敏, grid leader")
        return {"id": str(command["id"])}

    services.answers["hand_over"] = hand_over
    text = hand(office).text
    assert "办好 1 件" in text
    assert "现由网格长赵敏负责" in text


def test_to_whom_they_are_handed_must_be_chosen(office: FlaskClient, services: FakeServices) -> None:
    term = {"person_id": C, "person_name": "赵敏", "kind": "grid_leader", "place": GRID, "place_name": "第一网格"}
    services.answers |= {
        "list_posts": lambda query: (
            page({**term, "community": COMMUNITY}) if query["kind"] == "grid_leader" else page()
        ),
        "list_leaves": page(),
    }
    answer = hand(office, to="")
    assert answer.status_code == 422
    assert "请选移交给谁" in answer.text
    assert "赵敏 · 第一网格" in answer.text
    assert steps(services, "hand_over") == []
    assert "赵敏 · 第一网格" in office.get("/office").text
