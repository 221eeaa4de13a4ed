"""Shapes of what is done on the way to a case's end and after it: calls, tasks and attempts, help asked for by hand, a
reply to the rating."""

from marshmallow import Schema, ValidationError, fields, validates_schema
from marshmallow.validate import Length, OneOf, Range

from contracts import shapes
from contracts.grievance.schemas.turns import Turn

CALLED = ("filer", "volunteer", "unit", "neighbour", "other")
OUTCOMES = ("reached", "no_answer", "busy", "wrong_number", "call_back")
DOERS = ("leader", "unit", "volunteers")
TASK_STATES = ("open", "done", "dropped")
UNIT_KINDS = ("police", "property", "tower", "health_station", "merchant")
WANTED = ("survey", "repair", "install", "removal", "attendance", "advice", "other")
PAUSE_KINDS = ("material", "resident", "season", "authority", "other")
MOST_HANDS = 20


class Work(Turn):
    """What may be said with any work on a case."""

    by = shapes.remark(100, "经办人 / who does it")
    note = shapes.remark(2000, "说明 / what there is to say")


# -- calls


class CallStep(Work):
    """Somebody was called; telephone numbers in the note are taken out."""

    called = fields.String(
        load_default="filer",
        validate=OneOf(CALLED),
        metadata={"description": "打给谁 / filer 提交人, volunteer 志愿者, unit 单位, neighbour 邻居, other 其他人"},
    )
    outcome = fields.String(
        required=True,
        validate=OneOf(OUTCOMES),
        metadata={
            "description": "结果 / reached 已接通, no_answer 无人接听, busy 占线, wrong_number 号码有误, "
            "call_back 约好再打"
        },
    )


class NoteCall(CallStep):
    """The command."""

    id = shapes.id_of("诉求 / the grievance")


# -- tasks


class NewTask(Schema):
    """A part of a hard case."""

    title = shapes.text(200, "要做什么 / what is to be done", required=True)
    who = fields.String(
        load_default="leader",
        validate=OneOf(DOERS),
        metadata={"description": "由谁做 / leader 网格长, unit 共建单位, volunteers 志愿者"},
    )
    due_on = fields.Date(
        load_default=None, allow_none=True, metadata={"description": "哪天前完成 / by which day; null: none"}
    )
    required = fields.Boolean(
        load_default=True, metadata={"description": "必办：未完成不能办结 / the case is not solved before it is done"}
    )


class SplitStep(Work):
    """The case is split into (further) tasks."""

    tasks = fields.List(fields.Nested(NewTask), required=True, validate=Length(min=1, max=20))


class TaskToAdd(NewTask):
    """A task with the id made for it at the door."""

    id = shapes.id_of("任务编号 / id of the task")


class SplitGrievance(Work):
    """The command."""

    id = shapes.id_of("诉求 / the grievance")
    tasks = fields.List(fields.Nested(TaskToAdd), required=True, validate=Length(min=1, max=20))


class FinishTaskStep(Work):
    """A task is done."""

    reason = shapes.remark(500, "结果 / how it went")


class DropTaskStep(Work):
    """A task is dropped, and why."""

    reason = shapes.text(500, "取消的理由 / why it is dropped", required=True)


class FinishTask(FinishTaskStep):
    """The command."""

    id = shapes.id_of("诉求 / the grievance")
    task_id = shapes.id_of("任务 / the task")


class DropTask(DropTaskStep):
    """The command."""

    id = shapes.id_of("诉求 / the grievance")
    task_id = shapes.id_of("任务 / the task")


class AttemptStep(Turn):
    """What was tried, or that another way is tried from now on."""

    by = shapes.remark(100, "经办人 / who does it")
    note = shapes.text(2000, "试了什么、换成什么办法 / what was tried, or which other way is taken", required=True)
    kind = fields.String(
        load_default="attempt",
        validate=OneOf(("attempt", "approach")),
        metadata={"description": "attempt 一次尝试, approach 换了办法 / an attempt, or a change of approach"},
    )
    task_id = fields.UUID(
        load_default=None,
        allow_none=True,
        metadata={"description": "哪项任务；空：整件诉求 / of which task; null: the case"},
    )


