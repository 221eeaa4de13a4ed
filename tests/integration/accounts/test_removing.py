"""Accounts come to their end: whoever is erased, what was closed long ago; and what was forgotten is on the record."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from chassis.fingerprints import use_secret
from contracts import wire
from contracts.accounts.errors import AccountNotFound, NotSignedIn
from contracts.accounts.events import AccountDetailsErased, ClosedAccountsForgotten
from contracts.event import ClassCount
from contracts.grievance.events import CasesForgotten
from contracts.organization.events import PersonErased
from services.accounts.config import AuditSettings
from services.accounts.domain.notices import account_recipient
from services.accounts.domain.roles import Role
from services.accounts.handlers.first import FIRST, FIRST_KEY, make_first_key
from services.accounts.persistence.tables import metadata
from tests.building import unit_of_work
from tests.integration.accounts.desk import COMMUNITY, NOON, OTHER, Clock, Desk

PHONE = "13800005678"


@pytest.fixture
def door(database_of):
    """The service on a database whose audit begins empty."""
    use_secret("a secret that is long enough to be none")
    database = database_of("accounts")
    desk = Desk(database, unit_of_work("accounts", database), Clock())
    desk.service.audit_settings = AuditSettings()
    return desk


def told(door, event):
    """What was told of one kind."""
    with door.database.reading() as connection:
        bodies = connection.execute(select(metadata.tables["outbox"].c.body)).scalars().all()
    events = [wire.from_bytes(bytes(body)).event() for body in bodies]
    return [each for each in events if type(each) is event]


def erase(door, *ids):
    known_as = tuple(map(UUID, map(str, ids)))
    event = PersonErased(
        community=COMMUNITY, erasure_id=uuid4(), person_id=known_as[0], known_as=known_as, erased_at=door.clock()
    )
    door.hear(event)


def by_telephone(door, role="volunteer", **subject):
    """An account that signs in by code."""
    id = uuid4()
    door.ask("create_account", id=id, community=COMMUNITY, phone=PHONE, by=FIRST)
    door.grant(id, role, by=FIRST, community=COMMUNITY, **subject)
    return id


def is_kept(door, id):
    try:
        door.ask("get_account", id=id, by=FIRST)
    except AccountNotFound:
        return False
    return True


def test_whoever_is_erased_is_signed_out_and_may_come_as_somebody_new(door):
    volunteer = uuid4()
    id = by_telephone(door, subject=volunteer)
    token = door.sign_in_by_code(PHONE, door.code(PHONE))["token"]
    kept = door.ask("export_person", community=COMMUNITY, ids=[str(volunteer)])["kept"]
    assert {"accounts", "grants", "sessions"} <= {part["kept_in"] for part in kept}
    erase(door, volunteer)
    assert not is_kept(door, id)
    with pytest.raises(NotSignedIn):
        door.who(token)
    assert door.ask("export_person", community=COMMUNITY, ids=[str(volunteer), str(id)])["kept"] == []
    assert is_kept(door, by_telephone(door, subject=uuid4()))


def test_how_whoever_filed_by_telephone_alone_is_told_is_exported_and_erased_with_the_case(door):
    case, other = uuid4(), uuid4()
    for id, phone in ((case, PHONE), (other, "13900001111")):
        door.ask("leave_reporter", id=id, community=COMMUNITY, joined=None, account=None, phone=phone, language="zh")
    kept = door.ask("export_person", community=COMMUNITY, ids=[str(case)])["kept"]
    assert [row["phone"] for part in kept for row in part["rows"] if "phone" in row] == [PHONE]
    erase(door, case)
    assert door.ask("export_person", community=COMMUNITY, ids=[str(case)])["kept"] == []
    assert door.ask("export_person", community=COMMUNITY, ids=[str(other)])["kept"] != []


def test_an_erasure_leaves_everybody_elses_account_alone(door):
    mine = by_telephone(door, subject=uuid4())
    other, _ = door.person("王芳", "doctor")
    erase(door, uuid4())
    assert is_kept(door, mine)
    assert is_kept(door, other)


def test_the_account_of_whoever_works_here_stays_until_the_role_is_taken_away(door):
    id, _ = door.person("王芳", "doctor")
    erase(door, id)
    assert is_kept(door, id)
    assert [event.kept for event in told(door, AccountDetailsErased)] == [("role_of_staff",)]
    [grant] = door.ask("get_account", id=id, by=FIRST)["grants"]
    door.ask("revoke_role", account=id, id=grant["id"], by=FIRST)
    erase(door, id)
    assert not is_kept(door, id)


def test_whoever_works_here_is_told_of_the_work_though_an_erasure_named_their_account(door):
    colleague, _ = door.person("王芳", "doctor")
    volunteer = by_telephone(door, subject=uuid4())
    door.ask("choose_notices", account=colleague, quiet_from="20:00", quiet_until="07:00")
    erase(door, colleague, volunteer)
    assert doctors(door) == [account_recipient(colleague)]
    assert door.ask("get_notice_choices", account=colleague)["quiet_from"] == "20:00"
    with door.uow as uow:
        assert uow.erased.among(COMMUNITY, [colleague, volunteer]) == {volunteer}


def doctors(door):
    """Who is told what doctors are told."""
    with door.uow as uow:
        return uow.recipients.holding(Role.DOCTOR, COMMUNITY)


def test_an_account_of_another_community_is_neither_shown_nor_removed(door):
    id, _ = door.person("别处的人", "resident", community=OTHER)
    door.ask("choose_notices", account=id, quiet_from="20:00", quiet_until="07:00")
    assert door.ask("export_person", community=COMMUNITY, ids=[str(id)])["kept"] == []
    erase(door, id)
    assert is_kept(door, id)
    assert door.ask("get_notice_choices", account=id)["quiet_from"] == "20:00"


@pytest.mark.parametrize(("days", "stays"), [(364, True), (366, False)])
def test_a_closed_account_goes_when_the_period_is_over_and_not_a_day_before(door, days, stays):
    id, _ = door.person("王芳", "doctor")
    still_open, _ = door.person("李雷", "doctor")
    door.ask("disable_account", id=id, by=FIRST)
    door.clock.passes(days=days)
    door.run("forget_closed")
    door.run("forget_closed")
    assert is_kept(door, still_open)
    assert is_kept(door, id) == stays
    assert len(told(door, ClosedAccountsForgotten)) == (0 if stays else 1)
    assert len(on_record(door)) == (0 if stays else 1)


def test_who_was_made_first_and_is_closed_stays_closed_and_is_not_made_anew(door):
    other, _ = door.person("王芳", "administrator", community="")
    make_first_key(door.uow, "a key that nobody guesses", now=door.clock())
    for id in (FIRST, FIRST_KEY):
        door.ask("disable_account", id=id, by=other)
    door.clock.passes(days=2000)
    door.run("forget_closed")
    door.make_first()
    make_first_key(door.uow, "a key that nobody guesses", now=door.clock())
    assert [door.ask("get_account", id=id, by=other)["is_disabled"] for id in (FIRST, FIRST_KEY)] == [True, True]
    assert len(door.first) == 1
    with pytest.raises(NotSignedIn):
        door.who("a key that nobody guesses")


def test_a_closed_account_over_many_communities_goes_too(door):
    id, _ = door.person("李雷", community=COMMUNITY[:9])
    door.ask("disable_account", id=id, by=FIRST)
    door.clock.passes(days=366)
    door.run("forget_closed")
    assert not is_kept(door, id)
    assert [event.community for event in told(door, ClosedAccountsForgotten)] == [COMMUNITY[:9]]


def on_record(door):
    """What the audit says of periods that were applied."""
    return door.ask("list_reads", account="retention")["items"]


def test_a_period_that_was_applied_is_in_the_audit_once_with_setting_and_counts_alone(door):
    proof = CasesForgotten(
        community=COMMUNITY,
        application_id=uuid4(),
        setting="GRIEVANCE_CASES_KEPT_DAYS",
        days=1095,
        older_than=NOON - timedelta(days=1095),
        removed=(ClassCount(kind="words", count=12), ClassCount(kind="contact", count=3)),
        applied_at=NOON,
    )
    door.hear(proof)
    door.hear(proof)
    [entry] = on_record(door)
    assert entry["route"] == "GRIEVANCE_CASES_KEPT_DAYS=1095 before 2023-11-25 words:12,contact:3"
    assert (entry["role"], entry["why"], entry["subjects"]) == ("grievance", "kept_long_enough", [])
    assert door.ask("verify_reads")["faults"] == []
