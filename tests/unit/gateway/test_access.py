"""Who may do what, seen from both sides of each limit: the role, the community, the place, the unit, the owner."""

import inspect
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from contracts.errors import Unauthenticated, Unavailable
from gateway import access
from gateway.access import ROLES
from gateway.errors import NotAllowed, OutOfScope, PasswordMustChange
from gateway.identity import COOKIE, FRESH, STALE, Identities
from gateway.reach import Area, Grant, Reach, Who
from tests.unit.gateway.conftest import COMMUNITY, FakeServices, granted, signed_in

ELSEWHERE = "410181002012"
GRID, OTHER_GRID = "410181002011001", "410181002011002"
HOUSE = "41018100201100101"
UNIT = "0b7d4f5e-2f1a-4c38-9f6d-0a2b9c6d7e8f"
CASE = "1b4e28ba-2fa1-41d2-883f-0016d3cca427"

May = Callable[[Who | None], Reach]
THINGS = [
    thing
    for name, thing in inspect.getmembers(access, inspect.isfunction)
    if thing.__module__ == access.__name__ and not name.startswith("_") and name not in ("sign_in", "own_account")
]
OPEN = [
    access.read_categories,
    access.read_directory,
    access.read_board,
    access.file_grievances,
    access.follow_receipts,
    access.open_pictures,
    access.read_nearby,
    access.join_grievances,
]
"""What a visitor may, too; tests/unit/gateway/test_permissions.py says which routes these are."""
CLOSED = [thing for thing in THINGS if thing not in OPEN]


def somebody(*grants: Grant, **more: object) -> Who:
    return Who(account="a", grants=grants, **more)  # type: ignore[arg-type]


@pytest.fixture
def case(services: FakeServices) -> dict[str, str]:
    """A grievance in a house of the first grid, which the services know."""
    ways = {GRID: [GRID], OTHER_GRID: [OTHER_GRID], HOUSE: [GRID, HOUSE]}
    services.answers["get_place"] = lambda asked: {"path": [{"code": code} for code in ways[asked["code"]]]}
    found = {"id": CASE, "community": COMMUNITY, "place": HOUSE, "filed_by": "somebody else"}
    services.answers["get_grievance"] = found
    return found


@pytest.mark.parametrize("may", CLOSED, ids=lambda each: each.__name__)
def test_each_thing_is_closed_to_whoever_does_not_say_who_they_are(may: May) -> None:
    with pytest.raises(Unauthenticated):
        may(None)


@pytest.mark.parametrize("may", CLOSED, ids=lambda each: each.__name__)
def test_each_thing_is_closed_to_whoever_holds_no_role_or_an_unheard_of_one(may: May) -> None:
    for who in (somebody(), somebody(Grant("emperor", ""))):
        with pytest.raises(NotAllowed):
            may(who)


@pytest.mark.parametrize("may", OPEN, ids=lambda each: each.__name__)
def test_what_a_visitor_may_everybody_may_with_an_account_or_without(may: May) -> None:
    for who in (None, somebody(), somebody(Grant("emperor", "")), somebody(Grant("partner", COMMUNITY, subject=UNIT))):
        assert may(who).communities == ("*",)


@pytest.mark.parametrize("may", THINGS, ids=lambda each: each.__name__)
def test_each_thing_is_open_to_some_role(may: May) -> None:
    assert may(somebody(*(Grant(role, COMMUNITY, subject=UNIT) for role in ROLES))).areas


@pytest.mark.parametrize("may", THINGS, ids=lambda each: each.__name__)
def test_a_one_time_password_opens_nothing_else(may: May) -> None:
    everybody = [Grant(role, COMMUNITY, subject=UNIT) for role in ROLES]
    with pytest.raises(PasswordMustChange):
        may(somebody(*everybody, must_change_password=True))


def test_a_key_opens_what_it_was_given_and_nothing_else() -> None:
    key = somebody(Grant("office", COMMUNITY), scopes=frozenset({"read_grievances"}))
    assert access.read_grievances(key).areas == (Area(COMMUNITY),)
    with pytest.raises(OutOfScope):
        access.read_people(key)


def test_everybody_may_sign_in_whoever_they_are() -> None:
    for who in (None, somebody(), somebody(must_change_password=True)):
        assert access.sign_in(who).areas


