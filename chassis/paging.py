"""Lists are read in pages."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

MOST_ON_A_PAGE = 200


def page_of(
    connection: Connection,
    rows: Select[Any],
    *,
    page: int = 1,
    page_size: int = 50,
    show: Callable[[Row[Any]], dict[str, Any]] = lambda row: dict(row._mapping),
    counted: Select[Any] | None = None,
) -> dict[str, Any]:
    """One page of a select, `page` counted from 1, with the total number of rows; `counted` has as many rows where
    counting those of the select itself would take long."""
    whole = rows.order_by(None) if counted is None else counted
    total = connection.execute(select(func.count()).select_from(whole.subquery())).scalar_one()
    found = connection.execute(rows.limit(page_size).offset((page - 1) * page_size))
    return {"items": [show(row) for row in found], "total": total, "page": page, "page_size": page_size}
