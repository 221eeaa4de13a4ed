"""Which dead letters a command is about: the options that say so, and who gives the command."""

import getpass
from collections.abc import Callable
from typing import Any

import click

from cli.api import Api

CRITERIA = ("queue", "cause", "error", "type", "community", "correlation")
Command = Callable[..., Any]

_OPTIONS = (
    click.option("--queue", metavar="NAME", help="原队列 · the queue they were for"),
    click.option("--cause", metavar="CAUSE", help="原因指纹，见 groups · the cause, as `groups` shows it"),
    click.option("--error", metavar="TYPE", help="错误类型 · type of the error"),
    click.option("--type", metavar="TYPE", help="消息类型 · type of the message"),
    click.option("--community", metavar="CODE", help="社区代码，12 位 · 12 digits"),
    click.option("--correlation", metavar="ID", help="关联号 · correlation id"),
)


def choice_options(command: Command) -> Command:
    """The options that choose dead letters, by the names in `CRITERIA`."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def login_name() -> str:
    """The name of whoever sits at the terminal; empty where the machine knows none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""


by_option = click.option("--by", default=login_name, help="谁在操作，默认为登录名 · who does it, for the record")
yes_option = click.option("--yes", is_flag=True, help="不再询问 · do not ask")


def check_choice(ids: tuple[str, ...], choice: dict[str, str | None], everything: bool) -> dict[str, str]:
    """The criteria that were given. Raises where there is not exactly one way of choosing."""
    criteria = {name: value for name, value in choice.items() if value is not None}
    if bool(ids) + bool(criteria) + everything != 1:
        raise click.UsageError(
            "请给出死信编号、筛选条件（如 --cause）或 --all，三者取一\n"
            "Give ids of dead letters, or criteria (such as --cause), or --all: exactly one of these"
        )
    return criteria


def count_open(api: Api, criteria: dict[str, str]) -> int:
    """How many open dead letters there are of a choice."""
    return int(api.get("operations/dead-letters", **criteria, state="open", page_size=1)["total"])
