"""Where pairings are kept."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import String, cast, or_, select

from contracts.volunteer.errors import PairingNotFound
from services.volunteer.domain.pairing import Contact, Pairing, PairingState
from services.volunteer.persistence.parts import WithParts
from services.volunteer.persistence.tables import pairing_contacts, pairings


class Pairings(WithParts[Pairing]):
    """The pairings, each with its contacts."""

    table, aggregate, missing = pairings, Pairing, PairingNotFound
    parts, part, held_in, owner, ordered_by = pairing_contacts, Contact, "contacts", "pairing_id", "contacted_on"

    def of_beneficiaries(self, community: str, ids: Sequence[UUID]) -> list[Pairing]:
        """All pairings, past ones too, in which any of these is helped."""
        here = (pairings.c.community == community, pairings.c.beneficiary_id.in_(ids))
        return [self.get(id) for id in self._ids(*here)]

    def of_those_who_help(self, community: str, ids: Sequence[UUID]) -> list[Pairing]:
        """The pairings in which any of these helps now or has had a contact."""
        theirs = select(pairing_contacts.c.pairing_id).where(pairing_contacts.c.volunteer_id.in_(ids))
        helped = or_(pairings.c.volunteer_id.in_(ids), pairings.c.id.in_(theirs))
        return [self.get(id) for id in self._ids(pairings.c.community == community, helped)]

    def ever_of(self, community: str, id: UUID) -> list[Pairing]:
        """The pairings in which somebody helps, or ever did."""
        theirs = cast(pairings.c.helpers, String).like(f"%{id}%")
        return [self.get(each) for each in self._ids(pairings.c.community == community, theirs)]

    def find_active(self, community: str, beneficiary_id: UUID, help_type: str) -> Pairing | None:
        """The pairing that somebody has for this kind of help now."""
        return self.find_by(
            community=community,
            beneficiary_id=beneficiary_id,
            help_type=help_type,
            state=PairingState.ACTIVE,
        )

    def _ids(self, *here: object) -> list[UUID]:
        chosen = select(pairings.c.id).where(*here).order_by(pairings.c.id)  # type: ignore[arg-type]
        return [*self.connection.execute(chosen).scalars()]
