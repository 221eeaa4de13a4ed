"""The joins that reads are made of, and the conditions they are narrowed by."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select

from services.organization.persistence.tables import communities, leaves, people, places, terms

COMMUNITIES: Select[Any] = (
    select(communities, places.c.boundary)
    .join(places, and_(places.c.community == communities.c.community, places.c.code == communities.c.community))
    .order_by(communities.c.community)
)
"""Communities with their bounds."""

_holder, _predecessor = people.alias("holder"), people.alias("predecessor")

TERMS: Select[Any] = (
    select(
        terms,
        places.c.name.label("place_name"),
        _holder.c.name.label("person_name"),
        _predecessor.c.name.label("predecessor_name"),
    )
    .join(places, and_(places.c.community == terms.c.community, places.c.code == terms.c.place))
    .join(_holder, _holder.c.id == terms.c.person_id)
    .outerjoin(_predecessor, _predecessor.c.id == terms.c.predecessor_id)
)
"""Terms with the names of place, holder and predecessor."""

LEAVES: Select[Any] = select(leaves, people.c.name.label("person_name")).join(people, people.c.id == leaves.c.person_id)
"""Leaves with the name of whoever is away."""


def in_office(day: date) -> ColumnElement[bool]:
    """Whether a term covers that day."""
    return and_(terms.c.starts_on <= day, or_(terms.c.ends_on.is_(None), terms.c.ends_on >= day))


def holds(kind: str, day: date) -> ColumnElement[bool]:
    """Whether a person holds a post of this kind on that day."""
    return exists().where(terms.c.person_id == people.c.id, terms.c.kind == kind, in_office(day))


def lives_below(place: str) -> ColumnElement[bool]:
    """Whether a person's household is this place or lies below it."""
    below = or_(*(places.c[name] == place for name in ("community", "code", "grid", "courtyard", "building")))
    return exists().where(places.c.community == people.c.community, places.c.code == people.c.household, below)
