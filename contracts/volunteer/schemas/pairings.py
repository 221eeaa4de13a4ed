"""Shapes of pairings: one helper a person for each kind of help, and how they keep in touch."""

from marshmallow import Schema, fields
from marshmallow.validate import Length, OneOf, Range

from contracts import shapes

HELP_TYPES = ("schooling", "medical", "hardship", "care")
CONTACT_KINDS = ("visit", "meeting", "phone", "message")
PAIRING_STATES = ("active", "ended")
END_REASONS = ("no_longer_needed", "moved_away", "deceased", "asked", "other")


class NewPairing(Schema):
    """Somebody shall be helped by one volunteer, with one thing."""

    community = shapes.community(required=True)
    person_id = shapes.id_of("帮扶对象（居民编号） / whom to help: id of the resident")
    volunteer_id = shapes.id_of("帮扶人 / who helps: id of the volunteer")
    help_type = fields.String(
        required=True,
        validate=OneOf(HELP_TYPES),
        metadata={"description": "帮扶类型：schooling 助学, medical 助医, hardship 助困, care 关爱陪伴 / with what"},
    )
    hardship = shapes.text(
        200,
        "困难类别或情况，加密，只有办公室看得到 / what hardship, encrypted and for the office only",
        load_default=None,
        allow_none=True,
    )
    cadence_days = fields.Integer(
        load_default=30,
        strict=True,
        validate=Range(min=1, max=365),
        metadata={"description": "至少多少天联系一次 / days within which to be in touch again"},
    )


class SetUpPairing(NewPairing):
    """The command: with the id, and with name and home of whom to help, as the door found them."""

    id = shapes.id_of("结对编号 / id of the pairing")
    beneficiary = shapes.text(100, "帮扶对象姓名 / name of whom to help", required=True)
    place = shapes.place("住处 / where they live", required=True)
    path = fields.List(
        fields.String(validate=shapes.CODE),
        load_default=list,
        validate=Length(max=10),
        metadata={"description": "从社区到住处的各级代码 / codes from the community down to where they live"},
    )


class PairingContact(Schema):
    """The helper was in touch."""

    contacted_on = fields.Date(
        load_default=None, allow_none=True, metadata={"description": "联系日期，不填为今天 / day; today if left out"}
    )
    kind = fields.String(
        required=True,
        validate=OneOf(CONTACT_KINDS),
        metadata={"description": "方式：visit 上门, meeting 见面, phone 电话, message 微信或短信 / how"},
    )
    note = shapes.remark(500, "简短记录，加密保存 / a short note, kept encrypted")


class LogContact(PairingContact):
    """The command."""

    id = shapes.id_of("结对编号 / id of the pairing")
    contact_id = shapes.id_of("联系记录编号 / id of the contact")


class HandOverStep(Schema):
    """Somebody else helps from now on."""

    volunteer_id = shapes.id_of("新的帮扶人 / the new helper")


class HandOverPairing(HandOverStep):
    """The command."""

    id = shapes.id_of("结对编号 / id of the pairing")


class EndPairingStep(Schema):
    """The pairing ends."""

    reason = fields.String(
        required=True,
        validate=OneOf(END_REASONS),
        metadata={
            "description": "原因：no_longer_needed 困难已缓解, moved_away 搬离, deceased 去世, asked 本人要求, "
            "other 其他 / why"
        },
    )
    note = shapes.text(500, "说明，加密保存 / in words, kept encrypted", load_default=None, allow_none=True)


class EndPairing(EndPairingStep):
    """The command."""

    id = shapes.id_of("结对编号 / id of the pairing")


class GetPairing(Schema):
    """Which pairing."""

    id = shapes.id_of("结对编号 / id of the pairing")


class GetHardship(GetPairing):
    """Of which pairing it is asked why somebody is helped."""


