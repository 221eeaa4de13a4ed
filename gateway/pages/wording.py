"""How pages say things that are kept as codes, numbers and moments: states, steps, categories, dates, time left."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from flask import g
from flask_babel import format_date, format_datetime, format_timedelta, gettext, lazy_gettext

from contracts.errors import Error
from gateway.pages.api import every
from gateway.pages.display import display
from gateway.pages.places import place_name
from gateway.pages.speech import CHINA

SOON = timedelta(hours=4)
"""Of a time left that is shorter the page says that it is urgent; our own choice, half a working day."""

STATES: dict[str, tuple[Any, str]] = {
    "filed": (lazy_gettext("已提交"), "new"),
    "assigned": (lazy_gettext("已派单"), "new"),
    "in_hand": (lazy_gettext("办理中"), "doing"),
    "paused": (lazy_gettext("暂停办理"), "ended"),
    "resolved": (lazy_gettext("已办结，待评价"), "done"),
    "rated": (lazy_gettext("已评价"), "done"),
    "closed": (lazy_gettext("已归档"), "done"),
    "rejected": (lazy_gettext("不予受理"), "ended"),
    "cancelled": (lazy_gettext("已撤回"), "ended"),
}
"""States of a grievance: what they are called, and the look of their chip."""

PAUSES = {
    "material": lazy_gettext("等待材料或配件"),
    "resident": lazy_gettext("等待居民配合"),
    "season": lazy_gettext("等待季节或天气"),
    "authority": lazy_gettext("等待其他单位施工"),
    "other": lazy_gettext("等待其他条件"),
}
"""For what a case waits whose clock stands still."""

POSTS = {
    "community_secretary": lazy_gettext("社区书记"),
    "grid_leader": lazy_gettext("网格长"),
    "building_leader": lazy_gettext("楼栋长"),
    "line_head": lazy_gettext("条线负责人"),
}
"""Posts that people hold; of others their own code is shown."""

CONTACTS = {
    "visit": lazy_gettext("上门看望"),
    "meeting": lazy_gettext("见面"),
    "phone": lazy_gettext("打电话"),
    "message": lazy_gettext("微信、短信"),
}
"""How a helper was in touch."""

HELP = {
    "schooling": lazy_gettext("助学"),
    "medical": lazy_gettext("助医"),
    "hardship": lazy_gettext("助困"),
    "care": lazy_gettext("关爱陪伴"),
}
"""With what somebody is helped in a pairing."""

KINDS = {
    "community": lazy_gettext("社区"),
    "grid": lazy_gettext("网格"),
    "courtyard": lazy_gettext("楼院"),
    "building": lazy_gettext("楼栋"),
    "unit": lazy_gettext("单元"),
    "household": lazy_gettext("住户"),
}
"""Kinds of places."""

ROLES = {
    "resident": lazy_gettext("居民"),
    "volunteer": lazy_gettext("志愿者"),
    "building_leader": lazy_gettext("楼栋长"),
    "grid_leader": lazy_gettext("网格长"),
    "office": lazy_gettext("社区工作人员"),
    "secretary": lazy_gettext("社区书记"),
    "doctor": lazy_gettext("医生"),
    "partner": lazy_gettext("共建单位代表"),
    "viewer": lazy_gettext("街道查看"),
    "operator": lazy_gettext("运维"),
    "administrator": lazy_gettext("管理员"),
}
"""Roles that accounts hold."""


class Left(NamedTuple):
    """Time left until something is due: in words, and the look (`late`, `soon`, `calm`) that goes with it."""

    words: str
    look: str


def moment(at: str | datetime | None) -> str:
    """A moment in China's time: 11月28日 09:45."""
    return format_datetime(_moment(at), "M月d日 HH:mm" if display().language == "zh" else "d MMM, HH:mm") if at else ""


def day(on: str | date | None) -> str:
    """A day: 2026年11月28日."""
    if not on:
        return ""
    return str(format_date(date.fromisoformat(on) if isinstance(on, str) else on, "long"))


def ago(at: str | datetime, now: datetime | None = None) -> str:
    """How long ago something was: 3小时前."""
    since = (now or datetime.now(UTC)) - _moment(at)
    if since < timedelta(minutes=1):
        return str(gettext("刚刚"))
    return str(format_timedelta(-since, add_direction=True, threshold=1.1))


def left(until: str | datetime | None, now: datetime | None = None) -> Left:
    """How long there is until a moment, or for how long it has passed."""
    if not until:
        return Left("", "calm")
    remaining = _moment(until) - (now or datetime.now(UTC))
    length = format_timedelta(abs(remaining), threshold=1.1)
    if remaining < timedelta(0):
        return Left(str(gettext("已超时 %(length)s", length=length)), "late")
    return Left(str(gettext("还剩 %(length)s", length=length)), "soon" if remaining < SOON else "calm")


def state(code: str) -> str:
    """A grievance's state, in words."""
    return str(STATES[code][0]) if code in STATES else code


def look(code: str) -> str:
    """The look of the chip of a grievance's state."""
    return STATES[code][1] if code in STATES else "new"


def standing(row: dict[str, Any]) -> str:
    """The code of where a grievance stands: its state, unless its clock stands still."""
    return "paused" if row.get("pause") else str(row["status"])


def waits_for(code: str) -> str:
    """For what a case waits whose clock stands still, in words."""
    return str(PAUSES.get(code, code))


def short_day(on: str | date | None) -> str:
    """A day of this year or the next: 12月5日."""
    if not on:
        return ""
    told = date.fromisoformat(on) if isinstance(on, str) else on
    return str(format_date(told, "M月d日" if display().language == "zh" else "d MMMM"))


def post(code: str) -> str:
    """A post, in words."""
    return str(POSTS.get(code, code))


def role(code: str) -> str:
    """A role, in words."""
    return str(ROLES.get(code, code))


def category(code: str) -> str:
    """A category's name, in the language of the page; its code where nobody can tell."""
    return str(categories().get(code, {}).get("name" if display().language == "zh" else "english") or code)


def categories() -> dict[str, dict[str, Any]]:
    """The table of categories by code, asked for once a request."""
    if "categories" not in g:
        try:
            g.categories = {each["code"]: each for each in every("list_categories")}
        except Error:
            g.categories = {}
    known: dict[str, dict[str, Any]] = g.categories
    return known


def words() -> dict[str, Callable[..., Any]]:
    """All of these by name, for templates."""
    told = (
        moment,
        day,
        short_day,
        ago,
        left,
        state,
        look,
        standing,
        waits_for,
        post,
        role,
        category,
        categories,
        place_name,
    )
    return {each.__name__: each for each in told}


def _moment(at: str | datetime) -> datetime:
    found = datetime.fromisoformat(at) if isinstance(at, str) else at
    return found if found.tzinfo else found.replace(tzinfo=CHINA)