def test_the_own_account_is_open_to_whoever_is_signed_in_and_reaches_no_further() -> None:
    for who in (somebody(), somebody(must_change_password=True), somebody(Grant("administrator", ""))):
        assert access.own_account(who).areas == (Area("", owner="a"),)
    with pytest.raises(Unauthenticated):
        access.own_account(None)
    with pytest.raises(OutOfScope):
        access.own_account(somebody(scopes=frozenset({"read_grievances"})))


@pytest.mark.parametrize("may", [access.manage_accounts, access.manage_keys])
def test_no_key_makes_accounts_or_keys_though_its_owner_may(may: May) -> None:
    everything = frozenset({"manage_accounts", "manage_keys"})
    owner = somebody(Grant("administrator", ""))
    assert may(owner).areas
    with pytest.raises(NotAllowed):
        may(somebody(Grant("administrator", ""), kind="key", scopes=everything))


def test_a_role_reaches_from_the_place_where_it_is_held() -> None:
    leader = somebody(Grant("grid_leader", COMMUNITY, GRID), Grant("grid_leader", COMMUNITY, OTHER_GRID))
    assert access.read_grievances(leader).areas == (Area(COMMUNITY, GRID), Area(COMMUNITY, OTHER_GRID))
    assert access.read_places(leader).areas == (Area(COMMUNITY),)


def test_a_partner_without_a_unit_reaches_nothing() -> None:
    assert access.read_referrals(somebody(Grant("partner", COMMUNITY, subject=UNIT))).areas == (
        Area(COMMUNITY, subject=UNIT),
    )
    with pytest.raises(NotAllowed):
        access.read_referrals(somebody(Grant("partner", COMMUNITY)))


@pytest.mark.parametrize(
    ("areas", "communities"),
    [
        ((Area(COMMUNITY), Area(COMMUNITY, GRID)), (COMMUNITY,)),
        ((Area(ELSEWHERE), Area(COMMUNITY)), (COMMUNITY, ELSEWHERE)),
        ((Area("410181002"),), ("410181002",)),
        ((Area(""), Area(COMMUNITY)), ("*",)),
    ],
)
def test_a_reach_tells_the_communities_that_it_touches(areas: tuple[Area, ...], communities: tuple[str, ...]) -> None:
    assert Reach(areas).communities == communities


# -- at the door


def test_who_says_nothing_is_asked_to_sign_in_and_no_service_is_asked(
    anonymous: FlaskClient, services: FakeServices
) -> None:
    answer = anonymous.get("/api/v1/grievances")
    assert (answer.status_code, answer.json["error"]) == (401, "unauthenticated")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert services.asked == []


def test_who_may_not_come_in_is_not_told_what_is_wrong_with_the_body(anonymous: FlaskClient) -> None:
    assert anonymous.post("/api/v1/volunteers", data=b"{").status_code == 401


def test_a_token_that_opens_nothing_is_refused(client: FlaskClient, services: FakeServices) -> None:
    services.who = Unauthenticated()
    assert client.get("/api/v1/categories").status_code == 401


@pytest.mark.parametrize(
    ("grant", "status"),
    [
        (granted("office", COMMUNITY), 200),
        (granted("office", "410181002"), 200),
        (granted("office", ELSEWHERE), 404),
        (granted("office", "410181003"), 404),
        (granted("grid_leader", COMMUNITY, GRID), 200),
        (granted("grid_leader", COMMUNITY, OTHER_GRID), 404),
        (granted("building_leader", COMMUNITY, HOUSE), 200),
        (granted("grid_leader", ELSEWHERE, GRID), 404),
        (granted("resident", COMMUNITY), 404),
        (granted("doctor", COMMUNITY), 403),
        (granted("administrator"), 403),
    ],
    ids=lambda each: "-".join(filter(None, list(each.values())[1:4])) if isinstance(each, dict) else "",
)
@pytest.mark.usefixtures("case")
def test_a_grievance_is_shown_to_whoever_reaches_its_place(
    client: FlaskClient, services: FakeServices, grant: dict[str, str], status: int
) -> None:
    services.who = signed_in(grant)
    answer = client.get(f"/api/v1/grievances/{CASE}")
    assert answer.status_code == status
    if status == 404:
        assert answer.json["error"] == "grievance_not_found"


def test_a_resident_sees_what_they_filed(client: FlaskClient, services: FakeServices, case: dict[str, str]) -> None:
    services.who = signed_in(granted("resident", COMMUNITY))
    assert client.get(f"/api/v1/grievances/{CASE}").status_code == 404
    case["filed_by"] = services.who["account"]
    assert client.get(f"/api/v1/grievances/{CASE}").status_code == 200