class NoteAttempt(AttemptStep):
    """The command."""

    id = shapes.id_of("诉求 / the grievance")


class RemindStep(Work):
    """Whoever is responsible is reminded."""


class RemindLeader(RemindStep):
    """The command."""

    id = shapes.id_of("诉求 / the grievance")


class PauseStep(Turn):
    """The clock stands still, for which reason and until when."""

    by = shapes.remark(100, "经办人 / who does it")
    kind = fields.String(
        required=True,
        validate=OneOf(PAUSE_KINDS),
        metadata={
            "description": "等什么 / material 待材料配件, resident 待居民, season 季节天气, authority 待他方施工, "
            "other 其他"
        },
    )
    reason = shapes.text(2000, "理由，提交人会看到 / the reason, which whoever filed it reads", required=True)
    until = fields.Date(
        required=True,
        metadata={
            "description": "到哪天，当天零时（北京时间）自动继续；最早明天，最晚 GRIEVANCE_PAUSE_AT_MOST_DAYS 天后 / "
            "until which day: it goes on by itself as that day begins in China; tomorrow at the earliest, at the "
            "latest GRIEVANCE_PAUSE_AT_MOST_DAYS days from now"
        },
    )


class PauseGrievance(PauseStep):
    """The command."""

    id = shapes.id_of("诉求 / the grievance")


class ResumeStep(Work):
    """The clock runs again before the day has come."""


class ResumeGrievance(ResumeStep):
    """The command."""

    id = shapes.id_of("诉求 / the grievance")


class ReplyStep(Turn):
    """The rating is replied to."""

    by = shapes.remark(100, "经办人 / who does it")
    note = shapes.text(2000, "对评价的回复，提交人会看到 / the reply, which whoever filed it reads", required=True)


class ReplyToRating(ReplyStep):
    """The command."""

    id = shapes.id_of("诉求 / the grievance")


class TaskOut(NewTask):
    """A task of a case."""

    id = fields.UUID()
    state = fields.String(metadata={"description": "open 进行中, done 已完成, dropped 已取消"})
    reason = fields.String(metadata={"description": "结果或取消的理由 / how it went, or why it was dropped"})
    settled_at = fields.DateTime(allow_none=True)


# -- help asked for by hand


class HandsStep(Work):
    """Volunteers are wanted."""

    hands = fields.Integer(
        strict=True,
        load_default=2,
        validate=Range(min=1, max=MOST_HANDS),
        metadata={"description": "几名志愿者 / how many volunteers"},
    )
    skills = fields.List(
        fields.String(validate=Length(min=1, max=20)),
        load_default=list,
        validate=Length(max=10),
        metadata={"description": "技能 / skills: carrying, electric, mediation, companionship, patrol, cleaning, …"},
    )


class AskHands(HandsStep):
    """The command, with the id of the request made at the door."""

    id = shapes.id_of("诉求 / the grievance")
    request_id = shapes.id_of("请求编号 / id of the request")


class UnitStep(Work):
    """A partner unit is wanted: one of a kind, or this very unit."""

    unit_kind = fields.String(
        load_default=None,
        allow_none=True,
        validate=OneOf(UNIT_KINDS),
        metadata={"description": "单位类别 / kind of unit"},
    )
    unit_id = fields.UUID(load_default=None, allow_none=True, metadata={"description": "指定单位 / this very unit"})
    wanted = fields.String(
        load_default="other",
        validate=OneOf(WANTED),
        metadata={
            "description": "请单位做什么 / survey 实地查看, repair 维修, install 安装, removal 清理拆除, "
            "attendance 到场会商, advice 给出意见, other 协助办理"
        },
    )

    @validates_schema
    def names_a_unit(self, told: dict[str, object], **_: object) -> None:
        """Raises where neither or both are named."""
        if (told.get("unit_kind") is None) == (told.get("unit_id") is None):
            raise ValidationError("Name either a kind or a unit.", "unit_kind")


class AskUnit(UnitStep):
    """The command, with the id of the request made at the door."""

    id = shapes.id_of("诉求 / the grievance")
    request_id = shapes.id_of("请求编号 / id of the request")
