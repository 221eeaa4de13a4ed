"""Commands about the keys of encrypted fields: make one, rotate the ring, see what is under which, retire one."""

import os
import time
import warnings
from collections import Counter
from pathlib import Path
from typing import Any

import click

SETTLES_WITHIN = 60.0
"""Seconds after which every process that follows a changed ring writes under its newest key only."""


NO_DATA = """\
{folder} 里没有数据；分布式形态请设 BROKER_URL 和 DATABASE_URL
There is no data in {folder}; for the distributed form set BROKER_URL and DATABASE_URL"""


@click.group(short_help="加密密钥 · keys for personal fields")
def keys() -> None:
    """加密个人字段的密钥：生成、轮换、查看、停用。

    Keys for personal fields: make one, rotate, look, retire. BROKER_URL and DATABASE_URL say which system; without
    BROKER_URL it is the one-process form in DATA.
    """


@keys.command(short_help="新密钥 · a fresh key")
def new() -> None:
    """打印一把新密钥，用作 FIELD_KEYS。Print a fresh key for FIELD_KEYS."""
    from chassis.encryption import new_key

    click.echo(new_key())


@keys.command(short_help="换新密钥 · put a new key in front")
def rotate() -> None:
    """启用一把新密钥；旧数据在后台改用它加密，旧密钥暂时保留。

    Take a new key into use; what is under older ones is encrypted anew in the background, and they are kept until
    then.
    """
    from chassis import key_file
    from chassis.encryption import KeysRefused, key_id, new_key

    settings = _settings()
    if settings.field_keys:
        fresh = new_key()
        click.echo(f"新密钥 new key {key_id(fresh)}: {fresh}")
        click.echo(BY_HAND)
        return
    try:
        id = key_file.rotate(_file())
    except KeysRefused as refused:
        raise click.ClickException(str(refused)) from refused
    click.echo(f"新密钥 {id} 已放在 {_file()} 最前 / the new key {id} stands first in {_file()}")
    click.echo(
        "hemei run 几秒内自动启用；run-distributed 须重启 / taken up within seconds; run-distributed: restart it"
    )
    click.echo("用 hemei keys status 看进度 / hemei keys status tells how far it is")


BY_HAND = """\
一、在每个进程的 FIELD_KEYS 末尾加上它，逐个重启：从此都读得出
二、把它移到 FIELD_KEYS 最前，再逐个重启：从此用它加密，旧数据在后台改用它
1. Append it to FIELD_KEYS of every process and restart them one by one: from now on all can read it.
2. Move it to the front and restart them again: now it encrypts, and what is there is encrypted anew.
（全部停机再启动时可直接做第二步 / step 2 alone will do where all processes are stopped and then started）"""


@keys.command(short_help="哪些数据用哪把密钥 · what is under which key")
def status() -> None:
    """各服务有多少字段用哪把密钥加密，哪些密钥可以停用。

    How many fields of each service are under which key, and which keys may be retired. Exit code 1 where a key is
    missing.
    """
    from chassis.encryption import key_id

    ids = [key_id(key) for key in _ring(_settings())]
    counts = _counted(_settings())
    for number, id in enumerate(ids):
        click.echo(f"{id}  {_role(number, id, counts)}  {_spread(counts, id)}".rstrip())
    if any(each[""] for each in counts.values()):
        click.echo(f"--------  没有密钥编号，待改写 / without an id, to be encrypted anew  {_spread(counts, '')}")
    missing = sorted({id for each in counts.values() for id in each if id} - set(ids))
    for id in missing:
        click.echo(f"{id}  缺少这把密钥，读不出! / this key is missing, they cannot be read!  {_spread(counts, id)}")
    raise SystemExit(1 if missing else 0)


