"""Where consents are kept."""

from uuid import UUID

from sqlalchemy import select

from chassis.repository import Repository
from services.organization.domain.consents import Consent
from services.organization.persistence.tables import consents


class Consents(Repository[Consent]):
    """What people have agreed to, one for each person and purpose."""

    table, aggregate = consents, Consent

    def of_person(self, community: str, person_id: UUID) -> list[UUID]:
        """The ids of what a person ever agreed to."""
        theirs = select(consents.c.id).where(consents.c.community == community, consents.c.person_id == person_id)
        return [*self.connection.execute(theirs).scalars()]
