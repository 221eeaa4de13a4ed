"""Who asks: the token of a request, and what the accounts service knows of whoever holds it."""

from collections import OrderedDict
from collections.abc import Callable
from hmac import compare_digest
from threading import Lock
from time import monotonic
from typing import Any

from flask import current_app, g, request

from contracts.errors import Unauthenticated, Unavailable
from gateway.errors import OtherSite, WrongToken
from gateway.reach import Grant, Who

Ask = Callable[..., Any]

COOKIE = "hemei_session"
"""Holds the token of somebody who signed in on a page; no script can read it."""

CSRF_HEADER = "X-CSRF-Token"
CSRF_FIELD = "csrf"
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
"""What a page without scripts sends."""

FRESH = 3.0
"""Seconds for which an answer serves: so long may somebody who was signed out elsewhere still come in here."""

STALE = 60.0
"""Seconds for which it serves when the accounts service does not answer, so that its restart shuts nobody out."""

MOST = 50_000
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class Identities:
    """Asks who holds a token, and remembers it for a moment."""

    def __init__(self, ask: Ask, clock: Callable[[], float] = monotonic) -> None:
        self._ask, self._clock = ask, clock
        self._known: OrderedDict[str, tuple[float, Who]] = OrderedDict()
        self._turn = Lock()

    def who(self, token: str) -> Who:
        """Whoever holds the token. Raises `Unauthenticated` where it opens nothing (any more), or `Unavailable`."""
        now = self._clock()
        at, known = self._known.get(token, (0.0, None))
        if known is not None and now - at < FRESH:
            return known
        try:
            found = _who(self._ask("accounts", "who", {"token": token}))
        except Unavailable:
            if known is not None and now - at < STALE:
                return known
            raise
        except Unauthenticated:
            self.forget(token)
            raise
        with self._turn:
            self._known[token] = (now, found)
            self._known.move_to_end(token)
            while len(self._known) > MOST:
                self._known.popitem(last=False)
        return found

    def forget(self, token: str) -> None:
        """It was signed out."""
        self._known.pop(token, None)

    def forget_account(self, account: str) -> None:
        """Everything of this account was signed out, or what it may do has changed."""
        for token, (_, who) in list(self._known.items()):
            if who.account == account:
                self.forget(token)


def _who(told: dict[str, Any]) -> Who:
    return Who(
        account=told["account"],
        name=told["name"],
        kind=told["kind"],
        grants=tuple(Grant(each["role"], each["community"], each["place"], each["subject"]) for each in told["grants"]),
        scopes=None if told["scopes"] is None else frozenset(told["scopes"]),
        session=told["session"],
        csrf=told["csrf"],
        must_change_password=told["must_change_password"],
    )


def current_token() -> str:
    """The token that came with the request: as a bearer's, else in the cookie; "" where none did."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return token.strip()
    return request.cookies.get(COOKIE, "")


def recognise() -> None:
    """Before a request is answered: who asks. What is wrong with the token is told to those who need it, in
    `current_who`: pages for everybody are shown all the same."""
    g.who, g.refusal = None, None
    token = current_token()
    if not token or request.endpoint == "static":
        return
    identities: Identities = current_app.extensions["identities"]
    try:
        g.who = identities.who(token)
        if "Authorization" not in request.headers:
            _check_made_by_our_page(g.who)
    except (Unauthenticated, Unavailable, WrongToken) as refusal:
        g.who, g.refusal = None, refusal


def current_who() -> Who | None:
    """Whoever asks; None where nobody says. Raises `Unauthenticated` for a token that opens nothing, `Unavailable`
    where nobody can tell, and `WrongToken` where a browser sends its cookie along with a command that no page of ours
    made."""
    if g.refusal is not None:
        raise g.refusal
    who: Who | None = g.who
    return who


def _check_made_by_our_page(who: Who) -> None:
    if request.method in SAFE_METHODS:
        return
    said = request.headers.get(CSRF_HEADER) or (request.form.get(CSRF_FIELD, "") if request.mimetype in FORMS else "")
    if not who.csrf or not compare_digest(said.encode(), who.csrf.encode()):
        raise WrongToken


def check_same_site() -> None:
    """For forms that open a session, where there is no session yet whose word could be known: refuses a form that a
    page of another site sent. Raises `OtherSite`."""
    if told := request.headers.get("Sec-Fetch-Site"):  # no page can forge it
        if told not in ("same-origin", "none"):
            raise OtherSite
        return
    # Browsers that do not say so, or not over an open line.
    origin = request.headers.get("Origin", "")
    if origin and origin.partition("://")[2] != request.host:
        raise OtherSite
