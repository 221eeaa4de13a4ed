"""The door of the organization service: every call answered, every event heard, every timer."""

from datetime import date
from typing import Any
from uuid import UUID

from chassis.calls import answers
from chassis.events import hears
from chassis.storage import Clock, NeedsSecret, OwnSettings, Reading, Storage
from chassis.timers import every
from contracts.accounts.events import AccountDetailsErased
from contracts.grievance.events import (
    CasesErased,
    GrievanceAmended,
    GrievanceCancelled,
    GrievanceEscalated,
    GrievanceFiled,
    GrievanceRejected,
    GrievanceReopened,
    GrievanceResolved,
)
from contracts.health.events import ElderConsented, ElderErased
from contracts.organization import schemas
from contracts.organization.events import PersonMerged, PostFilled
from contracts.organization.schemas import boards, doubles, editing, handing, personal
from contracts.organization.schemas import consents as consent_schemas
from contracts.volunteer.events import VolunteerErased
from services.organization import handlers, persistence, queries
from services.organization.config import OrganizationSettings
from services.organization.domain.days import day_of
from services.organization.queries import boards as board_queries
from services.organization.queries import doubles as double_queries
from services.organization.queries import personal as personal_queries

MOST_AT_ONCE = 200
"""People that are looked at in one transaction; the next takes up the rest."""


def _leads_grievances(filled: PostFilled) -> bool:
    return filled.kind in ("grid_leader", "community_secretary")


def _its_assignment(event: Any) -> tuple[str, UUID]:
    return "assignments", event.grievance_id


