"""A case is handed to another leader, or given back by whoever leads it: to whom, by what right, and once."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from contracts.organization.errors import (
    AssignmentNotFound,
    CaseOver,
    LeadsAlready,
    LedByAnother,
    NobodyAbove,
    NothingToGiveBack,
    TakerAway,
    TakerStandsAside,
    TakerWithoutPost,
)
from services.organization import handlers
from services.organization.domain.posts import PostKind
from services.organization.domain.responsibility import Holder
from tests.unit.organization.fakes import FakeUnitOfWork
from tests.unit.organization.samples import (
    BUILDING,
    G1,
    G2,
    LI,
    NOW,
    TREE,
    WANG,
    ZHAO,
    C,
    filed,
    late,
    li,
    reopened,
    wang,
)
from tests.unit.organization.test_assignments import fill, hear, names

GRID, OTHER_GRID, SECRETARY = (PostKind.GRID_LEADER, G1), (PostKind.GRID_LEADER, G2), (PostKind.COMMUNITY_SECRETARY, C)
LATER = NOW + timedelta(hours=1)
OFFICE = UUID(int=9)


def zhao(**more):
    return Holder(person_id=ZHAO, name="赵敏", **more)


@pytest.fixture
def uow():
    """Two grids with their leaders, and a secretary."""
    uow = FakeUnitOfWork(TREE)
    uow.seats.held = {GRID: wang(), OTHER_GRID: zhao(), SECRETARY: li()}
    return uow


def case(uow, **more):
    """A case that the leader of the first grid has; its id."""
    event = filed(**more)
    hear(uow, event)
    return event.grievance_id


def said(id, **more):
    return {"id": id, "by": "王建国", "by_account": OFFICE, "reason": " 是第二网格的路灯 ", **more}


def hand(uow, id, to=ZHAO, **more):
    uow.published.clear()
    handlers.hand_over(uow, said(id, to_id=to, **more), now=LATER)
    return uow.published


def back(uow, id, **more):
    uow.published.clear()
    handlers.give_back(uow, said(id, **more), now=LATER)
    return uow.published


# -- handed over


def test_a_case_is_handed_over_and_all_is_told_that_hearers_need(uow):
    id = case(uow)
    (told,) = hand(uow, id)
    assert (told.kind, told.change, told.round, told.grievance_id) == ("handed_over", 1, 1, id)
    assert (told.from_id, told.from_post, told.from_place) == (WANG, "grid_leader", G1)
    assert (told.to_id, told.to_name, told.to_post, told.to_place) == (ZHAO, "赵敏", "grid_leader", G2)
    assert (told.by_id, told.by_name, told.reason, told.changed_at) == (OFFICE, "王建国", "是第二网格的路灯", LATER)


def test_nobody_is_called_out_again_because_a_case_is_handed_over(uow):
    assert names(hand(uow, case(uow))) == ["LeaderChanged"]


def test_a_case_that_never_had_a_leader_is_assigned_by_being_handed_over_so_that_help_is_called_out_once(uow):
    uow.seats.held = {OTHER_GRID: zhao()}
    id = case(uow)
    assigned, changed = hand(uow, id)
    assert names([assigned, changed]) == ["LeaderAssigned", "LeaderChanged"]
    assert (assigned.leader_id, assigned.needs, changed.from_id, changed.to_id) == (ZHAO, ("hands", "unit"), None, ZHAO)
    assert "路灯" not in assigned.reason, "what people write travels to those who handle the case only"
    assert uow.assignments.get(id).gap_since is None
    assert fill(uow, SECRETARY, li()) == []
    assert names(hand(uow, id, LI, from_id=ZHAO)) == ["LeaderChanged"]


@pytest.mark.parametrize(
    ("to", "held", "refused"),
    [
        (WANG, {}, LeadsAlready),
        (ZHAO, {OTHER_GRID: zhao(away_until=date(2024, 5, 3))}, TakerAway),
        (ZHAO, {OTHER_GRID: None}, TakerWithoutPost),
        (ZHAO, {OTHER_GRID: None, (PostKind.LINE_HEAD, G2): zhao()}, TakerWithoutPost),
        (uuid4(), {}, TakerWithoutPost),
    ],
)
def test_some_cannot_get_it(uow, to, held, refused):
    id = case(uow)
    uow.seats.held = {seat: one for seat, one in (uow.seats.held | held).items() if one}
    with pytest.raises(refused):
        hand(uow, id, to)
    assert uow.assignments.get(id).leader_id == WANG
    assert uow.published == []


def test_whoever_is_complained_about_gets_it_from_nobody(uow):
    id = case(uow, about_person=ZHAO)
    with pytest.raises(TakerStandsAside):
        hand(uow, id)


def test_a_building_leader_gets_it_by_the_post_nearest_to_the_case(uow):
    uow.seats.held[PostKind.BUILDING_LEADER, BUILDING] = zhao()
    (told,) = hand(uow, case(uow))
    assert (told.to_post, told.to_place) == ("building_leader", BUILDING)


@pytest.mark.parametrize("give", [hand, back])
def test_a_case_that_has_ended_is_given_to_nobody(uow, give):
    id = case(uow)
    handlers.settle_assignment(uow, id, LATER)
    with pytest.raises(CaseOver):
        give(uow, id)


def test_what_ended_a_round_before_holds_up_nobody_in_the_present_one(uow):
    event = filed()
    hear(uow, event)
    handlers.settle_assignment(uow, event.grievance_id, NOW)
    hear(uow, reopened(event, reopened_at=LATER))
    assert names(hand(uow, event.grievance_id)) == ["LeaderChanged"]


@pytest.mark.parametrize("give", [hand, back])
def test_a_case_that_is_not_known_yet_is_given_to_nobody(uow, give):
    with pytest.raises(AssignmentNotFound):
        give(uow, uuid4())


# -- once, and by one


@pytest.mark.parametrize("give", [hand, back])
def test_a_step_that_is_sent_again_is_taken_once(uow, give):
    id, step = case(uow), uuid4()
    assert len(give(uow, id, step_id=step)) == 1
    assert give(uow, id, step_id=step) == []
    assert uow.assignments.get(id).changes == 1


def test_a_step_of_the_round_before_is_not_taken_in_the_next(uow):
    event, step = filed(), uuid4()
    hear(uow, event)
    hand(uow, event.grievance_id, step_id=step)
    hear(uow, reopened(event))
    assert hand(uow, event.grievance_id, step_id=step) == []


def test_the_second_of_two_is_told_who_has_it_now_and_overwrites_nothing(uow):
    id = case(uow)
    hand(uow, id, ZHAO, from_id=WANG)
    with pytest.raises(LedByAnother) as refused:
        hand(uow, id, LI, from_id=WANG)
    assert "网格长赵敏" in refused.value.said("zh")
    assert "赵敏, grid leader" in refused.value.said("en")
    with pytest.raises(LedByAnother):
        back(uow, id, from_id=WANG)
    assert uow.assignments.get(id).leader_id == ZHAO


def test_whoever_saw_that_nobody_led_it_is_told_where_somebody_does_by_now(uow):
    id = case(uow)
    with pytest.raises(LedByAnother):
        hand(uow, id, from_id=None)


# -- given back


def test_a_case_that_is_given_back_goes_to_the_secretary(uow):
    (told,) = back(uow, case(uow), from_id=WANG)
    assert (told.kind, told.from_id, told.to_id, told.to_post) == ("given_back", WANG, LI, "community_secretary")


def test_who_stands_highest_gives_nothing_back(uow):
    id = case(uow)
    back(uow, id)
    with pytest.raises(NobodyAbove):
        back(uow, id)


def test_a_grid_leader_who_is_the_secretary_too_has_nobody_above(uow):
    uow.seats.held[SECRETARY] = Holder(person_id=WANG, name="王建国")
    with pytest.raises(NobodyAbove):
        back(uow, case(uow))


@pytest.mark.parametrize(
    ("secretary", "about"), [(None, None), (li(away_until=date(2024, 5, 3)), None), (li(), LI)], ids=str
)
def test_where_nobody_above_can_take_it_it_has_no_leader_and_stands_among_the_gaps(uow, secretary, about):
    id = case(uow, about_person=about)
    uow.seats.held = {GRID: wang(), OTHER_GRID: zhao()} | ({SECRETARY: secretary} if secretary else {})
    changed, missing = back(uow, id)
    assert (changed.kind, changed.from_id, changed.to_id, changed.to_name) == ("given_back", WANG, None, "")
    assert missing.reason.startswith("负责人退单，")
    assert uow.assignments.get(id).gap_since == LATER
    with pytest.raises(NothingToGiveBack):
        back(uow, id)


def test_what_was_given_back_to_nobody_goes_up_once_there_is_somebody_and_to_the_grid_by_itself_never(uow):
    id = case(uow)
    uow.seats.held.pop(SECRETARY)
    back(uow, id)
    assert fill(uow, GRID, wang()) == []
    (told,) = fill(uow, SECRETARY, li())
    assert (type(told).__name__, told.kind, told.change, told.to_id) == ("LeaderChanged", "taken_up", 2, LI)
    assert fill(uow, SECRETARY, li()) == []


def test_what_was_given_back_to_nobody_is_handed_to_somebody(uow):
    id = case(uow)
    uow.seats.held.pop(SECRETARY)
    back(uow, id)
    assert names(hand(uow, id, from_id=None)) == ["LeaderChanged"]
    assert uow.assignments.get(id).gap_since is None


# -- afterwards


def test_whoever_takes_the_post_of_the_grid_takes_nothing_back(uow):
    uow.seats.held.pop(GRID)
    id = case(uow)
    hand(uow, id, ZHAO, from_id=LI)
    assert fill(uow, GRID, wang()) == []
    assert uow.assignments.get(id).leader_id == ZHAO


def test_a_late_case_goes_up_from_whoever_has_it_now(uow):
    event = filed()
    hear(uow, event)
    hand(uow, event.grievance_id)
    (told,) = hear(uow, late(event))
    assert told.to_id == LI
    assert "现由网格长赵敏负责" in told.reason


def test_another_round_is_led_by_the_ladder_of_the_place_again(uow):
    event = filed()
    hear(uow, event)
    hand(uow, event.grievance_id)
    (told,) = hear(uow, reopened(event))
    assert told.leader_id == WANG
    (changed,) = hand(uow, event.grievance_id)
    assert (changed.round, changed.change) == (2, 2)
