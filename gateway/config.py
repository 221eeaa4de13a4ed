"""Settings of the gateway: where it listens, how much it takes in; refused at start when unsafe."""

from collections.abc import Mapping
from dataclasses import dataclass
from os import environ as environment
from typing import Annotated

from msgspec import Meta

from chassis.config import SettingsRefused, read
from chassis.config import is_loopback as is_loopback

KIB = 1024


@dataclass(frozen=True, kw_only=True)
class GatewaySettings:
    """Where the door is and how wide."""

    host: Annotated[
        str, Meta(description="监听地址 / address listened on; others than this machine's need a SECRET_KEY")
    ] = "127.0.0.1"
    port: Annotated[int, Meta(ge=1, le=65535, description="监听端口 / port listened on")] = 8000
    behind_proxy: Annotated[
        bool,
        Meta(
            description="门前有反向代理或容器网络时设为 1:来访地址不代表某个人 / 1 where a reverse proxy or a "
            "container network stands in front: an address then stands for many people"
        ),
    ] = False
    trusted_proxies: Annotated[
        int,
        Meta(
            ge=0,
            le=10,
            description="门前有几层可信的反向代理，据此从 X-Forwarded-For、X-Forwarded-Proto 取来访者的地址与协议；"
            "0 为不看这些头 / how many reverse proxies stand in front that say in X-Forwarded-For and "
            "X-Forwarded-Proto who comes and how; 0: these headers are not believed, and where BEHIND_PROXY is 1 "
            "people cannot be told apart by their address",
        ),
    ] = 0
    sign_ins_per_minute: Annotated[
        int,
        Meta(
            ge=1,
            le=10_000,
            description="每个地址每分钟登录、索取验证码的次数；各进程分别计数，下同 / sign-ins, and codes asked for, a "
            "minute from one address; each gateway process counts for itself, here and below",
        ),
    ] = 10
    codes_per_hour: Annotated[
        int,
        Meta(ge=1, le=10_000, description="每个手机号每小时发送验证码的次数 / codes sent to one telephone an hour"),
    ] = 5
    filings_per_minute: Annotated[
        int,
        Meta(
            ge=1,
            le=60_000,
            description="居民等每人（未登录者每个地址）每分钟提交诉求的件数 / grievances a minute filed by one person "
            "other than staff, or from one address by people who are not signed in",
        ),
    ] = 10
    imports_per_minute: Annotated[
        int,
        Meta(ge=1, le=60_000, description="每个账号每分钟导入的次数 / files imported a minute by one account"),
    ] = 10
    look_ups_per_minute: Annotated[
        int,
        Meta(
            ge=1,
            le=60_000,
            description="每个账号每分钟按来电号码查人的次数 / callers looked up by their telephone a minute by one "
            "account: more than anybody answers, and too few to try numbers out",
        ),
    ] = 60
    requests_per_minute: Annotated[
        int,
        Meta(
            ge=10,
            le=600_000,
            description="居民等每人（未登录者每个地址）每分钟其他请求的次数 / other requests a minute of one person "
            "other than staff, or from one address of people who are not signed in",
        ),
    ] = 600
    work_per_minute: Annotated[
        int,
        Meta(
            ge=600,
            le=6_000_000,
            description="每位工作人员、每个接口密钥、本机每分钟的请求次数 / requests a minute of one member of staff, "
            "one API key, this machine",
        ),
    ] = 60_000
    public_url: Annotated[
        str,
        Meta(
            pattern=r"^(https?://[^/\s]+/?)?$",
            description="居民扫码时打开的网址，如 https://hemei.example.cn；空：打印者所用的地址 / where printed codes "
            "lead, such as https://hemei.example.cn; empty: the address that whoever prints them uses",
        ),
    ] = ""
    body_limit: Annotated[
        int,
        Meta(
            ge=64 * KIB,
            le=KIB * KIB * KIB,
            description="JSON 正文上限（字节） / most bytes in a JSON body; 10,000 characters, every one escaped as a "
            "surrogate pair, take 120,000",
        ),
    ] = 128 * KIB
    bulk_limit: Annotated[
        int,
        Meta(
            ge=64 * KIB, le=KIB * KIB * KIB, description="批量登记正文上限（字节） / most bytes in a bulk registration"
        ),
    ] = 2 * KIB * KIB
    import_limit: Annotated[
        int,
        Meta(
            ge=64 * KIB,
            le=KIB * KIB * KIB,
            description="导入文件上限（字节） / most bytes in a file to import; a third longer in base64 it must fit "
            "into one message, of which RabbitMQ takes 16 MiB unless told otherwise",
        ),
    ] = 11 * KIB * KIB
    picture_limit: Annotated[
        int,
        Meta(
            ge=64 * KIB,
            le=KIB * KIB * KIB,
            description="照片文件上限（字节） / most bytes in a picture that is sent; it is made smaller",
        ),
    ] = 20 * KIB * KIB
    pictures_limit: Annotated[
        int,
        Meta(
            ge=64 * KIB,
            le=KIB * KIB * KIB,
            description="照片正文、带照片的表单的上限（字节） / most bytes of a picture, or of a form with "
            "its pictures",
        ),
    ] = 40 * KIB * KIB
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
    if not is_loopback(settings.host) and not environ.get("SECRET_KEY"):
        raise SettingsRefused(
            f"HOST: {settings.host} can be reached from other machines, and this system has no SECRET_KEY of its own; "
            "`hemei keys new` prints one"
        )
    return settings


def web_address(environ: Mapping[str, str] = environment) -> str:
    """Where to listen, as nameko wants it: `host:port`. Raises `SettingsRefused`."""
    settings = read_settings(environ)
    return f"{settings.host}:{settings.port}"
