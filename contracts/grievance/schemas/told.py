"""What whoever filed a case is told of it: one place decides, for the receipt and for who signs in alike."""

from collections.abc import Mapping
from typing import Any

TOLD = frozenset(
    {
        "filed", "leader_assigned", "handed_over", "given_back",
        "accepted", "amended", "resolved", "rejected", "cancelled", "reopened", "rated",
        "closed", "escalated", "referred", "referral_accepted", "referral_completed", "visit_planned", "visit_done",
        "volunteer_accepted", "volunteer_checked_in", "volunteer_checked_out", "replied",
        "paused", "resumed", "went_on",
    }
)  # fmt: skip
"""What of the timeline concerns whoever follows."""

WITH_WORDS = frozenset(
    {"accepted", "resolved", "rejected", "rated", "replied", "reopened", "cancelled", "referral_completed", "paused"}
)
"""Entries whose words are meant for the filer."""

VOLUNTEER = "志愿者"
"""Volunteers are named to those whom they come to, not on a page."""

STEPS = ("rate", "reopen", "cancel", "amend")
"""What a filer may do; the other steps are for those who handle the case."""


def entry_for_follower(entry: Mapping[str, Any], *, with_words: bool) -> dict[str, Any]:
    """A line of the timeline, one of those that are told, without what is meant for those who handle the case."""
    return {
        **entry,
        "who": VOLUNTEER if entry["what"].startswith("volunteer_") else entry["who"],
        "note": entry["note"] if with_words and entry["what"] in WITH_WORDS else "",
    }


def cut_for_filer(case: dict[str, Any]) -> None:
    """Takes out of a case, whole or of a list, what is meant for those who handle it: notes of the work on the way,
    its tasks, and who of the volunteers was asked and why. What somebody's work came to stays, and why it waits."""
    if "timeline" in case:
        told = (entry for entry in case["timeline"] if entry["what"] in TOLD)
        case["timeline"] = [entry_for_follower(entry, with_words=True) for entry in told]
    if "allowed" in case:
        case["allowed"] = [step for step in case["allowed"] if step in STEPS]
    for name in ("tasks", "volunteers"):
        if name in case:
            case[name] = []
    for name in ("referral", "visit"):
        if case.get(name):
            case[name] = {**case[name], "reason": ""}
