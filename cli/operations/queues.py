"""The commands under `hemei queue`: let nobody take from a queue, let it be taken from again, empty it."""

import click
from rich.console import Console
from rich.markup import escape

from cli.api import connect
from cli.operations.choosing import by_option


@click.group()
def queue() -> None:
    """暂停、恢复、清空一个队列；队列名见 hemei ops。

    Pause, resume or purge a queue; `hemei ops` shows their names.
    """


@queue.command(short_help="暂停消费 · let nobody take from it")
@click.argument("name")
@click.option("--reason", default="", metavar="WORDS", help="为何暂停，记入台账 · why, for the record")
@by_option
def pause(name: str, reason: str, by: str) -> None:
    """暂停消费：消息留在队列里，不会丢。

    Let nobody take from a queue; what comes in waits there.
    """
    _tell(connect().post(f"operations/queues/{name}/pause", {"by": by, "reason": reason}))


@queue.command(short_help="恢复消费 · let it be taken from again")
@click.argument("name")
@by_option
def resume(name: str, by: str) -> None:
    """恢复消费。

    Let a queue be taken from again.
    """
    _tell(connect().post(f"operations/queues/{name}/resume", {"by": by}))


@queue.command(short_help="清空 · throw away what waits in it")
@click.argument("name")
@click.option("--reason", required=True, metavar="WORDS", help="为何清空，记入台账 · why, for the record")
@by_option
def purge(name: str, reason: str, by: str) -> None:
    """清空队列：里面的消息不会再办。须再输入一遍队列名。

    Throw away what waits in a queue; its name has to be typed again.
    """
    typed = click.prompt(f"再输入一遍队列名以确认 Type the queue's name again ({name})", prompt_suffix=": ")
    told = connect().post(f"operations/queues/{name}/purge", {"by": by, "reason": reason, "confirm": typed})
    Console(highlight=False).print(f"{escape(name)}  清除 thrown away: [bold]{told['purged']:,}[/]")


def _tell(told: dict[str, object]) -> None:
    state = "[yellow]已暂停 paused[/]" if told["is_paused"] else "[green]正常消费 being taken from[/]"
    Console(highlight=False).print(f"{escape(str(told['queue']))}  {state}")
