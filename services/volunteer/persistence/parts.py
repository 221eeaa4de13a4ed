"""Aggregates that hold parts, each part a row of a second table."""

from dataclasses import fields
from typing import Any, ClassVar, TypeVar

import msgspec
from sqlalchemy import JSON, RowMapping, Table, select

from chassis.repository import Repository

A = TypeVar("A")


class WithParts(Repository[A]):
    """A repository whose aggregates hold a list of parts in the field `held_in`.

    The table of the parts has a column for each of a part's fields and, besides, `owner` for the aggregate's id and
    whatever else it shares with the aggregate by name. Parts are added and changed, never removed.
    """

    parts: ClassVar[Table]
    part: ClassVar[type]
    held_in: ClassVar[str]
    owner: ClassVar[str]
    ordered_by: ClassVar[str]

    def __init__(self, connection: Any) -> None:
        super().__init__(connection)
        self._kept_parts: dict[tuple[Any, ...], dict[str, Any]] = {}
        self._filled: set[Any] = set()

    def _track(self, row: RowMapping) -> A:
        aggregate: Any = super()._track(row)
        if aggregate.id not in self._filled:
            self._filled.add(aggregate.id)
            setattr(aggregate, self.held_in, self._parts_of(aggregate))
        return aggregate

    def written(self, aggregates: list[A]) -> None:
        """Write the parts that are new or changed."""
        changed = []
        for aggregate in aggregates:
            for part in getattr(aggregate, self.held_in):
                row = self._row(aggregate, part)
                if self._kept_parts.get(self._key(row)) != row:
                    self._kept_parts[self._key(row)] = row
                    changed.append(row)
        self.upsert(self.parts, changed, keys=[column.name for column in self.parts.primary_key])

    def _parts_of(self, aggregate: Any) -> list[Any]:
        chosen = select(self.parts).where(self.parts.c[self.owner] == aggregate.id)
        order = (self.parts.c[self.ordered_by], *self.parts.primary_key)
        found = []
        for row in self.connection.execute(chosen.order_by(*order)).mappings():
            names = {field.name for field in fields(self.part)}
            part = msgspec.convert({str(name): value for name, value in row.items() if name in names}, self.part)
            kept = self._row(aggregate, part)
            self._kept_parts[self._key(kept)] = kept
            found.append(part)
        return found

    def _row(self, aggregate: Any, part: Any) -> dict[str, Any]:
        shared = {self.owner: aggregate.id}
        row = {}
        for column in self.parts.columns:
            source = part if hasattr(part, column.name) else aggregate
            value = shared[column.name] if column.name in shared else getattr(source, column.name)
            row[column.name] = msgspec.to_builtins(value) if isinstance(column.type, JSON) else _plain(value)
        return row

    def _key(self, row: dict[str, Any]) -> tuple[Any, ...]:
        return tuple(row[column.name] for column in self.parts.primary_key)


def _plain(value: Any) -> Any:
    return getattr(value, "value", value)
