"""Shapes of what is asked about one person's data in cases."""

from marshmallow import Schema, fields

from contracts import shapes


class ExportPerson(shapes.OfPerson):
    """The question: everything that cases say of a person."""


class FindByPhone(Schema):
    """The question: what was filed and joined with a telephone, without an account."""

    community = shapes.community(required=True)
    phone = shapes.phone("电话 / telephone", required=True)


class FoundByPhone(Schema):
    """Ids of cases, and of neighbours who joined one."""

    ids = fields.List(fields.UUID())
