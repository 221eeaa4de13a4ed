"""The section of docs/flows.md that says which step is possible in which state, and who may take it: made from the
domains, which decide the one, and from the functions of `gateway/access.py`, which decide the other."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from contracts.terms import TERMS
from docs.openapi import gateway_app
from docs.permissions import MARKS, NAMES, limit_of
from gateway.access import ROLES
from gateway.routes import May, protected_by
from services.grievance.domain import grievance
from services.health.domain import visit
from services.partner.domain import referral
from services.volunteer.domain import dispatch

FLOWS = Path(__file__).parent / "flows.md"
BEGIN, END = "<!-- steps: written by `make docs` -->\n", "<!-- end of steps -->\n"


class Machine(NamedTuple):
    """Something that people take steps on: which steps each of its states allows, and which operations take a step."""

    heading: str
    allowed: dict[str, Sequence[str]]
    operations: dict[str, tuple[str, ...]]


def _by_state(states: type[StrEnum], allowed: Callable[..., Sequence[str]]) -> dict[str, Sequence[str]]:
    return {state.value: allowed(state) for state in states}


def _of_grievance() -> dict[str, Sequence[str]]:
    """The states of a grievance; one that is in hand may stand still, which is told as if it were a state."""
    found: dict[str, Sequence[str]] = {}
    for state, steps in _by_state(grievance.Status, grievance.allowed_steps).items():
        found[state] = steps
        if state == grievance.Status.IN_HAND:
            found["paused"] = grievance.allowed_steps(grievance.Status.IN_HAND, is_paused=True)
    return found


MACHINES = (
    Machine(
        "诉求 grievance",
        _of_grievance(),
        {
            "accept": ("accept_grievance",),
            "resolve": ("resolve_grievance",),
            "reject": ("reject_grievance",),
            "rate": ("rate_grievance", "answer_by_receipt"),
            "reopen": ("reopen_grievance", "reopen_by_receipt"),
            "cancel": ("cancel_grievance", "withdraw_by_receipt"),
            "amend": ("amend_grievance", "amend_by_receipt"),
            "call": ("note_call",),
            "split": ("split_grievance",),
            "settle": ("finish_task", "drop_task"),
            "attempt": ("note_attempt",),
            "ask-hands": ("ask_hands",),
            "ask-unit": ("ask_unit",),
            "remind": ("remind_leader",),
            "hand-over": ("hand_over_grievance",),
            "give-back": ("give_back_grievance",),
            "pause": ("pause_grievance",),
            "resume": ("resume_grievance",),
            "reply": ("reply_to_rating",),
        },
    ),
    Machine(
        "志愿者派单 dispatch",
        _by_state(dispatch.State, dispatch.allowed_steps),
        {
            "accept": ("accept_dispatch",),
            "decline": ("decline_dispatch",),
            "check-in": ("check_in",),
            "check-out": ("check_out",),
        },
    ),
    Machine(
        "转办 referral",
        _by_state(referral.State, referral.allowed_steps),
        {
            "accept": ("accept_referral",),
            "return": ("return_referral",),
            "complete": ("complete_referral",),
        },
    ),
    Machine(
        "上门 home visit",
        _by_state(visit.State, visit.allowed_steps),
        {
            "done": ("complete_visit",),
            "miss": ("miss_visit",),
        },
    ),
)

OPENING = """\
● 这个状态下可以。状态不允许的，答 `409` 并说明现在可以做什么；「谁」一栏的记号同 [permissions.md](permissions.md)。
● marks what the state allows; anything else is answered `409` with what is possible. The marks of who may take a step
are those of [permissions.md](permissions.md); 「回执」 is whoever shows the receipt number with its telephone or claim.
"""


def flows() -> str:
    """docs/flows.md with the section made anew; everything around it is written by hand."""
    text = FLOWS.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return before + BEGIN + steps() + END + after


def steps() -> str:
    """The section: a table for each thing that people take steps on."""
    may = {route.name: route.may for route in protected_by(gateway_app())}
    return "\n".join((OPENING, *(line for machine in MACHINES for line in _table(machine, may))))


def _table(machine: Machine, may: Mapping[str, May]) -> Iterator[str]:
    yield f"### {machine.heading}\n"
    yield f"| 步骤 step | 谁 who | {' | '.join(map(_called, machine.allowed))} |"
    yield f"|---|---|{'---|' * len(machine.allowed)}"
    for step, operations in machine.operations.items():
        cells = " | ".join("●" if step in allowed else "" for allowed in machine.allowed.values())
        yield f"| {_called(step)} | {_who(operations, may)} | {cells} |"
    yield ""


def _called(code: str) -> str:
    return f"{TERMS[code]['zh']} `{code}`"


def _who(operations: Sequence[str], may: Mapping[str, May]) -> str:
    found = {
        f"{NAMES[role]} {MARKS[limit]}": None
        for operation in operations
        if not operation.endswith("_by_receipt")
        for role in ROLES
        if (limit := limit_of(may[operation], role)) is not None
    }
    if any(operation.endswith("_by_receipt") for operation in operations):
        found["回执"] = None
    return "、".join(found)
