"""A case gets another leader by hand: what changes, what stays, and that late news undoes nothing."""

from datetime import timedelta
from itertools import permutations
from uuid import uuid4

import pytest

from contracts.grievance.errors import CaseMovedOn
from services.grievance.domain.categories import CATEGORIES
from services.grievance.domain.grievance import OPEN, Grievance, Status
from services.grievance.domain.involved import Leader
from services.grievance.domain.urgency import due_by
from tests.unit.grievance.cases import LEADER, NOON, a_case

ZHAO = Leader(id=uuid4(), name="赵敏", post="grid_leader", reason="由王建国移交", at="410181002011002")
LI = Leader(id=uuid4(), name="李敏", post="community_secretary", reason="赵敏退单", at="410181002011")
LATER = NOON + timedelta(hours=1)


def change(case: Grievance, leader: Leader | None = ZHAO, number: int = 1, **more: object) -> None:
    said = {"kind": "handed_over", "round": case.round, "by": "王建国", "words": "网格长赵敏：是二网格的", "now": LATER}
    case.change_leader(leader, change=number, **(said | more))  # type: ignore[arg-type]


def whats(case: Grievance) -> list[str]:
    return [entry.what for entry in sorted(case.news, key=lambda entry: entry.at)]


@pytest.mark.parametrize("status", [Status.ASSIGNED, Status.IN_HAND])
def test_the_new_leader_has_to_accept_it_anew(status: Status) -> None:
    case = a_case(status)
    change(case)
    assert (case.leader, case.status, case.led_at) == (ZHAO, Status.ASSIGNED, "410181002011002")
    case.accept(by="赵敏", note="", now=LATER)
    assert case.status is Status.IN_HAND


def test_the_timeline_tells_who_gave_it_to_whom_and_why() -> None:
    case = a_case(Status.ASSIGNED)
    change(case)
    (entry,) = case.news
    assert (entry.what, entry.who, entry.note, entry.at) == ("handed_over", "王建国", "网格长赵敏：是二网格的", LATER)


def test_no_deadline_begins_anew() -> None:
    case = a_case(Status.IN_HAND)
    before = case.respond_by, case.resolve_by
    change(case)
    assert (case.respond_by, case.resolve_by) == before


def test_a_first_response_that_was_given_stays_given_and_is_never_late() -> None:
    case = a_case(Status.IN_HAND)
    change(case)
    late = case.respond_by + timedelta(minutes=1)
    assert case.is_answered_in_time is True
    assert case.late_milestones(late) == []
    assert case.due_at == case.resolve_by
    assert due_by(case.status, case.respond_by, case.resolve_by, is_responded=case.is_responded) == case.resolve_by
    assert case.late_milestones(case.resolve_by + timedelta(minutes=1)) == ["resolution"]


def test_a_first_response_that_was_not_given_is_due_when_it_was_due_before() -> None:
    case = a_case(Status.ASSIGNED)
    change(case)
    assert case.due_at == case.respond_by
    assert due_by(case.status, case.respond_by, case.resolve_by, is_responded=case.is_responded) == case.respond_by
    assert case.late_milestones(case.respond_by + timedelta(minutes=1)) == ["response"]


def test_given_back_where_nobody_is_above_it_has_no_leader_and_gets_one_later() -> None:
    case = a_case(Status.IN_HAND)
    change(case, None, kind="given_back")
    assert (case.leader, case.status) == (None, Status.FILED)
    assert case.due_at == case.resolve_by
    change(case, LI, 2)
    assert (case.leader, case.status) == (LI, Status.ASSIGNED)


def test_whoever_had_the_page_open_before_accepts_nothing_unseen() -> None:
    case = a_case(Status.ASSIGNED)
    seen = case.turn
    change(case)
    entries = list(case.news)
    with pytest.raises(CaseMovedOn) as refused:
        case.begin_turn(None, by="李网格", expected=seen, since=lambda turn: entries)
    assert "移交" in refused.value.said("zh")
    case.begin_turn(None, by="王建国", expected=seen, since=lambda turn: entries)


@pytest.mark.parametrize("status", [status for status in Status if status not in OPEN])
def test_what_is_told_after_the_end_does_nothing(status: Status) -> None:
    case = a_case(Status.RESOLVED)
    case.status = status
    before = case.turn
    change(case)
    assert (case.leader, case.status, case.turn, case.news) == (LEADER, status, before, [])


def test_what_is_told_of_the_round_before_does_nothing() -> None:
    case = a_case(Status.RESOLVED)
    case.reopen("没修好", by="", category=CATEGORIES["other"], now=LATER)
    case.news.clear()
    change(case, round=1)
    assert (case.leader, case.news) == (LEADER, [])


def test_another_round_begins_with_what_is_due_first_and_listens_to_its_own_changes() -> None:
    case = a_case(Status.IN_HAND)
    change(case, number=3)
    case.accept(by="", note="", now=LATER)
    case.resolve("好了", by="", now=LATER)
    case.reopen("没修好", by="", category=CATEGORIES["other"], now=LATER)
    assert case.due_at == case.respond_by
    case.name_leader(LEADER, round=2, now=LATER)
    assert (case.leader, case.led_at) == (LEADER, None)
    change(case, number=4)
    assert case.leader == ZHAO


TOLD = {
    "assigned": lambda case: case.name_leader(LEADER, round=1, now=NOON),
    "handed": lambda case: change(case, ZHAO, 1, now=NOON + timedelta(minutes=1)),
    "back": lambda case: change(case, LI, 2, kind="given_back", now=NOON + timedelta(minutes=2)),
}


@pytest.mark.parametrize("order", [*permutations(TOLD)], ids=",".join)
@pytest.mark.parametrize("twice", [False, True], ids=["once", "twice"])
def test_in_whatever_order_and_however_often_it_is_told_the_last_has_it(order: tuple[str, ...], twice: bool) -> None:
    case = a_case(Status.FILED)
    for name in order:
        TOLD[name](case)
        if twice and name != "assigned":  # which the inbox hears once
            TOLD[name](case)
    assert (case.leader, case.status) == (LI, Status.ASSIGNED)
    assert whats(case) == ["leader_assigned", "handed_over", "given_back"]
