"""The health service's table of contents."""

from datetime import date
from typing import Any

from chassis.calls import answers
from chassis.events import hears
from chassis.storage import Clock, OwnSettings, Reading, Storage
from chassis.timers import every
from contracts.grievance.events import GrievanceAmended, GrievanceCancelled, GrievanceRejected, GrievanceResolved
from contracts.health import schemas
from contracts.organization.events import (
    ConsentGiven,
    ConsentWithdrawn,
    ElderLeft,
    EldersRegistered,
    LeaderAssigned,
    PersonErased,
    PersonMerged,
    PlacesImported,
)
from services.health import handlers, persistence, queries
from services.health.config import HealthSettings
from services.health.domain.calendar import day_in_china
from services.health.handlers import MOST_AT_ONCE

MOST_FORGOTTEN = 500
"""Visits that lose their findings at once; the next run takes up the rest."""


def _of_health(event: ConsentGiven | ConsentWithdrawn) -> bool:
    return event.purpose == "health_record"


class HealthService:
    """The door of the health service: every call answered, every event heard."""

    name = "health"

    uow = Storage(
        persistence.metadata,
        elder_records=persistence.ElderRecords,
        visits=persistence.Visits,
        known_places=persistence.KnownPlaces,
        cases=persistence.Cases,
        erased=persistence.Erased,
        merged=persistence.Merged,
    )
    reading = Reading()
    settings = OwnSettings("HEALTH", HealthSettings)
    clock = Clock()

    # -- elder records

    @hears(PlacesImported, queue="places")
    def remember_places(self, event: PlacesImported) -> None:
        """Places were added or changed."""
        handlers.remember_places(self.uow, event)

    @hears(EldersRegistered, queue="places", people="named")
    def open_elder_records(self, event: EldersRegistered) -> None:
        """Residents have reached sixty."""
        handlers.open_elder_records(self.uow, event, now=self.clock())

    @hears(ElderLeft, queue="places", people="named")
    def note_elder_left(self, event: ElderLeft) -> None:
        """An elder lives here no more."""
        handlers.note_elder_left(self.uow, event, now=self.clock())

    @answers(schemas.ListElderRecords)
    def list_elder_records(self, query: dict[str, Any]) -> dict[str, Any]:
        """Elders, without findings."""
        with self.reading() as connection:
            return queries.list_elder_records(connection, on=self._today(), **query)

    @answers(schemas.GetElderRecord)
    def get_elder_record(self, query: dict[str, Any]) -> dict[str, Any]:
        """One elder's whole record."""
        with self.reading() as connection:
            return queries.open_elder_record(connection, query["id"], on=self._today())

    @answers(schemas.UpdateElderRecord)
    def update_elder_record(self, command: dict[str, Any]) -> dict[str, Any]:
        """Record consent and findings; the answer shows no findings."""
        handlers.update_elder_record(self.uow, command, now=self.clock())
        with self.reading() as connection:
            return queries.get_elder_row(connection, command["id"], on=self._today())

    @hears(ConsentGiven, when=_of_health, people="named")
    def note_consent_given(self, event: ConsentGiven) -> None:
        """An elder agrees that findings are kept."""
        handlers.note_consent(self.uow, event, now=self.clock())

    @hears(ConsentWithdrawn, when=_of_health, people="named")
    def note_consent_withdrawn(self, event: ConsentWithdrawn) -> None:
        """An elder agrees no longer."""
        handlers.note_consent(self.uow, event, now=self.clock())

    @every(hours=1)
    def tell_old_consents(self) -> None:
        """Consents from before there was a register belong into it."""
        while handlers.tell_old_consents(self.uow) == MOST_AT_ONCE:
            continue

    # -- what is kept of one person

    @answers(schemas.ExportPerson)
    def export_person(self, query: dict[str, Any]) -> dict[str, Any]:
        """Everything that is kept of a person."""
        with self.reading() as connection:
            return queries.export_person(connection, **query)

    @hears(PersonErased, people="named")
    def erase_person(self, event: PersonErased) -> None:
        """A person is to be erased."""
        handlers.erase_person(self.uow, event, now=self.clock())

    @hears(PersonMerged, people="merged")
    def merge_elders(self, event: PersonMerged) -> None:
        """Two entries of the register were one person."""
        handlers.merge_elders(self.uow, event, now=self.clock())

    @every(minutes=10)
    def forget_findings(self) -> None:
        """Of visits that ended long ago, nobody need know any more what was found on them."""
        handlers.forget_findings(self.uow, self.settings.findings_period, most=MOST_FORGOTTEN, now=self.clock())

    # -- visits

    @hears(LeaderAssigned, when=lambda event: "visit" in event.needs, people="named")
    def plan_visit_for_grievance(self, event: LeaderAssigned) -> None:
        """The case asks for a visit."""
        handlers.plan_visit_for_grievance(
            self.uow, event, within_days=self.settings.visit_within_days, now=self.clock()
        )

    @hears(GrievanceAmended)
    def cancel_visits_of_amended(self, event: GrievanceAmended) -> None:
        """The resident meant another category or place: the visit planned before is not wanted."""
        handlers.cancel_visits(self.uow, event.community, event.grievance_id, event.earlier_began_at, now=self.clock())

    @hears(GrievanceCancelled)
    def cancel_visits_of_cancelled(self, event: GrievanceCancelled) -> None:
        """The resident has withdrawn the case."""
        handlers.cancel_visits(self.uow, event.community, event.grievance_id, event.cancelled_at, now=self.clock())

    @hears(GrievanceRejected)
    def cancel_visits_of_rejected(self, event: GrievanceRejected) -> None:
        """The case is not taken."""
        handlers.cancel_visits(self.uow, event.community, event.grievance_id, event.rejected_at, now=self.clock())

    @hears(GrievanceResolved)
    def cancel_visits_of_resolved(self, event: GrievanceResolved) -> None:
        """The case is solved, with or without the visit."""
        handlers.cancel_visits(self.uow, event.community, event.grievance_id, event.resolved_at, now=self.clock())

    @answers(schemas.PlanVisit)
    def plan_visit(self, command: dict[str, Any]) -> dict[str, Any]:
        """Plan a visit by hand."""
        handlers.plan_visit(self.uow, command, within_days=self.settings.visit_within_days, now=self.clock())
        return self._visit(command)

    @answers(schemas.CompleteVisit)
    def complete_visit(self, command: dict[str, Any]) -> dict[str, Any]:
        """The visit took place; the answer shows no findings."""
        handlers.complete_visit(self.uow, command["id"], command["findings"], now=self.clock())
        return self._visit(command)

    @answers(schemas.MissVisit)
    def miss_visit(self, command: dict[str, Any]) -> dict[str, Any]:
        """The visit did not take place."""
        handlers.miss_visit(
            self.uow,
            command["id"],
            command["reason"],
            again_days=self.settings.missed_visit_again_days,
            now=self.clock(),
        )
        return self._visit(command)

    @every(hours=1)
    def plan_yearly_visits(self) -> None:
        """Those of 65 and over are visited once a year."""
        ahead_days = self.settings.yearly_visit_ahead_days
        while handlers.plan_yearly_visits(self.uow, ahead_days=ahead_days, now=self.clock()) == MOST_AT_ONCE:
            continue

    @answers(schemas.ListVisits)
    def list_visits(self, query: dict[str, Any]) -> dict[str, Any]:
        """Visits, without findings."""
        with self.reading() as connection:
            return queries.list_visits(connection, on=self._today(), **query)

    @answers(schemas.GetVisit)
    def get_visit(self, query: dict[str, Any]) -> dict[str, Any]:
        """One visit with what was found."""
        with self.reading() as connection:
            return queries.open_visit(connection, query["id"], on=self._today())

    def _visit(self, command: dict[str, Any]) -> dict[str, Any]:
        with self.reading() as connection:
            return queries.get_visit_row(connection, command["id"], on=self._today())

    def _today(self) -> date:
        return day_in_china(self.clock())
