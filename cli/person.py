"""The commands under `hemei person`: give somebody what is kept of them, or have it removed, as they asked."""

import json
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.markup import escape

from cli.api import Trouble, connect
from cli.consents import consent
from cli.operations.figures import clock

REASONS = (
    "asked_by_person",
    "asked_by_guardian",
    "consent_withdrawn",
    "moved_away",
    "deceased",
    "unlawful",
)

VOLUNTEER = click.option("--volunteer", metavar="ID", help="此人的志愿者编号 · their id as a volunteer")
ACCOUNT = click.option("--account", metavar="ID", help="此人的账号编号 · the id of their account")


@click.group()
def person() -> None:
    """本人信息：应本人要求导出或删除。编号可以是居民或志愿者的。

    One person's data, exported or erased as they ask. ID is a resident's or a volunteer's.
    """


person.add_command(consent)


@person.command(short_help="导出一个人的全部信息 · export all that is kept of somebody")
@click.argument("id", type=click.UUID)
@VOLUNTEER
@ACCOUNT
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="写入文件 · write it to this file")
def export(id: object, volunteer: str | None, account: str | None, out: Path | None) -> None:
    """导出各服务保存的此人信息（JSON），按服务与类别，写明用途；导出会记入审计。

    Export as JSON what every service keeps of this person, by class, with its purpose. It is recorded in the audit.
    """
    told = connect().get(f"people/{id}/export", volunteer_id=volunteer, account_id=account)
    text = json.dumps(told, ensure_ascii=False, indent=2)
    if out is None:
        click.echo(text)
        return
    _write_for_oneself(out, text)
    rows = sum(len(part["rows"]) for service in told["services"] for part in service["kept"])
    click.echo(f"已写入 {out}（{rows} 行）。其中有敏感信息，交给本人后请删除。")
    click.echo(f"Written to {out} ({rows} rows). It holds sensitive data: remove it once the person has it.")


def _write_for_oneself(out: Path, text: str) -> None:
    """Nobody else on this machine may read it."""
    try:
        out.touch(mode=0o600, exist_ok=False)
        out.write_text(text + "\n", encoding="utf-8")
    except FileExistsError as error:
        raise Trouble(f"{out} 已存在，没有覆盖", f"{out} exists already and was not overwritten") from error
    except OSError as error:
        raise Trouble(f"写不了 {out}", f"Cannot write {out}") from error


@person.command(short_help="删除一个人的信息 · have somebody's data erased")
@click.argument("id", type=click.UUID)
@click.option("--reason", type=click.Choice(REASONS), required=True, help="为何删除 · why")
@VOLUNTEER
@ACCOUNT
def erase(id: object, reason: str, volunteer: str | None, account: str | None) -> None:
    """删除各服务保存的此人信息；不能撤回，须再输入一遍编号。

    Have removed what every service keeps of this person. There is no way back: the id is typed once more.
    """
    typed = click.prompt(f"不能撤回。再输入一遍编号以确认 No way back. Type the id again ({id})", prompt_suffix=": ")
    if typed.strip().lower() != str(id):
        raise Trouble("编号不一致，什么也没有删除", "The ids differ; nothing was erased")
    known_as = {"volunteer_id": volunteer, "account_id": account}
    body = {"reason": reason} | {name: value for name, value in known_as.items() if value}
    _show(connect().post(f"people/{id}/erase", body))


@person.command(short_help="删除进行到哪一步 · how far an erasure is")
@click.argument("id", type=click.UUID)
def erasure(id: object) -> None:
    """谁要求删除、为何，哪些服务已完成，什么保留及其原因。

    Who asked for the erasure and why, which services are done, what stays and why.
    """
    _show(connect().get(f"people/{id}/erasure"))


def _show(told: dict[str, Any]) -> None:
    console = Console(highlight=False)
    how = "[green]已完成 complete[/]" if told["complete"] else "[yellow]进行中 under way[/]"
    console.print(f"{how}  {told['reason']}  {clock(told['asked_at'])}  {escape(told['asked_by'])}", soft_wrap=True)
    for service in told["services"]:
        when = clock(service["erased_at"]) if service["erased_at"] else "尚未答复 not yet"
        removed = " ".join(f"{each['class']}:{each['count']}" for each in service["removed"]) or "-"
        console.print(f"  {service['service']}  {when}  删除 removed {removed}", soft_wrap=True)
        for kept in service["kept"]:
            console.print(f"    保留 stays: {escape(kept['zh'])} {escape(kept['en'])}", soft_wrap=True)
    unfound = told["not_found_by_itself"]
    console.print(f"[dim]{escape(unfound['zh'])} {escape(unfound['en'])}[/]", soft_wrap=True)
