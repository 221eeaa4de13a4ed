"""What somebody has agreed to, beside what is written of them: one purpose at a time, given, and taken back."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import render_template, request, url_for
from flask_babel import lazy_gettext

from contracts.organization.schemas.consents import PURPOSES
from gateway.pages.api import api
from gateway.pages.display import display
from gateway.pages.office import pages
from gateway.pages.office.forms import Told, doing, sent
from gateway.pages.speech import CHINA

WAYS = {"written": lazy_gettext("书面"), "spoken": lazy_gettext("口头"), "electronic": lazy_gettext("电子")}
GIVERS = {"self": lazy_gettext("本人"), "guardian": lazy_gettext("监护人")}


@pages.get("/people/<id:id>/consents")
def consents(id: str) -> str:
    """Everything that a person has agreed to, the latest first, with what was taken back since."""
    return _consents(id, {}, "")


@pages.post("/people/<id:id>/consents")
def record_consent(id: str) -> Told:
    """Writes down a consent to one purpose."""
    body: dict[str, Any] = sent("purpose", "given_on", "how", "given_by", "notice")
    body["notice"] = body["notice"] or None
    return _done(id, "give", lambda: api("record_consent", body=body, id=id))


@pages.post("/people/<id:id>/consents/withdraw")
def withdraw_consent(id: str) -> Told:
    """Writes down that one is taken back."""
    body = sent("purpose", "withdrawn_on", "how")
    return _done(id, body["purpose"], lambda: api("withdraw_consent", body=body, id=id))


def _done(id: str, form: str, act: Callable[[], Any]) -> Told:
    then = url_for("office.consents", id=id, done=1)
    return doing(act, lambda _: then, lambda wrong: _consents(id, wrong, form))


def _consents(id: str, wrong: dict[str, list[str]], form: str) -> str:
    found = api("get_consents", id=id)["consents"]
    in_force = {each["purpose"] for each in found if each["in_force"]}
    which = 1 if display().language == "en" else 0
    return render_template(
        "office/consents.html",
        person=api("get_person", id=id),
        consents=found,
        purposes=[(code, told[which]) for code, told in PURPOSES.items() if code not in in_force],
        wrong=wrong,
        form=form,
        given=request.form,
        manners=WAYS,
        givers=GIVERS,
        today=datetime.now(CHINA).date().isoformat(),
    )
