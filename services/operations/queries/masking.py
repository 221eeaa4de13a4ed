"""What a dead message holds, with everything masked that could be personal: only what is known to be none is shown.

Shown are ids, times, numbers and codes in the fields that events declare as such, where the value has that form; places
down to the grid. Names of fields that no event knows are masked too.
"""

import re
import typing
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from datetime import datetime
from functools import cache
from hashlib import sha256
from typing import Any
from uuid import UUID

import msgspec

from contracts.wire import known_events

MASK = "•••"

Show = Callable[[Any], Any]
"""A value as it is shown."""

LONGEST_SHOWN = 256 * 1024
"""Bytes; nobody reads more in one piece, and masking it would keep everyone else waiting."""

WORDS = frozenset(
    {
        "category",
        "community",
        "communityid",
        "datacontenttype",
        "kind",
        "line",
        "milestone",
        "needs",
        "post",
        "queue",
        "skills",
        "source",
        "specversion",
        "traceparent",
        "type",
        "unit_kind",
    }
)
"""Fields of events and of the envelope that hold codes."""

PLACES = frozenset({"code", "parent", "path", "place"})
"""Shown down to the grid only: the code of a household says where somebody lives."""

GRID = 15
"""Digits of a grid's code, with which the codes of all places inside it begin."""

NUMBERS = frozenset(
    {"count", "dataversion", "found", "hands", "members", "minutes", "purged", "round", "sequence", "wanted"}
)
DAYS = frozenset({"due_on", "ended_on", "starts_on"})
"""Not the day that somebody was born on."""
IDS = frozenset({"id", "subject", "correlationid", "causationid", "message_id"})
TIMES = frozenset({"time"})

_WORD = re.compile(r"(?!1[0-9]{10}\Z)[0-9A-Za-z_./-]{1,60}\Z")
"""Not a number like that of a telephone: no code is of that length."""
_PLACE = re.compile(r"(?!1[0-9]{10}\Z)[0-9A-Za-z-]{1,32}\Z")
_DAY = re.compile(r"\d{4}-\d\d-\d\d\Z")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)\Z")


def masked(body: bytes) -> str:
    """The body as it may be shown; of one that is no JSON, or too long to be shown, only its size and its hash."""
    try:
        if len(body) > LONGEST_SHOWN:
            return _told_apart(body)
        shown = _masked("", msgspec.json.decode(body))
    # Lists within lists without end are found out by the recursion limit.
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return _told_apart(body)
    return msgspec.json.format(msgspec.json.encode(shown), indent=2).decode()


def _told_apart(body: bytes) -> str:
    return f"{len(body)} bytes, sha256 {sha256(body).hexdigest()[:16]}"


def _masked(name: str, value: Any) -> Any:
    if isinstance(value, dict):
        return _fields(value)
    if isinstance(value, list):
        return [_masked(name, each) for each in value]
    return None if value is None else _shown_as().get(name, _hidden)(value)


def _fields(given: dict[str, Any]) -> dict[str, Any]:
    known = _shown_as()
    shown = {name: _masked(name, value) for name, value in given.items() if name in known}
    if unknown := len(given) - len(shown):
        shown[MASK] = unknown
    return shown


def _hidden(_value: Any) -> str:
    return MASK


def _is_id(value: Any) -> bool:
    try:
        return isinstance(value, str) and str(UUID(value)) == value.lower()
    except ValueError:
        return False


def _is_number(value: Any) -> bool:
    return type(value) is int and abs(value) < 1_000_000


def _like(pattern: re.Pattern[str]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and pattern.match(value) is not None


def _where(fits: Callable[[Any], bool]) -> Show:
    return lambda value: value if fits(value) else MASK


def _place(value: Any) -> str:
    if not _like(_PLACE)(value):
        return MASK
    return str(value) if len(value) <= GRID else f"{value[:GRID]}{MASK}"


@cache
def _shown_as() -> dict[str, Show]:
    """By the name of a field that is known: how its value is shown."""
    declared = {name: kind for event in known_events().values() for name, kind in _declared(event)}
    by_form = {UUID: _where(_is_id), datetime: _where(_like(_TIME))}
    known: dict[str, Show] = {name: by_form.get(kind, _hidden) for name, kind in declared.items()}
    known["data"] = _hidden
    for names, show in (
        (WORDS, _where(_like(_WORD))),
        (PLACES, _place),
        (NUMBERS, _where(_is_number)),
        (DAYS, _where(_like(_DAY))),
        (IDS, _where(_is_id)),
        (TIMES, _where(_like(_TIME))),
    ):
        known.update(dict.fromkeys(names, show))
    return known


def _declared(fact: Any) -> Iterator[tuple[str, Any]]:
    """Name and type of every field of an event, and of the facts inside it; `X | None` counts as X."""
    hints = typing.get_type_hints(fact)
    for field in fields(fact):
        kinds = [part for part in (*typing.get_args(hints[field.name]), hints[field.name]) if part is not type(None)]
        yield field.name, kinds[0]
        for kind in kinds:
            if is_dataclass(kind):
                yield from _declared(kind)
