"""Which communities the work at hand may touch: what every transaction tells the database before it looks."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Scope = tuple[str, ...]
"""Codes of communities, or leading parts of such codes: a street has 9 digits, a district 6, a city 4."""

EVERYWHERE: Scope = ("*",)
NOWHERE: Scope = ()

LEADING = (4, 6, 9)
"""How long the leading parts are that a scope may name in place of whole codes."""

_PART = re.compile(r"[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12}")

_scope: ContextVar[Scope | None] = ContextVar("scope", default=None)


def current_scope() -> Scope | None:
    """Which communities the work being done here may touch; None where nobody has said."""
    return _scope.get()


@contextmanager
def within_communities(communities: Iterable[str]) -> Iterator[Scope]:
    """Do work that may touch these communities and no others. Raises `ValueError` for what is neither the code of a
    community nor a leading part of one: `*` is nobody's name, and a comma would make two of one."""
    found = tuple(sorted(set(communities)))
    for part in found:
        if not _PART.fullmatch(part):
            raise ValueError("this names no community, street, district or city")
    with _within(found) as scope:
        yield scope


@contextmanager
def everywhere() -> Iterator[Scope]:
    """Do work that concerns all communities: timers, the relay, migrations, backups, what operators look at."""
    with _within(EVERYWHERE) as scope:
        yield scope


@contextmanager
def within_scope(scope: Scope) -> Iterator[Scope]:
    """Do work in a scope that was read from a call."""
    with _within(scope) as found:
        yield found


@contextmanager
def _within(scope: Scope) -> Iterator[Scope]:
    token = _scope.set(scope)
    try:
        yield scope
    finally:
        _scope.reset(token)


def covers(scope: Scope, community: str) -> bool:
    """Whether work in this scope may touch a row of this community."""
    return scope == EVERYWHERE or any(community == part or community[: len(part)] == part for part in scope)


def as_header(scope: Scope) -> str:
    """The scope as it travels with a call, and as the database is told it."""
    return ",".join(scope)


def from_header(text: object) -> Scope:
    """The scope that a call carries: nowhere, where it carries none or none that can be read."""
    if text is None:
        return NOWHERE
    parts = tuple(str(text).split(","))
    if parts == EVERYWHERE:
        return EVERYWHERE
    return parts if all(map(_PART.fullmatch, parts)) else NOWHERE
