"""Pages on which the office edits the tree and the register, fills posts and says what is shown of officials."""

import io
from typing import Any

import pytest
from flask.testing import FlaskClient

from contracts.errors import Invalid, words
from contracts.organization.errors import EditedMeanwhile, PlaceInUse
from tests.pictures import A_PICTURE
from tests.unit.gateway.conftest import COMMUNITY, FakeServices, granted, signed_in

WORD = {"csrf": signed_in()["csrf"], "community": COMMUNITY}
YARD, ID = "41018100201100101", "1b4e28ba-2fa1-41d2-883f-0016d3cca427"
PLACE = {
    "code": YARD, "kind": "courtyard", "name": "交通庭院", "called": "交通庭院",
    "parent": "410181002011001", "aged": False, "boundary": "东至路",
    "closed_on": None, "version": 3, "community": COMMUNITY, "children": 0,
    "path": [{"code": COMMUNITY, "name": "陇海路社区"}, {"code": YARD, "name": "交通庭院"}],
}  # fmt: skip
HELD = {"post_id": ID, "kind": "grid_leader", "place": YARD, "place_name": "第一网格", "starts_on": "2024-01-01",
        "ends_on": None, "line": None}  # fmt: skip
TERM = {**HELD, "id": ID, "community": COMMUNITY, "person_id": ID, "person_name": "王建国", "current": True}
PERSON = {
    "id": ID, "community": COMMUNITY, "number": "1", "name": "王建国", "sex": "male", "born_on": "1980-03-01",
    "household": None, "phone": "13800000000", "posts": [HELD], "terms": [TERM], "left_on": None, "version": 4,
}  # fmt: skip
SHOWN = {"id": ID, "community": COMMUNITY, "phone_shown": True, "portrait": None, "consented_at": None}
BOARD = {"community": COMMUNITY, "place": YARD, "path": [], "on": "2026-11-28", "entries": []}


def page_of(*items: dict[str, Any]) -> dict[str, Any]:
    return {"items": list(items), "total": len(items), "page": 1, "page_size": 50}


@pytest.fixture
def services() -> FakeServices:
    services = FakeServices()
    services.who = signed_in(granted("office", COMMUNITY))
    services.answers |= {
        "get_place": PLACE, "list_places": page_of(PLACE), "get_board": BOARD, "get_person": PERSON,
        "list_people": page_of(PERSON), "get_publication": SHOWN, "list_posts": page_of(TERM), "get_post": TERM,
        "add_person": PERSON, "list_categories": page_of({"code": "lighting", "name": "路灯", "english": "lamps"}),
    }  # fmt: skip
    return services


@pytest.mark.parametrize(
    ("path", "said", "english"),
    [
        ("/office/places", "停用这个地点", "Close this place"),
        ("/office/places?q=jtty", "查找地点", "Search for places"),
        ("/office/people?q=王", "登记一个人", "Register somebody"),
        ("/office/people/new", "名册编号", "Register number"),
        (f"/office/people/{ID}", "本人同意公示照片", "The person agrees that the portrait is shown"),
        ("/office/posts?q=王", "由谁任职", "Who takes it"),
        ("/office/lists", "导出列表", "Export lists"),
    ],
)
def test_each_page_shows_what_it_is_for_in_both_languages(
    office: FlaskClient, path: str, said: str, english: str
) -> None:
    assert said in office.get(path).text
    assert english in office.get(f"{path}{'&' if '?' in path else '?'}lang=en").text


