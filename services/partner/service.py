"""The partner service's table of contents."""

from datetime import date
from typing import Any

from chassis.calls import answers
from chassis.events import hears
from chassis.storage import Clock, OwnSettings, Reading, Storage
from chassis.timers import every
from contracts.grievance.events import (
    GrievanceAmended,
    GrievanceCancelled,
    GrievanceRejected,
    GrievanceResolved,
    UnitAsked,
)
from contracts.organization.events import LeaderAssigned
from contracts.partner import schemas
from contracts.partner.events import ReferralReturned
from services.partner import handlers, persistence, queries
from services.partner.config import PartnerSettings
from services.partner.domain.calendar import day_in_china

MOST_AT_ONCE = 500
"""Referrals that lose their words at once; the next run takes up the rest."""


class PartnerService:
    """The door of the partner service: every call answered, every event heard."""

    name = "partner"

    uow = Storage(
        persistence.metadata,
        units=persistence.Units,
        agreements=persistence.Agreements,
        referrals=persistence.Referrals,
        cases=persistence.Cases,
    )
    reading = Reading()
    settings = OwnSettings("PARTNER", PartnerSettings)
    clock = Clock()

    # -- units and agreements

    @answers(schemas.RegisterUnit)
    def register_unit(self, command: dict[str, Any]) -> dict[str, Any]:
        """Register one unit and show it."""
        handlers.register_units(self.uow, command["community"], [command], now=self.clock())
        return self._unit(command["id"])

    @answers(schemas.RegisterUnits)
    def register_units(self, command: dict[str, Any]) -> dict[str, int]:
        """Register many units, all or none."""
        registered = handlers.register_units(self.uow, command["community"], command["units"], now=self.clock())
        return {"registered": registered, "known_before": len(command["units"]) - registered}

    @answers(schemas.SignAgreement)
    def sign_agreement(self, command: dict[str, Any]) -> dict[str, Any]:
        """Record an agreement and show it."""
        handlers.sign_agreement(self.uow, command, now=self.clock())
        with self.reading() as connection:
            return queries.get_agreement(connection, command["id"], on=self._today())

    @answers(schemas.ListUnits)
    def list_units(self, query: dict[str, Any]) -> dict[str, Any]:
        """Units, each with how its agreement stands today."""
        with self.reading() as connection:
            return queries.list_units(connection, on=self._today(), notice_days=self._notice_days(), **query)

    @answers(schemas.GetUnit)
    def get_unit(self, query: dict[str, Any]) -> dict[str, Any]:
        """One unit with its agreements."""
        return self._unit(query["id"])

    # -- referrals

    @hears(LeaderAssigned, when=lambda event: "unit" in event.needs)
    def refer_to_unit(self, event: LeaderAssigned) -> None:
        """The case asks for a unit."""
        handlers.refer_to_unit(self.uow, event, now=self.clock())

    @hears(UnitAsked)
    def refer_as_asked(self, event: UnitAsked) -> None:
        """The leader asks for a unit."""
        handlers.refer_as_asked(self.uow, event, now=self.clock())

    @hears(ReferralReturned)
    def refer_to_next_unit(self, event: ReferralReturned) -> None:
        """The case needs another unit."""
        handlers.refer_to_next_unit(self.uow, event, now=self.clock())

    @hears(GrievanceAmended)
    def withdraw_amended(self, event: GrievanceAmended) -> None:
        """The resident meant another category or place: the unit asked before is not wanted."""
        handlers.withdraw_referrals(
            self.uow, event.community, event.grievance_id, event.earlier_began_at, now=self.clock()
        )

    @hears(GrievanceCancelled)
    def withdraw_cancelled(self, event: GrievanceCancelled) -> None:
        """The resident has withdrawn the case."""
        handlers.withdraw_referrals(self.uow, event.community, event.grievance_id, event.cancelled_at, now=self.clock())

    @hears(GrievanceRejected)
    def withdraw_rejected(self, event: GrievanceRejected) -> None:
        """The case is not taken."""
        handlers.withdraw_referrals(self.uow, event.community, event.grievance_id, event.rejected_at, now=self.clock())

    @hears(GrievanceResolved)
    def withdraw_resolved(self, event: GrievanceResolved) -> None:
        """The case is solved, with or without the unit."""
        handlers.withdraw_referrals(self.uow, event.community, event.grievance_id, event.resolved_at, now=self.clock())

    @answers(schemas.AcceptReferral)
    def accept_referral(self, command: dict[str, Any]) -> dict[str, Any]:
        """The unit takes the matter."""
        handlers.accept_referral(self.uow, command["id"], now=self.clock())
        return self._referral(command)

    @answers(schemas.ReturnReferral)
    def return_referral(self, command: dict[str, Any]) -> dict[str, Any]:
        """The unit gives the matter back."""
        handlers.return_referral(self.uow, command["id"], command["reason"], now=self.clock())
        return self._referral(command)

    @answers(schemas.CompleteReferral)
    def complete_referral(self, command: dict[str, Any]) -> dict[str, Any]:
        """The unit says the matter is done."""
        handlers.complete_referral(self.uow, command["id"], command["result"], now=self.clock())
        return self._referral(command)

    @answers(schemas.GetReferral)
    def get_referral(self, query: dict[str, Any]) -> dict[str, Any]:
        """One referral."""
        return self._referral(query)

    @answers(schemas.ListReferrals)
    def list_referrals(self, query: dict[str, Any]) -> dict[str, Any]:
        """Referrals, newest first."""
        with self.reading() as connection:
            return queries.list_referrals(connection, **query)

    @every(minutes=10)
    def forget_words(self) -> None:
        """Of referrals that ended long ago, nobody need know any more what the unit wrote."""
        handlers.forget_words(self.uow, self.settings.words_period, most=MOST_AT_ONCE, now=self.clock())

    def _unit(self, unit_id: Any) -> dict[str, Any]:
        with self.reading() as connection:
            return queries.get_unit(connection, unit_id, on=self._today(), notice_days=self._notice_days())

    def _referral(self, command: dict[str, Any]) -> dict[str, Any]:
        with self.reading() as connection:
            return queries.get_referral(connection, command["id"])

    def _today(self) -> date:
        return day_in_china(self.clock())

    def _notice_days(self) -> int:
        days: int = self.settings.renewal_notice_days
        return days
