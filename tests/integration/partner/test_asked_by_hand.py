"""Units that a leader asks for by hand, against the database: chosen like any other, once, and not beside another."""

from datetime import date, timedelta
from uuid import UUID, uuid4

from contracts.grievance.events import UnitAsked
from services.partner import handlers
from tests.integration.partner.test_partner_storage import partner, referrals, signed_partner, told
from tests.unit.partner.samples import COMMUNITY, GRIEVANCE, NOON, agreement, leader_assigned

HOUR = timedelta(hours=1)


def asked(**different):
    return UnitAsked(
        **{
            "community": COMMUNITY,
            "grievance_id": GRIEVANCE,
            "request_id": uuid4(),
            "place": COMMUNITY,
            "path": (COMMUNITY,),
            "category": "other",
            "line": "patrol",
            "unit_kind": "tower",
            "wanted": "survey",
            "asked_at": NOON,
        }
        | different
    )


def whats(database):
    return [envelope.type.split(".")[1] for envelope in told(database)]


def test_a_unit_of_the_kind_is_referred_to_and_reads_what_it_is_wanted_for(database, uow):
    signed_partner(uow, "铁塔公司")
    handlers.refer_as_asked(uow, asked(), now=NOON)
    [shown] = referrals(database)["items"]
    assert shown["unit"] == "铁塔公司"
    assert shown["reason"].startswith("网格长请求实地查看；")


def test_a_certain_unit_is_referred_to_though_others_lie_nearer(database, uow):
    signed_partner(uow, "甲", serves=[COMMUNITY])
    wanted = signed_partner(uow, "乙")
    handlers.refer_as_asked(uow, asked(unit_kind=None, unit_id=wanted), now=NOON)
    assert [row["unit"] for row in referrals(database)["items"]] == ["乙"]


def test_a_request_that_comes_again_is_answered_once(database, uow):
    signed_partner(uow, "铁塔公司")
    request = asked()
    handlers.refer_as_asked(uow, request, now=NOON)
    [row] = referrals(database)["items"]
    handlers.accept_referral(uow, UUID(row["id"]), now=NOON)
    handlers.complete_referral(uow, UUID(row["id"]), "已查看", now=NOON)
    handlers.refer_as_asked(uow, request, now=NOON)
    assert referrals(database)["total"] == 1


def test_nothing_is_asked_beside_a_unit_that_is_at_work(database, uow):
    signed_partner(uow, "铁塔公司")
    handlers.refer_to_unit(uow, leader_assigned(), now=NOON)
    handlers.refer_as_asked(uow, asked(asked_at=NOON + HOUR), now=NOON + HOUR)
    assert whats(database) == ["partner_referred"]


def test_another_may_be_asked_for_once_the_last_has_ended(database, uow):
    signed_partner(uow, "铁塔公司")
    handlers.refer_to_unit(uow, leader_assigned(), now=NOON)
    [row] = referrals(database)["items"]
    handlers.accept_referral(uow, UUID(row["id"]), now=NOON)
    handlers.complete_referral(uow, UUID(row["id"]), "已查看", now=NOON)
    handlers.refer_as_asked(uow, asked(asked_at=NOON + HOUR), now=NOON + HOUR)
    assert sorted(row["attempt"] for row in referrals(database)["items"]) == [1, 2]


def test_an_agreement_that_has_ended_lets_nobody_be_chosen_by_hand_either(database, uow):
    unit_id = partner(uow, "铁塔公司")
    handlers.sign_agreement(uow, agreement(unit_id, valid_from=date(2025, 1, 1), valid_to=date(2025, 12, 31)), now=NOON)
    handlers.refer_as_asked(uow, asked(unit_kind=None, unit_id=unit_id), now=NOON)
    assert whats(database) == ["partner_missing"]
    assert "到期" in told(database)[0].event().reason


def test_a_case_that_has_ended_asks_nobody_any_more(database, uow):
    signed_partner(uow, "铁塔公司")
    handlers.withdraw_referrals(uow, COMMUNITY, GRIEVANCE, NOON + HOUR, now=NOON + HOUR)
    handlers.refer_as_asked(uow, asked(), now=NOON + HOUR)
    assert whats(database) == []
