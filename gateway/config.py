"""Settings of the gateway: where it listens, how much it takes in; refused at start when unsafe."""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from os import environ as environment
from typing import Annotated

from msgspec import Meta

from chassis.config import SettingsRefused, read

KIB = 1024


@dataclass(frozen=True, kw_only=True)
class GatewaySettings:
    """Where the door is and how wide."""

    host: Annotated[
        str, Meta(description="监听地址 / address listened on; others than this machine's need BEHIND_PROXY=1")
    ] = "127.0.0.1"
    port: Annotated[int, Meta(ge=1, le=65535, description="监听端口 / port listened on")] = 8000
    behind_proxy: Annotated[
        bool,
        Meta(
            description="有反向代理或容器网络把守入口时设为 1 / 1 where a reverse proxy or a container network guards "
            "the door: until there are accounts, whoever reaches the gateway may do everything"
        ),
    ] = False
    body_limit: Annotated[
        int,
        Meta(
            ge=64 * KIB,
            description="JSON 正文上限(字节) / most bytes in a JSON body; 10,000 characters, every one escaped as a "
            "surrogate pair, take 120,000",
        ),
    ] = 128 * KIB
    bulk_limit: Annotated[
        int, Meta(ge=64 * KIB, description="批量登记正文上限(字节) / most bytes in a bulk registration")
    ] = 2 * KIB * KIB
    import_limit: Annotated[
        int,
        Meta(
            ge=64 * KIB,
            description="导入文件上限(字节) / most bytes in a file to import; a third longer in base64 it must fit "
            "into one message, of which RabbitMQ takes 16 MiB unless told otherwise",
        ),
    ] = 11 * KIB * KIB
    import_patience: Annotated[
        float, Meta(gt=0, le=600, description="等待导入完成的秒数 / seconds an import is waited for")
    ] = 120.0
    ready_patience: Annotated[
        float, Meta(gt=0, le=4, description="/ready 等待的秒数 / seconds /ready waits for services, asked all at once")
    ] = 1.5


def read_settings(environ: Mapping[str, str] = environment) -> GatewaySettings:
    """The settings. Raises `SettingsRefused` where the door would stand open to the network unguarded."""
    settings = read("", GatewaySettings, environ)
    if ":" in settings.host:
        raise SettingsRefused(f"HOST: {settings.host} is an IPv6 address; listening takes a name or IPv4")
    if not settings.behind_proxy and not is_loopback(settings.host):
        raise SettingsRefused(
            f"HOST: {settings.host} can be reached from other machines, and until there are accounts whoever reaches "
            "the gateway may do everything; set BEHIND_PROXY=1 if something in front of it decides who gets in"
        )
    return settings


def web_address(environ: Mapping[str, str] = environment) -> str:
    """Where to listen, as nameko wants it: `host:port`. Raises `SettingsRefused`."""
    settings = read_settings(environ)
    return f"{settings.host}:{settings.port}"


def is_loopback(host: str) -> bool:
    """Whether this name or address stands for this machine alone."""
    if host == "localhost":
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return (getattr(address, "ipv4_mapped", None) or address).is_loopback
