"""Who is responsible for a place: the ladder, who on it must or cannot act, and who takes a grievance."""

from datetime import date

import pytest

from services.organization.domain.posts import PostKind
from services.organization.domain.responsibility import (
    Holder,
    Seat,
    ladder,
    next_up,
    responsible,
    seats_above,
    taker_of_grievances,
)
from tests.unit.organization.samples import BUILDING, COTTAGE, G1, HOME, LI, TREE, WANG, YARD, ZHAO, C, li, seats, wang

AWAY = date(2024, 5, 3)
NEAREST_FIRST = ["building_leader", "building_leader", "grid_leader", "community_secretary"]


def rungs(grid, secretary, *, about=None, place=HOME, below=()):
    return ladder(TREE[place], seats(grid, secretary, *below), about)


def taker(grid, secretary, **more):
    choice = taker_of_grievances(rungs(grid, secretary, **more))
    return choice.rung and choice.rung.holder.name, choice.is_vacant, choice.reason


def leader_of(place, holder):
    return Seat(post=PostKind.BUILDING_LEADER, place=place, place_name="1号楼", holder=holder)


# -- the ladder


@pytest.mark.parametrize(
    ("place", "posts"),
    [
        (HOME, [("building_leader", BUILDING), ("building_leader", YARD), ("grid_leader", G1)]),
        (BUILDING, [("building_leader", BUILDING), ("building_leader", YARD), ("grid_leader", G1)]),
        (COTTAGE, [("building_leader", YARD), ("grid_leader", G1)]),
        (YARD, [("building_leader", YARD), ("grid_leader", G1)]),
        (G1, [("grid_leader", G1)]),
        (C, []),
    ],
)
def test_the_ladder_leads_from_the_building_to_the_community(place, posts):
    assert list(seats_above(TREE[place])) == [*posts, ("community_secretary", C)]


def test_every_rung_says_why_it_can_or_cannot_act():
    below = (leader_of(BUILDING, Holder(person_id=ZHAO, name="赵强", away_until=AWAY)), leader_of(YARD, None))
    found = rungs(wang(), li(), about=WANG, below=below)
    assert [rung.post for rung in found] == NEAREST_FIRST
    assert [(rung.is_available, rung.why["zh"]) for rung in found] == [
        (False, "楼栋长赵强请假至2024年5月3日"),
        (False, "1号楼的楼栋长空缺"),
        (False, "诉求涉及网格长王建国，须回避"),
        (True, "社区书记李敏在岗"),
    ]
    assert found[0].why["en"] == "赵强, building leader, is on leave until 2024-05-03"


def test_the_nearest_available_is_responsible():
    below = (leader_of(BUILDING, Holder(person_id=ZHAO, name="赵强")),)
    assert responsible(rungs(wang(), li(), below=below)).holder.name == "赵强"
    assert responsible(rungs(wang(), li(), below=below, about=ZHAO)).holder.name == "王建国"


def test_nobody_is_responsible_where_nobody_is_available():
    assert responsible(rungs(None, li(away_until=AWAY))) is None


# -- who takes a grievance


def test_the_grid_leader_takes_a_grievance():
    assert taker(wang(), li()) == ("王建国", False, "第一网格由网格长王建国负责")


def test_the_grid_leader_takes_it_though_a_building_leader_is_nearer():
    assert taker(wang(), li(), below=(leader_of(BUILDING, Holder(person_id=ZHAO, name="赵强")),))[0] == "王建国"


def test_the_secretary_takes_it_while_the_grid_leader_is_on_leave():
    assert taker(wang(away_until=AWAY), li()) == (
        "李敏",
        False,
        "网格长王建国请假至2024年5月3日，由社区书记李敏负责",
    )


def test_the_secretary_takes_it_where_it_is_about_the_grid_leader():
    assert taker(wang(), li(), about=WANG) == ("李敏", False, "诉求涉及网格长王建国，须回避，由社区书记李敏负责")


def test_a_grievance_about_someone_else_stays_with_the_grid_leader():
    assert taker(wang(), li(), about=ZHAO)[0] == "王建国"


def test_the_secretary_takes_it_for_the_time_being_where_the_grid_has_no_leader():
    assert taker(None, li()) == ("李敏", True, "第一网格的网格长空缺，暂由社区书记李敏负责")


def test_a_matter_of_the_whole_community_goes_to_the_secretary():
    assert taker(None, li(), place=C) == ("李敏", False, "事关陇海路社区整体，由社区书记李敏负责")


@pytest.mark.parametrize(
    ("grid", "secretary", "about", "reason"),
    [
        (None, None, None, "第一网格的网格长空缺；陇海路社区的社区书记空缺"),
        (None, li(), LI, "第一网格的网格长空缺；诉求涉及社区书记李敏，须回避"),
        (
            wang(away_until=AWAY),
            li(away_until=AWAY),
            None,
            "网格长王建国请假至2024年5月3日；社区书记李敏请假至2024年5月3日",
        ),
        (wang(), None, WANG, "诉求涉及网格长王建国，须回避；陇海路社区的社区书记空缺"),
    ],
)
def test_nobody_takes_it_where_neither_can(grid, secretary, about, reason):
    assert taker(grid, secretary, about=about) == (None, grid is None, reason)


def test_whoever_is_both_grid_leader_and_secretary_does_not_judge_themselves():
    assert taker(wang(), Holder(person_id=WANG, name="王建国"), about=WANG)[0] is None


# -- who it is put before when it is late


@pytest.mark.parametrize(
    ("milestone", "current", "reason"),
    [
        ("response", "网格长王建国", "逾期未响应，现由网格长王建国负责，提请社区书记李敏督办"),
        ("resolution", "社区书记李敏", "逾期未办结，现由社区书记李敏负责，提请社区书记李敏督办"),
        ("response", None, "逾期未响应，尚无人负责，提请社区书记李敏督办"),
    ],
)
def test_a_late_grievance_is_put_before_the_secretary(milestone, current, reason):
    assert next_up(rungs(wang(), li()), milestone, current).reason == reason


@pytest.mark.parametrize(("secretary", "about"), [(li(), LI), (li(away_until=AWAY), None), (None, None)])
def test_a_late_grievance_is_put_before_nobody_where_the_secretary_cannot_act(secretary, about):
    choice = next_up(rungs(wang(), secretary, about=about), "response", "网格长王建国")
    assert choice.rung is None
