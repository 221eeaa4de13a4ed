"""The command that prepares databases and broker."""

import os

import click


@click.command(short_help="建库、升级、声明队列 · databases, schemas, queues")
@click.argument("names", nargs=-1)
def migrate(names: tuple[str, ...]) -> None:
    """建立各服务的数据库并升级到最新结构,声明交换机与队列。

    Create each service's database, bring it to the newest schema, and declare exchanges and queues.
    """
    import warnings

    warnings.filterwarnings("ignore", message="(?s).*Eventlet is deprecated")
    from chassis.config import Settings, SettingsRefused, database_url_of, read
    from chassis.logs import start_logging
    from chassis.migrate import migrate as upgrade
    from chassis.run import SERVICES, declare_topology

    try:
        settings = read("", Settings)
        start_logging("migrate", settings.log_level)
    except SettingsRefused as error:
        raise click.ClickException(str(error)) from error
    for name in names or SERVICES:
        upgrade(name, database_url_of(settings.database_url, name))
    if settings.broker_url:
        declare_topology(settings.broker_url)
    click.echo("完成 done", err=bool(os.environ.get("QUIET")))
