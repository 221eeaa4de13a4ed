"""The clock of a case stands still on real databases: once however often it is sent, and on by itself, once."""

from contextvars import copy_context
from datetime import timedelta
from threading import Barrier, Thread
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from contracts.errors import Error
from contracts.grievance.errors import CaseMovedOn, PausedOften, StepForbidden
from contracts.grievance.events import GrievanceEscalated, GrievanceGoesOn, GrievancePaused
from contracts.grievance.schemas.told import cut_for_filer
from contracts.organization.events import PersonErased
from services.grievance import handlers
from services.grievance.config import GrievanceSettings
from services.grievance.domain import pausing
from services.grievance.domain.grievance import day_in_china
from services.grievance.handlers import forgetting, work
from services.grievance.queries.following import Proven, show_followed
from services.grievance.service import GrievanceService
from tests.building import unit_of_work
from tests.integration.grievance.test_cases import COMMUNITY, listed, rows, shown
from tests.integration.grievance.test_casework import SAID, accept, desk, filed, resolve, statistics, told

__all__ = ["desk"]

DAY, WORDS = timedelta(days=1), "等灯管到货，张玉兰家门口"


@pytest.fixture
def id(desk):
    """A case in hand; the leader asks for it at noon."""
    desk.clock.now = (desk.clock.now + DAY).replace(hour=4, minute=0, second=0, microsecond=0)
    id = filed(desk)
    accept(desk, id)
    return id


def pause(desk, id, days=3, uow=None, **said):
    until = day_in_china(desk.clock()) + days * DAY
    command = {"by": "李网格", "kind": "material", "reason": WORDS, "until": until, "id": id, **said}
    work.pause_grievance(uow or desk.uow, command, GrievanceSettings().allowance, now=desk.clock())


def resume(desk, id, **said):
    work.resume_grievance(desk.uow, {"by": "李网格", "note": "", "id": id, **said}, now=desk.clock())


def whats(desk, id):
    return [entry["what"] for entry in shown(desk, id)["timeline"]]


def test_a_pause_sent_twice_is_one_and_what_is_told_of_it_holds_no_words(desk, id):
    step = uuid4()
    pause(desk, id, step_id=step)
    pause(desk, id, step_id=step)
    (event,) = told(desk, GrievancePaused)
    assert (event.waits_for, event.until) == ("material", day_in_china(desk.clock()) + 3 * DAY)
    assert not [row for row in rows(desk, "outbox") if "灯管" in bytes(row.body).decode()]
    case = shown(desk, id)
    assert (case["pause"]["kind"], case["pause"]["until"], case["pause_words"]) == (
        "material",
        event.until.isoformat(),
        WORDS,
    )
    assert "resume" in case["allowed"]
    assert "split" not in case["allowed"]


def test_its_words_are_not_readable_at_rest(desk, id):
    pause(desk, id)
    with desk.reading() as connection:
        kept = connection.execute(text("SELECT pause_words, pause FROM grievances")).one()
    assert "灯管" not in repr(kept)


def test_the_second_of_two_people_who_act_at_once_is_refused(desk, id):
    seen = shown(desk, id)["version"]
    pause(desk, id, expected_version=seen)
    with pytest.raises(CaseMovedOn) as refused:
        resolve(desk, id, by="李主任", expected_version=seen)
    assert "李网格" in refused.value.said("zh")
    assert "暂停了办理" in refused.value.said("zh")
    resume(desk, id, expected_version=seen + 1)
    with pytest.raises(StepForbidden):
        resume(desk, id)


