"""Pages of the responsibility board （责任公示）: who is in charge of a courtyard, on the screen and as a poster."""

from base64 import b64encode
from typing import Any

from flask import Response, current_app, render_template, request
from flask_babel import gettext
from markupsafe import Markup

from gateway.config import GatewaySettings
from gateway.files import call
from gateway.pages.api import api, every
from gateway.pages.directory import courtyards_to_choose
from gateway.pages.frame import Pages
from gateway.posters import PDF, Posters, code_as_svg

pages = Pages("board", "/board")

SVG = "image/svg+xml"


@pages.get("")
def choose() -> str:
    """Which courtyard: communities, then courtyards."""
    return render_template("board/choose.html", **courtyards_to_choose())


@pages.get("/<community:community>/<place:place>")
def board(community: str, place: str) -> str:
    """Who is in charge of the place, their duty, and how to reach them."""
    return render_template("board/board.html", board=api("get_board", community=community, place=place))


@pages.get("/<community:community>/<place:place>/code.svg")
def code(community: str, place: str) -> Response:
    """The code that leads to reporting a matter there; none where there is no such place."""
    api("get_board", community=community, place=place)
    return Response(code_as_svg(_leads_to(community, place)), mimetype=SVG)


@pages.get("/<community:community>/<place:place>/poster.pdf")
def poster(community: str, place: str) -> Response:
    """The board as a poster of size A3, with the code."""
    shown = api("get_board", community=community, place=place)
    for entry in shown["entries"]:
        if entry["person"] and entry["person"]["portrait"]:
            picture = api("get_portrait", id=entry["person"]["portrait"])
            entry["picture"] = f"data:{picture.mimetype};base64,{b64encode(picture.data).decode()}"
    page = render_template("board/poster.html", board=shown, code=Markup(code_as_svg(_leads_to(community, place))))
    posters: Posters = current_app.extensions["posters"]
    name = gettext("责任公示-%(place)s.pdf", place=shown["path"][-1]["name"])
    return call(Response(posters.poster(page), mimetype=PDF), "inline", name, f"board-{place}.pdf")


@pages.get("/<community:community>/codes")
def codes(community: str) -> str:
    """The codes of all courtyards, to be printed and cut out."""
    yards: list[dict[str, Any]] = list(every("list_courtyards", community=community))
    return render_template("board/codes.html", community=community, yards=yards)


def _leads_to(community: str, place: str) -> str:
    settings: GatewaySettings = current_app.extensions["settings"]
    return f"{(settings.public_url or request.host_url).rstrip('/')}/q/{community}/{place}"
