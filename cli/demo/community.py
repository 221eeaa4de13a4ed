"""The demo community 陇海路社区 as a whole: pure data, the same for the same seed."""

import random
from dataclasses import dataclass

from cli.demo.officers import Post, appoint
from cli.demo.people import Person, families, move_in
from cli.demo.places import Place, framework, homes, shares
from cli.demo.units import UNITS, Unit
from cli.demo.volunteers import Team, Volunteer, form_teams, recruit

SEED = 135
RESIDENTS = 10_870


@dataclass(frozen=True, kw_only=True)
class DemoCommunity:
    """Places (parents before children), residents, posts, volunteers, teams and partner units."""

    places: list[Place]
    people: list[Person]
    posts: list[Post]
    volunteers: list[Volunteer]
    teams: list[Team]
    units: tuple[Unit, ...]


def draw_up(seed: int = SEED) -> DemoCommunity:
    """The community of this seed."""
    rng = random.Random(seed)
    places, people = settle(rng)
    posts = appoint(rng, places, people)
    volunteers = recruit(rng, people, busy={post.person for post in posts})
    teams = form_teams(rng, volunteers)
    return DemoCommunity(places=places, people=people, posts=posts, volunteers=volunteers, teams=teams, units=UNITS)


def settle(rng: random.Random) -> tuple[list[Place], list[Person]]:
    """The places, and families living in every household."""
    places, people = framework(), []
    moving_in = list(families(rng, RESIDENTS))
    courtyards = [place for place in places if place.kind == "courtyard"]
    waiting = iter(moving_in)
    for courtyard, share in zip(courtyards, shares(rng, courtyards, len(moving_in)), strict=True):
        for place in homes(rng, courtyard, share):
            places.append(place)
            if place.kind == "household":
                people += move_in(rng, next(waiting), place.code, len(people) + 1)
    return places, people
