"""The overview as it changes: asked for once for everybody who watches, told as Server-Sent Events."""

import json
from collections.abc import Callable, Iterator
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from contracts.errors import Unavailable
from gateway.live import EVERY, HEARTBEAT, MOST, RETRY, Overviews, Stream, TooManyWatch
from tests.unit.gateway.conftest import FakeServices

LIVE = "/api/v1/operations/live"


class Time:
    """A clock that goes on only while somebody pauses."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    def pause(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def overviews(services: FakeServices, time: Time) -> Overviews:
    services.answers["get_overview"] = lambda _query: {"at": time.now}
    return Overviews(services, clock=time, pause=time.pause)


def told(stream: Stream) -> Iterator[tuple[str, Any]]:
    """The events of a stream, without its comments."""
    for piece in stream:
        if piece.startswith(b"event: "):
            name, data = piece.decode().rstrip("\n").split("\n")
            yield name.removeprefix("event: "), json.loads(data.removeprefix("data: "))


def test_a_stream_says_first_when_to_come_again_then_beats_before_each_event(overviews: Overviews) -> None:
    pieces = iter(overviews.watch())

    first = [next(pieces) for _ in range(5)]

    assert first[:2] == [RETRY, HEARTBEAT]
    assert first[2] == b'event: overview\ndata: {"at":100.0}\n\n'
    assert (first[3], first[4][:15]) == (HEARTBEAT, b"event: overview")


def test_a_new_overview_comes_every_two_seconds(overviews: Overviews) -> None:
    events = told(overviews.watch())

    assert [next(events)[1]["at"] for _ in range(3)] == [100.0, 100.0 + EVERY, 100.0 + 2 * EVERY]


def test_those_who_watch_at_the_same_time_share_one_question(
    overviews: Overviews, services: FakeServices, time: Time
) -> None:
    one, another = told(overviews.watch()), told(overviews.watch())
    assert next(one) == next(another)
    time.pause(EVERY / 2)
    assert next(told(overviews.watch()))[1] == {"at": 100.0}

    assert len(services.asked) == 1


def test_nobody_asks_while_nobody_watches(overviews: Overviews, services: FakeServices) -> None:
    overviews.watch().close()

    assert services.asked == []


def test_while_operations_does_not_answer_the_stream_says_why_and_goes_on(
    overviews: Overviews, services: FakeServices
) -> None:
    answers, services.answers["get_overview"] = services.answers["get_overview"], Unavailable()
    events = told(overviews.watch())

    name, failure = next(events)
    services.answers["get_overview"] = answers

    assert (name, failure["error"]) == ("failure", "unavailable")
    assert failure["zh"] == Unavailable.zh
    assert failure["en"] == Unavailable.en
    assert next(events)[0] == "overview"


def test_when_all_is_over_every_stream_ends(overviews: Overviews) -> None:
    pieces = iter(overviews.watch())
    assert next(pieces) == RETRY

    overviews.close()

    assert list(pieces) == []


def test_who_waits_for_the_next_overview_when_all_is_over_waits_no_longer(services: FakeServices) -> None:
    overviews = Overviews(services, every=3600.0)
    events = told(overviews.watch())
    next(events)

    Thread(target=overviews.close).start()

    assert list(events) == []


def test_there_are_only_so_many_streams_and_who_leaves_makes_room(overviews: Overviews) -> None:
    streams = [overviews.watch() for _ in range(MOST)]
    with pytest.raises(TooManyWatch):
        overviews.watch()

    streams[0].close()
    streams[0].close()

    overviews.watch()
    with pytest.raises(TooManyWatch):
        overviews.watch()


@pytest.fixture
def watcher(open_door: Callable[..., Flask], services: FakeServices) -> FlaskClient:
    """Somebody at a door with all places to watch free."""
    services.answers["get_overview"] = {"queues": []}
    return open_door().test_client()


def test_the_door_gives_a_stream_of_events(watcher: FlaskClient) -> None:
    with watcher.get(LIVE, headers={"Accept": "text/event-stream"}) as answer:
        assert answer.status_code == 200
        assert answer.mimetype == "text/event-stream"
        assert answer.headers["Cache-Control"] == "no-store"
        pieces = answer.iter_encoded()
        assert [next(pieces) for _ in range(3)][2] == b'event: overview\ndata: {"queues":[]}\n\n'


def test_a_client_that_wants_json_is_told_that_there_is_none_here(watcher: FlaskClient) -> None:
    answer = watcher.get(LIVE, headers={"Accept": "application/json"})

    assert (answer.status_code, answer.json["error"]) == (406, "not_acceptable")
    assert "text/event-stream" in answer.json["message"]


def test_one_too_many_is_refused_with_503_until_somebody_leaves(watcher: FlaskClient) -> None:
    streams = [watcher.get(LIVE) for _ in range(MOST)]
    refused = watcher.get(LIVE)
    assert (refused.status_code, refused.json["error"]) == (503, "too_many_watch")

    streams[0].close()

    with watcher.get(LIVE) as answer:
        assert answer.status_code == 200


def test_asking_for_the_head_of_a_stream_takes_up_no_place(watcher: FlaskClient) -> None:
    for _ in range(MOST + 1):
        with watcher.head(LIVE) as answer:
            assert answer.status_code == 200
