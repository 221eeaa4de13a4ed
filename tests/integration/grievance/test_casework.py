"""Work on cases on real databases: turns, tasks, help asked for, today's list, statistics."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from chassis.fingerprints import use_secret
from contracts import wire
from contracts.grievance.errors import (
    AskedAlready,
    CaseMovedOn,
    ContactClosed,
    GrievanceNotFound,
    RemindedAlready,
    RepliedAlready,
    StepForbidden,
    TasksOpen,
)
from contracts.grievance.events import HandsAsked, LeaderReminded, ReplyGiven, UnitAsked
from contracts.organization.events import LeaderChanged, PersonErased, PlaceFact, PlacesImported
from contracts.volunteer.events import VolunteersExhausted
from services.grievance import handlers, queries
from services.grievance.config import GrievanceSettings
from services.grievance.domain.tasks import TaskState
from services.grievance.handlers import forgetting, work
from tests.building import At, door
from tests.integration.grievance.test_cases import (
    COMMUNITY,
    COURTYARD,
    GRID,
    command,
    file,
    leader_for,
    listed,
    rows,
    shown,
)

OTHER_COURTYARD, BUILDING = GRID + "02", COURTYARD + "01"
SAID = {"by": "", "note": "", "reason": "", "resolution": "", "comment": ""}


@pytest.fixture
def desk(database_of):
    """The service with a grid of two courtyards, one of them with a building."""
    use_secret("a secret that is long enough to be none")
    found = door("grievance", database_of("grievance"), settings=GrievanceSettings(), clock=At())
    places = (
        PlaceFact(code=COMMUNITY, kind="community", name="陇海路社区", parent=None),
        PlaceFact(code=GRID, kind="grid", name="第一网格", parent=COMMUNITY),
        PlaceFact(code=COURTYARD, kind="courtyard", name="交通庭院", parent=GRID),
        PlaceFact(code=OTHER_COURTYARD, kind="courtyard", name="陇海花苑", parent=GRID),
        PlaceFact(code=BUILDING, kind="building", name="1号楼", parent=COURTYARD),
    )
    handlers.remember_places(found.uow, PlacesImported(community=COMMUNITY, places=places))
    return found


def filed(desk, **changes):
    """The id of a case with a leader."""
    id = UUID(file(desk, **({"category": "other"} | changes))["id"])
    handlers.record_leader(desk.uow, leader_for(id))
    return id


def accept(desk, id, **said):
    handlers.accept_grievance(desk.uow, {**SAID, "id": id, **said}, now=desk.clock())


def resolve(desk, id, **said):
    handlers.resolve_grievance(desk.uow, {**SAID, "id": id, "resolution": "办好了", **said}, now=desk.clock())


def told(desk, event):
    """What was told of one kind."""
    kept = (wire.from_bytes(bytes(row.body)) for row in rows(desk, "outbox") if row.type == event.wire_name())
    return [envelope.event() for envelope in kept]


# -- turns


def test_the_second_of_two_people_is_refused_and_nothing_is_overwritten(desk):
    id = filed(desk)
    seen = shown(desk, id)["version"]
    accept(desk, id, by="李网格", expected_version=seen)
    with pytest.raises(CaseMovedOn) as refused:
        handlers.reject_grievance(
            desk.uow, {**SAID, "id": id, "reason": "不属本社区", "expected_version": seen}, now=desk.clock()
        )
    assert "李网格" in refused.value.said("zh")
    case = shown(desk, id)
    assert (case["status"], case["version"]) == ("in_hand", seen + 1)
    resolve(desk, id, expected_version=case["version"])
    assert shown(desk, id)["status"] == "resolved"


def test_a_leader_goes_on_after_their_own_step_on_a_page_that_was_open_before_it(desk):
    id = filed(desk)
    seen = shown(desk, id)["version"]
    accept(desk, id, by="李网格", expected_version=seen)
    resolve(desk, id, by="李网格", expected_version=seen)
    assert shown(desk, id)["status"] == "resolved"


def test_a_step_sent_again_is_taken_once_and_answered_again_however_the_case_has_moved_on(desk):
    id, step = filed(desk), uuid4()
    said = {"step_id": step, "expected_version": 0}
    accept(desk, id, **said)
    resolve(desk, id)
    accept(desk, id, **said)
    whats = [entry["what"] for entry in shown(desk, id)["timeline"]]
    assert (whats.count("accepted"), shown(desk, id)["status"]) == (1, "resolved")


# -- reminders


def remind(desk, id, **said):
    work.remind_leader(
        desk.uow, {"by": "李主任", "note": "", "id": id, **said}, GrievanceSettings().reminder_pause, now=desk.clock()
    )


def test_a_reminder_is_told_once_however_often_it_is_sent_and_again_only_after_an_hour(desk):
    id, step = filed(desk), uuid4()
    remind(desk, id, step_id=step)
    remind(desk, id, step_id=step)
    with pytest.raises(RemindedAlready):
        remind(desk, id, step_id=uuid4())
    assert len(told(desk, LeaderReminded)) == 1
    desk.clock.now += timedelta(hours=1)
    remind(desk, id, step_id=uuid4())
    assert [event.post for event in told(desk, LeaderReminded)] == ["grid_leader", "grid_leader"]
    assert [entry["who"] for entry in shown(desk, id)["timeline"] if entry["what"] == "reminded"] == ["李主任"] * 2


def test_a_leader_whose_page_was_open_goes_on_after_a_reminder(desk):
    id = filed(desk)
    seen = shown(desk, id)["version"]
    remind(desk, id)
    accept(desk, id, by="李网格", expected_version=seen)
    assert shown(desk, id)["status"] == "in_hand"


# -- replies to ratings


def rated(desk, id, score=2):
    """The case, taken so far that it is rated."""
    accept(desk, id)
    resolve(desk, id)
    handlers.rate_grievance(desk.uow, {**SAID, "id": id, "score": score, "comment": "太慢"}, now=desk.clock())
    return id


def reply(desk, id, **said):
    work.reply_to_rating(desk.uow, {"by": "李网格", "note": "已加装路灯", "id": id, **said}, now=desk.clock())


def test_a_rating_is_replied_to_once_a_round_however_often_it_is_sent(desk):
    id, step = rated(desk, filed(desk)), uuid4()
    assert shown(desk, id)["allowed"] == ["reopen", "call", "reply"]
    reply(desk, id, step_id=step)
    reply(desk, id, step_id=step)
    with pytest.raises(RepliedAlready):
        reply(desk, id, step_id=uuid4())
    assert shown(desk, id)["allowed"] == ["reopen", "call"]
    handlers.reopen_grievance(desk.uow, {**SAID, "id": id, "reason": "又黑了"}, now=desk.clock())
    with pytest.raises(StepForbidden):
        reply(desk, id)
    rated(desk, id)
    assert shown(desk, id)["allowed"] == ["reopen", "call", "reply"]
    reply(desk, id, note="换了新灯")
    said = [(each["who"], each["note"]) for each in shown(desk, id)["timeline"] if each["what"] == "replied"]
    assert said == [("李网格", "已加装路灯"), ("李网格", "换了新灯")]
    assert len(told(desk, ReplyGiven)) == 2
    assert all("路灯" not in bytes(row.body).decode() for row in rows(desk, "outbox"))


def test_what_was_closed_is_replied_to_where_it_was_rated_and_not_where_it_was_not(desk):
    with_score, without = rated(desk, filed(desk)), filed(desk)
    accept(desk, without)
    resolve(desk, without)
    for id in (with_score, without):
        handlers.close_settled(desk.uow, id, now=desk.clock())
    assert [shown(desk, id)["allowed"] for id in (with_score, without)] == [["reopen", "reply"], ["reopen"]]
    reply(desk, with_score)
    with pytest.raises(StepForbidden):
        reply(desk, without)
    assert len(told(desk, ReplyGiven)) == 1


def test_low_ratings_are_listed_until_they_are_replied_to(desk):
    low, lowest, _ = (rated(desk, filed(desk), score) for score in (2, 1, 3))
    filed(desk)

    def waiting():
        return {item["id"] for item in listed(desk, group="discontent", community=COMMUNITY)["items"]}

    assert waiting() == {str(low), str(lowest)}
    reply(desk, low)
    handlers.close_settled(desk.uow, lowest, now=desk.clock())
    assert waiting() == {str(lowest)}, "closing alone answers nobody"
    reply(desk, lowest)
    assert waiting() == set()
    handlers.reopen_grievance(desk.uow, {**SAID, "id": low, "reason": "又黑了"}, now=desk.clock())
    assert waiting() == set()
    rated(desk, low, 1)
    assert waiting() == {str(low)}


def test_the_second_of_two_who_reply_is_told_who_was_first(desk):
    id = rated(desk, filed(desk))
    seen = shown(desk, id)["version"]
    reply(desk, id, expected_version=seen)
    with pytest.raises(CaseMovedOn) as refused:
        reply(desk, id, by="李主任", expected_version=seen)
    assert "李网格" in refused.value.said("zh")
    assert "回复了评价" in refused.value.said("zh")


def test_a_call_back_is_noted_once_the_case_is_rated_and_no_more_once_it_is_closed(desk):
    id = rated(desk, filed(desk))
    said = {"id": id, "by": "李网格", "called": "filer", "outcome": "reached", "note": "问了哪里不满意"}
    work.note_call(desk.uow, said, now=desk.clock())
    said_of = {each["what"]: each["note"] for each in shown(desk, id)["timeline"]}
    assert said_of["called"] == "提交人，已接通：问了哪里不满意"
    handlers.close_settled(desk.uow, id, now=desk.clock())
    with pytest.raises(StepForbidden):
        work.note_call(desk.uow, said, now=desk.clock())


# -- tasks


def test_tasks_are_kept_shown_and_hold_the_case_until_they_have_their_end(desk):
    id, task = filed(desk), uuid4()
    accept(desk, id)
    given = {"id": task, "title": " 拆除私接电线 ", "who": "unit", "due_on": date(2026, 12, 1), "required": True}
    work.split_grievance(desk.uow, {**SAID, "id": id, "tasks": [given]}, now=desk.clock())
    (kept,) = shown(desk, id)["tasks"]
    assert (kept["title"], kept["who"], kept["due_on"], kept["required"], kept["state"]) == (
        "拆除私接电线", "unit", "2026-12-01", True, "open",
    )  # fmt: skip
    assert listed(desk)["items"][0]["tasks_open"] == 1
    with pytest.raises(TasksOpen):
        resolve(desk, id)
    done = {**SAID, "id": id, "task_id": task, "reason": "已拆"}
    work.settle_task(desk.uow, done, TaskState.DONE, now=desk.clock())
    resolve(desk, id)
    case = shown(desk, id)
    assert (case["tasks"][0]["state"], case["tasks"][0]["reason"]) == ("done", "已拆")
    assert listed(desk)["items"][0]["tasks_open"] == 0


# -- help asked for by hand


def test_hands_and_a_unit_are_asked_for_once_with_the_way_down_to_the_place(desk):
    id, request = filed(desk, place=BUILDING), uuid4()
    asked = {**SAID, "id": id, "request_id": request, "hands": 2, "skills": ["carrying"], "step_id": uuid4()}
    work.ask_hands(desk.uow, asked, now=desk.clock())
    work.ask_hands(desk.uow, asked, now=desk.clock())
    (hands,) = told(desk, HandsAsked)
    assert (hands.request_id, hands.path) == (request, (COMMUNITY, GRID, COURTYARD, BUILDING))
    with pytest.raises(AskedAlready):
        work.ask_hands(desk.uow, {**asked, "step_id": uuid4()}, now=desk.clock())
    nobody = {"callout_id": uuid4(), "wanted": 2, "found": 0, "reason": "无人有空", "exhausted_at": desk.clock()}
    handlers.record_exhausted(desk.uow, VolunteersExhausted(community=COMMUNITY, grievance_id=id, **nobody))
    work.ask_hands(desk.uow, {**asked, "step_id": uuid4(), "request_id": uuid4()}, now=desk.clock())
    assert len(told(desk, HandsAsked)) == 2

    unit = {**SAID, "id": id, "request_id": uuid4(), "unit_kind": "tower", "unit_id": None, "wanted": "survey"}
    work.ask_unit(desk.uow, unit, now=desk.clock())
    assert [event.wanted for event in told(desk, UnitAsked)] == ["survey"]


# -- the contact


def test_the_contact_is_shown_in_full_while_the_case_is_handled_and_not_after(desk):
    id = filed(desk)
    with desk.reading() as connection:
        found = queries.get_contact(connection, id)
    assert (found["name"], found["phone"]) == ("王秀英", "13800001234")
    handlers.reject_grievance(desk.uow, {**SAID, "id": id, "reason": "不属本社区"}, now=desk.clock())
    with desk.reading() as connection, pytest.raises(ContactClosed):
        queries.get_contact(connection, id)
    with desk.reading() as connection, pytest.raises(GrievanceNotFound):
        queries.get_contact(connection, uuid4())


def test_an_anonymous_filing_has_no_contact(desk):
    with desk.reading() as connection:
        assert queries.get_contact(connection, filed(desk, anonymous=True))["phone"] == ""


# -- today's list


def test_todays_list_begins_with_the_most_urgent_and_says_why(desk):
    ordinary, leak, wire_ = filed(desk), filed(desk, category="water_leak"), filed(desk, category="flying_wire")
    desk.clock.now += timedelta(hours=3)
    fresh = filed(desk)
    found = listed(desk, order="urgent")["items"]
    assert [item["id"] for item in found[:2]] == [str(wire_), str(leak)]
    assert {item["id"] for item in found[2:]} == {str(ordinary), str(fresh)}
    assert found[0]["why"] == "已超期 2 小时；涉及安全"
    assert found[0]["urgency"] >= found[1]["urgency"] >= found[2]["urgency"] >= found[3]["urgency"]


def test_the_database_orders_by_the_same_points_as_the_domain_tells(desk):
    for category in ("flying_wire", "water_leak", "other", "garbage", "noise"):
        for days in (0, 2, 9):
            desk.clock.now += timedelta(days=days)
            filed(desk, category=category)
    points = [item["urgency"] for item in listed(desk, order="urgent")["items"]]
    assert points == sorted(points, reverse=True)
    assert len(set(points)) > 3


def test_settled_cases_stand_at_the_end_of_todays_list_and_outside_its_filters(desk):
    first, second = filed(desk), filed(desk)
    accept(desk, first)
    resolve(desk, first)
    found = listed(desk, order="urgent")["items"]
    assert [item["id"] for item in found] == [str(second), str(first)]
    assert [item["id"] for item in listed(desk, group="open")["items"]] == [str(second)]
    assert [item["id"] for item in listed(desk, group="settled")["items"]] == [str(first)]
    assert listed(desk, group="waiting", except_id=second)["items"] == []
    assert listed(desk, overdue=True)["total"] == 0
    desk.clock.now += timedelta(days=2)
    assert [item["id"] for item in listed(desk, overdue=True)["items"]] == [str(second)]
    assert listed(desk, overdue=False)["total"] == 0


def test_several_places_are_looked_at_at_once(desk):
    filed(desk)
    filed(desk, place=OTHER_COURTYARD)
    filed(desk, place=GRID)
    assert listed(desk, places=[COURTYARD, OTHER_COURTYARD])["total"] == 2
    assert listed(desk, places=[GRID])["total"] == 3


def test_whoever_is_responsible_for_places_sees_nothing_beyond_them_by_naming_another(desk):
    here = filed(desk)
    filed(desk, place=OTHER_COURTYARD)
    assert listed(desk, places=[COURTYARD], place=OTHER_COURTYARD)["items"] == []
    assert [item["id"] for item in listed(desk, places=[GRID], place=COURTYARD)["items"]] == [str(here)]


def led_from(desk, id, place, change=1):
    """Somebody in a post at this place leads it from now on."""
    handlers.record_leader_changed(
        desk.uow,
        LeaderChanged(
            community=COMMUNITY,
            grievance_id=id,
            place=COURTYARD,
            round=1,
            change=change,
            kind="handed_over",
            from_id=None,
            from_post="grid_leader",
            from_place=GRID,
            to_id=uuid4(),
            to_name="张志强",
            to_post="grid_leader",
            to_place=place,
            by_id=None,
            by_name="",
            reason="请休假",
            changed_at=desk.clock(),
        ),
    )


def test_what_was_handed_on_is_to_be_done_where_it_is_led_and_found_where_it_lies_only_by_its_receipt(desk):
    id = filed(desk)
    led_from(desk, id, OTHER_COURTYARD)
    receipt = shown(desk, id)["receipt"]
    assert [item["id"] for item in listed(desk, places=[OTHER_COURTYARD])["items"]] == [str(id)]
    assert listed(desk, places=[COURTYARD])["items"] == []
    assert listed(desk, places=[COURTYARD], receipt=receipt)["total"] == 1
    assert listed(desk, place=COURTYARD)["total"] == 1, "it still lies there"
    assert listed(desk, places=[GRID])["total"] == 1
    led_from(desk, id, COURTYARD, change=2)
    assert listed(desk, places=[COURTYARD])["total"] == 1
    assert listed(desk, places=[OTHER_COURTYARD])["items"] == []


def test_thousands_are_read_page_by_page_each_once_while_others_are_filed(desk):
    expected = set()
    for _ in range(30):
        with desk.uow:
            expected |= {handlers.file_grievance(desk.uow, command(), now=desk.clock())["id"] for _ in range(20)}
        desk.clock.now += timedelta(seconds=1)
    seen, page = [], 1
    with desk.reading() as connection:
        while True:
            found = queries.list_grievances(connection, page=page, page_size=100, order="oldest", now=desk.clock())
            seen += [item["id"] for item in found["items"]]
            if len(found["items"]) < 100:
                break
            page += 1
            if page == 3:
                desk.clock.now += timedelta(seconds=1)
                file(desk)
    assert seen[:600] == list(dict.fromkeys(seen[:600]))
    assert set(seen[:600]) == expected


# -- where it is open


def by_place(desk, **asked):
    with desk.reading() as connection:
        asked = {"community": COMMUNITY, "kind": "courtyard", "page": 1, "page_size": 50} | asked
        found = queries.list_by_place(connection, **asked, now=desk.clock())
    return {row["place"]: (row["open"], row["waiting"], row["overdue"]) for row in found["items"]}


def test_open_cases_are_counted_in_their_courtyards_and_the_rest_at_the_place_asked_for(desk):
    taken = filed(desk, place=BUILDING)
    filed(desk, place=COURTYARD)
    filed(desk, place=GRID)
    accept(desk, taken)
    assert by_place(desk) == {COMMUNITY: (1, 1, 0), COURTYARD: (2, 1, 0), OTHER_COURTYARD: (0, 0, 0)}
    assert by_place(desk, place=COURTYARD, kind="building") == {COURTYARD: (1, 1, 0), BUILDING: (1, 0, 0)}
    assert by_place(desk, kind="grid")[GRID] == (3, 2, 0)
    desk.clock.now += timedelta(days=2)
    assert by_place(desk)[COURTYARD] == (2, 1, 1)
    assert by_place(desk, places=[OTHER_COURTYARD]) == {OTHER_COURTYARD: (0, 0, 0)}


# -- statistics


def statistics(desk, by="category", half_counts=1.0, **asked):
    today = desk.clock().date()
    with desk.reading() as connection:
        asked = {
            "community": COMMUNITY,
            "since": today - timedelta(days=60),
            "until": today + timedelta(days=1),
        } | asked
        return queries.statistics(connection, by=by, half_counts=half_counts, now=desk.clock(), **asked)


def test_the_rates_are_told_with_what_they_count_and_of_how_many(desk):
    solved, silent, withdrawn, refused = filed(desk), filed(desk), filed(desk), filed(desk)
    handlers.cancel_grievance(desk.uow, {**SAID, "id": withdrawn}, now=desk.clock())
    desk.clock.now += timedelta(hours=2)
    handlers.reject_grievance(desk.uow, {**SAID, "id": refused, "reason": "不属本社区"}, now=desk.clock())
    accept(desk, solved)
    desk.clock.now += timedelta(hours=4)
    resolve(desk, solved)
    handlers.rate_grievance(desk.uow, {**SAID, "id": solved, "score": 3}, now=desk.clock())
    total = statistics(desk)["total"]
    assert total["response"] == {"counted": 2, "of": 2, "rate": 1.0}
    assert (total["filed"], total["open"], total["withdrawn"], total["rejected"]) == (4, 1, 1, 1)
    assert total["mean_hours"] == 6.0

    desk.clock.now += timedelta(days=20)
    total = statistics(desk, half_counts=0.5)["total"]
    assert total["response"] == {"counted": 2, "of": 3, "rate": 0.6667}, "who was not contacted counts as not answered"
    assert total["resolution"] == {"counted": 1, "of": 2, "rate": 0.5}
    assert total["satisfaction"] == {"counted": 0.5, "of": 1, "rate": 0.5}
    handlers.escalate(desk.uow, silent, now=desk.clock())
    accept(desk, silent)
    assert statistics(desk)["total"]["response"]["counted"] == 2, "an answer that comes too late is none in time"


def test_numbers_are_told_by_category_channel_week_grid_and_courtyard(desk):
    filed(desk, category="noise", channel="phone")
    filed(desk, place=BUILDING)
    desk.clock.now += timedelta(days=7)
    filed(desk, place=OTHER_COURTYARD)

    def counted(by):
        return {group["key"]: group["filed"] for group in statistics(desk, by)["groups"]}

    assert counted("category") == {"noise": 1, "other": 2}
    assert counted("channel") == {"phone": 1, "web": 2}
    assert counted("grid") == {GRID: 3}
    assert counted("courtyard") == {COURTYARD: 2, OTHER_COURTYARD: 1}
    weeks = counted("week")
    assert sorted(weeks.values()) == [1, 2]
    assert all(date.fromisoformat(monday).weekday() == 0 for monday in weeks)


def test_a_period_without_cases_has_no_rates_and_no_division_by_nothing(desk):
    filed(desk)
    empty = statistics(desk, since=date(2020, 1, 1), until=date(2020, 12, 31))
    assert (empty["groups"], empty["total"]["filed"], empty["total"]["response"]["rate"]) == ([], 0, None)
    assert statistics(desk, community="410181002012")["total"]["filed"] == 0


# -- another leader by hand


def changed(desk, id, place, number=1, **more):
    """The organization tells that somebody else leads the case, from a post at this place."""
    told = {
        "community": COMMUNITY,
        "grievance_id": id,
        "place": COURTYARD,
        "round": 1,
        "change": number,
        "kind": "handed_over",
        "from_id": uuid4(),
        "from_post": "grid_leader",
        "from_place": GRID,
        "by_id": None,
        "by_name": "李网格",
        "to_id": uuid4(),
        "to_name": "赵敏",
        "to_post": "grid_leader",
        "to_place": place,
        "reason": "张家的事，归第二网格",
    }
    handlers.record_leader_changed(desk.uow, LeaderChanged(**{**told, **more}, changed_at=desk.clock()))


def test_a_case_that_is_led_from_elsewhere_is_listed_there_and_where_it_lies(desk):
    other = COMMUNITY + "002"
    grid = PlaceFact(code=other, kind="grid", name="第二网格", parent=COMMUNITY)
    handlers.remember_places(desk.uow, PlacesImported(community=COMMUNITY, places=(grid,)))
    id, stays = filed(desk), filed(desk)
    changed(desk, id, other)

    def at(**where):
        return {each["id"] for each in listed(desk, **where)["items"]}

    assert at(place=other) == at(places=[other]) == {str(id)}
    assert at(place=GRID) == {str(id), str(stays)}
    assert shown(desk, id)["leader"]["at"] == other
    assert shown(desk, stays)["leader"]["at"] is None
    picture = {"id": uuid4(), "grievance_id": id, "kind": "before", "image": "aaaa", "small": "aaaa", "added_by": None}
    handlers.add_picture(desk.uow, {**picture, "width": 1, "height": 1}, now=desk.clock())
    with desk.reading() as connection:
        assert queries.find_picture(connection, picture["id"])["leader"]["at"] == other, "its pictures are seen there"


def test_what_was_in_hand_is_due_when_it_is_to_be_solved_and_orders_by_that(desk):
    id, waits = filed(desk), filed(desk)
    accept(desk, id)
    for each in (id, waits):
        changed(desk, each, GRID)
    case, other = shown(desk, id), shown(desk, waits)
    assert (case["status"], case["due_by"], case["responded"]) == ("assigned", case["resolve_by"], True)
    assert (other["status"], other["due_by"], other["responded"]) == ("assigned", other["respond_by"], False)
    assert [each["id"] for each in listed(desk, order="urgent")["items"]] == [str(waits), str(id)]


def test_why_it_was_handed_over_stands_encrypted_in_the_timeline_and_nowhere_else(desk):
    id = filed(desk)
    changed(desk, id, GRID)
    case = shown(desk, id)
    assert [each["note"] for each in case["timeline"] if each["what"] == "handed_over"] == [
        "网格长赵敏：张家的事，归第二网格"
    ]
    assert case["leader"]["reason"] == "由李网格移交"
    with desk.reading() as connection:
        raw = [connection.exec_driver_sql(f"SELECT * FROM {table}").all() for table in ("grievances", "timeline")]
    assert "张家的事" not in str(raw)


def test_told_twice_it_changes_nothing(desk):
    id = filed(desk)
    changed(desk, id, GRID)
    before = shown(desk, id)
    changed(desk, id, COMMUNITY)
    assert shown(desk, id) == before


@pytest.mark.parametrize("is_erased", [True, False])
def test_why_a_case_was_handed_over_is_not_written_where_whoever_filed_it_was_erased_before(desk, is_erased):
    account = uuid4()
    id = filed(desk, filed_by=account)
    if is_erased:
        event = PersonErased(
            community=COMMUNITY, erasure_id=uuid4(), person_id=account, known_as=(account,), erased_at=desk.clock()
        )
        forgetting.erase_person(desk.uow, event, now=desk.clock())
    changed(desk, id, GRID)
    (said,) = [entry["note"] for entry in shown(desk, id)["timeline"] if entry["what"] == "handed_over"]
    assert said == ("网格长赵敏" if is_erased else "网格长赵敏：张家的事，归第二网格")
