"""The same step on several matters of the inbox at once, with what became of each."""

from typing import Any, NamedTuple
from uuid import UUID, uuid4, uuid5

from flask import g, render_template, request
from flask_babel import gettext, lazy_gettext

from contracts.errors import Error, Invalid, words
from contracts.grievance.errors import StepForbidden
from gateway.pages.api import api
from gateway.pages.frame import said, said_of
from gateway.pages.office import pages
from gateway.pages.office.community import community
from gateway.pages.phrases import fitting
from gateway.pages.queues import KINDS, looked_at
from gateway.pages.takers import offered_takers
from gateway.pages.wording import standing, state

MOST = KINDS["inbox"].on_a_page
"""Matters at once: those that stand on one page of the inbox."""


class Step(NamedTuple):
    """A step that is taken on several: its operation, the field of it that holds what is written, which phrases
    fit ("": none), whether something must be written, whether somebody must be chosen who gets them."""

    called: Any
    operation: str
    field: str
    phrases: str
    needs_words: bool
    needs_taker: bool = False


STEPS = {
    "accept": Step(lazy_gettext("接办"), "accept_grievance", "note", "accept", False),
    "resolve": Step(lazy_gettext("办结"), "resolve_grievance", "resolution", "resolve", True),
    "remind": Step(lazy_gettext("催办负责人"), "remind_leader", "note", "", False),
    "hand-over": Step(lazy_gettext("移交给"), "hand_over_grievance", "reason", "", True, needs_taker=True),
    "note": Step(lazy_gettext("记一笔"), "note_attempt", "note", "reply", True),
}


class Outcome(NamedTuple):
    """What became of one matter: its receipt, and why nothing was done; "" where it was done."""

    id: str
    receipt: str
    why: str


@pages.post("/bulk")
def bulk() -> str | tuple[str, int]:
    """Takes the step on each, once however often the form is sent, and never over what others did meanwhile."""
    queue = looked_at("inbox", request.args, community=community())
    chosen = [case.partition(":")[::2] for case in dict.fromkeys(request.form.getlist("case"))]
    try:
        step, key = _asked(len(chosen))
        outcomes = [_take(step, key, id, version) for id, version in chosen]
        wrong: dict[str, list[str]] = {}
    except Error as error:
        if error.kind in ("unauthenticated", "forbidden"):
            raise
        outcomes, wrong = [], said_of(error)
    page = render_template(
        "office/bulk.html",
        queue=queue,
        outcomes=outcomes,
        done=sum(not outcome.why for outcome in outcomes),
        wrong=wrong,
        given=request.form,
        chosen=request.form.getlist("case")[:MOST],
        key=request.form.get("key") or str(uuid4()),
        steps=STEPS,
        takers=offered_takers(community()) if wrong else [],
    )
    return (page, 422) if wrong else page


def _asked(number: int) -> tuple[Step, UUID]:
    """The step, and the form's own key. Raises `Invalid`, with what is missing."""
    wrong: dict[str, list[Any]] = {}
    step = STEPS.get(request.form.get("step", ""))
    if step is None:
        wrong["step"] = [words("请选要做什么", "Choose what to do")]
    elif step.needs_words and not (request.form.get("words", "").strip() or request.form.get("phrase")):
        wrong["words"] = [words("请选一条常用语，或写一句话", "Choose a ready phrase, or write something")]
    if step is not None and step.needs_taker and not request.form.get("to"):
        wrong["to"] = [words("请选移交给谁", "Choose to whom they are handed over")]
    if not 1 <= number <= MOST:
        wrong["case"] = [words(f"请选 1 到 {MOST} 件", f"Choose 1 to {MOST} matters")]
    try:
        key = UUID(request.form.get("key", ""))
    except ValueError:
        key = uuid4()
    if step is None or wrong:
        raise Invalid(fields=wrong)
    return step, key


def _take(step: Step, key: UUID, id: str, version: str) -> Outcome:
    """The step on one. Its number follows from the form's key and what it says: sent again it is known to be taken
    already."""
    receipt = ""
    try:
        case = api("get_grievance", id=str(UUID(id)))
        receipt = case["receipt"]
        number, _, leader = version.partition(":")
        to = request.form["to"] if step.needs_taker else ""
        seen: dict[str, Any] = {"expected_version": int(number)} if number.isdecimal() else {}
        if step.needs_taker:
            seen = {"to_id": to, **({"from_id": leader} if leader else {})}
        written = _words(step, case)
        step_id = uuid5(key, " ".join(filter(None, (case["id"], step.operation, written, to))))
        body = {"by": g.who.name, "step_id": str(step_id), step.field: written, **seen}
        api(step.operation, id=case["id"], body=body)
    except ValueError:
        return Outcome(id, receipt, gettext("没有这件诉求"))
    except StepForbidden:
        return Outcome(id, receipt, gettext("现在是“%(state)s”，不能这样办", state=state(standing(case))))
    except Error as error:
        return Outcome(id, receipt, said(error))
    return Outcome(id, receipt, "")


def _words(step: Step, case: dict[str, Any]) -> str:
    """What is written, or what the phrase says of this very case."""
    written = request.form.get("words", "").strip()
    asked = request.form.get("phrase", "")
    fit = fitting(case)[step.phrases] if asked and step.phrases else []
    found = next((one["words"] for one in fit if one["id"] == asked), "")
    return "\n".join(filter(None, (found, written)))
