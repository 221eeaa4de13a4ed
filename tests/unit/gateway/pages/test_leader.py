"""The leaders' pages at the door: what they ask, what they show, how they refuse."""

import re
from datetime import date
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from contracts.errors import Conflict
from contracts.grievance.errors import (
    CaseMovedOn,
    PauseDayUnfit,
    PausedOften,
    RepliedAlready,
    TasksOpen,
    TooLateToPause,
)
from gateway.identity import COOKIE
from gateway.pages.leader.plan import lines_of
from tests.unit.gateway.conftest import COMMUNITY, FakeServices, granted, signed_in
from tests.unit.gateway.sample_pictures import a_picture

GRID, OTHER_GRID = COMMUNITY + "001", COMMUNITY + "002"
ID, NEXT = str(uuid4()), str(uuid4())
WORD = {"csrf": signed_in()["csrf"]}
FAR = "2099-01-01T00:00:00+00:00"


def row(id: str = ID, **more: Any) -> dict[str, Any]:
    """A case of a list."""
    return {
        "id": id, "receipt": "20261123-0000-00000", "community": COMMUNITY, "status": "assigned",
        "category": "flying_wire", "place": GRID + "01", "leader": None, "leader_missing": False,
        "volunteers": [], "referral": None, "visit": None,
        "filed_at": "2026-11-23T04:00:00+00:00", "respond_by": FAR, "resolve_by": FAR, "due_by": FAR,
        "tasks_open": 0, "version": 3, "urgency": 12, "reasons": ["due_today", "weight_3"], "why": "今天到期；涉及安全",
        "neighbours": 0,
    } | more  # fmt: skip


def case(**more: Any) -> dict[str, Any]:
    """A case with everything that belongs to it."""
    return row() | {
        "description": "电线从窗口拉下来充电", "anonymous": False, "contact": {"name": "王**", "phone": "138****1234"},
        "resolution": "", "allowed": ["accept", "reject", "call", "split", "attempt", "ask-hands", "ask-unit"],
        "tasks": [], "timeline": [{"at": "2026-11-23T04:00:00+00:00", "what": "filed", "who": "居民", "note": ""}],
        "pictures": [],
    } | more  # fmt: skip


def page(*items: dict[str, Any]) -> dict[str, Any]:
    """A page of a list."""
    return {"items": list(items), "total": len(items), "page": 1, "page_size": 20}


@pytest.fixture
def leader(anonymous: FlaskClient, services: FakeServices) -> FlaskClient:
    """A grid leader of two grids who has signed in on a page."""
    services.who = signed_in(
        granted("grid_leader", COMMUNITY, GRID),
        granted("grid_leader", COMMUNITY, OTHER_GRID),
        granted("resident", COMMUNITY),
    )
    services.answers |= {
        "list_grievances": page(row()),
        "get_grievance": lambda asked: case(),
        "list_categories": page({"code": "flying_wire", "name": "飞线充电", "english": "charging by a wire"}),
        "get_place": {"path": [{"code": COMMUNITY, "name": "陇海路社区"}, {"code": GRID, "name": "第一网格"}]},
        "list_units": page(),
        "record_reads": {},
    }
    anonymous.set_cookie(COOKIE, "hs_token", domain="localhost")
    return anonymous


def asked(services: FakeServices, call: str) -> list[dict[str, Any]]:
    """What a service was asked."""
    return [command for _, name, command in services.asked if name == call]


def test_today_lists_what_is_open_in_every_place_of_the_leader_the_most_urgent_first(leader, services) -> None:
    answer = leader.get("/leader/")
    assert answer.status_code == 200
    (query,) = asked(services, "list_grievances")
    assert (query["order"], query["group"], query["places"]) == ("urgent", "open", [GRID, OTHER_GRID])
    assert all(word in answer.text for word in ("飞线充电", "已派单", "还剩", "涉及安全", f"/leader/cases/{ID}"))


