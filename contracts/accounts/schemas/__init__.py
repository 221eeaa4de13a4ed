"""Shapes of what the accounts service is asked and answers."""

from typing import Any

from marshmallow import Schema, fields
from marshmallow.validate import Length, OneOf, Range, Regexp

from contracts import shapes

ROLES = (
    "resident",
    "volunteer",
    "building_leader",
    "grid_leader",
    "office",
    "secretary",
    "doctor",
    "partner",
    "viewer",
    "operator",
    "administrator",
)
CODE_ROLES = ("resident", "volunteer")
KINDS = ("person", "key")
AREA = Regexp(r"([0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12})?\Z")
MANY_GRANTS = 20


def _told(description: str, **options: Any) -> fields.String:
    return fields.String(required=True, metadata={"description": description}, **options)


def _at(description: str, **options: Any) -> fields.AwareDateTime:
    return fields.AwareDateTime(required=True, metadata={"description": description}, **options)


def _secret(most: int, description: str, **options: Any) -> fields.String:
    # Length only: whatever else a person typed is simply not right.
    return fields.String(
        validate=[Length(max=most), Regexp(shapes.SOUND)], metadata={"description": description}, **options
    )


def _token() -> fields.String:
    return _secret(100, "会话令牌 hs_… 或接口密钥 hk_… / session token or key", required=True)


def _agent() -> fields.String:
    return shapes.remark(400, "浏览器或程序的名称 / browser or program that signs in")


def _address() -> fields.String:
    return shapes.remark(60, "来自的地址，只用于限制尝试次数，不保存 / where it comes from; counts tries, is not kept")


def _area(**options: Any) -> fields.String:
    told = (
        "社区代码 12 位；街道 9 位，区县 6 位，市 4 位；空为全系统 / community code of 12 digits, the leading 9 for a "
        "street, 6 or 4 for a city, empty for the whole system"
    )
    return fields.String(validate=AREA, metadata={"description": told, "example": "410181002011"}, **options)


def _by() -> fields.UUID:
    return shapes.id_of("谁在操作（账号编号） / account of whoever does it")


def _role(**options: Any) -> fields.String:
    told = (
        "resident 居民, volunteer 志愿者, building_leader 楼栋长, grid_leader 网格长, office 社区工作人员, "
        "secretary 社区书记, doctor 医生, partner 共建单位, viewer 街道查看, operator 运维, administrator 管理员"
    )
    return fields.String(validate=OneOf(ROLES), metadata={"description": told}, **options)


def _code_role() -> fields.String:
    told = "以什么身份：resident 居民, volunteer 志愿者（须先登记） / as whom; a volunteer must have been enrolled"
    return fields.String(load_default="resident", validate=OneOf(CODE_ROLES), metadata={"description": told})


def _name(**options: Any) -> fields.String:
    return shapes.text(50, "登录名，不分大小写 / name to sign in with, in whatever case", **options)


# -- grants


class GrantFacts(Schema):
    """A role held at a place; it covers what lies below."""

    role = _role(required=True)
    community = _area(required=True)
    place = shapes.place(
        "社区内的地点代码，空为全社区 / a place in the community; null: all of it", load_default=None, allow_none=True
    )
    subject = fields.UUID(
        load_default=None,
        allow_none=True,
        metadata={"description": "所代表的共建单位或志愿者 / the unit or volunteer that it stands for"},
    )


class GrantOut(GrantFacts):
    """A grant with its id."""

    id = fields.UUID(required=True)


class GrantRole(GrantFacts):
    """The command: let an account hold a role at a place."""

    id = shapes.id_of("授权编号 / id of the grant")
    account = shapes.id_of("账号编号 / id of the account")
    by = _by()


class RevokeRole(Schema):
    """The command: let it hold the role no longer."""

    account = shapes.id_of("账号编号 / id of the account")
    id = shapes.id_of("授权编号 / id of the grant")
    by = _by()


# -- signing in and out


class Credentials(Schema):
    """A name and what proves it."""

    name = _name(required=True)
    password = _secret(200, "密码 / password", required=True)
    totp = _secret(
        40,
        "动态验证码或恢复码，启用后必填 / code of the second factor or recovery code, where it is on",
        load_default="",
        allow_none=True,
    )


class SignIn(Credentials):
    """The command: open a session for whoever proves to be this."""

    agent = _agent()
    address = _address()


