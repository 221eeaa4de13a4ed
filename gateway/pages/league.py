"""Figures of a period as pages show them: grouped in several ways, each group by its name, ranked by a rate."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from flask import request
from flask_babel import gettext, lazy_gettext

from gateway.pages.api import api, every
from gateway.pages.places import place_name
from gateway.pages.speech import CHINA
from gateway.pages.wording import category
from gateway.sheets import Column

WEEKS = {4: lazy_gettext("近 4 周"), 12: lazy_gettext("近 12 周"), 52: lazy_gettext("近一年")}
"""How far back one looks."""

RATES = {
    "response": lazy_gettext("响应率"),
    "resolution": lazy_gettext("解决率"),
    "satisfaction": lazy_gettext("满意率"),
}
"""By what is ranked."""

GROUPED_BY = {
    "category": lazy_gettext("按类别"),
    "week": lazy_gettext("按周"),
    "courtyard": lazy_gettext("按楼院"),
    "grid": lazy_gettext("按网格"),
    "channel": lazy_gettext("按渠道"),
}
CHANNELS = {
    "web": lazy_gettext("网上"),
    "phone": lazy_gettext("电话"),
    "walk_in": lazy_gettext("来访"),
    "partner": lazy_gettext("单位"),
}
IN_NONE = {"grid": lazy_gettext("不在网格内"), "courtyard": lazy_gettext("不在楼院内")}
"""Groups that are ranked, and what is called that lies in none of them."""

NOTHING: dict[str, Any] = {
    "rank": None,
    **dict.fromkeys(("filed", "open", "overdue", "paused", "moved"), 0),
    **{rate: {"counted": 0, "of": 0, "rate": None} for rate in (*RATES, "on_time", "on_time_unmoved")},
    "mean_hours": None,
}
"""The figures of a place where nothing was filed."""


class Asked(NamedTuple):
    """What is asked for: of how many weeks, by what it is grouped, by which rate it is ranked."""

    weeks: int
    by: str
    rank_by: str

    @property
    def since(self) -> date:
        """The first day of it, in China."""
        return (datetime.now(CHINA) - timedelta(weeks=self.weeks)).date()

    @property
    def ranked(self) -> bool:
        """Whether its groups are ranked: somebody answers for each."""
        return self.by in IN_NONE

    @property
    def carried(self) -> dict[str, Any]:
        """What an address says of it."""
        return self._asdict()


def asked(by: str) -> Asked:
    """What the address asks for; what it does not say, or says wrongly, is by this, of the least weeks, by the first
    rate."""
    weeks = request.args.get("weeks", 0, type=int)
    told, rank_by = request.args.get("by", ""), request.args.get("rank_by", "")
    return Asked(
        weeks if weeks in WEEKS else next(iter(WEEKS)),
        told if told in GROUPED_BY else by,
        rank_by if rank_by in RATES else next(iter(RATES)),
    )


def figures_of(community: str, wanted: Asked) -> dict[str, Any]:
    """The figures of a community, each group with its `name`. Grids and courtyards in which nothing was filed stand at
    the end, after them what lies in none."""
    query = {"community": community, "since": wanted.since.isoformat(), "by": wanted.by, "rank_by": wanted.rank_by}
    told: dict[str, Any] = api("get_casework_figures", query=query)
    if wanted.ranked:
        told["groups"] = list(_all_places(community, wanted.by, told["groups"]))
    else:
        told["groups"] = [{**group, "name": _called(wanted.by, group["key"])} for group in told["groups"]]
    return told


def _all_places(community: str, kind: str, groups: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    names = {place["code"]: place["name"] for place in every("list_places", query={"kind": kind}, community=community)}
    by_code = {group["key"]: group for group in groups}
    in_none = by_code.pop(community, None)
    for code in [*by_code, *(code for code in names if code not in by_code)]:
        name = names.get(code) or place_name(community, code)
        yield {"key": code, **by_code.get(code, NOTHING), "name": name}
    if in_none:
        yield {**in_none, "name": IN_NONE[kind]}


def _called(by: str, key: str) -> str:
    if by == "category":
        return category(key)
    return str(CHANNELS.get(key, key)) if by == "channel" else key


def columns(first: str, code: str = "") -> list[Column]:
    """The columns of a sheet of such figures: `first` heads the names; `code` is the field that holds a place's code,
    where rows are of places and ranked."""
    head = [Column(str(first), lambda row: row["name"], "text", 24)]
    if code:
        head += [
            Column(gettext("编码"), lambda row: row[code], "text", 24),
            Column(gettext("名次"), lambda row: row["rank"], "number", 8),
        ]
    counts = {"filed": gettext("提交数"), "open": gettext("未办结"), "overdue": gettext("超期")}
    head += [Column(called, _field(name), "number", 10) for name, called in counts.items()]
    for name, called in RATES.items():
        head += _rate(name, str(called))
    head += [Column(gettext("平均用时（小时）"), _field("mean_hours"), "number", 16)]
    pauses = {"paused": gettext("暂停中"), "moved": gettext("因暂停顺延")}
    head += [Column(called, _field(name), "number", 12) for name, called in pauses.items()]
    on_time = _rate("on_time", gettext("按时办结率"))
    return [*head, *on_time, *_rate("on_time_unmoved", gettext("按时办结率（不计暂停）"))]


def _rate(name: str, called: str) -> list[Column]:
    return [
        Column(called, _field(name, "rate"), "percent", 10),
        Column(gettext("%(rate)s：计入", rate=called), _field(name, "counted"), "number", 14),
        Column(gettext("%(rate)s：总数", rate=called), _field(name, "of"), "number", 14),
    ]


def _field(*path: str) -> Any:
    def value(row: Any) -> Any:
        for name in path:
            row = row and row.get(name)  # A service of the release before does not tell all of them.
        return row

    return value
