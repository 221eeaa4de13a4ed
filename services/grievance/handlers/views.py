"""Views, kept by a community's office for what it looks for again and again."""

from typing import Any

from chassis.unit_of_work import UnitOfWork
from contracts.grievance.errors import TooManyViews, ViewTaken

MOST = 12
"""So many stand above the inbox without being a list themselves."""


def add_view(uow: UnitOfWork, command: dict[str, Any]) -> None:
    """Keep one more. Raises `ViewTaken`, `TooManyViews`."""
    title = command["title"].strip()
    with uow:
        taken = uow.views.titles(command["community"])
        if title in taken:
            raise ViewTaken(title=title)
        if len(taken) >= MOST:
            raise TooManyViews(most=MOST)
        uow.views.keep({**command, "title": title})


def remove_view(uow: UnitOfWork, command: dict[str, Any]) -> dict[str, Any]:
    """Keep one no more; what it was. Raises `ViewNotFound`."""
    with uow:
        view: dict[str, Any] = uow.views.get(command["id"])
        uow.views.remove(command["id"])
        return {**view, "id": str(view["id"])}
