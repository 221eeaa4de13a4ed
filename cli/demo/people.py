"""The invented families of the demo community: who lives together, how old, under which name."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

from cli.demo.names import MAN, WOMAN, given, surname

AS_OF = date(2026, 1, 1)
"""The day on which the ages below hold; fixed, so that the same seed gives the same community for ever."""

PARTY_SHARE = 0.09


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """One resident; `number` is the resident's number in the register."""

    number: str
    name: str
    sex: str
    born_on: date
    household: str
    phone: str
    is_party_member: bool

    @property
    def age(self) -> int:
        """Full years on the day the community is drawn up for."""
        return (AS_OF - self.born_on).days * 4 // 1461


Member = tuple[str, int, bool]
"""Sex, age, and whether they bear the family's name (husbands, wives and children of two families live together)."""


def elder_alone(rng: random.Random) -> list[Member]:
    """Someone over sixty by themselves."""
    return [(rng.choice((MAN, WOMAN, WOMAN)), rng.randint(62, 91), True)]


def elder_couple(rng: random.Random) -> list[Member]:
    """Husband and wife over sixty."""
    age = rng.randint(61, 84)
    return [(MAN, age, True), (WOMAN, age - rng.randint(0, 4), False)]


def one_adult(rng: random.Random) -> list[Member]:
    """A grown-up by themselves."""
    return [(rng.choice((MAN, WOMAN)), rng.randint(22, 57), True)]


def couple(rng: random.Random) -> list[Member]:
    """Husband and wife, children not yet there or gone."""
    age = rng.randint(25, 58)
    return [(MAN, age, True), (WOMAN, max(23, age - rng.randint(-2, 4)), False)]


def with_children(rng: random.Random) -> list[Member]:
    """Parents and one to three children."""
    mother = rng.randint(27, 55)
    youngest = rng.randint(max(0, mother - 42), mother - 24)
    children = rng.choices((1, 2, 3), (52, 42, 6))[0]
    ages = [youngest + 3 * nth for nth in range(children) if youngest + 3 * nth <= mother - 20]
    parents = [(MAN, mother + rng.randint(0, 4), True), (WOMAN, mother, False)]
    return parents + [(rng.choice((MAN, WOMAN)), age, True) for age in ages]


def three_generations(rng: random.Random) -> list[Member]:
    """Parents, children and one or two grandparents."""
    family = with_children(rng)
    elder = family[0][1] + rng.randint(22, 27)
    grandparents = [(WOMAN, min(elder, 93), False), (MAN, min(elder + 2, 95), True)]
    return family + grandparents[: rng.choice((1, 1, 2))]


KINDS_OF_FAMILY = {
    elder_alone: 10,
    elder_couple: 15,
    one_adult: 11,
    couple: 17,
    with_children: 36,
    three_generations: 11,
}
_KINDS, _WEIGHTS = list(KINDS_OF_FAMILY), list(accumulate(KINDS_OF_FAMILY.values()))


def families(rng: random.Random, residents: int) -> Iterator[list[Member]]:
    """Families drawn until exactly so many residents live in them; the last may be cut to fit."""
    while residents > 0:
        family = rng.choices(_KINDS, cum_weights=_WEIGHTS)[0](rng)[:residents]
        residents -= len(family)
        yield family


def move_in(rng: random.Random, family: list[Member], household: str, first_number: int) -> list[Person]:
    """The family as residents of a household."""
    shared = surname(rng)
    return [
        Person(
            number=f"JM{first_number + nth:05d}",
            name=(shared if bears_it else surname(rng)) + given(rng, sex, age),
            sex=sex,
            born_on=birthday(rng, age),
            household=household,
            phone=f"100{first_number + nth:08d}" if age >= 14 else "",  # no network gives out numbers that begin so
            is_party_member=age >= 18 and rng.random() < PARTY_SHARE,
        )
        for nth, (sex, age, bears_it) in enumerate(family)
    ]


def birthday(rng: random.Random, age: int) -> date:
    """A day that makes someone this old on the day the community is drawn up for."""
    return AS_OF.replace(year=AS_OF.year - age) - timedelta(days=rng.randrange(1, 364))
