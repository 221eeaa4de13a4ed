"""Signing in by name and password: who gets in, who does not, and who a token stands for."""

import pytest

from contracts.accounts.errors import NotSignedIn, SignInRefused, TooManyTries
from services.accounts.handlers.first import FIRST
from tests.integration.accounts.desk import COMMUNITY, OTHER


def test_the_first_administrator_is_made_once_and_signs_in_with_the_password_told(door):
    [(name, password)] = door.first
    door.make_first()
    assert len(door.first) == 1
    signed = door.sign_in(name, password)
    assert (signed["account"], signed["must_change_password"]) == (str(FIRST), True)
    who = door.who(signed["token"])
    assert [(grant["role"], grant["community"]) for grant in who["grants"]] == [("administrator", "")]
    assert (who["kind"], who["name"], who["scopes"], who["must_change_password"]) == ("person", "admin", None, True)


def test_a_person_with_a_role_signs_in_however_the_name_is_typed(door):
    id, password = door.person("Wang Fang", "grid_leader", place="G1")
    token = door.sign_in("  wang  FANG ", password)["token"]
    who = door.who(token)
    assert (who["account"], who["community"], who["name"]) == (str(id), COMMUNITY, "Wang Fang")
    assert [(grant["role"], grant["place"]) for grant in who["grants"]] == [("grid_leader", "G1")]


def test_whoever_signs_out_is_signed_in_no_longer(door):
    _, password = door.person("王芳", "secretary")
    token, other = door.sign_in("王芳", password)["token"], door.sign_in("王芳", password)["token"]
    assert door.ask("sign_out", token=token) == {"ended": 1}
    assert door.ask("sign_out", token=token) == {"ended": 0}
    with pytest.raises(NotSignedIn):
        door.who(token)
    assert door.who(other)["name"] == "王芳"


def test_signing_out_everywhere_ends_every_session_of_that_account_and_of_no_other(door):
    id, password = door.person("王芳", "secretary")
    tokens = [door.sign_in("王芳", password)["token"] for _ in range(3)]
    other = door.sign_in(*door.first[0])["token"]
    assert door.ask("sign_out_everywhere", account=id) == {"ended": 3}
    for token in tokens:
        with pytest.raises(NotSignedIn):
            door.who(token)
    assert door.who(other)["account"] == str(FIRST)


@pytest.mark.parametrize(("name", "password"), [("王芳", "wrong"), ("nobody", "wrong"), ("王芳", "")])
def test_a_wrong_password_and_an_unknown_name_are_refused_with_the_same_words(door, name, password):
    door.person("王芳", "secretary")
    with pytest.raises(SignInRefused) as refused:
        door.sign_in(name, password)
    assert (refused.value.facts, refused.value.fields) == ({}, {})


@pytest.mark.parametrize("token", ["", "hs_", "hs_unknown", "hk_unknown", "whatever"])
def test_an_unknown_token_stands_for_nobody(door, token):
    with pytest.raises(NotSignedIn):
        door.who(token)


def test_a_session_ends_when_it_is_not_used_and_at_its_end_in_any_case(door, clock):
    _, password = door.person("王芳", "secretary")
    idle, used = door.sign_in("王芳", password)["token"], door.sign_in("王芳", password)["token"]
    for _ in range(11):
        clock.passes(hours=1)
        assert door.who(used)["name"] == "王芳"
    with pytest.raises(NotSignedIn):
        door.who(idle)
    clock.passes(hours=1)
    with pytest.raises(NotSignedIn):
        door.who(used)


def test_expired_sessions_are_swept_away_and_living_ones_are_not(door, clock):
    _, password = door.person("王芳", "secretary")
    door.sign_in("王芳", password)
    clock.passes(hours=11.5)
    living = door.sign_in("王芳", password)["token"]
    clock.passes(hours=1)
    door.run("forget_expired")
    assert door.who(living)["name"] == "王芳"
    assert door.ask("sign_out_everywhere", account=door.who(living)["account"]) == {"ended": 1}


@pytest.mark.parametrize("name", ["王芳", "nobody"])
def test_after_some_failures_every_further_one_waits_twice_as_long(door, clock, name):
    _, password = door.person("王芳", "secretary")
    for _ in range(5):
        with pytest.raises(SignInRefused):
            door.sign_in(name, "wrong")
    waits = []
    for _ in range(4):
        with pytest.raises(TooManyTries) as waiting:
            door.sign_in(name, password)
        waits.append(waiting.value.facts["retry_after"])
        clock.passes(seconds=waits[-1])
        with pytest.raises(SignInRefused):
            door.sign_in(name, "wrong")
    assert waits == [2, 4, 8, 16]


def test_whoever_waited_gets_in_and_begins_anew(door, clock):
    _, password = door.person("王芳", "secretary")
    for _ in range(5):
        with pytest.raises(SignInRefused):
            door.sign_in("王芳", "wrong")
    clock.passes(seconds=2)
    door.sign_in("王芳", password)
    for _ in range(4):
        with pytest.raises(SignInRefused):
            door.sign_in("王芳", "wrong")
    assert door.sign_in("王芳", password)


def test_one_address_that_tries_many_names_has_to_wait_and_others_need_not(door):
    _, password = door.person("王芳", "secretary")
    for number in range(30):
        with pytest.raises(SignInRefused):
            door.sign_in(f"name {number}", "wrong", address="203.0.113.7")
    with pytest.raises(TooManyTries):
        door.sign_in("王芳", password, address="203.0.113.7")
    assert door.sign_in("王芳", password, address="203.0.113.8")


def test_one_good_account_does_not_hide_failures_from_the_same_address(door):
    _, password = door.person("王芳", "secretary")
    for number in range(29):
        with pytest.raises(SignInRefused):
            door.sign_in(f"name {number}", "wrong", address="2001:db8::1")
        door.sign_in("王芳", password, address="2001:db8::2")
    with pytest.raises(SignInRefused):
        door.sign_in("one more", "wrong", address="2001:db8::3")
    with pytest.raises(TooManyTries):
        door.sign_in("王芳", password, address="2001:db8::4")


def test_a_role_is_held_from_the_grant_to_its_revocation(door):
    id, password = door.person("王芳")
    token = door.sign_in("王芳", password)["token"]
    assert door.who(token)["grants"] == []
    shown = door.grant(id, "secretary", community=OTHER)
    [held] = door.who(token)["grants"]
    assert (held["role"], held["community"]) == ("secretary", OTHER)
    assert shown["grants"] == [held]
    assert door.ask("revoke_role", account=id, id=held["id"], by=FIRST)["grants"] == []
    assert door.who(token)["grants"] == []
