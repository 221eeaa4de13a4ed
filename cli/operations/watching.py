"""The `hemei ops` command: everything that an operator sees at one glance, as it changes."""

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import click
from rich.console import Console, Group, RenderableType
from rich.live import Live

from cli.api import Api, Refused, Trouble, Unreachable, connect
from cli.operations.overview import shown

EVERY = 2.0
"""Seconds until it is looked again, where nothing is sent by itself."""

OVERVIEW, LIVE = "operations/overview", "operations/live"
FULL = 503

Sight = dict[str, Any] | str
"""An overview, or why there is none just now."""


@click.command()
@click.option("--once", is_flag=True, help="看一眼就结束 · one look and done")
@click.option("--json", "as_json", is_flag=True, help="每次一行 JSON · a line of JSON for each look")
def ops(once: bool, as_json: bool) -> None:
    """队列、发件箱、进程和要紧事，实时刷新；Ctrl-C 结束。

    Queues, outboxes, processes and troubles, refreshed as they change; Ctrl-C ends it.
    """
    api, console = connect(), Console(highlight=False)
    if as_json:
        for sight in [api.get(OVERVIEW)] if once else overviews(api):
            click.echo(json.dumps({"trouble": sight} if isinstance(sight, str) else sight, ensure_ascii=False))
    elif once or not console.is_terminal:
        console.print(shown(api.get(OVERVIEW)))
    else:
        _watch(overviews(api), console)


def _watch(sights: Iterator[Sight], console: Console) -> None:
    last: RenderableType = ""
    with Live(console=console, screen=True, auto_refresh=False) as screen:
        for sight in sights:
            if isinstance(sight, str):
                screen.update(Group(f"[bold red]{sight}[/]", last), refresh=True)
            else:
                last = shown(sight, whole=False)
                screen.update(last, refresh=True)


def overviews(api: Api, pause: Callable[[float], None] = time.sleep) -> Iterator[Sight]:
    """Overviews as they come, for ever. Raises what goes wrong at the very first; later on it is told and borne."""
    has_come = False
    while True:
        try:
            for sight in _sent(api):
                yield sight
                has_come = True
        except Unreachable as trouble:
            if not has_come:
                raise
            yield trouble.message
        pause(EVERY)


def _sent(api: Api) -> Iterator[Sight]:
    """What the door sends by itself; where too many are sent something already, what it answers now."""
    try:
        for name, told in api.events(LIVE):
            yield told if name == "overview" else _of_failure(told)
    except Refused as refused:
        if refused.status != FULL:
            raise
        yield _asked(api)


def _asked(api: Api) -> Sight:
    try:
        found: dict[str, Any] = api.get(OVERVIEW)
        return found
    except Refused as refused:
        return refused.message


def _of_failure(told: dict[str, str]) -> str:
    return Trouble(told["zh"], told["en"]).message
