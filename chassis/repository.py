"""Where aggregates are kept: a dataclass for a row, found once per unit of work, written when it commits."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar, Generic, TypeVar
from uuid import UUID

import msgspec
from sqlalchemy import JSON, ColumnElement, Connection, RowMapping, Table, Update, bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from contracts.errors import Conflict, NotFound

A = TypeVar("A")


class ChangedMeanwhile(Conflict):
    """Someone else changed the same thing first; trying again works on what they left."""

    code = "changed_meanwhile"
    zh, en = "刚刚有人改动过，请刷新后再试", "Someone has just changed this; please reload and try again"


@dataclass
class _Tracked(Generic[A]):
    aggregate: A
    saved: dict[str, Any] | None
    version: int


class Register:
    """A plain table reached through the unit of work: reference copies, ledgers, settings."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def upsert(self, table: Table, rows: Sequence[Mapping[str, Any]], keys: Sequence[str]) -> None:
        """Insert the rows; where one with the same `keys` exists, give it the new values."""
        if not rows:
            return
        dialect_insert = sqlite.insert if self.connection.dialect.name == "sqlite" else postgresql.insert
        statement = dialect_insert(table)
        if rest := {name: statement.excluded[name] for name in rows[0] if name not in keys}:
            statement = statement.on_conflict_do_update(index_elements=list(keys), set_=rest)
        else:
            statement = statement.on_conflict_do_nothing()
        self.connection.execute(statement, list(rows))

    def flush(self, told: Mapping[str, int]) -> dict[str, int]:
        """Nothing waits to be written here."""
        return {}


