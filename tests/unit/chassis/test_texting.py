"""Texts to telephones: signed for the hook, sent again where it did not take them, and told in no log."""

import hashlib
import hmac
import json
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

import httpx
import pytest

from chassis.config import SettingsRefused
from chassis.texting import Hook, NotTaken, Text, TextingSettings, show_in_log, way_of

SECRET = "a secret that is shared with the hook and nobody else"
TEXT = Text(
    id=UUID("1b4e28ba-2fa1-41d2-883f-0016d3cca427"),
    phone="13800005678",
    code="135790",
    expires_at=datetime(2026, 11, 24, 12, 5, tzinfo=UTC),
)


def hook(answer: Callable[[httpx.Request], httpx.Response]) -> Hook:
    return Hook(
        "http://127.0.0.1:9/texts", SECRET, transport=httpx.MockTransport(answer), clock=lambda: 1_700_000_000.5
    )


def test_a_text_is_sent_as_json_and_signed_with_the_time() -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(204)

    hook(answer)(TEXT)
    [request] = asked
    assert json.loads(request.content) == {
        "id": str(TEXT.id),
        "phone": "13800005678",
        "code": "135790",
        "expires_at": "2026-11-24T12:05:00Z",
    }
    signed = hmac.digest(SECRET.encode(), b"1700000000." + request.content, hashlib.sha256).hex()
    assert request.headers["Hemei-Signature"] == f"t=1700000000,v1={signed}"
    assert request.headers["Idempotency-Key"] == str(TEXT.id)
    assert request.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize("status", [302, 400, 429, 500, 503])
def test_what_the_hook_refuses_is_not_taken_and_stands_in_no_log(status: int, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), pytest.raises(NotTaken):
        hook(lambda _: httpx.Response(status, text=f"no {TEXT.code}"))(TEXT)
    assert TEXT.code not in caplog.text
    assert TEXT.phone not in caplog.text


@pytest.mark.parametrize("error", [httpx.ConnectError, httpx.ReadTimeout, httpx.RemoteProtocolError])
def test_a_hook_that_is_away_does_not_take_it_and_the_log_tells_the_kind_only(
    error: type[httpx.TransportError], caplog: pytest.LogCaptureFixture
) -> None:
    def answer(_: httpx.Request) -> httpx.Response:
        raise error(f"while sending {TEXT.code}")

    with pytest.raises(NotTaken):
        hook(answer)(TEXT)
    assert error.__name__ in caplog.text
    assert TEXT.code not in caplog.text


def test_while_developing_the_code_is_shown_in_the_log_without_the_telephone(caplog: pytest.LogCaptureFixture) -> None:
    show_in_log(TEXT)
    assert TEXT.code in caplog.text
    assert TEXT.phone not in caplog.text


def test_codes_are_shown_in_the_log_only_where_nobody_else_gets_at_it() -> None:
    assert way_of(TextingSettings(), is_alone=True) is show_in_log
    assert way_of(TextingSettings(by="log"), is_alone=True) is show_in_log
    assert way_of(TextingSettings(), is_alone=False) is None
    with pytest.raises(SettingsRefused, match="CODES_BY"):
        way_of(TextingSettings(by="log"), is_alone=False)


@pytest.mark.parametrize("is_alone", [True, False])
def test_a_hook_needs_an_address_and_a_secret_that_nobody_guesses(is_alone: bool) -> None:
    url = "https://sms.example/hook"
    assert isinstance(way_of(TextingSettings(by="http", url=url, secret=SECRET), is_alone=is_alone), Hook)
    for wrong in ({"url": ""}, {"secret": ""}, {"secret": "short"}):
        given = {"by": "http", "url": url, "secret": SECRET, **wrong}
        with pytest.raises(SettingsRefused, match="CODES_URL"):
            way_of(TextingSettings(**given), is_alone=is_alone)
