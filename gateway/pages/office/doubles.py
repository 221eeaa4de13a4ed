"""Entries of the register that may be one and the same person: looked at side by side, merged or told apart."""

from collections.abc import Callable
from typing import Any

from flask import redirect, render_template, request, url_for
from flask_babel import lazy_gettext

from contracts.organization.errors import MergedAway
from contracts.organization.schemas.consents import PURPOSES
from gateway.pages.api import api, may
from gateway.pages.display import display
from gateway.pages.office import pages
from gateway.pages.office.community import community
from gateway.pages.office.forms import Told, doing, filters, page, sent
from gateway.pages.office.people import SEXES

SHOWN = 20

REASONS = {
    "name_birth": lazy_gettext("姓名和出生日期相同"),
    "name_household": lazy_gettext("姓名和住户相同"),
    "name_birth_year": lazy_gettext("姓名和出生年份相同"),
    "phone": lazy_gettext("电话相同"),
}
"""Why two entries may be one person."""

VOLUNTEERS = ("kept_volunteer_id", "gone_volunteer_id")

FIELDS = {
    "name": lazy_gettext("姓名"),
    "number": lazy_gettext("编号"),
    "sex": lazy_gettext("性别"),
    "born_on": lazy_gettext("出生日期"),
    "household": lazy_gettext("住户"),
    "phone": lazy_gettext("电话"),
}
"""What two entries may say differently."""


def reasons(codes: list[str]) -> list[str]:
    """Why two may be one, in words; the year says nothing more where the whole day is the same."""
    shown = [code for code in codes if code != "name_birth_year" or "name_birth" not in codes]
    return [str(REASONS[code]) for code in shown if code in REASONS]


@pages.get("/doubles")
def doubles() -> str:
    """Who may be registered twice, and why."""
    return _doubles({})


@pages.post("/doubles/apart")
def tell_apart() -> Told:
    """These are two people: they are not shown as one again."""
    one, other = (request.form.get(name, "") for name in ("one", "other"))
    asked = {name: value for name, value in sent("reason", "page").items() if value}
    return doing(
        lambda: api("tell_apart", body={"other_id": other}, id=one),
        lambda _: url_for("office.doubles", community=community(), done=1, **asked),
        _doubles,
    )


@pages.get("/people/<id:id>/merge")
def merging(id: str) -> Told:
    """What would happen to both entries, before it does."""
    return _led_on(lambda: _merging(id, request.args.get("gone", ""), {}))


@pages.post("/people/<id:id>/merge")
def merge(id: str) -> Told:
    """Merges the other entry into this one, as it was confirmed; sent a second time, it leads on to what it made."""
    gone = request.form.get("gone", "")
    stays = {name: side for name in FIELDS if (side := request.form.get(name, "")) in ("kept", "gone")}
    seen = {name: request.form.get(name, 0, type=int) for name in ("version", "gone_version")}
    volunteers = {name: request.form[name] for name in VOLUNTEERS if request.form.get(name)}
    if "sure" not in request.form:
        wrong = {"sure": [str(lazy_gettext("请先勾选，确认是同一个人"))]}
        return _led_on(lambda: (_merging(id, gone, wrong), 422))
    return _led_on(
        lambda: doing(
            lambda: api("merge_people", body={"gone_id": gone, "stays": stays, **seen, **volunteers}, id=id),
            lambda told: url_for("office.person", id=told["id"], merged=1),
            lambda wrong: _merging(id, gone, wrong),
        )
    )


def _led_on(show: Callable[[], Told]) -> Told:
    """What is shown, or the way to the entry that both are already. A form that is refused because of that is shown
    again, which asks about both entries once more and learns it here."""
    try:
        return show()
    except MergedAway as merged:
        return redirect(url_for("office.person", id=merged.facts["into"], merged=1), 303)


def _merging(id: str, gone: str, wrong: dict[str, list[str]]) -> str:
    told = api("preview_merge", query={"gone_id": gone}, id=id)
    return render_template(
        "office/merging.html",
        told=told,
        volunteers=_volunteers(told),
        fields=FIELDS,
        sexes=dict(SEXES),
        purposes=_purpose,
        wrong=wrong,
        given=request.form,
    )


def _volunteers(told: dict[str, Any]) -> list[tuple[str, str]]:
    """Volunteers who bear the name of either entry, where there are two or more: nothing else tells whether they are
    the same person, so that the office says it."""
    if not may("list_volunteers"):
        return []
    names = {told[side]["name"] for side in ("kept", "gone")}
    found: dict[str, str] = {}
    for name in sorted(names):
        asked = {"community": told["community"], "q": name, "page_size": SHOWN}
        for each in api("list_volunteers", query=asked)["items"]:
            if each["name"] in names:
                known = [each["name"], each.get("home_name") or each["home_place"], *each["skill_names"]]
                found[each["id"]] = " · ".join(known)
    return list(found.items()) if len(found) > 1 else []


def _purpose(code: str) -> str:
    zh, en, _ = PURPOSES[code]
    return en if display().language == "en" else zh


def _doubles(wrong: dict[str, list[str]]) -> str:
    at, asked = community(), filters("reason")
    found = _page_of_doubles(at, asked, page())
    return render_template(
        "office/doubles.html",
        found=found,
        asked=asked,
        community=at,
        choices_of_reason=list(REASONS.items()),
        reasons=reasons,
        wrong=wrong,
    )


def _page_of_doubles(at: str, asked: dict[str, str], number: int) -> dict[str, Any]:
    """The page asked for, or the last one where so many were merged and told apart that it is no more."""
    found: dict[str, Any] = api("list_doubles", query={**asked, "page": number, "page_size": SHOWN}, community=at)
    last = max(1, -(-found["total"] // SHOWN))
    return found if number <= last else _page_of_doubles(at, asked, last)
