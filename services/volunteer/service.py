"""The volunteer service's table of contents."""

from typing import Any
from uuid import UUID

from chassis.calls import answers
from chassis.events import hears
from chassis.storage import Clock, OwnSettings, Reading, Storage
from chassis.timers import every
from contracts.grievance.events import (
    GrievanceAmended,
    GrievanceCancelled,
    GrievanceRejected,
    GrievanceResolved,
    HandsAsked,
)
from contracts.organization.events import LeaderAssigned, PersonErased, PersonMerged, PlacesImported
from contracts.volunteer import schemas
from contracts.volunteer.schemas import pairings as pairing_shapes
from contracts.volunteer.schemas import teams
from services.volunteer import handlers, persistence, queries
from services.volunteer.config import VolunteerSettings
from services.volunteer.domain.calendar import day_in_china
from services.volunteer.handlers import pairings
from services.volunteer.queries import pairing_rows
from services.volunteer.queries.dispatch_rows import get_dispatch, list_dispatches, unanswered
from services.volunteer.queries.hour_rows import get_hours

MOST_FORGOTTEN = 500
"""Dispatches that lose their words at once; the next run takes up the rest."""

MOST_AT_ONCE = 50
"""Call-outs that one tick of the timer goes on with; the next tick takes up the rest."""


def _its_case(event: Any) -> tuple[str, UUID]:
    return "cases", event.grievance_id