@pytest.mark.parametrize(("ever", "said"), [(3, "都办完了，没有待办。"), (0, "还没有人反映过什么。")])
def test_having_done_everything_is_not_having_had_nothing(leader, services, ever: int, said: str) -> None:
    services.answers["list_grievances"] = lambda asked: page() | {"total": 0 if "group" in asked else ever}
    assert said in leader.get("/leader/").text


def test_a_case_is_found_by_its_receipt_number_whatever_its_state(leader, services) -> None:
    text = leader.get("/leader/?show=late&receipt=20261123-0000-00000").text
    assert asked(services, "list_grievances")[-1]["receipt"] == "20261123-0000-00000"
    assert "overdue" not in asked(services, "list_grievances")[-1]
    assert f"/leader/cases/{ID}" in text
    assert "急的在前" not in text


def test_a_receipt_number_that_cannot_be_one_is_said_beside_its_field_and_no_case_is_shown(leader, services) -> None:
    before = len(asked(services, "list_grievances"))
    text = leader.get("/leader/?receipt=4711").text
    assert 'id="receipt-wrong">格式不对' in text
    assert f"/leader/cases/{ID}" not in text
    assert len(asked(services, "list_grievances")) == before


@pytest.mark.parametrize(
    ("show", "filters"),
    [
        ("late", {"overdue": True}),
        ("waiting", {"group": "waiting"}),
        ("settled", {"order": "newest"}),
        ("x", {"group": "open"}),
    ],
)
def test_today_may_be_narrowed(leader, services, show: str, filters: dict[str, Any]) -> None:
    leader.get(f"/leader/?show={show}")
    (query,) = asked(services, "list_grievances")
    assert filters.items() <= query.items()


def test_whoever_has_not_signed_in_is_asked_to(anonymous) -> None:
    anonymous.delete_cookie(COOKIE, domain="localhost")
    answer = anonymous.get("/leader/", headers={"Accept": "text/html"})
    assert (answer.status_code, answer.headers["Location"].startswith("/sign-in")) == (303, True)


def test_a_resident_alone_sees_no_way_in_and_may_not_handle(leader, services) -> None:
    services.who = signed_in(granted("resident", COMMUNITY))
    assert "今日待办" not in leader.get("/").text
    assert leader.post(f"/leader/cases/{ID}/accept", data=WORD, headers={"Accept": "text/html"}).status_code == 404


def test_a_case_shows_only_what_can_be_done_now(leader, services) -> None:
    text = leader.get(f"/leader/cases/{ID}").text
    assert 'id="accept"' in text
    assert 'id="resolve"' not in text
    services.answers["get_grievance"] = case(status="in_hand", allowed=["resolve", "call"])
    text = leader.get(f"/leader/cases/{ID}").text
    assert 'id="resolve"' in text
    assert 'id="accept"' not in text


def test_help_that_is_at_work_is_not_offered_again(leader, services) -> None:
    services.answers["get_grievance"] = case(
        referral={
            "id": ID,
            "unit_id": ID,
            "unit": "铁塔公司",
            "kind": "tower",
            "state": "referred",
            "reason": "",
            "result": "",
        },
        volunteers=[
            {"id": ID, "volunteer_id": ID, "name": "赵志愿", "state": "accepted", "reason": "同楼院", "minutes": None}
        ],
    )
    text = leader.get(f"/leader/cases/{ID}").text
    assert "赵志愿" in text
    assert "铁塔公司" in text
    assert 'id="hands"' not in text
    assert 'id="unit"' not in text


def test_every_form_has_a_number_of_its_own_so_that_two_that_wait_are_both_taken(leader, services) -> None:
    services.answers["get_grievance"] = case(status="in_hand", allowed=["resolve", "reject", "split", "attempt"])
    keys = re.findall(r'name="key" value="([^"]+)"', leader.get(f"/leader/cases/{ID}").text)
    assert len(keys) == len(set(keys)) > 3


