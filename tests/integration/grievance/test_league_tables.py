"""League tables on real databases: grids of a community, and communities side by side, ranked by a rate."""

from datetime import timedelta

import pytest

from contracts.organization.events import PlaceFact, PlacesImported
from services.grievance import handlers, queries
from tests.integration.grievance.test_cases import COMMUNITY, GRID
from tests.integration.grievance.test_casework import SAID, accept, desk, filed, resolve, statistics

__all__ = ["desk"]
NEXT_DOOR, ACROSS = COMMUNITY[:9] + "012", "410181003001"
"""Another community of the street, and one of another street."""


@pytest.fixture
def city(desk):
    """The desk with three communities."""
    for code in (NEXT_DOOR, ACROSS):
        place = PlaceFact(code=code, kind="community", name="别的社区", parent=None)
        handlers.remember_places(desk.uow, PlacesImported(community=code, places=(place,)))
    return desk


def rated(desk, score, community=COMMUNITY, place=COMMUNITY):
    """A matter that was taken in hand at once, solved, and rated."""
    id = filed(desk, community=community, place=place)
    accept(desk, id)
    resolve(desk, id)
    handlers.rate_grievance(desk.uow, {**SAID, "id": id, "score": score}, now=desk.clock())


def compared(desk, *within, rank_by="satisfaction", half_counts=1.0, weeks=4, **paging):
    today = desk.clock().date()
    asked = {"since": today - timedelta(weeks=weeks), "until": today + timedelta(days=1), "page": 1, "page_size": 50}
    with desk.reading() as connection:
        return queries.compare_communities(
            connection,
            within=within or ["*"],
            rank_by=rank_by,
            half_counts=half_counts,
            now=desk.clock(),
            **{**asked, **paging},
        )


def ranks(found):
    return [(row.get("community") or row["key"], row["rank"]) for row in found]


def test_communities_are_counted_side_by_side_as_each_is_by_itself(city):
    rated(city, 5)
    rated(city, 2)
    filed(city, place=GRID)
    rated(city, 3, NEXT_DOOR, NEXT_DOOR)
    city.clock.now += timedelta(days=20)
    side_by_side = {row.pop("community"): row for row in compared(city, half_counts=0.5)["items"]}
    assert set(side_by_side) == {COMMUNITY, NEXT_DOOR, ACROSS}
    for code, row in side_by_side.items():
        alone = statistics(city, community=code, half_counts=0.5)["total"]
        del alone["key"]
        assert row | {"rank": None} == alone


def test_the_best_rate_stands_first_equal_ones_share_a_rank_and_the_next_stands_as_many_lower(city):
    for score in (5, 5, 1):
        rated(city, score)
    for score in (5, 5, 5, 5, 1, 1):
        rated(city, score, NEXT_DOOR, NEXT_DOOR)
    rated(city, 1, ACROSS, ACROSS)
    found = compared(city)["items"]
    assert ranks(found) == [(COMMUNITY, 1), (NEXT_DOOR, 1), (ACROSS, 3)]
    assert [row["satisfaction"] for row in found] == [
        {"counted": 2.0, "of": 3, "rate": 0.6667},
        {"counted": 4.0, "of": 6, "rate": 0.6667},
        {"counted": 0.0, "of": 1, "rate": 0.0},
    ]
    rated(city, 5, ACROSS, ACROSS)
    rated(city, 5, ACROSS, ACROSS)
    rated(city, 5, ACROSS, ACROSS)
    assert ranks(compared(city)["items"]) == [(ACROSS, 1), (COMMUNITY, 2), (NEXT_DOOR, 2)]


def test_what_has_nothing_to_count_has_no_rank_and_stands_last(city):
    rated(city, 1, NEXT_DOOR, NEXT_DOOR)
    filed(city)
    found = compared(city)["items"]
    assert ranks(found) == [(NEXT_DOOR, 1), (COMMUNITY, None), (ACROSS, None)]
    assert [row["filed"] for row in found] == [1, 1, 0]
    assert found[2]["satisfaction"] == {"counted": 0, "of": 0, "rate": None}


