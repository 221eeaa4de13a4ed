"""Routes of the operations service: dead letters, queues, and the journey of a case across services."""

import re
from typing import Any

from flask import Response, current_app, g

from contracts.operations import schemas
from gateway import access
from gateway.http import ask
from gateway.live import Overviews
from gateway.reach import Who
from gateway.routes import EVENTS, Routes, page_of

routes = Routes("operations", __name__, description="运维：死信、队列、经过 · Dead letters, queues, journeys")

_RECEIPT = re.compile(r"[0-9]{8}-?[0-9]{4}-?[0-9]{5}")


@routes.operation("GET", "/operations/overview", access.watch_operations, schemas.OverviewOut)
def get_overview() -> Any:
    """队列、发件箱与进程的现状 · Queues, outboxes and processes as they stand"""
    return ask("operations", "get_overview", {})


@routes.operation("GET", "/operations/live", access.watch_operations, schemas.OverviewOut, gives=EVENTS)
def watch_overview() -> Response:
    """现状的实时推送（SSE），每 2 秒一次 · The overview as Server-Sent Events, every two seconds

    事件 overview 的 data 是现状；没有答复时为事件 failure(error、zh、en)。
    The data of an event `overview` is the overview; where there is none, an event `failure` says why (error, zh, en).
    """
    overviews: Overviews = current_app.extensions["overviews"]
    return Response(overviews.watch(), mimetype=EVENTS, headers={"X-Accel-Buffering": "no"})


@routes.operation("GET", "/operations/history", access.watch_operations, schemas.HistoryOut, query=schemas.GetHistory())
def get_history(query: dict[str, Any]) -> Any:
    """一项指标的历史曲线 · A measure over the last hour or day"""
    return ask("operations", "get_history", query)


@routes.operation(
    "GET",
    "/operations/journeys/<word:id>",
    access.watch_operations,
    schemas.JourneyOut,
)
def get_journey(id: str) -> Any:
    """一件诉求、消息或关联号的经过，也可填回执编号 · The journey of a grievance (id or receipt), message or chain"""
    return ask("operations", "get_journey", {"id": _grievance_of(id) if _RECEIPT.fullmatch(id) else id})


def _signed(body: dict[str, Any]) -> dict[str, Any]:
    """The command in the name of whoever is signed in, with the name they gave beside it where that is another."""
    who: Who = g.who
    given = body["by"].strip()
    return {**body, "by": (who.name if given in ("", who.name) else f"{who.name} · {given}")[: schemas.LONGEST_NAME]}


def _grievance_of(receipt: str) -> str:
    """The id of the grievance with this receipt number; where there is none, it may be the number of a chain."""
    found = ask("grievance", "list_grievances", {"receipt": receipt, "page_size": 1})["items"]
    return str(found[0]["id"]) if found else receipt


@routes.operation(
    "GET",
    "/operations/interventions",
    access.watch_operations,
    page_of(schemas.InterventionRow),
    query=schemas.ListInterventions(),
)
def list_interventions(query: dict[str, Any]) -> Any:
    """运维操作台账，新的在前 · What operators did, newest first"""
    return ask("operations", "list_interventions", query)


@routes.operation(
    "POST",
    "/operations/queues/<queue:queue>/pause",
    access.mend_operations,
    schemas.Intervened,
    body=schemas.PauseBody(),
)
def pause_queue(body: dict[str, Any], queue: str) -> Any:
    """暂停消费一个队列 · Let nobody take from a queue until it is resumed"""
    return ask("operations", "pause_queue", {**_signed(body), "queue": queue})


@routes.operation(
    "POST",
    "/operations/queues/<queue:queue>/resume",
    access.mend_operations,
    schemas.Intervened,
    body=schemas.PauseBody(),
)
def resume_queue(body: dict[str, Any], queue: str) -> Any:
    """恢复消费一个队列 · Let a queue be taken from again"""
    return ask("operations", "resume_queue", {**_signed(body), "queue": queue})


@routes.operation(
    "POST",
    "/operations/queues/<queue:queue>/purge",
    access.mend_operations,
    schemas.Intervened,
    body=schemas.PurgeBody(),
)
def purge_queue(body: dict[str, Any], queue: str) -> Any:
    """清空一个队列，须再输入队列名 · Throw away what waits in a queue; its name is typed again"""
    return ask("operations", "purge_queue", {**_signed(body), "queue": queue})


@routes.operation(
    "GET",
    "/operations/dead-letters",
    access.watch_operations,
    page_of(schemas.DeadLetterRow),
    query=schemas.ListDeadLetters(),
)
def list_dead_letters(query: dict[str, Any]) -> Any:
    """死信列表，新的在前 · List dead letters, newest first"""
    return ask("operations", "list_dead_letters", query)


@routes.operation("GET", "/operations/dead-letters/groups", access.watch_operations, schemas.DeadLetterGroups)
def group_dead_letters() -> Any:
    """死信按原因归组 · Open dead letters grouped by cause"""
    return ask("operations", "group_dead_letters", {})


@routes.operation("GET", "/operations/dead-letters/<id:id>", access.watch_operations, schemas.DeadLetterOut)
def get_dead_letter(id: str) -> Any:
    """一条死信，个人信息已遮盖 · One dead letter, personal fields masked"""
    return ask("operations", "get_dead_letter", {"id": id})


@routes.operation(
    "POST",
    "/operations/dead-letters/<id:id>/replay",
    access.mend_operations,
    schemas.DeadLetterRow,
    body=schemas.ReplayBody(),
)
def replay_dead_letter(body: dict[str, Any], id: str) -> Any:
    """重放一条死信到原队列 · Put one dead letter back into the queue it came from"""
    return ask("operations", "replay_dead_letter", {**_signed(body), "id": id})


@routes.operation(
    "POST",
    "/operations/dead-letters/<id:id>/discard",
    access.mend_operations,
    schemas.DeadLetterRow,
    body=schemas.DiscardBody(),
)
def discard_dead_letter(body: dict[str, Any], id: str) -> Any:
    """丢弃一条死信，须说明理由 · Discard one dead letter, with the reason"""
    return ask("operations", "discard_dead_letter", {**_signed(body), "id": id})


@routes.operation(
    "POST",
    "/operations/dead-letters/replay",
    access.mend_operations,
    schemas.Chosen,
    body=schemas.ReplayDeadLetters(),
    refuses=(409,),
)
def replay_dead_letters(body: dict[str, Any]) -> Any:
    """重放一组或全部死信 · Put back a choice of dead letters, or all"""
    return ask("operations", "replay_dead_letters", _signed(body))


@routes.operation(
    "POST",
    "/operations/dead-letters/discard",
    access.mend_operations,
    schemas.Chosen,
    body=schemas.DiscardDeadLetters(),
    refuses=(409,),
)
def discard_dead_letters(body: dict[str, Any]) -> Any:
    """丢弃一组或全部死信，须说明理由 · Discard a choice of dead letters, or all, with the reason"""
    return ask("operations", "discard_dead_letters", _signed(body))
