"""The commands under `hemei person consent`: what somebody agreed to, given and taken back, one purpose at a time."""

from datetime import datetime
from typing import Any

import click
from rich.console import Console
from rich.markup import escape

from cli.api import connect
from cli.operations.figures import clock

PURPOSES = ("health_record", "hardship", "rehabilitation", "whereabouts", "images", "publication", "sharing")
WAYS = ("written", "spoken", "electronic")
GIVERS = ("self", "guardian")

PURPOSE = click.option("--purpose", type=click.Choice(PURPOSES), required=True, help="用途 · what for")
HOW = click.option("--how", type=click.Choice(WAYS), required=True, help="书面、口头或电子 · how they said it")
ON = click.option("--on", type=click.DateTime(["%Y-%m-%d"]), required=True, help="哪一天 · on which day")


@click.group()
def consent() -> None:
    """单独同意：查看、登记、撤回，一次一项用途。

    What somebody has agreed to: shown, written down, taken back, one purpose at a time.
    """


@consent.command(short_help="同意过什么 · what somebody has agreed to")
@click.argument("id", type=click.UUID)
def show(id: object) -> None:
    """此人同意过什么、谁登记的、撤回了什么。

    To what this person has agreed, who wrote it down, and what was taken back.
    """
    _show(connect().get(f"people/{id}/consents"))


@consent.command(short_help="登记一项同意 · write down a consent")
@click.argument("id", type=click.UUID)
@PURPOSE
@ON
@HOW
@click.option("--by", type=click.Choice(GIVERS), default="self", help="本人或监护人 · the person or a guardian")
@click.option("--notice", metavar="TEXT", help="告知书编号 · number of the text they were shown")
def give(id: object, purpose: str, on: datetime, how: str, by: str, notice: str | None) -> None:
    """登记此人同意一项用途。

    Write down that this person agrees to one use of their data.
    """
    body = {"purpose": purpose, "given_on": on.date().isoformat(), "how": how, "given_by": by, "notice": notice}
    _show(connect().post(f"people/{id}/consents", body))


@consent.command(short_help="登记撤回 · write down that one is taken back")
@click.argument("id", type=click.UUID)
@PURPOSE
@ON
@HOW
def withdraw(id: object, purpose: str, on: datetime, how: str) -> None:
    """登记撤回一项同意；只为这一项保存的内容随后被删除。

    Write down that a consent is taken back; what was kept for it alone is then removed.
    """
    body = {"purpose": purpose, "withdrawn_on": on.date().isoformat(), "how": how}
    _show(connect().post(f"people/{id}/consents/withdraw", body))


def _show(told: dict[str, Any]) -> None:
    console = Console(highlight=False)
    if not told["consents"]:
        console.print("没有登记过同意 no consent is on record")
    for each in told["consents"]:
        state = "[green]有效 in force[/]" if each["in_force"] else "[yellow]已撤回 taken back[/]"
        console.print(f"{state}  {escape(each['zh'])} {escape(each['en'])}", soft_wrap=True)
        said = f"{each['given_on']}  {each['how']}  {each['given_by']}  {each['notice'] or '-'}"
        console.print(
            f"  同意 given {said}  {clock(each['recorded_at'])}  {each['recorded_by'] or '-'}", soft_wrap=True
        )
        if gone := each["withdrawn"]:
            said = f"{gone['withdrawn_on']}  {gone['how']}  {clock(gone['recorded_at'])}  {gone['recorded_by']}"
            console.print(f"  撤回 taken back {said}", soft_wrap=True)
