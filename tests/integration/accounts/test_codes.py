"""Signing in by telephone: a code is sent, good once, for five minutes and five tries."""

from uuid import uuid4

import pytest
from sqlalchemy import select

from chassis.texting import NotTaken
from contracts.accounts.errors import CodesAreOff, NotSignedIn, SignInRefused, TooManyTries
from services.accounts.handlers.first import FIRST
from services.accounts.persistence.tables import accounts, codes
from tests.integration.accounts.desk import COMMUNITY, OTHER

PHONE = "138 0000 5678"


def wrong(code: str) -> str:
    """Another code."""
    return f"{(int(code) + 1) % 10**6:06d}"


def test_a_residents_first_code_makes_the_account_and_the_next_one_finds_it(door, clock):
    first = door.sign_in_by_code(PHONE, door.code(PHONE))
    who = door.who(first["token"])
    assert [(grant["role"], grant["community"]) for grant in who["grants"]] == [("resident", COMMUNITY)]
    assert (who["name"], who["must_change_password"]) == ("尾号5678", False)
    clock.passes(minutes=5)
    again = door.sign_in_by_code("+86 13800005678", door.code("13800005678"))
    assert again["account"] == first["account"]
    assert len(door.who(again["token"])["grants"]) == 1


def test_one_telephone_is_another_account_in_another_community(door):
    here = door.sign_in_by_code(PHONE, door.code(PHONE))
    door.clock.passes(minutes=2)
    there = door.sign_in_by_code(PHONE, door.code(PHONE, community=OTHER), community=OTHER)
    assert here["account"] != there["account"]


def test_a_code_is_good_once(door):
    code = door.code(PHONE)
    door.sign_in_by_code(PHONE, code)
    with pytest.raises(SignInRefused):
        door.sign_in_by_code(PHONE, code)


def test_a_code_is_good_for_five_minutes(door, clock):
    code = door.code(PHONE)
    clock.passes(minutes=5)
    with pytest.raises(SignInRefused):
        door.sign_in_by_code(PHONE, code)


def test_after_five_wrong_tries_the_right_code_comes_too_late(door):
    code = door.code(PHONE)
    for _ in range(5):
        with pytest.raises(SignInRefused):
            door.sign_in_by_code(PHONE, wrong(code))
    with pytest.raises(SignInRefused):
        door.sign_in_by_code(PHONE, code)


def test_four_wrong_tries_leave_one(door):
    code = door.code(PHONE)
    for _ in range(4):
        with pytest.raises(SignInRefused):
            door.sign_in_by_code(PHONE, wrong(code))
    assert door.sign_in_by_code(PHONE, code)


def test_only_the_code_asked_for_last_counts(door, clock):
    first = door.code(PHONE)
    clock.passes(seconds=60)
    second = door.code(PHONE)
    with pytest.raises(SignInRefused):
        door.sign_in_by_code(PHONE, first)
    assert door.sign_in_by_code(PHONE, second)


def test_whoever_asks_again_waits_a_minute_then_twice_as_long(door, clock):
    door.code(PHONE)
    waits = []
    for _ in range(3):
        with pytest.raises(TooManyTries) as waiting:
            door.code(PHONE)
        waits.append(waiting.value.facts["retry_after"])
        clock.passes(seconds=waits[-1])
        door.code(PHONE)
    assert waits == [60, 120, 240]


def test_a_code_is_no_use_to_another_telephone_community_or_role(door):
    code = door.code(PHONE)
    for different in ({"phone": "13800000000"}, {"community": OTHER}, {"role": "volunteer"}):
        with pytest.raises(SignInRefused):
            door.sign_in_by_code(**{"phone": PHONE, "code": code, **different})
    assert door.sign_in_by_code(PHONE, code)


def test_a_volunteer_gets_a_code_only_where_staff_have_enrolled_the_telephone(door, clock):
    door.ask("send_code", phone=PHONE, community=COMMUNITY, role="volunteer")
    door.run("send_codes")
    assert door.texts == []
    account, volunteer = uuid4(), uuid4()
    made = door.ask("create_account", id=account, community=COMMUNITY, phone=PHONE, by=FIRST)
    assert (made["password"], made["signs_in_by"]) == (None, "code")
    door.grant(account, "volunteer", community=COMMUNITY, subject=volunteer)
    clock.passes(minutes=1)
    signed = door.sign_in_by_code(PHONE, door.code(PHONE, role="volunteer"), role="volunteer")
    [held] = door.who(signed["token"])["grants"]
    assert (signed["account"], held["role"], held["subject"]) == (str(account), "volunteer", str(volunteer))


