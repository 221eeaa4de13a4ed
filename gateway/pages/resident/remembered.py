"""What a phone remembers of the cases filed from it: receipts with their tracking codes, unread by scripts."""

from collections.abc import Iterable
from typing import NamedTuple
from uuid import uuid4

from flask import request
from werkzeug.wrappers import Response

COOKIE = "hemei_receipts"
VISITOR = "hemei_visitor"
"""By this word, which the phone keeps, a neighbour who leaves no telephone counts once, whichever page they come to."""

MOST, LONGEST = 20, 60
A_YEAR = 365 * 24 * 3600


class Remembered(NamedTuple):
    """A receipt and the code that opens it."""

    receipt: str
    claim: str


def remembered() -> list[Remembered]:
    """What this phone remembers, the newest first."""
    pairs = (each.partition(":") for each in request.cookies.get(COOKIE, "").split("|"))
    return [Remembered(receipt, claim) for receipt, _, claim in pairs if receipt and claim][:MOST]


def claim_of(receipt: str) -> str:
    """The code that opens this receipt; "" where the phone does not know it."""
    return next((each.claim for each in remembered() if each.receipt == receipt), "")


def remember(response: Response, fresh: Remembered, *, secure: bool) -> Response:
    """Let the phone that is given this response remember one more; the oldest go."""
    others = [each for each in remembered() if each.receipt != fresh.receipt]
    _set(response, [fresh, *others][:MOST], secure=secure)
    return response


def forget_all(response: Response) -> Response:
    """Let the phone forget them, and who looked: it may be somebody else's."""
    response.delete_cookie(COOKIE)
    response.delete_cookie(VISITOR)
    return response


def visitor(key: str) -> str:
    """The word by which this phone's visitor is known; `key`, or a new one, where it has none yet."""
    return request.cookies.get(VISITOR, "")[:LONGEST] or key[:LONGEST] or str(uuid4())


def know_again(response: Response, key: str, *, secure: bool) -> Response:
    """Let the phone keep the word of its visitor."""
    response.set_cookie(VISITOR, key, max_age=A_YEAR, httponly=True, samesite="Lax", secure=secure)
    return response


def _set(response: Response, kept: Iterable[Remembered], *, secure: bool) -> None:
    written = "|".join(f"{each.receipt}:{each.claim}" for each in kept)
    response.set_cookie(COOKIE, written, max_age=A_YEAR, httponly=True, samesite="Lax", secure=secure)
