"""`hemei import places` and `hemei import people`: a sheet goes to the API as it is, which checks it row by row."""

from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape

from cli.api import Api, Trouble


def import_table(api: Api, what: str, file: Path, community: str, console: Console) -> None:
    """Import a sheet of places or people and say what it changed."""
    show_counts(send(api, what, file, community), console)


def preview_table(api: Api, what: str, file: Path, community: str, console: Console) -> None:
    """Say what importing a sheet would change, or every mistake in it; raises Trouble where there is one."""
    told = send(api, what, file, community, preview=True)
    for fault in told["faults"]:
        console.print(f"[yellow]{escape(fault['said']['zh'])}[/] [dim]{escape(fault['said']['en'])}[/]")
    if told["fault_count"]:
        count = told["fault_count"]
        raise Trouble(f"有 {count} 处错误，改好再导入", f"{count} mistakes; correct them before importing")
    console.print("[dim]预览：什么都没有写入 · preview: nothing was written[/]")
    show_counts(told, console)


def send(api: Api, what: str, file: Path, community: str, *, preview: bool = False) -> dict[str, Any]:
    """The answer to a sheet sent in."""
    path = f"communities/{community}/{what}/import"
    return api.upload(path, file.name, file.read_bytes(), preview=preview)


def show_counts(told: dict[str, Any], console: Console) -> None:
    """What an import did."""
    console.print(
        f"行 rows [cyan]{told['rows']:,}[/]  新增 added [cyan]{told['added']:,}[/]  "
        f"变更 changed [cyan]{told['changed']:,}[/]  未变 unchanged [cyan]{told['unchanged']:,}[/]"
    )
    if told["ignored_columns"]:
        console.print(f"[yellow]不认识的列 columns ignored: {escape(', '.join(told['ignored_columns']))}[/]")