def test_the_timeline_is_told_in_words(leader, services) -> None:
    line = {"at": "2026-11-23T04:00:00+00:00", "what": "hands_asked", "who": "李网格", "note": "需要 2 人"}
    services.answers["get_grievance"] = case(timeline=[line])
    assert "请了志愿者" in leader.get(f"/leader/cases/{ID}").text
    assert "asked for volunteers" in leader.get(f"/leader/cases/{ID}?lang=en").text


def test_a_step_says_who_takes_it_on_what_they_saw_and_its_own_number(leader, services) -> None:
    key = str(uuid4())
    answer = leader.post(f"/leader/cases/{ID}/accept", data={**WORD, "version": "3", "key": key, "note": " 下午去 "})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/leader/cases/{ID}?done=accept")
    (command,) = asked(services, "accept_grievance")
    assert command == {"id": ID, "by": "李主任", "expected_version": 3, "step_id": key, "note": "下午去"}


@pytest.mark.parametrize(("allowed", "is_offered"), [("settle", True), ("split", True), ("resume", False)])
def test_a_task_is_finished_where_that_is_possible_also_while_the_clock_stands_still(
    leader, services, allowed, is_offered
) -> None:
    task = {"id": NEXT, "title": "换灯管", "who": "leader", "due_on": None, "required": True}
    task |= {"state": "open", "reason": ""}
    services.answers["get_grievance"] = case(status="in_hand", tasks=[task], allowed=[allowed])
    text = leader.get(f"/leader/cases/{ID}").text
    assert [f"/{step}" in text for step in ("finish", "drop")] == [is_offered, is_offered]


@pytest.mark.parametrize("written", ["²", "③", "", "3.0"])
def test_what_is_no_number_is_not_read_as_one(leader, services, written) -> None:
    answer = leader.post(f"/leader/cases/{ID}/accept", data={**WORD, "version": written})
    assert answer.status_code == 303
    assert "expected_version" not in asked(services, "accept_grievance")[0]
    assert leader.post(f"/leader/cases/{ID}/hands", data={**WORD, "hands": written}).status_code == 303
    assert asked(services, "ask_hands")[0]["hands"] == 2


def test_after_a_step_the_next_case_is_offered(leader, services) -> None:
    services.answers["list_grievances"] = page(row(NEXT))
    text = leader.get(f"/leader/cases/{ID}?done=accept").text
    query, _ = asked(services, "list_grievances")
    assert (str(query["except_id"]), query["page_size"]) == (ID, 1)
    assert f"/leader/cases/{NEXT}" in text


@pytest.mark.parametrize(
    ("step", "form", "call", "told"),
    [
        ("resolve", {"resolution": "已清走"}, "resolve_grievance", {"resolution": "已清走"}),
        ("reject", {"reason": "不属本社区"}, "reject_grievance", {"reason": "不属本社区"}),
        ("call", {"called": "filer", "outcome": "reached", "note": ""}, "note_call", {"outcome": "reached"}),
        ("attempt", {"note": "敲门无人"}, "note_attempt", {"kind": "attempt"}),
        (
            "attempt",
            {"note": "请民警", "approach": "1", "task_id": ID},
            "note_attempt",
            {"kind": "approach", "task_id": ID},
        ),
        (
            "hands",
            {"hands": "3", "skills": ["carrying", "cleaning"]},
            "ask_hands",
            {"hands": 3, "skills": ["carrying", "cleaning"]},
        ),
        ("unit", {"unit": "kind:tower", "wanted": "survey"}, "ask_unit", {"unit_kind": "tower", "wanted": "survey"}),
        ("unit", {"unit": f"unit:{ID}", "wanted": "repair"}, "ask_unit", {"unit_id": ID, "wanted": "repair"}),
        ("finish", {"task_id": NEXT, "reason": ""}, "finish_task", {"task_id": NEXT}),
        ("drop", {"task_id": NEXT, "reason": "不用了"}, "drop_task", {"task_id": NEXT, "reason": "不用了"}),
        ("reply", {"note": "已加装路灯"}, "reply_to_rating", {"note": "已加装路灯"}),
    ],
)
def test_every_form_does_what_its_operation_does(leader, services, step: str, form: Any, call: str, told: Any) -> None:
    answer = leader.post(f"/leader/cases/{ID}/{step}", data={**WORD, **form})
    assert answer.status_code == 303, answer.text
    (command,) = asked(services, call)
    assert told.items() <= command.items()


