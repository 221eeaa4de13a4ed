"""Two entries of the register were one person, who may have an account for each."""

from itertools import permutations
from uuid import UUID, uuid4

import pytest

from chassis.fingerprints import use_secret
from contracts.organization.events import PersonMerged
from contracts.volunteer.events import DispatchFact, VolunteersDispatched
from services.accounts.handlers import accounts, merging
from services.accounts.handlers.first import FIRST
from tests.building import unit_of_work
from tests.integration.accounts.desk import COMMUNITY, NOON, Clock, Desk
from tests.integration.accounts.test_removing import PHONE, erase, is_kept
from tests.overlapping import overlapping

KEPT, GONE = UUID(int=41), UUID(int=42)
OTHER_PHONE = "13900001111"


@pytest.fixture
def door(database_of):
    """The service."""
    use_secret("a secret that is long enough to be none")
    database = database_of("accounts")
    return Desk(database, unit_of_work("accounts", database), Clock())


def merge(door, kept=KEPT, gone=GONE):
    door.hear(merged(kept, gone))


def merged(kept=KEPT, gone=GONE):
    return PersonMerged(community=COMMUNITY, kept_id=kept, gone_id=gone, merged_at=NOON)


def account(door, phone, *subjects):
    id = uuid4()
    door.ask("create_account", id=id, community=COMMUNITY, phone=phone, by=FIRST)
    for subject in subjects:
        door.grant(id, "volunteer", by=FIRST, community=COMMUNITY, subject=subject)
    return id


def subjects(door, id):
    """For whom an account is a volunteer; who signs in is a resident besides."""
    held = door.ask("get_account", id=id, by=FIRST)["grants"]
    return [grant["subject"] for grant in held if grant["role"] == "volunteer"]


def test_an_account_of_the_gone_entry_is_the_others(door):
    id = account(door, PHONE, GONE)
    merge(door)
    assert subjects(door, id) == [str(KEPT)]
    token = door.sign_in_by_code(PHONE, door.code(PHONE))["token"]
    assert [grant["subject"] for grant in door.who(token)["grants"] if grant["subject"]] == [str(KEPT)]


def test_where_both_had_an_account_both_go_on_being_signed_in_to(door):
    ids = account(door, PHONE, KEPT), account(door, OTHER_PHONE, GONE)
    before = door.sign_in_by_code(PHONE, door.code(PHONE))["token"]
    merge(door)
    assert [subjects(door, id) for id in ids] == [[str(KEPT)], [str(KEPT)]]
    after = door.sign_in_by_code(OTHER_PHONE, door.code(OTHER_PHONE))["token"]
    for token, id in ((before, ids[0]), (after, ids[1])):
        told = door.who(token)
        assert told["account"] == str(id)
        assert str(KEPT) in {grant["subject"] for grant in told["grants"]}


def test_an_account_that_was_both_holds_the_role_once(door):
    id = account(door, PHONE, KEPT, GONE)
    merge(door)
    merge(door)
    assert subjects(door, id) == [str(KEPT)]


def test_what_others_hold_stays(door):
    somebody = uuid4()
    id = account(door, PHONE, somebody)
    merge(door)
    assert subjects(door, id) == [str(somebody)]


def test_a_role_that_is_given_late_for_the_gone_entry_is_held_for_the_other(door):
    merge(door)
    assert subjects(door, account(door, PHONE, GONE)) == [str(KEPT)]


def test_who_was_asked_under_the_id_that_is_gone_is_told(door):
    id = account(door, PHONE, KEPT)
    merge(door)
    fact = DispatchFact(dispatch_id=uuid4(), volunteer_id=GONE, name="李四", reason="近")
    door.hear(
        VolunteersDispatched(
            community=COMMUNITY, callout_id=uuid4(), grievance_id=uuid4(), dispatches=(fact,), dispatched_at=NOON
        )
    )
    assert door.ask("list_notices", account=id)["total"] == 1


@pytest.mark.parametrize("order", [*permutations(range(2))])
def test_who_was_erased_has_no_account_whatever_comes_first(door, order):
    id = account(door, PHONE, GONE)
    steps = (lambda: merge(door), lambda: erase(door, KEPT, GONE))
    for number in order:
        steps[number]()
    assert not is_kept(door, id)


@pytest.mark.parametrize("order", [*permutations(range(2))])
def test_of_two_merges_in_a_chain_at_once_no_account_is_left_with_an_id_that_is_gone(door, order):
    third = UUID(int=43)
    id = account(door, PHONE, GONE)
    chain = [(KEPT, GONE), (third, KEPT)]
    first, second = (merged(*chain[number]) for number in order)
    other = unit_of_work("accounts", door.database)
    merge_in = lambda uow, event: merging.merge_subjects(uow, event, now=NOON)  # noqa: E731
    assert overlapping(door.uow, lambda: merge_in(door.uow, first), lambda: merge_in(other, second)) == []
    assert subjects(door, id) == [str(third)]


def test_a_role_given_for_the_entry_that_is_just_going_is_for_the_other(door):
    id = account(door, PHONE)
    other = unit_of_work("accounts", door.database)
    given = {"id": uuid4(), "account": id, "role": "volunteer", "community": COMMUNITY, "place": None} | {
        "subject": GONE,
        "by": FIRST,
    }
    merge_in = lambda: merging.merge_subjects(door.uow, merged(), now=NOON)  # noqa: E731
    assert overlapping(door.uow, merge_in, lambda: accounts.grant_role(other, given, now=NOON)) == []
    assert subjects(door, id) == [str(KEPT)]
