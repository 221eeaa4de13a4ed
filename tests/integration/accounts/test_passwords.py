"""Passwords, the second factor and keys: changed, lost, shown once."""

from uuid import uuid4

import pytest

from contracts.accounts import schemas
from contracts.accounts.errors import (
    KeyNotFound,
    MayNotGrant,
    NotSignedIn,
    OldPasswordWrong,
    PasswordRefused,
    SignInRefused,
    TooManyTries,
    TotpCodeWrong,
    TotpIsOff,
    TotpIsOn,
)
from services.accounts.config import AccountsSettings
from services.accounts.handlers.first import FIRST
from services.accounts.handlers.second_factor import STEP, _totp
from tests.integration.accounts.desk import COMMUNITY, OTHER

NEW = "正确的马 battery"


def test_a_changed_password_ends_every_other_session_and_needs_no_further_change(door):
    _, password = door.person("王芳", "secretary")
    token, other = door.sign_in("王芳", password)["token"], door.sign_in("王芳", password)["token"]
    assert door.who(token)["must_change_password"] is True
    assert door.ask("change_password", token=token, old=password, new=NEW) == {"ended": 1}
    assert door.who(token)["must_change_password"] is False
    with pytest.raises(NotSignedIn):
        door.who(other)
    with pytest.raises(SignInRefused):
        door.sign_in("王芳", password)
    assert door.sign_in("王芳", NEW)["must_change_password"] is False


def test_whoever_does_not_know_the_password_does_not_change_it_and_has_to_wait_in_the_end(door):
    _, password = door.person("王芳", "secretary")
    token = door.sign_in("王芳", password)["token"]
    for _ in range(5):
        with pytest.raises(OldPasswordWrong):
            door.ask("change_password", token=token, old="wrong", new=NEW)
    with pytest.raises(TooManyTries):
        door.ask("change_password", token=token, old=password, new=NEW)


def test_nobody_changes_a_password_without_a_session(door):
    _, password = door.person("王芳", "secretary")
    with pytest.raises(NotSignedIn):
        door.ask("change_password", token="hs_nobody", old=password, new=NEW)


@pytest.mark.parametrize("new", ["short", "password123", "王芳王芳王芳王芳王芳"])
def test_a_password_that_is_easy_to_guess_is_refused_and_the_old_one_stays(door, new):
    _, password = door.person("王芳", "secretary")
    token = door.sign_in("王芳", password)["token"]
    with pytest.raises(PasswordRefused) as refused:
        door.ask("change_password", token=token, old=password, new=new)
    assert list(refused.value.fields) == ["new"]
    with pytest.raises(PasswordRefused):
        door.ask("change_password", token=token, old=password, new=password)
    assert door.sign_in("王芳", password)


def test_the_file_with_the_first_password_goes_when_that_password_has_gone(door, tmp_path):
    kept = tmp_path / "first-sign-in.txt"
    kept.write_text("admin")
    door.service.settings = AccountsSettings(first_sign_in_file=str(kept))
    _, password = door.person("王芳", "secretary")
    door.ask("change_password", token=door.sign_in("王芳", password)["token"], old=password, new=NEW)
    assert kept.exists()
    name, password = door.first[0]
    door.ask("change_password", token=door.sign_in(name, password)["token"], old=password, new=NEW)
    assert not kept.exists()


def test_a_reset_gives_a_one_time_password_once_ends_every_session_and_every_waiting(door, clock):
    id, password = door.person("王芳", "secretary")
    token = door.sign_in("王芳", password)["token"]
    for _ in range(5):
        with pytest.raises(SignInRefused):
            door.sign_in("王芳", "wrong")
    fresh = door.ask("reset_password", id=id, by=FIRST)["password"]
    with pytest.raises(NotSignedIn):
        door.who(token)
    with pytest.raises(SignInRefused):
        door.sign_in("王芳", password)
    assert door.sign_in("王芳", fresh)["must_change_password"] is True


# -- the second factor


def code_at(door, secret: str) -> str:
    """What an authenticator shows now."""
    return _totp(secret).generate(int(door.clock().timestamp())).decode()


