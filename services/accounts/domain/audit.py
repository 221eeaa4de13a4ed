"""The audit of reads: what an entry says, and how each is chained to the one before it."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import sha256
from uuid import UUID

BEGINNING = "0" * 64
"""What the first entry of a chain is chained to."""

FORMAT = 1
"""Goes into every hash, so that what an entry says can be extended one day and older ones still fit."""


@dataclass(frozen=True, kw_only=True)
class Read:
    """Somebody was shown health, hardship or contact data: who, what, of whom, why and when. Ids and codes only, so
    that erasing a person need not touch it."""

    id: UUID
    community: str
    at: datetime
    account: str
    role: str
    session: str | None
    why: str
    what: str
    route: str
    subjects: tuple[str, ...]
    correlation: str


@dataclass(frozen=True, kw_only=True)
class Link:
    """An entry in its place in the chain of its community."""

    number: int
    previous: str
    hash: str
    read: Read

    def fits_itself(self) -> bool:
        """Whether the entry still says what its hash was made of."""
        return hash_of(self.previous, self.number, self.read) == self.hash


@dataclass(frozen=True, kw_only=True)
class Head:
    """Where a chain ends: how many entries it has had, and the hash of the last."""

    community: str
    count: int = 0
    hash: str = BEGINNING


@dataclass(frozen=True, kw_only=True)
class Seal(Head):
    """Where a chain ended at a moment, written down elsewhere."""

    at: datetime


@dataclass(frozen=True, kw_only=True)
class Cut(Seal):
    """The oldest entries, up to this one, were forgotten at a moment because they had been kept for so many days."""

    days: int


def written(number: int, read: Read) -> bytes:
    """The one way in which an entry is written down to be hashed."""
    told = asdict(read) | {
        "id": str(read.id),
        "at": read.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "number": number,
        "format": FORMAT,
    }
    return json.dumps(told, sort_keys=True, separators=(",", ":")).encode("ascii")


def hash_of(previous: str, number: int, read: Read) -> str:
    """SHA-256 over the hash before it and the entry."""
    return sha256(bytes.fromhex(previous) + written(number, read)).hexdigest()


def chained(head: Head, reads: Iterable[Read]) -> tuple[list[Link], Head]:
    """These reads as the next links of the chain that ends at `head`, and where it ends then."""
    links: list[Link] = []
    count, last = head.count, head.hash
    for read in reads:
        count, previous = count + 1, last
        last = hash_of(previous, count, read)
        links.append(Link(number=count, previous=previous, hash=last, read=read))
    return links, Head(community=head.community, count=count, hash=last)
