"""What Prometheus might hold: of a system that is well, and of one with something wrong, one thing at a time."""

TICK = 'rabbitmq_detailed_{}{{vhost="/",queue="grievance.main"}}'
READY, UNACKED, ALL = (TICK.format(f"queue_messages{part}") for part in ("_ready", "_unacked", ""))
CONSUMERS = TICK.format("queue_consumers")
ACKED = 'rabbitmq_detailed_channel_messages_acked_total{channel="<0.1.0>",vhost="/",queue="grievance.main"}'
LADDER = 'rabbitmq_detailed_queue_{}{{vhost="/",queue="retry.5s"}}'
HANDLED = 'handler_seconds_count{queue="grievance.main",outcome="done"}'
RETRIED = 'handler_retries_total{queue="grievance.main",level="5s"}'
CRITICAL = 'critical_time_seconds_bucket{{queue="grievance.main",le="{}"}}'
NODE = 'up{{job="rabbitmq",instance="{}"}}'
DEAD = 'deadletters_total{queue="grievance.main",error_type="ValueError"}'
BROKEN = 'rabbitmq_global_messages_dead_lettered_delivery_limit_total{queue_type="rabbit_quorum_queue"}'
OPEN = 'deadletters_open{queue="grievance.main"}'
OLDEST = "deadletters_oldest_age_seconds"
REDELIVERED = 'rabbitmq_global_messages_redelivered_total{queue_type="rabbit_quorum_queue"}'
DUPLICATES = 'inbox_duplicates_total{queue="grievance.main"}'
MEMORY = 'rabbitmq_alarms_memory_used_watermark{instance="rabbitmq:15692"}'
DISK = 'rabbitmq_alarms_free_disk_space_watermark{instance="rabbitmq:15692"}'
FILES = 'rabbitmq_alarms_file_descriptor_limit{instance="rabbitmq:15692"}'
RETURNED = 'relay_publish_total{result="returned"}'
PARKED = 'outbox_parked{service="grievance"}'
AGE = 'outbox_oldest_age_seconds{service="grievance"}'
LEASE = 'relay_lease_held{service="grievance"}'
BREAKER = 'breaker_open{queue="grievance.main"}'
PROCESS = 'up{job="hemei",process="grievance",instance="grievance:9100"}'

HEALTHY = {
    AGE: "3+0xN",
    PARKED: "0+0xN",
    LEASE: "1+0xN",
    RETURNED: "0+0xN",
    'relay_publish_total{result="confirmed"}': "0+60xN",
    HANDLED: "0+60xN",
    RETRIED: "0+1xN",
    BREAKER: "0+0xN",
    CRITICAL.format("1.0"): "0+60xN",
    CRITICAL.format("30.0"): "0+60xN",
    CRITICAL.format("60.0"): "0+60xN",
    CRITICAL.format("+Inf"): "0+60xN",
    DUPLICATES: "0+0.05xN",
    READY: "4+0xN",
    UNACKED: "2+0xN",
    ALL: "6+0xN",
    CONSUMERS: "1+0xN",
    ACKED: "0+60xN",
    LADDER.format("messages_ready"): "3+0xN",
    LADDER.format("messages_unacked"): "0+0xN",
    LADDER.format("messages"): "3+0xN",
    LADDER.format("consumers"): "0+0xN",
    DEAD: "7+0xN",
    BROKEN: "0+0xN",
    OPEN: "0+0xN",
    OLDEST: "0+0xN",
    "inbox_retention_seconds": "7776000+0xN",
    'rabbitmq_global_messages_delivered_total{queue_type="rabbit_quorum_queue"}': "0+60xN",
    REDELIVERED: "0+0.1xN",
    MEMORY: "0+0xN",
    DISK: "0+0xN",
    FILES: "0+0xN",
    NODE.format("a:15692"): "1+0xN",
    NODE.format("b:15692"): "1+0xN",
    NODE.format("c:15692"): "1+0xN",
    PROCESS: "1+0xN",
}
"""What Prometheus holds of a system that is well, a minute apart, for N minutes."""