class OrganizationService:
    """Knows the places, the people, their posts, and who is responsible for what."""

    name = "organization"
    uow = Storage(
        persistence.metadata,
        communities=persistence.Communities,
        places=persistence.Places,
        people=persistence.People,
        posts=persistence.Posts,
        leaves=persistence.Leaves,
        seats=persistence.Seats,
        assignments=persistence.Assignments,
        publications=persistence.Publications,
        portraits=persistence.Portraits,
        erasures=persistence.Erasures,
        erased=persistence.Erased,
        merged=persistence.Merged,
        told_apart=persistence.ToldApart,
        belongings=persistence.Belongings,
        consents=persistence.Consents,
        traces=persistence.Traces,
    )
    reading = Reading()
    secret = NeedsSecret()
    settings = OwnSettings("ORGANIZATION", OrganizationSettings)
    clock = Clock()

    # -- places

    @answers(schemas.ImportPlaces)
    def import_places(self, command: dict[str, Any]) -> dict[str, Any]:
        return handlers.import_places(self.uow, **command, most_rows=self.settings.import_rows, now=self.clock())

    @answers(schemas.ListPlaces)
    def list_places(self, query: dict[str, Any]) -> dict[str, Any]:
        with self.reading() as connection:
            return queries.list_places(connection, **query)

    @answers(schemas.GetPlace)
    def get_place(self, query: dict[str, Any]) -> dict[str, Any]:
        with self.reading() as connection:
            return queries.get_place(connection, **query)

    @answers(schemas.ListCommunities)
    def list_communities(self, query: dict[str, Any]) -> dict[str, Any]:
        with self.reading() as connection:
            return queries.list_communities(connection, **query)

    @answers(schemas.GetCommunity)
    def get_community(self, query: dict[str, Any]) -> dict[str, Any]:
        with self.reading() as connection:
            return queries.get_community(connection, **query, today=self._today(), elder_age=self.settings.elder_age)

    @answers(schemas.ListFigures)
    def list_figures(self, query: dict[str, Any]) -> dict[str, Any]:
        with self.reading() as connection:
            return queries.list_figures(connection, **query, today=self._today(), elder_age=self.settings.elder_age)

    @answers(editing.AddPlace)
    def add_place(self, command: dict[str, Any]) -> dict[str, Any]:
        handlers.add_place(self.uow, **command, now=self.clock())
        return self._place(command)

    @answers(editing.ChangePlace)
    def change_place(self, command: dict[str, Any]) -> dict[str, Any]:
        handlers.change_place(self.uow, **command, now=self.clock())
        return self._place(command)

    @answers(editing.ClosePlace)
    def close_place(self, command: dict[str, Any]) -> dict[str, Any]:
        handlers.close_place(self.uow, **command, today=self._today(), now=self.clock())
        return self._place(command)

    @answers(editing.ClosePlace)
    def reopen_place(self, command: dict[str, Any]) -> dict[str, Any]:
        handlers.reopen_place(self.uow, **command, now=self.clock())
        return self._place(command)

    # -- people

    @answers(schemas.ImportPeople)
    def import_people(self, command: dict[str, Any]) -> dict[str, Any]:
        return handlers.import_people(
            self.uow,
            **command,
            most_rows=self.settings.import_rows,
            today=self._today(),
            elder_age=self.settings.elder_age,
        )

    @answers(schemas.ListPeople)
    def list_people(self, query: dict[str, Any]) -> dict[str, Any]:
        with self.reading() as connection:
            return queries.list_people(connection, **query, today=self._today())

    @answers(schemas.GetPerson)
    def get_person(self, query: dict[str, Any]) -> dict[str, Any]:
        with self.reading() as connection:
            return queries.get_person(connection, query["id"], today=self._today())

    @answers(editing.NewPerson)
    def add_person(self, command: dict[str, Any]) -> dict[str, Any]:
        return self._person(handlers.add_person(self.uow, **command, **self._ages()))

    @answers(editing.ChangePerson)
    def change_person(self, command: dict[str, Any]) -> dict[str, Any]:
        return self._person(handlers.change_person(self.uow, **command, **self._ages()))

    @answers(editing.MovePerson)
    def move_person(self, command: dict[str, Any]) -> dict[str, Any]:
        return self._person(handlers.move_person(self.uow, **command, **self._ages()))

    @answers(editing.DepartPerson)
    def depart_person(self, command: dict[str, Any]) -> dict[str, Any]:
        return self._person(handlers.depart_person(self.uow, **command, **self._ages()))

    # -- two entries of one person

    @answers(doubles.ListDoubles)
    def list_doubles(self, query: dict[str, Any]) -> dict[str, Any]:
        with self.reading() as connection:
            return double_queries.list_doubles(connection, **query, today=self._today())

    @answers(doubles.PreviewMerge)
    def preview_merge(self, query: dict[str, Any]) -> dict[str, Any]:
        with self.reading() as connection:
            return double_queries.preview_merge(connection, query["kept_id"], query["gone_id"], today=self._today())

    @answers(doubles.MergePeople)
    def merge_people(self, command: dict[str, Any]) -> dict[str, Any]:
        handlers.merge_people(self.uow, **command, **self._ages(), now=self.clock())
        return self._person(command["kept_id"])

    @answers(doubles.TellApart)
    def tell_apart(self, command: dict[str, Any]) -> dict[str, Any]:
        handlers.tell_apart(self.uow, **command, now=self.clock())
        return self._person(command["id"])

    @every(hours=1)
    def register_new_elders(self) -> None:
        handlers.register_new_elders(self.uow, today=self._today(), elder_age=self.settings.elder_age)

    @every(hours=1)
    def tell_who_left(self) -> None:
        while handlers.tell_who_left(self.uow, **self._ages(), most=MOST_AT_ONCE) == MOST_AT_ONCE:
            continue

    @answers(schemas.FindByPhone)
    def find_people_by_phone(self, query: dict[str, Any]) -> dict[str, Any]:
        with self.reading() as connection:
            return queries.find_people_by_phone(connection, **query)

    @every(minutes=5)
    def fill_phone_keys(self) -> None:
        while handlers.fill_phone_keys(self.uow, most=MOST_AT_ONCE) == MOST_AT_ONCE:
            continue

    # -- what is kept of one person

    @answers(personal.ExportPerson)
    def export_person(self, query: dict[str, Any]) -> dict[str, Any]:
        with self.reading() as connection:
            return personal_queries.export_person(connection, **query)

    @answers(personal.ErasePerson)
    def erase_person(self, command: dict[str, Any]) -> dict[str, Any]:
        handlers.erase_person(self.uow, **command, today=self._today(), now=self.clock())
        return self._erasure(command["id"])

    @answers(personal.GetErasure)
    def get_erasure(self, query: dict[str, Any]) -> dict[str, Any]:
        return self._erasure(query["id"])

    @every(hours=1)
    def forget_who_left(self) -> None:
        now, today, period = self.clock(), self._today(), self.settings.left_period
        with self.reading() as connection:
            left = personal_queries.left_long_ago(connection, day_of(period.began(now)), MOST_AT_ONCE)
        for community, ids in left.items():
            handlers.forget_who_left(self.uow, community, ids, period, today=today, now=now)

    @hears(ElderErased)
    def note_erased_in_health(self, event: ElderErased) -> None:
        handlers.note_erased(self.uow, "health", event)

    @hears(VolunteerErased)
    def note_erased_in_volunteer(self, event: VolunteerErased) -> None:
        handlers.note_erased(self.uow, "volunteer", event)

    @hears(CasesErased)
    def note_erased_in_grievances(self, event: CasesErased) -> None:
        handlers.note_erased(self.uow, "grievance", event)

    @hears(AccountDetailsErased)
    def note_erased_in_accounts(self, event: AccountDetailsErased) -> None:
        handlers.note_erased(self.uow, "accounts", event)

    # -- what people have agreed to

    @answers(consent_schemas.GetConsents)
    def get_consents(self, query: dict[str, Any]) -> dict[str, Any]:
        return self._consents(query["person_id"])

    @answers(consent_schemas.RecordConsent)
    def record_consent(self, command: dict[str, Any]) -> dict[str, Any]:
        handlers.record_consent(self.uow, **command, today=self._today(), now=self.clock())
        return self._consents(command["person_id"])

    @answers(consent_schemas.WithdrawConsent)
    def withdraw_consent(self, command: dict[str, Any]) -> dict[str, Any]:
        handlers.withdraw_consent(self.uow, **command, today=self._today(), now=self.clock())
        return self._consents(command["person_id"])

    @hears(ElderConsented, people="named")
    def note_consent_of_elder(self, event: ElderConsented) -> None:
        handlers.note_consent_of_elder(self.uow, event)

    # -- posts and leave

    @answers(schemas.Appoint)
    def appoint(self, command: dict[str, Any]) -> dict[str, Any]:
        held = handlers.appoint(self.uow, **command)
        with self.reading() as connection:
            return queries.get_term(connection, *held, today=self._today())

    @answers(schemas.EndPost)
    def end_post(self, command: dict[str, Any]) -> dict[str, Any]:
        held = handlers.end_post(self.uow, **command)
        with self.reading() as connection:
            return queries.get_term(connection, *held, today=self._today())

    @answers(schemas.GetPost)
    def get_post(self, query: dict[str, Any]) -> dict[str, Any]:
        with self.reading() as connection:
            return queries.get_post(connection, query["id"], today=self._today())

    @answers(schemas.ListPosts)
    def list_posts(self, query: dict[str, Any]) -> dict[str, Any]:
        with self.reading() as connection:
            return queries.list_posts(connection, **query, today=self._today())

    @answers(schemas.TakeLeave)
    def take_leave(self, command: dict[str, Any]) -> dict[str, Any]:
        handlers.take_leave(self.uow, **command)
        return self._leave(command)

    @answers(schemas.CancelLeave)
    def cancel_leave(self, command: dict[str, Any]) -> dict[str, Any]:
        handlers.cancel_leave(self.uow, command["id"], now=self.clock())
        return self._leave(command)

    @answers(schemas.GetLeave)
    def get_leave(self, query: dict[str, Any]) -> dict[str, Any]:
        return self._leave(query)

    @answers(schemas.ListLeaves)
    def list_leaves(self, query: dict[str, Any]) -> dict[str, Any]:
        with self.reading() as connection:
            return queries.list_leaves(connection, **query)

    # -- what is shown of officials

    @answers(boards.GetBoard)
    def get_board(self, query: dict[str, Any]) -> dict[str, Any]:
        with self.reading() as connection:
            return board_queries.get_board(connection, query["community"], query["code"], today=self._today())

    @answers(boards.GetPortrait)
    def get_portrait(self, query: dict[str, Any]) -> dict[str, Any]:
        with self.reading() as connection:
            return board_queries.get_portrait(connection, query["id"], today=self._today())

    @answers(boards.GetPublication)
    def get_publication(self, query: dict[str, Any]) -> dict[str, Any]:
        return self._publication(query)

    @answers(boards.ShowPortrait)
    def show_portrait(self, command: dict[str, Any]) -> dict[str, Any]:
        handlers.show_portrait(self.uow, **command, today=self._today(), now=self.clock())
        return self._publication(command)

    @answers(boards.TakeDownPortrait)
    def take_down_portrait(self, command: dict[str, Any]) -> dict[str, Any]:
        handlers.take_down_portrait(self.uow, **command, now=self.clock())
        return self._publication(command)

    @answers(boards.ShowPhone)
    def show_phone(self, command: dict[str, Any]) -> dict[str, Any]:
        handlers.show_phone(self.uow, **command)
        return self._publication(command)

    @every(hours=1)
    def take_down_past_holders(self) -> None:
        handlers.take_down_past_holders(self.uow, today=self._today(), now=self.clock())

    # -- responsibility

    @answers(schemas.FindResponsible)
    def find_responsible(self, query: dict[str, Any]) -> dict[str, Any]:
        with self.reading() as connection:
            return queries.find_responsible(connection, **{"on": self._today()} | query)

    @answers(schemas.ListGaps)
    def list_gaps(self, query: dict[str, Any]) -> dict[str, Any]:
        with self.reading() as connection:
            return queries.list_gaps(connection, **query, today=self._today())

    @answers(handing.HandCaseOver)
    def hand_over(self, command: dict[str, Any]) -> dict[str, Any]:
        handlers.hand_over(self.uow, command, now=self.clock())
        return self._led(command)

    @answers(handing.GiveCaseBack)
    def give_back(self, command: dict[str, Any]) -> dict[str, Any]:
        handlers.give_back(self.uow, command, now=self.clock())
        return self._led(command)

    @hears(GrievanceFiled, loads=_its_assignment, people="named")
    def assign_leader(self, event: GrievanceFiled) -> None:
        handlers.assign_leader(self.uow, event, now=self.clock())

    @hears(GrievanceReopened, loads=_its_assignment, people="named")
    def assign_leader_again(self, event: GrievanceReopened) -> None:
        handlers.assign_leader(self.uow, event, now=self.clock())

    @hears(GrievanceAmended, loads=_its_assignment, people="named")
    def assign_leader_of_amended(self, event: GrievanceAmended) -> None:
        handlers.assign_leader(self.uow, event, now=self.clock())

    @hears(GrievanceEscalated, loads=_its_assignment, people="named")
    def escalate(self, event: GrievanceEscalated) -> None:
        handlers.escalate(self.uow, event, now=self.clock())

    @hears(GrievanceResolved, loads=_its_assignment)
    def settle_resolved(self, event: GrievanceResolved) -> None:
        handlers.settle_assignment(self.uow, event.grievance_id, event.resolved_at)

    @hears(GrievanceRejected, loads=_its_assignment)
    def settle_rejected(self, event: GrievanceRejected) -> None:
        handlers.settle_assignment(self.uow, event.grievance_id, event.rejected_at)

    @hears(GrievanceCancelled, loads=_its_assignment)
    def settle_cancelled(self, event: GrievanceCancelled) -> None:
        handlers.settle_assignment(self.uow, event.grievance_id, event.cancelled_at)

    @hears(PostFilled, queue="posts", when=_leads_grievances, people="named")
    def fill_gaps_of_post(self, event: PostFilled) -> None:
        handlers.fill_gaps_of_post(self.uow, event, now=self.clock())

    # On a queue of its own, where an instance of the release before never meets it.
    @hears(PersonMerged, queue="merged", people="named")
    def stand_aside(self, event: PersonMerged) -> None:
        handlers.stand_aside(self.uow, event, now=self.clock())

    @every(minutes=5)
    def fill_open_gaps(self) -> None:
        handlers.fill_open_gaps(self.uow, now=self.clock())

    def _place(self, command: dict[str, Any]) -> dict[str, Any]:
        with self.reading() as connection:
            return queries.get_place(connection, command["community"], command["code"])

    def _person(self, id: UUID) -> dict[str, Any]:
        with self.reading() as connection:
            return queries.get_person(connection, id, today=self._today())

    def _publication(self, command: dict[str, Any]) -> dict[str, Any]:
        with self.reading() as connection:
            return board_queries.get_publication(connection, command["id"])

    def _ages(self) -> dict[str, Any]:
        return {"today": self._today(), "elder_age": self.settings.elder_age}

    def _led(self, command: dict[str, Any]) -> dict[str, Any]:
        with self.reading() as connection:
            return queries.get_leader(connection, command["id"])

    def _leave(self, command: dict[str, Any]) -> dict[str, Any]:
        with self.reading() as connection:
            return queries.get_leave(connection, command["id"])

    def _erasure(self, person_id: UUID) -> dict[str, Any]:
        with self.reading() as connection:
            return personal_queries.get_erasure(connection, person_id)

    def _consents(self, person_id: UUID) -> dict[str, Any]:
        with self.reading() as connection:
            return personal_queries.get_consents(connection, person_id)

    def _today(self) -> date:
        return day_of(self.clock())
