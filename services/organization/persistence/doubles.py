"""Which entries of the register may be one and the same person: found by the database, a page at a time."""

from typing import Any

from sqlalchemy import (
    Alias,
    ColumnElement,
    FromClause,
    Select,
    String,
    and_,
    cast,
    exists,
    extract,
    false,
    func,
    or_,
    select,
    union,
)

from services.organization.persistence.tables import people, told_apart

ONE, OTHER = people.alias("one"), people.alias("other")

MOST_ON_A_TELEPHONE = 6
"""People who may share a telephone for it to speak for two of them being one: a family does. A number that more are
registered with is a company's, or the office's own that stands where nobody knew theirs; it says nothing of anybody,
and every two of a thousand who have it would be half a million pairs."""

_alike_in_name = and_(ONE.c.name == OTHER.c.name, ONE.c.name != "")


def _knows_the_year_alone(one: Alias) -> ColumnElement[bool]:
    """Where no more than the year was known, the first of January is written. Of two who are known by the day, the same
    name and year speak for nothing: in a community of ten thousand there are more than a thousand such pairs."""
    return and_(extract("month", one.c.born_on) == 1, extract("day", one.c.born_on) == 1)


ALIKE: dict[str, ColumnElement[bool]] = {
    "name_birth": and_(_alike_in_name, ONE.c.born_on == OTHER.c.born_on),
    "name_household": and_(_alike_in_name, ONE.c.household == OTHER.c.household),
    "name_birth_year": and_(
        _alike_in_name,
        extract("year", ONE.c.born_on) == extract("year", OTHER.c.born_on),
        or_(_knows_the_year_alone(ONE), _knows_the_year_alone(OTHER)),
    ),
    "phone": and_(ONE.c.phone_key == OTHER.c.phone_key, ONE.c.phone_key != ""),
}
"""In what two entries may be alike, the weightiest first: families share a telephone more often than a name."""

_OF_NAME = ("name_birth", "name_household", "name_birth_year")


def doubles(community: str, reason: str | None = None) -> Select[Any]:
    """Pairs of ids of the community, those that are alike in most first; without those that were told apart, and
    without two who have both left."""
    pairs = _pairs(community, reason)
    said = (
        told_apart.c.community == community,
        told_apart.c.one_id == pairs.c.one_id,
        told_apart.c.other_id == pairs.c.other_id,
    )
    telling = _telling_telephones(community)
    flags = [func.coalesce(_told_by(name, telling), false()).label(name) for name in ALIKE]
    here = and_(ONE.c.community == community, OTHER.c.community == community)
    joined = pairs.join(ONE, ONE.c.id == pairs.c.one_id).join(OTHER, OTHER.c.id == pairs.c.other_id)
    return (
        select(pairs.c.one_id, pairs.c.other_id, *flags)
        .select_from(joined)
        .where(here, ~exists().where(*said), or_(ONE.c.left_on.is_(None), OTHER.c.left_on.is_(None)))
        .order_by(*(flag.desc() for flag in flags), ONE.c.name, pairs.c.one_id, pairs.c.other_id)
    )


def _telling_telephones(community: str) -> Select[Any]:
    """Those that few enough share; counted once for all pairs."""
    theirs = (people.c.community == community, people.c.phone_key != "")
    shared = func.count().between(2, MOST_ON_A_TELEPHONE)
    return select(people.c.phone_key).where(*theirs).group_by(people.c.phone_key).having(shared)


def _told_by(name: str, telling: Select[Any]) -> ColumnElement[bool]:
    return and_(ALIKE[name], ONE.c.phone_key.in_(telling)) if name == "phone" else ALIKE[name]


def _pairs(community: str, reason: str | None) -> FromClause:
    """By telephone and by name apart: each is a join that an index answers, and "or" between them would compare
    everybody with everybody."""
    wanted = [reason] if reason else list(ALIKE)
    by_name = [ALIKE[name] for name in _OF_NAME if name in wanted]
    parts = []
    if "phone" in wanted:
        parts.append(_joined(community, _told_by("phone", _telling_telephones(community))))
    if by_name:
        parts.append(_joined(community, and_(_alike_in_name, or_(*by_name))))
    return union(*parts).subquery("pairs")


def _joined(community: str, alike: ColumnElement[bool]) -> Select[Any]:
    # Compared as text, or SQLite would go through everybody by id instead of the few who are alike.
    is_before = cast(ONE.c.id, String) < cast(OTHER.c.id, String)
    both = and_(ONE.c.community == OTHER.c.community, is_before, alike)
    return (
        select(ONE.c.id.label("one_id"), OTHER.c.id.label("other_id"))
        .join_from(ONE, OTHER, both)
        .where(ONE.c.community == community)
    )
