"""Every cell of the table of permissions, tried at the door: each route, by each role, inside and outside its limit."""

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from docs.permissions import DENIED, MARKS
from gateway.access import ROLES
from gateway.holding import ROLES as ROLES_OF_POSTS
from gateway.holding import Held
from gateway.reach import Limit
from gateway.routes import ANYWHERE, protected_by
from gateway.whereabouts import Filtered, InAddress, InBody, Kept
from tests.unit.gateway.conftest import COMMUNITY, FakeServices, granted, signed_in
from tests.unit.gateway.test_routes import OF_SEVERAL, ROUTES, send

TABLE = Path(__file__).parents[3] / "docs" / "permissions.md"
GRID, OTHER_GRID, HOUSE, OTHER_HOUSE = "410181002011001", "410181002011002", "4101810020110010101", "41018100201100201"
ELSEWHERE = "410181002012"
MINE, ANOTHER = "0b7d4f5e-2f1a-4c38-9f6d-0a2b9c6d7e8f", "1c8d4f5e-2f1a-4c38-9f6d-0a2b9c6d7e8f"
ME = signed_in()["account"]
POSTS = {role: post for post, role in ROLES_OF_POSTS.items()}
"""The post that a role stands for: cases are given away by whoever leads them."""

WAYS = {HOUSE: [GRID, HOUSE], OTHER_HOUSE: [OTHER_GRID, OTHER_HOUSE]}


FOR_VISITORS = {
    ("POST", "/sessions"),
    ("POST", "/sessions/by-code"),
    ("POST", "/codes"),
    ("GET", "/categories"),
    ("GET", "/communities/<community:community>/places/<place:place>/board"),
    ("GET", "/portraits/<id:id>"),
    ("POST", "/grievances"),
    ("GET", "/nearby"),
    ("POST", "/grievances/<id:id>/me-too"),
    ("POST", "/pictures"),
    ("GET", "/pictures/<id:id>/<word:mark>"),
    *(("POST", f"/receipts/{step}") for step in ("follow", "withdraw", "amend", "answer", "reopen")),
    ("GET", "/directory"),
    ("GET", "/directory/<community:community>"),
}
"""What whoever comes may do without having signed in: said here as well, so that none is opened by mistake."""


@dataclass(frozen=True)
class Lies:
    """Where the thing lies that is asked for."""

    community: str = COMMUNITY
    place: str = HOUSE
    subject: str = MINE
    owner: str = ME


NARROWED_BY_ITSELF = {"/communities", "/figures/grievances", "/figures/communities", "/figures/casework/communities"}
"""Routes whose views narrow what they ask for to the communities that their asker reaches."""

SPOTS = {
    "inside": Lies(),
    "in another community": Lies(community=ELSEWHERE),
    "in another grid": Lies(place=OTHER_HOUSE),
    "of another unit": Lies(subject=ANOTHER),
    "of another person": Lies(owner=ANOTHER),
}
REACHED = {
    Limit.SYSTEM: set(SPOTS),
    Limit.COMMUNITY: set(SPOTS) - {"in another community"},
    Limit.PLACE: {"inside", "of another unit", "of another person"},
    Limit.SUBJECT: {"inside", "in another grid", "of another person"},
    Limit.OWN: {"inside", "in another grid", "of another unit"},
}
"""Where a role may do a thing, by its limit."""


def cells() -> dict[tuple[str, str], list[str]]:
    """The table as it is published: the marks of each route, of a visitor and of the roles in their order."""
    found = {}
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if told := re.fullmatch(r"\| `([A-Z]+) (\S+)` \| `\w+` \| (.*) \|", line):
            found[told[1], told[2]] = told[3].split(" | ")
    return found


def test_the_table_shows_every_route_and_no_other(client: FlaskClient) -> None:
    routes = {(route.method, route.rule) for route in protected_by(client.application)}
    assert set(cells()) == routes


def test_the_table_lets_visitors_do_what_is_meant_for_them_and_nothing_else() -> None:
    assert {route for route, marks in cells().items() if marks[0] != DENIED} == FOR_VISITORS


def test_whoever_has_not_signed_in_may_do_none_of_the_rest(anonymous: FlaskClient, services: FakeServices) -> None:
    for method, path, body, *_ in (*ROUTES, *OF_SEVERAL):
        if any(method == verb and _fits(rule, path) for verb, rule in FOR_VISITORS):
            continue
        assert send(anonymous, method, path, body).status_code == 401, (method, path)
    assert services.asked == []


def test_whoever_has_not_signed_in_may_do_what_is_meant_for_visitors(anonymous: FlaskClient) -> None:
    for method, path, body, *_ in (*ROUTES, *OF_SEVERAL):
        if any(method == verb and _fits(rule, path) for verb, rule in FOR_VISITORS):
            assert send(anonymous, method, path, body).status_code not in (401, 403), (method, path)


