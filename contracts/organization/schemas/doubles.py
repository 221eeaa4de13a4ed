"""Shapes of what is asked and answered about two entries of the register that may be one and the same person."""

from typing import Any

from marshmallow import Schema, fields
from marshmallow.validate import Length, OneOf, Range

from contracts import shapes
from contracts.organization.schemas import PersonOut

SIDES = ("kept", "gone")
REASONS = ("name_birth", "name_household", "name_birth_year", "phone")


def _described(zh_en: str) -> dict[str, str]:
    return {"description": zh_en}


def _version(zh_en: str) -> fields.Integer:
    return fields.Integer(
        required=True, validate=Range(min=0, max=2_000_000_000), metadata=_described(f"{zh_en} / version seen")
    )


def _side(zh_en: str) -> fields.String:
    return fields.String(validate=OneOf(SIDES), metadata=_described(zh_en))


def _id(zh_en: str, **more: Any) -> fields.UUID:
    return fields.UUID(metadata=_described(zh_en), **more)


def _volunteer(zh_en: str) -> fields.UUID:
    return _id(zh_en, load_default=None, allow_none=True)


class ListDoubles(shapes.Page):
    """The question: who may be registered twice."""

    community = shapes.community(required=True)
    reason = fields.String(validate=OneOf(REASONS), metadata=_described("只列出因此可疑的 / only those alike in this"))


class FilterDoubles(ListDoubles):
    """The same, where the address names the community."""

    class Meta:
        exclude = ("community",)


class DoubleOut(Schema):
    """Two entries that may be one person, and what speaks for it."""

    id = fields.UUID(metadata=_described("两条中的一条 / one of the two"))
    community = fields.String()
    one = fields.Nested(PersonOut)
    other = fields.Nested(PersonOut)
    reasons = fields.List(
        fields.String(),
        metadata=_described("依据：姓名与生日、姓名与住户、姓名与出生年、电话 / alike in: " + ", ".join(REASONS)),
    )


class WithWhom(Schema):
    """The other entry, which would be part of this one."""

    gone_id = _id("并入并不再保留的那条登记 / the entry that becomes part of this one", required=True)


class PreviewMerge(WithWhom):
    """The question: what merging two entries would do."""

    kept_id = _id("保留的登记 / the entry that stays", required=True)


class Staying(Schema):
    """Of which entry the value stays, field by field; where nothing is said, the one written later that says something
    does."""

    name = _side("姓名 / name")
    number = _side("编号 / number")
    sex = _side("性别 / sex")
    born_on = _side("出生日期 / date of birth")
    household = _side("住户 / household")
    phone = _side("电话 / telephone")


class Merge(WithWhom):
    """Which entry becomes part of this one, as both were seen, and whose values stay."""

    version = _version("看到的保留登记的版本")
    gone_version = _version("看到的另一条登记的版本")
    kept_volunteer_id = _volunteer("此人登记了两次志愿者时：保留哪一条 / where they are a volunteer twice: which stays")
    gone_volunteer_id = _volunteer("并入的志愿者登记 / the volunteer that becomes part of it")
    stays = fields.Nested(Staying, load_default=dict, metadata=_described("逐项保留哪一条的 / whose value stays"))


class MergePeople(Merge):
    """The command."""

    kept_id = _id("保留的登记 / the entry that stays", required=True)
    by = fields.String(required=True, validate=Length(max=60))


class NotTheSame(Schema):
    """Somebody else, who only looks like the same person."""

    other_id = _id("不是同一人的另一条登记 / the entry of somebody else", required=True)


class TellApart(NotTheSame):
    """The command: these are two people."""

    id = _id("一条登记 / an entry", required=True)
    by = fields.String(required=True, validate=Length(max=60))


class FieldOut(Schema):
    """What two entries say differently, and whose value stays unless somebody chooses."""

    field = fields.String()
    kept = fields.String(allow_none=True)
    gone = fields.String(allow_none=True)
    stays = fields.String(metadata=_described("kept, gone"))


class MergePreviewOut(Schema):
    """What merging two entries would do."""

    id = fields.UUID(metadata=_described("保留的登记 / the entry that stays"))
    community = fields.String()
    kept = fields.Nested(PersonOut)
    gone = fields.Nested(PersonOut)
    differing = fields.List(fields.Nested(FieldOut))
    posts = fields.Integer(metadata=_described("转到保留登记的任职 / terms in posts that move"))
    leaves = fields.Integer(metadata=_described("转到保留登记的请假 / leaves that move"))
    consents = fields.Integer(metadata=_described("转到保留登记的同意记录 / consents that move"))
    withdrawn = fields.List(
        fields.String(), metadata=_described("一条同意、一条已撤回，按撤回处理的用途 / purposes that end withdrawn")
    )
    portrait = fields.Boolean(metadata=_described("照片是否转来 / whether a portrait moves"))
    cases = fields.Integer(metadata=_described("改由保留登记负责的诉求 / cases that are theirs then"))
