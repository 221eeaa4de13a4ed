"""One-to-one pairings: one helper for each kind of help, contacts by their day, hand-over, end, erasure."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from chassis.retention import Period
from contracts.event import ERASED, ClassCount
from contracts.organization.events import PersonErased
from contracts.volunteer.errors import (
    AlreadyPaired,
    ContactNotSane,
    PairingEnded,
    PairingUnattended,
    VolunteerNotFound,
)
from contracts.volunteer.events import PairingClosed, PairingHandedOver, PairingSetUp, VolunteerErased
from contracts.volunteer.schemas import pairings as pairing_shapes
from services.volunteer import handlers
from services.volunteer.domain.callout import Terms
from services.volunteer.domain.pairing import CONTACT_KINDS, END_REASONS, HELP_TYPES, PairingState
from services.volunteer.handlers import pairings
from tests.unit.volunteer.registers import unit_of_work
from tests.unit.volunteer.samples import BUILDING, COMMUNITY, NOON, PATH, volunteer

TODAY = date(2026, 5, 6)
DAY = timedelta(days=1)
SOMEBODY = UUID("2f0c9a52-6d0f-4f3e-9d0a-222222222222")
FIRST, SECOND = volunteer(name="钱二"), volunteer(name="孙三")


@pytest.fixture
def uow():
    return unit_of_work(FIRST, SECOND)


def command(**different):
    return {
        "id": uuid4(),
        "community": COMMUNITY,
        "person_id": SOMEBODY,
        "beneficiary": "周奶奶",
        "place": BUILDING,
        "path": list(PATH[:4]),
        "volunteer_id": FIRST.id,
        "help_type": "hardship",
        "hardship": "低保",
        "cadence_days": 14,
    } | different


def paired(uow, **different):
    asked = command(**different)
    pairings.set_up_pairing(uow, asked, now=NOON)
    return uow.pairings.get(asked["id"])


def log(uow, pairing, on=None, now=NOON, **different):
    said = {"id": pairing.id, "contact_id": uuid4(), "contacted_on": on, "kind": "phone", "note": "都好"}
    pairings.log_contact(uow, said | different, now=now)


def hand_over(uow, pairing, to, now=NOON):
    pairings.hand_over_pairing(uow, {"id": pairing.id, "volunteer_id": to}, now=now)


def end(uow, pairing, now=NOON, **different):
    pairings.end_pairing(uow, {"id": pairing.id, "reason": "moved_away", "note": None} | different, now=now)


def erase(uow, *ids):
    event = PersonErased(community=COMMUNITY, erasure_id=uuid4(), person_id=ids[0], known_as=ids, erased_at=NOON)
    handlers.erase_person(uow, event, Terms(), now=NOON)


def test_kinds_of_help_contacts_and_reasons_are_those_of_the_contract():
    assert tuple(HELP_TYPES) == pairing_shapes.HELP_TYPES
    assert tuple(CONTACT_KINDS) == pairing_shapes.CONTACT_KINDS
    assert (*pairing_shapes.END_REASONS, "erased", "merged") == tuple(END_REASONS)


# -- set up


def test_a_pairing_is_set_up_and_told_without_whom_it_is_for_or_why(uow):
    pairing = paired(uow)
    [told] = uow.told(PairingSetUp)
    assert (told.pairing_id, told.volunteer_id) == (pairing.id, FIRST.id)
    assert not any(word in str(told) for word in ("周奶奶", "低保", "hardship", str(SOMEBODY), BUILDING))
    assert (pairing.due_on, pairing.helpers[0].since) == (TODAY + 14 * DAY, TODAY)


def test_setting_up_the_same_pairing_again_changes_nothing(uow):
    asked = command()
    for _ in range(2):
        pairings.set_up_pairing(uow, asked, now=NOON)
    assert len(uow.told(PairingSetUp)) == 1


def test_somebody_has_one_helper_for_each_kind_of_help(uow):
    first = paired(uow)
    paired(uow, help_type="care", volunteer_id=SECOND.id)
    with pytest.raises(AlreadyPaired):
        paired(uow, volunteer_id=SECOND.id)
    end(uow, first)
    assert paired(uow, volunteer_id=SECOND.id).state is PairingState.ACTIVE


def test_only_a_volunteer_of_the_community_can_help(uow):
    for different in ({"volunteer_id": uuid4()}, {"community": "410181002012"}):
        with pytest.raises(VolunteerNotFound):
            paired(uow, **different)


# -- contacts


def test_a_contact_moves_the_next_day_and_a_late_entry_does_not_move_it_back(uow):
    pairing = paired(uow)
    log(uow, pairing, on=TODAY + 5 * DAY, now=NOON + 6 * DAY)
    assert (pairing.last_contact_on, pairing.due_on) == (TODAY + 5 * DAY, TODAY + 19 * DAY)
    log(uow, pairing, on=TODAY + 2 * DAY, now=NOON + 6 * DAY)
    assert (pairing.last_contact_on, pairing.due_on) == (TODAY + 5 * DAY, TODAY + 19 * DAY)
    assert {contact.volunteer_id for contact in pairing.contacts} == {FIRST.id}


def test_a_contact_without_a_day_was_today_and_the_same_one_again_is_not_another(uow):
    pairing, contact = paired(uow), uuid4()
    for _ in range(2):
        log(uow, pairing, contact_id=contact)
    assert [one.contacted_on for one in pairing.contacts] == [TODAY]


@pytest.mark.parametrize("day", [TODAY - DAY, TODAY + DAY])
def test_a_contact_lies_between_the_beginning_and_today(uow, day):
    pairing = paired(uow)
    with pytest.raises(ContactNotSane) as refused:
        log(uow, pairing, on=day)
    assert "2026-05-06" in refused.value.fields["contacted_on"][0]["zh"]
    log(uow, pairing, on=TODAY)


# -- hand-over and end


def test_a_hand_over_keeps_who_helped_before_and_what_was_due(uow):
    pairing = paired(uow)
    log(uow, pairing)
    due = pairing.due_on
    hand_over(uow, pairing, SECOND.id, now=NOON + 3 * DAY)
    assert [(one.volunteer_id, one.until) for one in pairing.helpers] == [
        (FIRST.id, TODAY + 3 * DAY),
        (SECOND.id, None),
    ]
    assert (pairing.volunteer_id, pairing.due_on, len(pairing.contacts)) == (SECOND.id, due, 1)
    [told] = uow.told(PairingHandedOver)
    assert told.volunteer_id == SECOND.id


def test_handing_over_to_who_helps_already_changes_nothing(uow):
    pairing = paired(uow)
    hand_over(uow, pairing, FIRST.id)
    assert (len(pairing.helpers), uow.told(PairingHandedOver)) == (1, [])


def test_an_ended_pairing_takes_nothing_more_and_belongs_to_nobody(uow):
    pairing = paired(uow)
    end(uow, pairing, note="搬去与女儿同住")
    assert (pairing.state, pairing.volunteer_id, pairing.end_reason) == (PairingState.ENDED, None, "moved_away")
    [told] = uow.told(PairingClosed)
    assert "女儿" not in str(told)
    for step in (lambda: log(uow, pairing), lambda: hand_over(uow, pairing, SECOND.id), lambda: end(uow, pairing)):
        with pytest.raises(PairingEnded):
            step()


# -- erased, forgotten


def test_when_whoever_was_helped_is_erased_the_pairing_ends_and_leads_to_nobody(uow):
    pairing = paired(uow)
    log(uow, pairing, note="血压药快没了")
    erase(uow, SOMEBODY)
    assert (pairing.state, pairing.end_reason) == (PairingState.ENDED, "erased")
    assert (pairing.beneficiary, pairing.place, pairing.path, pairing.hardship) == (ERASED, COMMUNITY, [], None)
    assert [contact.note for contact in pairing.contacts] == [""]
    [done] = uow.told(VolunteerErased)
    assert ClassCount(kind="sensitive_hardship", count=1) in done.removed


def test_when_a_helper_is_erased_the_pairing_waits_for_another_and_their_words_go(uow):
    pairing = paired(uow)
    log(uow, pairing)
    erase(uow, FIRST.id)
    assert (pairing.state, pairing.volunteer_id, pairing.beneficiary) == (PairingState.ACTIVE, None, "周奶奶")
    assert [contact.note for contact in pairing.contacts] == [""]
    with pytest.raises(PairingUnattended):
        log(uow, pairing)
    hand_over(uow, pairing, SECOND.id)
    log(uow, pairing)
    with pytest.raises(VolunteerNotFound):
        hand_over(uow, pairing, FIRST.id)


def test_what_ended_long_ago_says_no_more_who_was_helped_but_that_somebody_was(uow):
    pairing = paired(uow)
    log(uow, pairing)
    end(uow, pairing)
    pairings.forget_pairings(
        uow, pairing.community, [pairing.id], Period(setting="VOLUNTEER_PAIRING_DAYS", days=730), now=NOON + 800 * DAY
    )
    assert (pairing.beneficiary, pairing.hardship, pairing.forgotten_at) == (ERASED, None, NOON + 800 * DAY)
    assert (pairing.help_type, len(pairing.contacts), pairing.contacts[0].note) == ("hardship", 1, "")
