"""How the relay goes round its outboxes."""

from collections.abc import Sequence
from pathlib import Path
from threading import Thread

from chassis.broker import Message
from chassis.leased_outbox import Row
from chassis.relay import Relay
from tests.waiting import eventually


class FakeOutbox:
    """Holds what it is given; is notified as it is told."""

    is_connected = is_mine = False

    def __init__(self, *, always_notified: bool) -> None:
        self.service = "things"
        self.always_notified = always_notified
        self.held: list[Row] = []
        self.looks = 0

    def is_notified(self) -> bool:
        """Whether something was told."""
        return self.always_notified

    def waiting(self) -> list[Row]:
        """What is held."""
        self.looks += 1
        return list(self.held)

    def remove(self, ids: Sequence[int]) -> None:
        """No more."""
        self.held = [row for row in self.held if row.id not in ids]

    def postpone(self, rows: Sequence[Row], problem: str) -> None:
        """Nothing is refused here."""
        assert rows == []

    def drop_connection(self) -> None:
        """There is none."""


class FakePublisher:
    """Everything is safe at once."""

    def publish(self, rows: Sequence[Row]) -> tuple[set[str], set[str]]:
        """All of them."""
        return {row.message.id for row in rows}, set()

    def keep_alive(self) -> None:
        """Nothing to do."""

    def drop_connection(self) -> None:
        """There is none."""


def test_an_outbox_that_never_falls_silent_does_not_keep_the_relay_from_looking_into_the_others(tmp_path: Path) -> None:
    loud, quiet = FakeOutbox(always_notified=True), FakeOutbox(always_notified=False)
    relay = Relay([loud, quiet], FakePublisher(), tmp_path / "ready")  # type: ignore[list-item, arg-type]
    running = Thread(target=relay.run)
    running.start()
    eventually(lambda: loud.looks > 10)
    quiet.held = [Row(1, Message(body=b"", id="postponed"), True, 1)]
    eventually(lambda: quiet.held == [])
    relay.stop()
    running.join(5)
    assert not running.is_alive()
    assert loud.looks > quiet.looks
