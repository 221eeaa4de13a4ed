"""Grievances filed by clients that do not give up: each has a key, and is sent until it is answered."""

import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from uuid import uuid4

import httpx

from tests.e2e.communities import Community
from tests.e2e.first_key import SHOWN
from tests.waiting import eventually

CATEGORIES = ("corridor_clutter", "flying_wire", "elder_care", "other")
"""One for each kind of helper, and one that needs none."""

GIVES_UP_AFTER = 90.0


@dataclass
class Filed:
    """A grievance as its client knows it: `ids` are all that were ever answered under its key."""

    category: str
    ids: set[str] = field(default_factory=set)


class Load:
    """So many grievances, filed side by side; where `per_second` is given, not faster than that."""

    def __init__(self, url: str, community: Community, count: int, *, clients: int = 8, per_second: float = 0) -> None:
        self._http = httpx.Client(base_url=f"{url}/api/v1/", timeout=10, trust_env=False, headers=SHOWN)
        self.community = community
        self._turn = threading.Lock()
        self.filed = {f"{uuid4()}": Filed(CATEGORIES[number % len(CATEGORIES)]) for number in range(count)}
        self.answered = 0
        self.retried = 0
        self._pool = ThreadPoolExecutor(clients)
        self._interval = 1 / per_second if per_second else 0.0
        self._never = threading.Event()
        self._under_way: list[Future[None]] = []

    def start(self) -> None:
        """Begin to file."""
        began = time.monotonic()
        self._under_way = [
            self._pool.submit(self._file, key, began + number * self._interval) for number, key in enumerate(self.filed)
        ]

    def finish(self) -> None:
        """Wait until every grievance is answered. Fails where one is not."""
        self._pool.shutdown(wait=True)
        for each in self._under_way:
            each.result()
        self._http.close()

    def run(self) -> None:
        """File everything."""
        self.start()
        self.finish()

    def wait_for(self, answered: int) -> None:
        """Until so many are answered."""
        eventually(lambda: self.answered >= answered, within=GIVES_UP_AFTER)

    def _file(self, key: str, due_at: float) -> None:
        self._never.wait(max(0.0, due_at - time.monotonic()))
        category = self.filed[key].category
        place = self.community.home if category == "elder_care" else self.community.building
        body = {"community": self.community.code, "place": place, "category": category, "description": f"第 {key} 件"}
        id = eventually(lambda: self._sent(key, body), within=GIVES_UP_AFTER)
        with self._turn:
            self.filed[key].ids.add(id)
            self.answered += 1

    def _sent(self, key: str, body: dict[str, str]) -> str:
        """The id answered. Fails where nobody answered, or somebody answered that it is not possible now."""
        try:
            answer = self._http.post("grievances", json=body, headers={"Idempotency-Key": key})
        except httpx.TransportError as error:
            self._count_retry()
            raise AssertionError(repr(error)) from error
        if answer.status_code == 201:
            return str(answer.json()["id"])
        self._count_retry()
        # Places just imported reach the service that takes filings a moment later.
        if answer.status_code != 503 and not _error(answer).startswith("unknown_"):
            raise Misunderstood(f"{answer.status_code} {answer.text}")
        raise AssertionError(answer.text)

    def _count_retry(self) -> None:
        with self._turn:
            self.retried += 1


def _error(answer: httpx.Response) -> str:
    """Which one it names; "" where it is none of ours."""
    try:
        return str(answer.json()["error"])
    except (ValueError, KeyError, TypeError):
        return ""


class Misunderstood(Exception):
    """An answer that no client should be given: trying again would not help."""
