"""Routes of the grievance service for those who handle cases: work on the way, what is open where, numbers."""

from typing import Any
from uuid import uuid4

from flask import g
from marshmallow import Schema

from contracts.grievance import schemas
from contracts.grievance.schemas import lists, work
from contracts.organization.schemas import handing
from gateway import access
from gateway.api.grievances import GRIEVANCE
from gateway.holding import Held
from gateway.http import ask
from gateway.routes import May, Routes, View, page_of
from gateway.whereabouts import Filtered

routes = Routes(
    "casework",
    __name__,
    description="办理：电话、任务、请人帮忙、统计 · Handling: calls, tasks, help, statistics",
)


def _working(rule: str, body: Schema, may: May = access.handle_grievances) -> Any:
    """A route for work on a case, below its address."""

    def decorate(view: View) -> View:
        how = routes.operation(
            "POST",
            f"/grievances/<id:id>/{rule}",
            may,
            schemas.GrievanceOut,
            at=GRIEVANCE.first,
            body=body,
        )
        return how(view)

    return decorate


@_working("call", work.CallStep())
def note_call(body: dict[str, Any], id: str) -> Any:
    """记录通话结果 · Note whom one called and how it went"""
    return ask("grievance", "note_call", {**body, "id": id})


@_working("split", work.SplitStep())
def split_grievance(body: dict[str, Any], id: str) -> Any:
    """拆分任务，逐个击破 · Split a hard case into tasks"""
    tasks = [{**task, "id": str(uuid4())} for task in body["tasks"]]
    return ask("grievance", "split_grievance", {**body, "tasks": tasks, "id": id})


@_working("tasks/<id:task_id>/finish", work.FinishTaskStep())
def finish_task(body: dict[str, Any], id: str, task_id: str) -> Any:
    """任务完成 · A task is done"""
    return ask("grievance", "finish_task", {**body, "id": id, "task_id": task_id})


@_working("tasks/<id:task_id>/drop", work.DropTaskStep())
def drop_task(body: dict[str, Any], id: str, task_id: str) -> Any:
    """取消任务，须说明理由 · Drop a task, with the reason"""
    return ask("grievance", "drop_task", {**body, "id": id, "task_id": task_id})


@_working("attempts", work.AttemptStep())
def note_attempt(body: dict[str, Any], id: str) -> Any:
    """记录尝试或换办法 · Note an attempt, or a change of approach"""
    return ask("grievance", "note_attempt", {**body, "id": id})


@_working("ask-hands", work.HandsStep())
def ask_hands(body: dict[str, Any], id: str) -> Any:
    """请志愿者帮忙 · Ask for volunteers by hand"""
    return ask("grievance", "ask_hands", {**body, "id": id, "request_id": str(uuid4())})


@_working("ask-unit", work.UnitStep())
def ask_unit(body: dict[str, Any], id: str) -> Any:
    """转请共建单位 · Ask for a partner unit by hand"""
    return ask("grievance", "ask_unit", {**body, "id": id, "request_id": str(uuid4())})


@_working("remind", work.RemindStep(), access.remind_leaders)
def remind_leader(body: dict[str, Any], id: str) -> Any:
    """催办：提醒负责人 · Remind whoever is responsible"""
    return ask("grievance", "remind_leader", {**body, "id": id})


def _giving_away(rule: str, body: Schema, may: May) -> Any:
    """A route by which a case gets another leader: the organization service decides, which knows who holds posts."""
    held = Held(**vars(GRIEVANCE.first))
    return routes.operation("POST", f"/grievances/<id:id>/{rule}", may, handing.LedOut, at=held, body=body)


@_giving_away("hand-over", handing.HandCaseOverStep(), access.hand_over_grievances)
def hand_over_grievance(body: dict[str, Any], id: str) -> Any:
    """移交给另一位负责人，时限不变 · Hand a case to another leader; no deadline begins anew"""
    return ask("organization", "hand_over", {**body, "id": id, "by_account": g.who.account})


@_giving_away("give-back", handing.GiveCaseBackStep(), access.give_back_grievances)
def give_back_grievance(body: dict[str, Any], id: str) -> Any:
    """退单，交还上一级，须说明理由 · Give a case back to the next person up, with the reason; deadlines stay"""
    return ask("organization", "give_back", {**body, "id": id, "by_account": g.who.account})


@_working("pause", work.PauseStep())
def pause_grievance(body: dict[str, Any], id: str) -> Any:
    """暂停：说明等什么、到哪天，时限顺延 · Let the clock stand still, for a reason and until a day"""
    return ask("grievance", "pause_grievance", {**body, "id": id})


@_working("resume", work.ResumeStep())
def resume_grievance(body: dict[str, Any], id: str) -> Any:
    """启动：提前恢复办理 · Let the clock run again before the day has come"""
    return ask("grievance", "resume_grievance", {**body, "id": id})


@_working("reply", work.ReplyStep())
def reply_to_rating(body: dict[str, Any], id: str) -> Any:
    """回复评价 · Reply to the rating"""
    return ask("grievance", "reply_to_rating", {**body, "id": id})


@routes.operation(
    "GET",
    "/grievances/<id:id>/contact",
    access.reach_filers,
    lists.ContactShown,
    at=GRIEVANCE.first,
    refuses=(409,),
)
def get_grievance_contact(id: str) -> Any:
    """提交人的联系方式，查阅留痕 · How to reach whoever filed; who reads it is recorded"""
    return ask("grievance", "get_contact", {"id": id})


@routes.operation(
    "GET",
    "/grievances/by-place",
    access.read_open_cases,
    page_of(lists.OpenInPlace),
    at=Filtered(place="place", places="places"),
    query=lists.ListByPlace(),
)
def list_grievances_by_place(query: dict[str, Any]) -> Any:
    """各楼院未办结件数 · How many cases are open in each courtyard"""
    return ask("grievance", "list_by_place", query)


@routes.operation(
    "GET", "/figures/casework", access.read_figures, lists.StatisticsOut, at=Filtered(), query=lists.Period()
)
def get_casework_figures(query: dict[str, Any]) -> Any:
    """一段时间的诉求统计，不含个人 · Statistics of a period: rates with numerator and denominator, nobody in person"""
    return ask("grievance", "get_statistics", query)


@routes.operation(
    "GET",
    "/figures/casework/communities",
    access.read_figures,
    page_of(lists.CommunityCompared),
    query=lists.Comparison(),
)
def compare_communities(query: dict[str, Any]) -> Any:
    """各社区一段时间的统计与排名，不含个人 · Communities of a period side by side, ranked by a rate"""
    found = ask("grievance", "compare_communities", {**query, "within": list(g.reach.communities)})
    if codes := [row["community"] for row in found["items"]]:
        told = ask("organization", "list_communities", {"within": codes, "page_size": len(codes)})
        names = {each["code"]: each["name"] for each in told["items"]}
        found["items"] = [{**row, "name": names.get(row["community"], row["community"])} for row in found["items"]]
    return found
