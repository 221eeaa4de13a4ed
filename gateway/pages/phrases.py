"""Ready phrases as pages offer them: for each field that one of them may fill, with the case's own facts in it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext

from contracts.errors import Error
from gateway.pages.api import every, may
from gateway.pages.speech import CHINA

STEPS = {
    "accept": lazy_gettext("接办"),
    "resolve": lazy_gettext("办结"),
    "ask": lazy_gettext("请志愿者"),
    "refer": lazy_gettext("转请单位"),
    "reject": lazy_gettext("不予受理"),
    "reply": lazy_gettext("答复、记录"),
}
"""What a phrase is for."""


def phrases_of(community: str) -> dict[str, list[dict[str, Any]]]:
    """The community's phrases by what they are for; none for who may not read them, or where nobody can tell now: a
    case is handled without them as well."""
    found: dict[str, list[dict[str, Any]]] = {step: [] for step in STEPS}
    try:
        for phrase in every("list_phrases", community=community) if may("list_phrases") else ():
            found[phrase["step"]].append(phrase)
    except Error:
        pass
    return found


def fitting(case: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """The same, with the facts of a case in their places; what stands in braces and is none of these stays."""
    leader = case["leader"]
    facts = {
        "{回执号}": case["receipt"],
        "{负责人}": leader["name"] if leader else "",
        "{今天}": datetime.now(CHINA).date().isoformat(),
    }

    def filled(words: str) -> str:
        for name, fact in facts.items():
            words = words.replace(name, fact)
        return words

    offered = phrases_of(case["community"])
    return {step: [{**one, "words": filled(one["words"])} for one in found] for step, found in offered.items()}
