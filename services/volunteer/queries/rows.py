"""How rows are chosen by what is wanted of them, and shown."""

from typing import Any

import msgspec
from sqlalchemy import Select, Table


def where(chosen: Select[Any], table: Table, **wanted: Any) -> Select[Any]:
    """The select, narrowed to these values of its columns where they are given."""
    return chosen.where(*(table.c[name] == value for name, value in wanted.items() if value is not None))


def shown_of(row: Any) -> dict[str, Any]:
    """A row as it travels."""
    # The driver's column names are a subclass of str, which msgspec refuses as keys.
    shown: dict[str, Any] = msgspec.to_builtins({str(name): value for name, value in row._mapping.items()})
    return shown
