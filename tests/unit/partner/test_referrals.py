"""A case referred to units, from asking to its end, with news in any order."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from contracts.partner.errors import ReferralNotFound, StepForbidden
from contracts.partner.events import (
    PartnerMissing,
    PartnerReferred,
    ReferralAccepted,
    ReferralCompleted,
    ReferralReturned,
    ReferralWithdrawn,
)
from services.partner import handlers
from services.partner.domain.referral import State, referral_id_of
from services.partner.domain.rounds import is_over
from tests.unit.partner.fakes import FakeUnitOfWork
from tests.unit.partner.samples import COMMUNITY, COURTYARD, GRIEVANCE, NOON, agreement, leader_assigned, unit

LATER = NOON + timedelta(hours=2)


@pytest.fixture
def uow():
    return FakeUnitOfWork()


@pytest.fixture
def tower(uow):
    return partner(uow, "中国铁塔巩义分公司")


def partner(uow, name, **different):
    asked = unit(name, **different)
    handlers.register_units(uow, COMMUNITY, [asked], now=NOON)
    handlers.sign_agreement(uow, agreement(asked["id"]), now=NOON)
    return asked["id"]


def assign(uow, *, now=NOON, **different):
    handlers.refer_to_unit(uow, leader_assigned(**different), now=now)


def end(uow, at=LATER):
    handlers.withdraw_referrals(uow, COMMUNITY, GRIEVANCE, at, now=at)


def referral(uow, round=1, attempt=1):
    return uow.referrals.get(referral_id_of(GRIEVANCE, round, attempt))


def give_back(uow, attempt=1):
    handlers.return_referral(uow, referral(uow, attempt=attempt).id, "不归我们管", now=LATER)
    handlers.refer_to_next_unit(uow, uow.published[-1], now=LATER)


# -- asking


def test_a_case_that_needs_a_unit_is_referred_to_one(uow, tower):
    assign(uow)
    [told] = uow.published
    assert isinstance(told, PartnerReferred)
    assert (told.grievance_id, told.unit_id, told.unit_kind) == (GRIEVANCE, tower, "tower")
    assert told.reason == referral(uow).reason
    assert referral(uow).state is State.REFERRED


def test_a_case_is_referred_once_in_a_round_however_often_its_leader_is_named(uow, tower):
    assign(uow)
    assign(uow)
    assert len(uow.published) == 1


def test_a_reopened_case_is_referred_again_in_its_next_round(uow, tower):
    assign(uow)
    end(uow)
    assign(uow, round=2, assigned_at=LATER + timedelta(hours=1))
    assert referral(uow, round=1).state is State.WITHDRAWN
    assert referral(uow, round=2).state is State.REFERRED


def test_where_no_unit_can_be_chosen_that_is_told_with_the_reason(uow):
    assign(uow)
    [told] = uow.published
    assert isinstance(told, PartnerMissing)
    assert told.reason == "本社区没有登记铁塔公司"
    assert not uow.referrals.kept


def test_an_agreement_is_judged_by_the_day_of_the_referral_in_china(uow, tower):
    last_moment = NOON.replace(month=12, day=31, hour=15, minute=59)
    assign(uow, now=last_moment)
    assert isinstance(uow.published[-1], PartnerReferred)
    assign(uow, now=last_moment + timedelta(minutes=1), grievance_id=uuid4())
    assert isinstance(uow.published[-1], PartnerMissing)


def test_units_of_another_kind_or_community_are_not_chosen(uow):
    partner(uow, "友缘物业", kind="property")
    assign(uow)
    assign(uow, unit_kind="property", community="410181002012", grievance_id=uuid4())
    assert [type(told) for told in uow.published] == [PartnerMissing, PartnerMissing]


def test_open_referrals_are_spread_over_equal_units(uow):
    partner(uow, "甲铁塔")
    partner(uow, "乙铁塔")
    for _ in range(4):
        assign(uow, grievance_id=uuid4())
    names = [told.unit_name for told in uow.published]
    assert names.count("甲铁塔") == names.count("乙铁塔") == 2


# -- the unit's steps


def test_a_unit_takes_a_matter_and_says_that_it_is_done(uow, tower):
    assign(uow)
    handlers.accept_referral(uow, referral(uow).id, now=LATER)
    handlers.complete_referral(uow, referral(uow).id, "已现场查看并加装充电桩", now=LATER)
    assert [type(told) for told in uow.published[1:]] == [ReferralAccepted, ReferralCompleted]
    assert uow.published[-1].result == referral(uow).result == "已现场查看并加装充电桩"
    assert referral(uow).state is State.COMPLETED


def test_a_unit_may_return_a_matter_before_and_after_taking_it(uow, tower):
    assign(uow)
    handlers.accept_referral(uow, referral(uow).id, now=LATER)
    handlers.return_referral(uow, referral(uow).id, "产权不在我司", now=LATER)
    assert isinstance(uow.published[-1], ReferralReturned)
    assert uow.published[-1].reason == referral(uow).return_reason == "产权不在我司"


STEPS = {
    "accept": lambda uow: handlers.accept_referral(uow, referral(uow).id, now=LATER),
    "return": lambda uow: handlers.return_referral(uow, referral(uow).id, "不归我们管", now=LATER),
    "complete": lambda uow: handlers.complete_referral(uow, referral(uow).id, "好了", now=LATER),
}
ALLOWED = {
    State.REFERRED: ["accept", "return"],
    State.ACCEPTED: ["complete", "return"],
    State.RETURNED: [],
    State.COMPLETED: [],
    State.WITHDRAWN: [],
}


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("step", STEPS)
def test_a_step_is_taken_where_the_state_allows_it_and_refused_with_the_allowed_ones_elsewhere(uow, tower, state, step):
    assign(uow)
    referral(uow).state = state
    if step in ALLOWED[state]:
        STEPS[step](uow)
        assert referral(uow).state is not state
    else:
        with pytest.raises(StepForbidden) as refused:
            STEPS[step](uow)
        assert refused.value.code == "step_forbidden"
        assert refused.value.facts == {"step": step, "status": state, "allowed": ALLOWED[state]}
        assert referral(uow).state is state
        assert len(uow.published) == 1


def test_an_unknown_referral_is_not_found(uow):
    with pytest.raises(ReferralNotFound):
        handlers.accept_referral(uow, uuid4(), now=NOON)


# -- given back


def test_a_returned_case_goes_to_the_next_unit_of_the_kind(uow, tower):
    other = partner(uow, "乙铁塔")
    assign(uow)
    first = referral(uow).unit_id
    give_back(uow)
    assert {first, referral(uow, attempt=2).unit_id} == {tower, other}
    assert isinstance(uow.published[-1], PartnerReferred)


def test_a_case_that_every_unit_has_returned_is_told_missing(uow, tower):
    partner(uow, "乙铁塔", serves=[COURTYARD])
    assign(uow)
    give_back(uow)
    give_back(uow, attempt=2)
    assert isinstance(uow.published[-1], PartnerMissing)
    assert uow.published[-1].reason.count("已退回本件") == 2


def test_news_of_a_return_heard_twice_asks_one_more_unit_only(uow, tower):
    partner(uow, "乙铁塔")
    assign(uow)
    give_back(uow)
    returned = next(told for told in uow.published if isinstance(told, ReferralReturned))
    handlers.refer_to_next_unit(uow, returned, now=LATER)
    assert sum(isinstance(told, PartnerReferred) for told in uow.published) == 2


def test_a_case_that_ended_while_it_was_being_returned_goes_nowhere(uow, tower):
    partner(uow, "乙铁塔")
    assign(uow)
    handlers.return_referral(uow, referral(uow).id, "不归我们管", now=LATER)
    returned = uow.published[-1]
    end(uow)
    handlers.refer_to_next_unit(uow, returned, now=LATER)
    assert uow.published[-1] is returned


def test_a_unit_that_returned_the_case_is_not_asked_in_a_later_round_either(uow, tower):
    assign(uow)
    give_back(uow)
    end(uow)
    assign(uow, round=2, assigned_at=LATER + timedelta(hours=1))
    assert "已退回本件" in uow.published[-1].reason


# -- the case ends


@pytest.mark.parametrize("accepted", [False, True])
def test_when_the_case_ends_what_is_open_is_withdrawn(uow, tower, accepted):
    assign(uow)
    if accepted:
        handlers.accept_referral(uow, referral(uow).id, now=NOON)
    end(uow)
    assert isinstance(uow.published[-1], ReferralWithdrawn)
    assert referral(uow).state is State.WITHDRAWN


@pytest.mark.parametrize("state", [State.COMPLETED, State.RETURNED, State.WITHDRAWN])
def test_when_the_case_ends_what_has_ended_stays_as_it_is(uow, tower, state):
    assign(uow)
    referral(uow).state = state
    end(uow)
    assert referral(uow).state is state
    assert len(uow.published) == 1


def test_a_case_whose_end_was_heard_before_its_beginning_is_not_referred(uow, tower):
    end(uow, at=NOON - timedelta(minutes=1))
    assign(uow)
    assert not uow.published


def test_a_late_end_of_the_first_round_leaves_the_second_alone(uow, tower):
    assign(uow)
    assign(uow, round=2, assigned_at=LATER + timedelta(hours=1))
    end(uow, at=LATER)
    assert referral(uow, round=1).state is State.WITHDRAWN
    assert referral(uow, round=2).state is State.REFERRED


def test_a_late_beginning_of_the_first_round_is_ignored_once_the_second_has_begun(uow, tower):
    assign(uow, round=2, assigned_at=LATER)
    assign(uow, round=1)
    assert len(uow.published) == 1


def test_the_second_round_is_over_after_two_ends_or_one_that_came_after_it_began():
    before, after = NOON - timedelta(hours=1), NOON + timedelta(hours=1)
    assert not is_over(2, NOON, [])
    assert not is_over(2, NOON, [before])
    assert is_over(2, NOON, [before, before - timedelta(hours=1)])
    assert is_over(2, NOON, [after])


# -- what leaves the service


def test_no_event_of_a_referral_carries_more_than_was_agreed(uow, tower):
    assign(uow)
    assert set(vars(uow.published[0])) == {
        "community",
        "referral_id",
        "grievance_id",
        "unit_id",
        "unit_name",
        "unit_kind",
        "reason",
        "referred_at",
    }


def test_the_last_day_of_an_agreement_is_said_in_the_reason(uow, tower):
    assign(uow)
    last = agreement(tower)["valid_to"]
    assert last == date(2026, 12, 31)
    assert "2026年12月31日" in referral(uow).reason
