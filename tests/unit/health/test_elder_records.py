"""Elder records: opened for those of sixty and over, written with consent only."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from contracts.health.errors import ConsentInFuture, ConsentMissing, ElderRecordNotFound
from contracts.health.events import ElderRecordsOpened
from services.health import handlers
from services.health.domain.elder_record import HealthRecord
from services.health.domain.self_care import SelfCare
from tests.unit.health.fakes import FakeUnitOfWork
from tests.unit.health.samples import GRANDMOTHER, INDEPENDENT, NOON, TODAY, couple, elder, registered


@pytest.fixture
def uow():
    return FakeUnitOfWork()


@pytest.fixture
def grandmother(uow):
    handlers.open_elder_records(uow, couple(), now=NOON)
    return uow.elder_records.get(GRANDMOTHER)


def update(uow, record=None, **more):
    handlers.update_elder_record(uow, {"id": GRANDMOTHER, "record": record or {}, **more}, now=NOON)


def test_a_record_is_opened_for_each_elder_and_how_many_is_told(uow):
    handlers.open_elder_records(uow, couple(), now=NOON)
    assert {one.name for one in uow.elder_records.kept.values()} == {"张玉兰", "李德福"}
    [told] = uow.published
    assert isinstance(told, ElderRecordsOpened)
    assert told.count == 2


def test_an_elder_told_of_again_keeps_the_record_and_nothing_is_told(uow, grandmother):
    update(uow, {"smoking": "never"}, consent_on=TODAY)
    uow.published.clear()
    handlers.open_elder_records(uow, couple(), now=NOON)
    assert uow.elder_records.get(GRANDMOTHER).record.smoking == "never"
    assert uow.published == []


def test_a_record_is_opened_from_the_sixtieth_birthday_on(uow):
    on_the_day, day_before = elder(uuid4(), born_on=date(1966, 5, 20)), elder(uuid4(), born_on=date(1966, 5, 21))
    handlers.open_elder_records(uow, registered(on_the_day, day_before), now=NOON)
    assert list(uow.elder_records.kept) == [on_the_day.person_id]


def test_findings_cannot_be_written_before_consent(uow, grandmother):
    with pytest.raises(ConsentMissing) as refused:
        update(uow, {"chronic_conditions": ["高血压"]})
    assert refused.value.kind == "conflict"
    assert "同意" in refused.value.said("zh")
    assert grandmother.record is None


def test_findings_are_written_once_consent_is_given_before_or_with_them(uow, grandmother):
    update(uow, consent_on=date(2026, 5, 1))
    update(uow, {"chronic_conditions": ["高血压"]})
    assert grandmother.record.chronic_conditions == ("高血压",)
    assert (grandmother.consent_on, grandmother.updated_at) == (date(2026, 5, 1), NOON)


def test_consent_may_be_of_today_but_not_of_tomorrow_as_china_counts(uow, grandmother):
    update(uow, consent_on=TODAY)
    with pytest.raises(ConsentInFuture) as refused:
        update(uow, consent_on=TODAY + timedelta(days=1))
    assert "consent_on" in refused.value.fields
    assert grandmother.consent_on == TODAY


def test_consent_alone_writes_no_findings(uow, grandmother):
    update(uow, consent_on=TODAY)
    assert (grandmother.record, grandmother.updated_at, grandmother.completeness) == (None, None, 0)


def test_what_is_not_sent_stays_and_null_takes_out(uow, grandmother):
    update(uow, {"smoking": "never", "drinking": "daily"}, consent_on=TODAY)
    update(uow, {"drinking": None, "allergies": []})
    assert grandmother.record == HealthRecord(smoking="never", allergies=())
    assert grandmother.completeness == 20


def test_completeness_grows_field_by_field_to_a_hundred(uow, grandmother):
    fields = {
        "chronic_conditions": ["高血压"],
        "medication": ["氨氯地平 5mg 每日一次"],
        "allergies": [],
        "past_illness": [],
        "smoking": "never",
        "drinking": "never",
        "exercise": "daily",
        "self_care": INDEPENDENT,
        "lives_alone": False,
        "emergency_contact": {"name": "李强", "phone": "13800000000", "relation": "儿子"},
    }
    update(uow, consent_on=TODAY)
    shown = []
    for name, value in fields.items():
        update(uow, {name: value})
        shown.append(grandmother.completeness)
    assert shown == list(range(10, 101, 10))
    assert isinstance(grandmother.record.self_care, SelfCare)


def test_an_unknown_elder_is_not_found(uow):
    with pytest.raises(ElderRecordNotFound):
        update(uow, consent_on=TODAY)
