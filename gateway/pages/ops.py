"""Pages for the person on duty: what stands still, what died and why, how a case went, and the means to mend it."""

from typing import Any

from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from contracts.errors import Error, Invalid, NotFound, TooMany, Unauthenticated
from contracts.operations import schemas
from gateway import access
from gateway.api.operations import get_journey
from gateway.browsers import RUNNING_OWN_SCRIPTS
from gateway.http import STATUS, ask, language
from gateway.identity import current_who
from gateway.languages import LANGUAGES
from gateway.pages import verdicts
from gateway.pages.journey import draw
from gateway.pages.refusals import in_words
from gateway.pages.speech import Speech, pretty, safe_link

pages = Blueprint("ops", "gateway", url_prefix="/ops")

PAGE_SIZE = 50
"""Dead letters on a page."""

MOST_STEPS = 300
"""Steps of a journey that are drawn, the newest of it: drawing two thousand keeps the door busy for seconds."""

RECENT = 8
"""Of the interventions, how many are shown beside the dead letters."""

FILTERS = ("queue", "cause", "error", "type", "state", "community", "correlation")
"""What dead letters are chosen by, as addresses name it."""

GROUPED_BY = ("queue", "error", "type")
"""The filters that apply to groups, too."""


@pages.before_request
def _guard() -> None:
    g.reach = access.watch_operations(current_who())


@pages.after_request
def _allow_own_scripts(response: Response) -> Response:
    response.headers.update(RUNNING_OWN_SCRIPTS)
    response.headers.update({"Cache-Control": "no-store", "Vary": "Accept-Language, Cookie"})
    return response


@pages.context_processor
def _words() -> dict[str, Any]:
    spoken = _language()
    tools = {"pretty": pretty, "safe_link": safe_link, "verdicts": verdicts, "here": _here, "to": _to}
    return {**Speech(spoken).words(), **tools, "language": spoken, "kinds": verdicts.KINDS, "who": g.get("who")}


@pages.errorhandler(Error)
def refuse(error: Error) -> Answer | tuple[str, int, dict[str, str]]:
    """What was refused or does not answer, in words; the page keeps trying where that may help. Who has not signed in
    is asked to, and comes back."""
    if isinstance(error, Unauthenticated):
        return redirect(url_for("signing_in.form", next=request.full_path.rstrip("?")), 303)
    page = render_template("ops/refused.html", error=error, words=in_words(error, _language()))
    waits = {"Retry-After": str(error.facts["retry_after"])} if isinstance(error, TooMany) else {}
    return page, STATUS.get(error.kind, 500), waits


@pages.get("")
def overview() -> str:
    """Everything at a glance."""
    return render_template("ops/overview.html", overview=ask("operations", "get_overview", {}))


@pages.get("/dead")
def groups() -> str:
    """Dead letters by cause."""
    chosen = _chosen(GROUPED_BY)
    found = ask("operations", "group_dead_letters", {})
    shown = [group for group in found["groups"] if all(group[name] == chosen[name] for name in chosen)]
    return render_template(
        "ops/dead.html",
        found=found,
        groups=shown,
        chosen=chosen,
        under_way={state: _count({"state": state}) for state in ("waiting", "sent")},
        interventions=ask("operations", "list_interventions", {"page_size": RECENT})["items"],
    )


@pages.get("/dead/letters")
def letters() -> str:
    """Dead letters one by one, of a cause or by other marks."""
    chosen = _chosen(FILTERS)
    page = max(1, request.args.get("page", 1, type=int))
    paged = {"page": page, "page_size": PAGE_SIZE}
    states = schemas.DEAD_LETTER_STATES
    return render_template(
        "ops/letters.html",
        found=ask("operations", "list_dead_letters", {**chosen, **paged}),
        counts={state: _count({**chosen, "state": state}) for state in states},
        chosen=chosen,
        paged=paged,
    )


@pages.get("/dead/<id:id>")
def letter(id: str) -> str:
    """One dead letter whole."""
    return render_template("ops/letter.html", letter=ask("operations", "get_dead_letter", {"id": id}))


@pages.get("/journey")
def journey() -> tuple[str, int]:
    """How a case, a message or a chain went across the services."""
    id = request.args.get("id", "").strip()
    if not id:
        return _journey_page(id), 200
    try:
        found = get_journey(id)
    except (Invalid, NotFound) as error:
        return _journey_page(id, refused=in_words(error, _language())), STATUS[error.kind]
    steps = found["steps"][-MOST_STEPS:]
    is_cut = found["is_cut"] or len(steps) < len(found["steps"])
    return _journey_page(id, found=found, is_cut=is_cut, drawing=draw(found["participants"], steps)), 200


def _journey_page(id: str, **shown: Any) -> str:
    return render_template("ops/journey.html", id=id, outcomes=verdicts.OUTCOMES, **shown)


def _count(choice: dict[str, str]) -> int:
    return int(ask("operations", "list_dead_letters", {**choice, "page_size": 1})["total"])


def _chosen(names: tuple[str, ...]) -> dict[str, str]:
    given = ((name, request.args.get(name, "").strip()) for name in names)
    return {name: value for name, value in given if value}


def _language() -> str:
    wished = request.args.get("lang", "")
    return wished if wished in LANGUAGES else language()


def _to(endpoint: str, **more: Any) -> str:
    """The address of another of these pages, in the language that was switched to."""
    switched = {"lang": request.args["lang"]} if request.args.get("lang") in LANGUAGES else {}
    return url_for(f"ops.{endpoint}", **{**switched, **more})


def _here(**changes: Any) -> str:
    """The address of this page with something asked differently; None: not asked at all."""
    asked = {**request.args.to_dict(), **(request.view_args or {}), **changes}
    return url_for(str(request.endpoint), **{name: value for name, value in asked.items() if value is not None})
