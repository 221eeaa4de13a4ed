"""Shapes of what is asked and answered about one person's data: exports and erasures."""

from marshmallow import Schema, fields
from marshmallow.validate import Length, OneOf

from contracts import shapes

ERASURE_REASONS = (
    "asked_by_person",
    "asked_by_guardian",
    "consent_withdrawn",
    "moved_away",
    "deceased",
    "unlawful",
)


def _described(zh_en: str) -> dict[str, str]:
    return {"description": zh_en}


def _reason() -> fields.String:
    told = _described("为何删除 / why they are erased")
    return fields.String(required=True, validate=OneOf(ERASURE_REASONS), metadata=told)


class ExportPerson(shapes.OfPerson):
    """The question: everything that the organization service keeps of a person."""


class AlsoKnownAs(Schema):
    """Under which other ids somebody is known: nothing links them by itself."""

    volunteer_id = fields.UUID(metadata=_described("志愿者编号 / their id as a volunteer"))
    account_id = fields.UUID(metadata=_described("账号编号 / the id of their account"))


class AskForErasure(AlsoKnownAs):
    """Why a person is erased, and under which other ids they are known."""

    reason = _reason()


class ErasePerson(Schema):
    """The command: remove what is kept of a person, here and in every other service."""

    id = fields.UUID(required=True)
    erasure_id = fields.UUID(required=True)
    community = shapes.community(required=True)
    known_as = fields.List(fields.UUID(), required=True, validate=Length(min=1, max=shapes.MOST_IDS))
    reason = _reason()
    asked_by = fields.String(required=True, validate=Length(max=60))


class GetErasure(Schema):
    """The question: how far the erasure of a person is."""

    id = fields.UUID(required=True)


class TwoLanguages(Schema):
    """A sentence in Chinese and in English."""

    zh = fields.String(required=True)
    en = fields.String(required=True)


class KeptRowsOut(Schema):
    """Rows of one table, as far as they are of one class of data."""

    kept_in = fields.String(metadata=_described("所在表 / the table they are kept in"))
    kind = fields.String(data_key="class", metadata=_described("数据类别 / class of data"))
    kept_for = fields.Nested(TwoLanguages)
    rows = fields.List(fields.Dict())


class ServiceExportOut(Schema):
    """What one service keeps of a person."""

    service = fields.String()
    kept = fields.List(fields.Nested(KeptRowsOut))


class PersonExportOut(Schema):
    """Everything that is kept of a person, by service and class, with what it is kept for."""

    id = fields.UUID()
    community = fields.String()
    known_as = fields.List(fields.UUID())
    exported_at = fields.DateTime()
    services = fields.List(fields.Nested(ServiceExportOut))
    not_found_by_itself = fields.Nested(TwoLanguages)


class ClassCountOut(Schema):
    """In how many rows something of a class was removed."""

    kind = fields.String(data_key="class")
    count = fields.Integer()


class KeptReasonOut(TwoLanguages):
    """Why something stays."""

    code = fields.String()


class ErasureAnswerOut(Schema):
    """What one service removed, and when."""

    service = fields.String()
    erased_at = fields.DateTime(allow_none=True, metadata=_described("尚未答复为空 / null until it has answered"))
    removed = fields.List(fields.Nested(ClassCountOut))
    kept = fields.List(fields.Nested(KeptReasonOut))


class ErasureOut(Schema):
    """The erasure of a person: who asked and why, and how far each service is."""

    id = fields.UUID()
    community = fields.String()
    erasure_id = fields.UUID()
    known_as = fields.List(fields.UUID())
    reason = fields.String()
    asked_by = fields.String()
    asked_at = fields.DateTime()
    complete = fields.Boolean()
    services = fields.List(fields.Nested(ErasureAnswerOut))
    not_found_by_itself = fields.Nested(TwoLanguages)
