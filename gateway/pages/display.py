"""How somebody wants pages shown: language, size, colours; kept in cookies that hold nothing else."""

from typing import NamedTuple
from urllib.parse import urlsplit

from flask import Blueprint, g, redirect, request, url_for
from werkzeug.wrappers import Response as Answer

from gateway.languages import LANGUAGES, language_of

pages = Blueprint("display", "gateway")

LANGUAGE, SIZE, COLOURS = "hemei_language", "hemei_size", "hemei_colours"
"""Names of the cookies."""

SIZES = ("normal", "large", "larger", "largest")
"""The usual one, and three of the elders' mode （长辈版）: text of 20, 25 and 30 pixels. 适老化通用设计规范 (MIIT
2021-04) asks for 18 at least, adjustable up to 30."""

SCHEMES = ("auto", "light", "dark")

A_YEAR = 365 * 24 * 3600


class Display(NamedTuple):
    """How a page is shown."""

    language: str
    size: str
    colours: str

    @property
    def is_for_elders(self) -> bool:
        """Whether the elders' mode is on."""
        return self.size != "normal"


def display() -> Display:
    """How the page being made is shown: as its reader chose, else as the browser asks, else in Chinese."""
    if "display" not in g:
        g.display = Display(_language(), _chosen(SIZE, SIZES), _chosen(COLOURS, SCHEMES))
    shown: Display = g.display
    return shown


def _language() -> str:
    for said in (request.args.get("lang"), request.cookies.get(LANGUAGE)):
        if said in LANGUAGES:
            return str(said)
    return language_of(request.headers.get("Accept-Language", ""))


def _chosen(cookie: str, known: tuple[str, ...]) -> str:
    said = request.cookies.get(cookie, "")
    return said if said in known else known[0]


@pages.get("/display")
def change() -> Answer:
    """Changes `language`, `size` or `colours` and goes back to the page it was asked from (`next`)."""
    response = redirect(own_address(request.args.get("next", "")) or url_for("front.front"), 303)
    for name, cookie, known in (
        ("language", LANGUAGE, LANGUAGES),
        ("size", SIZE, SIZES),
        ("colours", COLOURS, SCHEMES),
    ):
        if (wished := request.args.get(name)) in known:
            response.set_cookie(
                cookie, str(wished), max_age=A_YEAR, samesite="Lax", httponly=True, secure=request.is_secure
            )
    response.headers["Cache-Control"] = "no-store"
    return response


def own_address(wished: str) -> str:
    """The address where it is a page of ours, "" for any other: one with a host, or one that a browser would read as
    such, leads nowhere."""
    try:
        parts = urlsplit(wished)
    except ValueError:
        return ""
    is_ours = wished.startswith("/") and not wished.startswith("//") and not parts.scheme and not parts.netloc
    return wished if is_ours and "\\" not in wished and wished.isprintable() else ""
