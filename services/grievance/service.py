"""The door of the grievance service: every call answered, every event heard, every timer."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from chassis.calls import answers
from chassis.events import hears
from chassis.storage import Clock, NeedsSecret, OwnSettings, Reading, Storage
from chassis.timers import every
from contracts.grievance import schemas
from contracts.grievance.schemas import lists, neighbours, personal, phrases, pictures, receipts, views, work
from contracts.health.events import HomeVisitCancelled, HomeVisitDone, HomeVisitMissed, HomeVisitPlanned
from contracts.organization.events import (
    EscalationRaised,
    LeaderAssigned,
    LeaderChanged,
    LeaderMissing,
    PersonErased,
    PersonMerged,
    PlacesImported,
)
from contracts.partner.events import (
    PartnerMissing,
    PartnerReferred,
    ReferralAccepted,
    ReferralCompleted,
    ReferralReturned,
    ReferralWithdrawn,
)
from contracts.volunteer.events import (
    DispatchAccepted,
    DispatchDeclined,
    DispatchLapsed,
    DispatchStoodDown,
    VolunteerCheckedIn,
    VolunteerCheckedOut,
    VolunteersDispatched,
    VolunteersExhausted,
)
from services.grievance import handlers, persistence, queries
from services.grievance.config import GrievanceSettings
from services.grievance.domain.grievance import day_in_china
from services.grievance.domain.tasks import TaskState
from services.grievance.handlers import forgetting, merging
from services.grievance.handlers import phrases as phrasing
from services.grievance.handlers import views as viewing
from services.grievance.handlers import work as working
from services.grievance.queries import personal as persons
from services.grievance.queries import phrases as phrases_shown
from services.grievance.queries import views as views_shown

FOUR_WEEKS = 28
"""Days that statistics are about where nobody says."""

MOST_AT_ONCE = 200
"""Cases that one tick of a timer works on; the next tick takes up the rest."""


def _of_a_grievance(event: Any) -> bool:
    return event.grievance_id is not None


def _its_case(event: Any) -> tuple[str, UUID]:
    return "grievances", event.grievance_id


MOST_BY_PHONE = 900
"""Cases and neighbours found by one telephone."""


class GrievanceService:
    """Keeps every case from filing to closing."""

    name = "grievance"
    uow = Storage(persistence.metadata, **persistence.REPOSITORIES)
    reading = Reading()
    secret = NeedsSecret()
    settings = OwnSettings("GRIEVANCE", GrievanceSettings)
    clock = Clock()

    # -- calls

    @answers(schemas.FileGrievance, together=True)
    def file_grievance(self, command: dict[str, Any]) -> dict[str, Any]:
        return handlers.file_grievance(self.uow, command, now=self.clock())

    @answers(schemas.FileGrievance)
    def find_filing(self, command: dict[str, Any]) -> dict[str, Any]:
        return handlers.find_filing(self.uow, command)

    @answers(schemas.GetGrievance)
    def get_grievance(self, query: dict[str, Any]) -> dict[str, Any]:
        with self.reading() as connection:
            return queries.get_grievance(connection, query["id"])

    @answers(schemas.ChooseGrievances)
    def list_grievances(self, query: dict[str, Any]) -> dict[str, Any]:
        with self.reading() as connection:
            return queries.list_grievances(connection, **query, now=self.clock())

    @answers(lists.CountByPlace)
    def list_by_place(self, query: dict[str, Any]) -> dict[str, Any]:
        with self.reading() as connection:
            return queries.list_by_place(connection, **query, now=self.clock())

    @answers(lists.AskStatistics)
    def get_statistics(self, query: dict[str, Any]) -> dict[str, Any]:
        with self.reading() as connection:
            return queries.statistics(connection, **self._counted(query))

    @answers(lists.CompareCommunities)
    def compare_communities(self, query: dict[str, Any]) -> dict[str, Any]:
        with self.reading() as connection:
            return queries.compare_communities(connection, **self._counted(query))

    def _counted(self, query: dict[str, Any]) -> dict[str, Any]:
        """The question with its period, what a middling score counts, and what time it is."""
        now = self.clock()
        until = query.get("until", day_in_china(now))
        period = {"until": until, "since": query.get("since", until - timedelta(days=FOUR_WEEKS - 1))}
        return {**query, **period, "half_counts": self.settings.half_content_counts, "now": now}

    @answers(schemas.GetGrievance)
    def get_contact(self, query: dict[str, Any]) -> dict[str, Any]:
        with self.reading() as connection:
            return queries.get_contact(connection, query["id"])

    @answers(schemas.ListFigures)
    def list_figures(self, query: dict[str, Any]) -> dict[str, Any]:
        with self.reading() as connection:
            return queries.list_figures(connection, **query, now=self.clock())

    @answers(schemas.ListCategories)
    def list_categories(self, query: dict[str, Any]) -> dict[str, Any]:
        return queries.list_categories(**query)

    @answers(schemas.TakeStep)
    def accept_grievance(self, command: dict[str, Any]) -> dict[str, Any]:
        handlers.accept_grievance(self.uow, command, now=self.clock())
        return self._shown(command)

    @answers(schemas.TakeStep)
    def resolve_grievance(self, command: dict[str, Any]) -> dict[str, Any]:
        handlers.resolve_grievance(self.uow, command, now=self.clock())
        return self._shown(command)

    @answers(schemas.RejectGrievance)
    def reject_grievance(self, command: dict[str, Any]) -> dict[str, Any]:
        handlers.reject_grievance(self.uow, command, now=self.clock())
        return self._shown(command)

    @answers(schemas.TakeStep)
    def reopen_grievance(self, command: dict[str, Any]) -> dict[str, Any]:
        handlers.reopen_grievance(self.uow, command, now=self.clock())
        return self._shown(command)

    @answers(schemas.RateGrievance)
    def rate_grievance(self, command: dict[str, Any]) -> dict[str, Any]:
        handlers.rate_grievance(self.uow, command, now=self.clock())
        return self._shown(command)

    @answers(schemas.TakeStep)
    def cancel_grievance(self, command: dict[str, Any]) -> dict[str, Any]:
        handlers.cancel_grievance(self.uow, command, now=self.clock())
        return self._shown(command)

    @answers(receipts.AmendGrievance)
    def amend_grievance(self, command: dict[str, Any]) -> dict[str, Any]:
        handlers.amend_grievance(self.uow, command, now=self.clock())
        return self._shown(command)

    # -- those who have no account, only a receipt

    @answers(receipts.Proof)
    def follow_receipt(self, proof: dict[str, Any]) -> dict[str, Any]:
        return self._followed(proof)

    @answers(receipts.WithdrawByReceipt)
    def withdraw_by_receipt(self, command: dict[str, Any]) -> dict[str, Any]:
        handlers.withdraw_grievance(self.uow, self._proven(command), now=self.clock())
        return self._followed(command)

    @answers(receipts.AmendByReceipt)
    def amend_by_receipt(self, command: dict[str, Any]) -> dict[str, Any]:
        handlers.amend_grievance(self.uow, self._proven(command), now=self.clock())
        return self._followed(command)

    @answers(receipts.AnswerByReceipt)
    def answer_by_receipt(self, command: dict[str, Any]) -> dict[str, Any]:
        handlers.answer_grievance(self.uow, self._proven(command), now=self.clock())
        return self._followed(command)

    @answers(receipts.ReopenByReceipt)
    def reopen_by_receipt(self, command: dict[str, Any]) -> dict[str, Any]:
        handlers.reopen_grievance(self.uow, {"by": "", "note": "", **self._proven(command)}, now=self.clock())
        return self._followed(command)

    def _proven(self, command: dict[str, Any]) -> dict[str, Any]:
        with self.reading() as connection:
            return {**command, "id": queries.prove_filer(connection, command)}

    def _followed(self, proof: dict[str, Any]) -> dict[str, Any]:
        with self.reading() as connection:
            proven = queries.prove(connection, proof)
            return queries.show_followed(connection, proven, receipt=proof["receipt"], now=self.clock())

    @answers(neighbours.ListNearby)
    def list_nearby(self, query: dict[str, Any]) -> dict[str, Any]:
        with self.reading() as connection:
            return queries.list_nearby(connection, **query)

    @answers(neighbours.JoinGrievance)
    def join_grievance(self, command: dict[str, Any]) -> dict[str, Any]:
        return handlers.join_grievance(self.uow, command, now=self.clock())

    @answers(neighbours.JoinForCaller)
    def join_for_caller(self, command: dict[str, Any]) -> dict[str, Any]:
        return handlers.join_for_caller(self.uow, command, now=self.clock())

    @answers(neighbours.ListOfCaller)
    def list_of_caller(self, query: dict[str, Any]) -> dict[str, Any]:
        with self.reading() as connection:
            return queries.list_of_caller(connection, **query)

    # -- what is kept of one person

    @answers(personal.ExportPerson)
    def export_person(self, query: dict[str, Any]) -> dict[str, Any]:
        with self.reading() as connection:
            return persons.export_person(connection, **query)

    @answers(personal.FindByPhone)
    def find_by_phone(self, query: dict[str, Any]) -> dict[str, Any]:
        with self.reading() as connection:
            return persons.known_by_phone(connection, **query, most=MOST_BY_PHONE)

    @hears(PersonErased, people="named")
    def erase_person(self, event: PersonErased) -> None:
        forgetting.erase_person(self.uow, event, now=self.clock())

    @hears(PersonMerged, people="merged")
    def merge_people(self, event: PersonMerged) -> None:
        merging.merge_people(self.uow, event)

    # -- pictures

    @answers(pictures.KeepPicture)
    def keep_picture(self, command: dict[str, Any]) -> dict[str, Any]:
        return handlers.keep_picture(self.uow, command, now=self.clock())

    @answers(pictures.AddPicture)
    def add_picture(self, command: dict[str, Any]) -> dict[str, Any]:
        return handlers.add_picture(self.uow, command, now=self.clock())

    @answers(pictures.FindPicture)
    def find_picture(self, query: dict[str, Any]) -> dict[str, Any]:
        with self.reading() as connection:
            return queries.find_picture(connection, **query)

    @answers(pictures.GetPicture)
    def get_picture(self, query: dict[str, Any]) -> dict[str, Any]:
        with self.reading() as connection:
            return queries.get_picture(connection, **query)

    # -- ready phrases

    @answers(phrases.ChoosePhrases)
    def list_phrases(self, query: dict[str, Any]) -> dict[str, Any]:
        with self.reading() as connection:
            return phrases_shown.list_phrases(connection, **query)

    @answers(phrases.GetPhrase)
    def get_phrase(self, query: dict[str, Any]) -> dict[str, Any]:
        return self._phrase(query)

    @answers(phrases.AddPhrase)
    def add_phrase(self, command: dict[str, Any]) -> dict[str, Any]:
        phrasing.add_phrase(self.uow, command)
        return self._phrase(command)

    @answers(phrases.ChangePhrase)
    def change_phrase(self, command: dict[str, Any]) -> dict[str, Any]:
        phrasing.change_phrase(self.uow, command)
        return self._phrase(command)

    @answers(phrases.GetPhrase)
    def remove_phrase(self, command: dict[str, Any]) -> dict[str, Any]:
        return phrasing.remove_phrase(self.uow, command)

    def _phrase(self, named: dict[str, Any]) -> dict[str, Any]:
        with self.reading() as connection:
            return phrases_shown.get_phrase(connection, named["id"])

    # -- views of the inbox

    @answers(views.ChooseViews)
    def list_views(self, query: dict[str, Any]) -> dict[str, Any]:
        with self.reading() as connection:
            return views_shown.list_views(connection, **query)

    @answers(views.GetView)
    def get_view(self, query: dict[str, Any]) -> dict[str, Any]:
        return self._view(query)

    @answers(views.AddView)
    def add_view(self, command: dict[str, Any]) -> dict[str, Any]:
        viewing.add_view(self.uow, command)
        return self._view(command)

    @answers(views.GetView)
    def remove_view(self, command: dict[str, Any]) -> dict[str, Any]:
        return viewing.remove_view(self.uow, command)

    def _view(self, named: dict[str, Any]) -> dict[str, Any]:
        with self.reading() as connection:
            return views_shown.get_view(connection, named["id"])

    # -- work on the way

    @answers(work.NoteCall)
    def note_call(self, command: dict[str, Any]) -> dict[str, Any]:
        working.note_call(self.uow, command, now=self.clock())
        return self._shown(command)

    @answers(work.SplitGrievance)
    def split_grievance(self, command: dict[str, Any]) -> dict[str, Any]:
        working.split_grievance(self.uow, command, now=self.clock())
        return self._shown(command)

    @answers(work.FinishTask)
    def finish_task(self, command: dict[str, Any]) -> dict[str, Any]:
        working.settle_task(self.uow, command, TaskState.DONE, now=self.clock())
        return self._shown(command)

    @answers(work.DropTask)
    def drop_task(self, command: dict[str, Any]) -> dict[str, Any]:
        working.settle_task(self.uow, command, TaskState.DROPPED, now=self.clock())
        return self._shown(command)

    @answers(work.NoteAttempt)
    def note_attempt(self, command: dict[str, Any]) -> dict[str, Any]:
        working.note_attempt(self.uow, command, now=self.clock())
        return self._shown(command)

    @answers(work.AskHands)
    def ask_hands(self, command: dict[str, Any]) -> dict[str, Any]:
        working.ask_hands(self.uow, command, now=self.clock())
        return self._shown(command)

    @answers(work.AskUnit)
    def ask_unit(self, command: dict[str, Any]) -> dict[str, Any]:
        working.ask_unit(self.uow, command, now=self.clock())
        return self._shown(command)

    @answers(work.RemindLeader)
    def remind_leader(self, command: dict[str, Any]) -> dict[str, Any]:
        working.remind_leader(self.uow, command, self.settings.reminder_pause, now=self.clock())
        return self._shown(command)

    @answers(work.PauseGrievance)
    def pause_grievance(self, command: dict[str, Any]) -> dict[str, Any]:
        working.pause_grievance(self.uow, command, self.settings.allowance, now=self.clock())
        return self._shown(command)

    @answers(work.ResumeGrievance)
    def resume_grievance(self, command: dict[str, Any]) -> dict[str, Any]:
        working.resume_grievance(self.uow, command, now=self.clock())
        return self._shown(command)

    @answers(work.ReplyToRating)
    def reply_to_rating(self, command: dict[str, Any]) -> dict[str, Any]:
        working.reply_to_rating(self.uow, command, now=self.clock())
        return self._shown(command)

    def _shown(self, command: dict[str, Any]) -> dict[str, Any]:
        with self.reading() as connection:
            return queries.get_grievance(connection, command["id"])

    # -- the organization tells

    @hears(PlacesImported, queue="places")
    def remember_places(self, event: PlacesImported) -> None:
        handlers.remember_places(self.uow, event)

    @hears(LeaderAssigned, loads=_its_case, people="named")
    def record_leader(self, event: LeaderAssigned) -> None:
        handlers.record_leader(self.uow, event)

    @hears(LeaderChanged, loads=_its_case, people="named")
    def record_leader_changed(self, event: LeaderChanged) -> None:
        handlers.record_leader_changed(self.uow, event)

    @hears(LeaderMissing, loads=_its_case)
    def record_leader_missing(self, event: LeaderMissing) -> None:
        handlers.record_leader_missing(self.uow, event)

    @hears(EscalationRaised, loads=_its_case)
    def record_escalation(self, event: EscalationRaised) -> None:
        handlers.record_escalation(self.uow, event)

    # -- the volunteers tell

    @hears(VolunteersDispatched, loads=_its_case, people="named")
    def record_dispatched(self, event: VolunteersDispatched) -> None:
        handlers.record_dispatched(self.uow, event)

    @hears(DispatchAccepted, loads=_its_case)
    def record_dispatch_accepted(self, event: DispatchAccepted) -> None:
        handlers.record_dispatch(self.uow, event, state="accepted", at=event.accepted_at)

    @hears(DispatchDeclined, loads=_its_case)
    def record_dispatch_declined(self, event: DispatchDeclined) -> None:
        handlers.record_dispatch(self.uow, event, state="declined", at=event.declined_at)

    @hears(DispatchLapsed, loads=_its_case)
    def record_dispatch_lapsed(self, event: DispatchLapsed) -> None:
        handlers.record_dispatch(self.uow, event, state="lapsed", at=event.lapsed_at)

    @hears(DispatchStoodDown, loads=_its_case)
    def record_dispatch_stood_down(self, event: DispatchStoodDown) -> None:
        handlers.record_dispatch(self.uow, event, state="stood_down", at=event.stood_down_at)

    @hears(VolunteerCheckedIn, loads=_its_case)
    def record_check_in(self, event: VolunteerCheckedIn) -> None:
        handlers.record_dispatch(self.uow, event, state="checked_in", at=event.checked_in_at)

    @hears(VolunteerCheckedOut, loads=_its_case)
    def record_check_out(self, event: VolunteerCheckedOut) -> None:
        handlers.record_dispatch(self.uow, event, state="checked_out", at=event.checked_out_at, minutes=event.minutes)

    @hears(VolunteersExhausted, loads=_its_case)
    def record_exhausted(self, event: VolunteersExhausted) -> None:
        handlers.record_exhausted(self.uow, event)

    # -- the partners tell

    @hears(PartnerReferred, loads=_its_case)
    def record_referred(self, event: PartnerReferred) -> None:
        handlers.record_referred(self.uow, event)

    @hears(ReferralAccepted, loads=_its_case)
    def record_referral_accepted(self, event: ReferralAccepted) -> None:
        handlers.record_referral(self.uow, event, state="accepted", at=event.accepted_at)

    @hears(ReferralReturned, loads=_its_case)
    def record_referral_returned(self, event: ReferralReturned) -> None:
        handlers.record_referral(self.uow, event, state="returned", at=event.returned_at, words=event.reason)

    @hears(ReferralCompleted, loads=_its_case)
    def record_referral_completed(self, event: ReferralCompleted) -> None:
        handlers.record_referral(self.uow, event, state="completed", at=event.completed_at, words=event.result)

    @hears(ReferralWithdrawn, loads=_its_case)
    def record_referral_withdrawn(self, event: ReferralWithdrawn) -> None:
        handlers.record_referral(self.uow, event, state="withdrawn", at=event.withdrawn_at)

    @hears(PartnerMissing, loads=_its_case)
    def record_no_partner(self, event: PartnerMissing) -> None:
        handlers.record_no_partner(self.uow, event)

    # -- the health service tells

    @hears(HomeVisitPlanned, when=_of_a_grievance, loads=_its_case)
    def record_visit_planned(self, event: HomeVisitPlanned) -> None:
        handlers.record_visit_planned(self.uow, event)

    @hears(HomeVisitDone, when=_of_a_grievance, loads=_its_case)
    def record_visit_done(self, event: HomeVisitDone) -> None:
        handlers.record_visit(self.uow, event, state="done", at=event.done_at)

    @hears(HomeVisitMissed, when=_of_a_grievance, loads=_its_case)
    def record_visit_missed(self, event: HomeVisitMissed) -> None:
        handlers.record_visit(self.uow, event, state="missed", at=event.missed_at)

    @hears(HomeVisitCancelled, when=_of_a_grievance, loads=_its_case)
    def record_visit_cancelled(self, event: HomeVisitCancelled) -> None:
        handlers.record_visit(self.uow, event, state="cancelled", at=event.cancelled_at)

    # -- time

    @every(minutes=1)
    def escalate_overdue(self) -> None:
        now = self.clock()
        with self.reading() as connection:
            late = queries.late_grievances(connection, now, MOST_AT_ONCE)
        for grievance_id in late:
            handlers.escalate(self.uow, grievance_id, now=now)

    @every(minutes=1)
    def go_on_paused(self) -> None:
        now = self.clock()
        with self.reading() as connection:
            waited = queries.waited_enough(connection, now, MOST_AT_ONCE)
        for grievance_id in waited:
            working.go_on(self.uow, grievance_id, now=now)

    @every(minutes=5)
    def fill_phone_keys(self) -> None:
        while handlers.fill_phone_keys(self.uow, most=MOST_AT_ONCE) == MOST_AT_ONCE:
            continue

    @every(hours=1)
    def forget_pictures(self) -> None:
        handlers.forget_pictures(self.uow, self.settings.pictures_period, now=self.clock())

    @every(minutes=10)
    def forget_cases(self) -> None:
        now, period = self.clock(), self.settings.cases_period
        with self.reading() as connection:
            over = persons.long_ended(connection, period.began(now), MOST_AT_ONCE)
        for community, ids in over.items():
            forgetting.forget_cases(self.uow, community, ids, period, now=now)

    @every(minutes=5)
    def close_settled(self) -> None:
        now = self.clock()
        with self.reading() as connection:
            settled = queries.settled_grievances(
                connection,
                rated_before=now - timedelta(hours=self.settings.close_rated_after_hours),
                resolved_before=now - timedelta(hours=self.settings.close_unrated_after_hours),
                most=MOST_AT_ONCE,
            )
        for grievance_id in settled:
            handlers.close_settled(self.uow, grievance_id, now=now)