def test_leaders_are_reminded_by_the_office_and_remind_nobody_themselves(leader, services) -> None:
    led = {"id": ID, "name": "李网格", "post": "grid_leader", "reason": ""}
    services.answers["get_grievance"] = lambda asked: case(leader=led, allowed=["accept", "remind"])
    assert "remind-form" not in leader.get(f"/leader/cases/{ID}").text
    refused = leader.post(f"/leader/cases/{ID}/remind", data=WORD)
    assert (refused.status_code, asked(services, "remind_leader")) == (403, [])


PAUSE = {"kind": "material", "since": "2026-11-23T04:00:00+00:00", "until": "2026-12-05"}


def test_a_leader_pauses_by_a_form_and_resumes_by_a_button(leader, services) -> None:
    services.answers["get_grievance"] = lambda asked: case(status="in_hand", allowed=["resolve", "pause"])
    text = leader.get(f"/leader/cases/{ID}").text
    assert ("pause-form" in text, "resume-form" in text) == (True, False)
    form = {**WORD, "kind": "material", "reason": "等灯管", "until": "2026-12-05", "version": "3"}
    assert leader.post(f"/leader/cases/{ID}/pause", data=form).status_code == 303
    (command,) = asked(services, "pause_grievance")
    assert (command["kind"], command["reason"], str(command["until"])) == ("material", "等灯管", "2026-12-05")
    services.answers["get_grievance"] = lambda asked: case(
        status="in_hand", allowed=["resolve", "resume"], pause=PAUSE, pause_words="等灯管", moved_from=FAR
    )
    text = leader.get(f"/leader/cases/{ID}?done=pause").text
    assert ("pause-form" in text, "resume-form" in text) == (False, True)
    assert "等待材料或配件，至12月5日<br>等灯管" in text
    assert ">暂停办理</span>" in text
    assert "因暂停顺延，原为" in text
    assert leader.post(f"/leader/cases/{ID}/resume", data=WORD).status_code == 303
    assert len(asked(services, "resume_grievance")) == 1


def test_a_day_that_does_not_fit_is_said_beside_its_field_and_what_was_written_stays(leader, services) -> None:
    services.answers["get_grievance"] = lambda asked: case(status="in_hand", allowed=["reject", "pause"])
    services.answers["pause_grievance"] = PauseDayUnfit.between(date(2026, 11, 24), date(2026, 12, 8))
    form = {**WORD, "kind": "season", "reason": "等天晴", "until": "2027-01-01"}
    answer = leader.post(f"/leader/cases/{ID}/pause", data=form)
    assert answer.status_code == 422
    assert answer.text.count("须在 2026-11-24 至 2026-12-08 之间") == 2, "above, and beside the field"
    assert answer.text.count("等天晴") == 1, "in its own form, not in that of a rejection"
    assert 'value="season" selected' in answer.text


@pytest.mark.parametrize("refusal", [TooLateToPause(), PausedOften(times=2)])
def test_a_pause_that_is_refused_is_refused_in_words(leader, services, refusal: Conflict) -> None:
    services.answers["get_grievance"] = lambda asked: case(status="in_hand", allowed=["pause"])
    services.answers["pause_grievance"] = refusal
    form = {**WORD, "kind": "season", "reason": "等天晴", "until": "2026-12-05"}
    answer = leader.post(f"/leader/cases/{ID}/pause", data=form)
    assert (answer.status_code, refusal.said("zh") in answer.text) == (409, True)


