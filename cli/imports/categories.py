"""Which of our categories a message of another system belongs to, by two tables on file."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import Self

from cli.imports.grievance_file import Row

FALLBACK = "other"


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A message with one of these words belongs to the category; no words: every message does."""

    keywords: tuple[str, ...]
    category: str

    def has_a_word_in(self, text: str) -> bool:
        """Whether one of the words stands in the text."""
        return any(keyword in text for keyword in self.keywords)


@dataclass(frozen=True, kw_only=True)
class CategoryTables:
    """`level1`: the rules under each level-1 category; `keywords`: the rules for messages that have none."""

    level1: dict[str, list[Rule]]
    keywords: list[Rule]

    def category_of(self, row: Row) -> str:
        """Our category: by the level-1 category, else by keywords, else the general one.

        Within a list of rules, a rule that holds for the title comes before any that only holds for the text.
        """
        return first_category(self.level1.get(row.category, self.keywords), row) or FALLBACK

    @classmethod
    def on_file(cls) -> Self:
        """The tables beside this package."""
        level1: dict[str, list[Rule]] = {}
        for record in records("level1_categories.csv"):
            level1.setdefault(record["level1"], []).append(rule_of(record))
        return cls(level1=level1, keywords=[rule_of(record) for record in records("keywords.csv")])

    def codes(self) -> set[str]:
        """Every category that a message can be given."""
        listed = [*self.keywords, *(rule for rules in self.level1.values() for rule in rules)]
        return {FALLBACK, *(rule.category for rule in listed)}


def first_category(rules: list[Rule], row: Row) -> str | None:
    """The first rule with words found in the title, else in the text, else the first without words."""
    for text in (row.title, row.text):
        for rule in rules:
            if rule.has_a_word_in(text):
                return rule.category
    return next((rule.category for rule in rules if not rule.keywords), None)


def rule_of(record: dict[str, str]) -> Rule:
    """A line of a table."""
    return Rule(keywords=tuple(filter(None, record["keywords"].split("|"))), category=record["category"])


def records(table: str) -> Iterator[dict[str, str]]:
    """The lines of a table on file."""
    with files("cli.tables").joinpath(table).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
