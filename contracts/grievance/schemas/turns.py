"""What a step on a case may carry so that it is taken once, and not on what others have changed meanwhile."""

from marshmallow import Schema, fields
from marshmallow.validate import Range


class Turn(Schema):
    """Of any step."""

    expected_version = fields.Integer(
        strict=True,
        validate=Range(min=0),
        metadata={
            "description": "查看时的 version；其间有他人操作则答 409,不覆盖 / the version that was looked at: where "
            "others had a turn since, the answer is 409 and nothing is overwritten"
        },
    )
    step_id = fields.UUID(
        metadata={
            "description": "这一步自己的编号：重发不会做两次 / this step's own id: sent again, it is not taken twice"
        }
    )
