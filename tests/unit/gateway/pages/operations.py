"""Made-up answers of the operations service: a system at ease, one in trouble, dead letters, a journey."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

Told = dict[str, Any]

NOW = datetime(2026, 11, 23, 14, 45, 3, tzinfo=UTC)
LETTER = "0c6f3a52-93a1-5b7e-9c11-2f4de8a90b17"
CAUSE = "9f3c2a7d10b84e65"
GRIEVANCE = "6e0d2b1c-7a54-4f6b-8a0e-3d1c5b9f7e21"
EVENT = "b7c1d9f0-21aa-4d57-9e4c-0f8b6a3d2c11"


def ago(seconds: float) -> str:
    """A moment so long before now."""
    return (NOW - timedelta(seconds=seconds)).isoformat()


def queue(name: str, **more: Any) -> Told:
    """A queue at ease."""
    calm = {
        "name": name,
        "service": name.partition(".")[0],
        "kind": "work",
        "ready": 0,
        "unacked": 0,
        "consumers": 1,
        "rate_in": 0.0,
        "rate_out": 0.0,
        "oldest_age": 0.0,
        "critical_p50": 0.018,
        "critical_p99": 0.24,
        "dead": 0,
        "is_paused": False,
    }
    return {**calm, **more}


def process(name: str, **more: Any) -> Told:
    """A process at ease."""
    calm = {
        "name": name,
        "instance": f"{name}-7f3a",
        "version": "0.1.0",
        "is_ready": True,
        "in_flight": 0,
        "memory": 84_500_000,
        "started_at": ago(93_000),
        "reported_at": ago(1.2),
        "is_silent": False,
    }
    return {**calm, **more}


SERVICES = ("grievance", "health", "organization", "partner", "volunteer")


def _calls(service: str) -> Told:
    return queue(f"{service}.calls", kind="calls", rate_in=1.2, rate_out=1.2, critical_p50=None, critical_p99=None)


def overview(**more: Any) -> Told:
    """Everything at ease."""
    figures = {"rate_in": 3.4, "rate_out": 3.4}
    work = [queue(f"{service}.events", **figures) for service in SERVICES]
    aside = {"rate_in": None, "rate_out": None, "oldest_age": None, "critical_p50": None, "critical_p99": None}
    retry = [queue(f"retry.{pause}", service="", kind="retry", consumers=0, **aside) for pause in (1, 10, 60, 600)]
    ends = [
        queue("operations.dead", kind="dead", **aside),
        queue("operations.reports", kind="reports", rate_in=4.5, rate_out=4.5),
    ]
    calm = {
        "at": NOW.isoformat(),
        "broker": {
            "source": "management",
            "address": "http://127.0.0.1:15672/",
            "version": "3.10.8",
            "is_reachable": True,
            "alarms": [],
        },
        "queues": [*work, *map(_calls, SERVICES), *retry, *ends],
        "outboxes": [{"service": each, "pending": 0, "oldest_age": 0.0, "stuck": 0} for each in SERVICES],
        "processes": [process(each) for each in (*SERVICES, "operations", "relay", "gateway")],
        "handled_per_minute": 1020.0,
        "critical_p50": 0.018,
        "critical_p99": 0.24,
        "dead_open": 0,
        "troubles": [],
    }
    return {**calm, **more}


def troubled() -> Told:
    """An overview with one of every trouble."""
    told = overview(dead_open=42, critical_p99=47.0, handled_per_minute=211.5)
    changes: dict[str, Told] = {
        "volunteer.events": {"ready": 18432, "unacked": 20, "oldest_age": 754.0, "critical_p99": 612.0, "dead": 37},
        "partner.events": {"ready": 212, "consumers": 0, "oldest_age": 96.0, "rate_out": 0.0},
        "health.events": {"ready": 57, "is_paused": True, "rate_out": 0.0, "oldest_age": 42.0},
        "organization.events": {"critical_p50": 2.6, "critical_p99": 47.0},
        "grievance.events": {"dead": 5},
        "retry.60": {"ready": 31},
        "operations.dead": {"ready": 3},
    }
    told["queues"] = [{**each, **changes.get(each["name"], {})} for each in told["queues"]]
    told["outboxes"][3] |= {"pending": 310, "oldest_age": 322.0, "stuck": 4}
    told["processes"][3] |= {"is_silent": True, "reported_at": ago(184)}
    told["processes"][4] |= {"in_flight": 20, "memory": 512_300_000, "started_at": ago(312)}
    told["broker"]["alarms"] = ["memory"]
    told["troubles"] = [
        {
            "level": "page",
            "zh": "消息服务告警，不再接收消息：memory",
            "en": "The broker has raised an alarm and takes nothing in: memory",
            "about": "broker",
        },
        {
            "level": "page",
            "zh": "partner.events 无人取用，已有 212 条在等",
            "en": "Nobody takes from partner.events; 212 wait",
            "about": "partner.events",
        },
        {
            "level": "page",
            "zh": "partner 的发件箱最老一件已等 5 分钟",
            "en": "The oldest in partner's outbox has waited 5 min",
            "about": "partner",
        },
        {"level": "ticket", "zh": "42 条死信待处理", "en": "42 dead letters are open", "about": "operations.dead"},
    ]
    return told


def row(**more: Any) -> Told:
    """A dead letter in a list."""
    calm = {
        "id": LETTER,
        "queue": "volunteer.events",
        "service": "volunteer",
        "message_id": EVENT,
        "type": "grievance.GrievanceFiled.v1",
        "community": "410181002011",
        "correlation": "c0a8-17",
        "error": "KeyError",
        "place": "services/volunteer/handlers/dispatching.py:88",
        "cause": CAUSE,
        "attempts": 12,
        "deaths": 1,
        "state": "open",
        "outcome": "",
        "died_at": ago(1860),
        "is_forgotten": False,
    }
    return {**calm, **more}


def letter(**more: Any) -> Told:
    """A dead letter whole."""
    contact = {"name": "王**", "phone": "138****0000"}
    body = {"specversion": "1.0", "type": "grievance.GrievanceFiled.v1", "data": {"contact": contact}}
    calm = {
        **row(),
        "headers": {"queue": "volunteer.events", "attempt": 12, "stack": CAUSE, "community": "410181002011"},
        "body": json.dumps(body, ensure_ascii=False),
        "size": 812,
        "history": [
            {
                "at": ago(900),
                "by": "李值班",
                "action": "replay",
                "about": LETTER,
                "reason": "",
                "count": 1,
            }
        ],
    }
    return {**calm, **more}


def groups() -> Told:
    """Dead letters of three causes."""

    def group(**more: Any) -> Told:
        calm = {
            "cause": CAUSE,
            "error": "KeyError",
            "place": "services/volunteer/handlers/dispatching.py:88",
            "queue": "volunteer.events",
            "type": "grievance.GrievanceFiled.v1",
            "count": 34,
            "repeated": 3,
            "communities": 4,
            "first_at": ago(86_000),
            "last_at": ago(1860),
        }
        return {**calm, **more}

    unreadable = {"error": "DecodeError", "place": "contracts/wire.py:91", "type": "", "communities": 0}
    return {
        "groups": [
            group(),
            group(cause="11d8e0aa34c2b719", queue="grievance.events", count=5, repeated=0, **unreadable),
            group(cause="77aa0c1b2d3e4f50", error="NoQueueTookIt", place="relay", queue="partner.events", count=3),
        ],
        "open": 42,
    }


def paged(*items: Told, total: int | None = None) -> Told:
    """A page of a list."""
    return {"items": list(items), "total": len(items) if total is None else total, "page": 1, "page_size": 50}


def letters() -> Told:
    """Dead letters in every state."""
    fates = (
        ("open", "", 1),
        ("open", "", 2),
        ("waiting", "", 1),
        ("sent", "", 1),
        ("handled", "done", 1),
        ("handled", "again", 1),
        ("handled", "passed", 1),
        ("discarded", "", 1),
    )
    rows = [
        row(
            id=LETTER[:-1] + str(n),
            state=state,
            outcome=outcome,
            deaths=deaths,
            died_at=ago(600 * n + 60),
            is_forgotten=n == 1,
        )
        for n, (state, outcome, deaths) in enumerate(fates)
    ]
    return paged(*rows)


def chosen_letters(choice: Told) -> Told:
    """Those of the letters that are in the state asked for, if any is."""
    return paged(*(each for each in letters()["items"] if choice.get("state") in (None, each["state"])))


def interventions() -> Told:
    """What operators did lately."""
    return paged(
        {"at": ago(120), "by": "李值班", "action": "pause", "about": "health.events", "reason": "库表维护", "count": 1},
        {"at": ago(900), "by": "李值班", "action": "replay", "about": f"cause={CAUSE}", "reason": "", "count": 31},
        {
            "at": ago(4000),
            "by": "赵工",
            "action": "discard",
            "about": LETTER,
            "reason": "测试数据",
            "count": 1,
        },
    )


def step(after: float, kind: str, name: str, source: str, target: str = "", **more: Any) -> Told:
    """A step of a journey, so many seconds after it began."""
    calm = {
        "at": (NOW - timedelta(seconds=300 - after)).isoformat(),
        "kind": kind,
        "name": name,
        "source": source,
        "target": target,
        "queue": f"{target}.events" if kind == "handled" else "",
        "message_id": f"{name}-1",
        "causation": "",
        "correlation": "c0a8-17",
        "subject": GRIEVANCE,
        "attempt": 1,
        "seconds": 0.012,
        "waited": 0.03 if kind == "handled" else None,
        "outcome": "done",
        "error": "",
    }
    return {**calm, **more}


def journey() -> Told:
    """A grievance filed, assigned, dispatched; the dispatch fails, dies and is replayed."""
    failed = {"attempt": 1, "outcome": "retry", "error": "OperationalError"}
    return {
        "id": GRIEVANCE,
        "found_as": "grievance",
        "correlations": ["c0a8-17"],
        "participants": ["gateway", "grievance", "organization", "volunteer", "partner", "operations"],
        "steps": [
            step(0, "called", "get_place", "gateway", "organization", seconds=0.004),
            step(0.01, "called", "file_grievance", "gateway", "grievance", seconds=0.021),
            step(0.03, "told", "GrievanceFiled", "grievance"),
            step(0.06, "handled", "GrievanceFiled", "organization", "organization"),
            step(0.07, "told", "LeaderAssigned", "organization"),
            step(0.09, "handled", "GrievanceFiled", "partner", "partner", outcome="passed"),
            step(0.10, "handled", "LeaderAssigned", "grievance", "grievance"),
            step(0.12, "handled", "LeaderAssigned", "volunteer", "volunteer", **failed),
            step(1.2, "handled", "LeaderAssigned", "volunteer", "volunteer", **failed | {"attempt": 2}),
            step(
                61.4,
                "handled",
                "LeaderAssigned",
                "volunteer",
                "volunteer",
                attempt=3,
                outcome="dead",
                error="KeyError",
                seconds=0.3,
                waited=61.3,
            ),
            step(240, "sent", "LeaderAssigned", "volunteer", "volunteer"),
            step(240.1, "handled", "LeaderAssigned", "volunteer", "volunteer", waited=240.0),
            step(240.2, "told", "VolunteersDispatched", "volunteer"),
            step(240.3, "handled", "VolunteersDispatched", "grievance", "grievance"),
            step(240.4, "handled", "VolunteersDispatched", "grievance", "grievance", outcome="again"),
        ],
        "is_cut": False,
    }


ANSWERS: Told = {
    "get_overview": troubled(),
    "group_dead_letters": groups(),
    "list_dead_letters": chosen_letters,
    "get_dead_letter": letter(),
    "list_interventions": interventions(),
    "get_journey": journey(),
}
"""Everything that the pages ask for, by call."""
