"""What the operations service may answer instead of what was asked for."""

from contracts.errors import Conflict, Invalid, NotFound, Unavailable


class DeadLetterNotFound(NotFound):
    """No dead letter has this id."""

    code = "dead_letter_not_found"
    zh, en = "没有找到这条死信", "There is no such dead letter"


class DeadLetterNotOpen(Conflict):
    """It is being replayed, was handled, or was discarded already."""

    code = "dead_letter_not_open"
    zh, en = "这条死信已不是待处理状态，现在是“{state}”", "This dead letter is no longer open; it is {state}"


class ReplayTooLate(Conflict):
    """Inboxes no longer remember so far back: what was done already could be done a second time."""

    code = "replay_too_late"
    zh = "这条死信早于收件箱的保留期（{days} 天），重放可能重复办理；确要重放请明确同意"
    en = "It is older than inboxes remember ({days} days): it could be done twice. Say so if it is to be replayed"


class NoChoice(Invalid):
    """Neither a choice nor `everything` was given."""

    code = "no_choice"
    zh, en = "请说明是哪些死信，或明确选择全部", "Say which dead letters, or choose everything"


class QueueNotFound(NotFound):
    """There is no queue of this name."""

    code = "queue_not_found"
    zh, en = "没有这个队列", "There is no such queue"


class NotPausable(Conflict):
    """Only queues of events can be paused: a paused queue of calls would be a service that is down."""

    code = "not_pausable"
    zh, en = "只有接收事件的队列可以暂停", "Only queues of events can be paused"


class NotPurgeable(Conflict):
    """Dead letters are discarded one by one, with a reason; they are not purged."""

    code = "not_purgeable"
    zh, en = "死信不能清空，只能逐条或成组丢弃并说明理由", "Dead letters cannot be purged, only discarded with a reason"


class NotConfirmed(Invalid):
    """The queue's name was not typed again."""

    code = "not_confirmed"
    zh, en = "确认文字与队列名不符，没有清空", "What was typed is not the queue's name; nothing was purged"


class BrokerSilent(Unavailable):
    """The broker does not answer."""

    code = "broker_silent"
    zh, en = "消息服务没有答复", "The broker does not answer"


class JourneyNotFound(NotFound):
    """Nothing is known under this id, or it is longer ago than journeys are kept."""

    code = "journey_not_found"
    zh = "没有这个编号的经过，或已超过保留期"
    en = "Nothing is known under this id, or it is longer ago than journeys are kept"
