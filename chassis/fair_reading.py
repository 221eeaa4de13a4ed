"""Reading an outbox fairly: a community whose events pile up is read apart, and nobody waits behind its pile."""

from collections.abc import Collection
from typing import Protocol

from chassis.leased_outbox import MOST_AT_ONCE, Row
from chassis.sluice import Sluice

APART_AT_ONCE = 8
"""Communities that are read apart in one round; with more of them, they take turns."""


class Readable(Protocol):
    """An outbox as it is read."""

    def waiting(self, but: Collection[str] = ()) -> list[Row]:
        """The oldest events that are due, those of some communities left out."""

    def waiting_of(self, community: str, most: int) -> list[Row]:
        """The oldest events of one community that are due."""


class FairReading:
    """Takes from one outbox what may go to the broker now."""

    def __init__(self, outbox: Readable, sluice: Sluice) -> None:
        self._outbox, self._sluice = outbox, sluice
        self._apart: dict[str, str] = {}
        self._passed_first = False

    @property
    def holds(self) -> bool:
        """Whether something was left in the outbox."""
        return bool(self._apart)

    def rows(self) -> list[Row]:
        """The events that pass, those of a community in the order in which it told them. Those of communities that are
        read apart come with every second round in which others have something to tell: what is told together is waited
        for together."""
        apart = list(self._apart.items())[:APART_AT_ONCE]
        rows = self._outbox.waiting(self._apart) if self._apart else self._outbox.waiting()
        passing, held = self._sluice.let_through(rows)
        self._passed_first = bool(apart and passing) and not self._passed_first
        if not self._passed_first:
            for community, event_type in apart:
                passing += self._rows_of(community, event_type, len(apart))
        self._apart |= held
        if len(rows) >= MOST_AT_ONCE:
            # Whoever has told most of these may have told as many more, and others may wait behind.
            loud = {row.community: row.message.type for row in rows if self._sluice.is_loud(row.community)}
            self._apart |= loud
        return passing

    def _rows_of(self, community: str, event_type: str, sharers: int) -> list[Row]:
        """What passes of a community that is read apart; where that is all there is, it is so no longer."""
        most = min(self._sluice.room(community, event_type), MOST_AT_ONCE)
        if most <= 0:
            return []
        most = max(1, most // sharers)
        rows = self._outbox.waiting_of(community, most)
        passing, held = self._sluice.let_through(rows)
        # To the end, so that the others have their turn.
        del self._apart[community]
        if held or len(rows) == most:
            self._apart[community] = held.get(community, event_type)
        return passing
