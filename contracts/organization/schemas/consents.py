"""Shapes of what is asked and answered about consents: who agreed to what, when and how, and when it was taken back."""

from marshmallow import Schema, fields
from marshmallow.validate import OneOf, Regexp

from contracts import shapes

PURPOSES = {
    "health_record": ("老年人健康档案与上门随访", "health record and home visits", 29),
    "hardship": ("困难帮扶、救助、残疾信息", "hardship, assistance and disability", 29),
    "rehabilitation": ("帮教、矫正等特定身份信息", "rehabilitation and other particular status", 29),
    "whereabouts": ("行踪信息", "whereabouts", 29),
    "images": ("公共场所采集的图像用于公共安全以外", "images taken in public, for more than public security", 26),
    "publication": ("公开个人信息", "making personal data public", 25),
    "sharing": ("向其他单位提供个人信息", "giving personal data to another body", 23),
}
"""What somebody is asked for apart from everything else: words, and the article of the PIPL that has it asked."""

WAYS = ("written", "spoken", "electronic")
GIVERS = ("self", "guardian")


def _described(zh_en: str) -> dict[str, str]:
    return {"description": zh_en}


def _purpose() -> fields.String:
    told = _described("用途，每项单独同意 / what for: each is agreed to apart")
    return fields.String(required=True, validate=OneOf(tuple(PURPOSES)), metadata=told)


def _way(zh_en: str) -> fields.String:
    return fields.String(required=True, validate=OneOf(WAYS), metadata=_described(zh_en))


class NewConsent(Schema):
    """Somebody has agreed to one use of their data."""

    purpose = _purpose()
    given_on = fields.Date(required=True, metadata=_described("同意日期 / the day on which they agreed"))
    how = _way("书面、口头或电子 / in writing, in words or electronically")
    given_by = fields.String(
        load_default="self",
        validate=OneOf(GIVERS),
        metadata=_described("本人或监护人 / the person or a guardian"),
    )
    notice = fields.String(
        load_default=None,
        allow_none=True,
        validate=Regexp(r"[0-9A-Za-z._-]{1,40}\Z"),
        metadata=_described("所告知的文本编号或版本 / number or version of the text that they were shown"),
    )


class RecordConsent(NewConsent):
    """The command: whom it is about, and which account wrote it down."""

    person_id = fields.UUID(required=True)
    recorded_by = fields.String(required=True, validate=Regexp(r"[0-9A-Za-z-]{1,60}\Z"))


class NewWithdrawal(Schema):
    """Somebody takes back what they had agreed to."""

    purpose = _purpose()
    withdrawn_on = fields.Date(required=True, metadata=_described("撤回日期 / the day on which they took it back"))
    how = _way("以何种方式撤回 / how they took it back")


class WithdrawConsent(NewWithdrawal):
    """The command."""

    person_id = fields.UUID(required=True)
    recorded_by = fields.String(required=True, validate=Regexp(r"[0-9A-Za-z-]{1,60}\Z"))


class GetConsents(Schema):
    """The question: to what a person has agreed."""

    person_id = fields.UUID(required=True)


class WithdrawalOut(Schema):
    """How a consent was taken back."""

    withdrawn_on = fields.Date()
    how = fields.String(validate=OneOf(WAYS))
    recorded_by = fields.String(metadata=_described("登记的账号 / the account that wrote it down"))
    recorded_at = fields.AwareDateTime()


class ConsentOut(Schema):
    """One consent, in force until it is taken back."""

    purpose = fields.String(validate=OneOf(tuple(PURPOSES)))
    zh = fields.String(metadata=_described("用途 / what for, in Chinese"))
    en = fields.String(metadata=_described("用途 / what for, in English"))
    article = fields.Integer(metadata=_described("个人信息保护法第几条 / article of the PIPL that has it asked"))
    in_force = fields.Boolean(metadata=_described("现在是否有效 / whether it holds now"))
    given_on = fields.Date()
    how = fields.String(validate=OneOf(WAYS))
    given_by = fields.String(validate=OneOf(GIVERS))
    notice = fields.String(allow_none=True)
    recorded_by = fields.String(metadata=_described("登记的账号 / the account that wrote it down"))
    recorded_at = fields.AwareDateTime()
    withdrawn = fields.Nested(WithdrawalOut, allow_none=True, metadata=_described("撤回；有效则为空 / null in force"))


class ConsentsOut(Schema):
    """Everything that a person has agreed to, the latest first, with what was taken back since."""

    id = fields.UUID(metadata=_described("此人 / the person"))
    community = shapes.community()
    consents = fields.List(fields.Nested(ConsentOut))
