"""Filling the demo community: everything goes in with few requests, and a second time changes nothing."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import NAMESPACE_OID, uuid5

import httpx
import pytest

from cli.api import Api
from cli.demo.community import DemoCommunity, draw_up
from cli.demo.filling import fill
from cli.demo.phrases import PHRASES
from cli.demo.places import COMMUNITY


class FakeOffice:
    """Takes what is registered by name, and sheets by their number of lines; the posts are held as they were drawn."""

    def __init__(self, community: DemoCommunity) -> None:
        self.people = {person.number: person for person in community.people}
        self.posts = community.posts
        self.phrases: list[dict[str, Any]] = []
        self.portraits: dict[str, bytes] = {}
        self.known: dict[str, dict[str, dict[str, Any]]] = {"units": {}, "volunteers": {}, "teams": {}}
        self.sheets: dict[str, bytes] = {}
        self.requests = 0

    def api(self) -> Api:
        """A client of this office."""
        return Api(httpx.Client(base_url="http://fake", transport=httpx.MockTransport(self.handle)))

    def handle(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        self.requests += 1
        what, *rest = request.url.path.removeprefix("/api/v1/").split("/")
        if rest[-1:] == ["import"]:
            return self.take_sheet(rest[1], request.content)
        if rest[-1:] == ["board"]:
            return answer({"entries": [*self.entries(rest[2])]})
        if rest[-1:] == ["portrait"]:
            assert request.url.params["consent"] == "true"
            self.portraits[rest[0]] = request.content
            return answer({})
        if rest[-1:] == ["phrases"]:
            self.phrases += [json.loads(request.content)] if request.method == "POST" else []
            return answer({"items": self.phrases, "total": len(self.phrases)})
        if request.method == "GET":
            found = list(self.known[what].values())
            return answer({"items": found, "total": len(found)})
        body = json.loads(request.content)
        if rest == ["bulk"]:
            return self.register(what, body[what])
        if rest:
            return self.change(what, rest[0], rest[1])
        return answer(self.add("teams", body | {"state": "founded"}))

    def entries(self, place: str) -> Iterator[dict[str, Any]]:
        """The board of a place: its own posts and those of the community."""
        for post in self.posts:
            if post.place in (place, COMMUNITY):
                shown = post.person if post.person in self.portraits else None
                person = {"id": post.person, "name": self.people[post.person].name, "portrait": shown}
                yield {"post": post.kind, "place": post.place, "line": post.line or None, "person": person}

    def take_sheet(self, what: str, form: bytes) -> httpx.Response:
        """Keep a sheet; rows sent before are unchanged."""
        sheet = form.split(b"\r\n\r\n", 1)[1]
        sheet = sheet[: sheet.rindex(b"\r\n--")]
        is_new = self.sheets.get(what) != sheet
        self.sheets[what] = sheet
        return answer({"added": sheet.count(b"\n") - 1 if is_new else 0, "changed": 0})

    def register(self, what: str, facts: list[dict[str, Any]]) -> httpx.Response:
        """Register all, or none where a name is taken."""
        if taken := [fact["name"] for fact in facts if fact["name"] in self.known[what]]:
            return httpx.Response(409, json={"error": "name_taken", "message": str(taken), "fields": {}})
        for fact in facts:
            self.add(what, fact | {"agreement": "none"})
        return answer({"registered": len(facts)})

    def add(self, what: str, facts: dict[str, Any]) -> dict[str, Any]:
        """Keep one thing by its name, from which its id is made."""
        return self.known[what].setdefault(facts["name"], facts | {"id": str(uuid5(NAMESPACE_OID, facts["name"]))})

    def change(self, what: str, id: str, step: str) -> httpx.Response:
        """An agreement signed, or a team activated."""
        changed = next(thing for thing in self.known[what].values() if thing["id"] == id)
        changed |= {"agreement": "valid"} if step == "agreements" else {"state": "active"}
        return answer(changed)


def answer(told: Any) -> httpx.Response:
    return httpx.Response(200, json=told)


@pytest.fixture(scope="module")
def community() -> DemoCommunity:
    return draw_up()


def test_everything_goes_in_and_a_second_time_changes_nothing(community: DemoCommunity) -> None:
    office = FakeOffice(community)
    assert fill(office.api(), community) == {
        "places": len(community.places),
        "people": 10_870,
        "units": 6,
        "agreements": 6,
        "portraits": 43,
        "phrases": len(PHRASES),
        "volunteers": 120,
        "teams": 4,
    }
    assert set(fill(office.api(), community).values()) == {0}


def test_the_fill_takes_a_handful_of_requests_beside_one_for_each_portrait_and_phrase(community: DemoCommunity) -> None:
    office = FakeOffice(community)
    fill(office.api(), community)
    one_by_one = len(office.portraits) + len(office.phrases)
    assert office.requests - one_by_one <= 35


def test_every_team_is_active_with_its_members(community: DemoCommunity) -> None:
    office = FakeOffice(community)
    fill(office.api(), community)
    teams = office.known["teams"].values()
    assert {team["state"] for team in teams} == {"active"}
    ids = {one["id"] for one in office.known["volunteers"].values()}
    assert all(len(team["member_ids"]) >= 3 and set(team["member_ids"]) <= ids for team in teams)


def test_a_fill_that_was_interrupted_is_finished_by_the_next(community: DemoCommunity) -> None:
    office = FakeOffice(community)
    fill(office.api(), community)
    office.known["teams"]["巾帼志愿服务队"]["state"] = "founded"
    del office.known["teams"]["红色物业志愿服务队"]
    office.known["units"]["友缘物业公司"]["agreement"] = "none"
    office.portraits.popitem()
    office.phrases.pop()
    counts = fill(office.api(), community)
    assert {name: count for name, count in counts.items() if count} == {
        "agreements": 1,
        "portraits": 1,
        "phrases": 1,
        "teams": 1,
    }
    assert {team["state"] for team in office.known["teams"].values()} == {"active"}
