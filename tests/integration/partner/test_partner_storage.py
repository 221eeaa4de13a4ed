"""The partner service against its database: what handlers keep, queries show."""

import threading
from datetime import date, timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from sqlalchemy import text

from chassis.migrate import difference
from chassis.unit_of_work import UnitOfWork
from contracts import wire
from contracts.grievance.events import GrievanceCancelled
from contracts.partner import schemas
from contracts.partner.errors import ReferralNotFound, StepForbidden, UnitNameTaken, UnitNotFound
from services.partner import handlers, queries
from services.partner.domain.referral import referral_id_of
from services.partner.service import PartnerService
from tests.scopes import in_this_scope
from tests.unit.partner.samples import COMMUNITY, COURTYARD, GRIEVANCE, NOON, TODAY, agreement, leader_assigned, unit
from tests.waiting import eventually

LATER = NOON + timedelta(hours=2)


def partner(uow, name, **different):
    asked = unit(name, **different)
    handlers.register_units(uow, COMMUNITY, [asked], now=NOON)
    return asked["id"]


def signed_partner(uow, name, **different):
    unit_id = partner(uow, name, **different)
    handlers.sign_agreement(uow, agreement(unit_id), now=NOON)
    return unit_id


def told(database):
    with database.reading() as connection:
        bodies = connection.execute(text("SELECT body FROM outbox ORDER BY id")).scalars()
        return [wire.from_bytes(bytes(body)) for body in bodies]


def units(database, **wanted):
    with database.reading() as connection:
        return queries.list_units(connection, on=TODAY, notice_days=30, **wanted)


def referrals(database, **wanted):
    with database.reading() as connection:
        return queries.list_referrals(connection, **wanted)


def test_models_and_migrations_agree(address):
    assert difference("partner", address, PartnerService.uow.metadata) == []


# -- units


def test_a_unit_is_shown_with_its_telephone_which_the_database_cannot_read(database, uow):
    unit_id = signed_partner(uow, "铁塔公司")
    with database.reading() as connection:
        shown = queries.get_unit(connection, unit_id, on=TODAY, notice_days=30)
        kept = connection.execute(text("SELECT phone FROM units")).scalar_one()
    assert shown["phone"] == "0371-64350000"
    assert "64350000" not in kept
    assert [one["state"] for one in shown["agreements"]] == ["valid"]
    assert schemas.UnitOut().validate(shown) == {}


def test_a_list_of_units_shows_how_their_agreements_stand_today_and_no_telephone(database, uow):
    signed_partner(uow, "1 有效")
    expired = partner(uow, "2 过期")
    handlers.sign_agreement(uow, agreement(expired, valid_from=date(2025, 1, 1), valid_to=date(2026, 5, 19)), now=NOON)
    coming = partner(uow, "3 未生效")
    handlers.sign_agreement(uow, agreement(coming, valid_from=date(2026, 5, 21)), now=NOON)
    partner(uow, "4 没有")
    shown = units(database, community=COMMUNITY)["items"]
    assert [row["agreement"] for row in shown] == ["valid", "expired", "not_yet", "none"]
    assert [row["agreement_until"] for row in shown] == ["2026-12-31", "2026-05-19", "2026-12-31", None]
    assert all(schemas.UnitRow().validate(row) == {} for row in shown)


def test_renewal_is_due_when_an_agreement_ends_soon_and_nothing_follows_it(database, uow):
    ends_soon = {"valid_to": TODAY + timedelta(days=30)}
    renewed, open_ended = partner(uow, "1 已续签"), partner(uow, "2 该续签")
    for unit_id in (renewed, open_ended):
        handlers.sign_agreement(uow, agreement(unit_id, **ends_soon), now=NOON)
    handlers.sign_agreement(
        uow, agreement(renewed, valid_from=TODAY + timedelta(days=31), valid_to=date(2027, 6, 30)), now=NOON
    )
    later = partner(uow, "3 还早")
    handlers.sign_agreement(uow, agreement(later, valid_to=TODAY + timedelta(days=31)), now=NOON)
    assert [row["renewal_due"] for row in units(database)["items"]] == [False, True, False]


def test_units_are_listed_by_community_and_kind_in_pages(database, uow):
    signed_partner(uow, "铁塔公司")
    for number in range(3):
        partner(uow, f"物业{number}", kind="property")
    assert units(database, kind="property", page=2, page_size=2)["total"] == 3
    assert [row["name"] for row in units(database, kind="property", page=2, page_size=2)["items"]] == ["物业2"]
    assert units(database, community="410181002012")["items"] == []


def test_many_units_are_registered_at_once_or_none(database, uow):
    partner(uow, "友缘物业")
    with pytest.raises(UnitNameTaken):
        handlers.register_units(uow, COMMUNITY, [unit("新"), unit("友缘物业")], now=NOON)
    assert units(database)["total"] == 1
    many = [unit(f"商户{number:03}", "merchant") for number in range(200)]
    assert handlers.register_units(uow, COMMUNITY, many, now=NOON) == 200
    assert handlers.register_units(uow, COMMUNITY, many, now=NOON) == 0


def test_an_unknown_unit_or_referral_is_not_found(database):
    with database.reading() as connection:
        with pytest.raises(UnitNotFound):
            queries.get_unit(connection, uuid4(), on=TODAY, notice_days=30)
        with pytest.raises(ReferralNotFound):
            queries.get_referral(connection, uuid4())


