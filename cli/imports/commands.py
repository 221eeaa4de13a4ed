"""The commands under `hemei import`."""

from pathlib import Path

import click
from rich.console import Console

from cli.api import Trouble, connect
from cli.imports.grievances import GrievanceImport, show_plan, write_report
from cli.imports.progress import Progress
from cli.imports.tables import import_table, preview_table

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
GOES_ON = "[yellow]导入中断，再运行同一命令即可继续 · Interrupted; the same command goes on where it stopped[/]"
community_option = click.option("--community", required=True, metavar="CODE", help="社区代码，12 位 · 12 digits")


@click.group("import")
def imports() -> None:
    """把别处的文件导进来。

    Import files of other systems.
    """


@imports.command()
@click.argument("file", type=FILE)
@community_option
@click.option("--workers", default=8, show_default=True, type=click.IntRange(1, 64), help="同时提交几件 · at once")
@click.option("--dry-run", is_flag=True, help="只看归类结果，不提交 · show the mapping, file nothing")
@click.option("--report", "report_file", type=click.Path(dir_okay=False, path_type=Path), help="结果存为 JSON · JSON")
@click.option("--state", type=click.Path(file_okay=False, path_type=Path), help="进度存放的目录 · folder for progress")
@click.option("--wait", "patience", default=120.0, show_default=True, help="等待派单的秒数 · seconds for leaders")
def grievances(
    file: Path,
    community: str,
    workers: int,
    dry_run: bool,
    report_file: Path | None,
    state: Path | None,
    patience: float,
) -> None:
    """导入居民留言 CSV(UTF-8 或 GBK)，按列名识别；中断后再运行同一命令即可续传，不会重复提交。

    Import a CSV of residents' messages (UTF-8 or GBK), columns known by name.
    Interrupted? The same command goes on where it stopped and files no row twice.
    """
    console, api = Console(), connect(connections=workers)
    if dry_run:
        show_plan(api, file, community, console)
        return
    progress = Progress.of(file, community, str(api.client.base_url), folder=state)
    running = GrievanceImport(api, community, progress, console)
    try:
        report = running.run(file, workers=workers, patience=patience)
    except KeyboardInterrupt:
        console.print(GOES_ON)
        raise
    report.show(console)
    if report_file:
        write_report(report, report_file)
    if running.trouble is not None:
        console.print(GOES_ON)
        raise running.trouble
    if not report.is_complete:
        raise Trouble(
            f"等了 {patience:g} 秒，还有 {report.still_open} 件没有指派结果",
            f"{report.still_open} grievances have neither a leader nor a report of none after {patience:g} s",
        )


@imports.command()
@click.argument("file", type=FILE)
@community_option
@click.option("--preview", is_flag=True, help="只检查，不导入 · check only")
def places(file: Path, community: str, preview: bool) -> None:
    """导入地点树（CSV 或 xlsx）：有一行错就整份不导入。

    Import the place tree; one faulty row and nothing is imported.
    """
    (preview_table if preview else import_table)(connect(), "places", file, community, Console())


@imports.command()
@click.argument("file", type=FILE)
@community_option
@click.option("--preview", is_flag=True, help="只检查，不导入 · check only")
def people(file: Path, community: str, preview: bool) -> None:
    """导入居民和任职（CSV 或 xlsx）：有一行错就整份不导入。

    Import residents and their posts; one faulty row and nothing is imported.
    """
    (preview_table if preview else import_table)(connect(), "people", file, community, Console())
