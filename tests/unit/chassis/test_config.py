"""Settings: read from the environment, refused at start with every wrong variable named."""

import dataclasses
import typing
from dataclasses import dataclass
from typing import Annotated

import pytest
from msgspec import Meta

from chassis.config import Settings, SettingsRefused, database_url_of, read


@dataclass(frozen=True, kw_only=True)
class TeaSettings:
    """How tea is made."""

    minutes: Annotated[int, Meta(ge=1, le=10)] = 3
    kinds: Annotated[tuple[str, ...], Meta(max_length=2)] = ("green",)
    is_sweet: bool = False
    share: float = 0.5
    cup: Annotated[str, Meta(pattern="^(small|large)$")]


def test_a_setting_is_read_from_the_variable_named_for_it_and_turned_into_its_type() -> None:
    environ = {
        "TEA_MINUTES": "5",
        "TEA_KINDS": "green, black",
        "TEA_IS_SWEET": "true",
        "TEA_SHARE": "1",
        "TEA_CUP": "large",
    }
    assert read("TEA", TeaSettings, environ) == TeaSettings(
        minutes=5, kinds=("green", "black"), is_sweet=True, share=1.0, cup="large"
    )


def test_what_is_not_given_or_empty_has_its_default() -> None:
    assert read("TEA", TeaSettings, {"TEA_CUP": "small", "TEA_MINUTES": ""}) == TeaSettings(cup="small")


def test_variables_of_others_are_left_alone() -> None:
    assert read("TEA", TeaSettings, {"TEA_CUP": "small", "MINUTES": "99", "COFFEE_MINUTES": "99"}).minutes == 3


def test_every_wrong_variable_is_named_at_once() -> None:
    environ = {"TEA_MINUTES": "11", "TEA_KINDS": "a,b,c", "TEA_IS_SWEET": "perhaps", "TEA_SHARE": "half"}
    with pytest.raises(SettingsRefused) as refused:
        read("TEA", TeaSettings, environ)
    for variable in (*environ, "TEA_CUP"):
        assert variable in str(refused.value)


@pytest.mark.parametrize(
    ("variable", "wrong"),
    [("TEA_MINUTES", "0"), ("TEA_MINUTES", "11"), ("TEA_MINUTES", "3.5"), ("TEA_MINUTES", " "), ("TEA_CUP", "huge")],
)
def test_a_setting_out_of_bounds_or_of_the_wrong_type_is_refused(variable: str, wrong: str) -> None:
    with pytest.raises(SettingsRefused, match=variable):
        read("TEA", TeaSettings, {"TEA_CUP": "small", variable: wrong})


@pytest.mark.parametrize(("minutes", "expected"), [("1", 1), ("10", 10)])
def test_the_bounds_themselves_are_allowed(minutes: str, expected: int) -> None:
    assert read("TEA", TeaSettings, {"TEA_CUP": "small", "TEA_MINUTES": minutes}).minutes == expected


def test_a_required_setting_that_is_missing_is_refused() -> None:
    with pytest.raises(SettingsRefused, match="TEA_CUP: is required"):
        read("TEA", TeaSettings, {})


def test_a_refusal_does_not_repeat_what_was_given_which_may_be_a_password() -> None:
    with pytest.raises(SettingsRefused) as refused:
        read("TEA", TeaSettings, {"TEA_CUP": "s3cret", "TEA_MINUTES": "s3cret"})
    assert "s3cret" not in str(refused.value)


@pytest.mark.parametrize(
    ("variable", "wrong"),
    [
        ("PATIENCE", "5"),
        ("PATIENCE", "0"),
        ("LOG_LEVEL", "LOUD"),
        ("BATCH", "0"),
        ("CALLS_AT_ONCE", "none"),
        ("DRAIN", "-1"),
        ("INBOX_DAYS", "1"),
    ],
)
def test_a_process_refuses_to_start_with_senseless_settings(variable: str, wrong: str) -> None:
    with pytest.raises(SettingsRefused, match=variable):
        read("", Settings, {variable: wrong})


def test_without_a_broker_it_is_the_form_in_one_process() -> None:
    assert read("", Settings, {}).embedded
    assert not read("", Settings, {"BROKER_URL": "amqp://there//"}).embedded


def test_field_keys_are_separated_by_commas() -> None:
    assert read("", Settings, {"FIELD_KEYS": "new, old"}).field_keys == ("new", "old")


def test_every_setting_says_what_it_is_in_chinese_and_english() -> None:
    hints = typing.get_type_hints(Settings, include_extras=True)
    for field in dataclasses.fields(Settings):
        (meta,) = hints[field.name].__metadata__
        assert " / " in meta.description, field.name


@pytest.mark.parametrize(
    ("base", "expected"),
    [
        ("sqlite:///data", "sqlite:///data/grievance.db"),
        ("sqlite:////var/hemei/", "sqlite:////var/hemei/grievance.db"),
        ("postgresql://postgres@127.0.0.1:5432/hemei", "postgresql://postgres@127.0.0.1:5432/hemei_grievance"),
        ("postgresql://u:p@h/hemei?sslmode=require", "postgresql://u:p@h/hemei_grievance?sslmode=require"),
    ],
)
def test_each_service_has_a_database_of_its_own(base: str, expected: str) -> None:
    assert database_url_of(base, "grievance") == expected
