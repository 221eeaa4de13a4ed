"""News from the register of consents: findings may be kept, or no longer, and then they go."""

from datetime import timedelta
from uuid import uuid4

import pytest

from contracts.health.errors import ConsentMissing, ElderRecordNotFound
from contracts.health.events import ElderConsented
from contracts.organization.events import ConsentGiven, ConsentWithdrawn, PersonErased
from services.health import handlers
from services.health.domain.visit import State
from services.health.service import _of_health
from tests.unit.health.fakes import FakeUnitOfWork
from tests.unit.health.samples import COMMUNITY, GRANDMOTHER, NOON, TODAY, couple

LATER = NOON + timedelta(hours=1)


@pytest.fixture
def uow() -> FakeUnitOfWork:
    uow = FakeUnitOfWork()
    handlers.open_elder_records(uow, couple(), now=NOON)
    uow.published.clear()
    return uow


def which(purpose="health_record"):
    return {"community": COMMUNITY, "consent_id": uuid4(), "person_id": GRANDMOTHER, "purpose": purpose}


def given(at=NOON):
    return ConsentGiven(**which(), given_on=TODAY, recorded_at=at)


def withdrawn(at=LATER):
    return ConsentWithdrawn(**which(), withdrawn_on=TODAY, recorded_at=at)


def write(uow):
    handlers.update_elder_record(uow, {"id": GRANDMOTHER, "record": {"smoking": "never"}}, now=LATER)


def test_findings_are_written_once_the_register_says_that_the_elder_agreed(uow):
    with pytest.raises(ConsentMissing):
        write(uow)
    handlers.note_consent(uow, given(), now=NOON)
    write(uow)
    assert uow.elder_records.get(GRANDMOTHER).consent_on == TODAY


def test_after_a_withdrawal_what_was_found_is_gone_and_nothing_more_is_written(uow):
    handlers.note_consent(uow, given(), now=NOON)
    write(uow)
    visit, planned = uuid4(), uuid4()
    for id in (visit, planned):
        command = {"id": id, "community": COMMUNITY, "elder_ids": [GRANDMOTHER], "purpose": "独居探访"}
        handlers.plan_visit(uow, command, within_days=3, now=NOON)
    handlers.complete_visit(uow, visit, {"systolic": 150}, now=NOON)

    handlers.note_consent(uow, withdrawn(), now=NOON)
    elder = uow.elder_records.get(GRANDMOTHER)
    assert (elder.consent_on, elder.record, elder.completeness) == (None, None, 0)
    assert (uow.visits.get(visit).findings, uow.visits.get(visit).purpose) == (None, None)
    assert (uow.visits.get(planned).state, uow.visits.get(planned).purpose) == (State.PLANNED, "独居探访")
    with pytest.raises(ConsentMissing):
        write(uow)


def test_news_that_comes_late_undoes_nothing(uow):
    handlers.note_consent(uow, withdrawn(), now=NOON)
    handlers.note_consent(uow, given(), now=NOON)
    assert uow.elder_records.get(GRANDMOTHER).consent_on is None
    handlers.note_consent(uow, given(LATER + timedelta(hours=1)), now=NOON)
    write(uow)
    handlers.note_consent(uow, withdrawn(), now=NOON)
    assert uow.elder_records.get(GRANDMOTHER).record is not None


def test_what_the_doctor_writes_down_is_told_to_the_register_with_who_wrote_it(uow):
    command = {"id": GRANDMOTHER, "record": {}, "consent_on": TODAY, "recorded_by": "6f1c1f6e"}
    handlers.update_elder_record(uow, command, now=NOON)
    assert uow.published == [
        ElderConsented(
            community=COMMUNITY, elder_id=GRANDMOTHER, given_on=TODAY, recorded_by="6f1c1f6e", recorded_at=NOON
        )
    ]


def test_news_ahead_of_the_record_waits_for_it_and_of_whoever_was_erased_does_nothing(uow):
    uow.elder_records.kept.clear()
    with pytest.raises(ElderRecordNotFound):
        handlers.note_consent(uow, given(), now=NOON)
    erased = PersonErased(
        community=COMMUNITY, erasure_id=uuid4(), person_id=GRANDMOTHER, known_as=(GRANDMOTHER,), erased_at=NOON
    )
    handlers.erase_person(uow, erased, now=NOON)
    handlers.note_consent(uow, given(), now=NOON)
    assert uow.elder_records.kept == {}


def test_only_consent_to_the_health_record_concerns_this_service():
    assert _of_health(given())
    assert not _of_health(ConsentGiven(**which("images"), given_on=TODAY, recorded_at=NOON))
