"""Where erasures are kept, and how a person is removed."""

from datetime import date
from uuid import UUID

from sqlalchemy import delete, select

from chassis.personal import ErasedPeople
from chassis.repository import Register, Repository
from contracts.organization.errors import ErasureNotFound
from services.organization.domain.erasures import Erasure
from services.organization.persistence.tables import (
    erased_people,
    erasures,
    leaves,
    people,
    portraits,
    publications,
    terms,
)


class Erasures(Repository[Erasure]):
    """Erasures that were asked for."""

    table, aggregate, missing = erasures, Erasure, ErasureNotFound


class Erased(ErasedPeople):
    """Whom the organization has erased."""

    table = erased_people


class Traces(Register):
    """What is left of a person, in tables whose rows belong to nobody else."""

    def ends_of_terms(self, community: str, id: UUID) -> list[date | None]:
        """The last day of every post that they ever held."""
        held = select(terms.c.ends_on).where(terms.c.community == community, terms.c.person_id == id)
        return [*self.connection.execute(held).scalars()]

    def remove_leaves(self, community: str, id: UUID) -> int:
        """Remove when they were away; how many times."""
        theirs = delete(leaves).where(leaves.c.community == community, leaves.c.person_id == id)
        return self.connection.execute(theirs).rowcount

    def remove_publication(self, community: str, id: UUID) -> int:
        """Remove what they have said about being shown, and their portraits; how many rows."""
        shown = delete(publications).where(publications.c.community == community, publications.c.id == id)
        images = delete(portraits).where(portraits.c.community == community, portraits.c.person_id == id)
        return sum(self.connection.execute(each).rowcount for each in (shown, images))

    def remove_person(self, community: str, id: UUID) -> int:
        """Remove them from the register of people."""
        return self.connection.execute(
            delete(people).where(people.c.community == community, people.c.id == id)
        ).rowcount
