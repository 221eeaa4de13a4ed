"""The rules of a case, each from both sides."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from contracts.grievance.errors import StepForbidden, TooLateToAmend, TooLateToCancel, TooLateToReopen
from contracts.grievance.events import (
    GrievanceAmended,
    GrievanceClosed,
    GrievanceEscalated,
    GrievanceFiled,
    GrievanceReopened,
)
from services.grievance.domain.categories import CATEGORIES
from services.grievance.domain.grievance import (
    CANCEL_WITHIN,
    REOPEN_WITHIN,
    STEPS,
    Grievance,
    Status,
    allowed_steps,
    file,
)
from services.grievance.domain.involved import Leader

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
CLUTTER = CATEGORIES["corridor_clutter"]
LEADER = Leader(id=uuid4(), name="李网格", post="grid_leader", reason="第一网格网格长")


def a_case(status: Status = Status.FILED) -> Grievance:
    case, _ = file(
        id=uuid4(),
        receipt="20261123-0000-00000",
        community="410181002011",
        place="410181002011001",
        category=CLUTTER,
        channel="web",
        is_anonymous=False,
        about_person=None,
        now=NOON,
    )
    for reached, step in (
        (Status.ASSIGNED, lambda: case.name_leader(LEADER, round=1, now=NOON)),
        (Status.IN_HAND, lambda: case.accept(by="", note="", now=NOON)),
        (Status.RESOLVED, lambda: case.resolve("已清走", by="", now=NOON)),
        (Status.RATED, lambda: case.rate(5, by="", comment="", now=NOON)),
        (Status.CLOSED, lambda: case.close(now=NOON)),
    ):
        if case.status is status:
            break
        step()
        assert case.status is reached
    return case


TAKE = {
    "accept": lambda case, now: case.accept(by="", note="", now=now),
    "resolve": lambda case, now: case.resolve("已清走", by="", now=now),
    "reject": lambda case, now: case.reject("不属本社区", by="", now=now),
    "rate": lambda case, now: case.rate(4, by="", comment="", now=now),
    "reopen": lambda case, now: case.reopen("又堆了", by="", category=CLUTTER, now=now),
    "cancel": lambda case, now: case.cancel(by="", reason="", now=now),
    "amend": lambda case, now: case.amend(category=CLUTTER, place="410181002011002", by="", now=now),
}
REACHABLE = (Status.FILED, Status.ASSIGNED, Status.IN_HAND, Status.RESOLVED, Status.RATED, Status.CLOSED)


@pytest.mark.parametrize("status", REACHABLE)
@pytest.mark.parametrize("step", TAKE)
def test_a_step_is_taken_exactly_where_the_state_allows_it_and_a_refusal_names_what_is_allowed(step, status):
    case = a_case(status)
    if step in STEPS[status]:
        assert TAKE[step](case, NOON).grievance_id == case.id
        assert case.status is not status or step in ("reopen", "amend")
    else:
        with pytest.raises(StepForbidden) as refused:
            TAKE[step](case, NOON)
        assert refused.value.facts["allowed"] == allowed_steps(status)
        assert case.status is status


@pytest.mark.parametrize(("comment", "kept"), [("太慢", "2 分：太慢"), ("", "2 分")])
def test_the_timeline_says_the_score_and_what_was_said_with_it(comment, kept):
    case = a_case(Status.RESOLVED)
    case.rate(2, by="", comment=comment, now=NOON)
    assert case.news[-1].note == kept


@pytest.mark.parametrize("ending", [Status.CANCELLED, Status.REJECTED])
def test_an_ended_case_takes_no_step_but_a_rejected_one_may_be_reopened(ending):
    case = a_case()
    TAKE["cancel" if ending is Status.CANCELLED else "reject"](case, NOON)
    assert case.status is ending
    for step in TAKE:
        if step == "reopen" and ending is Status.REJECTED:
            continue
        with pytest.raises(StepForbidden):
            TAKE[step](case, NOON)


def test_filing_tells_what_helpers_must_know_and_nothing_personal():
    case, filed = file(
        id=uuid4(),
        receipt="r",
        community="410181002011",
        place="p",
        category=CLUTTER,
        channel="phone",
        is_anonymous=True,
        about_person=None,
        now=NOON,
    )
    assert type(filed) is GrievanceFiled
    assert (filed.needs, filed.hands, filed.skills) == (("hands",), 2, ("carrying", "cleaning"))
    assert case.news[0].who == "居民（电话）"


def test_a_case_can_be_cancelled_until_the_tenth_minute_is_over():
    assert a_case().cancel(by="", reason="", now=NOON + CANCEL_WITHIN).community == "410181002011"


def test_a_case_cannot_be_cancelled_after_the_tenth_minute():
    case = a_case()
    with pytest.raises(TooLateToCancel):
        case.cancel(by="", reason="", now=NOON + CANCEL_WITHIN + timedelta(seconds=1))
    assert case.status is Status.FILED


def test_a_reopened_case_begins_a_round_with_fresh_clocks_and_without_the_helpers_of_the_last():
    case = a_case(Status.RATED)
    later = NOON + timedelta(days=2)
    told = case.reopen("又堆了", by="", category=CLUTTER, now=later)
    assert type(told) is GrievanceReopened
    assert (told.round, case.status, case.leader, case.dispatches, case.score) == (2, Status.ASSIGNED, LEADER, [], None)
    assert case.respond_by == later + timedelta(hours=CLUTTER.hours[0])


def test_a_case_closed_long_ago_cannot_be_reopened():
    case = a_case(Status.CLOSED)
    TAKE["reopen"](a_case(Status.CLOSED), NOON + REOPEN_WITHIN)
    with pytest.raises(TooLateToReopen):
        TAKE["reopen"](case, NOON + REOPEN_WITHIN + timedelta(seconds=1))


def test_a_leader_named_for_an_earlier_round_changes_nothing():
    case = a_case(Status.RESOLVED)
    TAKE["reopen"](case, NOON)
    other = Leader(id=uuid4(), name="王", post="grid_leader", reason="")
    case.name_leader(other, round=1, now=NOON)
    assert case.leader == LEADER
    case.name_leader(other, round=2, now=NOON)
    assert case.leader == other


def test_a_leader_named_after_the_case_has_ended_changes_nothing():
    case = a_case()
    TAKE["cancel"](case, NOON)
    case.name_leader(LEADER, round=1, now=NOON)
    assert (case.status, case.leader) == (Status.CANCELLED, None)


def test_a_late_case_is_escalated_once_for_each_deadline():
    case = a_case(Status.ASSIGNED)
    assert case.late_milestones(case.respond_by) == []
    assert case.due_at == case.respond_by
    after = case.resolve_by + timedelta(seconds=1)
    assert case.late_milestones(after) == ["response", "resolution"]
    told = [case.escalate(milestone, now=after) for milestone in case.late_milestones(after)]
    assert [type(one) for one in told] == [GrievanceEscalated, GrievanceEscalated]
    assert case.late_milestones(after) == []
    assert case.due_at is None


def test_a_case_in_hand_owes_no_first_response_any_more_but_a_resolution():
    case = a_case(Status.IN_HAND)
    assert case.due_at == case.resolve_by
    assert case.late_milestones(case.respond_by + timedelta(seconds=1)) == []


def test_a_settled_case_closes_and_an_open_one_does_not():
    assert type(a_case(Status.RATED).close(now=NOON)) is GrievanceClosed
    assert type(a_case(Status.RESOLVED).close(now=NOON)) is GrievanceClosed
    open_case = a_case(Status.IN_HAND)
    assert open_case.close(now=NOON) is None
    assert open_case.status is Status.IN_HAND


# -- amended and joined


def test_other_words_begin_no_round_and_nobody_is_told():
    case = a_case(Status.ASSIGNED)
    assert case.amend(category=CLUTTER, place=case.place, by="", now=NOON + CANCEL_WITHIN) is None
    assert (case.round, case.status, case.leader) == (1, Status.ASSIGNED, LEADER)
    assert (case.amended_at, case.news[-1].what) == (NOON + CANCEL_WITHIN, "amended")


@pytest.mark.parametrize("changed", [{"category": CATEGORIES["fire_lane"]}, {"place": "410181002011002"}])
def test_another_category_or_place_begins_a_round_without_a_leader(changed):
    case = a_case(Status.IN_HAND)
    told = case.amend(**{"category": CLUTTER, "place": case.place, **changed}, by="", now=NOON + CANCEL_WITHIN)
    assert isinstance(told, GrievanceAmended)
    assert (told.round, case.round, case.status, case.leader) == (2, 2, Status.FILED, None)
    category = changed.get("category", CLUTTER)
    assert (told.category, told.needs, told.unit_kind) == (category.code, category.needs, category.unit_kind)
    assert case.respond_by == NOON + CANCEL_WITHIN + timedelta(hours=category.hours[0])
    assert told.earlier_began_at == NOON


def test_each_round_that_an_amendment_ends_is_told_apart_by_when_it_began():
    case = a_case()
    first = case.amend(category=CATEGORIES["noise"], place=case.place, by="", now=NOON + timedelta(minutes=1))
    second = case.amend(category=CLUTTER, place=case.place, by="", now=NOON + timedelta(minutes=2))
    assert (first.earlier_began_at, second.earlier_began_at) == (NOON, NOON + timedelta(minutes=1))


def test_after_ten_minutes_nothing_is_amended():
    case = a_case()
    with pytest.raises(TooLateToAmend):
        case.amend(category=CLUTTER, place=case.place, by="", now=NOON + CANCEL_WITHIN + timedelta(seconds=1))


def test_neighbours_join_an_open_case_and_are_counted():
    case = a_case(Status.IN_HAND)
    assert [case.join(now=NOON).neighbours for _ in range(2)] == [1, 2]
    with pytest.raises(StepForbidden):
        a_case(Status.RESOLVED).join(now=NOON)
