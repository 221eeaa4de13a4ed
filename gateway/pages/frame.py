"""What all pages share: the frame around them, who may see them, how they refuse, and what they tell browsers."""

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Flask, Response, current_app, g, redirect, render_template, request, url_for
from flask_babel import Babel
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as Answer

from contracts.errors import Error, TooMany, Unauthenticated
from gateway.browsers import NOT_KEPT, RUNNING_OWN_SCRIPTS
from gateway.errors import PasswordMustChange, WrongToken
from gateway.http import STATUS, error_of, refusal, refusal_of_http
from gateway.identity import SAFE_METHODS, check_same_site
from gateway.pages import wording
from gateway.pages.api import may
from gateway.pages.bell import unread
from gateway.pages.catalogues import Catalogues
from gateway.pages.display import display
from gateway.pages.refusals import field_called, fields_in_words, in_words
from gateway.pages.tongues import marked
from gateway.reach import CODE, Who

HTMX = "HX-Request"


class Pages(Blueprint):
    """The pages of one kind of people.

    `home` is the view that their way in leads to, `called` its name there, `told` what is done there in a sentence,
    `roles` those it is shown to (None: to nobody; it is reached by links), `roles_over_several` those it is shown to
    where they are held over more than one community.
    """

    def __init__(
        self,
        name: str,
        url_prefix: str = "",
        *,
        home: str = "",
        called: Any = "",
        told: Any = "",
        roles: tuple[str, ...] | None = None,
        roles_over_several: tuple[str, ...] = (),
    ) -> None:
        super().__init__(name, "gateway", url_prefix=url_prefix or None)
        self.home, self.called, self.told, self.roles = home, called, told, roles
        self.roles_over_several = roles_over_several
        self.before_request(_refuse_other_sites)
        self.after_request(_tell_browsers)
        self.register_error_handler(Error, refuse)

    def is_shown_to(self, who: Who) -> bool:
        """Whether the way in is shown to somebody with these roles."""
        if not self.home or self.roles is None:
            return False
        if set(self.roles) & set(who.roles):
            return True
        held = {grant.community for grant in who.grants if grant.role in self.roles_over_several}
        return len(held) > 1 or any(len(community) < CODE for community in held)


def _refuse_other_sites() -> None:
    """A form in a session brings the word that only our pages know; any other must at least come from here."""
    if request.method not in SAFE_METHODS and g.get("who") is None:
        if isinstance(g.get("refusal"), WrongToken):
            raise g.refusal
        check_same_site()


def _tell_browsers(response: Response) -> Response:
    for name, value in ((RUNNING_OWN_SCRIPTS if response.mimetype == "text/html" else {}) | NOT_KEPT).items():
        response.headers.setdefault(name, value)
    return response


def _mark_chinese(response: Response) -> Response:
    if response.mimetype == "text/html" and not response.is_streamed and display().language == "en":
        response.set_data(marked(response.get_data(as_text=True)))
    return response


def refuse(error: Error) -> Answer | tuple[str, int, dict[str, str]]:
    """What was refused, in words. Who has not signed in is asked to and comes back."""
    if isinstance(error, Unauthenticated):
        return _leading_to(url_for("signing_in.form", next=_whence()))
    if isinstance(error, PasswordMustChange):
        return _leading_to(url_for("signing_in.password"))
    status = STATUS.get(error.kind, 500)
    waits = {"Retry-After": str(error.facts["retry_after"])} if isinstance(error, TooMany) else {}
    told = fields_in_words(error, display().language)
    return render_template("refused.html", said=said(error), fields=told, status=status), status, waits


def said(error: Error) -> str:
    """An error in the language of the page."""
    return in_words(error, display().language)


def said_of(error: Error) -> dict[str, list[str]]:
    """What is wrong with each field, in the language of the page; "" holds what concerns the whole form."""
    told = fields_in_words(error, display().language)
    return told if told else {"": [said(error)]}


def _whence() -> str:
    """The page to come back to: this one, or the one whose form was sent."""
    if request.method in SAFE_METHODS:
        return request.full_path.rstrip("?")
    host, _, path = request.headers.get("Referer", "").partition("://")[2].partition("/")
    return f"/{path}" if host == request.host else url_for("front.front")


def _leading_to(address: str) -> Answer:
    if HTMX in request.headers:
        return Response(status=204, headers={"HX-Redirect": address})
    return redirect(address, 303)


class Way(dict[str, Any]):
    """A way into pages: `endpoint`, `called`, `told`, `is_here`."""


def ways() -> Iterator[Way]:
    """The ways into pages that whoever looks has, by their roles."""
    who = g.get("who")
    for pages in current_app.blueprints.values():
        if isinstance(pages, Pages) and who and pages.is_shown_to(who):
            yield Way(
                endpoint=f"{pages.name}.{pages.home}",
                called=pages.called,
                told=pages.told,
                is_here=request.blueprint == pages.name,
            )


def _words() -> dict[str, Any]:
    who = g.get("who")
    return {
        "display": display(),
        "who": who,
        "csrf": who.csrf if who else "",
        "ways": ways,
        "may": may,
        "unread": unread,
        "field_called": field_called,
        "here": request.full_path.rstrip("?"),
        **wording.words(),
    }


def frame_pages(app: Flask) -> None:
    """Let `app` have pages: their words in both languages, and refusals that a browser's reader can read."""
    catalogues = Catalogues()
    Babel(app, default_locale="zh", default_timezone="Asia/Shanghai", locale_selector=lambda: display().language)
    app.before_request(catalogues.as_default)
    app.context_processor(_words)
    app.after_request(_mark_chinese)
    app.register_error_handler(Error, _refuse)
    app.register_error_handler(HTTPException, _refuse_http)


def _refuse(error: Error) -> Any:
    return _refused(error) if _is_read_by_a_person() else refusal(error)


def _refuse_http(error: HTTPException) -> Any:
    if not _is_read_by_a_person():
        return refusal_of_http(error)
    page = current_app.make_response(_refused(error_of(error)))
    page.headers.setdefault("Vary", "Accept-Language, Cookie")
    return page


def _refused(error: Error) -> Response:
    return _tell_browsers(current_app.make_response(refuse(error)))


def _is_read_by_a_person() -> bool:
    """Whether a browser asks for a page rather than a program for an answer."""
    if request.path.startswith(("/api/", "/static/")):
        return False
    return request.accept_mimetypes.best_match(["application/json", "text/html"], "application/json") == "text/html"
