"""Filing the rows of a file: what each becomes, which are refused and why, and sending them side by side."""

import hashlib
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from cli.api import Api, Refused, Unreachable, spoken_fields
from cli.imports.categories import CategoryTables
from cli.imports.grievance_file import Row
from cli.imports.places import place_of

LONGEST_DESCRIPTION = 10_000
LONGEST_NAME = 100

PAUSES = (0.2, 0.5, 1, 2, 4, 8, 8, 8)
"""Seconds between the attempts to reach a system that is restarting."""

BUSY = (429, 502, 503, 504)
NEWS_ON_ITS_WAY = ("unknown_place", "unknown_community")
"""Places just imported reach the service that takes grievances a moment later."""


@dataclass(frozen=True, kw_only=True)
class Filing:
    """A row as it is sent."""

    row: Row
    key: str
    body: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """A row that is not filed, and why: a stable code, and a sentence."""

    row: Row
    code: str
    sentence: str


@dataclass(frozen=True, kw_only=True)
class Filed:
    """A row that has become a grievance."""

    filing: Filing
    id: str


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is to be sent, and what is refused without asking."""

    filings: list[Filing] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)


def plan(rows: list[Row], *, community: str, places: list[str], tables: CategoryTables) -> Plan:
    """What each row becomes."""
    made, first_with = Plan(), {}
    for row in rows:
        key = key_of(row, community)
        refusal = refusal_of(row, same_as=first_with.setdefault(key, row))
        if refusal is not None:
            made.refusals.append(refusal)
        else:
            made.filings.append(Filing(row=row, key=key, body=body_of(row, community, places, tables)))
    return made


def refusal_of(row: Row, *, same_as: Row) -> Refusal | None:
    """Why a row cannot be filed; None where it can."""
    if not row.description:
        return Refusal(row=row, code="no_text", sentence="没有标题也没有内容 · neither title nor text")
    if len(row.description) > LONGEST_DESCRIPTION:
        return Refusal(row=row, code="too_long", sentence="标题加内容超过 10,000 字 · more than 10,000 characters")
    if same_as is not row:
        return Refusal(row=row, code="repeated_row", sentence="与前面一行完全相同 · the same as an earlier row")
    return None


def key_of(row: Row, community: str) -> str:
    """The Idempotency-Key: the same row filed twice is one grievance."""
    parts = [community, row.id or str(row.number), row.user, row.description]
    return "import-" + hashlib.sha256("\n".join(parts).encode()).hexdigest()[:40]


def body_of(row: Row, community: str, places: list[str], tables: CategoryTables) -> dict[str, Any]:
    """The row as the API takes it."""
    return {
        "community": community,
        "place": place_of(row.number, places),
        "category": tables.category_of(row),
        "description": row.description,
        "contact": {"name": row.user[:LONGEST_NAME]} if row.user else None,
        "anonymous": not row.user,
        "channel": "web",
    }


class Sender:
    """Sends filings to the API, with patience for a system that is busy or restarting."""

    def __init__(
        self, api: Api, *, pauses: tuple[float, ...] = PAUSES, rest: Callable[[float], Any] | None = None
    ) -> None:
        self.api, self.pauses = api, pauses
        self.stopped = threading.Event()
        self.rest = rest or self.stopped.wait
        self.expects_news = True
        self.trouble: Unreachable | Refused | None = None

    def send(self, filing: Filing) -> Filed | Refusal | None:
        """The outcome for one row; None where the import was stopped before its turn.

        Raises Unreachable, or Refused where the system is still busy after the last attempt.
        """
        for pause in (*self.pauses, None):
            if self.stopped.is_set():
                return None
            try:
                answer = self.api.post("grievances", filing.body, key=filing.key)
                return Filed(filing=filing, id=answer["id"])
            except (Unreachable, Refused) as trouble:
                if not self.may_pass(trouble, is_last=pause is None):
                    return refused_with(filing, trouble)
            self.rest(pause)
        return None

    def may_pass(self, trouble: Unreachable | Refused, *, is_last: bool) -> bool:
        """Whether asking again a little later may be answered otherwise; raises what stops the whole import."""
        if isinstance(trouble, Unreachable) or trouble.status in BUSY:
            if is_last:
                raise trouble
            return True
        if trouble.code not in NEWS_ON_ITS_WAY or not self.expects_news:
            return False
        self.expects_news = not is_last
        return not is_last

    def send_all(self, filings: list[Filing], *, workers: int) -> Iterator[Filed | Refusal]:
        """The outcomes as they come, several rows under way at once.

        The first row that cannot be sent stops the rest; its trouble is raised once those under way are told of.
        """
        waiting, under_way = iter(filings), set[Future[Filed | Refusal | None]]()
        with ThreadPoolExecutor(workers) as pool:
            try:
                while True:
                    for filing in islice(waiting, workers * 2 - len(under_way)):
                        under_way.add(pool.submit(self.attempt, filing))
                    if not under_way:
                        break
                    done, under_way = wait(under_way, return_when=FIRST_COMPLETED)
                    yield from (outcome for future in done if (outcome := future.result()) is not None)
            finally:
                self.stopped.set()
        if self.trouble is not None:
            raise self.trouble

    def attempt(self, filing: Filing) -> Filed | Refusal | None:
        """The outcome for one row; where there is none, everything is stopped."""
        try:
            return self.send(filing)
        except (Unreachable, Refused) as trouble:
            self.trouble = trouble
            self.stopped.set()
            return None


def refused_with(filing: Filing, refused: Refused) -> Refusal:
    """The refusal of a row by the API."""
    sentence = "；".join([refused.sentence, *(f"{name}: {why}" for name, why in spoken_fields(refused.fields))])
    return Refusal(row=filing.row, code=refused.code, sentence=sentence)
