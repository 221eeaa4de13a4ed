"""Commands that keep the state of the system safe: a backup of every service at one moment, and the way back."""

import os
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click


@click.command(short_help="备份 · back up every service")
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--patience", default=60.0, help="等待无事件在途的秒数 / seconds to wait for a quiet moment")
def backup(target: Path, patience: float) -> None:
    """把全部服务的数据备份到一个新目录，系统可以照常运行。

    Back up the data of every service into a new folder, while the system runs. BROKER_URL and DATABASE_URL say which
    system; without BROKER_URL it is the one-process form in DATA.
    """
    settings = _settings()
    from chassis.backups import BackupRefused, files, tables

    try:
        if settings.embedded:
            made = files.back_up(_folder(), target)
        else:
            databases, in_queues = _addresses(settings), _in_queues(settings)
            made = tables.back_up(databases, in_queues, target, settings.field_keys, patience)
    except BackupRefused as refusal:
        raise click.ClickException(str(refusal)) from refusal
    click.echo(f"已备份 {len(made.files)} 个文件到 {target} / {len(made.files)} files backed up")
    if settings.embedded:
        click.echo("其中含密钥 field.key，请妥善保管 / it holds the key field.key: keep it safe")
    else:
        click.echo("密钥不在其中，请另行保管 FIELD_KEYS / it holds no keys: keep FIELD_KEYS elsewhere, safely")


@click.command(short_help="恢复 · restore a backup")
@click.argument("source", type=click.Path(path_type=Path))
def restore(source: Path) -> None:
    """把备份恢复到空的数据目录，或空的数据库和消息服务。系统须先停下。

    Restore a backup into an empty data folder, or into empty databases and an empty broker. Stop the system first.
    """
    settings = _settings()
    from chassis.backups import BackupRefused, files, tables

    try:
        if settings.embedded:
            restored = files.restore(source, _folder())
        else:
            from chassis.encryption import use_keys
            from chassis.migrate import migrate

            if settings.field_keys:
                use_keys(settings.field_keys)  # a newer schema encrypts what was plain text at the time of the backup
            restored = tables.restore(source, _addresses(settings), _in_queues(settings), settings.field_keys, migrate)
    except BackupRefused as refusal:
        raise click.ClickException(str(refusal)) from refusal
    click.echo(f"已恢复 {restored.made_at:%Y-%m-%d %H:%M} UTC 的备份 / the backup of that moment is restored")


def _folder() -> Path:
    return Path(os.environ.get("DATA", "data"))


def _settings() -> Any:
    warnings.filterwarnings("ignore", message="(?s).*Eventlet is deprecated")
    from chassis.config import Settings, SettingsRefused, read
    from chassis.logs import start_logging

    try:
        settings = read("", Settings)
    except SettingsRefused as error:
        raise click.ClickException(str(error)) from error
    start_logging("backup", settings.log_level)
    return settings


def _addresses(settings: Any) -> Mapping[str, str]:
    from chassis.config import database_url_of
    from chassis.run import SERVICES

    return {name: database_url_of(settings.database_url, name) for name in SERVICES}


def _in_queues(settings: Any) -> Any:
    from chassis.run import declare_topology, messages_waiting

    declare_topology(settings.broker_url)
    return lambda: messages_waiting(settings.broker_url)
