"""A system for tests with dead letters and queues, which answers over HTTP as the gateway does."""

import json
from typing import Any
from urllib.parse import parse_qs

import httpx

from cli.api import Api
from tests.unit.cli.fake_api import refused

Letter = dict[str, Any]
BEFORE_SETTLED = 2
"""How often somebody looks at what is on its way until it has arrived."""


class FakeOperations:
    """Dead letters by id; `fates` says what becomes of those that are replayed: an outcome, or that they die again."""

    def __init__(self) -> None:
        self.letters: dict[str, Letter] = {}
        self.fates: dict[str, str] = {}
        self.orders: list[tuple[str, dict[str, Any]]] = []
        self.answers: dict[str, Any] = {}
        self.stream: list[str] = []
        self.most_at_once = 500
        self._looks = 0

    def api(self) -> Api:
        """A client of this system."""
        return Api(httpx.Client(base_url="http://fake", transport=httpx.MockTransport(self.handle)))

    def handle(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        path = request.url.path.removeprefix("/api/v1/operations/")
        if path == "live" and self.stream:
            return httpx.Response(200, text=self.stream.pop(0), headers={"Content-Type": "text/event-stream"})
        if path in self.answers:
            answer = self.answers[path]
            return answer if isinstance(answer, httpx.Response) else httpx.Response(200, json=answer)
        what, _, rest = path.partition("/")
        if what != "dead-letters":
            return self._of_queue(path, json.loads(request.content))
        if request.method == "POST":
            return self._order(rest, json.loads(request.content))
        return self._letter(rest) if rest else self._list(request)

    def _of_queue(self, path: str, body: dict[str, Any]) -> httpx.Response:
        self.orders.append((path, body))
        _, name, step = path.split("/")
        if step == "purge" and body["confirm"] != name:
            return refused(422, "not_confirmed")
        told = {"queue": name, "is_paused": step == "pause", "purged": 3 if step == "purge" else 0}
        return httpx.Response(200, json=told)

    def _order(self, path: str, body: dict[str, Any]) -> httpx.Response:
        self.orders.append((path, body))
        id, _, step = path.rpartition("/")
        if id:
            return self._take(id, step) if id in self.letters else refused(404, "dead_letter_not_found")
        chosen = [letter for letter in self.letters.values() if _fits(letter, body["choice"] | {"state": "open"})]
        taken = chosen[: self.most_at_once]
        for letter in taken:
            self._take(letter["id"], step)
        under_way = sum(letter["state"] == "waiting" for letter in self.letters.values()) - len(taken)
        left = 1 + len(chosen) - len(taken) + (under_way if step == "replay" else 0)
        return httpx.Response(200, json={"chosen": len(taken), "left": left})

    def _take(self, id: str, step: str) -> httpx.Response:
        self._looks = 0
        letter = self.letters[id]
        letter["state"] = "waiting" if step == "replay" else "discarded"
        return httpx.Response(200, json=letter)

    def _list(self, request: httpx.Request) -> httpx.Response:
        query = {name: values[0] for name, values in parse_qs(request.url.query.decode()).items()}
        page, size = int(query.pop("page", 1)), int(query.pop("page_size"))
        found = [letter for letter in self.letters.values() if _fits(letter, query)]
        if query.get("state") == "sent":
            self._time_passes()
        items = found[(page - 1) * size : page * size]
        return httpx.Response(200, json={"items": items, "total": len(found), "page": page, "page_size": size})

    def _time_passes(self) -> None:
        self._looks += 1
        for letter in self.letters.values():
            if letter["state"] == "waiting" and self._looks >= BEFORE_SETTLED:
                self._settle(letter, self.fates.get(letter["id"], "done"))

    def _settle(self, letter: Letter, fate: str) -> None:
        if fate == "dies":
            letter |= {"state": "open", "deaths": letter["deaths"] + 1}
        elif fate != "silence":
            letter |= {"state": "handled", "outcome": fate}

    def _letter(self, id: str) -> httpx.Response:
        found = self.letters.get(id)
        return httpx.Response(200, json=found) if found else refused(404, "dead_letter_not_found")


def _fits(letter: Letter, query: dict[str, Any]) -> bool:
    return all(letter[name] == value for name, value in query.items())
