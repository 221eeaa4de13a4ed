"""What is shown of officials: a portrait with their consent while they hold a post, their telephone unless withheld."""

from datetime import date
from uuid import UUID

import pytest

from contracts.organization.errors import PortraitWithoutPost
from services.organization import handlers
from services.organization.domain.boards import DUTIES, DUTIES_OF_LINES, spots
from services.organization.domain.people import Person, Sex
from services.organization.domain.posts import LINES, PUBLISHED, Post, PostKind
from tests.unit.organization.fakes import FakeUnitOfWork
from tests.unit.organization.samples import BUILDING, G1, HOME, NOW, TODAY, TREE, WANG, YARD, C

FIRST, SECOND = UUID(int=11), UUID(int=12)


@pytest.fixture
def uow():
    uow = FakeUnitOfWork(TREE)
    wang = Person(
        id=WANG, community=C, number="1", name="王建国", born_on=None, sex=Sex.MALE, household=HOME, phone="13800000000"
    )
    uow.people.keep([wang], (), on=TODAY)
    post = Post.created(TREE[G1], PostKind.GRID_LEADER, None)
    post.appoint(UUID(int=7), WANG, date(2024, 1, 1))
    uow.posts.add(post)
    return uow


def show(uow, portrait=FIRST, image="anBlZw=="):
    handlers.show_portrait(uow, WANG, portrait, image, by="office", today=TODAY, now=NOW)


def test_a_portrait_is_shown_with_who_recorded_the_consent_and_when(uow):
    show(uow)
    shown = uow.publications.kept[WANG]
    assert (shown.portrait, shown.consent_recorded_by, shown.consented_at) == (FIRST, "office", NOW)
    assert uow.portraits.kept == {FIRST: (WANG, "anBlZw==")}


def test_a_new_portrait_takes_the_place_of_the_one_before(uow):
    show(uow)
    show(uow, SECOND)
    assert set(uow.portraits.kept) == {SECOND}


def test_the_same_portrait_sent_again_is_kept(uow):
    show(uow)
    show(uow)
    assert set(uow.portraits.kept) == {FIRST}


def test_no_portrait_is_kept_of_whoever_holds_no_post(uow):
    uow.posts.kept.clear()
    with pytest.raises(PortraitWithoutPost):
        show(uow)
    assert uow.portraits.kept == {}


def test_a_portrait_is_removed_when_the_consent_is_taken_back(uow):
    show(uow)
    handlers.take_down_portrait(uow, WANG, now=NOW)
    assert (uow.portraits.kept, uow.publications.kept[WANG].withdrawn_at) == ({}, NOW)


def test_a_portrait_is_removed_when_the_post_has_ended_and_not_before(uow):
    show(uow)
    handlers.take_down_past_holders(uow, today=TODAY, now=NOW)
    assert set(uow.portraits.kept) == {FIRST}
    next(iter(uow.posts.kept.values())).end(date(2024, 5, 1))
    handlers.take_down_past_holders(uow, today=date(2024, 5, 2), now=NOW)
    assert uow.portraits.kept == {}


def test_a_telephone_is_withheld_and_shown_again(uow):
    handlers.show_phone(uow, WANG, shown=False)
    assert uow.publications.kept[WANG].phone_withheld
    handlers.show_phone(uow, WANG, shown=True)
    assert not uow.publications.kept[WANG].phone_withheld


def test_every_post_and_line_has_a_duty_in_words_and_a_list_of_what_is_published():
    assert set(PUBLISHED) == set(PostKind)
    assert {*DUTIES, PostKind.LINE_HEAD} == set(PostKind)
    assert set(DUTIES_OF_LINES) == set(LINES)


def test_the_board_of_a_courtyard_goes_from_the_community_down_to_its_buildings_and_the_lines():
    stands = [(str(spot.post), spot.place) for spot in spots(TREE[YARD], [BUILDING])]
    leaders = [("building_leader", YARD), ("building_leader", BUILDING)]
    assert stands == [("community_secretary", C), ("grid_leader", G1), *leaders, *[("line_head", G1)] * len(LINES)]


def test_the_board_of_the_community_holds_its_secretary_alone():
    assert [str(spot.post) for spot in spots(TREE[C], [])] == ["community_secretary"]