@pytest.fixture
def guarded(door):
    """An account with a second factor: id, password, secret, recovery codes."""
    id, password = door.person("王芳", "secretary")
    begun = door.ask("begin_totp", account=id, password=password)
    assert schemas.TotpBegun().validate(begun) == {}
    recovery = door.ask("confirm_totp", account=id, code=code_at(door, begun["secret"]))["recovery"]
    door.clock.passes(seconds=STEP)
    return id, password, begun["secret"], recovery


def test_with_a_second_factor_the_password_alone_is_refused_like_a_wrong_one(door, guarded):
    _, password, secret, _ = guarded
    for totp in ("", "000000", None):
        with pytest.raises(SignInRefused):
            door.sign_in("王芳", password, totp=totp)
    assert door.sign_in("王芳", password, totp=code_at(door, secret))


def test_a_code_is_taken_once_and_none_from_before_it(door, guarded):
    _, password, secret, _ = guarded
    earlier = code_at(door, secret)
    door.clock.passes(seconds=STEP)
    code = code_at(door, secret)
    door.sign_in("王芳", password, totp=code)
    for used in (code, earlier):
        with pytest.raises(SignInRefused):
            door.sign_in("王芳", password, totp=used)
    door.clock.passes(seconds=STEP)
    assert door.sign_in("王芳", password, totp=code_at(door, secret))


def test_a_code_of_the_step_before_or_after_is_taken_and_an_older_one_is_not(door, guarded):
    _, password, secret, _ = guarded
    door.clock.passes(seconds=10 * STEP)
    code = code_at(door, secret)
    door.clock.passes(seconds=2 * STEP)
    with pytest.raises(SignInRefused):
        door.sign_in("王芳", password, totp=code)
    door.clock.passes(seconds=-1 * STEP)
    assert door.sign_in("王芳", password, totp=code)


def test_a_recovery_code_helps_once_however_it_is_typed(door, guarded):
    _, password, _, recovery = guarded
    assert len(set(recovery)) == 10
    assert door.sign_in("王芳", password, totp=f" {recovery[0].upper().replace('-', ' ')} ")
    with pytest.raises(SignInRefused):
        door.sign_in("王芳", password, totp=recovery[0])
    assert door.sign_in("王芳", password, totp=recovery[1])


def test_a_wrong_password_uses_no_code_up(door, guarded):
    _, password, secret, recovery = guarded
    for totp in (code_at(door, secret), recovery[0]):
        with pytest.raises(SignInRefused):
            door.sign_in("王芳", "wrong", totp=totp)
        assert door.sign_in("王芳", password, totp=totp)


def test_a_second_factor_is_switched_off_by_a_code_or_by_somebody_above_and_not_otherwise(door, guarded):
    id, password, secret, _ = guarded
    colleague, _ = door.person("同事", "office")
    with pytest.raises(TotpCodeWrong):
        door.ask("remove_totp", account=id, by=id, code="000000")
    with pytest.raises(MayNotGrant):
        door.ask("remove_totp", account=id, by=colleague)
    assert door.ask("remove_totp", account=id, by=id, code=code_at(door, secret))["has_totp"] is False
    assert door.sign_in("王芳", password)
    with pytest.raises(TotpIsOff):
        door.ask("remove_totp", account=id, by=FIRST)


def test_a_second_factor_is_begun_with_the_password_and_counts_from_its_first_code_on(door):
    id, password = door.person("王芳", "secretary")
    with pytest.raises(OldPasswordWrong):
        door.ask("begin_totp", account=id, password="wrong")
    with pytest.raises(TotpIsOff):
        door.ask("confirm_totp", account=id, code="000000")
    secret = door.ask("begin_totp", account=id, password=password)["secret"]
    with pytest.raises(TotpCodeWrong):
        door.ask("confirm_totp", account=id, code="nonsense")
    assert door.sign_in("王芳", password)
    door.ask("confirm_totp", account=id, code=code_at(door, secret))
    with pytest.raises(SignInRefused):
        door.sign_in("王芳", password)
    with pytest.raises(TotpIsOn):
        door.ask("begin_totp", account=id, password=password)