@keys.command(short_help="停用旧密钥 · take out a key that nothing is under")
@click.argument("id")
def retire(id: str) -> None:
    """停用一把旧密钥（编号见 status）；仍有数据用它时拒绝。

    Take an older key (its id as status tells it) out of the ring. Refused while anything is under it. Backups from
    before now still need it: keep it with them.
    """
    from chassis import key_file
    from chassis.encryption import KeysRefused, key_id

    settings = _settings()
    ring = [key_id(key) for key in _ring(settings)]
    _refuse_what_is_used(id, ring, _counted(settings))
    if settings.field_keys:
        click.echo(f"请从 FIELD_KEYS 中去掉第 {ring.index(id) + 1} 把并重启 / take number {ring.index(id) + 1} out of")
        click.echo("FIELD_KEYS of every process and restart them, once all of them have the newest key in front")
        return
    try:
        if time.time() - _file().stat().st_mtime < SETTLES_WITHIN:
            raise click.ClickException(
                "密钥刚刚变动过，一分钟后再试 / the ring has just changed; try again in a minute"
            )
        key_file.take_out(_file(), id)
    except KeysRefused as refused:
        raise click.ClickException(str(refused)) from refused
    click.echo(f"{id} 已停用；此前的备份自带密钥 / {id} is retired; backups from before hold it themselves")


def _refuse_what_is_used(id: str, ring: list[str], counts: dict[str, Counter[str]]) -> None:
    if id not in ring:
        raise click.ClickException(f"没有密钥 {id} / there is no key {id}; {', '.join(ring)}")
    if id == ring[0]:
        raise click.ClickException(f"{id} 正在使用 / {id} is the key that encrypts: rotate first")
    # What has no id may be under any key.
    if used := sum(each[id] + each[""] for each in counts.values()):
        raise click.ClickException(
            f"仍有 {used} 处可能用它，没有停用 / {used} fields may still be under it: not retired"
        )


def _role(number: int, id: str, counts: dict[str, Counter[str]]) -> str:
    if number == 0:
        return "用它加密 encrypts"
    if any(each[id] or each[""] for each in counts.values()):
        return "仍需保留 still needed"
    return "可以停用 may be retired"


def _spread(counts: dict[str, Counter[str]], id: str) -> str:
    return ", ".join(f"{service} {each[id]}" for service, each in counts.items() if each[id])


def _file() -> Path:
    from chassis.key_file import KEY

    return Path(os.environ.get("DATA", "data")) / KEY


def _settings() -> Any:
    warnings.filterwarnings("ignore", message="(?s).*Eventlet is deprecated")
    from chassis.config import Settings, SettingsRefused, read

    try:
        return read("", Settings)
    except SettingsRefused as error:
        raise click.ClickException(str(error)) from error


def _ring(settings: Any) -> tuple[str, ...]:
    from chassis.encryption import KeyRing, KeysRefused
    from chassis.key_file import read_keys

    try:
        ring: tuple[str, ...] = settings.field_keys or read_keys(_file())
        KeyRing(ring)
    except KeysRefused as refused:
        raise click.ClickException(str(refused)) from refused
    return ring


def _counted(settings: Any) -> dict[str, Counter[str]]:
    """How many fields of each service are under which key."""
    from sqlalchemy.exc import DBAPIError

    from chassis.config import database_url_of
    from chassis.run import SERVICES

    if settings.embedded and not any((_file().parent / f"{name}.db").exists() for name in SERVICES):
        # `run-distributed` keeps its ring in such a folder, too, and its data elsewhere: nothing here proves nothing.
        raise click.ClickException(NO_DATA.format(folder=_file().parent))
    base = f"sqlite:///{_file().parent.resolve()}" if settings.embedded else settings.database_url
    try:
        return {name: _count(name, database_url_of(base, name)) for name in SERVICES}
    except DBAPIError as error:
        raise click.ClickException(f"读不到数据库 / a database cannot be read: {error.orig}") from error


def _count(service: str, url: str) -> Counter[str]:
    from chassis.database import Database
    from chassis.run import service_class
    from chassis.sealed_columns import standing

    if url.startswith("sqlite:///") and not Path(url.removeprefix("sqlite:///")).exists():
        return Counter()
    database = Database(url, pool_size=1)
    try:
        return standing(database, service_class(service).uow.metadata)  # type: ignore[attr-defined]
    finally:
        database.close()
