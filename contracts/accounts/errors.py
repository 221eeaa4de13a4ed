"""What the accounts service may answer instead of what was asked for."""

from contracts.errors import Conflict, Forbidden, Invalid, NotFound, TooMany, Unauthenticated, Unavailable


class SignInRefused(Unauthenticated):
    """Name, password or code do not fit; which of them is not said, nor whether there is such an account."""

    code = "sign_in_refused"
    zh, en = "登录名、密码或验证码不对", "The name, the password or the code is not right"


class NotSignedIn(Unauthenticated):
    """The token is unknown, or it has expired, or whoever held it has signed out."""

    code = "not_signed_in"
    zh, en = "请先登录", "Sign in first"


class TooManyTries(TooMany):
    """Too many tries for this account or from this address."""

    code = "too_many_tries"
    zh, en = "尝试次数太多，请 {retry_after} 秒后再试", "Too many tries: try again in {retry_after} seconds"


class CodesAreOff(Unavailable):
    """Nothing is set up to send codes with."""

    code = "codes_are_off"
    zh, en = "本系统没有开通短信验证码", "This system sends no codes"


class AccountNotFound(NotFound):
    """No account has this id."""

    code = "account_not_found"
    zh, en = "没有找到这个账号", "There is no such account"


class GrantNotFound(NotFound):
    """No grant has this id."""

    code = "grant_not_found"
    zh, en = "没有找到这项授权", "There is no such grant"


class KeyNotFound(NotFound):
    """No key has this id."""

    code = "key_not_found"
    zh, en = "没有找到这把密钥", "There is no such key"


class NameTaken(Conflict):
    """Another account bears this name."""

    code = "name_taken"
    zh, en = "这个登录名已有人使用", "Another account bears this name"


class PhoneTaken(Conflict):
    """Another account of the community is reached by this telephone."""

    code = "phone_taken"
    zh, en = "本社区已有使用这个电话的账号", "Another account of the community is reached by this telephone"


class NameOrPhone(Invalid):
    """An account is signed in to by a name or by a telephone: one of them must be given, and not both."""

    code = "name_or_phone"
    zh, en = "登录名和电话必须且只能填一个", "Give either a name or a telephone"


class MayNotGrant(Forbidden):
    """Whoever asks does not hold the rights over this place that granting or managing takes."""

    code = "may_not_grant"
    zh, en = "您在这里没有授予或管理这项权限的资格", "You may not grant or manage this here"


class PlaceNeeded(Invalid):
    """The role is held at a place of another kind."""

    code = "place_needed"
    zh, en = "这个角色要在这样的地方授予：{needs_zh}", "This role is held at: {needs_en}"


class SubjectNeeded(Invalid):
    """The role stands for a unit or a volunteer, and none was named; or it stands for none, and one was."""

    code = "subject_needed"
    zh = "共建单位用户和志愿者的授权要指明单位或志愿者，其他角色不能指明"
    en = "A grant to a partner or volunteer names the unit or the volunteer; no other does"


class PasswordRefused(Invalid):
    """The new password is too easy to guess."""

    code = "password_refused"
    zh, en = "这个密码太容易猜到", "This password is too easy to guess"


class OldPasswordWrong(Invalid):
    """What was given as the password so far is not it."""

    code = "old_password_wrong"
    zh, en = "原密码不对", "The present password is not right"


class NotOneself(Conflict):
    """Whoever did this to the own account could not undo it."""

    code = "not_oneself"
    zh, en = (
        "不能对自己的账号这样做，请另一位管理员来做",
        "Nobody does this to the own account: ask another administrator",
    )


class NoPassword(Conflict):
    """The account is signed in to by telephone and has no password."""

    code = "no_password"
    zh, en = "这个账号用手机验证码登录，没有密码", "This account is signed in to by telephone and has no password"


class TotpIsOn(Conflict):
    """The second factor is on already."""

    code = "totp_is_on"
    zh, en = "动态验证码已经启用", "The second factor is on already"


class TotpIsOff(Conflict):
    """The second factor has not been begun, or is off."""

    code = "totp_is_off"
    zh, en = "动态验证码没有启用", "The second factor is not on"


class TotpCodeWrong(Invalid):
    """The code does not fit the secret, or it was used already."""

    code = "totp_code_wrong"
    zh, en = "动态验证码不对或已经用过", "The code is not right, or it was used already"


class SealsFileMissing(Unavailable):
    """The file that seals of the audit are kept in outside the database is not where it ought to be."""

    code = "seals_file_missing"
    zh, en = (
        "数据库外的封存文件（AUDIT_SEALS_FILE）不见了，不能核对查阅记录",
        "The file of seals outside the database (AUDIT_SEALS_FILE) is gone: the audit cannot be verified",
    )


class AddressNotRight(Invalid):
    """What was given is no telephone number, or no e-mail address."""

    code = "address_not_right"
    zh, en = "号码或邮箱格式不对", "This is no telephone number or e-mail address"


class CodeNotRight(Invalid):
    """The code is not the one that was sent, or too old, or was tried too often."""

    code = "code_not_right"
    zh, en = "验证码不对或已过期，请重新获取", "The code is not right or too old, please ask for another"


class ChannelIsOff(Conflict):
    """Nothing is sent by this channel here."""

    code = "channel_is_off"
    zh, en = "本系统未开通此通知方式", "This system sends nothing by this channel"