ILL: dict[str, tuple[set[str], dict[str, str]]] = {
    "an outbox stands still": ({"OutboxStuck"}, {AGE: "0+60x60"}),
    "nobody carries an outbox": ({"LeaseFree"}, {LEASE: "0+0x60"}),
    "an event waits because no queue took it": ({"EventsDropped"}, {PARKED: "1+0x60"}),
    "an event came back": ({"EventsDropped"}, {RETURNED: "0+0x57 1+0x3"}),
    "handling comes late": (
        {"CriticalTimeLong"},
        {CRITICAL.format("1.0"): "0+50x60", CRITICAL.format("30.0"): "0+55x60"},
    ),
    "more comes twice than ever": ({"DuplicatesJump"}, {DUPLICATES: "0+0.05x1440 72+5x60"}),
    "nobody consumes": ({"ConsumerGone"}, {CONSUMERS: "0+0x60", UNACKED: "0+0x60", ALL: "4+0x60"}),
    "nothing is settled": ({"DeliveriesStuck"}, {ACKED: "5+0x60"}),
    "nothing is settled, by a consumer that never settled anything": ({"DeliveriesStuck"}, {ACKED: "_x60"}),
    "half is tried again": ({"RetryStorm"}, {RETRIED: "0+30x60"}),
    "a database is away": ({"BreakerOpen"}, {BREAKER: "1+0x60"}),
    "much is delivered again": ({"RedeliveriesHigh"}, {REDELIVERED: "0+6x60"}),
    "one dead letter": ({"DeadLettersOpen"}, {OPEN: "1+0x60", OLDEST: "0+60x60"}),
    "many dead letters": ({"DeadLettersMany"}, {DEAD: "0+3x60"}),
    "many dead letters that the broker made": ({"DeadLettersMany"}, {BROKEN: "0+3x60"}),
    "a dead letter of yesterday": ({"DeadLetterOld"}, {OLDEST: "87000+60x60"}),
    "a dead letter of the last quarter": ({"DeadLetterOld", "InboxRetentionNear"}, {OLDEST: "6300000+60x60"}),
    "the ladder leads nowhere": ({"DeadLetteringStalled"}, {LADDER.format("messages"): "4+0x60"}),
    "too little memory": ({"BrokerAlarm"}, {MEMORY: "1+0x60"}),
    "too little disk": ({"BrokerAlarm"}, {DISK: "1+0x60"}),
    "too few files": ({"BrokerAlarm"}, {FILES: "1+0x60"}),
    "one node of three away": ({"QuorumCritical"}, {NODE.format("b:15692"): "0+0x60"}),
    "the only node away": (
        {"BrokerAway"},
        {NODE.format("a:15692"): "0+0x60", NODE.format("b:15692"): "", NODE.format("c:15692"): ""},
    ),
    "a process away": ({"ProcessAway"}, {PROCESS: "0+0x60"}),
}
"""What is wrong, which alerts must fire then and no others, and what differs from a healthy system."""

WELL: dict[str, dict[str, str]] = {
    "as always": {},
    "one node of one": {NODE.format("b:15692"): "", NODE.format("c:15692"): ""},
    "a short wait": {AGE: "3+0x58 90 90"},
    "a queue without consumers in which nothing waits": {
        CONSUMERS: "0+0x60", READY: "0+0x60", UNACKED: "0+0x60", ALL: "0+0x60", ACKED: "5+0x60",
    },
    "a few tries of few": {HANDLED: "0+0x50 5+0x10", RETRIED: "0+0x50 5+0x10"},
    "a queue that lies idle": {UNACKED: "0+0x60", ALL: "4+0x60", ACKED: "5+0x60"},
    "a few twice after a quiet day": {DUPLICATES: "0+0x1440 40+0x60"},
    "much twice, as every day": {DUPLICATES: "0+5x1440 7200+5x60"},
    "nothing measured yet": dict.fromkeys(HEALTHY, ""),
}  # fmt: skip
"""What is no reason to call anybody."""
