"""Shapes of the responsibility board and of what is shown of officials."""

from marshmallow import Schema, fields, validate

from contracts import shapes
from contracts.organization.schemas import POST_KINDS, CodeAndName, GetPlace

MOST_OF_AN_IMAGE = 2_000_000
"""Characters of base64; a portrait as it is kept has a tenth of it."""


def _described(zh_en: str) -> dict[str, str]:
    return {"description": zh_en}


class GetBoard(GetPlace):
    """The question: whose board."""


class GetPortrait(Schema):
    """Which portrait."""

    id = fields.UUID(required=True)


class GetPublication(Schema):
    """Of whom."""

    id = fields.UUID(required=True)


class Agreed(Schema):
    """The person agrees that the portrait is shown."""

    consent = fields.Boolean(
        required=True,
        validate=validate.Equal(True),
        metadata=_described("本人同意公示照片，须为 true / the person agrees that it is shown: must be true"),
    )


class ShowPortrait(Schema):
    """The command; `by` is the account that recorded the consent."""

    id = fields.UUID(required=True)
    portrait = fields.UUID(required=True)
    image = fields.String(required=True, validate=validate.Length(min=1, max=MOST_OF_AN_IMAGE))
    by = fields.String(required=True, validate=validate.Length(min=1, max=60))


class TakeDownPortrait(Schema):
    """The command."""

    id = fields.UUID(required=True)


class PhoneShown(Schema):
    """Whether somebody's telephone is shown."""

    shown = fields.Boolean(
        required=True, metadata=_described("是否公示电话 / whether the telephone is shown with the post")
    )


class ShowPhone(PhoneShown):
    """The command."""

    id = fields.UUID(required=True)


class BoardHolderOut(Schema):
    """Whoever holds a post, with what is published of them and nothing else."""

    id = fields.UUID(metadata=_described("反映此人时用 / to name whom a complaint is about"))
    name = fields.String()
    phone = fields.String(allow_none=True)
    portrait = fields.UUID(allow_none=True, metadata=_described("照片，见 /portraits/<id> / their portrait"))


class BoardEntryOut(Schema):
    """A post on the board."""

    post = fields.String(metadata=_described(", ".join(POST_KINDS)))
    post_name = fields.Nested(shapes.WordsOut)
    line = fields.String(allow_none=True)
    line_name = fields.Nested(shapes.WordsOut, allow_none=True)
    place = fields.String()
    place_name = fields.String()
    duty = fields.Nested(shapes.WordsOut, metadata=_described("职责 / what the post is for"))
    person = fields.Nested(BoardHolderOut, allow_none=True, metadata=_described("空缺时没有 / none while vacant"))
    since = fields.Date(allow_none=True)


class BoardOut(Schema):
    """The responsibility board of a place."""

    community = fields.String()
    place = fields.String()
    path = fields.List(fields.Nested(CodeAndName), metadata=_described("从社区到这里 / from the community to here"))
    closed_on = fields.Date(
        allow_none=True, metadata=_described("停用日期，停用的不再受理诉求 / closed on; no matter is taken there since")
    )
    on = fields.Date()
    entries = fields.List(fields.Nested(BoardEntryOut), metadata=_described("自上而下 / from the community downward"))


class PortraitOut(Schema):
    """A portrait as the service keeps it; over HTTP it is the JPEG itself."""

    id = fields.UUID()
    community = fields.String()
    image = fields.String()


class PublicationOut(Schema):
    """What somebody has said about being shown."""

    id = fields.UUID()
    community = fields.String()
    phone_shown = fields.Boolean()
    portrait = fields.UUID(allow_none=True)
    consent_recorded_by = fields.String(allow_none=True, metadata=_described("谁记录的同意 / account that recorded it"))
    consented_at = fields.DateTime(allow_none=True)
    withdrawn_at = fields.DateTime(allow_none=True)
