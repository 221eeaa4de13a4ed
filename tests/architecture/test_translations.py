"""Everything that pages say in Chinese they say in English, too."""

import re

import pytest

from docs.translations import CATALOGUES, kept, sentences

SAID = sentences()
KINDS = sorted(SAID)
BLANKS = re.compile(r"%\((\w+)\)")


def test_there_are_catalogues_for_what_the_pages_say_and_no_others() -> None:
    assert {path.stem for path in CATALOGUES.glob("*.po")} == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_every_sentence_has_its_english_and_no_english_is_left_over(kind: str) -> None:
    english = {str(message.id): message.string for message in kept(kind) if message.id}
    said = {str(message.id) for message in SAID[kind] if message.id}
    assert set(english) == said, "run `make translations`, and fill in what is empty"
    assert [
        message for message, told in english.items() if not told or (isinstance(told, tuple) and not all(told))
    ] == []


@pytest.mark.parametrize("kind", KINDS)
def test_both_languages_leave_the_same_blanks(kind: str) -> None:
    for message in kept(kind):
        if message.id:
            assert set(BLANKS.findall(str(message.id))) == set(BLANKS.findall(str(message.string))), message.id


def test_a_sentence_means_one_thing_everywhere() -> None:
    told: dict[str, set[str]] = {}
    for kind in KINDS:
        for message in kept(kind):
            told.setdefault(str(message.id), set()).add(str(message.string))
    told.pop("", None)
    assert {message: sorted(english) for message, english in told.items() if len(english) > 1} == {}
