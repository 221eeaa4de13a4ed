"""Rows of certain communities, streets or cities, chosen by the leading digits of their community's code."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, false, or_, true

from chassis.scope import EVERYWHERE


def lies_within(community: ColumnElement[Any], parts: Sequence[str]) -> ColumnElement[bool]:
    """Whether a code begins with one of these; `*` is every code, nothing is none."""
    if tuple(parts) == EVERYWHERE:
        return true()
    return or_(false(), *(community.startswith(digits, autoescape=True) for digits in parts))
