"""Ready phrases, kept by a community for what it writes again and again."""

from typing import Any

from chassis.unit_of_work import UnitOfWork
from contracts.grievance.errors import PhraseEdited, PhraseTaken, TooManyPhrases

MOST_OF_A_STEP = 50
"""So many are still looked through in a list on a telephone."""


def add_phrase(uow: UnitOfWork, command: dict[str, Any]) -> None:
    """Keep one more. Raises `PhraseTaken`, `TooManyPhrases`."""
    title, step = command["title"].strip(), command["step"]
    with uow:
        taken = uow.phrases.titles(command["community"], step)
        if title in taken:
            raise PhraseTaken(title=title)
        if len(taken) >= MOST_OF_A_STEP:
            raise TooManyPhrases(most=MOST_OF_A_STEP)
        uow.phrases.keep({**command, "title": title, "words": command["words"].strip(), "version": 1})


def change_phrase(uow: UnitOfWork, command: dict[str, Any]) -> None:
    """Other words for one. Raises `PhraseNotFound`, `PhraseTaken`, `PhraseEdited`."""
    title = command["title"].strip()
    with uow:
        phrase = uow.phrases.get(command["id"])
        if uow.phrases.titles(phrase["community"], phrase["step"]).get(title, phrase["id"]) != phrase["id"]:
            raise PhraseTaken(title=title)
        if not uow.phrases.reword(phrase["id"], command["version"], title, command["words"].strip()):
            raise PhraseEdited


def remove_phrase(uow: UnitOfWork, command: dict[str, Any]) -> dict[str, Any]:
    """Keep one no more; what it was. Raises `PhraseNotFound`."""
    with uow:
        phrase: dict[str, Any] = uow.phrases.get(command["id"])
        uow.phrases.remove(command["id"])
        return {**phrase, "id": str(phrase["id"])}
