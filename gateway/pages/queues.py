"""The list that a case was opened from, so that one goes on in it: the case's address says which list, how it was
narrowed, and how far down the case stood. What comes next is what the list itself shows next."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from flask import request, url_for
from flask_babel import lazy_gettext

from contracts.errors import Error, Invalid
from gateway.pages.api import api
from gateway.pages.frame import said_of

FARTHEST = 99_998
"""A list has a hundred thousand pages at most, and this one more row before it."""

SIGHTS: dict[str, dict[str, Any]] = {
    "open": {"group": "open"},
    "late": {"overdue": True},
    "waiting": {"group": "waiting"},
    "in_hand": {"group": "in_hand"},
    "settled": {"group": "settled"},
}
"""What a leader may look at of today's list, with its filters."""

INBOX = ("group", "status", "category", "place", "channel", "receipt")
"""What the office's inbox is narrowed by, as its address names it."""


def of_today(given: Mapping[str, str]) -> dict[str, Any]:
    """The filters and the order of today's list; whoever looks for a receipt number finds it in whatever state."""
    if receipt := given.get("receipt", "").strip():
        return {"receipt": receipt, "order": "newest", "mine": True}
    sight = given.get("show", "open")
    filters = SIGHTS.get(sight, SIGHTS["open"])
    place = given.get("place", "")
    order = {"order": "newest" if sight == "settled" else "urgent"}
    return {**filters, **order, "mine": True} | ({"place": place} if place else {})


def of_inbox(given: Mapping[str, str]) -> dict[str, Any]:
    """Those of the inbox: open matters, the most urgent first, unless something else is asked."""
    chosen: dict[str, Any] = {name: value for name in INBOX if (value := given.get(name, "").strip())}
    if "group" not in given and not {"status", "receipt"} & set(chosen):
        chosen["group"] = "open"
    if given.get("overdue"):
        chosen["overdue"] = True
    chosen["order"] = "urgent" if chosen.get("group") in ("open", "waiting", "in_hand") else "newest"
    return chosen


def found_or_wrong(query: dict[str, Any]) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """A page of the cases that are asked for; where something asked cannot be, none, and by its field what is wrong."""
    try:
        return api("list_grievances", query=query), {}
    except Invalid as error:
        return {"items": [], "total": 0, "page": 1, "page_size": query["page_size"]}, said_of(error)


class Kind(NamedTuple):
    """A list of cases: its page, what it is called, how many rows a page of it has, what its address may say."""

    endpoint: str
    called: Any
    on_a_page: int
    names: tuple[str, ...]
    filters: Callable[[Mapping[str, str]], dict[str, Any]]


KINDS = {
    "today": Kind("leader.today", lazy_gettext("今日待办"), 20, ("show", "place"), of_today),
    "inbox": Kind(
        "office.inbox",
        lazy_gettext("诉求"),
        50,
        ("community", *(name for name in INBOX if name != "receipt"), "overdue"),
        lambda given: of_inbox(given) | {"community": given.get("community", "")},
    ),
}


class Following(NamedTuple):
    """What comes next: a row of the list, what the address of its page says of the list, and how many are left."""

    case: dict[str, Any]
    carried: dict[str, Any]
    left: int


class Queue(NamedTuple):
    """A list as it was looked at, and how many rows of it stood before the case."""

    name: str
    narrowed: dict[str, str]
    before: int

    @property
    def kind(self) -> Kind:
        """Which list it is."""
        return KINDS[self.name]

    @property
    def carried(self) -> dict[str, Any]:
        """What the address of a case says of it."""
        return {"list": self.name, **self.narrowed, "at": self.before}

    @property
    def back(self) -> str:
        """The page of the list on which the case stood."""
        page = self.before // self.kind.on_a_page + 1
        return url_for(self.kind.endpoint, **self.narrowed, **({"page": page} if page > 1 else {}))

    def opening(self, page: int) -> Callable[[int], dict[str, Any]]:
        """For a page of the list: what the address of its row of a number, from 0, carries."""
        before = (page - 1) * self.kind.on_a_page
        return lambda number: self._replace(before=before + number).carried

    def after(self, id: str) -> Following | None:
        """The case that follows this one, the first again after the last; None where there is no other. Whether this
        one has left the list meanwhile makes no difference: the others are counted without it."""
        others = {"except_id": id}
        before = self.before
        found = self._row(before, others)
        if not found["items"] and found["total"]:
            before, found = 0, self._row(0, others)
        if not found["items"]:
            return None
        case = found["items"][0]
        stands_here = [row["id"] for row in self._row(before, {})["items"]] == [case["id"]]
        place = self._replace(before=before if stands_here else before + 1)
        return Following(case, place.carried, found["total"])

    def _row(self, number: int, more: dict[str, Any]) -> dict[str, Any]:
        asked = {**self.kind.filters(self.narrowed), **more, "page": number + 1, "page_size": 1}
        found: dict[str, Any] = api("list_grievances", query=asked)
        return found


def looked_at(name: str, given: Mapping[str, str], **more: str) -> Queue:
    """The list of this name as an address has narrowed it."""
    said = {**given, **more}
    return Queue(name, {each: said[each] for each in KINDS[name].names if each in said}, 0)


def opened_from() -> Queue | None:
    """The list that the case of this request was opened from; None where it does not say."""
    name = request.args.get("list", "")
    if name not in KINDS:
        return None
    return looked_at(name, request.args)._replace(before=min(max(0, request.args.get("at", 0, type=int)), FARTHEST))


def following(queue: Queue | None, id: str) -> Following | None:
    """What comes next in the list; None where nothing does, or an address says of it what no list has."""
    try:
        return None if queue is None else queue.after(id)
    except Error:
        return None