def _is_held_elsewhere(route: Any) -> bool:
    """Whether the one who answers holds it against what the asker holds: the accounts service knows every grant of
    whoever asks, and is tried in tests/integration/accounts."""
    by_accounts = re.match("/(sessions|me|accounts|keys)(/|$)", route.rule)
    return route.rule in NARROWED_BY_ITSELF or by_accounts is not None


def test_what_lies_in_a_community_is_held_against_the_askers_reach(client: FlaskClient) -> None:
    limitless = {MARKS[Limit.SYSTEM], DENIED}
    for route in protected_by(client.application):
        if set(cells()[route.method, route.rule]) <= limitless or _is_held_elsewhere(route):
            continue
        assert route.at is not ANYWHERE, f"{route.method} {route.rule} does not say where what it is about lies"


@pytest.mark.parametrize("role", ROLES)
def test_a_role_may_do_what_the_table_says_where_it_says_and_nothing_else(
    client: FlaskClient, services: FakeServices, role: str
) -> None:
    services.who = signed_in(granted(role, COMMUNITY, GRID, MINE))
    services.answers["get_place"] = lambda asked: {"path": [{"code": code} for code in WAYS.get(asked["code"], ())]}
    limits = {mark: limit for limit, mark in MARKS.items()}
    wrong = []
    for route in protected_by(client.application):
        mark = cells()[route.method, route.rule][1 + ROLES.index(role)]
        for spot, lies in SPOTS.items():
            if not _can_be_told_apart(route.at, spot):
                continue
            may = mark != DENIED and spot in REACHED[limits[mark]]
            status = _asked(client, services, route, lies)
            if (status < 300) != may or (not may and status not in (403, 404)):
                wrong.append((route.method, route.rule, mark, spot, status))
    assert wrong == []


def _can_be_told_apart(at: Any, spot: str) -> bool:
    """Whether this route has to do with that at all."""
    told_by = {
        "inside": True,
        "in another community": isinstance(at, Kept | InBody | InAddress | Filtered),
        "in another grid": bool(getattr(at, "place", "")),
        "of another unit": bool(getattr(at, "subject", "")),
        "of another person": bool(getattr(at, "owner", "")),
    }
    return told_by[spot]


def _asked(client: FlaskClient, services: FakeServices, route: Any, lies: Lies) -> int:
    """The status of a request for a thing that lies there."""
    if route.rule == "/operations/live":
        # The head of it: the stream itself would end only when its reader goes.
        return int(client.head(f"/api/v1{route.rule}").status_code)
    method, path, body = next(
        each[:3] for each in (*ROUTES, *OF_SEVERAL) if each[0] == route.method and _fits(route.rule, each[1])
    )
    path = path.replace(COMMUNITY + "/", lies.community + "/") if isinstance(route.at, InAddress) else path
    if isinstance(route.at, InAddress) and path.endswith(COMMUNITY):
        path = path.removesuffix(COMMUNITY) + lies.community
    services.answers |= {"ready": {"ready": True}, "get_picture": {"id": MINE, "community": COMMUNITY, "image": ""}}
    somebody = {"id": MINE, "community": lies.community, "name": "王秀英", "household": lies.place}
    services.answers["organization.get_person"] = somebody
    if isinstance(route.at, Kept):
        found = {"id": MINE, "community": lies.community}
        named = {route.at.place: lies.place, route.at.subject: lies.subject, route.at.owner: lies.owner}
        if isinstance(route.at, Held):
            named["leader"] = {"post": POSTS.get(services.who["grants"][0]["role"], "grid_leader"), "at": None}
        services.answers[f"{route.at.service}.{route.at.call}"] = lambda _: {**found, **named}
    if isinstance(route.at, InBody):
        body = {**body, "community": lies.community, **({route.at.place: lies.place} if route.at.place else {})}
    if isinstance(route.at, Filtered):
        named = {"community": lies.community, route.at.place: lies.place, route.at.subject: lies.subject}
        named |= {route.at.owner: lies.owner}
        asked = "&".join(f"{name}={value}" for name, value in named.items() if name)
        path = f"{path.partition('?')[0]}?{asked}"
    status: int = send(client, method, path, body).status_code
    return status


def _fits(rule: str, path: str) -> bool:
    pattern = re.sub(r"<\w+:\w+>", "[^/]+", rule)
    return re.fullmatch(pattern, path.partition("?")[0]) is not None


def test_the_spots_differ_from_inside_in_one_thing_each() -> None:
    for spot, lies in SPOTS.items():
        differing = [name for name in vars(lies) if getattr(lies, name) != getattr(SPOTS["inside"], name)]
        assert len(differing) == (0 if spot == "inside" else 1), replace(lies)
