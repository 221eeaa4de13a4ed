"""Accounts and roles: who makes them, who gives what where, and who closes them."""

from uuid import uuid4

import pytest

from contracts.accounts import schemas
from contracts.accounts.errors import (
    AccountNotFound,
    MayNotGrant,
    NameOrPhone,
    NameTaken,
    NotOneself,
    NotSignedIn,
    PhoneTaken,
    SignInRefused,
)
from contracts.errors import Conflict
from services.accounts.handlers.first import FIRST
from tests.integration.accounts.desk import COMMUNITY, OTHER


@pytest.fixture
def secretary(door):
    """The id of a secretary of the community."""
    return door.person("书记", "secretary")[0]


def test_a_secretary_makes_accounts_in_the_own_community_and_in_no_other(door, secretary):
    id, _ = door.person("网格长", "grid_leader", by=secretary, place="G1")
    assert door.ask("get_account", id=id, by=secretary)["name"] == "网格长"
    with pytest.raises(MayNotGrant):
        door.person("别处的人", by=secretary, community=OTHER)
    with pytest.raises(MayNotGrant):
        door.person("街道的人", by=secretary, community=COMMUNITY[:9])


@pytest.mark.parametrize("role", ["secretary", "office", "administrator"])
def test_a_secretary_gives_nobody_as_much_as_a_secretary_has(door, secretary, role):
    id, _ = door.person("某人", by=secretary)
    with pytest.raises(MayNotGrant):
        door.grant(id, role, by=secretary, community=COMMUNITY)


def test_somebody_without_a_role_makes_and_gives_nothing(door):
    nobody, _ = door.person("无权的人")
    with pytest.raises(MayNotGrant):
        door.person("某人", by=nobody)
    with pytest.raises(MayNotGrant):
        door.grant(nobody, "resident", by=nobody, community=COMMUNITY)
    with pytest.raises(MayNotGrant):
        door.person("某人", by=uuid4())


def test_a_disabled_secretary_makes_and_gives_nothing(door, secretary):
    door.ask("disable_account", id=secretary, by=FIRST)
    with pytest.raises(MayNotGrant):
        door.person("某人", by=secretary)


def test_the_same_name_is_taken_however_it_is_written_and_the_same_telephone_in_the_same_community(door):
    door.person("Wang Fang")
    with pytest.raises(NameTaken):
        door.person("WANG fang", community=OTHER)
    door.ask("create_account", id=uuid4(), community=COMMUNITY, phone="13800000001", by=FIRST)
    with pytest.raises(PhoneTaken):
        door.ask("create_account", id=uuid4(), community=COMMUNITY, phone="138-0000-0001", by=FIRST)
    door.ask("create_account", id=uuid4(), community=OTHER, phone="138-0000-0001", by=FIRST)


@pytest.mark.parametrize("given", [{}, {"name": "某人", "phone": "13800000001"}])
def test_an_account_has_either_a_name_or_a_telephone(door, given):
    with pytest.raises(NameOrPhone):
        door.ask("create_account", id=uuid4(), community=COMMUNITY, by=FIRST, **given)


def test_a_command_that_comes_twice_makes_one_account_and_the_last_password_holds(door):
    command = {"id": uuid4(), "community": COMMUNITY, "name": "王芳", "by": FIRST}
    first, second = door.ask("create_account", **command), door.ask("create_account", **command)
    assert first["id"] == second["id"]
    with pytest.raises(SignInRefused):
        door.sign_in("王芳", first["password"])
    door.sign_in("王芳", second["password"])
    with pytest.raises(NameTaken):
        door.ask("create_account", **command)


def test_a_role_given_twice_is_held_once(door):
    id, _ = door.person("书记", "secretary")
    assert len(door.grant(id, "secretary", community=COMMUNITY)["grants"]) == 1
    assert len(door.grant(id, "secretary", community=OTHER)["grants"]) == 2


def test_a_secretary_takes_only_what_a_secretary_may_give(door, secretary):
    id, _ = door.person("多面手", "doctor")
    shown = door.grant(id, "office", community=COMMUNITY)
    held = {grant["role"]: grant["id"] for grant in shown["grants"]}
    with pytest.raises(MayNotGrant):
        door.ask("revoke_role", account=id, id=held["office"], by=secretary)
    left = door.ask("revoke_role", account=id, id=held["doctor"], by=secretary)["grants"]
    assert [grant["role"] for grant in left] == ["office"]


def test_a_grant_of_another_account_is_not_found(door, secretary):
    id, _ = door.person("某人", "doctor")
    [held] = door.ask("get_account", id=id, by=FIRST)["grants"]
    with pytest.raises(Exception, match="no such grant"):
        door.ask("revoke_role", account=secretary, id=held["id"], by=FIRST)


def test_a_disabled_account_has_no_session_and_opens_none_until_it_is_enabled(door, secretary):
    id, password = door.person("某人", "doctor")
    token = door.sign_in("某人", password)["token"]
    assert door.ask("disable_account", id=id, by=secretary)["is_disabled"] is True
    with pytest.raises(NotSignedIn):
        door.who(token)
    with pytest.raises(SignInRefused):
        door.sign_in("某人", password)
    assert door.ask("enable_account", id=id, by=secretary)["is_disabled"] is False
    with pytest.raises(NotSignedIn):
        door.who(token)
    assert door.sign_in("某人", password)


def test_nobody_closes_the_account_of_somebody_above_nor_opens_it_nor_resets_its_password(door, secretary):
    above, _ = door.person("管理员", "administrator")
    door.ask("disable_account", id=above, by=FIRST)
    for call in ("disable_account", "enable_account", "reset_password"):
        with pytest.raises(MayNotGrant):
            door.ask(call, id=above, by=secretary)
        with pytest.raises(MayNotGrant):
            door.ask(call, id=FIRST, by=secretary)


def test_nobody_locks_himself_out(door):
    with pytest.raises(NotOneself):
        door.ask("disable_account", id=FIRST, by=FIRST)
    [held] = door.ask("get_account", id=FIRST, by=FIRST)["grants"]
    with pytest.raises(NotOneself):
        door.ask("revoke_role", account=FIRST, id=held["id"], by=FIRST)


def test_everybody_sees_the_own_account_and_those_kept_where_they_make_accounts(door, secretary):
    id, _ = door.person("某人", "doctor")
    door.person("别处的人", "doctor", community=OTHER)
    listed = door.ask("list_accounts", by=secretary)
    assert {schemas.AccountRow().validate(row) == {} for row in listed["items"]} == {True}
    assert {row["name"] for row in listed["items"]} == {"书记", "某人"}
    everybody = door.ask("list_accounts", by=FIRST)["items"]
    assert {row["name"] for row in everybody} == {"admin", "书记", "某人", "别处的人"}
    doctors = door.ask("list_accounts", by=FIRST, role="doctor", community=OTHER)["items"]
    assert [row["name"] for row in doctors] == ["别处的人"]
    assert door.ask("list_accounts", by=id)["items"] == []
    assert door.ask("get_account", id=id, by=id)["name"] == "某人"
    for unseen in (FIRST, uuid4()):
        with pytest.raises(AccountNotFound):
            door.ask("get_account", id=unseen, by=secretary)


def test_two_who_take_the_same_name_at_the_same_moment_do_not_both_get_it(door):
    door.person("王芳")
    with pytest.raises(Conflict):
        door.person("王芳")
