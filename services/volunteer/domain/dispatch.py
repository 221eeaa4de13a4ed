"""A dispatch: one volunteer offered the work on one grievance, from the offer to its end."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from contracts.volunteer.errors import StepForbidden


class State(StrEnum):
    """Where a dispatch stands."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    LAPSED = "lapsed"
    CHECKED_IN = "checked_in"
    CHECKED_OUT = "checked_out"
    STOOD_DOWN = "stood_down"


class CheckInWay(StrEnum):
    """How somebody was checked in: by scanning the code that hangs on the spot, by hand, or by the office for them.

    A scan is worth more as evidence; it is never a condition, because codes are torn down and telephones fail. Where
    it was scanned is compared and not kept: whereabouts are nobody's business after that.
    """

    QR = "qr"
    BY_HAND = "by_hand"
    OFFICE = "office"


STEPS: dict[State, tuple[str, ...]] = {
    State.OFFERED: ("accept", "decline"),
    # Who said yes and cannot come after all must be able to say so, or nobody else would be asked.
    State.ACCEPTED: ("check-in", "decline"),
    State.CHECKED_IN: ("check-out",),
}
"""The steps that people can take in each state; in the others there are none."""

ON_HAND = (State.OFFERED, State.ACCEPTED, State.CHECKED_IN)
"""A volunteer still has something to do about it: what counts as load."""

COUNTING = (*ON_HAND, State.CHECKED_OUT)
"""The volunteer is still asked, has said yes, or has come: what counts towards the hands wanted."""


def allowed_steps(state: State) -> list[str]:
    """The steps that people can take in this state."""
    return list(STEPS.get(state, ()))


@dataclass(frozen=True, kw_only=True)
class Step:
    """What happened to a dispatch, who did it, and what was said."""

    at: datetime
    step: str
    by: str = ""
    note: str = ""


@dataclass(kw_only=True)
class Dispatch:
    """One offer. `team_id` is the active team in whose name the volunteer is sent, if any."""

    id: UUID
    volunteer_id: UUID
    team_id: UUID | None
    state: State = State.OFFERED
    reason: str
    offered_at: datetime
    answer_by: datetime
    answered_at: datetime | None = None
    checked_in_at: datetime | None = None
    checked_in_how: CheckInWay | None = None
    checked_out_at: datetime | None = None
    minutes_served: int | None = None
    decline_reason: str = ""
    history: list[Step] = field(default_factory=list)

    @property
    def is_on_hand(self) -> bool:
        """Whether the volunteer still has something to do about it."""
        return self.state in ON_HAND

    @property
    def counts(self) -> bool:
        """Whether it counts towards the hands wanted."""
        return self.state in COUNTING

    def is_unanswered(self, now: datetime) -> bool:
        """Whether the time for an answer is over and none has come."""
        return self.state is State.OFFERED and self.answer_by <= now

    def require(self, step: str) -> None:
        """Raises `StepForbidden` where the state does not allow the step."""
        allowed = allowed_steps(self.state)
        if step not in allowed:
            raise StepForbidden(step=step, status=self.state.value, allowed=allowed)

    def move(self, step: str, state: State, *, at: datetime, by: str = "", note: str = "") -> None:
        """Enter a state and note how it came about."""
        self.state = state
        self.history = [*self.history, Step(at=at, step=step, by=by, note=note)]