# -- keys


def key(door, by, role="office", community=COMMUNITY, **more):
    """A key as it is told when it is made."""
    carried = [{"role": role, "community": community, **more}]
    given = {"name": "网格系统", "scopes": ["read_grievances"], "grants": carried, "days": 30}
    made = door.ask("create_key", id=uuid4(), by=by, **given)
    assert schemas.KeyCreated().validate(made) == {}
    return made


def test_a_key_stands_for_what_it_carries_until_it_expires(door, clock):
    id, _ = door.person("王芳", "secretary")
    made = key(door, id, "doctor")
    assert made["key"].startswith("hk_")
    assert made["key"].startswith(made["beginning"])
    who = door.who(made["key"])
    assert (who["kind"], who["account"], who["session"]) == ("key", str(id), made["id"])
    assert who["scopes"] == ["read_grievances"]
    assert [(grant["role"], grant["community"]) for grant in who["grants"]] == [("doctor", COMMUNITY)]
    clock.passes(days=30)
    with pytest.raises(NotSignedIn):
        door.who(made["key"])


def test_a_key_carries_no_more_than_its_owner_may_hand_on(door):
    id, _ = door.person("王芳", "secretary")
    key(door, id, "secretary")
    here, there = [(role, COMMUNITY) for role in ("administrator", "office")], [("doctor", OTHER), ("secretary", OTHER)]
    for role, community in (*here, *there):
        with pytest.raises(MayNotGrant):
            key(door, id, role, community)


def test_a_key_loses_what_its_owner_loses(door):
    id, _ = door.person("王芳", "secretary")
    made = key(door, id, "doctor")
    [held] = door.ask("get_account", id=id, by=FIRST)["grants"]
    door.ask("revoke_role", account=id, id=held["id"], by=FIRST)
    assert door.who(made["key"])["grants"] == []
    door.ask("disable_account", id=id, by=FIRST)
    with pytest.raises(NotSignedIn):
        door.who(made["key"])


def test_a_revoked_key_opens_nothing_and_only_its_owner_or_somebody_above_revokes_it(door):
    id, _ = door.person("王芳", "secretary")
    stranger, _ = door.person("生人", "secretary", community=OTHER)
    made, other = key(door, id, "doctor"), key(door, id, "doctor")
    with pytest.raises(KeyNotFound):
        door.ask("revoke_key", id=made["id"], by=stranger)
    assert door.who(made["key"])
    assert door.ask("revoke_key", id=made["id"], by=id)["revoked_at"]
    with pytest.raises(NotSignedIn):
        door.who(made["key"])
    door.ask("revoke_key", id=other["id"], by=FIRST)
    with pytest.raises(NotSignedIn):
        door.who(other["key"])


def test_keys_are_listed_for_their_owner_and_for_those_above_and_show_no_key(door, clock):
    id, _ = door.person("王芳", "secretary")
    stranger, _ = door.person("生人", "secretary", community=OTHER)
    made = key(door, id, "doctor")
    clock.passes(hours=1)
    door.who(made["key"])
    for by in (id, FIRST):
        [row] = door.ask("list_keys", by=by)["items"]
        assert schemas.KeyRow().validate(row) == {}
        assert (row["id"], row["account"], row["used_at"] is None) == (made["id"], str(id), False)
        assert made["key"] not in str(row)
    assert door.ask("list_keys", by=stranger)["items"] == []


def test_no_token_or_key_can_be_read_in_the_database(door, database):
    id, password = door.person("王芳", "secretary")
    tokens = [door.sign_in("王芳", password)["token"], key(door, id, "doctor")["key"]]
    with database.reading() as connection:
        tables = ("sessions", "keys", "accounts")
        rows = [row for table in tables for row in connection.exec_driver_sql(f"SELECT * FROM {table}")]
    written = " ".join(str(value) for row in rows for value in row)
    for secret in (*tokens, *(token[3:] for token in tokens), password):
        assert secret not in written