class ListPairings(shapes.Page):
    """Which pairings, those due first first."""

    community = shapes.community()
    volunteer_id = shapes.id_of("帮扶人 / who helps now", required=False)
    person_id = shapes.id_of("帮扶对象 / whom it is for", required=False)
    help_type = fields.String(validate=OneOf(HELP_TYPES), metadata={"description": "帮扶类型 / with what"})
    state = fields.String(validate=OneOf(PAIRING_STATES), metadata={"description": "状态 / active or ended"})
    overdue = fields.Boolean(
        metadata={"description": "超期未联系或没有帮扶人的 / those overdue or without a helper, or the others"}
    )


class PairingRow(Schema):
    """A pairing in a list: whom to keep up with, never why."""

    id = fields.UUID()
    community = shapes.community()
    beneficiary_id = fields.UUID(metadata={"description": "帮扶对象（居民编号） / id of the resident"})
    beneficiary = fields.String(metadata={"description": "帮扶对象姓名 / name of whom to help"})
    place = fields.String(metadata={"description": "住处代码 / code of where they live"})
    place_name = fields.String(metadata={"description": "楼院、楼栋名称，可为空 / courtyard and building in words"})
    help_type = fields.String(validate=OneOf(HELP_TYPES), metadata={"description": "帮扶类型 / with what"})
    help_name = fields.String(metadata={"description": "帮扶类型名称 / with what, in Chinese words"})
    volunteer_id = fields.UUID(allow_none=True, metadata={"description": "现在的帮扶人 / who helps now, if anybody"})
    helper = fields.String(allow_none=True, metadata={"description": "帮扶人姓名 / the helper's name"})
    cadence_days = fields.Integer(metadata={"description": "至少多少天联系一次 / days between contacts at most"})
    started_on = fields.Date(metadata={"description": "结对日期 / since when"})
    last_contact_on = fields.Date(allow_none=True, metadata={"description": "最近联系 / last contact"})
    due_on = fields.Date(metadata={"description": "最晚哪天联系 / next contact is due by"})
    is_overdue = fields.Boolean(metadata={"description": "是否超期 / whether it is overdue today"})
    state = fields.String(validate=OneOf(PAIRING_STATES), metadata={"description": "状态 / active or ended"})
    ended_on = fields.Date(allow_none=True, metadata={"description": "结束日期 / when it ended"})
    end_reason = fields.String(allow_none=True, metadata={"description": "结束原因 / why it ended, as a code"})


class HelpingOut(Schema):
    """Who helped, and when."""

    volunteer_id = fields.UUID()
    name = fields.String(allow_none=True, metadata={"description": "姓名 / name"})
    since = fields.Date(metadata={"description": "起 / from"})
    until = fields.Date(allow_none=True, metadata={"description": "止 / until"})


class ContactOut(Schema):
    """One contact."""

    id = fields.UUID()
    contacted_on = fields.Date(metadata={"description": "联系日期 / day"})
    kind = fields.String(validate=OneOf(CONTACT_KINDS), metadata={"description": "方式 / how"})
    by = fields.String(allow_none=True, metadata={"description": "谁联系的 / who was in touch"})
    note = fields.String(metadata={"description": "简短记录 / a short note"})


class PairingOut(PairingRow):
    """A pairing with all its helpers and contacts, newest first."""

    helpers = fields.List(fields.Nested(HelpingOut), metadata={"description": "历任帮扶人 / who has helped"})
    contacts = fields.List(fields.Nested(ContactOut), metadata={"description": "联系记录 / contacts"})


class HardshipOut(Schema):
    """Why somebody is helped, for those who must know."""

    id = fields.UUID(metadata={"description": "结对编号 / id of the pairing"})
    community = shapes.community()
    beneficiary_id = fields.UUID(metadata={"description": "帮扶对象（居民编号） / id of the resident"})
    hardship = fields.String(allow_none=True, metadata={"description": "困难类别或情况 / what hardship"})
    end_note = fields.String(allow_none=True, metadata={"description": "结束说明 / what was said at its end"})
