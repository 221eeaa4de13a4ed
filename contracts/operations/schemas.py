"""Shapes of what the operations service is asked and answers."""

from marshmallow import Schema, fields
from marshmallow.validate import Length, OneOf, Regexp

from contracts import shapes

DEAD_LETTER_STATES = ("open", "waiting", "sent", "handled", "discarded")
QUEUE_KINDS = ("work", "calls", "retry", "dead", "reports")
MEASURES = ("handled", "critical_p50", "critical_p99", "ready", "dead", "outbox_age")
SPANS = ("hour", "day")
STEP_KINDS = ("told", "handled", "called", "sent")
OUTCOMES = ("done", "again", "passed", "retry", "dead", "refused", "failed", "unavailable")

_QUEUE = Regexp(r"[0-9a-z._-]{1,80}\Z")
_WORD = Regexp(r"[0-9A-Za-z._:@/-]{1,120}\Z")

LONGEST_NAME = 60
"""Characters of the name of whoever does something."""


def _word(description: str, **options: object) -> fields.String:
    return fields.String(validate=_WORD, metadata={"description": description}, **options)  # type: ignore[arg-type]


def _queue(description: str = "队列名 / name of a queue", **options: object) -> fields.String:
    return fields.String(validate=_QUEUE, metadata={"description": description}, **options)  # type: ignore[arg-type]


def _number(description: str) -> fields.Integer:
    return fields.Integer(required=True, metadata={"description": description})


def _figure(description: str) -> fields.Float:
    return fields.Float(required=True, allow_none=True, metadata={"description": description})


def _at(description: str, *, allow_none: bool = False) -> fields.AwareDateTime:
    return fields.AwareDateTime(required=True, allow_none=allow_none, metadata={"description": description})


def _told(description: str) -> fields.String:
    return fields.String(required=True, metadata={"description": description})


def _by() -> fields.String:
    return shapes.text(LONGEST_NAME, "谁在操作，记入台账 / who does it, kept on record", required=True)


# -- dead letters


class DeadLetterChoice(Schema):
    """Which dead letters; what is not given is not asked for."""

    queue = _queue()
    cause = _word("同一原因的指纹 / fingerprint of one cause")
    error = _word("错误类型 / type of the error")
    type = _word("消息类型 / type of the message")
    state = fields.String(
        validate=OneOf(DEAD_LETTER_STATES),
        metadata={"description": "open 待处理, waiting 排队重放, sent 已重放待回音, handled 已处理, discarded 已丢弃"},
    )
    community = shapes.community()
    correlation = _word("关联号 / correlation id")


class ListDeadLetters(shapes.Page, DeadLetterChoice):
    """A page of them, newest first."""


class DeadLetterRow(Schema):
    """One dead letter in a list."""

    id = fields.UUID(required=True)
    queue = _told("原队列 / the queue it was for")
    service = _told("服务 / the service it was for")
    message_id = _told("消息编号 / id of the message")
    type = _told("消息类型 / type of the message")
    community = _told("社区代码，不知则空 / community code, empty where unknown")
    correlation = _told("关联号 / correlation id")
    error = _told("错误类型 / type of the error")
    place = _told("出错的位置 / where it was raised")
    cause = _told("同一原因的指纹 / fingerprint of one cause")
    attempts = _number("尝试次数 / how often it was tried")
    deaths = _number("成为死信的次数，大于 1 即屡次失败 / how often it died; above 1: it failed again after a replay")
    state = fields.String(required=True, validate=OneOf(DEAD_LETTER_STATES))
    outcome = _told("重放的结果 done|again|…,尚无则空 / what became of the replay; again: it had been handled already")
    died_at = _at("成为死信的时间 / when it died last")
    is_forgotten = fields.Boolean(
        required=True,
        metadata={"description": "早于收件箱保留期，重放可能重复 / older than inboxes remember: could be done twice"},
    )


class DeadLetterOut(DeadLetterRow):
    """One dead letter whole: its body with every personal field masked, and what was done about it."""

    headers = fields.Dict(required=True)
    body = fields.String(required=True, metadata={"description": "内容，个人信息已遮盖 / body, personal fields masked"})
    size = _number("字节数 / bytes")
    history = fields.List(fields.Nested(lambda: InterventionRow()), required=True)


class GetDeadLetter(Schema):
    """Which one."""

    id = shapes.id_of("死信编号 / id of the dead letter")


