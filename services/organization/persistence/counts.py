"""How many there are of what in a community."""

from datetime import date

from sqlalchemy import Connection, func, select

from services.organization.persistence.tables import people, places

COUNTED = ("grid", "courtyard", "building", "household")


def counts_of(connection: Connection, community: str, *, born_by: date) -> dict[str, int]:
    """Places by kind, residents, and those of them born on that day or before."""
    by_kind = (
        select(places.c.kind, func.count().label("places"))
        .where(places.c.community == community, places.c.closed_on.is_(None))
        .group_by(places.c.kind)
    )
    found = {row.kind: row.places for row in connection.execute(by_kind)}
    aged = select(func.count()).where(places.c.community == community, places.c.is_aged, places.c.closed_on.is_(None))
    residents = select(func.count()).where(people.c.community == community, people.c.household.is_not(None))
    return {f"{kind}s": found.get(kind, 0) for kind in COUNTED} | {
        "aged_courtyards": connection.execute(aged).scalar_one(),
        "residents": connection.execute(residents).scalar_one(),
        "elders": connection.execute(residents.where(people.c.born_on <= born_by)).scalar_one(),
    }
