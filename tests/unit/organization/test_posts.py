"""Posts: one holder at a time, terms kept with who came before, leave, and what is published of holders."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from contracts.organization.errors import (
    CommunityNotFound,
    DatesReversed,
    LeaveNotFound,
    PersonNotFound,
    PlaceNotFound,
    PostMisplaced,
    PostNotFound,
    PostTaken,
    PostVacant,
)
from services.organization import handlers
from services.organization.domain.people import Person, Sex
from services.organization.domain.posts import Post, PostKind, line_written, post_id, post_written
from tests.unit.organization.fakes import FakeUnitOfWork
from tests.unit.organization.samples import BUILDING, G1, HOME, LI, NOW, TREE, WANG, YARD, ZHAO, C

SPRING, SUMMER, AUTUMN = date(2024, 4, 1), date(2024, 7, 1), date(2024, 10, 1)
DAY = timedelta(days=1)


@pytest.fixture
def post():
    return Post.created(TREE[G1], PostKind.GRID_LEADER, None)


def terms(post):
    return [(term.person_id, term.starts_on, term.ends_on) for term in post.terms]


def names(events):
    return [type(event).__name__ for event in events]


# -- taking a post


def test_whoever_takes_a_post_is_told_of(post):
    (told,) = post.appoint(uuid4(), WANG, SPRING)
    assert (told.person_id, told.kind, told.place, told.starts_on) == (WANG, "grid_leader", G1, SPRING)
    assert (told.community, told.post_id, told.subject) == (C, post.id, str(post.id))


def test_a_new_holder_ends_the_term_of_the_one_before_on_the_eve(post):
    post.appoint(uuid4(), WANG, SPRING)
    left, taken = post.appoint(uuid4(), LI, SUMMER)
    assert terms(post) == [(WANG, SPRING, SUMMER - DAY), (LI, SUMMER, None)]
    assert (left.person_id, left.ended_on) == (WANG, SUMMER - DAY)
    assert taken.person_id == LI


def test_a_term_names_who_held_the_post_before(post):
    post.appoint(uuid4(), WANG, SPRING)
    post.appoint(uuid4(), LI, SUMMER)
    assert [term.predecessor_id for term in post.terms] == [None, WANG]


def test_a_predecessor_is_known_across_a_vacancy(post):
    post.appoint(uuid4(), WANG, SPRING, SPRING)
    assert names(post.appoint(uuid4(), LI, AUTUMN)) == ["PostFilled"]
    assert post.terms[1].predecessor_id == WANG


def test_the_same_appointment_again_changes_nothing(post):
    id = uuid4()
    post.appoint(id, WANG, SPRING)
    assert post.appoint(id, WANG, SPRING) == []
    assert post.appoint(uuid4(), WANG, SPRING) == []
    assert post.appoint(uuid4(), WANG, SUMMER) == []
    assert terms(post) == [(WANG, SPRING, None)]


def test_the_same_appointment_again_may_add_the_last_day(post):
    post.appoint(uuid4(), WANG, SPRING)
    (told,) = post.appoint(uuid4(), WANG, SPRING, SUMMER)
    assert (told.person_id, told.ended_on) == (WANG, SUMMER)
    assert terms(post) == [(WANG, SPRING, SUMMER)]


def test_an_old_list_does_not_bring_back_who_was_followed_by_another(post):
    post.appoint(uuid4(), WANG, SPRING)
    post.appoint(uuid4(), LI, SUMMER)
    assert post.appoint(uuid4(), WANG, SPRING) == []
    assert terms(post) == [(WANG, SPRING, SUMMER - DAY), (LI, SUMMER, None)]


def test_a_term_with_a_last_day_can_be_renewed_before_it(post):
    post.appoint(uuid4(), WANG, SPRING, AUTUMN)
    assert names(post.appoint(uuid4(), WANG, SUMMER)) == ["PostVacated", "PostFilled"]
    assert terms(post) == [(WANG, SPRING, SUMMER - DAY), (WANG, SUMMER, None)]


@pytest.mark.parametrize("starts_on", [SUMMER, SPRING])
def test_nobody_can_be_put_before_a_term_that_has_begun_or_will(post, starts_on):
    post.appoint(uuid4(), WANG, SUMMER)
    with pytest.raises(PostTaken) as refused:
        post.appoint(uuid4(), LI, starts_on)
    assert refused.value.said("zh") == "网格长一职自 2024-07-01 起另有人担任，请先结束其任期或另选日期"


def test_a_term_may_end_right_before_the_next_begins(post):
    post.appoint(uuid4(), WANG, SUMMER)
    post.appoint(uuid4(), LI, SPRING, SUMMER - DAY)
    assert terms(post) == [(LI, SPRING, SUMMER - DAY), (WANG, SUMMER, None)]


def test_a_term_cannot_last_into_the_next(post):
    post.appoint(uuid4(), WANG, SUMMER)
    with pytest.raises(PostTaken):
        post.appoint(uuid4(), LI, SPRING, SUMMER)


def test_a_term_of_one_day_is_a_term(post):
    post.appoint(uuid4(), WANG, SPRING, SPRING)
    assert post.held_on(SPRING).person_id == WANG
    assert post.held_on(SPRING + DAY) is None


def test_a_term_cannot_end_before_it_begins(post):
    with pytest.raises(DatesReversed):
        post.appoint(uuid4(), WANG, SPRING, SPRING - DAY)


# -- leaving a post


def test_whoever_leaves_a_post_is_told_of(post):
    post.appoint(uuid4(), WANG, SPRING)
    (told,) = post.end(SUMMER)
    assert (told.person_id, told.ended_on) == (WANG, SUMMER)
    assert post.held_on(SUMMER).person_id == WANG
    assert post.held_on(SUMMER + DAY) is None


def test_ending_a_term_on_the_day_it_ends_anyway_changes_nothing(post):
    post.appoint(uuid4(), WANG, SPRING, SUMMER)
    assert post.end(SUMMER) == []


@pytest.mark.parametrize("day", [SPRING - DAY, SUMMER + DAY])
def test_a_post_that_nobody_holds_cannot_be_left(post, day):
    post.appoint(uuid4(), WANG, SPRING, SUMMER)
    with pytest.raises(PostVacant):
        post.end(day)


def test_who_was_responsible_on_a_day_is_known_for_ever(post):
    post.appoint(uuid4(), WANG, SPRING)
    post.appoint(uuid4(), LI, SUMMER)
    held = [post.held_on(day) for day in (SPRING - DAY, SPRING, SUMMER - DAY, SUMMER, AUTUMN)]
    assert [term and term.person_id for term in held] == [None, WANG, WANG, LI, LI]


# -- where posts are


@pytest.mark.parametrize(
    ("kind", "place", "line"),
    [
        (PostKind.COMMUNITY_SECRETARY, C, None),
        (PostKind.GRID_LEADER, G1, None),
        (PostKind.BUILDING_LEADER, YARD, None),
        (PostKind.BUILDING_LEADER, BUILDING, None),
        (PostKind.LINE_HEAD, G1, "patrol"),
    ],
)
def test_a_post_belongs_to_its_kind_of_place(kind, place, line):
    assert Post.created(TREE[place], kind, line).id == post_id(C, kind, place, line)


@pytest.mark.parametrize(
    ("kind", "place", "line", "field"),
    [
        (PostKind.COMMUNITY_SECRETARY, G1, None, "place"),
        (PostKind.GRID_LEADER, C, None, "place"),
        (PostKind.GRID_LEADER, YARD, None, "place"),
        (PostKind.BUILDING_LEADER, G1, None, "place"),
        (PostKind.BUILDING_LEADER, HOME, None, "place"),
        (PostKind.LINE_HEAD, YARD, "patrol", "place"),
        (PostKind.LINE_HEAD, G1, None, "line"),
        (PostKind.GRID_LEADER, G1, "patrol", "line"),
    ],
)
def test_a_post_does_not_belong_anywhere_else(kind, place, line, field):
    with pytest.raises(PostMisplaced) as refused:
        Post.created(TREE[place], kind, line)
    assert list(refused.value.fields) == [field]


def test_each_line_of_a_grid_has_a_head_of_its_own():
    assert post_id(C, PostKind.LINE_HEAD, G1, "patrol") != post_id(C, PostKind.LINE_HEAD, G1, "law")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("网格长", "grid_leader"),
        ("社区书记", "community_secretary"),
        ("building_leader", "building_leader"),
        ("科长", None),
    ],
)
def test_posts_are_read_as_people_write_them(text, kind):
    assert post_written(text) == kind


@pytest.mark.parametrize(("text", "line"), [("帮教", "support"), ("Safety", "safety"), ("外交", None)])
def test_lines_are_read_as_people_write_them(text, line):
    assert line_written(text) == line


# -- the handlers


@pytest.fixture
def uow():
    uow = FakeUnitOfWork(TREE)
    for id, name in ((WANG, "王建国"), (LI, "李敏")):
        uow.people.kept[id] = Person(
            id=id, community=C, number="", name=name, born_on=None, sex=Sex.UNKNOWN, household=None, phone=None
        )
    return uow


def appoint(uow, person_id, starts_on, **more):
    given = {"kind": "grid_leader", "place": G1, "line": None, "ends_on": None, "community": C, "id": uuid4()}
    return handlers.appoint(uow, person_id=person_id, starts_on=starts_on, **given | more)


def test_an_appointment_makes_the_post_and_tells_of_it(uow):
    assert appoint(uow, WANG, SPRING) == (post_id(C, PostKind.GRID_LEADER, G1), SPRING)
    assert uow.told() == ["PostFilled"]


def test_a_repeated_command_tells_nothing_more(uow):
    id = uuid4()
    appoint(uow, WANG, SPRING, id=id)
    appoint(uow, WANG, SPRING, id=id)
    assert uow.told() == ["PostFilled"]


def test_a_second_holder_takes_the_same_post_over(uow):
    appoint(uow, WANG, SPRING)
    appoint(uow, LI, SUMMER)
    assert uow.told() == ["PostFilled", "PostVacated", "PostFilled"]
    assert len(uow.posts.kept) == 1


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"community": "410181002099"}, CommunityNotFound),
        ({"place": "nowhere"}, PlaceNotFound),
        ({"place": C}, PostMisplaced),
    ],
)
def test_nobody_is_appointed_to_a_post_that_cannot_be(uow, more, error):
    with pytest.raises(error):
        appoint(uow, WANG, SPRING, **more)
    assert uow.published == []


def test_nobody_unknown_is_appointed(uow):
    with pytest.raises(PersonNotFound):
        appoint(uow, ZHAO, SPRING)


def test_a_post_is_ended_by_its_id(uow):
    id, _ = appoint(uow, WANG, SPRING)
    assert handlers.end_post(uow, id, SUMMER) == (id, SUMMER)
    assert uow.told() == ["PostFilled", "PostVacated"]


def test_an_unknown_post_cannot_be_ended(uow):
    with pytest.raises(PostNotFound):
        handlers.end_post(uow, UUID(int=9), SUMMER)


def test_a_leave_is_taken_once_and_can_be_cancelled(uow):
    id = uuid4()
    for _ in range(2):
        handlers.take_leave(uow, id, WANG, SPRING, SPRING)
    (leave,) = uow.leaves.kept.values()
    assert (leave.person_id, leave.cancelled_at) == (WANG, None)
    for now in (NOW, NOW + DAY):
        handlers.cancel_leave(uow, id, now=now)
    assert leave.cancelled_at == NOW


def test_a_leave_cannot_end_before_it_begins(uow):
    with pytest.raises(DatesReversed):
        handlers.take_leave(uow, uuid4(), WANG, SPRING, SPRING - DAY)


def test_nobody_unknown_takes_leave(uow):
    with pytest.raises(PersonNotFound):
        handlers.take_leave(uow, uuid4(), ZHAO, SPRING, SPRING)


def test_an_unknown_leave_cannot_be_cancelled(uow):
    with pytest.raises(LeaveNotFound):
        handlers.cancel_leave(uow, uuid4(), now=NOW)
