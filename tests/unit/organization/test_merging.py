"""Two entries of one person: whose values stay, what they agreed to, which posts they held."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from contracts.errors import Invalid
from contracts.organization.errors import EditedMeanwhile, MergedWithItself
from services.organization.domain import merging
from services.organization.domain.consents import Given, Way, Withdrawal, consent_to
from services.organization.domain.merging import Entry, Side
from services.organization.domain.people import Person, Sex
from services.organization.domain.posts import Post, PostKind, Term
from services.organization.domain.publications import Publication
from tests.unit.organization.samples import COTTAGE, G1, HOME, NOW, TODAY, C

KEPT, GONE, OTHER = UUID(int=1), UUID(int=2), UUID(int=3)


def person(id=KEPT, **more) -> Person:
    facts = {"number": "1", "name": "赵桂英", "born_on": None, "sex": Sex.UNKNOWN, "household": None, "phone": None}
    return Person(id=id, community=C, **{**facts, **more})


def sides(kept, gone, kept_on=None, gone_on=None, **chosen):
    return merging.sides(Entry(person=kept, changed_on=kept_on), Entry(person=gone, changed_on=gone_on), chosen)


# -- values


def test_what_one_entry_says_and_the_other_does_not_stays():
    kept, gone = person(phone="138"), person(GONE, sex=Sex.FEMALE, household=HOME)
    told = merging.merged_person(kept, gone, sides(kept, gone, kept_on=TODAY))
    assert (told.id, told.phone, told.sex, told.household) == (KEPT, "138", Sex.FEMALE, HOME)


@pytest.mark.parametrize(
    ("kept_on", "gone_on", "stays"),
    [
        (None, None, Side.KEPT),
        (TODAY, None, Side.KEPT),
        (None, TODAY, Side.GONE),
        (TODAY, TODAY, Side.KEPT),
        (TODAY, TODAY + timedelta(days=1), Side.GONE),
        (TODAY + timedelta(days=1), TODAY, Side.KEPT),
    ],
)
def test_of_two_values_the_one_written_later_stays(kept_on, gone_on, stays):
    assert sides(person(household=HOME), person(GONE, household=COTTAGE), kept_on, gone_on)["household"] is stays


def test_what_somebody_chose_stays_even_where_it_says_nothing():
    kept, gone = person(phone="138"), person(GONE)
    assert merging.merged_person(kept, gone, sides(kept, gone, phone="gone")).phone is None


def test_nobody_ends_without_a_name():
    kept, gone = person(), person(GONE, name="")
    with pytest.raises(Invalid):
        merging.merged_person(kept, gone, sides(kept, gone, name="gone"))


def test_who_lives_here_by_either_entry_has_not_left():
    kept, gone = person(left_on=TODAY), person(GONE, household=HOME)
    assert merging.merged_person(kept, gone, sides(kept, gone)).left_on is None


def test_who_has_left_by_both_left_on_the_later_day():
    kept, gone = person(left_on=TODAY), person(GONE, left_on=TODAY + timedelta(days=1))
    assert merging.merged_person(kept, gone, sides(kept, gone)).left_on == TODAY + timedelta(days=1)


def test_only_fields_that_differ_are_asked_about():
    assert merging.differing(person(phone="138"), person(GONE, phone="139")) == ["phone"]


# -- whom


def test_nobody_is_merged_with_themselves():
    merging.refuse_pair(person(), person(GONE))
    with pytest.raises(MergedWithItself):
        merging.refuse_pair(person(), person())


def test_what_was_changed_meanwhile_is_not_decided_about():
    kept, gone = person(version=3), person(GONE, version=5)
    merging.refuse_if_either_edited(kept, gone, (3, 5))
    for seen in ((2, 5), (3, 4)):
        with pytest.raises(EditedMeanwhile):
            merging.refuse_if_either_edited(kept, gone, seen)


@pytest.mark.parametrize("volunteers", [(OTHER, None), (None, OTHER), (OTHER, OTHER)])
def test_two_volunteers_are_named_or_none(volunteers):
    with pytest.raises(Invalid):
        merging.merged(person(), person(GONE), volunteers, NOW)


def test_what_is_told_names_pairs_of_ids():
    assert merging.merged(person(), person(GONE), (None, None), NOW).pairs == ((GONE, KEPT),)
    stays, goes = uuid4(), uuid4()
    assert merging.merged(person(), person(GONE), (stays, goes), NOW).pairs == ((GONE, KEPT), (goes, stays))


# -- posts


def test_terms_of_both_are_theirs_and_nobody_takes_over_from_themselves():
    terms = [
        Term(id=uuid4(), person_id=OTHER, starts_on=date(2020, 1, 1), ends_on=date(2020, 12, 31)),
        Term(
            id=uuid4(),
            person_id=KEPT,
            starts_on=date(2021, 1, 1),
            ends_on=date(2021, 12, 31),
            predecessor_id=OTHER,
        ),
        Term(id=uuid4(), person_id=GONE, starts_on=date(2022, 1, 1), ends_on=date(2022, 12, 31), predecessor_id=KEPT),
        Term(id=uuid4(), person_id=OTHER, starts_on=date(2023, 1, 1), predecessor_id=GONE),
    ]
    post = Post(id=uuid4(), community=C, kind=PostKind.GRID_LEADER, place=G1, line=None, terms=terms)
    merging.merge_terms(post, GONE, KEPT)
    assert [(term.person_id, term.predecessor_id) for term in post.terms] == [
        (OTHER, None),
        (KEPT, OTHER),
        (KEPT, OTHER),
        (OTHER, KEPT),
    ]


# -- consents


def given(day, withdrawn_day=None) -> Given:
    at = NOW + timedelta(days=day)
    withdrawn = None
    if withdrawn_day is not None:
        back = NOW + timedelta(days=withdrawn_day)
        withdrawn = Withdrawal(withdrawn_on=back.date(), how=Way.WRITTEN, recorded_by="office", recorded_at=back)
    return Given(given_on=at.date(), how=Way.SPOKEN, recorded_by="office", recorded_at=at, withdrawn=withdrawn)


def united(ours, theirs):
    kept, gone = (consent_to(C, id, "images") for id in (KEPT, GONE))
    kept.given, gone.given = list(ours), list(theirs)
    _, follows = merging.united_consent(kept, gone, by="clerk", today=TODAY, now=NOW + timedelta(days=99))
    assert len(kept.given) == len(ours) + len(theirs), "what was said stays on record"
    return kept, follows


@pytest.mark.parametrize(
    ("ours", "theirs", "is_in_force", "follows"),
    [
        ([given(1)], [], True, False),
        ([], [given(1)], True, False),
        ([given(1)], [given(2)], True, False),
        ([given(1, 2)], [given(1, 3)], False, False),
        ([given(5)], [given(1, 2)], False, True),
        ([given(1, 2)], [given(5)], False, True),
        ([given(1, 2), given(3)], [given(4)], True, False),
    ],
)
def test_of_a_consent_and_a_withdrawal_the_withdrawal_counts(ours, theirs, is_in_force, follows):
    kept, withdrawal = united([replace(one) for one in ours], theirs)
    assert (kept.in_force is not None, withdrawal is not None) == (is_in_force, follows)
    assert all(one.withdrawn for one in kept.given) or is_in_force


# -- what is shown


@pytest.mark.parametrize(
    ("ours", "theirs", "shown", "withheld"),
    [
        ({"portrait": OTHER}, {}, OTHER, False),
        ({}, {"portrait": OTHER, "phone_withheld": True}, OTHER, True),
        ({"portrait": KEPT}, {"portrait": OTHER}, KEPT, False),
        ({"withdrawn_at": NOW}, {"portrait": OTHER}, None, False),
        ({"portrait": OTHER}, {"withdrawn_at": NOW}, None, False),
    ],
)
def test_what_either_withholds_is_not_shown(ours, theirs, shown, withheld):
    kept, gone = Publication(id=KEPT, community=C, **ours), Publication(id=GONE, community=C, **theirs)
    before = {one for one in (kept.portrait, gone.portrait) if one}
    removed = merging.united_publication(kept, gone)
    assert (kept.portrait, kept.phone_withheld) == (shown, withheld)
    assert {*removed} == before - {shown}
