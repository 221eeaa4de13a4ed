"""Invented names: surnames as common as in Henan, given names by sex and generation, from two tables on file."""

import csv
import random
from importlib.resources import files
from itertools import accumulate

ELDER, MIDDLE, YOUNG = "elder", "middle", "young"
MAN, WOMAN = "男", "女"


def records(table: str) -> list[dict[str, str]]:
    """The lines of a table beside this module."""
    with files("cli.demo").joinpath(table).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


SURNAMES = [record["surname"] for record in records("surnames.csv")]
WEIGHTS = list(accumulate(int(record["weight"]) for record in records("surnames.csv")))
GIVEN = {(record["generation"], record["sex"]): record["names"].split() for record in records("given_names.csv")}


def surname(rng: random.Random) -> str:
    """A family's name."""
    return rng.choices(SURNAMES, cum_weights=WEIGHTS)[0]


def given(rng: random.Random, sex: str, age: int) -> str:
    """A given name as people of that age bear it."""
    generation = ELDER if age >= 60 else MIDDLE if age >= 32 else YOUNG
    return rng.choice(GIVEN[generation, sex])
