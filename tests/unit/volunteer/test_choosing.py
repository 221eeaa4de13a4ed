"""Who is chosen for a call-out, and which reason is given."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.volunteer.domain.availability import LocalTime, Window, is_available
from services.volunteer.domain.choosing import Candidate, Request, Weights, choose, why_none
from tests.unit.volunteer.samples import (
    BUILDING,
    COMMUNITY,
    COURTYARD,
    GRID,
    NOON,
    OTHER_BUILDING,
    OTHER_COURTYARD,
    OTHER_GRID,
    PATH,
    candidate,
    candidates,
)


def chosen(*those, skills=(), number=1, asked=(), weights=None, now=NOON, callout_id=None):
    request = Request(callout_id=callout_id or UUID(int=7), path=PATH, skills=skills)
    return choose(request, those, number=number, asked=asked, weights=weights or Weights(), now=now)


def names(choices):
    return [choice.name for choice in choices]


def test_who_has_the_skill_goes_before_who_lives_next_door():
    able = candidate("会搬的", skills=["carrying"])
    near = candidate("近的", home=(BUILDING, COURTYARD, GRID, COMMUNITY))
    assert names(chosen(near, able, skills=("carrying",))) == ["会搬的"]
    assert names(chosen(near, able)) == ["近的"], "where no skill is asked for, the neighbour goes"


def test_who_has_more_of_the_skills_goes_first():
    both = candidate("两样都会", skills=["cleaning", "carrying"])
    one = candidate("会一样", skills=["carrying"])
    [choice] = chosen(one, both, skills=("carrying", "cleaning"))
    assert (choice.name, choice.reason) == ("两样都会", "同社区；会搬运、保洁；手头0件")


@pytest.mark.parametrize(
    ("nearer", "further"),
    [
        ((BUILDING, COURTYARD, GRID), (OTHER_BUILDING, COURTYARD, GRID)),
        ((COURTYARD, GRID), (OTHER_COURTYARD, GRID)),
        ((OTHER_COURTYARD, GRID), (OTHER_GRID + "01", OTHER_GRID)),
    ],
)
def test_who_lives_nearer_in_the_tree_goes_first(nearer, further):
    near, far = candidate("近", home=(*nearer, COMMUNITY)), candidate("远", home=(*further, COMMUNITY))
    assert names(chosen(far, near)) == ["近"]


@pytest.mark.parametrize(
    ("home", "words"),
    [
        ((BUILDING, COURTYARD, GRID, COMMUNITY), "同楼栋"),
        ((OTHER_BUILDING, COURTYARD, GRID, COMMUNITY), "同楼院"),
        ((COURTYARD, GRID, COMMUNITY), "同楼院"),
        ((OTHER_COURTYARD, GRID, COMMUNITY), "同网格"),
        ((OTHER_GRID, COMMUNITY), "同社区"),
        ((COURTYARD,), "同楼院"),
        (("unheard-of",), "同社区"),
        ((), "同社区"),
    ],
)
def test_the_reason_says_how_near_they_live_as_far_as_the_tree_is_known(home, words):
    [choice] = chosen(candidate(home=home))
    assert choice.reason == f"{words}；手头0件"


def test_who_has_less_on_hand_goes_first():
    busy, idle = candidate("忙", open_dispatches=1), candidate("闲")
    assert names(chosen(busy, idle)) == ["闲"]
    assert chosen(busy)[0].reason == "同社区；手头1件"


def test_party_members_go_first_and_the_reason_says_so():
    member, other = candidate("党员", is_party_member=True), candidate("群众")
    [choice] = chosen(other, member)
    assert (choice.name, choice.reason) == ("党员", "同社区；手头0件；党员先行")


def test_a_weight_of_zero_takes_the_party_out_of_the_choice_and_the_reason():
    busy, other = candidate("党员", is_party_member=True, open_dispatches=1), candidate("群众")
    assert names(chosen(busy, other, weights=Weights(party=30))) == ["党员"]
    assert names(chosen(busy, other, weights=Weights(party=0))) == ["群众"]
    assert "党员" not in chosen(busy, weights=Weights(party=0))[0].reason


def test_members_of_an_active_team_go_first_and_in_its_name():
    team_id = uuid4()
    alone, member = candidate("个人"), candidate("队员", team_id=team_id, team="巾帼暖心队")
    [choice] = chosen(alone, member)
    assert (choice.team_id, choice.reason) == (team_id, "同社区；手头0件；巾帼暖心队队员")
    assert chosen(alone)[0].team_id is None


def test_a_skill_that_nobody_registered_is_said_to_be_missing():
    [choice] = chosen(candidate(), skills=("mediation",))
    assert choice.reason == "同社区；没有登记对口技能；手头0件"


@pytest.mark.parametrize("skill", ["electric", "first_aid"])
def test_nobody_untrained_is_sent_where_training_is_needed(skill):
    assert chosen(candidate(), skills=(skill,)) == []
    assert names(chosen(candidate(), candidate("会的", skills=[skill]), skills=(skill,))) == ["会的"]


def test_nobody_is_asked_outside_their_hours():
    mornings = [Window(weekday=3, starts="08:00", ends="12:00")]
    assert chosen(candidate(always=False, windows=mornings), now=NOON) == []
    assert chosen(candidate(always=False, windows=mornings), now=NOON - timedelta(minutes=1))


def test_nobody_is_asked_on_a_break():
    assert chosen(candidate(paused_until=date(2026, 5, 6))) == []
    assert chosen(candidate(paused_until=date(2026, 5, 5)))


def test_nobody_is_asked_again():
    asked = candidate()
    assert chosen(asked, asked=[asked.volunteer_id]) == []


def test_equals_are_drawn_by_lot_so_that_nobody_is_always_first():
    equals = candidates(20)
    drawn = {chosen(*equals, callout_id=uuid4())[0].name for _ in range(50)}
    assert len(drawn) > 5


def test_the_reason_for_nobody_counts_who_was_asked_and_who_has_no_time():
    free, busy, asked = candidate(), candidate(paused_until=date(2026, 6, 1)), candidate()
    request = Request(callout_id=uuid4(), path=PATH, skills=("electric",))
    said = why_none(request, [free, busy, asked], asked=[asked.volunteer_id], now=NOON)
    assert said == "本社区共3名志愿者，已联系1名，没有电工技能2名，此刻没空0名"
    assert why_none(request, [], asked=[], now=NOON) == "本社区还没有登记志愿者"
    plain = Request(callout_id=uuid4(), path=PATH)
    assert why_none(plain, [busy, asked], asked=[asked.volunteer_id], now=NOON) == (
        "本社区共2名志愿者，已联系1名，此刻没空1名"
    )


SKILL = st.sampled_from(["carrying", "cleaning", "electric"])
HOME = st.sampled_from([PATH[:1], PATH[:2], PATH[:3], PATH[:4], ("elsewhere",)])
WINDOW = st.builds(
    Window, weekday=st.integers(1, 7), starts=st.just("08:00"), ends=st.sampled_from(["11:00", "12:00", "18:00"])
)
CANDIDATE = st.builds(
    Candidate,
    volunteer_id=st.integers(0, 40).map(lambda number: UUID(int=number)),
    name=st.just("志愿者"),
    skills=st.lists(SKILL, unique=True),
    home=HOME,
    is_party_member=st.booleans(),
    always=st.booleans(),
    windows=st.lists(WINDOW, max_size=2),
    paused_until=st.none() | st.dates(date(2026, 5, 4), date(2026, 5, 8)),
    open_dispatches=st.integers(0, 3),
)


@settings(max_examples=60, deadline=None)
@given(
    those=st.lists(CANDIDATE, max_size=15, unique_by=lambda one: one.volunteer_id),
    skills=st.lists(SKILL, unique=True),
    number=st.integers(1, 5),
    asked=st.sets(st.integers(0, 40).map(lambda number: UUID(int=number)), max_size=5),
    order=st.randoms(use_true_random=False),
)
def test_a_choice_is_sound_whoever_stands_ready(those, skills, number, asked, order):
    found = chosen(*those, skills=skills, number=number, asked=asked)
    by_id = {one.volunteer_id: one for one in those}
    ids = [choice.volunteer_id for choice in found]
    able = [
        one
        for one in those
        if one.volunteer_id not in asked
        and is_available(one.always, one.windows, one.paused_until, LocalTime.at(NOON))
        and ("electric" not in skills or "electric" in one.skills)
    ]
    assert len(set(ids)) == len(ids) == min(number, len(able)), "each once, and as many as there are"
    assert all(by_id[id] in able for id in ids)
    mixed = order.sample(those, len(those))
    assert chosen(*mixed, skills=skills, number=number, asked=asked) == found, "the order they stand in is nothing"