class DeadLetterGroup(Schema):
    """Dead letters of one cause."""

    cause = _told("指纹 / fingerprint")
    error = _told("错误类型 / type of the error")
    place = _told("出错的位置 / where it was raised")
    queue = _told("原队列 / the queue")
    type = _told("消息类型 / type of the message")
    count = _number("条数 / how many")
    repeated = _number("其中重放后又失败的 / how many of them failed again after a replay")
    communities = _number("涉及社区数 / in how many communities")
    first_at = _at("最早 / the first")
    last_at = _at("最近 / the last")


class DeadLetterGroups(Schema):
    """Every group, largest first."""

    groups = fields.List(fields.Nested(DeadLetterGroup), required=True)
    open = _number("待处理总数 / open dead letters in all")


class _Replay(Schema):
    """What every replay says."""

    by = _by()
    even_if_forgotten = fields.Boolean(
        load_default=False,
        metadata={"description": "已过收件箱保留期也重放 / also what inboxes no longer remember"},
    )


class ReplayDeadLetter(_Replay):
    """The command: put one back into the queue it came from."""

    id = shapes.id_of("死信编号 / id of the dead letter")


class ReplayBody(_Replay):
    """The body of that command."""


class ReplayDeadLetters(_Replay):
    """The command: put back all open ones of a choice; `everything` where none is made."""

    choice = fields.Nested(DeadLetterChoice(exclude=("state",)), load_default=dict)
    everything = fields.Boolean(load_default=False)


class DiscardDeadLetter(Schema):
    """The command: it will not be done, and why."""

    id = shapes.id_of("死信编号 / id of the dead letter")
    by = _by()
    reason = shapes.text(300, "丢弃的理由 / why it is discarded", required=True)


class DiscardBody(Schema):
    """The body of that command."""

    by = _by()
    reason = shapes.text(300, "丢弃的理由 / why it is discarded", required=True)


class DiscardDeadLetters(DiscardBody):
    """The command for all open ones of a choice."""

    choice = fields.Nested(DeadLetterChoice(exclude=("state",)), load_default=dict)
    everything = fields.Boolean(load_default=False)


class Chosen(Schema):
    """How many dead letters a command took hold of, and how many it left as they were."""

    chosen = _number("选中的条数 / how many")
    left = _number(
        "未动的：过期、已在处理，或一次取不完 / left alone: forgotten by inboxes, under way already, or too many "
        "at once"
    )


# -- what was done by whom


class ListInterventions(shapes.Page):
    """What operators did, newest first."""


class InterventionRow(Schema):
    """One thing that an operator did."""

    at = _at("时间 / when")
    by = _told("操作人 / who")
    action = _told("replay|discard|pause|resume|purge")
    about = _told("死信编号或队列名 / dead letter or queue")
    reason = _told("理由 / why")
    count = _number("涉及条数 / how many messages")


# -- queues


class QueueRow(Schema):
    """One queue as it stands; a figure that nobody can tell is null."""

    name = _told("队列 / name")
    service = _told("服务 / service")
    kind = fields.String(required=True, validate=OneOf(QUEUE_KINDS))
    ready = _number("待取 / waiting")
    unacked = _figure("处理中 / delivered, not acknowledged yet")
    consumers = _number("消费者 / consumers")
    rate_in = _figure("每秒进入 / messages in per second")
    rate_out = _figure("每秒完成 / messages acknowledged per second")
    oldest_age = _figure("最老消息的秒数 / seconds since the oldest message was told")
    critical_p50 = _figure("从告知到处理完，中位秒数 / told → handled, median seconds of the last minutes")
    critical_p99 = _figure("从告知到处理完，99 分位秒数 / told → handled, 99th percentile in seconds")
    dead = _number("待处理的死信 / open dead letters")
    is_paused = fields.Boolean(required=True, metadata={"description": "已暂停消费 / its consumers are paused"})


class OutboxRow(Schema):
    """One service's outbox."""

    service = _told("服务 / service")
    pending = _number("待送出 / events waiting to be carried")
    oldest_age = _figure("最老一件的秒数 / seconds since the oldest was told")
    stuck = _number("一再送不出的 / tried more than once")


class ProcessRow(Schema):
    """One process that has reported lately."""

    name = _told("进程 / process")
    instance = _told("实例 / instance")
    version = _told("版本 / version")
    is_ready = fields.Boolean(required=True)
    in_flight = _number("手上的工作 / pieces of work in hand")
    memory = _number("内存字节 / resident memory in bytes")
    started_at = _at("启动时间 / started")
    reported_at = _at("最近报告 / last report")
    is_silent = fields.Boolean(required=True, metadata={"description": "久未报告 / has not reported for a while"})


