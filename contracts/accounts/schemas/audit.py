"""Shapes of what is asked of the audit and what it answers."""

from datetime import date

from marshmallow import Schema, fields
from marshmallow.validate import Length, OneOf, Range, Regexp

from contracts import shapes

AREA = Regexp(r"([0-9]{12})?\Z")
WHATS = ("contact", "health", "hardship", "audit")
FAULTS = ("changed", "missing", "inserted", "cut_off", "forgotten_early")
MOST_SUBJECTS = 1000

_WORD = Regexp(r"[A-Za-z0-9_.:,@-]*\Z")


def _community(**options: object) -> fields.String:
    told = "社区代码，12 位；空为不属任何社区的 / community code, 12 digits; empty: what belongs to none"
    return fields.String(validate=AREA, metadata={"description": told}, **options)  # type: ignore[arg-type]


def _code(most: int, description: str, **options: object) -> fields.String:
    return fields.String(
        validate=[Length(max=most), _WORD],
        metadata={"description": description},
        **options,  # type: ignore[arg-type]
    )


class OneRead(Schema):
    """What was shown of one community."""

    id = shapes.id_of("审计条目编号，由入口生成 / id of the entry, made at the door")
    community = _community(required=True)
    what = _code(60, "contact 联系方式, health 健康, hardship 困难, audit 审计记录 / classes of data", required=True)
    subjects = fields.List(
        fields.String(validate=Length(max=64)),
        required=True,
        validate=Length(max=MOST_SUBJECTS),
        metadata={"description": "看到了谁的（编号） / of whom: ids"},
    )


class RecordReads(Schema):
    """The command: who is about to be shown what, and why. Answered only once it is kept."""

    at = fields.AwareDateTime(required=True, metadata={"description": "何时 / when"})
    account = _code(64, "账号编号 / account", required=True)
    role = _code(120, "角色 / roles held", required=True)
    session = _code(64, "会话 / session", allow_none=True, load_default=None)
    why = _code(30, "为何 / reason", required=True)
    route = fields.String(required=True, validate=Length(max=200), metadata={"description": "入口路径 / route"})
    correlation = fields.String(load_default="", validate=Length(max=64))
    reads = fields.List(fields.Nested(OneRead), required=True, validate=Length(min=1, max=200))


class Recorded(Schema):
    """How many entries were kept."""

    recorded = fields.Integer()


class ListReads(shapes.Page):
    """Which entries of the audit, the newest first."""

    community = _community()
    subject = fields.String(
        validate=[Length(min=1, max=64), _WORD],
        metadata={"description": "看到了谁的（编号） / of whom: the id of a person, grievance, unit or visit"},
    )
    account = fields.String(
        validate=[Length(min=1, max=64), _WORD],
        metadata={"description": "谁看的（账号编号） / account of whoever read"},
    )
    on = fields.Date(
        validate=Range(min=date(2000, 1, 1), max=date(2999, 12, 31)),
        metadata={"description": "哪一天（北京时间） / on which day, in China"},
    )


class ReadOut(Schema):
    """One entry: who was shown what, of whom, why and when."""

    community = fields.String(metadata={"description": "社区代码 / community"})
    number = fields.Integer(metadata={"description": "在该社区链中的序号 / place in the community's chain, from 1"})
    at = fields.AwareDateTime(metadata={"description": "何时 / when"})
    account = fields.String(metadata={"description": "谁（账号编号） / account; nobody where none was signed in"})
    role = fields.String(metadata={"description": "角色 / roles held"})
    session = fields.String(allow_none=True, metadata={"description": "会话 / session"})
    why = fields.String(metadata={"description": "为何 / reason"})
    what = fields.String(metadata={"description": "看到的数据类别 / classes of data shown"})
    route = fields.String(metadata={"description": "入口路径 / route"})
    subjects = fields.List(fields.String(), metadata={"description": "看到了谁的（编号） / of whom: ids"})
    correlation = fields.String(metadata={"description": "关联号 / correlation id"})
    hash = fields.String(metadata={"description": "本条的哈希 / hash of the entry"})


class VerifyReads(Schema):
    """Which chains are walked, and from where."""

    community = _community()
    after = fields.String(
        validate=Regexp(r"[0-9]{0,12}:[0-9]{1,10}:[0-9a-f]{64}\Z"),
        metadata={"description": "上一段回答的 next / `next` of the piece before"},
    )
    most = fields.Integer(
        load_default=2000,
        validate=Range(min=1, max=5000),
        metadata={"description": "一段最多核对多少条 / most entries looked at in one piece"},
    )


class SentenceOut(Schema):
    """One sentence in two languages."""

    zh = fields.String()
    en = fields.String()


class FaultOut(Schema):
    """The first entry of a chain that does not fit, and why."""

    community = fields.String(metadata={"description": "社区代码 / community"})
    number = fields.Integer(metadata={"description": "序号 / place in the chain"})
    why = fields.String(validate=OneOf(FAULTS), metadata={"description": ", ".join(FAULTS)})
    said = fields.Nested(SentenceOut)


class Verification(Schema):
    """A piece of the walk along the chains."""

    checked = fields.Integer(metadata={"description": "这一段核对了多少条 / entries looked at in this piece"})
    chains = fields.Integer(metadata={"description": "这一段走完了几条链 / chains that ended in this piece"})
    faults = fields.List(fields.Nested(FaultOut), metadata={"description": "不吻合之处 / what does not fit"})
    next = fields.String(
        allow_none=True, metadata={"description": "接着核对时的 after；空为全部核对完 / `after` for the next piece"}
    )