def at_once(deed, times=2):
    """Does it in so many threads at once; what was refused."""
    barrier, raised = Barrier(times), []

    def do():
        barrier.wait(10)
        try:
            deed()
        except Error as error:
            raised.append(error.code)

    threads = [Thread(target=copy_context().run, args=(do,)) for _ in range(times)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(30)
    return raised


def another_uow(desk):
    """As another instance of the service has it."""
    return unit_of_work("grievance", desk.reading.__self__)


def test_of_two_who_pause_at_once_one_does(desk, id):
    raised = at_once(lambda: pause(desk, id, uow=another_uow(desk)))
    assert raised == ["step_forbidden"]
    assert (len(told(desk, GrievancePaused)), whats(desk, id).count("paused")) == (1, 1)


def test_it_goes_on_as_the_day_begins_once_however_many_timers_come_for_it(desk, id):
    pause(desk, id)
    desk.clock.now += timedelta(days=2, hours=11, minutes=59)
    GrievanceService.go_on_paused(desk)
    assert told(desk, GrievanceGoesOn) == []
    desk.clock.now += timedelta(minutes=1)
    assert at_once(lambda: work.go_on(another_uow(desk), id, now=desk.clock())) == []
    GrievanceService.go_on_paused(desk)
    (event,) = told(desk, GrievanceGoesOn)
    assert (event.by_itself, event.post) == (True, "grid_leader")
    assert whats(desk, id)[-1] == "went_on"
    assert (shown(desk, id)["pause"], shown(desk, id)["status"]) == (None, "in_hand")


def test_a_process_that_dies_as_it_goes_on_leaves_it_to_the_next(desk, id):
    pause(desk, id)
    desk.clock.now += 3 * DAY

    class Dies(Exception):
        pass

    def dies_half_way():
        with desk.uow:
            desk.uow.publish(pausing.go_on(desk.uow.grievances.get(id), now=desk.clock()))
            raise Dies

    with pytest.raises(Dies):
        dies_half_way()
    assert (shown(desk, id)["pause"] is None, told(desk, GrievanceGoesOn)) == (False, [])
    GrievanceService.go_on_paused(desk)
    assert len(told(desk, GrievanceGoesOn)) == 1


def test_nothing_escalates_while_it_stands_still_and_what_is_late_afterwards_does(desk, id):
    desk.clock.now += 14 * DAY
    pause(desk, id, days=10)
    desk.clock.now += 9 * DAY
    GrievanceService.escalate_overdue(desk)
    assert told(desk, GrievanceEscalated) == []
    desk.clock.now += 3 * DAY
    GrievanceService.escalate_overdue(desk)
    assert [event.milestone for event in told(desk, GrievanceEscalated)] == ["resolution"]
    assert whats(desk, id)[-2:] == ["went_on", "late_resolution"], "it goes on first, though its timer has not come"
    assert len(told(desk, GrievanceGoesOn)) == 1


def test_a_third_pause_of_a_round_is_refused(desk, id):
    for _ in range(2):
        pause(desk, id)
        resume(desk, id)
    with pytest.raises(PausedOften):
        pause(desk, id)


def test_what_waits_stands_last_in_the_list_of_the_day_and_is_found_by_itself(desk, id):
    other = filed(desk)
    accept(desk, other)
    pause(desk, id)
    desk.clock.now += timedelta(hours=1)
    newer = filed(desk)
    found = listed(desk, group="open", order="urgent")["items"]
    assert (found[-1]["id"], {each["id"] for each in found[:-1]}) == (str(id), {str(other), str(newer)})
    assert (found[-1]["urgency"], found[-1]["reasons"], found[-1]["pause"]["kind"]) == (0, ["paused"], "material")
    assert "pause_words" not in found[-1]
    assert [each["id"] for each in listed(desk, group="paused")["items"]] == [str(id)]
    assert len(listed(desk, group="in_hand")["items"]) == 2
    resume(desk, id)
    assert listed(desk, group="paused")["items"] == []


def followed(desk, id, *, is_filer):
    with desk.reading() as connection:
        proven = Proven(id, is_filer, id)
        return show_followed(connection, proven, receipt=shown(desk, id)["receipt"], now=desk.clock())


def test_whoever_filed_reads_why_it_waits_and_a_neighbour_only_that_it_does(desk, id):
    assert followed(desk, id, is_filer=True)["pause"] is None
    pause(desk, id)
    mine, theirs = (followed(desk, id, is_filer=is_filer) for is_filer in (True, False))
    assert (mine["pause"]["kind"], mine["pause"]["words"]) == ("material", WORDS)
    assert WORDS in mine["progress"][-1]["note"]
    assert (theirs["pause"]["kind"], theirs["pause"]["words"], theirs["progress"][-1]["note"]) == ("material", "", "")
    assert [each["what"] for each in theirs["progress"]][-1] == "paused"


def test_figures_say_what_pauses_have_changed(desk, id):
    desk.clock.now += 14 * DAY
    pause(desk, id, days=10)
    total = statistics(desk)["total"]
    assert (total["paused"], total["moved"], total["overdue"]) == (1, 1, 0)
    desk.clock.now += 5 * DAY
    total = statistics(desk)["total"]
    assert (total["on_time"]["of"], total["on_time_unmoved"]) == (0, {"counted": 0, "of": 1, "rate": 0.0})
    resolve(desk, id)
    total = statistics(desk)["total"]
    assert (total["paused"], total["moved"]) == (0, 1)
    assert total["on_time"] == {"counted": 1, "of": 1, "rate": 1.0}
    assert total["on_time_unmoved"] == {"counted": 0, "of": 1, "rate": 0.0}


def test_without_pauses_both_rates_are_one(desk, id):
    resolve(desk, id)
    total = statistics(desk)["total"]
    assert (total["moved"], total["on_time"]) == (0, total["on_time_unmoved"])
    assert total["on_time"]["rate"] == 1.0


def test_whoever_is_erased_leaves_no_words_of_a_pause(desk):
    account = uuid4()
    mine = filed(desk, filed_by=account)
    accept(desk, mine)
    pause(desk, mine)
    event = PersonErased(
        community=COMMUNITY,
        person_id=account,
        erasure_id=uuid4(),
        known_as=(account,),
        may_return=False,
        erased_at=desk.clock(),
    )
    forgetting.erase_person(desk.uow, event, now=desk.clock())
    case = shown(desk, mine)
    assert (case["pause_words"], case["pause"]["kind"]) == ("", "material")
    assert WORDS not in repr(case)


def test_rejecting_what_waits_ends_its_pause(desk, id):
    pause(desk, id)
    handlers.reject_grievance(desk.uow, {**SAID, "id": UUID(str(id)), "reason": "不归社区管"}, now=desk.clock())
    assert (shown(desk, id)["pause"], listed(desk, group="paused")["items"]) == (None, [])
    GrievanceService.go_on_paused(desk)
    desk.clock.now += 10 * DAY
    GrievanceService.go_on_paused(desk)
    assert told(desk, GrievanceGoesOn) == []


@pytest.mark.parametrize("status", ["resolved", "assigned"])
def test_what_a_process_of_the_release_before_leaves_of_a_pause_holds_nobody_up(desk, id, status):
    pause(desk, id)
    with desk.uow:
        desk.uow.connection.execute(text("UPDATE grievances SET status = :status"), {"status": status})
    case, mine = shown(desk, id), followed(desk, id, is_filer=True)
    assert (case["pause"], case["pause_words"], mine["pause"]) == (None, None, None)
    assert ("rate" if status == "resolved" else "accept") in case["allowed"]
    assert (listed(desk, group="paused")["items"], statistics(desk)["total"]["paused"]) == ([], 0)
    (row,) = listed(desk, group="open" if status == "assigned" else "settled", order="urgent")["items"]
    assert (row["pause"], "paused" in row["reasons"]) == (None, False)
    desk.clock.now += 3 * DAY
    GrievanceService.go_on_paused(desk)
    with desk.reading() as connection:
        assert connection.execute(text("SELECT pause_words, goes_on_at FROM grievances")).one() == (None, None)
    assert (told(desk, GrievanceGoesOn), "went_on" in whats(desk, id)) == ([], False)


def test_who_signs_in_and_who_has_the_receipt_read_the_same_of_their_case(desk, id):
    said = {"called": "filer", "outcome": "reached", "note": "脾气大", "by": "李网格"}
    work.note_call(desk.uow, {**said, "id": id}, now=desk.clock())
    pause(desk, id)
    case = shown(desk, id)
    assert "called" in [entry["what"] for entry in case["timeline"]]
    cut_for_filer(case)
    mine = followed(desk, id, is_filer=True)
    assert (case["timeline"], case["pause_words"]) == (mine["progress"], mine["pause"]["words"])
    assert "called" not in [entry["what"] for entry in case["timeline"]]
