"""Shapes of pictures: kept, attached, shown."""

from marshmallow import Schema, fields, validate

from contracts import shapes

MOST_REPORTED = 5
"""Pictures that may come with a filing."""

MOST_HANDLED = 10
"""Pictures of each kind that those who handle a case may add."""

HANDLED = ("before", "after")
KINDS = ("reported", *HANDLED)
SIZES = ("full", "small")

LARGEST = 4_000_000
"""Characters of a picture in base64: what the door makes of one takes a tenth of it."""


class PictureOut(Schema):
    """A picture of a case."""

    id = fields.UUID()
    kind = fields.String(metadata={"description": "reported, before, after"})
    added_at = fields.DateTime()
    width = fields.Integer()
    height = fields.Integer()


class KeptPictureOut(Schema):
    """The answer to a picture that was sent: its id goes into the filing."""

    id = fields.UUID()
    width = fields.Integer()
    height = fields.Integer()


class KeepPicture(Schema):
    """The command: a picture that the door has made anew, in two sizes."""

    id = fields.UUID(required=True)
    community = shapes.community(required=True)
    image = fields.String(required=True, validate=validate.Length(min=1, max=LARGEST))
    small = fields.String(required=True, validate=validate.Length(min=1, max=LARGEST))
    width = fields.Integer(required=True)
    height = fields.Integer(required=True)
    added_by = fields.UUID(allow_none=True, load_default=None)


class AddPicture(KeepPicture):
    """The command: a picture by those who handle the case."""

    grievance_id = fields.UUID(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(HANDLED))


class FindPicture(Schema):
    """Which picture; the answer says whose case it belongs to."""

    id = fields.UUID(required=True)


class GetPicture(FindPicture):
    """Which picture, and how big."""

    size = fields.String(load_default="full", validate=validate.OneOf(SIZES))


class PictureSize(Schema):
    """How big."""

    size = fields.String(
        load_default="full", validate=validate.OneOf(SIZES), metadata={"description": "大图、小图 / full, small"}
    )


class PictureFile(Schema):
    """A JPEG."""
