"""Registering units and signing agreements."""

from datetime import date
from uuid import uuid4

import pytest

from contracts.partner.errors import AgreementDatesReversed, UnitNameTaken, UnitNotFound
from services.partner import handlers
from tests.unit.partner.fakes import FakeUnitOfWork
from tests.unit.partner.samples import COMMUNITY, NOON, agreement, unit


@pytest.fixture
def uow():
    return FakeUnitOfWork()


def register(uow, *units, community=COMMUNITY):
    return handlers.register_units(uow, community, units, now=NOON)


def test_a_registered_unit_is_kept_with_what_was_said_of_it(uow):
    asked = unit(" 友缘物业 ", "property", serves=["410181002011003"])
    assert register(uow, asked) == 1
    kept = uow.units.get(asked["id"])
    assert (kept.name, kept.kind, kept.serves, kept.community) == (
        "友缘物业",
        "property",
        ["410181002011003"],
        COMMUNITY,
    )


def test_registering_the_same_unit_again_changes_nothing(uow):
    asked = unit()
    assert [register(uow, asked), register(uow, asked)] == [1, 0]


def test_a_second_unit_of_the_same_name_is_refused_and_none_of_its_company_is_registered(uow):
    register(uow, unit("友缘物业"))
    with pytest.raises(UnitNameTaken) as refused:
        register(uow, unit("新物业"), unit("友缘物业"))
    assert refused.value.facts == {"names": ["友缘物业"]}
    assert len(uow.units.kept) == 1


def test_two_units_of_one_name_in_the_same_command_are_refused(uow):
    with pytest.raises(UnitNameTaken):
        register(uow, unit("友缘物业"), unit("友缘物业"))


def test_the_same_unit_twice_in_one_command_is_registered_once(uow):
    asked = unit()
    assert register(uow, asked, asked) == 1


def test_another_community_may_use_the_same_name(uow):
    register(uow, unit("友缘物业"))
    assert register(uow, unit("友缘物业"), community="410181002012") == 1


def test_an_agreement_is_kept_for_its_unit_and_once(uow):
    asked = unit()
    register(uow, asked)
    signed = agreement(asked["id"])
    handlers.sign_agreement(uow, signed, now=NOON)
    handlers.sign_agreement(uow, signed, now=NOON)
    [kept] = uow.agreements.kept.values()
    assert (kept.unit_id, kept.community, kept.valid_to) == (asked["id"], COMMUNITY, signed["valid_to"])


def test_an_agreement_with_an_unknown_unit_is_refused(uow):
    with pytest.raises(UnitNotFound):
        handlers.sign_agreement(uow, agreement(uuid4()), now=NOON)


def test_an_agreement_cannot_end_before_it_begins_but_may_last_one_day(uow):
    asked = unit()
    register(uow, asked)
    day = date(2026, 3, 1)
    handlers.sign_agreement(uow, agreement(asked["id"], valid_from=day, valid_to=day), now=NOON)
    backwards = agreement(asked["id"], valid_from=day, valid_to=date(2026, 2, 28))
    with pytest.raises(AgreementDatesReversed) as refused:
        handlers.sign_agreement(uow, backwards, now=NOON)
    assert "valid_to" in refused.value.fields
