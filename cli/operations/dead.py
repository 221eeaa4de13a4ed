"""The commands under `hemei dead`: what could not be handled is looked at, sent again, or discarded with a reason."""

import json
from typing import Any

import click
from rich.console import Console
from rich.markup import escape

from cli.api import Api, connect
from cli.operations.choosing import by_option, check_choice, choice_options, count_open, yes_option
from cli.operations.letters import list_groups, list_letters, show_letter, state_of
from cli.operations.outcomes import DEAD_LETTERS, Deaths, Waiting, deaths_of
from cli.operations.words import STATES

STATE = click.Choice([*STATES, "any"])


@click.group()
def dead() -> None:
    """死信：办不了的消息，看明白、重放或丢弃。

    Dead letters: messages that could not be handled. Look, replay, or discard with a reason.
    """


@dead.command("list", short_help="列出死信 · list them")
@choice_options
@click.option("--state", type=STATE, default="open", show_default=True, help="状态 · state")
@click.option("--most", default=50, show_default=True, type=click.IntRange(1, 200), help="至多几条 · how many at most")
def list_(state: str, most: int, **choice: str | None) -> None:
    """列出死信，新的在前。

    List dead letters, newest first.
    """
    wished = None if state == "any" else state
    told = connect().get(DEAD_LETTERS, **choice, state=wished, page_size=most)
    list_letters(Console(highlight=False), told["items"], told["total"])


@dead.command(short_help="按原因归组 · group them by cause")
def groups() -> None:
    """待处理的死信按原因归组，多的在前。

    Group open dead letters by cause, largest first.
    """
    told = connect().get(f"{DEAD_LETTERS}/groups")
    list_groups(Console(highlight=False), told["groups"], told["open"])


@dead.command(short_help="看一条 · show one")
@click.argument("id")
@click.option("--json", "as_json", is_flag=True, help="原样输出 · as JSON")
def show(id: str, as_json: bool) -> None:
    """看一条死信：为何失败、内容（个人信息已遮盖）、谁做过什么。

    Show one dead letter: why it failed, its body (personal fields masked), what was done about it.
    """
    letter = connect().get(f"{DEAD_LETTERS}/{id}")
    if as_json:
        click.echo(json.dumps(letter, ensure_ascii=False, indent=2))
    else:
        show_letter(Console(highlight=False), letter)


@dead.command(short_help="重放 · put them back into their queues")
@click.argument("ids", nargs=-1)
@choice_options
@click.option("--all", "everything", is_flag=True, help="全部待处理的 · every open one")
@by_option
@yes_option
@click.option("--even-if-forgotten", is_flag=True, help="已过收件箱保留期也重放 · even what could be done twice")
@click.option("--wait", "patience", default=15.0, show_default=True, help="等回音的秒数 · seconds to hear of them")
def replay(
    ids: tuple[str, ...],
    everything: bool,
    by: str,
    yes: bool,
    even_if_forgotten: bool,
    patience: float,
    **choice: str | None,
) -> None:
    """重放死信到原队列，编号不变：办过的不会再办一次。有再次失败的，退出码为 1。

    Put dead letters back into the queue they came from, under the same ids: what was done is not done again.
    Exit code 1 where one died again.
    """
    api, console = connect(), Console(highlight=False)
    criteria = check_choice(ids, choice, everything)
    order: dict[str, Any] = {"by": by, "even_if_forgotten": even_if_forgotten}
    deaths: Deaths = {}
    for id in ids:
        letter = api.post(f"{DEAD_LETTERS}/{id}/replay", order)
        deaths[letter["id"]] = letter["deaths"]
        console.print(f"{escape(id)} {state_of(letter)}")
    if not ids and _is_agreed("重放", "Replay", (count := count_open(api, criteria)), yes, console):
        deaths = deaths_of(api, criteria) if patience else {}
        order |= {"choice": criteria, "everything": everything}
        _tell_chosen(console, _each_part(api, "replay", order, count))
    if deaths and patience and not Waiting(api, console, patience).tell(deaths):
        raise SystemExit(1)


@dead.command(short_help="丢弃并说明理由 · discard them, with a reason")
@click.argument("ids", nargs=-1)
@choice_options
@click.option("--all", "everything", is_flag=True, help="全部待处理的 · every open one")
@click.option("--reason", required=True, metavar="WORDS", help="为何丢弃，记入台账 · why, for the record")
@by_option
@yes_option
def discard(ids: tuple[str, ...], everything: bool, reason: str, by: str, yes: bool, **choice: str | None) -> None:
    """丢弃死信，须说明理由：不会再办。

    Discard dead letters, with the reason: they will not be done.
    """
    api, console = connect(), Console(highlight=False)
    criteria = check_choice(ids, choice, everything)
    order: dict[str, Any] = {"by": by, "reason": reason}
    for id in ids:
        console.print(f"{escape(id)} {state_of(api.post(f'{DEAD_LETTERS}/{id}/discard', order))}")
    if not ids and _is_agreed("丢弃", "Discard", (count := count_open(api, criteria)), yes, console):
        order |= {"choice": criteria, "everything": everything}
        _tell_chosen(console, _each_part(api, "discard", order, count))


def _is_agreed(zh: str, en: str, count: int, yes: bool, console: Console) -> bool:
    """Whether there is anything to be done and the person at the terminal wants it done."""
    if not count:
        console.print("没有符合条件的待处理死信 no open dead letter is meant by this")
        return False
    if not yes:
        click.confirm(f"{zh} {count:,} 条死信? {en} {count:,} dead letters?", abort=True)
    return True


def _each_part(api: Api, step: str, order: dict[str, Any], count: int) -> dict[str, int]:
    """Order it until as many were taken as were agreed to, or no more are: one command takes so many at most. What was
    replayed before counts as left alone in each answer that follows."""
    chosen = 0
    while True:
        told = api.post(f"{DEAD_LETTERS}/{step}", order)
        before, chosen = chosen, chosen + told["chosen"]
        if not told["chosen"] or chosen >= count:
            return {"chosen": chosen, "left": max(0, told["left"] - (before if step == "replay" else 0))}


def _tell_chosen(console: Console, told: dict[str, int]) -> None:
    console.print(f"选中 chosen: [bold]{told['chosen']:,}[/]")
    if told["left"]:
        why = "[dim]过了保留期或已在处理 forgotten by inboxes, or under way[/]"
        console.print(f"未动 left alone: {told['left']:,} {why}")
