"""What personal data the operations service keeps, tells and takes in."""

from chassis.privacy import NOTHING, REFERENCE, SELF, Kind, Treatment

ACTED = Treatment(
    kind=Kind.ORDINARY,
    zh="谁在什么时候为什么动了队列或死信，供追查",
    en="who touched a queue or a dead letter, when and why: for the record",
    readers=(SELF, "operator", "administrator"),
    kept_zh="操作记录，长期",
    kept_en="the record of interventions, for good",
)
LAID_ASIDE = Treatment(
    kind=Kind.WORDS,
    zh="没有办成的消息原文，供重放；可能含事件所带的姓名",
    en="a message that could not be handled, to be replayed; it may hold names that its event carries",
    readers=("operator",),
    kept="OPERATIONS_SETTLED_DAYS",
)

TABLES = {
    "dead_letters": {
        **NOTHING.of(
            "id queue message_id type content_type correlation headers size error place cause attempts deaths"
        ),
        **NOTHING.of("replays state outcome first_died_at died_at changed_at"),
        "replayed_by": ACTED,
    },
    "bodies": {**NOTHING.of("dead_letter_id"), "body": LAID_ASIDE},
    "interventions": {**NOTHING.of("id at action count"), **ACTED.of("by about reason")},
    "touched": NOTHING.of("dead_letter_id intervention_id"),
    "samples": {
        **NOTHING.of("width at about handled retried ready dead outbox_age waited"),
        **NOTHING.of(" ".join(f"critical_{number}" for number in range(14))),
    },
    "steps": {
        **REFERENCE.of("subject correlation causation message_id"),
        **NOTHING.of("id at kind name source target queue attempt seconds waited outcome error"),
    },
    "processes": NOTHING.of("instance name version is_ready in_flight memory started_at reported_at queues outboxes"),
    "pauses": NOTHING.of("queue paused_at"),
}

_ACTS = ("DeadLetterReplayed", "DeadLetterDiscarded", "ConsumerPaused", "ConsumerResumed", "QueuePurged")

EVENTS = {
    **NOTHING.of("dead_letter_id queue message_id replayed_at discarded_at paused_at resumed_at purged purged_at"),
    **ACTED.of(" ".join(f"{act}.by" for act in _ACTS)),
    **ACTED.of("DeadLetterDiscarded.reason ConsumerPaused.reason QueuePurged.reason"),
}

INTAKE = {
    **NOTHING.of("page page_size id queue cause error type state measure span choice everything confirm"),
    **NOTHING.of("even_if_forgotten"),
    **REFERENCE.of("correlation"),
    **ACTED.of("PauseBody.by PurgeBody.by ReplayBody.by DiscardBody.by ReplayDeadLetters.by DiscardDeadLetters.by"),
    **ACTED.of("PauseBody.reason PurgeBody.reason DiscardBody.reason DiscardDeadLetters.reason"),
}
