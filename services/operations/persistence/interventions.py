"""What operators did: added to, never changed."""

from collections.abc import Iterable
from dataclasses import asdict
from uuid import UUID

from sqlalchemy import insert

from chassis.repository import Register
from services.operations.domain.intervention import Intervention
from services.operations.persistence.tables import interventions, touched


class Interventions(Register):
    """The ledger of interventions."""

    def record(self, intervention: Intervention, dead_letters: Iterable[UUID] = ()) -> None:
        """Keep one, with the dead letters it was about."""
        self.connection.execute(insert(interventions), asdict(intervention))
        if rows := [{"dead_letter_id": id, "intervention_id": intervention.id} for id in dead_letters]:
            self.connection.execute(insert(touched), rows)
