"""What stays of a case when its words go: what it was about, where on the whole, when and how it went. No statistics
change, and officials stay on it, whose work is public; nobody else does."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from contracts.event import ERASED
from services.grievance.domain.grievance import Grievance


def forget_filer(case: Grievance, place: str) -> None:
    """Whoever filed it is erased. `place` is the building or courtyard that stays of where they live. An open case
    goes on with its category and place: a blocked fire lane is the neighbours' matter, too."""
    case.place, case.filed_by = place, None
    case.resolution = ""
    case.pause_words = case.pause_words and ""
    case.tasks = case.tasks and [replace(task, title="", reason="") for task in case.tasks]
    if case.referral is not None:
        case.referral.reason = case.referral.result = ""
    if case.visit is not None:
        case.visit.reason = ""


def forget_volunteers(case: Grievance, ids: Collection[UUID]) -> set[str]:
    """These volunteers are erased: which names stood on the case, and stand there no more."""
    theirs = [each for each in case.dispatches if each.volunteer_id in ids and each.name != ERASED]
    names = {each.name for each in theirs}
    for each in theirs:
        each.name, each.reason = ERASED, ""
    return names


def forget_case(case: Grievance, place: str, *, now: datetime) -> set[str]:
    """It ended so long ago that nobody need know its words or people any more; which names of volunteers went."""
    forget_filer(case, place)
    case.forgotten_at = now
    return forget_volunteers(case, {each.volunteer_id for each in case.dispatches})
