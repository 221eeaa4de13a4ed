"""One transaction: state, outbox and inbox together, or nothing."""

from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from types import TracebackType
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Connection, MetaData, Table

from chassis import outbox
from chassis.context import Chain, current_chain
from chassis.database import Database
from chassis.failpoints import failpoint
from chassis.observing import OBSERVER, Observer
from chassis.repository import Register
from chassis.tracing import Work
from contracts import wire
from contracts.event import Event


def utc_now() -> datetime:
    """The time, aware and in UTC."""
    return datetime.now(UTC)


class UnitOfWork:
    """Opens a transaction with `with`; the outermost block commits, an exception rolls everything back.

    Repositories are reached by the names they were given (`uow.grievances`). `publish` keeps events until
    the commit, which writes them into the outbox with the state.
    """

    def __init__(
        self,
        database: Database,
        metadata: MetaData,
        repositories: Mapping[str, type[Register]],
        *,
        committed: Callable[[], None] = lambda: None,
        clock: Callable[[], datetime] = utc_now,
        observer: Observer = OBSERVER,
    ) -> None:
        self._database = database
        self._metadata = metadata
        self._repositories = repositories
        self._committed = committed
        self._clock = clock
        self._observer = observer
        self._depth = 0
        self._open: dict[str, Register] = {}
        self._told: list[tuple[Event, Chain]] = []
        self._seen: list[tuple[wire.Envelope, Work]] = []
        self._transaction: AbstractContextManager[Connection] | None = None
        self._connection: Connection | None = None

    @property
    def connection(self) -> Connection:
        """The connection of the open transaction."""
        if self._connection is None:
            raise RuntimeError("the unit of work is not open: use it in a with block")
        return self._connection

    def table(self, name: str) -> Table:
        """A table of this service by its name."""
        return self._metadata.tables[name]

    def __enter__(self) -> "UnitOfWork":
        if self._depth == 0:
            self._transaction = self._database.writing()
            self._connection = self._transaction.__enter__()
        self._depth += 1
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._depth -= 1
        if self._depth == 0:
            self._close(kind, error, trace)

    def __getattr__(self, name: str) -> Any:
        repositories = self.__dict__.get("_repositories", {})
        if name not in repositories:
            raise AttributeError(f"no repository is called {name}")
        if name not in self._open:
            self._open[name] = repositories[name](self.connection)
        return self._open[name]

    def publish(self, *events: Event) -> None:
        """Tell these events if and when this unit of work commits. Raises `RuntimeError` where it is not open."""
        if self._connection is None:
            raise RuntimeError("the unit of work is not open: this would be told with other work, or never")
        chain = current_chain() or Chain.begun()
        self._told.extend((event, chain) for event in events)

    def _close(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        transaction, told = self._transaction, bool(self._told)
        assert transaction is not None
        try:
            if error is None:
                self._write()
                failpoint("work.before_commit")
        except BaseException as failure:
            transaction.__exit__(type(failure), failure, failure.__traceback__)
            raise
        else:
            transaction.__exit__(kind, error, trace)
            failpoint("work.after_commit")
            if error is None and told:
                self._committed()
                self._observer.told(self._seen)
        finally:
            self._open, self._told, self._seen, self._connection, self._transaction = {}, [], [], None, None

    def _write(self) -> None:
        counts = Counter(event.subject for event, _ in self._told)
        versions: dict[str, int] = {}
        for repository in self._open.values():
            versions |= repository.flush(counts)
        if self._told:
            outbox.save(self.connection, self.table("outbox"), self._enveloped(versions), self._clock())

    def _enveloped(self, versions: Mapping[str, int]) -> list[outbox.Told]:
        now, sequences, told = self._clock(), dict(versions), []
        for event, chain in self._told:
            if event.subject in sequences:
                sequences[event.subject] += 1
            told.append(
                outbox.Told(event=event, envelope=self._envelope(event, chain, now, sequences.get(event.subject, 0)))
            )
        return told

    def _envelope(self, event: Event, chain: Chain, now: datetime, sequence: int) -> wire.Envelope:
        id = new_message_id()
        work = self._observer.tracing.telling(event.wire_name(), str(id), chain)
        envelope = wire.wrap(
            event,
            id=id,
            time=now,
            correlation=chain.correlation,
            causation=chain.causation,
            sequence=sequence,
            traceparent=work.chain.traceparent,
        )
        self._seen.append((envelope, work))
        return envelope


def new_message_id() -> UUID:
    """An id for a message."""
    return uuid4()
