"""An API for tests that keeps what it is sent in memory and answers as the gateway does."""

import json
import threading
import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from cli.api import Api

COMMUNITY = "410181002011"
Handler = Callable[[httpx.Request], httpx.Response | None]


class FakeSystem:
    """Grievances by Idempotency-Key; `before` may answer a request in its stead, or raise."""

    def __init__(self, *, places: int = 12, before: Handler = lambda request: None) -> None:
        self.places = [f"{COMMUNITY}0010{nth:02d}01" for nth in range(places)]
        self.by_key: dict[str, dict[str, Any]] = {}
        self.posts = 0
        self.before = before
        self.outcome: dict[str, Any] = {"leader": {"id": "1", "name": "王丽"}, "status": "assigned"}
        self.needs: list[str] = []
        self.ticks = 0
        self.later: dict[int, dict[str, Any]] = {}
        self._lock = threading.Lock()

    def tick(self) -> None:
        """Time passes: what was to come later may come now."""
        self.ticks += 1
        self.outcome |= self.later.get(self.ticks, {})

    def api(self) -> Api:
        """A client of this system."""
        return Api(httpx.Client(base_url="http://fake", transport=httpx.MockTransport(self.handle)))

    def handle(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        with self._lock:
            if (answer := self.before(request)) is not None:
                return answer
            if request.method == "POST":
                return self.file(request)
            return self.show(request)

    def file(self, request: httpx.Request) -> httpx.Response:
        """File a grievance once for its key."""
        self.posts += 1
        key, body = request.headers["Idempotency-Key"], json.loads(request.content)
        known = self.by_key.setdefault(key, {"id": str(uuid.uuid4()), "body": body})
        if known["body"] != body:
            return refused(409, "idempotency_conflict")
        return httpx.Response(201, json={"id": known["id"], "receipt": "1", "status": "filed"})

    def show(self, request: httpx.Request) -> httpx.Response:
        """A page of places or grievances, or one grievance."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(str(request.url)).query).items()}
        if request.url.path.endswith("/places"):
            found = [{"code": code} for code in self.places] if query["kind"] == "building" else []
        elif request.url.path.endswith("/categories"):
            found = [{"code": "water_leak", "needs": self.needs}]
        elif request.url.path == "/api/v1/grievances":
            found = [row for row in self.rows() if query.get("status") in (None, row["status"])]
        else:
            return httpx.Response(200, json=next(row for row in self.rows() if request.url.path.endswith(row["id"])))
        page, size = int(query["page"]), int(query["page_size"])
        items = found[(page - 1) * size : page * size]
        return httpx.Response(200, json={"items": items, "total": len(found), "page": page, "page_size": size})

    def rows(self) -> list[dict[str, Any]]:
        """Every grievance as a list shows it."""
        plain = {"status": "filed", "leader": None, "leader_missing": False, "category": "water_leak"}
        empty = {"volunteers": [], "referral": None, "visit": None}
        return [plain | empty | self.outcome | {"id": known["id"]} for known in self.by_key.values()]


def refused(status: int, code: str, fields: dict[str, list[str]] | None = None) -> httpx.Response:
    """An error answer in the one shape."""
    return httpx.Response(status, json={"error": code, "message": f"{code} 的话", "fields": fields or {}})