def test_a_late_case_offers_no_pause(leader, services) -> None:
    past = "2020-01-01T00:00:00+00:00"
    services.answers["get_grievance"] = lambda asked: case(status="in_hand", allowed=["pause"], resolve_by=past)
    assert "pause-form" not in leader.get(f"/leader/cases/{ID}").text


def test_what_waits_has_its_own_mark_in_the_list_of_the_day(leader, services) -> None:
    waiting = row(status="in_hand", pause=PAUSE, urgency=0, reasons=["paused"], why="暂停办理")
    services.answers["list_grievances"] = page(waiting)
    text = leader.get("/leader/").text
    assert (
        '至12月5日</span> <span class="soft">等待材料或配件' in text,
        "还剩" in text,
        ">暂停办理</span>" in text,
    ) == (True, False, True)


RATED = {"at": "2026-11-23T04:00:00+00:00", "what": "rated", "who": "居民", "note": "2 分：太慢"}


def rated(*allowed: str) -> dict[str, Any]:
    """A case that was not rated well."""
    return case(status="rated", score=2, allowed=["reopen", "call", *allowed], timeline=[RATED])


def test_who_rated_can_be_replied_to_where_that_is_allowed_and_called_back(leader, services) -> None:
    services.answers["get_grievance"] = lambda asked: rated("reply")
    text = leader.get(f"/leader/cases/{ID}").text
    assert text.index("2 分：太慢") < text.index('id="reply-form"') < text.index('id="to-call"')
    services.answers["get_grievance"] = lambda asked: rated()
    text = leader.get(f"/leader/cases/{ID}").text
    assert ("reply-form" in text, "to-call" in text) == (False, True)


def test_a_reply_without_words_is_refused_beside_its_field_and_one_that_came_second_in_words(leader, services) -> None:
    services.answers["get_grievance"] = lambda asked: rated("reply")
    answer = leader.post(f"/leader/cases/{ID}/reply", data={**WORD, "note": " "})
    assert (answer.status_code, asked(services, "reply_to_rating")) == (422, [])
    assert 'id="note-wrong"' in answer.text
    services.answers["reply_to_rating"] = RepliedAlready()
    answer = leader.post(f"/leader/cases/{ID}/reply", data={**WORD, "note": "已加装路灯"})
    assert (answer.status_code, "这次评价已经回复过了" in answer.text, "已加装路灯" in answer.text) == (409, True, True)


def test_tasks_that_were_left_empty_are_none(leader, services) -> None:
    form = {"title": ["拆线", "", " "], "who": ["unit", "leader", "leader"], "due_on": ["2026-12-01", "", ""]}
    leader.post(f"/leader/cases/{ID}/split", data={**WORD, **form, "required": ["yes", "yes", "no"]})
    ((task,),) = [command["tasks"] for command in asked(services, "split_grievance")]
    assert {name: task[name] for name in ("title", "who", "due_on", "required")} == {
        "title": "拆线", "who": "unit", "due_on": "2026-12-01", "required": True,
    }  # fmt: skip


def test_the_second_of_two_is_told_and_finds_what_they_had_written(leader, services) -> None:
    services.answers["resolve_grievance"] = CaseMovedOn(
        version=4, meanwhile=["王网格 11-23 12:00 已办结"], meanwhile_en=["王网格 said that it is solved (11-23 12:00)"]
    )
    answer = leader.post(f"/leader/cases/{ID}/resolve", data={**WORD, "version": "3", "resolution": "我也办好了"})
    assert answer.status_code == 409
    assert all(word in answer.text for word in ("王网格 11-23 12:00 已办结", "我也办好了", "看最新情况"))


