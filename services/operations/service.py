"""The operations service's table of contents."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from chassis.broker import DEAD_LETTERS, Message
from chassis.calls import answers
from chassis.config import Settings
from chassis.observing import OBSERVER
from chassis.receiving import Post, receives
from chassis.storage import Clock, OwnSettings, Reading, Storage
from chassis.timers import every
from chassis.watching import Watching
from contracts.operations import schemas
from contracts.reports import REPORTS
from services.operations import queries
from services.operations.config import OperationsSettings
from services.operations.handlers import choices, dead_letters, journeys, processes, queues, replays
from services.operations.persistence import REPOSITORIES, metadata


class OperationsService:
    """The door of the operations service: everything kept that went wrong, every question and command about it."""

    name = "operations"

    uow = Storage(metadata, **REPOSITORIES)
    reading = Reading()
    settings = OwnSettings("OPERATIONS", OperationsSettings)
    process_settings = OwnSettings("", Settings)
    post = Post()
    watch = Watching()
    clock = Clock()

    # -- dead letters

    @receives(DEAD_LETTERS)
    def collect_dead_letters(self, messages: Sequence[Message]) -> None:
        """Keep what could not be handled."""
        dead_letters.collect(self.uow, messages, now=self.clock())

    @answers(schemas.ListDeadLetters)
    def list_dead_letters(self, query: dict[str, Any]) -> dict[str, Any]:
        """Dead letters, the newest first."""
        with self.reading() as connection:
            return queries.list_dead_letters(connection, since=self._remembered_since(), **query)

    @answers(schemas.Nothing)
    def group_dead_letters(self, _query: dict[str, Any]) -> dict[str, Any]:
        """Open dead letters by cause."""
        with self.reading() as connection:
            return queries.group_dead_letters(connection)

    @answers(schemas.GetDeadLetter)
    def get_dead_letter(self, query: dict[str, Any]) -> dict[str, Any]:
        """One dead letter whole, everything personal masked."""
        with self.reading() as connection:
            return queries.get_dead_letter(connection, query["id"], since=self._remembered_since())

    @answers(schemas.ReplayDeadLetter)
    def replay_dead_letter(self, command: dict[str, Any]) -> dict[str, Any]:
        """Put one back into the queue it came from."""
        choices.replay(self.uow, remembered=self._remembered(), now=self.clock(), **command)
        return self._dead_letter(command)

    @answers(schemas.ReplayDeadLetters)
    def replay_dead_letters(self, command: dict[str, Any]) -> dict[str, int]:
        """Put back a choice of them, or all."""
        return choices.replay_choice(self.uow, remembered=self._remembered(), now=self.clock(), **command)

    @answers(schemas.DiscardDeadLetter)
    def discard_dead_letter(self, command: dict[str, Any]) -> dict[str, Any]:
        """Say that one will not be done."""
        choices.discard(self.uow, now=self.clock(), **command)
        return self._dead_letter(command)

    @answers(schemas.DiscardDeadLetters)
    def discard_dead_letters(self, command: dict[str, Any]) -> dict[str, int]:
        """Say that a choice of them will not be done, or all."""
        return choices.discard_choice(self.uow, now=self.clock(), **command)

    @every(seconds=1)
    def send_replays(self) -> None:
        """Send what was chosen to be put back."""
        replays.send_waiting(self.uow, self.post, per_second=self.settings.replays_per_second, clock=self.clock)

    # -- how everything stands

    @receives(REPORTS)
    def take_reports(self, messages: Sequence[Message]) -> None:
        """Take what processes say: how they stand, what they did, what became of replays."""
        dead_letters.record_outcomes(self.uow, messages, now=self.clock())
        processes.take_reports(self.uow, messages, self.post.answer, now=self.clock())

    @every(seconds=5)
    def sample_queues(self) -> None:
        """Note how long queues are, so that it can be shown over time."""
        with self.reading() as connection:
            known, dead = queries.known_queues(connection), queries.open_dead_letters(connection)
            oldest_age = queries.age_of_oldest_dead_letter(connection, self.clock())
        OBSERVER.metrics.dead_letters_open(dead, known, oldest_age)
        queues.sample(self.uow, self.watch.look(known), dead, now=self.clock())

    @every(minutes=1)
    def forget_the_past(self) -> None:
        """Forget processes that have gone, dead letters that were settled and journeys of long ago."""
        now = self.clock()
        processes.forget(self.uow, before=now - queries.FORGOTTEN_AFTER)
        since = now - timedelta(days=self.settings.journey_days)
        dead_letters.forget(self.uow, settled_before=now - timedelta(days=self.settings.settled_days))
        journeys.forget(self.uow, before=since.timestamp(), most=self.settings.journey_steps)

    @answers(schemas.Nothing)
    def get_overview(self, _query: dict[str, Any]) -> dict[str, Any]:
        """Queues, outboxes, processes, and what needs a look."""
        with self.reading() as connection:
            seen = self.watch.look(queries.known_queues(connection))
            return queries.get_overview(connection, seen, self.clock())

    @answers(schemas.GetHistory)
    def get_history(self, query: dict[str, Any]) -> dict[str, Any]:
        """A measure over the last hour or day."""
        with self.reading() as connection:
            return queries.get_history(connection, now=self.clock().timestamp(), **query)

    @answers(schemas.GetJourney)
    def get_journey(self, query: dict[str, Any]) -> dict[str, Any]:
        """What happened to a case, a message or a chain."""
        with self.reading() as connection:
            return queries.get_journey(connection, **query)

    # -- what operators do to queues

    @answers(schemas.PauseQueue)
    def pause_queue(self, command: dict[str, Any]) -> dict[str, Any]:
        """Let nobody take from a queue."""
        return queues.pause(self.uow, known=self._known_queues(), now=self.clock(), **command)

    @answers(schemas.ResumeQueue)
    def resume_queue(self, command: dict[str, Any]) -> dict[str, Any]:
        """Let a queue be taken from again."""
        return queues.resume(self.uow, known=self._known_queues(), now=self.clock(), **command)

    @answers(schemas.PurgeQueue)
    def purge_queue(self, command: dict[str, Any]) -> dict[str, Any]:
        """Throw away what waits in a queue."""
        return queues.purge(self.uow, empty=self.watch.purge, now=self.clock(), **command)

    # -- interventions

    @answers(schemas.ListInterventions)
    def list_interventions(self, query: dict[str, Any]) -> dict[str, Any]:
        """What operators did, the newest first."""
        with self.reading() as connection:
            return queries.list_interventions(connection, **query)

    def _dead_letter(self, command: dict[str, Any]) -> dict[str, Any]:
        with self.reading() as connection:
            return queries.get_dead_letter_row(connection, command["id"], since=self._remembered_since())

    def _known_queues(self) -> set[str]:
        with self.reading() as connection:
            return queries.known_queues(connection)

    def _remembered(self) -> timedelta:
        return timedelta(days=self.process_settings.inbox_days)

    def _remembered_since(self) -> datetime:
        now: datetime = self.clock()
        return now - self._remembered()
