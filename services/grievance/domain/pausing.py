"""The clock of a case stands still and goes on: by hand, or by itself when the day has come.

The deadline for a resolution moves by the time it stands still, and by nothing else. Deadlines are reckoned in hours of
the calendar (`grievance.clocks`), nights and holidays included, and so is this. It moves as the pause begins, by all of
the time it is to last: so every list, count and timer goes by the right deadline meanwhile, and a timer that comes late
gives nobody a minute. What was not used is taken back when somebody goes on earlier. `moved_from` keeps what was
promised before, by which figures tell what pauses have changed.
"""

from datetime import date, datetime

from contracts.grievance.errors import PausedOften, TooLateToPause
from contracts.grievance.events import GrievanceGoesOn, GrievancePaused
from services.grievance.domain.grievance import Grievance
from services.grievance.domain.pauses import REASONS, Allowance, begun

PAUSED, RESUMED, WENT_ON = "paused", "resumed", "went_on"
"""What the timeline calls them."""


def pause(
    case: Grievance, kind: str, words: str, until: date, *, allowance: Allowance, by: str, now: datetime
) -> GrievancePaused:
    """Whoever has it in hand must wait. Raises `TooLateToPause` where it is late already and stays so, `PausedOften`,
    and `PauseDayUnfit`."""
    case.require_step("pause")
    if now > case.resolve_by or "resolution" in case.late:
        raise TooLateToPause
    if case.pauses >= allowance.times:
        raise PausedOften(times=allowance.times)
    case.pause = begun(kind, until, most_days=allowance.days, now=now)
    case.pause_words, case.pauses = words, case.pauses + 1
    case.moved_from = case.moved_from or case.resolve_by
    case.resolve_by += case.pause.ends_at - now
    case.note(now, PAUSED, case.who(by), case.pause.in_words(words))
    zh, en = REASONS[kind]
    return GrievancePaused(
        community=case.community,
        grievance_id=case.id,
        waits_for=kind,
        waits_for_zh=zh,
        waits_for_en=en,
        until=until,
        paused_at=now,
    )


def resume(case: Grievance, *, by: str, note: str, now: datetime) -> GrievanceGoesOn:
    """Whoever has it in hand need not wait any more."""
    case.require_step("resume")
    case.run_on(now)
    case.note(now, RESUMED, case.who(by), note)
    return case.goes_on(now)


def go_on(case: Grievance, *, now: datetime) -> GrievanceGoesOn | None:
    """The day has come; None where it has not, or the clock does not stand still (somebody was faster): then what is
    left of a pause goes, and nobody is told."""
    if case.pause is None or now < case.pause.ends_at:
        return None
    did_wait = case.is_paused
    case.run_on(now)
    if not did_wait:
        return None
    case.note(now, WENT_ON, "系统", "")
    return case.goes_on(now, by_itself=True)
