"""Every list of the office as a sheet: the same rows, access and record as on its page."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from flask import Response, render_template
from flask_babel import gettext, lazy_gettext
from werkzeug.exceptions import NotFound

from gateway.files import call
from gateway.pages.api import every
from gateway.pages.office import pages
from gateway.pages.office.community import community
from gateway.pages.office.doubles import reasons
from gateway.pages.office.inbox import asked
from gateway.pages.wording import KINDS, category, post, standing, state, waits_for
from gateway.sheets import XLSX, Column, sheet


class Export(NamedTuple):
    """A list that can be had as a sheet: what it is called, which operation lists it, its columns."""

    name: Any
    operation: str
    columns: tuple[tuple[Any, Any, str, int], ...]
    is_of_address: bool = False


def _field(name: str) -> Any:
    return lambda row: row.get(name)


def _said(row: Any) -> str:
    return str(row["said"]["zh"])


SEXES = {"male": lazy_gettext("男"), "female": lazy_gettext("女")}
_CODE, _NAME = lazy_gettext("编码"), lazy_gettext("名称")
_PLACE, _STATE = lazy_gettext("地点编码"), lazy_gettext("状态")

EXPORTS = {
    "grievances": Export(lazy_gettext("诉求"), "list_grievances", (
        (lazy_gettext("回执号"), _field("receipt"), "text", 22),
        (lazy_gettext("类别"), lambda row: category(row["category"]), "text", 18),
        (_STATE, lambda row: state(standing(row)), "text", 16),
        (_PLACE, _field("place"), "text", 24),
        (lazy_gettext("提交时间"), _field("filed_at"), "moment", 18),
        (lazy_gettext("最晚回应"), _field("respond_by"), "moment", 18),
        (lazy_gettext("最晚办结"), _field("resolve_by"), "moment", 18),
        (lazy_gettext("顺延前最晚办结"), _field("moved_from"), "moment", 18),
        (lazy_gettext("暂停：等什么"), lambda row: row.get("pause") and waits_for(row["pause"]["kind"]), "text", 18),
        (lazy_gettext("暂停到"), lambda row: row.get("pause") and row["pause"]["until"], "day", 14),
        (lazy_gettext("负责人"), lambda row: row["leader"] and row["leader"]["name"], "text", 12),
        (lazy_gettext("渠道"), _field("channel"), "text", 10),
        (lazy_gettext("评分"), _field("score"), "number", 8),
    )),
    "places": Export(lazy_gettext("地点"), "list_places", (
        (_CODE, _field("code"), "text", 24),
        (lazy_gettext("类型"), lambda row: str(KINDS[row["kind"]]), "text", 12),
        (_NAME, _field("name"), "text", 24),
        (lazy_gettext("上级"), _field("parent"), "text", 24),
        (lazy_gettext("老旧"), lambda row: "是" if row["aged"] else "", "text", 8),
        (lazy_gettext("四至"), _field("boundary"), "text", 40),
    ), is_of_address=True),
    "people": Export(lazy_gettext("人员"), "list_people", (
        (lazy_gettext("编号"), _field("number"), "text", 18),
        (lazy_gettext("姓名"), _field("name"), "text", 12),
        (lazy_gettext("性别"), lambda row: str(SEXES.get(row["sex"], "")), "text", 8),
        (lazy_gettext("出生日期"), _field("born_on"), "day", 14),
        (lazy_gettext("住户编码"), _field("household"), "text", 24),
        (lazy_gettext("电话"), _field("phone"), "text", 16),
        (lazy_gettext("职务"), lambda row: [post(each["kind"]) for each in row["posts"]], "text", 24),
    )),
    "doubles": Export(lazy_gettext("可能重复"), "list_doubles", (
        (lazy_gettext("依据"), lambda row: reasons(row["reasons"]), "text", 30),
        (lazy_gettext("姓名"), lambda row: row["one"]["name"], "text", 12),
        (lazy_gettext("编号"), lambda row: row["one"]["number"], "text", 18),
        (lazy_gettext("出生日期"), lambda row: row["one"]["born_on"], "day", 14),
        (lazy_gettext("住户编码"), lambda row: row["one"]["household"], "text", 24),
        (lazy_gettext("电话"), lambda row: row["one"]["phone"], "text", 16),
        (lazy_gettext("另一条姓名"), lambda row: row["other"]["name"], "text", 12),
        (lazy_gettext("另一条编号"), lambda row: row["other"]["number"], "text", 18),
        (lazy_gettext("另一条出生日期"), lambda row: row["other"]["born_on"], "day", 14),
        (lazy_gettext("另一条住户编码"), lambda row: row["other"]["household"], "text", 24),
        (lazy_gettext("另一条电话"), lambda row: row["other"]["phone"], "text", 16),
    ), is_of_address=True),
    "posts": Export(lazy_gettext("任职"), "list_posts", (
        (lazy_gettext("职务"), lambda row: post(row["kind"]), "text", 14),
        (_PLACE, _field("place"), "text", 24),
        (lazy_gettext("姓名"), _field("person_name"), "text", 12),
        (lazy_gettext("任期开始"), _field("starts_on"), "day", 14),
        (lazy_gettext("任期结束"), _field("ends_on"), "day", 14),
        (lazy_gettext("前任"), _field("predecessor_name"), "text", 12),
    )),
    "gaps": Export(lazy_gettext("缺口"), "list_gaps", (
        (lazy_gettext("说明"), _said, "text", 60),
        (_PLACE, _field("place"), "text", 24),
        (_NAME, _field("name"), "text", 24),
        (lazy_gettext("从哪天起"), _field("since"), "day", 14),
    ), is_of_address=True),
    "volunteers": Export(lazy_gettext("志愿者"), "list_volunteers", (
        (lazy_gettext("姓名"), _field("name"), "text", 12),
        (lazy_gettext("技能"), _field("skill_names"), "text", 30),
        (lazy_gettext("居住地点"), _field("home_name"), "text", 24),
        (lazy_gettext("党员"), lambda row: "是" if row["is_party_member"] else "", "text", 8),
        (lazy_gettext("注册日期"), _field("joined_on"), "day", 14),
    )),
    "teams": Export(lazy_gettext("服务队"), "list_teams", (
        (_NAME, _field("name"), "text", 20),
        (lazy_gettext("类型"), _field("type_name"), "text", 18),
        (lazy_gettext("口号"), _field("slogan"), "text", 30),
        (_STATE, _field("state"), "text", 12),
        (lazy_gettext("人数"), _field("members_now"), "number", 8),
    )),
    "dispatches": Export(lazy_gettext("派单"), "list_dispatches", (
        (lazy_gettext("志愿者"), lambda row: row.get("name") or row.get("volunteer_name"), "text", 12),
        (_STATE, _field("state"), "text", 12),
        (lazy_gettext("理由"), _field("reason"), "text", 40),
        (lazy_gettext("计入分钟"), _field("minutes_credited"), "number", 10),
    )),
    "units": Export(lazy_gettext("共建单位"), "list_units", (
        (_NAME, _field("name"), "text", 28),
        (lazy_gettext("类型"), _field("kind"), "text", 16),
        (lazy_gettext("联系人"), _field("contact_name"), "text", 12),
        (lazy_gettext("协议"), _field("agreement"), "text", 12),
        (lazy_gettext("协议截止"), _field("agreement_until"), "day", 14),
        (lazy_gettext("未办结"), _field("open_referrals"), "number", 8),
    )),
    "referrals": Export(lazy_gettext("转办"), "list_referrals", (
        (lazy_gettext("单位"), _field("unit"), "text", 28),
        (lazy_gettext("类别"), lambda row: category(row["category"]), "text", 18),
        (_PLACE, _field("place"), "text", 24),
        (_STATE, _field("state"), "text", 12),
        (lazy_gettext("转办时间"), _field("referred_at"), "moment", 18),
        (lazy_gettext("结果"), _field("result"), "text", 40),
    )),
    "visits": Export(lazy_gettext("上门"), "list_visits", (
        (_PLACE, _field("place"), "text", 24),
        (lazy_gettext("最晚哪天"), _field("due_on"), "day", 14),
        (_STATE, _field("state"), "text", 12),
        (lazy_gettext("理由"), _field("reason"), "text", 40),
    )),
}  # fmt: skip
"""Every list, by the name that its address has."""


@pages.get("/lists")
def lists() -> str:
    """Every list that can be had as a sheet."""
    return render_template("office/lists.html", lists=EXPORTS, community=community())


@pages.get("/export/<name>.xlsx")
def export(name: str) -> Response:
    """A list as a sheet, narrowed as the inbox is where it is the inbox's."""
    if name not in EXPORTS:
        raise NotFound
    told, at = EXPORTS[name], community()
    columns = [Column(str(heading), value, kind, width) for heading, value, kind, width in told.columns]  # type: ignore[arg-type]
    written = sheet(str(told.name), columns, _rows(name, told, at))
    response = Response(written, content_type=XLSX)
    file = gettext("%(what)s-%(community)s.xlsx", what=told.name, community=at)
    return call(response, "attachment", file, f"{name}-{at}.xlsx")


def _rows(name: str, told: Export, at: str) -> Iterator[dict[str, Any]]:
    if told.is_of_address:
        return every(told.operation, community=at)
    narrowed = {**asked(), "order": "oldest"} if name == "grievances" else {}
    return every(told.operation, query={**narrowed, "community": at})