class VolunteerService:
    """The door of the volunteer service: every call answered, every event heard, every timer."""

    name = "volunteer"
    uow = Storage(persistence.metadata, **persistence.REPOSITORIES)
    reading = Reading()
    settings = OwnSettings("VOLUNTEER", VolunteerSettings)
    clock = Clock()

    # -- volunteers

    @answers(schemas.RegisterVolunteer)
    def register_volunteer(self, command: dict[str, Any]) -> dict[str, Any]:
        """Register one volunteer and show them."""
        handlers.register_volunteers(self.uow, command["community"], [command], now=self.clock())
        return self._volunteer(command)

    @answers(schemas.RegisterVolunteers)
    def register_volunteers(self, command: dict[str, Any]) -> dict[str, int]:
        """Register many volunteers, all or none."""
        given = command["volunteers"]
        registered = handlers.register_volunteers(self.uow, command["community"], given, now=self.clock())
        return {"registered": registered, "known_before": len(given) - registered}

    @answers(schemas.ChangeAvailability)
    def change_availability(self, command: dict[str, Any]) -> dict[str, Any]:
        """Change when a volunteer can be asked."""
        handlers.change_availability(self.uow, command)
        return self._volunteer(command)

    @answers(schemas.GetVolunteer)
    def get_volunteer(self, query: dict[str, Any]) -> dict[str, Any]:
        """One volunteer with hours and what they have on hand."""
        return self._volunteer(query)

    @answers(schemas.ListVolunteers)
    def list_volunteers(self, query: dict[str, Any]) -> dict[str, Any]:
        """Volunteers by name."""
        with self.reading() as connection:
            return queries.list_volunteers(connection, now=self.clock(), **query)

    @answers(schemas.GetHours)
    def get_hours(self, query: dict[str, Any]) -> dict[str, Any]:
        """A volunteer's hours, and what for."""
        with self.reading() as connection:
            return get_hours(connection, **query)

    # -- teams

    @answers(teams.FoundTeam)
    def found_team(self, command: dict[str, Any]) -> dict[str, Any]:
        """Found a team and show it."""
        handlers.found_team(self.uow, command, now=self.clock())
        return self._team(command)

    @answers(teams.ActivateTeam)
    def activate_team(self, command: dict[str, Any]) -> dict[str, Any]:
        """The team is sent from now on."""
        handlers.activate_team(self.uow, command, now=self.clock())
        return self._team(command)

    @answers(teams.JoinTeam)
    def join_team(self, command: dict[str, Any]) -> dict[str, Any]:
        """A volunteer becomes a member."""
        handlers.join_team(self.uow, command["id"], command["volunteer_id"], now=self.clock())
        return self._team(command)

    @answers(teams.LeaveTeam)
    def leave_team(self, command: dict[str, Any]) -> dict[str, Any]:
        """A member leaves."""
        handlers.leave_team(self.uow, command["id"], command["volunteer_id"], now=self.clock())
        return self._team(command)

    @answers(teams.GetTeam)
    def get_team(self, query: dict[str, Any]) -> dict[str, Any]:
        """One team with its members."""
        return self._team(query)

    @answers(teams.ListTeams)
    def list_teams(self, query: dict[str, Any]) -> dict[str, Any]:
        """Teams by name."""
        with self.reading() as connection:
            return queries.list_teams(connection, now=self.clock(), **query)

    # -- calling out

    @hears(PlacesImported, queue="places")
    def remember_places(self, event: PlacesImported) -> None:
        """Know how near homes and grievances are."""
        handlers.remember_places(self.uow, event)

    @hears(LeaderAssigned, when=lambda event: "hands" in event.needs, loads=_its_case, people="named")
    def call_out_volunteers(self, event: LeaderAssigned) -> None:
        """The case asks for hands."""
        handlers.call_out_volunteers(self.uow, event, self.settings.terms, now=self.clock())

    @hears(HandsAsked, loads=_its_case, people="named")
    def call_out_asked(self, event: HandsAsked) -> None:
        """The leader asks for hands."""
        handlers.call_out_asked(self.uow, event, self.settings.terms, now=self.clock())

    @hears(PersonErased, people="named")
    def erase_person(self, event: PersonErased) -> None:
        """A person is to be erased."""
        handlers.erase_person(self.uow, event, self.settings.terms, now=self.clock())

    @hears(PersonMerged, people="merged")
    def merge_volunteers(self, event: PersonMerged) -> None:
        """Two entries of the register were one person."""
        handlers.merge_volunteers(self.uow, event, self.settings.terms, now=self.clock())

    @answers(schemas.ExportPerson)
    def export_person(self, query: dict[str, Any]) -> dict[str, Any]:
        """Everything that is kept of a person as a volunteer."""
        with self.reading() as connection:
            return queries.export_person(connection, **query)

    @hears(GrievanceAmended, loads=_its_case)
    def stand_down_amended(self, event: GrievanceAmended) -> None:
        """The resident meant another category or place: what was asked for before is not wanted."""
        handlers.stand_down(self.uow, event.community, event.grievance_id, event.earlier_began_at, now=self.clock())

    @hears(GrievanceCancelled, loads=_its_case)
    def stand_down_cancelled(self, event: GrievanceCancelled) -> None:
        """The resident has withdrawn the case."""
        handlers.stand_down(self.uow, event.community, event.grievance_id, event.cancelled_at, now=self.clock())

    @hears(GrievanceRejected, loads=_its_case)
    def stand_down_rejected(self, event: GrievanceRejected) -> None:
        """The case is not taken."""
        handlers.stand_down(self.uow, event.community, event.grievance_id, event.rejected_at, now=self.clock())

    @hears(GrievanceResolved, loads=_its_case)
    def stand_down_resolved(self, event: GrievanceResolved) -> None:
        """The case is solved."""
        handlers.stand_down(self.uow, event.community, event.grievance_id, event.resolved_at, now=self.clock())

    @every(seconds=20)
    def lapse_unanswered(self) -> None:
        """Offers without an answer go to the next candidate."""
        now = self.clock()
        with self.reading() as connection:
            late = unanswered(connection, now, MOST_AT_ONCE)
        handlers.lapse_unanswered(self.uow, late, self.settings.terms, now=now)

    # -- what volunteers answer and do

    @answers(schemas.AcceptDispatch)
    def accept_dispatch(self, command: dict[str, Any]) -> dict[str, Any]:
        """A volunteer says yes."""
        handlers.accept_dispatch(self.uow, command, now=self.clock())
        return self._dispatch(command)

    @answers(schemas.DeclineDispatch)
    def decline_dispatch(self, command: dict[str, Any]) -> dict[str, Any]:
        """A volunteer says no; the next one is asked."""
        handlers.decline_dispatch(self.uow, command, self.settings.terms, now=self.clock())
        return self._dispatch(command)

    @answers(schemas.CheckIn)
    def check_in(self, command: dict[str, Any]) -> dict[str, Any]:
        """A volunteer is on the spot."""
        handlers.check_in(self.uow, command, now=self.clock())
        return self._dispatch(command)

    @answers(schemas.CheckOut)
    def check_out(self, command: dict[str, Any]) -> dict[str, Any]:
        """A volunteer has finished; the hours are recorded."""
        handlers.check_out(self.uow, command, self.settings.hour_rules, now=self.clock())
        return self._dispatch(command)

    @answers(schemas.GetDispatch)
    def get_dispatch(self, query: dict[str, Any]) -> dict[str, Any]:
        """One dispatch."""
        return self._dispatch(query)

    @answers(schemas.ListDispatches)
    def list_dispatches(self, query: dict[str, Any]) -> dict[str, Any]:
        """Dispatches, newest first."""
        with self.reading() as connection:
            return list_dispatches(connection, **query)

    # -- one to one

    @answers(pairing_shapes.SetUpPairing)
    def set_up_pairing(self, command: dict[str, Any]) -> dict[str, Any]:
        """One volunteer shall help somebody with one thing."""
        pairings.set_up_pairing(self.uow, command, now=self.clock())
        return self._pairing(command)

    @answers(pairing_shapes.LogContact)
    def log_contact(self, command: dict[str, Any]) -> dict[str, Any]:
        """The helper was in touch."""
        pairings.log_contact(self.uow, command, now=self.clock())
        return self._pairing(command)

    @answers(pairing_shapes.HandOverPairing)
    def hand_over_pairing(self, command: dict[str, Any]) -> dict[str, Any]:
        """Somebody else helps from now on."""
        pairings.hand_over_pairing(self.uow, command, now=self.clock())
        return self._pairing(command)

    @answers(pairing_shapes.EndPairing)
    def end_pairing(self, command: dict[str, Any]) -> dict[str, Any]:
        """A pairing ends."""
        pairings.end_pairing(self.uow, command, now=self.clock())
        return self._pairing(command)

    @answers(pairing_shapes.GetPairing)
    def get_pairing(self, query: dict[str, Any]) -> dict[str, Any]:
        """One pairing with its helpers and contacts."""
        return self._pairing(query)

    @answers(pairing_shapes.GetHardship)
    def get_hardship(self, query: dict[str, Any]) -> dict[str, Any]:
        """Why somebody is helped."""
        with self.reading() as connection:
            return pairing_rows.get_hardship(connection, query["id"])

    @answers(pairing_shapes.ListPairings)
    def list_pairings(self, query: dict[str, Any]) -> dict[str, Any]:
        """Pairings, those due first first."""
        with self.reading() as connection:
            return pairing_rows.list_pairings(connection, today=day_in_china(self.clock()), **query)

    @every(hours=6)
    def forget_pairings(self) -> None:
        """Of pairings that ended long ago, nobody need know any more who was helped."""
        now, period = self.clock(), self.settings.pairings_period
        with self.reading() as connection:
            over = pairing_rows.ended_long_ago(connection, day_in_china(period.began(now)), MOST_AT_ONCE)
        for community, ids in over.items():
            pairings.forget_pairings(self.uow, community, ids, period, now=now)

    @every(minutes=10)
    def forget_words(self) -> None:
        """Of call-outs that ended long ago, nobody need know any more why somebody was asked, and what they said."""
        handlers.forget_words(self.uow, self.settings.words_period, most=MOST_FORGOTTEN, now=self.clock())

    # --

    def _pairing(self, command: dict[str, Any]) -> dict[str, Any]:
        with self.reading() as connection:
            return pairing_rows.get_pairing(connection, command["id"], today=day_in_china(self.clock()))

    def _volunteer(self, command: dict[str, Any]) -> dict[str, Any]:
        with self.reading() as connection:
            return queries.get_volunteer(connection, command["id"], now=self.clock())

    def _team(self, command: dict[str, Any]) -> dict[str, Any]:
        with self.reading() as connection:
            return queries.get_team(connection, command["id"], now=self.clock())

    def _dispatch(self, command: dict[str, Any]) -> dict[str, Any]:
        with self.reading() as connection:
            return get_dispatch(connection, command["id"])
