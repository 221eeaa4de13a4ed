"""Settings: read once from the environment, refused at start when wrong."""

import os
import typing
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import Meta

S = TypeVar("S")


class SettingsRefused(Exception):
    """One or more settings are wrong; the text names each with what is wrong with it."""


def read(prefix: str, settings_class: type[S], environ: Mapping[str, str] = os.environ) -> S:
    """The dataclass filled from variables `<PREFIX>_<FIELD>` (without the prefix where it is "").

    Text is turned into the field's type and held against its `Meta`. Raises `SettingsRefused`
    that names every wrong variable at once.
    """
    hints = typing.get_type_hints(settings_class, include_extras=True)
    given: dict[str, Any] = {}
    wrong: list[str] = []
    for field in fields(settings_class):  # type: ignore[arg-type]
        variable = f"{prefix}_{field.name}".lstrip("_").upper()
        text = environ.get(variable, "")
        if text == "":
            if field.default is MISSING and field.default_factory is MISSING:
                wrong.append(f"{variable}: is required")
            continue
        try:
            given[field.name] = msgspec.convert(_parts(text, hints[field.name]), hints[field.name], strict=False)
        except msgspec.ValidationError as error:
            wrong.append(f"{variable}: {error}")
    if wrong:
        raise SettingsRefused("; ".join(wrong))
    return settings_class(**given)


def _parts(text: str, hint: Any) -> Any:
    """A tuple is written with commas between its parts."""
    plain = typing.get_args(hint)[0] if typing.get_origin(hint) is Annotated else hint
    return [part.strip() for part in text.split(",")] if typing.get_origin(plain) is tuple else text


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What every process must know; `broker_url` is "" in the embedded form."""

    broker_url: Annotated[str, Meta(description="RabbitMQ 的地址 / address of RabbitMQ; empty: in-process broker")] = ""
    database_url: Annotated[
        str, Meta(description="数据库地址 / base database address; each service has its own, named <name>_<service>")
    ] = "sqlite:///data"
    field_keys: Annotated[
        tuple[str, ...],
        Meta(description="加密个人字段的密钥,新的在前 / keys for personal fields, newest first, comma separated"),
    ] = ()
    log_level: Annotated[
        str, Meta(pattern="^(DEBUG|INFO|WARNING|ERROR)$", description="日志级别 / how much is logged")
    ] = "INFO"
    patience: Annotated[
        float,
        Meta(
            gt=0,
            le=4.5,
            description="等待一次调用的秒数,须少于 5 秒 / seconds a call is waited for; below the promised 5",
        ),
    ] = 4.0
    batch: Annotated[
        int, Meta(ge=1, le=500, description="一个事务最多处理的消息数 / most messages handled in one transaction")
    ] = 50
    calls_at_once: Annotated[
        int, Meta(ge=1, le=100, description="同时回答的调用数 / calls answered at the same time")
    ] = 8
    drain: Annotated[
        float,
        Meta(gt=0, le=60, description="停止时等待未完成工作的秒数 / seconds given to work in flight when stopping"),
    ] = 4.0

    inbox_days: Annotated[
        int,
        Meta(
            ge=7,
            description="记住已处理消息的天数,须长于死信保留与重放 / days a handled message is remembered; "
            "a dead letter replayed later than this could be done twice",
        ),
    ] = 90

    @property
    def embedded(self) -> bool:
        """Whether this is the one-process form."""
        return not self.broker_url


def database_url_of(base: str, service: str) -> str:
    """Address of a service's own database.

    `sqlite:///folder` gives a file in that folder; any other address gets its database name extended:
    `…/hemei` becomes `…/hemei_grievance`.
    """
    if base.startswith("sqlite:///"):
        return f"{base.rstrip('/')}/{service}.db"
    address, _, query = base.partition("?")
    return f"{address}_{service}" + (f"?{query}" if query else "")
