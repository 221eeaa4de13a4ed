"""The partner service's door: what is asked and answered, in the shapes of its contract."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import msgspec
import pytest
from marshmallow import ValidationError

from contracts.partner import schemas
from contracts.partner.events import ReferralWordsForgotten
from services.partner.config import PartnerSettings
from services.partner.domain.referral import referral_id_of
from services.partner.service import PartnerService
from tests.unit.partner.samples import COMMUNITY, GRIEVANCE, NOON, agreement, leader_assigned, unit


@pytest.fixture
def door(database, uow):
    """The service as nameko would hand it out."""
    door = PartnerService()
    door.uow, door.reading, door.settings, door.clock = uow, database.reading, PartnerSettings(), lambda: NOON
    return door


def ask(door, call: str, **command: Any) -> Any:
    """Ask as the gateway does: the command travels as JSON, and so does the answer."""
    [entrypoint] = getattr(PartnerService, call).nameko_entrypoints
    loaded = entrypoint.schema().load(msgspec.json.decode(msgspec.json.encode(command)))
    return msgspec.json.decode(msgspec.json.encode(entrypoint.method(door, loaded)))


def refer(door, **different):
    [entrypoint] = PartnerService.refer_to_unit.nameko_entrypoints
    entrypoint.hearing.handle(door, leader_assigned(**different))


def test_a_unit_is_registered_signed_with_and_found(door):
    asked = unit(community=COMMUNITY)
    registered = ask(door, "register_unit", **asked)
    assert schemas.UnitOut().validate(registered) == {}
    assert registered == ask(door, "register_unit", **asked) == ask(door, "get_unit", id=asked["id"])
    signed = ask(door, "sign_agreement", **agreement(asked["id"]))
    assert schemas.AgreementOut().validate(signed) == {}
    assert signed["state"] == "valid"
    [row] = ask(door, "list_units", community=COMMUNITY, kind="tower")["items"]
    assert (row["id"], row["agreement"]) == (str(asked["id"]), "valid")


def test_many_units_are_registered_at_once(door):
    many = [unit(f"商户{number}", "merchant") for number in range(3)]
    assert ask(door, "register_units", community=COMMUNITY, units=many) == {"registered": 3, "known_before": 0}
    assert ask(door, "register_units", community=COMMUNITY, units=many) == {"registered": 0, "known_before": 3}


def test_a_referral_is_taken_returned_and_completed_through_the_door(door):
    for name in ("甲铁塔", "乙铁塔"):
        asked = unit(name, community=COMMUNITY)
        ask(door, "register_unit", **asked)
        ask(door, "sign_agreement", **agreement(asked["id"]))
    refer(door)
    first = ask(door, "list_referrals", grievance_id=GRIEVANCE)["items"][0]
    assert ask(door, "accept_referral", id=first["id"])["state"] == "accepted"
    returned = ask(door, "return_referral", id=first["id"], reason="产权不在我司")
    assert (returned["state"], returned["return_reason"], returned["allowed"]) == ("returned", "产权不在我司", [])
    refer(door, round=2, assigned_at=NOON + timedelta(hours=1))
    second = ask(door, "get_referral", id=referral_id_of(GRIEVANCE, 2, 1))
    ask(door, "accept_referral", id=second["id"])
    completed = ask(door, "complete_referral", id=second["id"], result="充电桩已装好")
    assert (completed["state"], completed["result"]) == ("completed", "充电桩已装好")
    assert ask(door, "list_referrals", community=COMMUNITY, state="completed", unit_id=second["unit_id"])["total"] == 1


@pytest.mark.parametrize(
    ("call", "command", "field"),
    [
        ("register_unit", unit(community="41018"), "community"),
        ("register_unit", unit(kind="circus", community=COMMUNITY), "kind"),
        ("register_unit", unit(" ", community=COMMUNITY), "name"),
        ("register_unit", unit("铁塔\x00", community=COMMUNITY), "name"),
        ("register_unit", unit(phone="call me", community=COMMUNITY), "phone"),
        ("register_unit", unit(serves=["第三网格"], community=COMMUNITY), "serves"),
        ("register_units", {"community": COMMUNITY, "units": []}, "units"),
        ("sign_agreement", agreement(uuid4(), cooperation="friendship"), "cooperation"),
        ("sign_agreement", agreement(uuid4(), valid_from="01/02/2026"), "valid_from"),
        ("return_referral", {"id": uuid4(), "reason": "  "}, "reason"),
        ("complete_referral", {"id": uuid4()}, "result"),
        ("list_units", {"page_size": 201}, "page_size"),
        ("list_referrals", {"state": "lost"}, "state"),
        ("get_unit", {"id": "1"}, "id"),
        ("accept_referral", {"id": uuid4(), "colour": "red"}, "colour"),
    ],
)
def test_a_command_of_the_wrong_shape_is_refused_naming_the_field(door, call, command, field):
    with pytest.raises(ValidationError) as refused:
        ask(door, call, **command)
    assert list(refused.value.messages) == [field]


def test_what_a_unit_wrote_goes_when_the_period_is_over_and_not_a_day_before(door):
    one = unit(community=COMMUNITY)
    ask(door, "register_unit", **one)
    ask(door, "sign_agreement", **agreement(one["id"]))
    refer(door)
    id = referral_id_of(GRIEVANCE, 1, 1)
    ask(door, "accept_referral", id=id)
    ask(door, "complete_referral", id=id, result="已拆除私拉电线")
    for days, result, proofs in ((1094, "已拆除私拉电线", 0), (1096, None, 1), (1097, None, 1)):
        door.clock = lambda days=days: NOON + timedelta(days=days)
        PartnerService.forget_words.__wrapped__(door)
        assert ask(door, "get_referral", id=id)["result"] == result
        with door.reading() as connection:
            told = connection.execute(PartnerService.uow.metadata.tables["outbox"].select()).all()
        assert len([row for row in told if row.type == ReferralWordsForgotten.wire_name()]) == proofs
