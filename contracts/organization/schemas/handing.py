"""Shapes of handing a case to another leader, and of a leader's giving it back."""

from marshmallow import Schema, fields

from contracts import shapes

LONGEST_REASON = 500


def _described(zh_en: str) -> dict[str, str]:
    return {"description": zh_en}


class _Change(Schema):
    """What both say."""

    reason = shapes.text(
        LONGEST_REASON, "理由，办理的人会看到 / why, which those who handle the case read", required=True
    )
    by = shapes.remark(100, "经办人 / who does it")
    from_id = fields.UUID(
        allow_none=True,
        metadata=_described(
            "看到的负责人，空：还没有；其间换了人则答 409，不覆盖 / the leader that was seen, null: nobody; where that "
            "has changed the answer is 409 and nothing is overwritten"
        ),
    )
    step_id = fields.UUID(
        metadata=_described("这一步自己的编号：重发不会做两次 / this step's own id: sent again, it is not taken twice")
    )


class HandCaseOverStep(_Change):
    """Somebody else is to lead the case."""

    to_id = shapes.id_of("移交给谁：现任网格长、楼栋长或社区书记 / to whom: somebody who holds such a post today")


class HandCaseOver(HandCaseOverStep):
    """The command; `by_account` is the account of whoever asks."""

    id = shapes.id_of("诉求 / the grievance")
    by_account = fields.UUID(load_default=None, allow_none=True)


class GiveCaseBackStep(_Change):
    """Whoever leads the case says that it is not theirs."""


class GiveCaseBack(GiveCaseBackStep):
    """The command; `by_account` is the account of whoever asks."""

    id = shapes.id_of("诉求 / the grievance")
    by_account = fields.UUID(load_default=None, allow_none=True)


class LeaderNowOut(Schema):
    """Whoever leads a case."""

    id = fields.UUID()
    name = fields.String()
    post = fields.String(metadata=_described("grid_leader, building_leader, community_secretary"))
    at = fields.String(allow_none=True, metadata=_described("任职地点 / place of the post"))


class LedOut(Schema):
    """Who leads a case now, as the organization knows it; the case itself shows it in a moment."""

    id = fields.UUID(metadata=_described("诉求 / the grievance"))
    community = fields.String()
    round = fields.Integer()
    leader = fields.Nested(
        LeaderNowOut,
        allow_none=True,
        metadata=_described("空：退单后暂无负责人 / null: nobody, after it was given back"),
    )
