"""The commands under `hemei accounts`: who can sign in, what they hold where, and keys for programs."""

from typing import Any

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from cli.api import Api, Trouble, connect

ROLES = {
    "resident": "居民",
    "volunteer": "志愿者",
    "building_leader": "楼栋长",
    "grid_leader": "网格长",
    "office": "社区办公室",
    "secretary": "社区书记",
    "doctor": "医生",
    "partner": "共建单位",
    "viewer": "街道查看",
    "operator": "运维",
    "administrator": "管理员",
}
ROLE = click.Choice(list(ROLES))

at_option = click.option(
    "--at", "community", default="", help="社区、街道或市的代码，空为全系统 · code; empty: everywhere"
)
place_option = click.option("--place", default=None, help="社区内的地点代码 · a place in the community")
subject_option = click.option(
    "--subject", default=None, help="所代表的单位或志愿者编号 · unit or volunteer it stands for"
)


@click.group()
def accounts() -> None:
    """账号与权限：列出、新建、授权、收回、停用、重置密码、接口密钥。

    Accounts: list, create, grant, revoke, disable, reset passwords, keys for programs.
    """


@accounts.command("list", short_help="列出账号 · list accounts")
@click.option("--at", "community", default=None, help="账号所属 · where they are kept")
@click.option("--role", type=ROLE, default=None, help="持有的角色 · role they hold")
def list_(community: str | None, role: str | None) -> None:
    """列出您可以管理的账号。

    List the accounts that you may manage.
    """
    table = Table("登录名 name", "所属 kept at", "角色 roles", "状态 state", box=None)
    table.add_column("编号 id", no_wrap=True)
    for account in connect().items("accounts", community=community, role=role):
        state = "[red]已停用 disabled[/]" if account["is_disabled"] else _way_in(account)
        roles = "\n".join(_grant(grant) for grant in account["grants"])
        table.add_row(escape(account["name"]), account["community"] or "*", roles, state, account["id"])
    Console(highlight=False).print(table)


@accounts.command(short_help="新建账号 · make an account")
@click.argument("name")
@at_option
@click.option("--phone", is_flag=True, help="NAME 是手机号，用验证码登录 · NAME is a telephone, signed in to by codes")
def create(name: str, community: str, phone: bool) -> None:
    """新建账号，显示一次性密码（只此一次）。

    Make an account and show its one-time password, this once.
    """
    told = connect().post("accounts", {"community": community, "phone" if phone else "name": name})
    click.echo(f"{told['name']}  {told['id']}")
    if told["password"]:
        click.echo(f"一次性密码 one-time password: {told['password']}")


@accounts.command(short_help="授予角色 · give a role")
@click.argument("name")
@click.argument("role", type=ROLE)
@at_option
@place_option
@subject_option
def grant(name: str, role: str, community: str, place: str | None, subject: str | None) -> None:
    """授予角色。NAME 是登录名或账号编号。

    Let an account hold a role at a place. NAME is its name or its id.
    """
    api = connect()
    given = {"role": role, "community": community, "place": place, "subject": subject}
    _show(api.post(f"accounts/{_found(api, name)['id']}/grants", given))


@accounts.command(short_help="收回角色 · take a role away")
@click.argument("name")
@click.argument("role", type=ROLE)
@click.option("--at", "community", default=None, help="只收回在这里的 · only what is held there")
def revoke(name: str, role: str, community: str | None) -> None:
    """收回角色。NAME 是登录名或账号编号。

    Take a role away. NAME is the account's name or its id.
    """
    api = connect()
    account = _found(api, name)
    held = [each for each in account["grants"] if each["role"] == role and community in (None, each["community"])]
    if not held:
        raise Trouble(f"{name} 在这里没有这个角色", f"{name} does not hold this role there")
    for each in held:
        account = api.ask("DELETE", f"accounts/{account['id']}/grants/{each['id']}")
    _show(account)