class CodeFor(Schema):
    """A telephone that a code is to be sent to, and as whom its owner will sign in."""

    phone = shapes.phone("手机号 / telephone number", required=True)
    community = shapes.community(required=True)
    role = _code_role()


class SendCode(CodeFor):
    """The command: send a one-time code, if this telephone may sign in."""

    address = _address()


class CodeSent(Schema):
    """A code is on its way, if this telephone may sign in: which of the two is not told."""

    expires_in = fields.Integer(
        required=True, metadata={"description": "验证码的有效秒数 / seconds for which it is good"}
    )
    resend_after = fields.Integer(
        required=True, metadata={"description": "多少秒后可以再要 / seconds until the next one"}
    )


class CodeGiven(CodeFor):
    """A telephone with the code that was sent to it."""

    code = _secret(10, "收到的 6 位验证码 / the 6 digits that were sent", required=True)


class SignInByCode(CodeGiven):
    """The command: open a session for whoever has the code."""

    agent = _agent()
    address = _address()


class SignedIn(Schema):
    """A session was opened; the token is told this once."""

    token = _told("会话令牌，只出现这一次 / session token, told this once")
    expires_at = _at("最迟失效时间 / when it expires at the latest")
    account = fields.UUID(required=True)
    must_change_password = fields.Boolean(
        required=True, metadata={"description": "须先改密码 / the password must be changed first"}
    )


class Who(Schema):
    """The question: who holds this token?"""

    token = _token()


class WhoOut(Schema):
    """Whoever holds a token, and all that they may rely on."""

    account = fields.UUID(required=True)
    name = _told("登录名，或电话尾号 / name, or the end of the telephone number")
    kind = fields.String(required=True, validate=OneOf(KINDS), metadata={"description": "person 人, key 接口密钥"})
    community = _told("账号所属 / where the account is kept")
    grants = fields.List(fields.Nested(GrantOut), required=True)
    scopes = fields.List(
        fields.String(),
        required=True,
        allow_none=True,
        metadata={"description": "密钥限于这些用途，null 为不限 / what a key is limited to; null: nothing"},
    )
    session = fields.UUID(required=True, metadata={"description": "会话或密钥的编号 / id of the session or of the key"})
    csrf = _told("防跨站令牌，密钥无 / token against forged requests, empty for a key")
    expires_at = _at("最迟失效时间 / when it expires at the latest")
    must_change_password = fields.Boolean(required=True)


class SignOut(Schema):
    """The command: end the session of this token."""

    token = _token()


class SignedOut(Schema):
    """How many sessions were ended."""

    ended = fields.Integer(required=True, metadata={"description": "结束的会话数 / sessions ended"})


class SignOutEverywhere(Schema):
    """The command: end every session of an account."""

    account = shapes.id_of("账号编号 / id of the account")


# -- accounts


class NewAccount(Schema):
    """An account to be made: with a name for people who take a password, with a telephone for those who take codes."""

    community = _area(required=True)
    name = _name(load_default=None, allow_none=True)
    phone = shapes.phone(load_default=None, allow_none=True)


class CreateAccount(NewAccount):
    """The command: with the id made at the door."""

    id = shapes.id_of("账号编号 / id of the account")
    by = _by()


class AccountRow(Schema):
    """One account in a list."""

    id = fields.UUID(required=True)
    community = _told("账号所属 / where the account is kept")
    name = _told("登录名，或电话尾号 / name, or the end of the telephone number")
    signs_in_by = fields.String(required=True, validate=OneOf(("password", "code")))
    is_disabled = fields.Boolean(required=True)
    has_totp = fields.Boolean(required=True)
    must_change_password = fields.Boolean(required=True)
    made_at = _at("建立时间 / made at")
    signed_in_at = _at("最近登录 / signed in last at", allow_none=True)
    grants = fields.List(fields.Nested(GrantOut), required=True)


class AccountOut(AccountRow):
    """One account."""


class AccountCreated(AccountRow):
    """An account with its one-time password, which is told this once."""

    password = _told(
        "一次性密码，只出现这一次；用验证码登录的账号没有 / one-time password, told this once; null where codes "
        "are used",
        allow_none=True,
    )


class AccountId(Schema):
    """Which account."""

    id = shapes.id_of("账号编号 / id of the account")


class GetAccount(AccountId):
    """The question: one account, asked for by whom."""

    by = _by()


