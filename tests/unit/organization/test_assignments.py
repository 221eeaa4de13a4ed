"""Assignments: a leader for every grievance or the gap told of, late ones put higher, gaps filled in the end."""

from datetime import date, timedelta

import pytest

from contracts.organization.errors import AssignmentNotFound, PlaceNotFound
from contracts.organization.events import PostFilled
from services.organization import handlers
from services.organization.domain.posts import PostKind, post_id
from tests.unit.organization.fakes import FakeUnitOfWork
from tests.unit.organization.samples import (
    BUILDING,
    G1,
    G2,
    HOME,
    LI,
    NOW,
    TREE,
    WANG,
    YARD,
    C,
    filed,
    late,
    li,
    reopened,
    wang,
)

AWAY = date(2024, 5, 3)
GRID, SECRETARY = (PostKind.GRID_LEADER, G1), (PostKind.COMMUNITY_SECRETARY, C)


@pytest.fixture
def uow():
    """Both posts are held."""
    return with_leaders({GRID: wang(), SECRETARY: li()})


def with_leaders(held):
    uow = FakeUnitOfWork(TREE)
    uow.seats.held = dict(held)
    return uow


def hear(uow, *events):
    """What is told about these events, one after the other."""
    uow.published.clear()
    for event in events:
        if hasattr(event, "due_at"):
            handlers.escalate(uow, event, now=NOW)
        else:
            handlers.assign_leader(uow, event, now=NOW)
    return uow.published


def fill(uow, seat, holder):
    """What is told once somebody has taken that post."""
    uow.seats.held[seat] = holder
    uow.published.clear()
    kind, place = seat
    taken = PostFilled(
        community=C,
        post_id=post_id(C, kind, place),
        person_id=holder.person_id,
        kind=str(kind),
        place=place,
        starts_on=date(2024, 5, 1),
    )
    handlers.fill_gaps_of_post(uow, taken, now=NOW)
    return uow.published


def names(events):
    return [type(event).__name__ for event in events]


# -- naming a leader


def test_the_leader_is_told_with_everything_the_filing_said(uow):
    event = filed()
    (told,) = hear(uow, event)
    assert (told.leader_id, told.leader_name, told.post) == (WANG, "王建国", "grid_leader")
    assert told.reason == "第一网格由网格长王建国负责"
    assert told.path == (C, G1, YARD, BUILDING, HOME)
    passed_on = ("grievance_id", "place", "category", "line", "needs", "unit_kind", "skills", "hands", "round")
    assert {name: getattr(told, name) for name in passed_on} == {name: getattr(event, name) for name in passed_on}
    assert told.assigned_at == NOW


def test_a_filing_heard_again_under_another_message_tells_nothing(uow):
    event = filed()
    assert names(hear(uow, event, event)) == ["LeaderAssigned"]


def test_a_reopened_grievance_gets_a_leader_anew(uow):
    event = filed()
    hear(uow, event)
    uow.seats.held[GRID] = wang(away_until=AWAY)
    (told,) = hear(uow, reopened(event))
    assert (told.round, told.leader_id) == (2, LI)


def test_a_filing_overtaken_by_its_reopening_is_old_news(uow):
    event = filed()
    assert [told.round for told in hear(uow, reopened(event), event)] == [2]


def test_a_place_not_known_yet_is_tried_again_later(uow):
    with pytest.raises(PlaceNotFound):
        hear(uow, filed(place="nowhere"))


def test_a_place_of_another_community_is_not_this_one(uow):
    with pytest.raises(PlaceNotFound):
        hear(uow, filed(community="410181002012"))


# -- nobody there


def test_a_vacant_grid_is_told_of_and_the_secretary_takes_it_meanwhile():
    missing, assigned = hear(with_leaders({SECRETARY: li()}), filed())
    assert (missing.escalated_to, missing.reason) == (LI, "第一网格的网格长空缺，暂由社区书记李敏负责")
    assert (assigned.leader_id, assigned.post) == (LI, "community_secretary")


def test_where_nobody_is_there_that_is_told():
    (missing,) = hear(with_leaders({}), filed())
    assert (type(missing).__name__, missing.escalated_to) == ("LeaderMissing", None)
    assert missing.reason == "第一网格的网格长空缺；陇海路社区的社区书记空缺"


def test_a_grid_leader_on_leave_is_no_vacancy(uow):
    uow.seats.held[GRID] = wang(away_until=AWAY)
    assert names(hear(uow, filed())) == ["LeaderAssigned"]


def test_nobody_handles_a_grievance_about_themselves(uow):
    assert [told.leader_id for told in hear(uow, filed(about_person=WANG))] == [LI]
    uow.seats.held[SECRETARY] = wang()
    assert names(hear(uow, filed(about_person=WANG))) == ["LeaderMissing"]


# -- filling the gap


def test_a_grievance_without_a_leader_gets_the_new_grid_leader():
    uow = with_leaders({})
    event = filed()
    hear(uow, event)
    (told,) = fill(uow, GRID, wang())
    assert (told.grievance_id, told.leader_id, told.needs) == (event.grievance_id, WANG, event.needs)
    assert fill(uow, GRID, wang()) == []


