"""Settings of the accounts service."""

from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta

from chassis.config import SettingsRefused, secret
from chassis.retention import Period
from services.accounts.domain.choices import Channel, Defaults, QuietHours, groups_in
from services.accounts.domain.roles import Role

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
            description="同一登录名失败几次后开始等待（本项目自定） / failures of one name before "
            "waiting begins; our own proposal",
        ),
    ] = 5
    tries_by_address: Annotated[
        int,
        Meta(
            ge=1,
            le=10_000,
            description="同一地址失败几次后开始等待（本项目自定） / failures from one address before waiting begins; "
            "an office of many people has one; our own proposal",
        ),
    ] = 30
    closed_kept_days: Annotated[
        float,
        Meta(
            ge=1,
            le=36_500,
            description="账号停用多少天后删除（本项目自定） / days after which a disabled account is removed; our own "
            "proposal: long enough to open one again that was closed by mistake",
        ),
    ] = 365
    first_sign_in_file: Annotated[
        str,
        Meta(
            description="首个管理员的一次性密码所在的文件，改过密码后删除 / file with the first administrator's "
            "one-time password, removed once it was changed; the embedded form sets it"
        ),
    ] = ""
    first_key: Annotated[
        str,
        Meta(
            pattern=r"^(hs_[A-Za-z0-9_-]{40,90})?$",
            description="仅对全新系统有效：首次启动时建立的通行令牌 hs_…,几乎可以做一切，供演示、测试和"
            "自动安装；用后请停用账号 first-key / for a fresh system only: a token that the first start lets do nearly "
            "everything, for demonstrations, tests and automatic installation; disable the account first-key after use",
        ),
    ] = secret()
    longest_wait: Annotated[
        int,
        Meta(ge=1, le=86_400, description="等待最长秒数 / most seconds that somebody is made to wait"),
    ] = 900

    @property
    def closed_period(self) -> Period:
        """How long a disabled account stays."""
        return Period(setting="ACCOUNTS_CLOSED_KEPT_DAYS", days=self.closed_kept_days)


@dataclass(frozen=True, kw_only=True)
class AuditSettings:
    """What can be set about the audit of reads, from `AUDIT_…` variables."""

    days: Annotated[
        int,
        Meta(
            ge=180,
            le=36_500,
            description="查阅记录保留的天数：参照个人信息保护法第五十六条定为三年，网络安全法要求日志至少六个月 / "
            "days that entries of the audit are kept: three years, as article 56 of the PIPL has its records kept; "
            "six months at least, as the Cybersecurity Law has logs kept",
        ),
    ] = 1095
    seals_file: Annotated[
        str,
        Meta(
            description="每小时把各链的链尾追加到这个文件，宜放在能改数据库的人改不到的地方；空则只存数据库 / file to "
            "which the ends of the chains are added every hour, best where nobody who can change the database can "
            "change it; empty: they are kept in the database only"
        ),
    ] = ""


ROLES_TOLD = ("grid_leader", "building_leader", "secretary", "doctor", "volunteer", "partner", "resident")


@dataclass(frozen=True, kw_only=True)
class NoticesSettings:
    """How people are told what concerns them, from `NOTICES_…` variables; each may choose otherwise."""

    sms: Annotated[
        bool, Meta(description="通知也走短信接口（见 CODES_…） / notices go by the SMS hook too, see CODES_…")
    ] = True
    sms_roles: Annotated[
        tuple[str, ...],
        Meta(description="默认收短信的角色 / roles that are told by text unless they choose otherwise"),
    ] = ROLES_TOLD
    mail_roles: Annotated[
        tuple[str, ...],
        Meta(description="默认收邮件的角色（须先验证邮箱） / roles told by e-mail, once they have given an address"),
    ] = (*ROLES_TOLD, "office")
    groups: Annotated[
        tuple[str, ...],
        Meta(
            description="企业微信群机器人：社区=地址，或 社区：角色=地址 / robots of WeCom groups: community=address, "
            "or community:role=address, which hear what those roles are told"
        ),
    ] = secret(())
    quiet_from: Annotated[
        str,
        Meta(
            pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$",
            description="默认免打扰开始，中国时间（本项目自定） / quiet from, on China's clock; our own proposal",
        ),
    ] = "21:00"
    quiet_until: Annotated[
        str,
        Meta(
            pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$",
            description="默认免打扰结束，与开始相同则不设 / quiet until; none where both are the same",
        ),
    ] = "08:00"
    per_hour: Annotated[
        int,
        Meta(
            ge=1,
            le=1000,
            description="每人每种方式每小时最多几条，多的合并成一条（本项目自定） / texts an hour to one person by one "
            "channel; more are bundled into one; our own proposal",
        ),
    ] = 6
    site: Annotated[
        str,
        Meta(
            pattern="^(https?://[^ ]+)?$",
            description="页面的对外地址，写进通知作链接；空则不写 / address at which people find the pages, for links "
            "in texts; empty: texts carry none",
        ),
    ] = ""
    days: Annotated[
        int,
        Meta(ge=7, le=3650, description="通知保留的天数（本项目自定） / days that notices are kept; our own proposal"),
    ] = 90
    reopening_days: Annotated[
        int,
        Meta(
            ge=15,
            le=365,
            description="办结后为可能的重新办理保留反映人电话的天数 / days after a matter's end that the reporter's "
            "telephone is kept: for as long as it may be reopened",
        ),
    ] = 15

    def __post_init__(self) -> None:
        """Raises `SettingsRefused` for a role or a group that is none."""
        try:
            groups_in(self.groups)
            for role in (*self.sms_roles, *self.mail_roles):
                Role(role)
        except ValueError as error:
            # Not the whole text: an address of a robot holds its key.
            raise SettingsRefused(f"NOTICES_…: a role or group is none: {str(error).partition('=')[0]}") from None

    @property
    def defaults(self) -> Defaults:
        """What holds for whoever has chosen nothing."""
        return Defaults(
            roles={Channel.SMS: self.sms_roles, Channel.MAIL: self.mail_roles},
            quiet=QuietHours(begins=self.quiet_from, ends=self.quiet_until),
        )

    @property
    def robots(self) -> dict[str, str]:
        """Groups, and the addresses of their robots."""
        return groups_in(self.groups)
