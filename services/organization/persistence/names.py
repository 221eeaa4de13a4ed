"""What places are called, and how they are found by it: every courtyard has a building number 1."""

from sqlalchemy import ColumnElement, FromClause, and_, case, func, or_

from services.organization.persistence.tables import communities, places

_yard, _house = places.alias("yard"), places.alias("house")
CALLED = (
    case((places.c.courtyard != places.c.code, func.coalesce(_yard.c.name, "")), else_="")
    + case((places.c.building != places.c.code, func.coalesce(_house.c.name, "")), else_="")
    + places.c.name
)
"""What a place is called with its courtyard and building: 交通庭院1号楼101室."""

_INITIALS = (
    case((places.c.courtyard != places.c.code, func.coalesce(_yard.c.initials, "")), else_="")
    + case((places.c.building != places.c.code, func.coalesce(_house.c.initials, "")), else_="")
    + places.c.initials
)

NAMED: FromClause = places.outerjoin(
    _yard, and_(_yard.c.community == places.c.community, _yard.c.code == places.c.courtyard)
).outerjoin(_house, and_(_house.c.community == places.c.community, _house.c.code == places.c.building))


def sounds_like(q: str) -> ColumnElement[bool]:
    """Whether a place is called so, its name has these first letters in pinyin, or its code begins so."""
    return or_(
        CALLED.contains(q, autoescape=True),
        _INITIALS.contains(q.lower(), autoescape=True),
        places.c.code.startswith(q, autoescape=True),
    )


def is_community_called(q: str) -> ColumnElement[bool]:
    """Whether a community, joined with its own place, or its sub-district is called so, its name has these first
    letters in pinyin, or its code begins so."""
    return or_(
        communities.c.name.contains(q, autoescape=True),
        communities.c.subdistrict_name.contains(q, autoescape=True),
        places.c.initials.contains(q.lower(), autoescape=True),
        communities.c.community.startswith(q, autoescape=True),
    )
