"""What a dead message says of itself: read where it is ours, made fit to be kept where it is not."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from chassis.broker import Message
from services.operations.domain.dead_letter import State
from services.operations.handlers.laid_aside import death_of, message_id_of, new_dead_letter, queue_of

NOON = datetime(2026, 5, 20, 12, tzinfo=UTC)
HEADERS: dict[str, str | int | float] = {
    "queue": "partner.main",
    "error": "KeyError",
    "place": "partner/handlers.py:<lambda>",
    "stack": "0123456789abcdef",
    "attempt": 6,
    "died_at": "2026-05-20T03:00:00+08:00",
    "community": "410181002011",
    "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
}
NUMBERS = ["13800001111", "11010119900307775X"]
PERSONAL = ["张玉兰 13800001111", "zhang yulan", "yulan@example.org", *NUMBERS, "a\x00b", "\ud800", "x" * 5000]


def message(headers: Any = None, **more: Any) -> Message:
    """A dead message of ours."""
    given: dict[str, Any] = {"id": "an-id", "type": "organization.leader_assigned.v1", "correlation": "first"}
    return Message(body=b"{}", **given | {"headers": HEADERS if headers is None else headers} | more)


def test_a_dead_message_of_ours_says_where_why_and_when() -> None:
    found = new_dead_letter(message(), now=NOON)
    assert (found.queue, found.error, found.place, found.cause) == (
        "partner.main",
        "KeyError",
        "partner/handlers.py:<lambda>",
        "0123456789abcdef",
    )
    assert (found.message_id, found.type, found.correlation, found.community) == (
        "an-id",
        "organization.leader_assigned.v1",
        "first",
        "410181002011",
    )
    assert (found.attempts, found.deaths, found.state, found.size) == (6, 1, State.OPEN, 2)
    assert found.died_at == found.first_died_at == datetime(2026, 5, 19, 19, tzinfo=UTC)
    assert found.headers == HEADERS


def test_a_message_that_says_nothing_of_itself_can_be_kept() -> None:
    found = new_dead_letter(Message(body=b"\xff\x00"), now=NOON)
    assert (found.queue, found.type, found.community, found.error) == ("", "", "", "Unknown")
    assert found.died_at == NOON
    assert UUID(found.message_id)


def test_a_message_without_an_id_gets_one_that_is_always_the_same_for_the_same_body() -> None:
    first, again, other = (message_id_of(Message(body=body)) for body in (b"one", b"one", b"other"))
    assert first == again != other


@pytest.mark.parametrize("personal", PERSONAL)
def test_an_id_that_is_not_ours_is_replaced_by_one_that_is_always_the_same(personal: str) -> None:
    id = message_id_of(message(id=personal))
    assert UUID(id)
    assert id == message_id_of(message(id=personal))
    assert id != message_id_of(message(id="another id, not ours"))


@pytest.mark.parametrize("personal", PERSONAL)
@pytest.mark.parametrize("name", HEADERS)
def test_nothing_is_kept_of_a_header_that_is_not_ours(name: str, personal: str) -> None:
    found = new_dead_letter(message({**HEADERS, name: personal}), now=NOON)
    assert personal not in str(found)
    assert name not in found.headers


@pytest.mark.parametrize("personal", PERSONAL)
@pytest.mark.parametrize("name", ["type", "correlation", "content_type"])
def test_nothing_is_kept_of_a_property_that_is_not_ours(name: str, personal: str) -> None:
    if name == "content_type" and personal == "zhang yulan":
        personal = "张"
    assert getattr(new_dead_letter(message(**{name: personal}), now=NOON), name) == ""


def test_deaths_that_do_not_tell_their_cause_have_the_same_one_where_they_are_alike() -> None:
    def cause(**more: Any) -> str:
        kept = {name: value for name, value in HEADERS.items() if name != "stack"}
        return death_of(message({**kept, **more})).cause

    assert cause() == cause(died_at="2026-05-21T00:00:00+00:00", community="410181002012")
    assert len({cause(), cause(error="ValueError"), cause(queue="grievance.main")}) == 3
    assert len(cause()) == 16


@pytest.mark.parametrize("at", ["", "yesterday", "2026-05-20T12:00:00", "9999-12-31T23:59:59-23:00"])
def test_a_time_that_means_nothing_is_no_time(at: str) -> None:
    assert death_of(message({**HEADERS, "died_at": at})).at is None


def test_a_replayed_message_says_for_which_dead_letter() -> None:
    assert death_of(message({**HEADERS, "replay": "a-letter"})).replay == "a-letter"
    assert death_of(message()).replay == ""


@pytest.mark.parametrize("queue", ["Partner.Main", "a b", "", "x" * 81, 7])
def test_a_queue_whose_name_is_none_of_ours_is_not_known(queue: Any) -> None:
    assert queue_of(message({**HEADERS, "queue": queue})) == ""
