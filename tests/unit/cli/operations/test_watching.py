"""`hemei ops`: what needs a look stands first; the picture goes on where the system comes and goes."""

import io
import json
from collections.abc import Callable
from itertools import islice
from typing import Any

import httpx
import pytest
from rich.console import Console

from cli.api import Api, Refused, Unreachable
from cli.operations.overview import shown
from cli.operations.watching import overviews
from tests.unit.cli.fake_api import refused
from tests.unit.cli.operations.conftest import Hemei
from tests.unit.cli.operations.fake_operations import FakeOperations
from tests.unit.gateway.pages.operations import overview, troubled


def on_paper(told: dict[str, Any], *, whole: bool = True) -> str:
    file = io.StringIO()
    Console(file=file, width=150).print(shown(told, whole=whole))
    return file.getvalue()


def event(name: str, told: Any) -> str:
    return f": \n\nevent: {name}\ndata: {json.dumps(told)}\n\n"


def test_one_look_shows_every_queue_outbox_and_process(operations: FakeOperations, hemei: Hemei) -> None:
    operations.answers["overview"] = told = overview()

    shown = hemei("ops", "--once")

    assert shown.exit_code == 0, shown.output
    named = [queue["name"] for queue in told["queues"]] + [one["name"] for one in told["processes"]]
    assert all(name in shown.output for name in named)
    assert "http://127.0.0.1:15672/" in shown.output
    assert "18 ms" in shown.output
    assert "81 MB" in shown.output


def test_without_a_terminal_one_look_is_enough(operations: FakeOperations, hemei: Hemei) -> None:
    operations.answers["overview"] = overview()

    assert "operations.dead" in hemei("ops").output


def test_troubles_stand_before_the_queues_and_nothing_grave_is_left_out() -> None:
    told = on_paper(troubled(), whole=False)

    assert told.index("partner.events 无人取用") < told.index("队列 queues")
    for grave in ("memory", "暂停 paused", "无人取用 no consumer", "没有音讯 silent", "18,432", "13 min", "retry.60"):
        assert grave in told, grave


def test_what_is_refreshed_leaves_out_queues_in_which_nothing_stirs_and_counts_them() -> None:
    told = on_paper(overview(), whole=False)

    assert "volunteer.events" in told
    assert "retry.60" not in told
    assert "volunteer.calls" not in told
    assert "11 more queues" in told


def test_figures_that_nobody_can_tell_are_dashes() -> None:
    silent = dict.fromkeys(("unacked", "rate_in", "rate_out", "oldest_age", "critical_p50", "critical_p99"))
    told = overview(critical_p50=None, critical_p99=None, handled_per_minute=None)
    told["queues"] = [{**told["queues"][0], **silent}]

    assert on_paper(told).count(" - ") >= 6


def test_programs_get_a_line_for_each_look(operations: FakeOperations, hemei: Hemei) -> None:
    operations.answers["overview"] = overview()

    assert json.loads(hemei("ops", "--once", "--json").output) == overview()


# -- overviews as they come


def api_that(answer: Callable[[httpx.Request], httpx.Response]) -> Api:
    return Api(httpx.Client(base_url="http://fake", transport=httpx.MockTransport(answer)))


def no_pause(_seconds: float) -> None:
    """Nobody waits."""


def test_a_stream_that_ends_is_opened_again(operations: FakeOperations) -> None:
    operations.stream = [event("overview", {"n": 1}) + event("overview", {"n": 2}), event("overview", {"n": 3})]

    assert list(islice(overviews(operations.api(), no_pause), 3)) == [{"n": 1}, {"n": 2}, {"n": 3}]


def test_why_there_is_no_overview_is_told_in_both_languages(operations: FakeOperations) -> None:
    operations.stream = [event("failure", {"error": "unavailable", "zh": "服务暂时不可用", "en": "Try again later"})]

    (sight,) = islice(overviews(operations.api(), no_pause), 1)

    assert sight == "服务暂时不可用\nTry again later"


def test_where_too_many_watch_already_it_asks_by_itself(operations: FakeOperations) -> None:
    operations.answers |= {"live": refused(503, "too_many_watch"), "overview": {"n": 1}}

    assert list(islice(overviews(operations.api(), no_pause), 2)) == [{"n": 1}, {"n": 1}]


def test_what_is_refused_for_another_reason_ends_it(operations: FakeOperations) -> None:
    operations.answers["live"] = refused(403, "not_from_here")

    with pytest.raises(Refused):
        next(overviews(operations.api(), no_pause))


def test_a_system_that_goes_away_and_comes_back_is_watched_again() -> None:
    answers = iter([httpx.Response(200, text=event("overview", {"n": 1})), None, None])

    def answer(_request: httpx.Request) -> httpx.Response:
        told = next(answers, httpx.Response(200, text=event("overview", {"n": 2})))
        if told is None:
            raise httpx.ConnectError("refused")
        return told

    sights = list(islice(overviews(api_that(answer), no_pause), 4))

    assert (sights[0], sights[3]) == ({"n": 1}, {"n": 2})
    assert all("连不上" in str(sight) for sight in sights[1:3])


def test_a_system_that_was_never_there_is_an_error() -> None:
    def answer(_request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    with pytest.raises(Unreachable):
        next(overviews(api_that(answer), no_pause))
