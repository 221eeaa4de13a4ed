"""What services refuse: each error has a code of its own and a sentence in Chinese and in English."""

import importlib
import json
import re
from string import Formatter

import pytest

from contracts import errors
from contracts.errors import KINDS, Conflict, Error, NotFound
from contracts.wire import TELLERS

for teller in TELLERS:
    importlib.import_module(f"contracts.{teller}.errors")

SHARED = {"step_forbidden": "the same answer everywhere: the state forbids this step, `allowed` says which it permits"}
"""Codes that several services use on purpose, and why."""


def every_error() -> list[type[Error]]:
    """Every error class of the contracts."""
    found: list[type[Error]] = []
    rest = [Error]
    while rest:
        error_class = rest.pop()
        rest += error_class.__subclasses__()
        if error_class.__module__.startswith("contracts.") and error_class.__name__ != "ToldError":
            found.append(error_class)
    return sorted(found, key=lambda each: (each.__module__, each.__name__))


def name_of(error_class: type[Error]) -> str:
    """The class with the module it stands in."""
    return f"{error_class.__module__}.{error_class.__name__}"


ERRORS = every_error()
each_error = pytest.mark.parametrize("error_class", ERRORS, ids=map(name_of, ERRORS))


def facts_of(sentence: str) -> set[str]:
    """The facts that a sentence has places for."""
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


@each_error
def test_every_error_has_its_own_code_and_a_sentence_in_both_languages(error_class: type[Error]) -> None:
    own = error_class.__dict__
    assert re.fullmatch("[a-z]+(_[a-z]+)*", own["code"])
    assert re.search("[一-鿿]", own["zh"])
    assert re.search("[A-Za-z]", own["en"])
    assert not re.search("[一-鿿]", own["en"])
    assert error_class.__doc__


@each_error
def test_both_sentences_of_an_error_have_places_for_facts_that_can_be_given(error_class: type[Error]) -> None:
    told = error_class(**{name: name for name in facts_of(error_class.zh) | facts_of(error_class.en)})
    assert "{" not in told.said("zh") + told.said("en")
    # A fact that is itself a word may be given once for each language, as post_zh and post_en are.
    bare = [{re.sub("_(zh|en)$", "", name) for name in facts_of(words)} for words in (error_class.zh, error_class.en)]
    assert bare[0] == bare[1]


def test_no_two_errors_have_the_same_code_but_those_shared_on_purpose() -> None:
    by_code: dict[str, list[type[Error]]] = {}
    for error_class in ERRORS:
        by_code.setdefault(error_class.code, []).append(error_class)
    assert {code for code, classes in by_code.items() if len(classes) > 1} == set(SHARED)
    for code in SHARED:
        assert len({error_class.kind for error_class in by_code[code]}) == 1


@each_error
def test_every_error_is_of_one_of_the_five_kinds(error_class: type[Error]) -> None:
    assert error_class is Error or KINDS[error_class.kind] in error_class.__mro__


@each_error
def test_an_error_crosses_a_border_with_its_kind_its_code_its_words_and_its_facts(error_class: type[Error]) -> None:
    facts = {name: [f"{name} 一", "二"] for name in facts_of(error_class.zh) | facts_of(error_class.en)}
    told = error_class(fields={"place": [errors.words("没有", "none")]}, **facts)
    heard = errors.from_wire(json.loads(json.dumps(errors.to_wire(told))))
    assert (heard.kind, heard.code, heard.facts, heard.fields) == (told.kind, told.code, told.facts, told.fields)
    assert [heard.said(language) for language in ("zh", "en")] == [told.said(language) for language in ("zh", "en")]
    if error_class.code not in SHARED:
        assert type(heard) is error_class or error_class is Error
    else:
        assert isinstance(heard, Conflict)


def test_an_error_unknown_here_keeps_its_kind_and_the_words_it_was_told_with() -> None:
    def told(what: str) -> Error:
        said = {"kind": "not_found", "code": "unheard_of", "zh": f"没有{what}", "en": f"no {what} {{here}}"}
        return errors.from_wire({**said, "facts": {"what": what}, "fields": {}})

    first, second = told("first"), told("second")
    assert isinstance(first, NotFound)
    assert (first.said("zh"), first.said("en")) == ("没有first", "no first {here}")
    assert (second.said("zh"), second.said("en")) == ("没有second", "no second {here}")


def test_an_error_told_before_its_class_is_known_does_not_stand_in_for_the_class() -> None:
    said = {"kind": "not_found", "code": "known_later", "zh": "没有", "en": "none", "facts": {}, "fields": {}}
    errors.from_wire(said)

    class KnownLater(NotFound):
        """Came with a module that was loaded late."""

        code = "known_later"
        zh, en = "没有", "none"

    assert type(errors.from_wire(said)) is KnownLater


def test_a_sentence_whose_fact_was_not_given_keeps_the_place_of_it_and_raises_nothing() -> None:
    from contracts.organization.errors import CommunityNotFound

    assert CommunityNotFound().said("en") == "There is no community {community}"
