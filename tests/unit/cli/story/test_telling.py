"""Telling the story: each step is waited for, but not for ever."""

import io
from collections.abc import Callable, Iterator
from itertools import count

import httpx
import pytest
from rich.console import Console

from cli.api import Api, Trouble
from cli.story.telling import Teller
from tests.unit.cli.fake_api import refused

Answer = Callable[[httpx.Request], httpx.Response]


def teller_of(answer: Answer, patience: float = 10) -> tuple[Teller, io.StringIO]:
    paper, seconds = io.StringIO(), count()
    api = Api(httpx.Client(base_url="http://fake", transport=httpx.MockTransport(answer)))
    console = Console(file=paper, width=120)
    return Teller(api, console, patience=patience, rest=lambda s: None, clock=lambda: next(seconds)), paper


def grievances(*answers: dict) -> Answer:
    told: Iterator[dict] = iter(answers)
    return lambda request: httpx.Response(200, json=next(told))


def test_a_step_is_told_once_it_has_come() -> None:
    leader = {"name": "王丽", "post": "grid_leader", "reason": "第一网格由网格长王丽负责"}
    teller, paper = teller_of(grievances({"leader": None}, {"leader": None}, {"leader": leader}))
    teller.leader_is_named()
    assert "派给网格长王丽" in paper.getvalue()
    assert "assigned to the grid leader" in paper.getvalue()
    assert "第一网格由网格长王丽负责" in paper.getvalue()


def test_a_step_that_does_not_come_ends_the_story_naming_it() -> None:
    teller, _ = teller_of(lambda request: httpx.Response(200, json={"leader": None}), patience=5)
    with pytest.raises(Trouble, match=r"网格长派单[\s\S]*a leader is named") as told:
        teller.leader_is_named()
    assert told.value.exit_code == 1


def test_filing_waits_until_news_of_the_place_has_come() -> None:
    answers = iter([refused(422, "unknown_place"), httpx.Response(201, json={"id": "7", "receipt": "R7"})])
    teller, paper = teller_of(lambda request: next(answers))
    teller.file({"description": "楼道[堆物]"})
    assert teller.id == "7"
    assert "楼道[堆物]" in paper.getvalue()


def test_filing_does_not_wait_for_ever() -> None:
    teller, _ = teller_of(lambda request: refused(422, "unknown_place"), patience=3)
    with pytest.raises(Trouble, match="unknown_place"):
        teller.file({"description": "楼道堆物"})