@pytest.mark.parametrize("refusal", [TasksOpen(left=2), Conflict()])
def test_what_is_refused_is_said_on_the_cases_page_and_what_was_written_stays(leader, services, refusal: Any) -> None:
    services.answers |= {"resolve_grievance": refusal, "get_grievance": case(status="in_hand", allowed=["resolve"])}
    answer = leader.post(f"/leader/cases/{ID}/resolve", data={**WORD, "resolution": "办好了"})
    assert (answer.status_code, refusal.said("zh") in answer.text, "办好了" in answer.text) == (409, True, True)


def test_an_unknown_step_is_refused(leader) -> None:
    assert leader.post(f"/leader/cases/{ID}/explode", data=WORD).status_code == 422


def test_the_telephone_is_shown_on_a_page_of_its_own_and_that_is_recorded_as_a_call(leader, services) -> None:
    services.answers["get_contact"] = {"id": ID, "community": COMMUNITY, "name": "王秀英", "phone": "138 0000 1234"}
    assert "138 0000 1234" not in leader.get(f"/leader/cases/{ID}").text
    answer = leader.get(f"/leader/cases/{ID}/call?purpose=phone_call")
    assert 'href="tel:13800001234"' in answer.text
    assert asked(services, "record_reads")[-1]["why"] == "phone_call"


def test_the_plan_names_colours_and_links_every_courtyard(leader, services) -> None:
    counts = {"waiting": 0, "community": COMMUNITY}
    services.answers |= {
        "list_by_place": page(
            {"place": GRID, "open": 0, "overdue": 0, **counts},
            {"place": GRID + "01", "open": 3, "overdue": 1, **counts},
            {"place": GRID + "02", "open": 2, "overdue": 0, **counts},
            {"place": GRID + "03", "open": 0, "overdue": 0, **counts},
        ),
        "list_places": lambda asked: page(
            *(
                [{"code": GRID, "name": "第一网格"}]
                if asked["kind"] == "grid"
                else [{"code": f"{GRID}0{number}", "name": f"{number}号院"} for number in (1, 2, 3)]
            )
        ),
    }
    text = leader.get("/leader/plan").text
    (query,) = asked(services, "list_by_place")
    assert query["places"] == [GRID, OTHER_GRID]
    assert text.count("<rect") == 3, "a grid in which nothing lies by itself is no tile"
    for look, told in (("late", "超期 1"), ("doing", "待办 2"), ("done", "没有待办")):
        assert f'<rect class="{look}"' in text
        assert told in text
    assert f'href="/leader/?place={GRID}01"' in text


def test_a_name_is_broken_where_it_would_leave_its_tile() -> None:
    assert lines_of("福利公司家属院", 6) == ["福利公司家属", "院"]
    assert lines_of("春晖里（虚构）", 7) == ["春晖里（虚构）"]


def test_no_line_of_a_name_begins_with_a_closing_bracket() -> None:
    assert lines_of("春晖里（虚构）", 6) == ["春晖里（虚", "构）"]
    assert lines_of("春晖里（虚构）院", 6) == ["春晖里（虚", "构）院"]


def test_pictures_of_before_and_after_go_with_the_resolution(leader, services) -> None:
    form = {**WORD, "resolution": "已清走"}
    pictures = {
        "before": (BytesIO(a_picture()), "before.jpg"),
        "after": [(BytesIO(a_picture()), "after.jpg"), (BytesIO(a_picture(size=(20, 30))), "again.jpg")],
    }
    answer = leader.post(f"/leader/cases/{ID}/resolve", data=form | pictures, content_type="multipart/form-data")
    assert answer.status_code == 303, answer.text
    assert [command["kind"] for command in asked(services, "add_picture")] == ["before", "after", "after"]
    assert len(asked(services, "resolve_grievance")) == 1


def test_a_picture_that_is_none_is_refused_and_nothing_is_resolved(leader, services) -> None:
    form = {**WORD, "resolution": "已清走", "after": (BytesIO(b"no picture"), "after.jpg")}
    answer = leader.post(f"/leader/cases/{ID}/resolve", data=form, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert asked(services, "resolve_grievance") == []
