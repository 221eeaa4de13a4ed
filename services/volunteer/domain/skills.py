"""What volunteers can do: a seeded vocabulary, open to any other word."""

from collections.abc import Iterable

SKILLS = {
    "carrying": "搬运",
    "electric": "电工",
    "mediation": "调解",
    "companionship": "陪护",
    "patrol": "巡逻",
    "cleaning": "保洁",
    "hairdressing": "理发",
    "first_aid": "急救",
    "law": "普法",
}
"""The seeded codes with their Chinese words."""

TRAINED = frozenset({"electric", "first_aid"})
"""Skills without which nobody is sent where they are wanted: an untrained hand would be in danger or a danger."""

_CODES = {word: code for code, word in SKILLS.items()}


def code_of(skill: str) -> str:
    """The code for a seeded Chinese word; any other word stands for itself."""
    word = skill.strip()
    return _CODES.get(word, word)


def codes_of(skills: Iterable[str]) -> list[str]:
    """Codes without repeats, in the order given."""
    return list(dict.fromkeys(map(code_of, skills)))


def in_words(skills: Iterable[str]) -> str:
    """The skills as they are said in Chinese."""
    return "、".join(SKILLS.get(skill, skill) for skill in skills)