class Repository(Register, Generic[A]):
    """Aggregates of one kind.

    The table's columns are named like the fields of the dataclass; a column `version` guards against
    lost updates and counts the events told by the aggregate. JSON columns may hold dataclasses, enums
    and lists of them.
    """

    table: ClassVar[Table]
    aggregate: ClassVar[type]
    missing: ClassVar[type[NotFound]] = NotFound
    made: ClassVar[Mapping[str, Callable[[Any], Any]]] = {}
    """Columns that the aggregate has no field for, each made of it whenever it is written."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._tracked: dict[Any, _Tracked[A]] = {}
        self._absent: set[UUID] = set()

    def get(self, id: UUID) -> A:
        """The aggregate, its row locked until the transaction ends. Raises `missing`."""
        found = self.find(id)
        if found is None:
            raise self.missing(id=str(id))
        return found

    def find(self, id: UUID) -> A | None:
        """The aggregate, or None."""
        if id in self._tracked:
            return self._tracked[id].aggregate
        return None if id in self._absent else self._load(self.table.c.id == id)

    def community_of(self, id: UUID) -> str:
        """The community of the aggregate, which no change takes away from it; its row is neither locked nor kept.
        Raises `missing`."""
        found: str | None = self.connection.execute(
            select(self.table.c.community).where(self.table.c.id == id)
        ).scalar()
        if found is None:
            raise self.missing(id=str(id))
        return found

    def communities_of(self, ids: Iterable[UUID]) -> set[str]:
        """The communities of these aggregates, as `community_of`; of an id that nothing has there is none."""
        found = select(self.table.c.community).where(self.table.c.id.in_(list(ids))).distinct()
        return set(self.connection.execute(found).scalars())

    def load(self, ids: Iterable[UUID]) -> None:
        """Fetch many at once, their rows locked in the order of their ids; `find` and `get` then ask no more."""
        wanted = sorted(set(ids) - self._tracked.keys())
        if len(wanted) > 1:
            rows = select(self.table).where(self.table.c.id.in_(wanted)).order_by(self.table.c.id).with_for_update()
            for row in self.connection.execute(rows).mappings():
                self._track(row)
            self._absent |= set(wanted) - self._tracked.keys()

    def find_by(self, **columns: Any) -> A | None:
        """The aggregate whose columns hold these values, or None; one added in this unit of work counts too."""
        for tracked in self._tracked.values():
            if all(getattr(tracked.aggregate, name) == value for name, value in columns.items()):
                return tracked.aggregate
        return self._load(*(self.table.c[name] == value for name, value in columns.items()))

    def add(self, aggregate: A) -> None:
        """Keep a new aggregate."""
        self._tracked[aggregate.id] = _Tracked(aggregate, None, 0)  # type: ignore[attr-defined]
        self._absent.discard(aggregate.id)  # type: ignore[attr-defined]

    def has_news(self, aggregate: A) -> bool:
        """Whether `written` has something to write though no column has changed; a subclass with child rows knows."""
        return False

    def written(self, aggregates: list[A]) -> None:
        """Called after aggregates were written; a subclass writes their child rows here."""

    def flush(self, told: Mapping[str, int]) -> dict[str, int]:
        """Write what is new or changed. `told` counts the events of each aggregate in this unit of work;
        returns the version that each of them had before, by id as text. Raises `ChangedMeanwhile`."""
        new: list[tuple[_Tracked[A], dict[str, Any]]] = []
        changed: list[tuple[_Tracked[A], dict[str, Any]]] = []
        before: dict[str, int] = {}
        for id, tracked in self._tracked.items():
            row = self._to_row(tracked.aggregate)
            events = told.get(str(id), 0)
            before[str(id)] = tracked.version
            if row == tracked.saved and not events and not self.has_news(tracked.aggregate):
                continue
            version = tracked.version + max(1, events)
            (new if tracked.saved is None else changed).append((tracked, row | {"version": version}))
        if new:
            self.connection.execute(insert(self.table), [row for _, row in new])
        self._update(changed)
        touched = [tracked for tracked, _ in (*new, *changed)]
        for tracked, row in (*new, *changed):
            tracked.version = row.pop("version")
            tracked.saved = row
        if touched:
            self.written([tracked.aggregate for tracked in touched])
        return before

    def _update(self, changed: Sequence[tuple[_Tracked[A], dict[str, Any]]]) -> None:
        """One statement for all that changed in the same columns. The rows are locked since they were loaded; the
        version is checked as well where the driver counts what it changed, which it does for single rows only."""
        alike: dict[tuple[str, ...], list[dict[str, Any]]] = {}
        for tracked, row in changed:
            saved = tracked.saved or {}
            names = tuple(name for name, value in row.items() if name not in saved or saved[name] != value)
            given = {name: row[name] for name in names} | {"its_id": row["id"], "its_version": tracked.version}
            alike.setdefault(names, []).append(given)
        for names, given_rows in alike.items():
            done = self.connection.execute(_updating(self.table, names), given_rows)
            if len(given_rows) == 1 and done.rowcount != 1:
                raise ChangedMeanwhile

    def _load(self, *conditions: ColumnElement[bool]) -> A | None:
        row = self.connection.execute(select(self.table).where(*conditions).with_for_update()).mappings().one_or_none()
        return None if row is None else self._track(row)

    def _track(self, row: RowMapping) -> A:
        if row["id"] in self._tracked:
            return self._tracked[row["id"]].aggregate
        # The driver's column names are a subclass of str, which msgspec refuses as keys.
        saved = {str(name): value for name, value in row.items()}
        version = saved.pop("version")
        aggregate: A = msgspec.convert(deepcopy(saved), self.aggregate)
        self._tracked[saved["id"]] = _Tracked(aggregate, self._to_row(aggregate), version)
        return aggregate

    def _to_row(self, aggregate: A) -> dict[str, Any]:
        return {
            name: self.made[name](aggregate) if name in self.made else _kept(getattr(aggregate, name), is_json)
            for name, is_json in self._columns()
        }

    @classmethod
    def _columns(cls) -> list[tuple[str, bool]]:
        if "_column_names" not in cls.__dict__:
            cls._column_names = [  # type: ignore[attr-defined]
                (column.name, isinstance(column.type, JSON)) for column in cls.table.columns if column.name != "version"
            ]
        return cls._column_names  # type: ignore[attr-defined,no-any-return]


@cache
def _updating(table: Table, names: tuple[str, ...]) -> Update:
    here = (table.c.id == bindparam("its_id"), table.c.version == bindparam("its_version"))
    return update(table).where(*here).values({name: bindparam(name) for name in names})


def _kept(value: Any, is_json: bool) -> Any:
    if is_json:
        return msgspec.to_builtins(value)
    return getattr(value, "value", value)