@pytest.mark.parametrize(
    ("path", "form", "call", "command"),
    [
        (f"places/{YARD}/add", {"code": "1", "kind": "building", "name": "1号楼"}, "add_place", {"parent": YARD}),
        (f"places/{YARD}/change", {"name": "新名", "version": "3"}, "change_place", {"name": "新名", "version": 3}),
        (f"places/{YARD}/close", {"version": "3"}, "close_place", {"code": YARD, "version": 3}),
        (f"places/{YARD}/reopen", {"version": "3"}, "reopen_place", {"code": YARD, "version": 3}),
        ("people/new", {"name": "王芳", "sex": "female"}, "add_person", {"name": "王芳", "phone": None}),
        (f"people/{ID}/change", {"name": "王芳", "sex": "female", "version": "4"}, "change_person", {"version": 4}),
        (f"people/{ID}/move", {"household": "1", "version": "4"}, "move_person", {"household": "1"}),
        (f"people/{ID}/depart", {"left_on": "2026-11-28", "version": "4"}, "depart_person", {"id": ID}),
        (f"people/{ID}/phone", {"shown": "0"}, "show_phone", {"shown": False}),
        (f"people/{ID}/portrait/take-down", {}, "take_down_portrait", {"id": ID}),
        ("posts", {"kind": "grid_leader", "place": YARD, "person_id": ID, "starts_on": "2026-11-28"}, "appoint",
         {"place": YARD, "line": None}),
        (f"posts/{ID}/end", {"ends_on": "2026-11-28"}, "end_post", {"post_id": ID}),
    ],
)  # fmt: skip
def test_a_form_does_what_the_api_does_and_leads_back(
    office: FlaskClient, services: FakeServices, path: str, form: dict[str, str], call: str, command: dict[str, Any]
) -> None:
    answer = office.post(f"/office/{path}", data={**WORD, **form})
    assert answer.status_code == 303, answer.text
    assert command.items() <= services.told(call).items()
    assert "done=1" in answer.headers["Location"]


def test_a_telephone_left_empty_stays_and_is_removed_only_when_said(
    office: FlaskClient, services: FakeServices
) -> None:
    office.post(f"/office/people/{ID}/change", data={**WORD, "name": "王芳", "sex": "female", "version": "4"})
    assert "phone" not in services.told("change_person")
    services.asked.clear()
    form = {**WORD, "name": "王芳", "sex": "female", "version": "4", "no_phone": "1"}
    office.post(f"/office/people/{ID}/change", data=form)
    assert services.told("change_person")["phone"] is None


def test_whoever_was_overtaken_is_told_and_sees_what_stands_there_now(
    office: FlaskClient, services: FakeServices
) -> None:
    services.answers["change_place"] = EditedMeanwhile()
    answer = office.post(f"/office/places/{YARD}/change", data={**WORD, "name": "新名", "version": "2"})
    assert answer.status_code == 409
    assert "有人改动过" in answer.text
    assert 'value="新名"' in answer.text
    assert 'name="version" value="3"' in answer.text


def test_why_a_place_is_not_closed_is_said(office: FlaskClient, services: FakeServices) -> None:
    services.answers["close_place"] = PlaceInUse(name="交通庭院", places=2, residents=5, posts=0)
    answer = office.post(f"/office/places/{YARD}/close", data={**WORD, "version": "3"})
    assert (answer.status_code, "还有 2 个下级地点" in answer.text) == (409, True)


def test_what_is_wrong_with_somebody_new_stands_beside_its_field(office: FlaskClient, services: FakeServices) -> None:
    services.answers["add_person"] = Invalid(fields={"born_on": [words("不在合理范围内", "unlikely")]})
    answer = office.post("/office/people/new", data={**WORD, "name": "王芳", "sex": "female", "born_on": "2030-01-01"})
    assert answer.status_code == 422
    assert 'id="born_on-wrong">不在合理范围内' in answer.text


def test_a_portrait_needs_the_tick_of_consent(office: FlaskClient, services: FakeServices) -> None:
    for consent, status in (({}, 422), ({"consent": "1"}, 303)):
        sent = {**WORD, **consent, "file": (io.BytesIO(A_PICTURE), "a.png")}
        answer = office.post(f"/office/people/{ID}/portrait", data=sent, content_type="multipart/form-data")
        assert answer.status_code == status, answer.text
    assert sum(call == "show_portrait" for _, call, _ in services.asked) == 1


def test_what_a_caller_said_is_kept_while_the_place_is_looked_for_and_stands_in_no_address(
    office: FlaskClient, services: FakeServices
) -> None:
    form = {**WORD, "search": "1", "q": "jtty", "description": "灯坏了", "phone": "13800000000", "key": "k"}
    answer = office.post("/office/new", data=form)
    assert answer.status_code == 200
    assert "灯坏了" in answer.text
    assert f'value="{YARD}" selected' in answer.text
    assert "file_grievance" not in [call for _, call, _ in services.asked]
    assert "selected" in office.get("/office/find-places?q=jtty").text
