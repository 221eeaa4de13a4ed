"""Who answers for what in the demo community: secretary, grid leaders, line heads, building leaders."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from cli.demo.people import Person
from cli.demo.places import COMMUNITY, Place

TERM_BEGAN = date(2025, 12, 1)
LINES = ("security", "mediation", "law", "support", "patrol", "safety")
BUILDINGS_WITH_A_LEADER = 0.6
YOUNGEST, OLDEST = 30, 68
AGES = {
    "community_secretary": {"youngest": 38, "oldest": 57},
    "grid_leader": {"youngest": 32, "oldest": 57},
    "building_leader": {"youngest": 45, "oldest": OLDEST},
}
CODE_LENGTHS = (12, 15, 19)
"""How many digits of a household's code name its community, grid and building."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Post:
    """One person's post at a place; `line` only for the heads of the six lines."""

    person: str
    kind: str
    place: str
    line: str = ""
    starts_on: date = TERM_BEGAN


class Electorate:
    """Who can be chosen where: residents of the right age, each for one post only."""

    def __init__(self, rng: random.Random, people: list[Person]) -> None:
        self.rng = rng
        self.living_in: dict[str, list[Person]] = {}
        for person in people:
            if YOUNGEST <= person.age <= OLDEST:
                for length in CODE_LENGTHS:
                    self.living_in.setdefault(person.household[:length], []).append(person)
        self.chosen: set[str] = set()

    def choose(self, place: str, *, youngest: int = YOUNGEST, oldest: int = OLDEST) -> str | None:
        """The number of someone who lives there, is of that age and holds no post yet; None where nobody is left."""
        fitting = [
            one.number
            for one in self.living_in.get(place, [])
            if youngest <= one.age <= oldest and one.number not in self.chosen
        ]
        if not fitting:
            return None
        number = self.rng.choice(fitting)
        self.chosen.add(number)
        return number


def appoint(rng: random.Random, places: list[Place], people: list[Person]) -> list[Post]:
    """Every post of the community from the top down, each person holding at most one."""
    electorate = Electorate(rng, people)
    return [
        Post(person=person, kind=kind, place=place, line=line)
        for kind, place, line in seats(rng, places)
        if (person := electorate.choose(place, **AGES.get(kind, {}))) is not None
    ]


def seats(rng: random.Random, places: list[Place]) -> Iterator[tuple[str, str, str]]:
    """Kind, place and line of each post that is to be filled."""
    yield "community_secretary", COMMUNITY, ""
    for grid in (place.code for place in places if place.kind == "grid"):
        yield "grid_leader", grid, ""
        for line in LINES:
            yield "line_head", grid, line
    for building in (place.code for place in places if place.kind == "building"):
        if rng.random() < BUILDINGS_WITH_A_LEADER:
            yield "building_leader", building, ""
