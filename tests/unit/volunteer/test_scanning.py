"""Checking in by the code that hangs on the spot: which codes count, and how a check-in is marked."""

from uuid import uuid4

import pytest

from contracts.organization.events import PlaceFact, PlacesImported
from contracts.volunteer.errors import CheckedInElsewhere
from services.volunteer import handlers
from services.volunteer.domain.callout import Terms, callout_id_of
from services.volunteer.domain.dispatch import CheckInWay, State
from services.volunteer.domain.scanning import how_checked_in, is_on_the_spot
from services.volunteer.domain.volunteer import next_star_at, stars
from tests.unit.volunteer.registers import unit_of_work
from tests.unit.volunteer.samples import (
    BUILDING,
    COMMUNITY,
    COURTYARD,
    GRID,
    GRIEVANCE,
    MINUTE,
    NOON,
    OTHER_BUILDING,
    OTHER_COURTYARD,
    PATH,
    assigned,
    step,
    volunteer,
)

HOME = PATH[-1]
ABOVE_BUILDING = [COURTYARD, GRID, COMMUNITY]
ME = str(uuid4())


@pytest.mark.parametrize("scanned", [HOME, BUILDING, COURTYARD])
def test_a_code_counts_at_the_case_and_above_it_up_to_the_courtyard(scanned):
    assert is_on_the_spot(scanned, HOME, PATH, [])


@pytest.mark.parametrize("scanned", [GRID, COMMUNITY, OTHER_COURTYARD, OTHER_BUILDING, BUILDING + "0102"])
def test_a_code_further_up_or_aside_does_not_count(scanned):
    assert not is_on_the_spot(scanned, HOME, PATH, [COURTYARD, GRID, COMMUNITY])


def test_a_code_below_the_place_of_the_case_counts():
    assert is_on_the_spot(BUILDING, COURTYARD, PATH[:3], ABOVE_BUILDING)
    assert is_on_the_spot(COURTYARD, GRID, PATH[:2], [GRID, COMMUNITY])
    assert not is_on_the_spot(OTHER_COURTYARD, GRID, PATH[:2], ["410181002011002", COMMUNITY])


@pytest.mark.parametrize(
    ("own", "has_scanned", "said_when", "how"),
    [
        ([ME], True, None, CheckInWay.QR),
        ([ME], False, None, CheckInWay.BY_HAND),
        ([ME], True, NOON, CheckInWay.BY_HAND),
        ([], False, None, CheckInWay.OFFICE),
        ([str(uuid4())], True, None, CheckInWay.OFFICE),
    ],
)
def test_a_check_in_says_how_it_came_about(own, has_scanned, said_when, how):
    assert how_checked_in(ME, own, has_scanned=has_scanned, said_when=said_when) is how


@pytest.fixture
def accepted():
    """A volunteer has said yes to a case in a household, and the places are known."""
    uow = unit_of_work(volunteer(home_place=COURTYARD))
    tree = ((COMMUNITY, None), (GRID, COMMUNITY), (COURTYARD, GRID), (OTHER_COURTYARD, GRID), (BUILDING, COURTYARD))
    facts = [PlaceFact(code=code, kind="courtyard", name=f"地{code[-2:]}", parent=above) for code, above in tree]
    handlers.remember_places(uow, PlacesImported(community=COMMUNITY, places=tuple(facts)))
    handlers.call_out_volunteers(uow, assigned(hands=1), Terms(), now=NOON)
    [dispatch] = uow.callouts.find(callout_id_of(GRIEVANCE, 1)).dispatches
    handlers.accept_dispatch(uow, step(dispatch.id), now=NOON)
    return uow, dispatch


def test_a_volunteer_checks_in_by_the_code_of_the_courtyard(accepted):
    uow, dispatch = accepted
    own = [str(dispatch.volunteer_id)]
    handlers.check_in(uow, step(dispatch.id, place=COURTYARD, own=own), now=NOON + MINUTE)
    assert (dispatch.state, dispatch.checked_in_how) == (State.CHECKED_IN, CheckInWay.QR)


def test_another_courtyards_code_is_refused_in_words_and_changes_nothing(accepted):
    uow, dispatch = accepted
    with pytest.raises(CheckedInElsewhere) as refused:
        handlers.check_in(uow, step(dispatch.id, place=OTHER_COURTYARD), now=NOON + MINUTE)
    assert "地01 地01" in refused.value.fields["place"][0]["zh"]
    assert uow.callouts.of_dispatch(dispatch.id).dispatch(dispatch.id).state is State.ACCEPTED


def test_without_a_code_a_check_in_stays_possible_and_is_marked_as_such(accepted):
    uow, dispatch = accepted
    handlers.check_in(uow, step(dispatch.id, own=[str(dispatch.volunteer_id)]), now=NOON + MINUTE)
    assert dispatch.checked_in_how is CheckInWay.BY_HAND


def test_the_office_checks_in_for_somebody_who_called(accepted):
    uow, dispatch = accepted
    handlers.check_in(uow, step(dispatch.id), now=NOON + MINUTE)
    assert dispatch.checked_in_how is CheckInWay.OFFICE


@pytest.mark.parametrize(("hours", "star", "following"), [(0, 0, 100), (99.5, 0, 100), (100, 1, 300), (1500, 5, None)])
def test_a_star_comes_with_its_hours_and_the_next_is_named(hours, star, following):
    assert (stars(hours), next_star_at(hours)) == (star, following)
