"""Walking a chain of the audit: the first entry that does not fit, and why."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from services.accounts.domain.audit import BEGINNING, Cut, Head, Link, Seal

LEAST_DAYS = 180
"""No entry may be forgotten earlier, whatever is set: the Cybersecurity Law has logs kept for six months."""


class Why(StrEnum):
    """What is wrong with a chain."""

    CHANGED = "changed"
    MISSING = "missing"
    INSERTED = "inserted"
    CUT_OFF = "cut_off"
    FORGOTTEN_EARLY = "forgotten_early"


@dataclass(frozen=True, kw_only=True)
class Fault:
    """The first place at which a chain does not fit."""

    community: str
    number: int
    why: Why


class Walk:
    """A walk along one chain, from its first kept entry or from where an earlier walk stopped (`at`), to its end."""

    def __init__(
        self,
        community: str,
        *,
        head: Head | None,
        seals: Iterable[Seal] = (),
        cut: Cut | None = None,
        at: Head | None = None,
    ) -> None:
        self._community, self._head, self._cut = community, head, cut
        self._seals = sorted(seals, key=lambda seal: seal.count)
        self._sealed: dict[int, set[str]] = {}
        for seal in self._seals:
            self._sealed.setdefault(seal.count, set()).add(seal.hash)
        begins = at or cut or Head(community=community)
        self._count, self._last = begins.count, begins.hash

    @property
    def at(self) -> Head:
        """How far it has come."""
        return Head(community=self._community, count=self._count, hash=self._last)

    def begin(self) -> Fault | None:
        """What is wrong before the first entry: with what was forgotten."""
        cut = self._cut
        if cut is None:
            return None
        least = timedelta(days=max(cut.days, LEAST_DAYS))
        for seal in self._seals:
            if seal.count < cut.count and seal.at > cut.at - least:
                return self._fault(seal.count + 1, Why.FORGOTTEN_EARLY)
            if seal.count == cut.count and seal.hash != cut.hash:
                return self._fault(cut.count, Why.CHANGED)
        if not any(seal.count >= cut.count and seal.at <= cut.at - least for seal in self._seals):
            return self._fault(cut.count, Why.FORGOTTEN_EARLY)
        return None

    def follow(self, link: Link) -> Fault | None:
        """Go one entry further; what is wrong with it, if anything."""
        expected = self._count + 1
        if link.number < expected or link.number > self._length():
            return self._fault(link.number, Why.INSERTED)
        if link.number > expected:
            return self._fault(expected, Why.MISSING)
        if not link.fits_itself():
            return self._fault(link.number, Why.CHANGED)
        if link.previous != self._last:
            return self._fault(self._count if self._has_one_before() else link.number, Why.CHANGED)
        if self._sealed.get(link.number, {link.hash}) != {link.hash}:
            return self._fault(link.number, Why.CHANGED)
        self._count, self._last = link.number, link.hash
        return None

    def end(self) -> Fault | None:
        """What is wrong with where the entries end."""
        if self._count < max([self._length(), *self._sealed]):
            return self._fault(self._count + 1, Why.CUT_OFF)
        if self._head is not None and self._head.hash != self._last:
            return self._fault(self._count, Why.CHANGED)
        return None

    def _length(self) -> int:
        return self._head.count if self._head else 0

    def _has_one_before(self) -> bool:
        return self._last != BEGINNING and (self._cut is None or self._count > self._cut.count)

    def _fault(self, number: int, why: Why) -> Fault:
        return Fault(community=self._community, number=number, why=why)
