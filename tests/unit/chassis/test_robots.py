"""Robots of groups: what they are told, what counts as taken, and that their address stands in no log."""

import json
import logging
from collections.abc import Callable

import httpx
import pytest

from chassis.robots import Robots
from chassis.texting import NotTaken

URL = "https://127.0.0.1/cgi-bin/webhook/send?key=0123456789abcdef"


def robots(answer: Callable[[httpx.Request], httpx.Response]) -> Robots:
    return Robots(transport=httpx.MockTransport(answer))


def test_a_text_is_posted_as_the_robot_wants_it() -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, json={"errcode": 0, "errmsg": "ok"})

    robots(answer)(URL, "您有 3 条新通知。")
    assert str(asked[0].url) == URL
    assert json.loads(asked[0].content) == {"msgtype": "text", "text": {"content": "您有 3 条新通知。"}}


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, json={"errcode": 45009, "errmsg": "api freq out of limit"}),
        httpx.Response(200, json={}),
        httpx.Response(200, text="<html>"),
        httpx.Response(200, json=[]),
        httpx.Response(302, headers={"Location": "https://elsewhere.example"}),
        httpx.Response(500),
    ],
)
def test_what_the_robot_does_not_confirm_is_not_taken_and_its_address_is_told_nobody(
    answer: httpx.Response, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, logger="chassis"), pytest.raises(NotTaken):
        robots(lambda _: answer)(URL, "通知")
    assert "0123456789abcdef" not in "".join(each.getMessage() for each in caplog.records if each.name != "httpx")


def test_a_robot_that_is_away_does_not_take_it(caplog: pytest.LogCaptureFixture) -> None:
    def answer(_: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("while asking " + URL)

    with pytest.raises(NotTaken):
        robots(answer)(URL, "通知")
    assert "ReadTimeout" in caplog.text
    assert "0123456789abcdef" not in caplog.text
