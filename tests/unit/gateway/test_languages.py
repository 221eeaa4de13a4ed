"""Which language is spoken, and that every sentence marshmallow has is spoken in Chinese."""

import inspect
import re
from collections.abc import Iterator

import pytest
from marshmallow import Schema, fields, validate

from contracts import accounts, grievance, health, operations, organization, partner, volunteer
from gateway.languages import PATTERNS, SENTENCES, in_language, language_of
from gateway.reading import NOT_KEPT, TOO_LARGE

HAN = re.compile(r"[\u4e00-\u9fff]")


def marshmallows_sentences() -> Iterator[str]:
    """Every message that a field or the schema itself may give, blanks filled with something."""
    yield from Schema._default_error_messages.values()
    for _, field in inspect.getmembers(fields, inspect.isclass):
        yield from getattr(field, "default_error_messages", {}).values()


def filled(sentence: str) -> str:
    for blank, word in (
        ("obj_type", "datetime"),
        ("awareness", "aware"),
        ("choices", "a, b"),
        ("input!r", "7"),
        ("input", "7"),
    ):
        sentence = sentence.replace("{" + blank + "}", word)
    return sentence


def validators() -> list[validate.Validator]:
    inclusive, exclusive = {}, {"min_inclusive": False, "max_inclusive": False}
    return [
        *(validate.Range(**bounds, **kind) for kind in (inclusive, exclusive)
          for bounds in ({"min": 1}, {"max": 0}, {"min": 1, "max": 2}, {"min": -2, "max": 0})),
        *(validate.Length(**bounds) for bounds in ({"min": 3}, {"max": 1}, {"min": 3, "max": 4}, {"equal": 5})),
        validate.Regexp("x"),
        validate.OneOf(["a", "b"]),
        validate.NoneOf([0, "ab"]),
        validate.ContainsOnly(["c"]),
        validate.ContainsNoneOf(["a"]),
        validate.Equal(5),
        validate.URL(),
        validate.Email(),
        validate.Predicate("istitle"),
    ]  # fmt: skip


@pytest.mark.parametrize("sentence", sorted({filled(each) for each in marshmallows_sentences()}))
def test_every_sentence_of_marshmallow_has_a_chinese_one(sentence: str) -> None:
    assert HAN.search(in_language("zh", sentence)), sentence
    assert in_language("en", sentence) == sentence


@pytest.mark.parametrize("validator", validators(), ids=lambda each: repr(each)[:60])
def test_every_validators_sentence_has_a_chinese_one(validator: validate.Validator) -> None:
    said = []
    for value in (0, "ab", 7):
        try:
            validator(value)
        except validate.ValidationError as error:
            said += error.messages
        except (TypeError, AttributeError):  # a length of a number, a text compared with a number
            continue

    assert said
    assert all(HAN.search(in_language("zh", sentence)) for sentence in said), said


def test_bounds_keep_their_numbers_in_chinese() -> None:
    sentence = "Must be greater than or equal to 1 and less than 200."
    assert in_language("zh", sentence) == "须不小于 1 且小于 200"


@pytest.mark.parametrize("sentence", [TOO_LARGE, NOT_KEPT])
def test_the_doors_own_sentences_are_translated(sentence: str) -> None:
    assert HAN.search(in_language("zh", sentence))


def test_an_unknown_sentence_stays_as_it_is() -> None:
    assert in_language("zh", "Nobody has translated this.") == "Nobody has translated this."


def test_no_translation_is_there_twice() -> None:
    for sentence in SENTENCES:
        assert not any(pattern.fullmatch(sentence) for pattern, _ in PATTERNS)


def schemas_of(package: object) -> Iterator[type[Schema]]:
    module = __import__(f"{package.__name__}.schemas", fromlist=["schemas"])  # type: ignore[attr-defined]
    for _, found in inspect.getmembers(module, inspect.isclass):
        if issubclass(found, Schema) and found.__module__ == module.__name__:
            yield found


@pytest.mark.parametrize(
    "package",
    [accounts, grievance, health, operations, organization, partner, volunteer],
    ids=lambda each: each.__name__,
)
def test_what_a_schema_says_in_words_of_its_own_is_translated(package: object) -> None:
    own = {
        error
        for schema in schemas_of(package)
        for field in schema().fields.values()
        for validator in field.validators
        if (error := getattr(validator, "error", None)) and isinstance(error, str)
    }
    assert [sentence for sentence in own if not HAN.search(in_language("zh", sentence))] == []


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "zh"),
        ("zh-CN,zh;q=0.9", "zh"),
        ("zh-TW", "zh"),
        ("en", "en"),
        ("en-US,en;q=0.9,zh;q=0.8", "en"),
        ("de,en;q=0.2", "en"),
        ("de", "zh"),
        ("zh;q=0.2,en;q=0.1", "zh"),
        ("*", "zh"),
        ("nonsense;;;=", "zh"),
    ],
)
def test_the_header_decides_the_language_and_chinese_where_it_does_not(header: str, language: str) -> None:
    assert language_of(header) == language