def entry(what: str, who: str, note: str) -> dict[str, str]:
    return {"at": "2026-11-23T04:00:00+00:00", "what": what, "who": who, "note": note}


HANDLED: dict[str, Any] = {
    "timeline": [
        entry("accepted", "王建国", "下午去"),
        entry("handed_over", "王建国", "网格长赵敏：他总来闹"),
        entry("reminded", "社区", "再拖要通报"),
        entry("called", "王建国", "提交人，已接通：脾气大"),
        entry("volunteer_accepted", "张志愿", ""),
    ],
    "allowed": ["resolve", "cancel", "call"],
    "tasks": [{"title": "找物业谈"}],
    "volunteers": [{"name": "张志愿", "reason": "住得近"}],
    "referral": {"unit": "供电所", "state": "completed", "reason": "只有这一家", "result": "已修"},
    "visit": None,
    "pause_words": "等灯管到货",
}


@pytest.mark.parametrize("way", ["read", "listed", "rated"])
def test_who_only_filed_a_case_reads_what_the_receipt_tells_of_it(
    client: FlaskClient, services: FakeServices, case: dict[str, Any], way: str
) -> None:
    services.who = signed_in(granted("resident", COMMUNITY))
    case |= {**HANDLED, "filed_by": services.who["account"]}
    services.answers |= {"rate_grievance": dict(case), "list_grievances": {"items": [dict(case)], "total": 1}}
    if way == "listed":
        told = client.get("/api/v1/grievances").json["items"][0]
    elif way == "rated":
        told = client.post(f"/api/v1/grievances/{CASE}/rate", json={"score": 5}).json
    else:
        told = client.get(f"/api/v1/grievances/{CASE}").json
    assert [(each["what"], each["who"], each["note"]) for each in told["timeline"]] == [
        ("accepted", "王建国", "下午去"),
        ("handed_over", "王建国", ""),
        ("volunteer_accepted", "志愿者", ""),
    ]
    assert (told["tasks"], told["volunteers"], told["allowed"], told["visit"]) == ([], [], ["cancel"], None)
    assert (told["referral"]["reason"], told["referral"]["result"]) == ("", "已修")
    assert told["pause_words"] == "等灯管到货"
    assert "filed_by" not in told


@pytest.mark.parametrize("role", [("grid_leader", GRID), ("office", None)])
def test_who_handles_a_case_reads_all_of_it_also_where_they_filed_it_themselves(
    client: FlaskClient, services: FakeServices, case: dict[str, Any], role: tuple[str, str | None]
) -> None:
    services.who = signed_in(granted("resident", COMMUNITY), granted(role[0], COMMUNITY, role[1]))
    case |= {**HANDLED, "filed_by": services.who["account"]}
    told = client.get(f"/api/v1/grievances/{CASE}").json
    assert {name: told[name] for name in HANDLED} == HANDLED


@pytest.mark.usefixtures("case")
def test_a_command_out_of_reach_is_never_given(client: FlaskClient, services: FakeServices) -> None:
    services.who = signed_in(granted("grid_leader", COMMUNITY, OTHER_GRID))
    assert client.post(f"/api/v1/grievances/{CASE}/accept", json={}).status_code == 404
    assert [call for _, call, _ in services.asked if not call.startswith("get_")] == []
    services.who = signed_in(granted("grid_leader", COMMUNITY, GRID))
    client.application.extensions["identities"].forget("hs_token")
    assert client.post(f"/api/v1/grievances/{CASE}/accept", json={}).status_code == 200


@pytest.mark.usefixtures("case")
def test_who_handles_a_grievance_does_not_rate_it(client: FlaskClient, services: FakeServices) -> None:
    services.who = signed_in(granted("grid_leader", COMMUNITY, GRID))
    assert client.post(f"/api/v1/grievances/{CASE}/rate", json={"score": 5}).status_code == 403


