"""Settings of the accounts service."""

from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta

from chassis.config import secret

DAY = 24.0


@dataclass(frozen=True, kw_only=True)
class AccountsSettings:
    """What can be set about sessions and tries, from `ACCOUNTS_…` variables."""

    staff_hours: Annotated[
        float,
        Meta(gt=0, le=24 * 31, description="密码登录的会话最长小时数 / hours after which a session by password ends"),
    ] = 12.0
    staff_idle_hours: Annotated[
        float,
        Meta(gt=0, le=24 * 31, description="密码登录的会话闲置多久失效 / idle hours after which it ends"),
    ] = 2.0
    code_hours: Annotated[
        float,
        Meta(gt=0, le=24 * 366, description="验证码登录的会话最长小时数 / hours after which a session by code ends"),
    ] = 30 * DAY
    code_idle_hours: Annotated[
        float,
        Meta(gt=0, le=24 * 366, description="验证码登录的会话闲置多久失效 / idle hours after which it ends"),
    ] = 30 * DAY
    tries_by_name: Annotated[
        int,
        Meta(
            ge=1,
            le=100,
            description="同一登录名失败几次后开始等待(本项目自定) / failures of one name before "
            "waiting begins; our own proposal",
        ),
    ] = 5
    tries_by_address: Annotated[
        int,
        Meta(
            ge=1,
            le=10_000,
            description="同一地址失败几次后开始等待(本项目自定) / failures from one address before waiting begins; "
            "an office of many people has one; our own proposal",
        ),
    ] = 30
    first_sign_in_file: Annotated[
        str,
        Meta(
            description="首个管理员的一次性密码所在的文件,改过密码后删除 / file with the first administrator's "
            "one-time password, removed once it was changed; the embedded form sets it"
        ),
    ] = ""
    first_key: Annotated[
        str,
        Meta(
            pattern=r"^(hs_[A-Za-z0-9_-]{40,90})?$",
            description="仅对全新系统有效:首次启动时建立的通行令牌 hs_…,几乎可以做一切,供演示、测试和"
            "自动安装;用后请停用账号 first-key / for a fresh system only: a token that the first start lets do nearly "
            "everything, for demonstrations, tests and automatic installation; disable the account first-key after use",
        ),
    ] = secret()
    longest_wait: Annotated[
        int,
        Meta(ge=1, le=86_400, description="等待最长秒数 / most seconds that somebody is made to wait"),
    ] = 900


@dataclass(frozen=True, kw_only=True)
class AuditSettings:
    """What can be set about the audit of reads, from `AUDIT_…` variables."""

    days: Annotated[
        int,
        Meta(
            ge=180,
            le=36_500,
            description="查阅记录保留的天数:参照个人信息保护法第五十六条定为三年,网络安全法要求日志至少六个月 / "
            "days that entries of the audit are kept: three years, as article 56 of the PIPL has its records kept; "
            "six months at least, as the Cybersecurity Law has logs kept",
        ),
    ] = 1095
    seals_file: Annotated[
        str,
        Meta(
            description="每小时把各链的链尾追加到这个文件,宜放在能改数据库的人改不到的地方;空则只存数据库 / file to "
            "which the ends of the chains are added every hour, best where nobody who can change the database can "
            "change it; empty: they are kept in the database only"
        ),
    ] = ""
