"""Shapes of notices: what somebody is told, what they chose, where they are told."""

from marshmallow import Schema, fields
from marshmallow.validate import ContainsOnly, Length, OneOf, Regexp

from contracts import shapes

CHANNELS = ("sms", "mail")
LANGUAGES = ("zh", "en")
KINDS = (
    "new_matter",
    "matter_back",
    "overdue",
    "escalated",
    "reminded",
    "handed_over",
    "handed_on",
    "leader_missing",
    "help_asked",
    "help_not_needed",
    "referred",
    "visit_planned",
    "taken",
    "resolved",
    "rejected",
    "paused",
    "goes_on",
    "replied",
    "reopened",
    "joined_settled",
    "joined_ended",
    "joined_reopened",
)
CLOCK = Regexp(r"([01][0-9]|2[0-3]):[0-5][0-9]\Z")


def _described(zh_en: str) -> dict[str, str]:
    return {"description": zh_en}


def _account() -> fields.UUID:
    return shapes.id_of("账号编号 / id of the account")


def _channel() -> fields.String:
    told = _described("sms 短信, mail 邮件 / sms: text message, mail: e-mail")
    return fields.String(required=True, validate=OneOf(CHANNELS), metadata=told)


def _clock(zh_en: str) -> fields.String:
    return fields.String(validate=CLOCK, metadata={**_described(zh_en), "example": "21:00"})


class NoticeFilter(shapes.Page):
    """Which of one's notices to list."""

    unread = fields.Boolean(load_default=False, metadata=_described("只看未读 / unread ones only"))


class ListNotices(NoticeFilter):
    """The question: somebody's notices."""

    account = _account()


class NoticeOut(Schema):
    """One notice, in both languages; `page` is the path of the page that shows more, empty where there is none."""

    id = fields.UUID(required=True)
    kind = fields.String(required=True, validate=OneOf(KINDS), metadata=_described("种类 / what kind of news"))
    zh = fields.String(required=True, metadata=_described("中文 / in Chinese"))
    en = fields.String(required=True, metadata=_described("英文 / in English"))
    page = fields.String(required=True, metadata=_described("页面路径 / path of the page that shows more"))
    is_urgent = fields.Boolean(required=True)
    made_at = fields.AwareDateTime(required=True)
    read_at = fields.AwareDateTime(required=True, allow_none=True)


class OfAccount(Schema):
    """The question: something of an account."""

    account = _account()


class UnreadOut(Schema):
    """How many notices are unread."""

    unread = fields.Integer(required=True, metadata=_described("未读条数 / unread notices"))


class NoticesRead(Schema):
    """Which notices were read."""

    ids = fields.List(
        fields.UUID(),
        validate=Length(min=1, max=200),
        metadata=_described("已读的通知；不给则全部 / those that were read; all of them where none are named"),
    )


class MarkNoticesRead(NoticesRead):
    """The command: somebody has read these, or all."""

    account = _account()


class NoticeChoices(Schema):
    """What somebody chooses; what is left out stays as it is."""

    language = fields.String(validate=OneOf(LANGUAGES), metadata=_described("通知的语言 / language of notices"))
    quiet_from = _clock(
        "免打扰开始，中国时间；与结束相同则不设 / quiet from, on China's clock; none where both are the same"
    )
    quiet_until = _clock("免打扰结束 / quiet until")
    urgent_at_night = fields.Boolean(
        metadata=_described("紧急的（安全类督办）免打扰时也通知 / urgent ones (safety, overdue) may break the quiet")
    )
    channels = fields.Dict(
        keys=fields.String(validate=OneOf(KINDS)),
        values=fields.List(fields.String(), validate=[ContainsOnly(CHANNELS), Length(max=len(CHANNELS))]),
        metadata=_described(
            "每种通知用哪些方式；站内总有 / by which channels each kind is told; the pages show it always"
        ),
    )


class ChooseNotices(NoticeChoices):
    """The command: somebody chooses."""

    account = _account()


class KindChosenOut(Schema):
    """A kind of notice with the channels that hold for it."""

    kind = fields.String(required=True)
    zh = fields.String(required=True)
    en = fields.String(required=True)
    channels = fields.List(fields.String(), required=True)


class AddressOut(Schema):
    """Where somebody is told by a channel: as much of it as its owner needs to know it again."""

    channel = fields.String(required=True)
    hint = fields.String(required=True, metadata=_described("在用的，只显示一部分 / in use, a part of it"))
    asked = fields.String(required=True, metadata=_described("等待验证的 / waiting for its code"))
    is_own = fields.Boolean(required=True, metadata=_described("本人另外填的 / given for notices, and can be removed"))


class NoticeChoicesOut(Schema):
    """What somebody chose, with what holds where nothing was chosen."""

    language = fields.String(required=True)
    quiet_from = fields.String(required=True)
    quiet_until = fields.String(required=True)
    urgent_at_night = fields.Boolean(required=True)
    kinds = fields.List(fields.Nested(KindChosenOut), required=True)
    channels = fields.List(fields.String(), required=True, metadata=_described("已开通的 / channels that work here"))
    addresses = fields.List(fields.Nested(AddressOut), required=True)


class NewAddress(Schema):
    """Where somebody wants to be told; a code is sent there."""

    channel = _channel()
    address = fields.String(
        required=True,
        validate=[Length(min=3, max=200), Regexp(shapes.SAYING_SOMETHING)],
        metadata=_described("手机号或邮箱，加密保存 / telephone or e-mail address, kept encrypted"),
    )


class AskForAddress(NewAddress):
    """The command: send a code there."""

    account = _account()


class AddressCode(Schema):
    """The code that was sent to an address."""

    channel = _channel()
    code = fields.String(
        required=True,
        validate=[Length(max=10), Regexp(shapes.SOUND)],
        metadata=_described("收到的 6 位验证码 / the 6 digits that were sent"),
    )


class VerifyAddress(AddressCode):
    """The command: use the address from now on."""

    account = _account()


class WhichAddress(Schema):
    """Which address."""

    channel = _channel()


class RemoveAddress(WhichAddress):
    """The command: tell somebody nothing there any more."""

    account = _account()


class LeaveReporter(Schema):
    """The command: keep how whoever files a matter is told of it, under the id that was made for it at the door; or
    how a neighbour is who joined it, under the neighbour's own."""

    id = shapes.id_of("诉求编号，或附议邻居的编号 / id of the grievance, or of the neighbour who joined it")
    joined = fields.UUID(load_default=None, allow_none=True)
    community = shapes.community(required=True)
    account = fields.UUID(load_default=None, allow_none=True)
    phone = shapes.phone(load_default=None, allow_none=True)
    language = fields.String(load_default="zh", validate=OneOf(LANGUAGES))


class ReporterLeft(Schema):
    """It is kept."""

    left = fields.Boolean(required=True)


class ExportPerson(shapes.OfPerson):
    """The question: everything that is kept of somebody's notices."""
