"""Teams: what they need to be sent, and when they are not."""

from uuid import uuid4

import pytest

from contracts.volunteer.errors import NotAMember, TeamNotReady
from contracts.volunteer.events import TeamActivated, TeamSuspended
from contracts.volunteer.schemas.teams import TEAM_MATURITIES, TEAM_STATES, TEAM_TYPES
from services.volunteer.domain.team import TYPES, Maturity, TeamState, maturity
from tests.unit.volunteer.samples import HOUR, NOON, team


def activate(one, **words):
    return one.activate(**{"slogan": None, "charter": None} | words, now=NOON)


def active(members=3):
    one = team(members)
    activate(one)
    return one


def test_the_four_kinds_of_the_article_are_seeded():
    assert tuple(TYPES) == TEAM_TYPES
    assert tuple(state.value for state in TeamState) == TEAM_STATES


def test_three_members_with_slogan_and_charter_make_a_team_that_is_sent():
    one = team(3)
    [told] = activate(one)
    assert one.state is TeamState.ACTIVE
    assert isinstance(told, TeamActivated)
    assert (told.team_id, told.members, told.activated_at) == (one.id, 3, NOON)


def test_two_members_are_too_few():
    one = team(2)
    with pytest.raises(TeamNotReady) as refused:
        activate(one)
    assert refused.value.facts["missing"] == ["队员"]
    assert one.state is TeamState.FOUNDED


@pytest.mark.parametrize(("lacking", "word"), [("slogan", "口号"), ("charter", "制度")])
def test_a_team_without_its_words_is_not_sent_until_they_are_given(lacking, word):
    one = team(3, **{lacking: "  "})
    with pytest.raises(TeamNotReady) as refused:
        activate(one)
    assert refused.value.facts["missing"] == [word]
    assert activate(one, **{lacking: "新写的"})
    assert getattr(one, lacking) == "新写的"


def test_activating_a_team_again_tells_nothing_new():
    one = active()
    assert activate(one) == []
    assert activate(one, slogan="换一句") == []
    assert (one.state, one.slogan) == (TeamState.ACTIVE, "换一句")


def test_falling_to_two_suspends_a_team():
    one = active(3)
    [told] = one.leave(one.members[0], now=NOON + HOUR)
    assert isinstance(told, TeamSuspended)
    assert (told.members, told.suspended_at, one.state) == (2, NOON + HOUR, TeamState.SUSPENDED)


def test_falling_to_three_does_not():
    one = active(4)
    assert one.leave(one.members[0], now=NOON) == []
    assert one.state is TeamState.ACTIVE


def test_a_suspended_team_that_falls_further_is_not_told_again():
    one = active(3)
    one.leave(one.members[0], now=NOON)
    assert one.leave(one.members[0], now=NOON) == []


def test_a_suspended_team_that_is_complete_again_is_sent_again():
    one = active(3)
    one.leave(one.members[0], now=NOON)
    [told] = one.join(uuid4(), now=NOON + HOUR)
    assert isinstance(told, TeamActivated)
    assert (one.state, one.activated_at) == (TeamState.ACTIVE, NOON + HOUR)


def test_a_team_that_was_never_activated_does_not_start_by_itself():
    one = team(2)
    assert one.join(uuid4(), now=NOON) == []
    assert one.state is TeamState.FOUNDED


def test_a_member_who_joins_again_is_counted_once():
    one = team(2)
    one.join(one.members[0], now=NOON)
    assert len(one.members) == 2


def test_who_left_can_come_back_and_both_times_are_kept():
    one = team(1)
    [volunteer_id] = one.members
    one.leave(volunteer_id, now=NOON + HOUR)
    assert one.members == []
    one.join(volunteer_id, now=NOON + 2 * HOUR)
    assert one.members == [volunteer_id]
    assert [(each.joined_at, each.left_at) for each in one.memberships] == [
        (NOON, NOON + HOUR),
        (NOON + 2 * HOUR, None),
    ]


def test_leaving_twice_changes_nothing_and_a_stranger_cannot_leave():
    one = team(3)
    volunteer_id = one.members[0]
    one.leave(volunteer_id, now=NOON)
    one.leave(volunteer_id, now=NOON + HOUR)
    assert one.memberships[0].left_at == NOON
    with pytest.raises(NotAMember):
        one.leave(uuid4(), now=NOON)


@pytest.mark.parametrize("state", [TeamState.FOUNDED, TeamState.SUSPENDED])
def test_a_team_that_is_not_sent_is_still_forming_whoever_has_served(state):
    assert maturity(state, 9) is Maturity.FORMING


def test_a_team_runs_by_itself_when_three_of_it_have_lately_served():
    assert [maturity(TeamState.ACTIVE, served) for served in (0, 2, 3)] == [
        Maturity.ACTIVE,
        Maturity.ACTIVE,
        Maturity.SELF_RUNNING,
    ]
    assert tuple(each.value for each in Maturity) == TEAM_MATURITIES
