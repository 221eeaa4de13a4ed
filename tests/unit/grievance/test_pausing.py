"""The clock of a case stands still and goes on: each rule from both sides."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from contracts.grievance.errors import PauseDayUnfit, PausedOften, StepForbidden, TasksOpen, TooLateToPause
from services.grievance.domain import pausing, work
from services.grievance.domain.categories import CATEGORIES
from services.grievance.domain.forgetting import forget_filer
from services.grievance.domain.grievance import WHILE_PAUSED, Status, allowed_steps, clocks
from services.grievance.domain.involved import Leader
from services.grievance.domain.pauses import REASONS, Allowance
from services.grievance.domain.tasks import Task, TaskState
from tests.unit.grievance.cases import NOON, a_case

TODAY = date(2026, 11, 23)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
MIDNIGHT = datetime(2026, 11, 25, 16, 0, tzinfo=UTC)
"""As 26 November begins in China, three days after the case was filed at noon there."""


def pause(case, **changes):
    said = {"kind": "material", "words": "等灯管到货", "until": date(2026, 11, 26), "by": "", "now": NOON}
    return pausing.pause(case, **({"allowance": Allowance(days=15, times=2)} | said | changes))


def resume(case, **changes):
    return pausing.resume(case, **({"by": "", "note": "", "now": NOON + DAY} | changes))


def a_paused_case(**changes):
    case = a_case()
    pause(case, **changes)
    case.news.clear()
    return case


# -- standing still


def test_a_pause_is_told_with_its_kind_and_day_and_its_words_stay_with_the_case():
    case = a_case()
    told = pause(case)
    assert (told.waits_for, told.waits_for_zh, told.until) == ("material", "等待材料或配件", date(2026, 11, 26))
    assert "灯管" not in repr(told)
    assert (case.news[-1].what, case.news[-1].note) == ("paused", "等待材料或配件，至11月26日：等灯管到货")
    assert case.news[-1].who == "李网格"


def test_the_deadline_for_a_resolution_moves_by_the_time_it_is_to_stand_still_and_the_first_response_does_not():
    case = a_case()
    promised, answered = case.resolve_by, case.respond_by
    pause(case)
    assert case.resolve_by == promised + (MIDNIGHT - NOON)
    assert (case.respond_by, case.moved_from, case.goes_on_at) == (answered, promised, MIDNIGHT)


@pytest.mark.parametrize("kind", REASONS)
def test_every_kind_of_reason_has_its_words(kind):
    case = a_case()
    assert pause(case, kind=kind).waits_for_en == REASONS[kind][1]
    assert case.news[-1].note.startswith(REASONS[kind][0])


@pytest.mark.parametrize("status", [Status.FILED, Status.ASSIGNED, Status.RESOLVED, Status.RATED, Status.CLOSED])
def test_only_what_is_in_hand_is_paused(status):
    case = a_case(status)
    with pytest.raises(StepForbidden):
        pause(case)
    assert (case.pause, case.news) == (None, [])


@pytest.mark.parametrize("days", [1, 15])
def test_the_day_is_tomorrow_at_the_earliest_and_in_fifteen_days_at_the_latest(days):
    assert pause(a_case(), until=TODAY + days * DAY).until == TODAY + days * DAY


@pytest.mark.parametrize("days", [-1, 0, 16])
def test_another_day_is_refused_and_the_refusal_says_which_are_possible(days):
    case = a_case()
    with pytest.raises(PauseDayUnfit) as refused:
        pause(case, until=TODAY + days * DAY)
    assert refused.value.fields["until"][0]["zh"] == "须在 2026-11-24 至 2026-12-08 之间"
    assert (case.pause, case.moved_from, case.pauses) == (None, None, 0)


def test_days_are_those_of_china_however_late_it_is_there():
    last_minute = datetime(2026, 11, 23, 15, 59, tzinfo=UTC)
    assert pause(a_case(), until=date(2026, 11, 24), now=last_minute)
    with pytest.raises(PauseDayUnfit):
        pause(a_case(), until=date(2026, 11, 24), now=last_minute + timedelta(minutes=1))


def test_a_late_case_stays_late():
    case = a_case()
    with pytest.raises(TooLateToPause):
        pause(case, now=case.resolve_by + timedelta(seconds=1), until=TODAY + 12 * DAY)
    assert pause(case, now=case.resolve_by, until=case.resolve_by.date() + 2 * DAY)


def test_a_case_that_was_escalated_as_late_is_not_paused_afterwards():
    case = a_case()
    case.escalate("resolution", now=NOON)
    with pytest.raises(TooLateToPause):
        pause(case)


def test_a_case_is_paused_twice_in_a_round_and_no_more():
    case = a_case()
    for _ in range(2):
        pause(case)
        resume(case, now=NOON)
    with pytest.raises(PausedOften) as refused:
        pause(case)
    assert "最多暂停 2 次" in refused.value.said("zh")


def test_another_round_may_be_paused_anew():
    case = a_paused_case()
    case.resolve("好了", by="", now=NOON)
    case.reopen("又坏了", by="", category=CATEGORIES["other"], now=NOON)
    assert (case.pauses, case.moved_from) == (0, None)
    case.accept(by="", note="", now=NOON)
    assert pause(case)


def test_a_paused_case_is_not_paused_again():
    with pytest.raises(StepForbidden) as refused:
        pause(a_paused_case())
    assert "暂停办理" in refused.value.said("zh")


# -- meanwhile


def test_while_it_stands_still_it_is_not_late_whatever_deadline_it_had():
    case = a_paused_case(now=NOON + 3 * DAY, until=TODAY + 18 * DAY)
    before_it_goes_on = case.goes_on_at - timedelta(seconds=1)
    assert before_it_goes_on > case.moved_from
    assert case.late_milestones(before_it_goes_on) == []
    assert case.due_at > case.goes_on_at


def test_when_it_has_gone_on_it_is_late_as_much_later_as_it_stood_still():
    case = a_paused_case()
    left = case.moved_from - NOON
    pausing.go_on(case, now=MIDNIGHT)
    assert case.late_milestones(MIDNIGHT + left) == []
    assert case.late_milestones(MIDNIGHT + left + timedelta(seconds=1)) == ["resolution"]


TASK = uuid4()

WAYS = {
    "accept": lambda case: case.accept(by="", note="", now=NOON),
    "resolve": lambda case: case.resolve("好了", by="", now=NOON),
    "reject": lambda case: case.reject("不归社区管", by="", now=NOON),
    "cancel": lambda case: case.cancel(by="", reason="", now=NOON),
    "amend": lambda case: case.amend(category=CATEGORIES[case.category], place=case.place, by="", now=NOON),
    "rate": lambda case: case.rate(5, by="", comment="", now=NOON),
    "reopen": lambda case: case.reopen("", by="", category=CATEGORIES["other"], now=NOON),
    "call": lambda case: work.note_call(case, called="filer", outcome="reached", note="", by="", now=NOON),
    "attempt": lambda case: work.note_attempt(case, None, "去看过", is_change=False, by="", now=NOON),
    "settle": lambda case: work.settle_task(case, TASK, TaskState.DONE, reason="", by="", now=NOON),
    "split": lambda case: work.split(case, [], by="", now=NOON),
    "remind": lambda case: work.remind(case, last=None, pause=HOUR, by="", note="", now=NOON),
    "pause": pause,
    "resume": resume,
}


@pytest.mark.parametrize("step", WAYS)
def test_each_step_is_possible_while_it_stands_still_exactly_where_the_table_says_so(step):
    case = a_paused_case()
    case.tasks = [Task(id=TASK, title="换灯管", who="leader", is_required=False)]
    if step in WHILE_PAUSED:
        WAYS[step](case)
        assert case.news
    else:
        with pytest.raises(StepForbidden) as refused:
            WAYS[step](case)
        assert refused.value.facts["allowed"] == allowed_steps(Status.IN_HAND, is_paused=True)
        assert (case.news, case.pause is None) == ([], False)


@pytest.mark.parametrize("state", [TaskState.DONE, TaskState.DROPPED])
def test_a_task_is_finished_or_dropped_while_it_stands_still_and_the_case_resolved(state):
    case = a_case()
    task = Task(id=uuid4(), title="换灯管", who="leader")
    work.split(case, [task], by="", now=NOON)
    pause(case)
    with pytest.raises(TasksOpen):
        case.resolve("好了", by="", now=NOON + HOUR)
    work.settle_task(case, task.id, state, reason="不用了", by="", now=NOON + HOUR)
    assert case.is_paused, "the clock goes on standing still"
    case.resolve("好了", by="", now=NOON + 2 * HOUR)
    assert (case.status, case.tasks[0].state) == (Status.RESOLVED, state)


@pytest.mark.parametrize("status", Status)
def test_where_tasks_are_added_they_are_settled_too(status):
    assert ("split" in allowed_steps(status)) == ("settle" in allowed_steps(status))


def test_help_is_not_asked_for_before_it_goes_on():
    assert not {"ask-hands", "ask-unit"} & set(WHILE_PAUSED)


# -- going on


def test_whoever_goes_on_earlier_gives_back_what_was_not_used():
    case = a_paused_case()
    told = resume(case, note="货到了", now=NOON + DAY)
    assert case.resolve_by == case.moved_from + DAY
    assert (told.by_itself, told.post, told.went_on_at) == (False, "grid_leader", NOON + DAY)
    assert (case.pause, case.pause_words, case.goes_on_at) == (None, None, None)
    assert [(entry.what, entry.note) for entry in case.news] == [("resumed", "货到了")]


def test_what_does_not_stand_still_is_not_resumed():
    with pytest.raises(StepForbidden):
        resume(a_case())


def test_it_goes_on_by_itself_as_the_day_begins_in_china_and_not_before():
    case = a_paused_case()
    assert pausing.go_on(case, now=MIDNIGHT - timedelta(seconds=1)) is None
    told = pausing.go_on(case, now=MIDNIGHT)
    assert (told.by_itself, told.place) == (True, case.place)
    assert [(entry.what, entry.who) for entry in case.news] == [("went_on", "系统")]
    assert case.resolve_by == case.moved_from + (MIDNIGHT - NOON)
    assert pausing.go_on(case, now=MIDNIGHT) is None, "it goes on once"


def test_a_timer_that_comes_late_gives_nobody_a_minute():
    late, in_time = a_paused_case(), a_paused_case()
    pausing.go_on(in_time, now=MIDNIGHT)
    pausing.go_on(late, now=MIDNIGHT + 3 * DAY)
    assert late.resolve_by == in_time.resolve_by


def test_two_pauses_add_up_and_what_was_promised_first_stays_known():
    case = a_case()
    promised = case.resolve_by
    pause(case)
    resume(case, now=NOON + HOUR)
    pause(case, now=NOON + 2 * HOUR)
    resume(case, now=NOON + 5 * HOUR)
    assert (case.resolve_by, case.moved_from) == (promised + 4 * HOUR, promised)


@pytest.mark.parametrize("step", ["resolve", "reject", "cancel"])
def test_a_case_that_ends_stands_still_no_more(step):
    case = a_paused_case()
    WAYS[step](case)
    assert (case.pause, case.pause_words, case.goes_on_at) == (None, None, None)
    assert case.resolve_by == case.moved_from
    assert "resume" not in allowed_steps(case.status)


def test_another_leader_has_to_accept_it_and_it_stands_still_no_more():
    case = a_paused_case()
    other = Leader(id=uuid4(), name="赵网格", post="grid_leader", reason="由李网格移交", at="410181002011002")
    said = {"kind": "handed_over", "change": 1, "round": 1, "by": "李网格", "words": ""}
    case.change_leader(other, **said, now=NOON + HOUR)
    assert (case.pause, case.status) == (None, Status.ASSIGNED)
    assert case.resolve_by == case.moved_from + HOUR
    assert "resume" not in allowed_steps(case.status)


@pytest.mark.parametrize("before", [timedelta(), HOUR, 2 * DAY])
def test_another_leader_of_whom_is_told_late_takes_back_the_pause_and_nothing_that_was_promised(before):
    case = a_paused_case()
    other = Leader(id=uuid4(), name="赵网格", post="grid_leader", reason="由李网格移交", at="410181002011002")
    said = {"kind": "handed_over", "change": 1, "round": 1, "by": "李网格", "words": ""}
    case.change_leader(other, **said, now=NOON - before)
    assert (case.pause, case.resolve_by) == (None, case.moved_from)


def test_other_words_let_it_go_on_and_another_category_begins_another_round():
    reworded, other = a_paused_case(), a_paused_case()
    assert WAYS["amend"](reworded).by_itself is False
    assert (reworded.pause, reworded.status) == (None, Status.IN_HAND)
    other.amend(category=CATEGORIES["water_leak"], place=other.place, by="", now=NOON)
    assert (other.pause, other.pauses, other.moved_from, other.status) == (None, 0, None, Status.FILED)


# -- what a process of the release before leaves of a pause


def ended_by_the_release_before():
    case = a_paused_case()
    case.status, case.resolved_at = Status.RESOLVED, NOON + HOUR
    return case


def test_what_the_release_before_has_ended_waits_no_more_and_is_rated():
    case = ended_by_the_release_before()
    with pytest.raises(StepForbidden) as refused:
        resume(case)
    assert refused.value.facts["status"] == "resolved"
    case.rate(5, by="", comment="", now=NOON + 2 * HOUR)
    assert case.status is Status.RATED


def test_the_timer_clears_what_is_left_of_a_pause_and_tells_nobody():
    case = ended_by_the_release_before()
    deadline = case.resolve_by
    assert pausing.go_on(case, now=MIDNIGHT - HOUR) is None
    assert case.pause is not None, "its day has not come"
    assert pausing.go_on(case, now=MIDNIGHT) is None
    assert (case.pause, case.pause_words, case.goes_on_at, case.news) == (None, None, None, [])
    assert case.resolve_by == deadline


@pytest.mark.parametrize("goes_on", ["accepts", "rings"])
def test_another_round_that_the_release_before_began_is_accepted_and_keeps_its_fresh_deadline(goes_on):
    case = a_paused_case()
    case.round, case.status = case.round + 1, Status.ASSIGNED
    case.respond_by, case.resolve_by = fresh = clocks(CATEGORIES["water_leak"], NOON + HOUR)
    if goes_on == "accepts":
        case.accept(by="", note="", now=NOON + 2 * HOUR)
        assert "resolve" in allowed_steps(case.status, is_paused=case.is_paused)
    else:
        pausing.go_on(case, now=MIDNIGHT)
    assert (case.is_paused, case.pause, case.respond_by, case.resolve_by) == (False, None, *fresh)


def test_other_words_on_a_case_that_does_not_wait_tell_nothing():
    assert WAYS["amend"](a_case()) is None


def test_the_words_of_a_pause_go_with_whoever_is_erased_and_the_pause_stays():
    case = a_paused_case()
    forget_filer(case, case.place)
    assert (case.pause_words, case.goes_on_at) == ("", MIDNIGHT)