@pytest.mark.parametrize(
    ("grants", "asked", "filters"),
    [
        ([granted("office", COMMUNITY)], "", {"community": COMMUNITY}),
        ([granted("office")], "", {}),
        ([granted("grid_leader", COMMUNITY, GRID)], "", {"community": COMMUNITY, "place": GRID}),
        ([granted("grid_leader", COMMUNITY, GRID)], f"?place={HOUSE}", {"community": COMMUNITY, "place": HOUSE}),
        (
            [granted("grid_leader", COMMUNITY, GRID), granted("grid_leader", COMMUNITY, OTHER_GRID)],
            f"?place={OTHER_GRID}",
            {"community": COMMUNITY, "place": OTHER_GRID},
        ),
        ([granted("resident", COMMUNITY)], "", {"community": COMMUNITY, "filed_by": signed_in()["account"]}),
        (
            [granted("resident", COMMUNITY), granted("office", COMMUNITY)],
            f"?community={COMMUNITY}",
            {"community": COMMUNITY},
        ),
    ],
)
@pytest.mark.usefixtures("case")
def test_a_list_is_narrowed_to_what_its_reader_reaches(
    client: FlaskClient, services: FakeServices, grants: list[dict[str, str]], asked: str, filters: dict[str, str]
) -> None:
    services.who = signed_in(*grants)
    assert client.get(f"/api/v1/grievances{asked}").status_code == 200
    command = services.command
    assert {name: command.get(name) for name in ("community", "place", "filed_by") if name in command} == filters


@pytest.mark.parametrize(
    ("grants", "asked", "error"),
    [
        ([granted("office", COMMUNITY)], f"?community={ELSEWHERE}", "not_allowed"),
        ([granted("office", "410181002")], "", "choose_one"),
        ([granted("office", COMMUNITY), granted("office", ELSEWHERE)], "", "choose_one"),
        ([granted("grid_leader", COMMUNITY, GRID)], f"?place={OTHER_GRID}", "not_allowed"),
        (
            [granted("grid_leader", COMMUNITY, GRID), granted("grid_leader", COMMUNITY, OTHER_GRID)],
            "",
            "choose_one",
        ),
        ([granted("resident", COMMUNITY)], "?filed_by=00000000-0000-4000-8000-000000000000", "not_allowed"),
    ],
)
@pytest.mark.usefixtures("case")
def test_a_list_beyond_its_readers_reach_is_refused(
    client: FlaskClient, services: FakeServices, grants: list[dict[str, str]], asked: str, error: str
) -> None:
    services.who = signed_in(*grants)
    assert client.get(f"/api/v1/grievances{asked}").json["error"] == error
    assert services.asked == [] or services.asked[-1][1] == "get_place"


# -- sessions of pages


@pytest.mark.parametrize(
    ("header", "status"), [({}, 403), ({"X-CSRF-Token": "guess"}, 403), ({"X-CSRF-Token": "word-of-the-pages"}, 200)]
)
@pytest.mark.usefixtures("case")
def test_a_command_with_a_cookie_needs_the_word_of_our_pages(
    anonymous: FlaskClient, header: dict[str, str], status: int
) -> None:
    anonymous.set_cookie(COOKIE, "hs_token", domain="localhost")
    assert anonymous.get(f"/api/v1/grievances/{CASE}").status_code == 200
    assert anonymous.post(f"/api/v1/grievances/{CASE}/accept", json={}, headers=header).status_code == status


class Accounts:
    """The accounts service, with the time in hand."""

    def __init__(self) -> None:
        self.now, self.asked, self.answer = 0.0, 0, signed_in()
        self.error: Exception | None = None

    def __call__(self, *_asked: object) -> dict[str, object]:
        self.asked += 1
        if self.error:
            raise self.error
        return self.answer


def test_who_holds_a_token_is_remembered_for_a_moment() -> None:
    accounts = Accounts()
    identities = Identities(accounts, lambda: accounts.now)
    assert identities.who("a") == identities.who("a")
    assert accounts.asked == 1
    accounts.now = FRESH + 1
    identities.who("a")
    assert accounts.asked == 2


def test_while_the_accounts_service_is_away_those_known_a_minute_ago_come_in_and_nobody_else() -> None:
    accounts = Accounts()
    identities = Identities(accounts, lambda: accounts.now)
    identities.who("a")
    accounts.error, accounts.now = Unavailable(), STALE - 1
    assert identities.who("a").roles == sorted(ROLES)
    with pytest.raises(Unavailable):
        identities.who("b")
    accounts.now = STALE + 1
    with pytest.raises(Unavailable):
        identities.who("a")


def test_a_token_that_was_signed_out_is_forgotten_at_once() -> None:
    accounts = Accounts()
    identities = Identities(accounts, lambda: accounts.now)
    identities.who("a")
    identities.forget_account(str(accounts.answer["account"]))
    accounts.error = Unauthenticated()
    with pytest.raises(Unauthenticated):
        identities.who("a")