@pytest.mark.parametrize(
    ("rank_by", "first"), [("response", COMMUNITY), ("resolution", NEXT_DOOR), ("satisfaction", NEXT_DOOR)]
)
def test_the_rank_follows_the_rate_that_is_chosen(city, rank_by, first):
    accept(city, filed(city))
    late = filed(city, community=NEXT_DOOR, place=NEXT_DOOR)
    city.clock.now += timedelta(days=9)
    accept(city, late)
    resolve(city, late)
    handlers.rate_grievance(city.uow, {**SAID, "id": late, "score": 4}, now=city.clock())
    assert ranks(compared(city, rank_by=rank_by)["items"])[0] == (first, 1)


def test_a_middling_score_counts_in_the_rank_as_far_as_it_is_set_to(city):
    rated(city, 3)
    for score in (5, 1, 1, 1):
        rated(city, score, NEXT_DOOR, NEXT_DOOR)
    assert ranks(compared(city, COMMUNITY[:9], half_counts=0.2)["items"]) == [(NEXT_DOOR, 1), (COMMUNITY, 2)]
    assert ranks(compared(city, COMMUNITY[:9], half_counts=0.25)["items"]) == [(COMMUNITY, 1), (NEXT_DOOR, 1)]


def test_what_was_filed_outside_the_period_is_not_counted(city):
    rated(city, 5)
    city.clock.now += timedelta(weeks=6)
    assert [row["filed"] for row in compared(city, COMMUNITY)["items"]] == [0]
    assert [row["filed"] for row in compared(city, COMMUNITY, weeks=12)["items"]] == [1]


def test_only_communities_of_the_streets_asked_for_are_seen_and_ranked_among_themselves(city):
    rated(city, 5, ACROSS, ACROSS)
    rated(city, 1)
    assert ranks(compared(city, COMMUNITY[:9])["items"]) == [(COMMUNITY, 1), (NEXT_DOOR, None)]
    assert ranks(compared(city, ACROSS[:9])["items"]) == [(ACROSS, 1)]
    assert ranks(compared(city, ACROSS, NEXT_DOOR)["items"]) == [(ACROSS, 1), (NEXT_DOOR, None)]
    assert compared(city, "410182")["items"] == []


def test_pages_are_cut_out_of_one_ranking(city):
    rated(city, 5, ACROSS, ACROSS)
    rated(city, 1)
    pages = [compared(city, page=number, page_size=1) for number in (1, 2, 3, 4)]
    assert [page["total"] for page in pages] == [3, 3, 3, 3]
    assert [ranks(page["items"]) for page in pages] == [
        [(ACROSS, 1)],
        [(COMMUNITY, 2)],
        [(NEXT_DOOR, None)],
        [],
    ]


# -- places of one community


OTHER_GRID = COMMUNITY + "002"


@pytest.fixture
def grids(desk):
    """The desk with a second grid."""
    place = PlaceFact(code=OTHER_GRID, kind="grid", name="第二网格", parent=COMMUNITY)
    handlers.remember_places(desk.uow, PlacesImported(community=COMMUNITY, places=(place,)))
    return desk


def test_grids_are_ranked_in_the_same_way_and_what_lies_in_none_has_no_rank(grids):
    rated(grids, 5)
    rated(grids, 1, place=GRID)
    rated(grids, 4, place=OTHER_GRID)
    found = statistics(grids, "grid", rank_by="satisfaction")
    assert ranks(found["groups"]) == [(OTHER_GRID, 1), (GRID, 2), (COMMUNITY, None)]
    assert (found["total"]["rank"], found["total"]["filed"]) == (None, 3)


def test_groups_stand_in_their_order_without_rank_where_none_is_asked_for_or_nobody_answers_for_them(grids):
    rated(grids, 1, place=GRID)
    rated(grids, 4, place=OTHER_GRID)
    assert ranks(statistics(grids, "grid")["groups"]) == [(GRID, None), (OTHER_GRID, None)]
    for by in ("category", "week", "channel"):
        (group,) = statistics(grids, by, rank_by="response")["groups"]
        assert (group["rank"], group["filed"]) == (None, 2)
