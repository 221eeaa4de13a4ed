"""Shapes of editing one place and one person by hand."""

from typing import Any

from marshmallow import Schema, fields, validate

from contracts import shapes
from contracts.organization.schemas import PLACE_KINDS

SEXES = ("male", "female", "unknown")
PHONE = validate.Regexp(r"\+?[0-9][0-9 -]{4,18}[0-9]\Z")


def _described(zh_en: str) -> dict[str, str]:
    return {"description": zh_en}


def _phone(**more: Any) -> fields.String:
    told = _described("电话 / telephone")
    return fields.String(allow_none=True, validate=PHONE, metadata=told, **more)


def _born_on(**more: Any) -> fields.Date:
    return fields.Date(allow_none=True, metadata=_described("出生日期 / date of birth"), **more)


def _sex(**more: Any) -> fields.String:
    return fields.String(validate=validate.OneOf(SEXES), metadata=_described("性别 / " + ", ".join(SEXES)), **more)


class Seen(Schema):
    """Which version whoever changes something has seen."""

    version = fields.Integer(
        required=True,
        validate=validate.Range(min=0, max=2_000_000_000),
        metadata=_described("看到的版本；别人先改了就不覆盖 / version seen; nobody else's change is overwritten"),
    )


class NewPlace(Schema):
    """A place to be added."""

    code = shapes.place("编码 / code", required=True)
    kind = fields.String(
        required=True, validate=validate.OneOf(PLACE_KINDS[1:]), metadata=_described("类型 / kind of place")
    )
    name = shapes.text(60, "名称 / name", required=True)
    parent = shapes.place("上级编码 / code of the place above", required=True)
    aged = fields.Boolean(load_default=False, metadata=_described("老旧楼院 / an aged courtyard"))
    boundary = shapes.remark(500, "四至 / where its bounds run")


class AddPlace(NewPlace):
    """The command."""

    community = shapes.community(required=True)


class PlaceChanges(Seen):
    """What is to be different; what is not named stays."""

    name = shapes.text(60, "名称 / name")
    aged = fields.Boolean(metadata=_described("老旧楼院 / an aged courtyard"))
    boundary = fields.String(
        validate=validate.And(validate.Length(max=500), validate.Regexp(shapes.SOUND)),
        metadata=_described("四至 / where its bounds run"),
    )


class ChangePlace(PlaceChanges):
    """The command."""

    community = shapes.community(required=True)
    code = shapes.place("编码 / code", required=True)


class ClosePlace(Seen):
    """The command; the same to open it again."""

    community = shapes.community(required=True)
    code = shapes.place("编码 / code", required=True)


class NewPerson(Schema):
    """Somebody to be registered."""

    community = shapes.community(required=True)
    number = shapes.remark(40, "名册编号，可不填 / number in the register, where there is one")
    name = shapes.text(40, "姓名 / name", required=True)
    born_on = _born_on(load_default=None)
    sex = _sex(load_default="unknown")
    household = fields.String(
        load_default=None,
        allow_none=True,
        validate=shapes.CODE,
        metadata=_described("住户编码 / code of the household"),
    )
    phone = _phone(load_default=None)


class PersonChanges(Seen):
    """What is to be different; what is not named stays."""

    name = shapes.text(40, "姓名 / name")
    born_on = _born_on()
    sex = _sex()
    phone = _phone()


class ChangePerson(PersonChanges):
    """The command."""

    id = fields.UUID(required=True)


class NewHome(Seen):
    """Where somebody moves to."""

    household = shapes.place("迁入住户编码 / code of the household moved to", required=True)


class MovePerson(NewHome):
    """The command."""

    id = fields.UUID(required=True)


class Departure(Seen):
    """When somebody left the community."""

    left_on = fields.Date(required=True, metadata=_described("迁出日期 / day on which they left"))


class DepartPerson(Departure):
    """The command."""

    id = fields.UUID(required=True)
