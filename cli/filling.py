"""The `hemei fill-demo` command."""

import time

import click
from rich.console import Console

from cli.api import connect
from cli.demo.accounts import open_accounts
from cli.demo.filling import fill

NAMES = {
    "places": "地点 places",
    "people": "居民 residents",
    "units": "共建单位 units",
    "agreements": "协议 agreements",
    "portraits": "照片 portraits",
    "phrases": "常用语 phrases",
    "volunteers": "志愿者 volunteers",
    "teams": "志愿服务队 teams",
}


@click.command()
def fill_demo() -> None:
    """把演示社区（陇海路社区，37 个楼院、10,870 人）灌进系统；再运行一次不会改变什么。

    Fill in the demo community of 37 courtyards and 10,870 residents; doing it again changes nothing.
    """
    console, began = Console(highlight=False), time.monotonic()
    with console.status("灌入演示社区 filling in the demo community"):
        api = connect()
        counts = fill(api)
        sign_ins = open_accounts(api)
    told = "  ".join(f"{NAMES[name]} [cyan]{count:,}[/]" for name, count in counts.items())
    for sign_in in sign_ins:
        click.echo(sign_in.line())
    console.print(f"新增或变更 new or changed: {told}  [dim]{time.monotonic() - began:.1f} s[/]")
