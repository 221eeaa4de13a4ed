"""Ready phrases, as the community keeps them."""

from typing import Any

from flask import render_template, request, url_for

from gateway.pages.api import api
from gateway.pages.office import pages
from gateway.pages.office.community import community
from gateway.pages.office.forms import Told, doing, sent, version
from gateway.pages.phrases import STEPS, phrases_of


@pages.get("/phrases")
def phrases() -> str:
    """All of them, by what they are for, and the form for one more."""
    return _page({}, {}, "")


@pages.post("/phrases")
def add_phrase() -> Told:
    """Keeps one more."""
    given, at = sent("step", "title", "words"), community()
    return doing(lambda: api("add_phrase", body=given, community=at), _back, lambda wrong: _page(given, wrong, "new"))


@pages.post("/phrases/<id:id>/<any(change, remove):what>")
def change_phrase(id: str, what: str) -> Told:
    """Gives one other words, or keeps it no more."""
    given = sent("title", "words")

    def act() -> Any:
        if what == "remove":
            return api("remove_phrase", id=id)
        return api("change_phrase", id=id, body={**given, "version": version()})

    return doing(act, _back, lambda wrong: _page(given, wrong, id))


def _back(_: Any) -> str:
    return url_for("office.phrases", community=community(), done=1)


def _page(given: dict[str, str], wrong: dict[str, list[str]], tried: str) -> str:
    at = community()
    return render_template(
        "office/phrases.html",
        community=at,
        kept=phrases_of(at),
        steps=STEPS,
        given={"step": request.args.get("step", "resolve"), **given},
        wrong=wrong,
        tried=tried,
    )
