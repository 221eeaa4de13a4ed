"""Which communities work may touch: what is said, what travels, and what cannot be said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.scope import (
    EVERYWHERE,
    NOWHERE,
    as_header,
    covers,
    current_scope,
    everywhere,
    from_header,
    within_communities,
)

HERE, NEXT_DOOR, ELSEWHERE = "410181002011", "410181002012", "320102003001"


def test_work_within_a_community_may_touch_it_and_no_other() -> None:
    with within_communities([HERE]) as scope:
        assert covers(scope, HERE)
        assert not covers(scope, NEXT_DOOR)


@pytest.mark.parametrize("leading", [HERE[:9], HERE[:6], HERE[:4]])
def test_a_street_a_district_and_a_city_cover_the_communities_in_them_and_no_others(leading: str) -> None:
    with within_communities([leading]) as scope:
        assert covers(scope, HERE)
        assert covers(scope, NEXT_DOOR)
        assert not covers(scope, ELSEWHERE)


def test_several_communities_are_exactly_these() -> None:
    with within_communities([HERE, ELSEWHERE]) as scope:
        assert [covers(scope, each) for each in (HERE, NEXT_DOOR, ELSEWHERE)] == [True, False, True]


def test_everywhere_is_said_explicitly() -> None:
    with everywhere() as scope:
        assert covers(scope, HERE)
        assert covers(scope, "")
    assert not covers(NOWHERE, HERE)


@pytest.mark.parametrize("part", ["*", "", "4101810020", f"{HERE},*", "41018100201x", "%", f"{HERE}\n"])
def test_what_names_no_community_is_no_scope(part: str) -> None:
    with pytest.raises(ValueError, match="names no community"), within_communities([HERE, part]):
        pass


def test_a_scope_ends_with_its_work_also_where_that_fails() -> None:
    before = current_scope()
    with within_communities([HERE]):
        with pytest.raises(KeyError), within_communities([ELSEWHERE]):
            raise KeyError
        assert current_scope() == (HERE,)
    assert current_scope() == before


@given(st.lists(st.from_regex(r"\A([0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12})\Z"), min_size=1))
def test_a_scope_travels_unchanged(parts: list[str]) -> None:
    with within_communities(parts) as scope:
        assert from_header(as_header(scope)) == scope


def test_everywhere_and_nowhere_travel_unchanged_too() -> None:
    assert from_header(as_header(EVERYWHERE)) == EVERYWHERE
    assert from_header(as_header(NOWHERE)) == NOWHERE


@pytest.mark.parametrize("said", ["", "*,410181002011", "410181002011,", "everything", 7, "'; DROP TABLE people; --"])
def test_a_scope_that_cannot_be_read_is_nowhere(said: object) -> None:
    assert from_header(said) == NOWHERE


def test_a_call_that_says_nothing_has_the_scope_that_is_set_for_such_calls() -> None:
    assert from_header(None) == NOWHERE