# -- referrals


def test_a_referral_is_told_and_shown_with_its_reason(database, uow):
    unit_id = signed_partner(uow, "中国铁塔巩义分公司")
    handlers.refer_to_unit(uow, leader_assigned(), now=NOON)
    [shown] = referrals(database, grievance_id=GRIEVANCE)["items"]
    [envelope] = told(database)
    assert schemas.ReferralOut().validate(shown) == {}
    assert (shown["unit_id"], shown["state"], shown["allowed"]) == (str(unit_id), "referred", ["accept", "return"])
    assert (envelope.type, envelope.sequence) == ("partner.partner_referred.v1", 1)
    assert envelope.event().reason == shown["reason"]
    assert units(database)["items"][0]["open_referrals"] == 1


def test_a_unit_never_sees_more_of_a_case_than_its_id_place_and_category(database, uow):
    signed_partner(uow, "铁塔公司")
    handlers.refer_to_unit(uow, leader_assigned(), now=NOON)
    [shown] = referrals(database)["items"]
    assert set(shown) == set(schemas.ReferralOut().fields)
    assert not {"contact", "description", "leader_name"} & set(shown)


def test_a_referral_is_taken_and_completed_and_its_sequence_grows(database, uow):
    signed_partner(uow, "铁塔公司")
    handlers.refer_to_unit(uow, leader_assigned(), now=NOON)
    id = referral_id_of(GRIEVANCE, 1, 1)
    handlers.accept_referral(uow, id, now=LATER)
    handlers.complete_referral(uow, id, "充电桩已修好", now=LATER)
    [shown] = referrals(database, state="completed")["items"]
    assert (shown["result"], shown["allowed"]) == ("充电桩已修好", [])
    assert [envelope.sequence for envelope in told(database)] == [1, 2, 3]
    with pytest.raises(StepForbidden):
        handlers.accept_referral(uow, id, now=LATER)
    assert len(told(database)) == 3


def test_a_returned_case_goes_on_to_the_next_unit(database, uow):
    signed_partner(uow, "甲铁塔", serves=[COURTYARD])
    signed_partner(uow, "乙铁塔")
    handlers.refer_to_unit(uow, leader_assigned(), now=NOON)
    handlers.return_referral(uow, referral_id_of(GRIEVANCE, 1, 1), "产权不在我司", now=LATER)
    handlers.refer_to_next_unit(uow, told(database)[-1].event(), now=LATER)
    shown = referrals(database)["items"]
    assert [(row["attempt"], row["unit"], row["state"]) for row in shown] == [
        (2, "乙铁塔", "referred"),
        (1, "甲铁塔", "returned"),
    ]


def test_a_case_and_its_end_handled_in_one_transaction_leave_nothing_open(database, uow):
    signed_partner(uow, "铁塔公司")
    with uow:
        handlers.refer_to_unit(uow, leader_assigned(), now=NOON)
        handlers.withdraw_referrals(uow, COMMUNITY, GRIEVANCE, LATER, now=LATER)
    [shown] = referrals(database)["items"]
    assert shown["state"] == "withdrawn"
    assert [envelope.sequence for envelope in told(database)] == [1, 2]


def test_an_end_heard_before_its_beginning_is_remembered(database, uow):
    signed_partner(uow, "铁塔公司")
    handlers.withdraw_referrals(uow, COMMUNITY, GRIEVANCE, NOON - timedelta(minutes=1), now=NOON)
    handlers.refer_to_unit(uow, leader_assigned(), now=NOON)
    assert referrals(database)["total"] == 0
    handlers.refer_to_unit(uow, leader_assigned(round=2, assigned_at=LATER), now=LATER)
    assert referrals(database)["total"] == 1


def test_a_case_and_its_end_cannot_pass_each_other_unseen(database, uow):
    signed_partner(uow, "铁塔公司")
    metadata, repositories = PartnerService.uow.metadata, PartnerService.uow.repositories
    ending = UnitOfWork(database, metadata, repositories)

    def end():
        handlers.withdraw_referrals(ending, COMMUNITY, GRIEVANCE, LATER, now=LATER)

    other = threading.Thread(target=in_this_scope(end))
    with uow:
        handlers.refer_to_unit(uow, leader_assigned(), now=NOON)
        other.start()
        # Unless the case were locked, the end would now be handled without seeing what is being begun.
        other.join(0.5)
    other.join(10)
    [shown] = eventually(lambda: referrals(database)["items"])
    assert shown["state"] == "withdrawn"


def test_the_service_hears_the_end_of_a_case(database, uow):
    signed_partner(uow, "铁塔公司")
    handlers.refer_to_unit(uow, leader_assigned(), now=NOON)
    event = GrievanceCancelled(community=COMMUNITY, grievance_id=GRIEVANCE, cancelled_at=LATER)
    service = SimpleNamespace(uow=uow, clock=lambda: LATER)
    [entrypoint] = PartnerService.withdraw_cancelled.nameko_entrypoints
    entrypoint.hearing.handle(service, event)
    assert referrals(database, state="withdrawn")["total"] == 1


def test_a_case_that_needs_no_unit_does_not_concern_the_service():
    [entrypoint] = PartnerService.refer_to_unit.nameko_entrypoints
    assert entrypoint.hearing.when(leader_assigned())
    assert not entrypoint.hearing.when(leader_assigned(needs=("hands", "visit")))
