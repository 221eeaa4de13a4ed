"""The door as a client uses it: short ways to ask, and every answer held against the OpenAPI description."""

from collections.abc import Callable
from typing import Any

import httpx

from tests.e2e.description import Description
from tests.e2e.first_key import SHOWN
from tests.waiting import eventually

Case = dict[str, Any]


class Door:
    """A client of one system's API."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.front = httpx.Client(base_url=url, timeout=15, trust_env=False, headers=SHOWN)
        self.description = Description(self.front.get("/openapi.json").json())
        self.http = httpx.Client(
            base_url=f"{url}/api/v1/",
            timeout=15,
            trust_env=False,
            headers=SHOWN,
            event_hooks={"response": [self._look_at]},
            limits=httpx.Limits(max_connections=20),
        )

    def close(self) -> None:
        """Let the connections go."""
        self.front.close()
        self.http.close()

    def _look_at(self, answer: httpx.Response) -> None:
        answer.read()
        assert answer.status_code < 500 or answer.status_code == 503, answer.text
        self.description.check(answer)

    def get(self, path: str, **asked: Any) -> Any:
        """The answer to a question that must be answered."""
        answer = self.http.get(path, params=asked)
        assert answer.status_code == 200, f"{answer.request.url}: {answer.text}"
        return answer.json()

    def every(self, path: str, **asked: Any) -> list[dict[str, Any]]:
        """All items of a list, page after page."""
        found: list[dict[str, Any]] = []
        page = 1
        while True:
            told = self.get(path, **asked, page=page, page_size=200)
            found += told["items"]
            if len(found) >= told["total"] or not told["items"]:
                return found
            page += 1

    def post(self, path: str, body: Any = None, *, status: int | None = None, key: str | None = None) -> Any:
        """The answer to a command that must be answered with this status (else with success)."""
        headers = {"Idempotency-Key": key} if key else {}
        answer = self.http.post(path, json={} if body is None else body, headers=headers)
        expected = (status,) if status else (200, 201)
        assert answer.status_code in expected, f"{answer.request.url} {answer.status_code}: {answer.text}"
        return answer.json()

    def file(self, community: str, place: str, category: str, **more: Any) -> str:
        """The id of a grievance filed; places just imported reach the service that takes it a moment later."""
        body = {"community": community, "place": place, "category": category, "description": "楼道灯坏了。", **more}

        def filed() -> str:
            answer = self.http.post("grievances", json=body)
            assert answer.status_code == 201, answer.text
            return str(answer.json()["id"])

        return eventually(filed, within=20)

    def case(self, id: str) -> Case:
        """A grievance with all that happened to it."""
        found: Case = self.get(f"grievances/{id}")
        return found

    def when(self, id: str, has_come: Callable[[Case], Any], within: float = 15.0) -> Case:
        """The grievance as soon as this is so of it."""

        def come() -> Case:
            case = self.case(id)
            assert has_come(case), case
            return case

        return eventually(come, within=within)

    def when_listed(self, path: str, count: int, within: float = 15.0, **asked: Any) -> list[dict[str, Any]]:
        """All items of a list as soon as there are so many."""

        def come() -> list[dict[str, Any]]:
            found = self.every(path, **asked)
            assert len(found) == count, found
            return found

        return eventually(come, within=within)


def happenings(case: Case, what: str) -> list[dict[str, str]]:
    """The lines of a case's timeline that tell of this."""
    return [entry for entry in case["timeline"] if entry["what"] == what]
