"""The places that the organization service has told: what lies above each, and what it is called."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, select

from services.volunteer.domain.scanning import COURTYARD
from services.volunteer.persistence.tables import known_places

DEEPEST = 8
"""Levels that no tree of places has; a tree that went round, against its rules, would have no end."""


def places_above(connection: Connection, community: str, code: str) -> list[str]:
    """The places above this one, as far as they are known, the nearest first."""
    found: list[str] = []
    while len(found) < DEEPEST:
        here = (known_places.c.community == community, known_places.c.code == code)
        parent = connection.execute(select(known_places.c.parent).where(*here)).scalar()
        if parent is None:
            break
        found.append(parent)
        code = parent
    return found


def names_of(connection: Connection, community: str, codes: Iterable[str]) -> dict[str, str]:
    """What these places are called, as far as it is known."""
    here = (known_places.c.community == community, known_places.c.code.in_(set(codes)))
    rows = connection.execute(select(known_places.c.code, known_places.c.name).where(*here))
    return {row.code: row.name for row in rows}


def in_words(path: Sequence[str], names: Mapping[str, str]) -> str:
    """Where a path leads: courtyard and building by name; the grid where it leads to no courtyard."""
    near = [names[code] for code in path[COURTYARD:] if code in names]
    return " ".join(near) or next((names[code] for code in reversed(path) if code in names), "")
