"""Shapes of following a case without an account: by its receipt number and a proof."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from contracts import shapes
from contracts.grievance.schemas.pictures import PictureOut

RECEIPT = r"[0-9]{8}-?[0-9]{4}-?[0-9]{5}\Z"
CLAIM = r"[0-9]{4}[- ]?[0-9]{4}[- ]?[0-9]{5}\Z"


class Proof(Schema):
    """The receipt number, and the telephone left with it or the claim given with it."""

    receipt = fields.String(
        required=True, validate=validate.Regexp(RECEIPT), metadata={"description": "回执编号 / receipt number"}
    )
    phone = shapes.phone("提交时留的电话 / the telephone left when filing")
    claim = fields.String(
        validate=validate.Regexp(CLAIM),
        metadata={"description": "查询码 / the claim that came with the receipt"},
    )

    @validates_schema
    def _check_proof(self, sent: dict[str, Any], **_more: Any) -> None:
        if not (sent.get("phone") or sent.get("claim")):
            raise ValidationError("Missing data for required field.", "phone")


class WithdrawByReceipt(Proof):
    """The filer withdraws the case."""

    reason = shapes.remark(2000, "理由 / reason")


class Amendment(Schema):
    """What the resident meant instead; what is left out stays."""

    description = fields.String(
        validate=[validate.Length(min=1, max=10_000), validate.Regexp(shapes.SAYING_SOMETHING)],
        metadata={"description": "情况说明 / what it is about"},
    )
    category = fields.String(
        validate=validate.Length(min=1, max=40), metadata={"description": "类别代码 / category code"}
    )
    place = shapes.place("地点代码 / code of a place")


class AmendByReceipt(Proof, Amendment):
    """The filer amends the case."""


class AmendGrievance(Amendment):
    """The command."""

    id = fields.UUID(required=True)


class AnswerByReceipt(Proof):
    """One tap: is it solved, and how content are you?"""

    solved = fields.Boolean(required=True, metadata={"description": "解决了吗 / is it solved"})
    score = fields.Integer(
        strict=True,
        validate=validate.Range(min=1, max=5),
        metadata={"description": "满意度 1–5,解决了才需要 / how content, where it is solved"},
    )
    comment = shapes.remark(2000, "评语 / comment")
    reason = shapes.remark(2000, "没有解决的原因 / what is not solved")

    @validates_schema
    def _check_answer(self, sent: dict[str, Any], **_more: Any) -> None:
        if sent.get("solved") and sent.get("score") is None:
            raise ValidationError("Missing data for required field.", "score")


class ReopenByReceipt(Proof):
    """The filer wants the case taken up again."""

    reason = shapes.text(2000, "没有解决的原因 / what is not solved", required=True)


class ProgressOut(Schema):
    """What happened, as far as it concerns whoever follows."""

    at = fields.DateTime()
    what = fields.String()
    who = fields.String()
    note = fields.String()


class ReachedLeaderOut(Schema):
    """Who is responsible, with the telephone that the community publishes."""

    id = fields.UUID()
    name = fields.String()
    post = fields.String()
    at = fields.String(
        allow_none=True, metadata={"description": "移交而来的，负责人任职的地点 / place of the post, if handed over"}
    )
    phone = fields.String(allow_none=True)


class FollowedPictureOut(PictureOut):
    """A picture, with addresses that open it for an hour and name nobody."""

    address = fields.String()
    small = fields.String()


class FollowedPauseOut(Schema):
    """That a case stands still; its words are for the filer only."""

    kind = fields.String(metadata={"description": "等什么 / material, resident, season, authority, other"})
    since = fields.DateTime()
    until = fields.Date(metadata={"description": "到哪天，当天自动继续 / on this day it goes on by itself"})
    words = fields.String(metadata={"description": "理由，仅提交人可见 / why, shown to the filer only"})


class FollowedOut(Schema):
    """A case as whoever filed or joined it sees it."""

    id = fields.UUID()
    receipt = fields.String()
    community = fields.String()
    follows_as = fields.String(metadata={"description": "filer, neighbour"})
    status = fields.String()
    category = fields.String()
    place = fields.String()
    filed_at = fields.DateTime()
    respond_by = fields.DateTime()
    resolve_by = fields.DateTime()
    round = fields.Integer()
    responded = fields.Boolean(
        metadata={"description": "接办过，现等新负责人接办 / was in hand before another leader got it"}
    )
    neighbours = fields.Integer()
    leader = fields.Nested(ReachedLeaderOut, allow_none=True)
    description = fields.String(metadata={"description": "仅提交人可见 / shown to the filer only"})
    pause = fields.Nested(
        FollowedPauseOut, allow_none=True, metadata={"description": "暂停办理，没有则空 / it stands still; else null"}
    )
    resolution = fields.String(metadata={"description": "仅提交人可见 / shown to the filer only"})
    score = fields.Integer(allow_none=True)
    progress = fields.List(fields.Nested(ProgressOut))
    pictures = fields.List(fields.Nested(FollowedPictureOut))
    claim = fields.String(metadata={"description": "查询码 / claim: opens the case again without the telephone"})
    allowed = fields.List(
        fields.String(), metadata={"description": "现在可以做 / possible now: withdraw, amend, rate, reopen"}
    )
    change_until = fields.DateTime(
        allow_none=True, metadata={"description": "此时之前可撤回、修改 / withdrawn and amended until then"}
    )
    reopen_until = fields.DateTime(
        allow_none=True, metadata={"description": "此时之前可重新办理 / reopened until then"}
    )