class AccountFilter(shapes.Page):
    """Which accounts to list."""

    community = _area(load_default=None, allow_none=True)
    role = _role(load_default=None, allow_none=True)


class ListAccounts(AccountFilter):
    """The question: accounts, asked for by whom."""

    by = _by()


class ChangeAccount(AccountId):
    """A command about one account."""

    by = _by()


class PasswordReset(Schema):
    """A one-time password, told this once."""

    password = _told("一次性密码，只出现这一次 / one-time password, told this once")


class NewPassword(Schema):
    """A password and the one to be used instead."""

    old = _secret(200, "原密码 / the present password", required=True)
    new = _secret(200, "新密码，至少 10 个字符 / the new one, at least 10 characters", required=True)


class ChangePassword(NewPassword):
    """The command: change the password of whoever holds this session; every other session ends."""

    token = _token()


# -- the second factor


class PasswordAgain(Schema):
    """The password once more: whoever finds a screen unlocked does not know it."""

    password = _secret(200, "密码 / password", required=True)


class BeginTotp(PasswordAgain):
    """The command: draw a secret for the second factor."""

    account = shapes.id_of("账号编号 / id of the account")


class TotpBegun(Schema):
    """The secret of the second factor, told this once."""

    secret = _told("动态验证码密钥，Base32 / secret in Base32")
    uri = _told("给验证器应用的地址，可作二维码 / address for an authenticator, as a QR code for instance")


class TotpCode(Schema):
    """A code that the authenticator shows."""

    code = _secret(
        40, "验证器上的 6 位数字，或一个恢复码 / 6 digits of the authenticator, or a recovery code", required=True
    )


class ConfirmTotp(TotpCode):
    """The command: switch the second factor on."""

    account = shapes.id_of("账号编号 / id of the account")


class TotpConfirmed(Schema):
    """Recovery codes, told this once; each is good once."""

    recovery = fields.List(fields.String(), required=True)


class RemoveTotp(Schema):
    """The command: switch the second factor off; whose it is shows a code, whoever manages the account need not."""

    account = shapes.id_of("账号编号 / id of the account")
    code = _secret(40, "本人须给出的验证码或恢复码 / code, where it is one's own", load_default="")
    by = _by()


# -- keys


_SCOPE = Regexp(r"[a-z][a-z_]{1,39}\Z")


class NewKey(Schema):
    """A key for a program: what it may do, where, and for how long."""

    name = shapes.text(60, "用途 / what it is for", required=True)
    scopes = fields.List(
        fields.String(validate=_SCOPE),
        required=True,
        validate=Length(min=1, max=60),
        metadata={"description": "限于这些用途（访问函数名） / what it is limited to: names of access functions"},
    )
    grants = fields.List(fields.Nested(GrantFacts), required=True, validate=Length(min=1, max=MANY_GRANTS))
    days = fields.Integer(
        load_default=90, validate=Range(min=1, max=366), metadata={"description": "有效天数 / days until it expires"}
    )


class CreateKey(NewKey):
    """The command: with the id made at the door."""

    id = shapes.id_of("密钥编号 / id of the key")
    by = _by()


class KeyRow(Schema):
    """One key in a list."""

    id = fields.UUID(required=True)
    account = fields.UUID(required=True, metadata={"description": "归谁（账号编号） / whose it is"})
    name = _told("用途 / what it is for")
    beginning = _told("密钥开头，便于辨认 / its beginning, to tell it from others")
    scopes = fields.List(fields.String(), required=True)
    grants = fields.List(fields.Nested(GrantOut), required=True)
    made_at = _at("建立时间 / made at")
    expires_at = _at("到期时间 / expires at")
    used_at = _at("最近使用，精确到分钟 / used last at, to the minute", allow_none=True)
    revoked_at = _at("吊销时间 / revoked at", allow_none=True)


class KeyCreated(KeyRow):
    """A key was made; it is told this once."""

    key = _told("密钥，只出现这一次 / the key, told this once")


class KeyPage(shapes.Page):
    """A page of them."""


class ListKeys(KeyPage):
    """The question: the keys of whoever asks, and of accounts that he manages."""

    by = _by()


class RevokeKey(Schema):
    """The command: let a key open nothing any more."""

    id = shapes.id_of("密钥编号 / id of the key")
    by = _by()