def test_a_telephone_that_may_not_sign_in_is_answered_like_any_other(door):
    known = door.ask("send_code", phone=PHONE, community=COMMUNITY)
    assert door.ask("send_code", phone="13900000000", community=COMMUNITY, role="volunteer") == known
    with pytest.raises(TooManyTries):
        door.ask("send_code", phone="13900000000", community=COMMUNITY, role="volunteer")


def test_whom_staff_have_disabled_gets_no_code_and_has_no_session(door, clock):
    signed = door.sign_in_by_code(PHONE, door.code(PHONE))
    clock.passes(minutes=5)
    code = door.code(PHONE)
    door.ask("disable_account", id=signed["account"], by=FIRST)
    with pytest.raises(NotSignedIn):
        door.who(signed["token"])
    with pytest.raises(SignInRefused):
        door.sign_in_by_code(PHONE, code)
    clock.passes(minutes=5)
    door.ask("send_code", phone=PHONE, community=COMMUNITY)
    sent = len(door.texts)
    door.run("send_codes")
    assert len(door.texts) == sent


def test_a_role_that_staff_have_taken_from_a_resident_does_not_come_back_by_a_code(door, clock):
    signed = door.sign_in_by_code(PHONE, door.code(PHONE))
    [held] = door.who(signed["token"])["grants"]
    clock.passes(minutes=5)
    code = door.code(PHONE)
    door.ask("revoke_role", account=signed["account"], id=held["id"], by=FIRST)
    with pytest.raises(SignInRefused):
        door.sign_in_by_code(PHONE, code)


def test_a_residents_session_lasts_thirty_days(door, clock):
    token = door.sign_in_by_code(PHONE, door.code(PHONE))["token"]
    clock.passes(days=29)
    assert door.who(token)
    clock.passes(days=1)
    with pytest.raises(NotSignedIn):
        door.who(token)


def test_what_the_hook_did_not_take_is_sent_again_the_same_and_given_up_after_five_times(door, clock):
    tried = []

    def refuses(text):
        tried.append(text)
        raise NotTaken

    door.service.send_text = refuses
    door.ask("send_code", phone=PHONE, community=COMMUNITY)
    for _ in range(300):
        door.run("send_codes")
        clock.passes(seconds=1)
    assert len(tried) == 5
    assert len({(text.id, text.phone, text.code) for text in tried}) == 1


def test_what_was_sent_is_not_sent_again(door, clock):
    code = door.code(PHONE)
    for _ in range(100):
        clock.passes(seconds=1)
        door.run("send_codes")
    assert [text.code for text in door.texts] == [code]


def test_a_sender_that_died_half_way_is_followed_by_another(door, clock):
    def dies(_text):
        raise KeyboardInterrupt

    sends = door.service.send_text
    door.service.send_text = dies
    door.ask("send_code", phone=PHONE, community=COMMUNITY)
    with pytest.raises(KeyboardInterrupt):
        door.run("send_codes")
    door.service.send_text = sends
    door.run("send_codes")
    assert door.texts == []
    clock.passes(seconds=4)
    door.run("send_codes")
    assert len(door.texts) == 1


def test_neither_code_nor_telephone_can_be_read_in_the_database(door, database):
    code = door.code(PHONE)
    door.sign_in_by_code(PHONE, code)
    with database.reading() as connection:
        connection = connection.execution_options()
        rows = [
            *connection.exec_driver_sql("SELECT * FROM codes").all(),
            *connection.exec_driver_sql("SELECT * FROM accounts").all(),
            *connection.exec_driver_sql("SELECT * FROM tries").all(),
            *connection.exec_driver_sql("SELECT * FROM sessions").all(),
        ]
    written = " ".join(str(value) for row in rows for value in row)
    assert "13800005678" not in written
    assert code not in [str(value) for row in rows for value in row]


def test_the_number_is_forgotten_once_the_code_was_sent(door, database):
    door.code(PHONE)
    with database.reading() as connection:
        assert connection.execute(select(codes.c.phone)).scalars().all() == [None]
        assert connection.execute(select(accounts.c.phone).where(accounts.c.id != FIRST)).scalars().all() == []


def test_where_nothing_sends_codes_asking_for_one_says_so(door):
    door.service.send_text = None
    with pytest.raises(CodesAreOff):
        door.ask("send_code", phone=PHONE, community=COMMUNITY)