def test_a_new_secretary_takes_what_nobody_had_and_the_grid_stays_a_gap():
    uow = with_leaders({})
    hear(uow, filed())
    (told,) = fill(uow, SECRETARY, li())
    assert (told.leader_id, told.post) == (LI, "community_secretary")
    (assignment,) = uow.assignments.kept.values()
    assert assignment.gap_since is not None


def test_a_matter_of_the_whole_community_waits_for_the_secretary():
    uow = with_leaders({})
    hear(uow, filed(place=C))
    assert [told.leader_id for told in fill(uow, SECRETARY, li())] == [LI]


def test_who_first_received_it_leads_also_once_the_grid_has_a_leader():
    uow = with_leaders({SECRETARY: li()})
    hear(uow, filed())
    assert fill(uow, GRID, wang()) == []
    (assignment,) = uow.assignments.kept.values()
    assert (assignment.leader_id, assignment.gap_since) == (LI, None)


def test_a_leader_of_another_grid_fills_no_gap_here():
    uow = with_leaders({})
    hear(uow, filed())
    assert fill(uow, (PostKind.GRID_LEADER, G2), wang()) == []


def test_a_grievance_about_the_new_leader_still_waits():
    uow = with_leaders({})
    hear(uow, filed(about_person=WANG))
    assert fill(uow, GRID, wang()) == []
    assert [told.leader_id for told in fill(uow, SECRETARY, li())] == [LI]


def test_somebody_back_from_leave_is_found_by_the_timer():
    uow = with_leaders({GRID: wang(away_until=AWAY), SECRETARY: li(away_until=AWAY)})
    hear(uow, filed())
    uow.published.clear()
    handlers.fill_open_gaps(uow, now=NOW)
    assert uow.published == []
    uow.seats.held[GRID] = wang()
    handlers.fill_open_gaps(uow, now=NOW)
    handlers.fill_open_gaps(uow, now=NOW)
    assert [told.leader_id for told in uow.published] == [WANG]


def test_a_case_that_came_to_an_end_needs_no_leader_any_more():
    uow = with_leaders({})
    event = filed()
    hear(uow, event)
    handlers.settle_assignment(uow, event.grievance_id, NOW)
    assert fill(uow, GRID, wang()) == []


def test_news_of_the_end_of_an_earlier_round_does_not_end_this_one():
    uow = with_leaders({})
    event = filed(filed_at=NOW - timedelta(days=9))
    hear(uow, event, reopened(event))
    handlers.settle_assignment(uow, event.grievance_id, NOW - timedelta(days=1))
    assert [told.round for told in fill(uow, GRID, wang())] == [2]


def test_the_end_of_a_case_not_heard_of_yet_is_tried_again_later(uow):
    with pytest.raises(AssignmentNotFound):
        handlers.settle_assignment(uow, filed().grievance_id, NOW)


# -- late ones


@pytest.mark.parametrize("milestone", ["response", "resolution"])
def test_a_late_grievance_is_put_before_the_secretary(uow, milestone):
    event = filed()
    hear(uow, event)
    (raised,) = hear(uow, late(event, milestone))
    assert (raised.to_id, raised.to_name, raised.post) == (LI, "李敏", "community_secretary")
    assert raised.milestone == milestone
    assert "现由网格长王建国负责" in raised.reason


def test_a_late_grievance_that_the_secretary_has_is_put_before_them_again(uow):
    uow.seats.held[GRID] = wang(away_until=AWAY)
    event = filed()
    hear(uow, event)
    assert [told.to_id for told in hear(uow, late(event))] == [LI]


@pytest.mark.parametrize("said_when", ["filed", "late"])
def test_a_late_grievance_is_never_put_before_the_person_complained_about(uow, said_when):
    about = {"about_person": LI}
    event = filed(**about if said_when == "filed" else {})
    hear(uow, event)
    assert hear(uow, late(event, **about if said_when == "late" else {})) == []


def test_a_late_grievance_without_anyone_to_put_it_before_waits_for_one():
    uow = with_leaders({GRID: wang()})
    event = filed()
    hear(uow, event, late(event))
    (assignment,) = uow.assignments.kept.values()
    assert (assignment.waiting, assignment.waiting_since) == (["response"], NOW)
    (raised,) = fill(uow, SECRETARY, li())
    assert (raised.to_id, raised.milestone) == (LI, "response")
    assert (assignment.waiting, assignment.waiting_since) == ([], None)


def test_what_waits_is_not_put_before_the_person_complained_about_later_either(uow):
    event = filed()
    hear(uow, event, late(event, about_person=LI))
    assert fill(uow, SECRETARY, li()) == []
    assert [raised.to_id for raised in fill(uow, SECRETARY, wang())] == [WANG]


def test_what_waits_is_told_once_for_each_milestone():
    uow = with_leaders({GRID: wang()})
    event = filed()
    hear(uow, event, late(event), late(event), late(event, "resolution"))
    assert [raised.milestone for raised in fill(uow, SECRETARY, li())] == ["response", "resolution"]
    assert fill(uow, SECRETARY, li()) == []


def test_a_late_grievance_not_heard_of_yet_is_tried_again_later(uow):
    with pytest.raises(AssignmentNotFound):
        hear(uow, late(filed()))