class BrokerFacts(Schema):
    """The broker itself."""

    source = fields.String(
        required=True,
        validate=OneOf(("management", "amqp", "in_process")),
        metadata={"description": "数字来自哪里 / where the figures come from"},
    )
    address = _told("RabbitMQ 管理页地址，没有则空 / address of RabbitMQ's own pages, empty where there are none")
    version = _told("版本 / version")
    is_reachable = fields.Boolean(required=True)
    alarms = fields.List(fields.String(), required=True, metadata={"description": "内存或磁盘告警 / alarms raised"})


class OverviewOut(Schema):
    """Everything that an operator sees at one glance."""

    at = _at("时间 / when")
    broker = fields.Nested(BrokerFacts, required=True)
    queues = fields.List(fields.Nested(QueueRow), required=True)
    outboxes = fields.List(fields.Nested(OutboxRow), required=True)
    processes = fields.List(fields.Nested(ProcessRow), required=True)
    handled_per_minute = _figure("每分钟处理的事件 / events handled per minute")
    critical_p50 = _figure("中位秒数 / median, seconds")
    critical_p99 = _figure("99 分位秒数 / 99th percentile, seconds")
    dead_open = _number("待处理的死信 / open dead letters")
    troubles = fields.List(
        fields.Dict(),
        required=True,
        metadata={"description": "现在该看的事 / what needs a look now: level, zh, en, about"},
    )


class PauseQueue(Schema):
    """The command: let nobody take from this queue until resumed."""

    queue = _queue(required=True)
    by = _by()
    reason = shapes.remark(300, "理由 / why")


class PauseBody(Schema):
    """The body of that command."""

    by = _by()
    reason = shapes.remark(300, "理由 / why")


class ResumeQueue(PauseQueue):
    """The command: let it be taken from again."""


class PurgeBody(Schema):
    """The body of a purge: the queue's name typed once more."""

    by = _by()
    reason = shapes.text(300, "理由 / why", required=True)
    confirm = shapes.text(80, "再输入一遍队列名 / the queue's name, typed again", required=True)


class PurgeQueue(PurgeBody):
    """The command: throw away what waits in a queue."""

    queue = _queue(required=True)


class Intervened(Schema):
    """What a command to a queue did."""

    queue = _told("队列 / queue")
    is_paused = fields.Boolean(required=True)
    purged = _number("清除的条数 / messages thrown away")


# -- history


class GetHistory(Schema):
    """Which measure over which time."""

    measure = fields.String(required=True, validate=OneOf(MEASURES))
    span = fields.String(load_default="hour", validate=OneOf(SPANS))


class HistorySeries(Schema):
    """One line of a chart."""

    about = _told("队列或服务，空为合计 / queue or service; empty: all together")
    points = fields.List(
        fields.List(fields.Float(allow_none=True), validate=Length(equal=2)),
        required=True,
        metadata={"description": "[毫秒时间，值] / [milliseconds since 1970, figure], oldest first"},
    )


class HistoryOut(Schema):
    """A measure over time."""

    measure = fields.String(required=True)
    span = fields.String(required=True)
    series = fields.List(fields.Nested(HistorySeries), required=True)


# -- journeys


class GetJourney(Schema):
    """Of which grievance (id or receipt number is looked up at the door), message or correlation."""

    id = _word("诉求、消息或关联编号 / id of a grievance, a message or a chain", required=True)


class StepRow(Schema):
    """One thing that happened to one message: told, called, handled, tried."""

    at = _at("开始 / when it began")
    kind = fields.String(required=True, validate=OneOf(STEP_KINDS))
    name = _told("事件或调用 / event or call")
    source = _told("从哪个进程 / from which process")
    target = _told("到哪个服务，告知时空 / to which service; empty for what was told")
    queue = _told("队列 / queue, where there is one")
    message_id = _told("消息编号 / id of the message")
    causation = _told("起因消息 / id of the message that caused it")
    correlation = _told("关联号 / correlation id")
    subject = _told("所涉之事 / id of what it is about")
    attempt = _number("第几次 / which attempt")
    seconds = _figure("耗时 / how long it took")
    waited = _figure("从告知到开始的秒数 / seconds from told to begun")
    outcome = fields.String(required=True, validate=OneOf(OUTCOMES))
    error = _told("错误类型 / type of the error, empty when well")


class JourneyOut(Schema):
    """A chain across services, in the order of time."""

    id = _told("所问的编号 / what was asked for")
    found_as = _told("grievance|message|correlation")
    correlations = fields.List(fields.String(), required=True)
    participants = fields.List(fields.String(), required=True, metadata={"description": "图中各列 / columns, in order"})
    steps = fields.List(fields.Nested(StepRow), required=True)
    is_cut = fields.Boolean(required=True, metadata={"description": "太长，只示最近的 / too long: the newest only"})


# -- what is asked without a word


class Nothing(Schema):
    """A question that says everything by its name."""
