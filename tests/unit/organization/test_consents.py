"""Consents: given for one purpose, in force until taken back, and the proof of both stays."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.health.events import ElderConsented
from contracts.organization.errors import (
    ConsentDateInFuture,
    ConsentDatesReversed,
    ConsentInForce,
    ConsentNotInForce,
    NoHealthRecordYet,
    PersonNotFound,
)
from contracts.organization.events import ConsentGiven, ConsentWithdrawn
from contracts.organization.schemas.consents import GIVERS, PURPOSES, WAYS
from services.organization import handlers
from services.organization.domain.consents import HEALTH, Consent, Way, consent_to
from services.organization.domain.people import person_id
from tests.unit.organization.fakes import FakeUnitOfWork
from tests.unit.organization.samples import HOME, NOW, TODAY, TREE, C, csv_file

CHEN, XIAOBAO = person_id(C, "R1"), person_id(C, "R2")
CLERK = "6f1c1f6e"
YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture
def uow() -> FakeUnitOfWork:
    uow = FakeUnitOfWork(TREE)
    rows = ("编号,姓名,出生日期,住户", f"R1,陈玉梅,1950-03-01,{HOME}", f"R2,赵小宝,2019-01-01,{HOME}")
    handlers.import_people(uow, C, csv_file(*rows), preview=False, most_rows=100, today=TODAY, elder_age=60)
    uow.published.clear()
    return uow


def give(uow: FakeUnitOfWork, purpose: str = "images", person: UUID = CHEN, **more: Any) -> None:
    given = {"given_on": YESTERDAY, "how": "written", "given_by": "self", "notice": "v1", "recorded_by": CLERK}
    handlers.record_consent(uow, person, purpose, today=TODAY, now=NOW, **given | more)


def withdraw(uow: FakeUnitOfWork, purpose: str = "images", **more: Any) -> None:
    taken = {"withdrawn_on": TODAY, "how": "spoken", "recorded_by": CLERK, "now": NOW + timedelta(hours=1)}
    handlers.withdraw_consent(uow, CHEN, purpose, today=TODAY, **taken | more)


def kept(uow: FakeUnitOfWork, purpose: str = "images") -> Consent:
    consent: Consent = uow.consents.get(consent_to(C, CHEN, purpose).id)
    return consent


def test_who_agreed_to_what_when_and_how_is_kept_and_told(uow):
    give(uow)
    given = kept(uow).in_force
    assert given is not None
    assert (given.given_on, given.how, given.given_by, given.notice) == (YESTERDAY, Way.WRITTEN, "self", "v1")
    assert (given.recorded_by, given.recorded_at, given.withdrawn) == (CLERK, NOW, None)
    [told] = uow.published
    assert isinstance(told, ConsentGiven)
    assert (told.person_id, told.purpose, told.given_on) == (CHEN, "images", YESTERDAY)


def test_one_purpose_says_nothing_of_another(uow):
    give(uow)
    with pytest.raises(ConsentNotInForce):
        withdraw(uow, "publication")
    assert kept(uow).in_force


def test_what_is_in_force_is_not_given_again_and_what_was_taken_back_is(uow):
    give(uow)
    with pytest.raises(ConsentInForce):
        give(uow)
    withdraw(uow)
    give(uow, given_on=TODAY)
    assert [each.withdrawn is None for each in kept(uow).given] == [False, True]


def test_a_withdrawal_is_told_once_and_the_proof_of_what_was_given_stays(uow):
    give(uow)
    withdraw(uow)
    [given] = kept(uow).given
    assert given.given_on == YESTERDAY
    assert given.withdrawn is not None
    assert (given.withdrawn.withdrawn_on, given.withdrawn.how) == (TODAY, Way.SPOKEN)
    assert isinstance(uow.published[-1], ConsentWithdrawn)
    with pytest.raises(ConsentNotInForce):
        withdraw(uow)


@pytest.mark.parametrize("day", [TODAY + timedelta(days=1), date(2099, 1, 1)])
def test_nobody_agrees_or_takes_back_on_a_day_still_to_come(uow, day):
    with pytest.raises(ConsentDateInFuture):
        give(uow, given_on=day)
    give(uow, "publication")
    with pytest.raises(ConsentDateInFuture):
        withdraw(uow, "publication", withdrawn_on=day)


def test_nothing_is_taken_back_before_it_was_given(uow):
    give(uow)
    with pytest.raises(ConsentDatesReversed):
        withdraw(uow, withdrawn_on=YESTERDAY - timedelta(days=1))
    withdraw(uow, withdrawn_on=YESTERDAY)


def test_a_health_record_is_agreed_to_by_those_who_have_one(uow):
    give(uow, HEALTH)
    with pytest.raises(NoHealthRecordYet):
        give(uow, HEALTH, XIAOBAO)
    give(uow, "images", XIAOBAO, given_by="guardian")


def test_nobody_is_agreed_for_who_is_not_known(uow):
    with pytest.raises(PersonNotFound):
        give(uow, person=uuid4())


def consented(at=NOW) -> ElderConsented:
    return ElderConsented(community=C, elder_id=CHEN, given_on=TODAY, recorded_by=CLERK, recorded_at=at)


def test_what_an_elder_agreed_with_the_doctor_is_in_the_register_once(uow):
    handlers.note_consent_of_elder(uow, consented())
    handlers.note_consent_of_elder(uow, consented())
    [given] = kept(uow, HEALTH).given
    assert (given.given_on, given.how, given.recorded_by) == (TODAY, Way.SPOKEN, CLERK)
    assert uow.published == [], "the health service knows"


def test_news_from_the_doctor_that_comes_after_a_withdrawal_revives_nothing(uow):
    give(uow, HEALTH)
    withdraw(uow, HEALTH)
    handlers.note_consent_of_elder(uow, consented(NOW))
    assert kept(uow, HEALTH).in_force is None
    handlers.note_consent_of_elder(uow, consented(NOW + timedelta(days=1)))
    assert kept(uow, HEALTH).in_force is not None


def erase(uow: FakeUnitOfWork) -> None:
    known = {"reason": "asked_by_person", "asked_by": CLERK, "today": TODAY, "now": NOW}
    handlers.erase_person(uow, CHEN, uuid4(), C, [CHEN], **known)


def test_the_proof_outlives_an_erasure_which_says_so(uow):
    give(uow)
    erase(uow)
    [erasure] = uow.erasures.kept.values()
    assert erasure.answers[0].kept == ["proof_of_consent"]
    assert kept(uow).in_force


def test_an_erasure_of_somebody_who_agreed_to_nothing_keeps_nothing(uow):
    erase(uow)
    [erasure] = uow.erasures.kept.values()
    assert erasure.answers[0].kept == []


def test_late_news_of_somebody_erased_leaves_no_trace(uow):
    erase(uow)
    handlers.note_consent_of_elder(uow, consented())
    assert uow.consents.kept == {}


def test_every_purpose_names_the_article_that_has_it_asked_and_the_two_that_the_law_is_strictest_about_are_there():
    assert {article for _, _, article in PURPOSES.values()} >= {26, 29}
    assert HEALTH in PURPOSES
    assert set(WAYS) == set(Way)
    assert GIVERS == ("self", "guardian")
