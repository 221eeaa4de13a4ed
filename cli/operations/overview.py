"""The overview on the terminal: troubles first, then queues, outboxes and processes."""

from typing import Any

from rich.columns import Columns
from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table

from cli.operations.figures import amount, clock, duration, megabytes
from cli.operations.words import LEVEL_COLOURS

Row = dict[str, Any]
AT_REST = ("calls", "retry", "dead", "reports")
"""Kinds of queues that are worth a line only while there is something in them."""


def shown(overview: Row, *, whole: bool = True) -> RenderableType:
    """Everything at one glance; where not `whole`, queues in which nothing stirs are only counted."""
    queues = [queue for queue in overview["queues"] if whole or is_stirring(queue)]
    left_out = len(overview["queues"]) - len(queues)
    beside = Columns([outbox_table(overview["outboxes"]), process_table(overview["processes"])], padding=(1, 4))
    return Group(*head(overview), "", queue_table(queues, left_out), "", beside)


def is_stirring(queue: Row) -> bool:
    """Whether a queue is one that people look at, or there is something in it."""
    return queue["kind"] not in AT_REST or bool(queue["ready"] or queue["dead"] or queue["is_paused"])


def head(overview: Row) -> list[str]:
    """How it goes in a line, then what needs a look now."""
    broker = overview["broker"]
    reachable = "" if broker["is_reachable"] else "  [bold red]没有答复 no answer[/]"
    address = f"  {escape(broker['address'])}" if broker["address"] else ""
    dead, name = overview["dead_open"], f"{SOURCES[broker['source']]} {escape(broker['version'])}"
    lines = [
        f"[bold]{clock(overview['at'])}[/]  {name}{reachable}{address}",
        f"每分钟 a minute [bold]{amount(overview['handled_per_minute'])}[/]  "
        f"办完 told → done p50 [bold]{duration(overview['critical_p50'])}[/] "
        f"p99 [bold]{duration(overview['critical_p99'])}[/]  "
        f"死信 dead letters [{'bold red' if dead else 'bold'}]{dead:,}[/]",
    ]
    lines += [f"[bold red]{escape(alarm)}[/]" for alarm in broker["alarms"]]
    return lines + [_trouble(trouble) for trouble in overview["troubles"]]


SOURCES = {"management": "RabbitMQ", "amqp": "RabbitMQ", "in_process": "进程内 in process"}


def _trouble(trouble: Row) -> str:
    return f"[{LEVEL_COLOURS.get(trouble['level'], 'default')}]▲ {escape(trouble['zh'])}[/] {escape(trouble['en'])}"


def queue_table(queues: list[Row], left_out: int = 0) -> Table:
    """One queue to a row."""
    table = _table("队列 queues", "队列\nqueue", *QUEUE_FIGURES, "状态\nstate")
    for queue in queues:
        figures = [amount(queue[name]) for name in ("ready", "unacked", "consumers", "rate_in", "rate_out")]
        times = [duration(queue["oldest_age"] or None)]
        times += [duration(queue[name]) for name in ("critical_p50", "critical_p99")]
        table.add_row(escape(queue["name"]), *figures, *times, _grave(queue["dead"]), _state(queue))
    if left_out:
        table.caption = f"另有 {left_out} 个队列无事 {left_out} more queues with nothing in them"
    return table


QUEUE_FIGURES = (
    "待取\nready",
    "在办\nunack",
    "消费\ncons.",
    "进/秒\nin/s",
    "出/秒\nout/s",
    "最老\noldest",
    "办完\np50",
    "办完\np99",
    "死信\ndead",
)


def _state(queue: Row) -> str:
    """A word only where there is one to be said: the eye is to find it."""
    if queue["is_paused"]:
        return "[yellow]暂停 paused[/]"
    if queue["kind"] in ("work", "calls") and not queue["consumers"]:
        return "[bold red]无人取用 no consumer[/]"
    return ""


def _grave(count: int) -> str:
    return f"[bold red]{count:,}[/]" if count else "0"


def outbox_table(outboxes: list[Row]) -> Table:
    """One outbox to a row."""
    table = _table("发件箱 outboxes", "服务\nservice", "待送\npending", "最老\noldest", "送不出\nstuck")
    for outbox in outboxes:
        oldest = duration(outbox["oldest_age"] or None)
        table.add_row(escape(outbox["service"]), amount(outbox["pending"]), oldest, _grave(outbox["stuck"]))
    return table


def process_table(processes: list[Row]) -> Table:
    """One process to a row."""
    columns = ("进程\nprocess", "手上\nin hand", "内存\nmemory", "启动\nstarted", "版本\nversion", "状态\nstate")
    table = _table("进程 processes", *columns)
    for process in processes:
        in_hand, memory = amount(process["in_flight"]), megabytes(process["memory"])
        started, version = clock(process["started_at"]), escape(process["version"])
        table.add_row(escape(process["name"]), in_hand, memory, started, version, _readiness(process))
    return table


def _readiness(process: Row) -> str:
    if process["is_silent"]:
        return f"[bold red]没有音讯 silent[/] {clock(process['reported_at'])}"
    return "[green]就绪 ready[/]" if process["is_ready"] else "[yellow]未就绪 not ready[/]"


def _table(title: str, name: str, *columns: str) -> Table:
    table = Table(
        title=title,
        title_justify="left",
        caption_justify="left",
        header_style="dim",
        title_style="bold",
        box=None,
        padding=(0, 1, 0, 0),
        pad_edge=False,
    )
    table.add_column(name, no_wrap=True)
    for column in columns:
        table.add_column(column, justify="left" if column == "状态\nstate" else "right", no_wrap=True)
    return table