@accounts.command(short_help="停用账号 · disable an account")
@click.argument("name")
def disable(name: str) -> None:
    """停用账号，会话立即结束。

    Disable an account; its sessions end at once.
    """
    api = connect()
    _show(api.post(f"accounts/{_found(api, name)['id']}/disable", {}))


@accounts.command(short_help="重新启用 · enable it again")
@click.argument("name")
def enable(name: str) -> None:
    """重新启用账号。

    Enable an account again.
    """
    api = connect()
    _show(api.post(f"accounts/{_found(api, name)['id']}/enable", {}))


@accounts.command("reset-password", short_help="重置密码 · give another password")
@click.argument("name")
def reset_password(name: str) -> None:
    """重置密码，显示一次性密码（只此一次），会话立即结束。

    Give an account a one-time password, shown this once; its sessions end.
    """
    api = connect()
    told = api.post(f"accounts/{_found(api, name)['id']}/reset-password", {})
    click.echo(f"一次性密码 one-time password: {told['password']}")


@accounts.group()
def key() -> None:
    """接口密钥：新建、列出、吊销。

    Keys for programs: make, list, revoke.
    """


@key.command(short_help="新建密钥 · make a key")
@click.argument("name")
@click.option(
    "--may", "scopes", multiple=True, required=True, help="可做的事，见 docs/permissions.md · a thing it may do"
)
@click.option("--role", type=ROLE, required=True, help="以什么角色 · as whom")
@at_option
@place_option
@subject_option
@click.option("--days", default=90, show_default=True, help="有效天数 · days until it expires")
def new(name: str, scopes: tuple[str, ...], days: int, **carried: str | None) -> None:
    """新建密钥，只显示这一次。NAME 说明用途。

    Make a key and show it, this once. NAME says what it is for.
    """
    told = connect().post("keys", {"name": name, "scopes": list(scopes), "grants": [carried], "days": days})
    click.echo(f"{told['key']}\n到期 expires: {told['expires_at'][:10]}   编号 id: {told['id']}")


@key.command("list", short_help="列出密钥 · list keys")
def list_keys() -> None:
    """列出您的密钥，以及您管理的账号的密钥。

    List your keys, and those of accounts that you manage.
    """
    table = Table("用途 for", "开头 begins", "可做 may", "到期 expires", "最近使用 used", box=None)
    table.add_column("编号 id", no_wrap=True)
    for each in connect().items("keys"):
        expires = "[red]已吊销 revoked[/]" if each["revoked_at"] else each["expires_at"][:10]
        used = (each["used_at"] or "")[:16].replace("T", " ")
        table.add_row(escape(each["name"]), each["beginning"], ", ".join(each["scopes"]), expires, used, each["id"])
    Console(highlight=False).print(table)


@key.command("revoke", short_help="吊销密钥 · revoke a key")
@click.argument("id")
def revoke_key(id: str) -> None:
    """吊销密钥。

    Let a key open nothing any more.
    """
    told = connect().ask("DELETE", f"keys/{id}")
    click.echo(f"已吊销 revoked: {told['name']}")


def _found(api: Api, name: str) -> dict[str, Any]:
    """The account of this name or id."""
    wished = name.casefold()
    for account in api.items("accounts"):
        if wished in (account["id"], account["name"].casefold()):
            return account
    raise Trouble(f"没有找到账号 {name}", f"There is no account {name} that you may manage")


def _show(account: dict[str, Any]) -> None:
    state = "[red]已停用 disabled[/]" if account["is_disabled"] else "[green]可用 enabled[/]"
    console = Console(highlight=False)
    console.print(f"{escape(account['name'])}  {account['id']}  {state}")
    for each in account["grants"]:
        console.print(f"  {_grant(each)}")


def _grant(grant: dict[str, Any]) -> str:
    where = "/".join(filter(None, (grant["community"] or "*", grant["place"])))
    return f"{ROLES[grant['role']]} {grant['role']} @ {where}"


def _way_in(account: dict[str, Any]) -> str:
    if account["signs_in_by"] == "code":
        return "验证码 by code"
    return "待改密码 one-time password" if account["must_change_password"] else "密码 by password"
