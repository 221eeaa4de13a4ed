"""The command that prepares databases and broker."""

import os

import click

from cli.first_sign_in import first_sign_in


@click.command(short_help="建库、升级、声明队列 · databases, schemas, queues")
@click.argument("names", nargs=-1)
def migrate(names: tuple[str, ...]) -> None:
    """建立各服务的数据库并升级到最新结构，声明交换机与队列。

    Create each service's database, bring it to the newest schema, and declare exchanges and queues.
    """
    import warnings

    warnings.filterwarnings("ignore", message="(?s).*Eventlet is deprecated")
    from chassis.config import Settings, SettingsRefused, database_url_of, read
    from chassis.encryption import KeysRefused, use_keys
    from chassis.logs import start_logging
    from chassis.migrate import migrate as upgrade
    from chassis.run import SERVICES, begin, declare_topology
    from chassis.topology import StandsOtherwise

    try:
        settings = read("", Settings)
        start_logging("migrate", settings.log_level)
        if settings.field_keys:
            use_keys(settings.field_keys)
        for name in names or SERVICES:
            url = database_url_of(settings.database_url, name)
            upgrade(name, url)
            begin(name, url, first_sign_in)
    except (SettingsRefused, KeysRefused) as error:
        raise click.ClickException(str(error)) from error
    try:
        if settings.broker_url:
            declare_topology(settings.broker_url)
    except StandsOtherwise as error:
        raise click.ClickException(f"消息服务上已有同名而不同的队列，请先删除它\n{error}") from error
    click.echo("完成 done", err=bool(os.environ.get("QUIET")))
