"""Settings: read once from the environment, refused at start when wrong."""

import os
import typing
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from ipaddress import ip_address
from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import Meta

S = TypeVar("S")

SECRET = "secret"
"""Marks the field of a setting that holds a secret, or an address with a password in it."""


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
    for each in fields(settings_class):  # type: ignore[arg-type]
        variable = f"{prefix}_{each.name}".lstrip("_").upper()
        text = environ.get(variable, "")
        if text == "":
            if each.default is MISSING and each.default_factory is MISSING:
                wrong.append(f"{variable}: is required")
            continue
        try:
            given[each.name] = msgspec.convert(_parts(text, hints[each.name]), hints[each.name], strict=False)
        except msgspec.ValidationError as error:
            wrong.append(f"{variable}: {error}")
        except UnicodeEncodeError:
            wrong.append(f"{variable}: is not UTF-8")
    if wrong:
        raise SettingsRefused("; ".join(wrong))
    return settings_class(**given)


def _parts(text: str, hint: Any) -> Any:
    """A tuple is written with commas between its parts."""
    plain = typing.get_args(hint)[0] if typing.get_origin(hint) is Annotated else hint
    return [part.strip() for part in text.split(",")] if typing.get_origin(plain) is tuple else text


def secret(default: Any = "") -> Any:
    """The default of a setting that is told to nobody: in no `repr`, so in no log, on no page."""
    return field(default=default, repr=False, metadata={SECRET: True})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What every process must know; `broker_url` is "" in the embedded form."""

    broker_url: Annotated[
        str,
        Meta(
            description="RabbitMQ 的地址，集群各节点用分号隔开 / address of RabbitMQ; semicolons between "
            "those of a cluster's nodes; empty: in-process broker"
        ),
    ] = secret()
    broker_management_url: Annotated[
        str,
        Meta(
            description="RabbitMQ 管理接口的地址，空则数字少些 / address of RabbitMQ's management API; "
            "user and password as in BROKER_URL where none stand in it; empty: fewer figures are known"
        ),
    ] = secret()
    broker_pages_url: Annotated[
        str,
        Meta(
            description="浏览器打开 RabbitMQ 管理页的地址，空则同上 / where a browser finds RabbitMQ's own pages; "
            "empty: at the address of its management API"
        ),
    ] = ""
    database_url: Annotated[
        str, Meta(description="数据库地址 / base database address; each service has its own, named <name>_<service>")
    ] = secret("sqlite:///data")
    field_keys: Annotated[
        tuple[str, ...],
        Meta(description="加密个人字段的密钥，新的在前 / keys for personal fields, newest first, comma separated"),
    ] = secret(())
    secret_key: Annotated[
        str,
        Meta(
            description="至少 32 个字符的密钥，电话与地址据此查找；更换后查不到以前的 / a secret of at least 32 "
            "characters by which telephones and addresses are found again, and not found under another one. "
            "The accounts service needs it; the embedded form makes its own"
        ),
    ] = secret()
    log_level: Annotated[
        str, Meta(pattern="^(DEBUG|INFO|WARNING|ERROR)$", description="日志级别 / how much is logged")
    ] = "INFO"
    patience: Annotated[
        float,
        Meta(
            gt=0,
            le=4.5,
            description="等待一次调用的秒数，须少于 5 秒 / seconds a call is waited for; below the promised 5",
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

    metrics_port: Annotated[
        int,
        Meta(
            ge=0,
            le=65535,
            description="/metrics 的端口，0 为不开；run-distributed 给各进程依次加一 / port of /metrics, 0: none; "
            "run-distributed gives each process the next one. The gateway's own port answers /metrics as well",
        ),
    ] = 0
    metrics_host: Annotated[
        str, Meta(description="/metrics 的监听地址 / address on which /metrics is listened for; figures only, no names")
    ] = "127.0.0.1"
    otel_exporter_otlp_endpoint: Annotated[
        str,
        Meta(
            description="链路追踪送往的 OTLP 地址（HTTP），空则不追踪 / where traces go (OTLP over HTTP), empty: "
            "nowhere; OpenTelemetry's other OTEL_ variables are heeded too"
        ),
    ] = ""

    inbox_days: Annotated[
        int,
        Meta(
            ge=7,
            le=3650,
            description="记住已处理消息的天数，须长于死信保留与重放 / days a handled message is remembered; "
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


def is_loopback(host: str) -> bool:
    """Whether this name or address stands for this machine alone."""
    if host == "localhost":
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return (getattr(address, "ipv4_mapped", None) or address).is_loopback
