"""Shapes of what neighbours see of open matters, and of joining one."""

from marshmallow import Schema, fields, validate

from contracts import shapes


class ListNearby(shapes.Page):
    """Open matters around a place: its courtyard with all below it, and the grid itself."""

    community = shapes.community(required=True)
    place = shapes.place("地点代码 / code of a place", required=True)


class NearbyOut(Schema):
    """An open matter as neighbours see it: nobody's words and nobody's name."""

    id = fields.UUID()
    community = fields.String()
    category = fields.String()
    place = fields.String(metadata={"description": "至楼栋为止 / a building at the closest"})
    place_name = fields.String()
    status = fields.String()
    filed_at = fields.DateTime()
    respond_by = fields.DateTime()
    resolve_by = fields.DateTime()
    neighbours = fields.Integer(metadata={"description": "几位邻居附议 / how many neighbours said “me too”"})


class JoinStep(Schema):
    """Me too: known by the account, a telephone, or a key that the page keeps."""

    phone = shapes.phone("电话，可不留；留了才能被通知 / telephone, to be told how it goes")
    key = fields.String(
        load_default="",
        validate=validate.Regexp(r"[\x21-\x7e]{0,200}\Z"),
        metadata={
            "description": "页面为这位访客保存的随机串，须难以猜到 / a random word that the page keeps for a visitor, "
            "hard to guess: whoever knows it is taken for them"
        },
    )


class JoinGrievance(JoinStep):
    """The command, with the id made at the door."""

    id = fields.UUID(required=True)
    neighbour_id = fields.UUID(required=True)
    account = fields.UUID(allow_none=True, load_default=None)


class JoinForCallerStep(Schema):
    """Me too, for somebody who called: known by their telephone."""

    phone = shapes.phone("来电人的电话 / telephone of whoever calls", required=True)


class JoinForCaller(JoinForCallerStep):
    """The command, with the id made at the door."""

    id = fields.UUID(required=True)
    neighbour_id = fields.UUID(required=True)


class Caller(Schema):
    """Somebody who calls, as the telephone shows them: in the body, for a number has no place in an address."""

    phone = shapes.phone("来电人的电话 / telephone of whoever calls", required=True)


class ListOfCaller(shapes.Page, Caller):
    """The question: what they filed and joined."""

    community = shapes.community(required=True)


class JoinedOut(Schema):
    """What a neighbour who joined is given: a number of their own to follow the case with. Both are null where only a
    telephone was sent that counts already: it may be somebody else's."""

    id = fields.UUID()
    receipt = fields.String(
        allow_none=True, metadata={"description": "附议回执编号 / receipt number of one's own, or null"}
    )
    claim = fields.String(allow_none=True, metadata={"description": "查询码 / claim, or null"})
    neighbours = fields.Integer()
