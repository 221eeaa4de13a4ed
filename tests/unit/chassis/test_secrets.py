"""Secrets come from the environment alone and are shown nowhere."""

import dataclasses
import re
from collections.abc import Iterator
from typing import Any

import click
import pytest

from chassis.config import SECRET, Settings, SettingsRefused, read
from chassis.management import Login
from chassis.run import SERVICES, service_class
from chassis.texting import TextingSettings
from chassis.watching import RabbitWatch
from cli.main import main
from gateway.config import GatewaySettings

MARK = "pssst-do-not-tell"
SOUNDS_SECRET = re.compile(r"secret|password|token|key|url|hook", re.IGNORECASE)

NO_SECRETS = {"BROKER_PAGES_URL", "ACCOUNTS_FIRST_SIGN_IN_FILE", "PUBLIC_URL"}
"""What sounds like one and is none: an address for browsers, the place of a file."""


def settings_classes() -> list[tuple[str, Any]]:
    """Every class of settings, with what its variables begin with."""
    services = [service_class(service).settings for service in SERVICES]  # type: ignore[attr-defined]
    return [
        ("", Settings),
        ("", GatewaySettings),
        ("CODES", TextingSettings),
        *((own.prefix, own.settings_class) for own in services),
    ]


def settings() -> Iterator[tuple[str, dataclasses.Field[Any]]]:
    """Every setting with its variable."""
    for prefix, kind in settings_classes():
        yield from ((f"{prefix}_{field.name}".lstrip("_").upper(), field) for field in dataclasses.fields(kind))


SECRETS = [(variable, field) for variable, field in settings() if field.metadata.get(SECRET)]


def test_whatever_sounds_like_a_secret_is_marked_as_one() -> None:
    sounding = {variable for variable, _ in settings() if SOUNDS_SECRET.search(variable)}
    assert sounding - NO_SECRETS <= {variable for variable, _ in SECRETS}
    assert {"BROKER_URL", "DATABASE_URL", "FIELD_KEYS", "SECRET_KEY", "CODES_SECRET"} <= {
        variable for variable, _ in SECRETS
    }


@pytest.mark.parametrize(("variable", "field"), SECRETS, ids=[variable for variable, _ in SECRETS])
def test_a_secret_has_no_default_that_opens_anything(variable: str, field: dataclasses.Field[Any]) -> None:
    assert field.default in ("", (), "sqlite:///data")


@pytest.mark.parametrize("kind", [kind for _, kind in settings_classes()], ids=lambda kind: str(kind.__name__))
def test_settings_that_are_printed_show_no_secret(kind: Any) -> None:
    marked = {field.name: MARK for field in dataclasses.fields(kind) if field.metadata.get(SECRET)}
    assert MARK not in repr(kind(**marked))


@pytest.mark.parametrize("value", [MARK, f"{MARK}\udcff"], ids=["text", "no UTF-8"])
@pytest.mark.parametrize(("prefix", "kind"), settings_classes(), ids=lambda each: getattr(each, "__name__", ""))
def test_a_setting_that_is_refused_is_named_and_its_value_is_not(prefix: str, kind: Any, value: str) -> None:
    variables = [f"{prefix}_{field.name}".lstrip("_").upper() for field in dataclasses.fields(kind)]

    with pytest.raises(SettingsRefused) as refusal:
        read(prefix, kind, dict.fromkeys(variables, value))

    assert any(variable in str(refusal.value) for variable in variables)
    assert MARK not in str(refusal.value)


def test_the_login_of_the_management_interface_is_not_shown_to_who_looks_at_operations() -> None:
    login = Login.of(f"http://user:{MARK}@broker:15672", f"amqp://user:{MARK}@broker:5672//")
    assert login.password == MARK
    assert MARK not in repr(login)
    assert login.url == "http://broker:15672"


@pytest.mark.parametrize(
    ("management", "pages"),
    [(f"http://user:{MARK}@127.0.0.1:9", ""), ("", f"http://user:{MARK}@127.0.0.1:9"), ("", "")],
)
def test_where_the_broker_is_looked_at_is_told_without_a_password(management: str, pages: str) -> None:
    seen = RabbitWatch(f"amqp://user:{MARK}@127.0.0.1:9//", management, pages).look(["grievance.main"])
    assert MARK not in repr(seen)


def commands(command: click.Command, name: str = "hemei") -> Iterator[tuple[str, click.Command]]:
    """A command and everything below it."""
    yield name, command
    if isinstance(command, click.Group):
        for below, each in command.commands.items():
            yield from commands(each, f"{name} {below}")


def test_no_command_takes_a_secret_where_the_list_of_processes_shows_it() -> None:
    found = [
        f"{name} {parameter.name}"
        for name, command in commands(main)
        for parameter in command.params
        if re.search(r"password|secret|token|url|api_?key", str(parameter.name), re.IGNORECASE)
    ]
    assert found == []
