"""The demo community: what the article counts is there, and the same seed draws the same community."""

import csv
import io
from collections import Counter
from datetime import date

import pytest

from cli.demo.community import DemoCommunity, draw_up
from cli.demo.places import COMMUNITY, NAMED_IN_THE_ARTICLE
from cli.demo.sheets import people_sheet, places_sheet
from cli.demo.units import UNITS

PARENT_KINDS = {
    "community": {None},
    "grid": {"community"},
    "courtyard": {"grid"},
    "building": {"courtyard"},
    "household": {"building", "courtyard"},
}


@pytest.fixture(scope="module")
def community() -> DemoCommunity:
    return draw_up()


def of_kind(community: DemoCommunity, kind: str) -> list:
    return [place for place in community.places if place.kind == kind]


def test_there_are_37_courtyards_and_10870_residents(community: DemoCommunity) -> None:
    assert len(of_kind(community, "courtyard")) == 37
    assert len(community.people) == 10_870


def test_the_courtyards_of_the_article_keep_their_names_and_all_others_are_marked_as_invented(
    community: DemoCommunity,
) -> None:
    names = {place.name for place in of_kind(community, "courtyard")}
    assert set(NAMED_IN_THE_ARTICLE) <= names
    assert all(name.endswith("（虚构）") for name in names - set(NAMED_IN_THE_ARTICLE))
    assert len(names) == 37


def test_every_place_stands_under_the_right_kind_of_place_and_after_it(community: DemoCommunity) -> None:
    kinds: dict[str | None, str | None] = {None: None}
    for place in community.places:
        assert kinds[place.parent] in PARENT_KINDS[place.kind]
        assert place.code not in kinds
        kinds[place.code] = place.kind


def test_codes_tell_where_a_place_lies(community: DemoCommunity) -> None:
    lengths = {"community": 12, "grid": 15, "courtyard": 17, "building": 19, "household": 23}
    for place in community.places:
        assert len(place.code) == lengths[place.kind]
        assert place.code.startswith(place.parent or "")


def test_every_resident_lives_in_a_household_of_a_grid_and_no_household_is_empty(community: DemoCommunity) -> None:
    households = {place.code for place in of_kind(community, "household")}
    grids = {place.code for place in of_kind(community, "grid")}
    assert {person.household for person in community.people} == households
    assert {household[:15] for household in households} == grids


def test_two_courtyards_have_no_buildings(community: DemoCommunity) -> None:
    with_buildings = {building.parent for building in of_kind(community, "building")}
    assert len([yard for yard in of_kind(community, "courtyard") if yard.code not in with_buildings]) == 2


def test_about_a_fifth_of_the_residents_are_sixty_or_over(community: DemoCommunity) -> None:
    elders = sum(person.age >= 60 for person in community.people)
    assert 0.18 <= elders / len(community.people) <= 0.22
    assert all(0 <= person.age <= 100 for person in community.people)


def test_every_grid_has_a_leader_and_a_head_for_each_of_the_six_lines(community: DemoCommunity) -> None:
    held = Counter((post.place, post.kind) for post in community.posts)
    for grid in of_kind(community, "grid"):
        assert held[grid.code, "grid_leader"] == 1
        assert held[grid.code, "line_head"] == 6
        lines = {post.line for post in community.posts if post.place == grid.code and post.kind == "line_head"}
        assert lines == {"security", "mediation", "law", "support", "patrol", "safety"}
    assert held[COMMUNITY, "community_secretary"] == 1


def test_some_buildings_have_a_leader_and_some_have_none_and_a_leader_lives_there(community: DemoCommunity) -> None:
    homes = {person.number: person.household for person in community.people}
    leaders = [post for post in community.posts if post.kind == "building_leader"]
    assert 0 < len(leaders) < len(of_kind(community, "building"))
    assert all(homes[post.person].startswith(post.place) for post in leaders)


def test_nobody_holds_two_posts(community: DemoCommunity) -> None:
    assert len({post.person for post in community.posts}) == len(community.posts)


def test_the_four_teams_have_a_name_a_slogan_a_charter_and_members_of_their_kind(community: DemoCommunity) -> None:
    assert len({team.kind for team in community.teams}) == 4
    for team in community.teams:
        assert team.name
        assert team.slogan
        assert team.charter
        assert len(team.members) >= 3
    by_kind = {team.name: team.members for team in community.teams}
    assert all(one.person.is_party_member for one in by_kind["“常有礼”党员志愿服务队"])
    assert all(one.person.sex == "女" for one in by_kind["巾帼志愿服务队"])


def test_nobody_is_in_two_teams(community: DemoCommunity) -> None:
    members = [one.person.number for team in community.teams for one in team.members]
    assert len(members) == len(set(members))


def test_120_grown_residents_volunteer_and_hold_no_post(community: DemoCommunity) -> None:
    officers = {post.person for post in community.posts}
    assert len(community.volunteers) == 120
    assert len({volunteer.person.name for volunteer in community.volunteers}) == 120
    for volunteer in community.volunteers:
        assert volunteer.skills
        assert volunteer.person.age >= 18
        assert volunteer.person.number not in officers


def test_there_is_a_unit_of_every_kind_with_a_valid_agreement_and_one_whose_agreement_has_run_out() -> None:
    today = date(2026, 6, 1)
    valid = {unit.kind for unit in UNITS if unit.valid_from <= today <= unit.valid_to}
    assert valid == {"police", "property", "tower", "health_station", "merchant"}
    assert [unit.name for unit in UNITS if unit.valid_to < today] == ["安居物业公司（虚构）"]


def test_no_phone_number_could_be_somebodys(community: DemoCommunity) -> None:
    phones = [person.phone for person in community.people if person.phone]
    assert len(phones) == len(set(phones))
    assert all(phone.startswith("100") and len(phone) == 11 for phone in phones)


def test_the_same_seed_gives_the_same_sheets_to_the_byte(community: DemoCommunity) -> None:
    again = draw_up()
    assert places_sheet(again) == places_sheet(community)
    assert people_sheet(again) == people_sheet(community)
    assert again == community


def test_another_seed_gives_another_community_with_the_same_counts(community: DemoCommunity) -> None:
    other = draw_up(seed=2)
    assert people_sheet(other) != people_sheet(community)
    assert len(of_kind(other, "courtyard")) == 37
    assert len(other.people) == 10_870


def test_the_sheets_hold_a_row_for_every_place_and_resident(community: DemoCommunity) -> None:
    places = list(csv.DictReader(io.StringIO(places_sheet(community).decode())))
    people = list(csv.DictReader(io.StringIO(people_sheet(community).decode())))
    assert [row["编码"] for row in places] == [place.code for place in community.places]
    assert places[0]["四至"] == "东至陇海桥西头，西至桐本路，南至杜甫路，北至中原西路"
    assert len(people) == 10_870
    assert sum(row["职务"] != "" for row in people) == len(community.posts)
