"""Work on the way: calls, tasks and attempts, help asked for by hand; each rule from both sides."""

from datetime import timedelta
from uuid import uuid4

import pytest

from contracts.grievance.errors import (
    AskedAlready,
    NobodyToRemind,
    RemindedAlready,
    RepliedAlready,
    StepForbidden,
    TaskNotFound,
    TaskSettled,
    TasksOpen,
    TooManyTasks,
)
from services.grievance.domain import work
from services.grievance.domain.grievance import Status
from services.grievance.domain.involved import Dispatch, Referral
from services.grievance.domain.tasks import MOST, TaskState
from tests.unit.grievance.cases import NOON, a_case, a_task


def call(case, **changes):
    said = {"called": "filer", "outcome": "reached", "note": "", "by": "", "now": NOON} | changes
    work.note_call(case, **said)


def ask_hands(case, **changes):
    said = {"hands": 3, "skills": ["carrying"], "note": "带推车", "path": ["a", "b"], "by": "", "now": NOON}
    return work.ask_hands(case, uuid4(), **(said | changes))


def ask_unit(case, **changes):
    said = {"unit_kind": "tower", "unit_id": None, "wanted": "survey", "note": "", "path": ["a"], "by": "", "now": NOON}
    return work.ask_unit(case, uuid4(), **(said | changes))


def referred(case, state):
    case.referral = Referral(id=uuid4(), unit_id=uuid4(), unit="铁塔公司", kind="tower", state=state, reason="")


def offered(case, state):
    case.dispatches = [Dispatch(id=uuid4(), volunteer_id=uuid4(), name="赵志愿", state=state, reason="")]


# -- calls


@pytest.mark.parametrize(
    ("note", "kept"),
    [
        ("让他打13800001234找儿子", "让他打（号码略）找儿子"),
        ("座机 0371-6435 1234", "座机 （号码略）"),
        ("+86 138 0000 1234。", "（号码略）。"),
        ("三单元1502室，约 11-30 15:00", "三单元1502室，约 11-30 15:00"),
    ],
)
def test_no_telephone_number_stays_in_the_timeline(note, kept):
    case = a_case()
    call(case, note=note)
    assert case.news[-1].note == f"提交人，已接通：{kept}"


def test_reaching_whoever_filed_in_time_is_an_answer():
    case = a_case(Status.ASSIGNED)
    call(case)
    assert case.is_answered_in_time is True


@pytest.mark.parametrize("changes", [{"outcome": "no_answer"}, {"called": "neighbour"}])
def test_a_call_that_did_not_reach_whoever_filed_is_no_answer(changes):
    case = a_case(Status.ASSIGNED)
    call(case, **changes)
    assert case.is_answered_in_time is None


def test_an_answer_that_comes_too_late_stays_too_late():
    case = a_case(Status.ASSIGNED)
    call(case, now=case.respond_by + timedelta(seconds=1))
    case.accept(by="", note="", now=NOON)
    assert case.is_answered_in_time is False


@pytest.mark.parametrize("status", [Status.FILED, Status.ASSIGNED, Status.IN_HAND, Status.RESOLVED, Status.RATED])
def test_whoever_filed_is_called_on_the_way_and_called_back_once_they_have_rated(status):
    case = a_case(status)
    call(case, note="问了哪里不满意")
    assert [(entry.what, entry.note) for entry in case.news] == [("called", "提交人，已接通：问了哪里不满意")]
    assert case.status is status


def test_nobody_is_called_about_a_case_that_has_ended():
    case = a_case(Status.CLOSED)
    with pytest.raises(StepForbidden):
        call(case)


# -- tasks


def test_a_case_is_not_solved_while_a_task_that_must_be_done_is_open():
    case, task = a_case(), a_task()
    work.split(case, [task], by="", now=NOON)
    with pytest.raises(TasksOpen) as refused:
        case.resolve("已清走", by="", now=NOON)
    assert (refused.value.facts["left"], case.status) == (1, Status.IN_HAND)


@pytest.mark.parametrize("state", [TaskState.DONE, TaskState.DROPPED])
def test_a_case_is_solved_once_every_task_that_must_be_done_has_its_end(state):
    case, task = a_case(), a_task()
    work.split(case, [task, a_task("贴通知", is_required=False)], by="", now=NOON)
    work.settle_task(case, task.id, state, reason="住户自己搬走了", by="", now=NOON)
    case.resolve("已清走", by="", now=NOON)
    assert case.status is Status.RESOLVED
    assert [entry.what for entry in case.news] == ["split", f"task_{state}", "resolved"]


def test_a_task_that_has_its_end_gets_no_other_and_an_unknown_one_none():
    case, task = a_case(), a_task()
    work.split(case, [task], by="", now=NOON)
    work.settle_task(case, task.id, TaskState.DONE, reason="", by="", now=NOON)
    with pytest.raises(TaskSettled):
        work.settle_task(case, task.id, TaskState.DROPPED, reason="不用了", by="", now=NOON)
    with pytest.raises(TaskNotFound):
        work.settle_task(case, uuid4(), TaskState.DONE, reason="", by="", now=NOON)


def test_a_task_known_by_its_id_is_not_added_twice():
    case, task = a_case(), a_task()
    work.split(case, [task], by="", now=NOON)
    work.split(case, [task, a_task("贴通知")], by="", now=NOON)
    assert [each.title for each in case.tasks] == ["清走旧家具", "贴通知"]


def test_a_case_has_so_many_tasks_and_no_more():
    case = a_case()
    work.split(case, [a_task() for _ in range(MOST)], by="", now=NOON)
    with pytest.raises(TooManyTasks):
        work.split(case, [a_task()], by="", now=NOON)
    assert len(case.tasks) == MOST


def test_attempts_and_changes_of_approach_are_told_apart_in_the_timeline():
    case, task = a_case(), a_task()
    work.split(case, [task], by="", now=NOON)
    work.note_attempt(case, task.id, "敲门无人", is_change=False, by="", now=NOON)
    work.note_attempt(case, None, "改请社区民警一起上门", is_change=True, by="", now=NOON)
    assert [(entry.what, entry.note) for entry in case.news[1:]] == [
        ("attempted", "清走旧家具：敲门无人"),
        ("approach_changed", "改请社区民警一起上门"),
    ]
    with pytest.raises(TaskNotFound):
        work.note_attempt(case, uuid4(), "敲门无人", is_change=False, by="", now=NOON)


def test_a_case_that_is_solved_is_not_split():
    with pytest.raises(StepForbidden):
        work.split(a_case(Status.RESOLVED), [a_task()], by="", now=NOON)


# -- help asked for by hand


def test_hands_asked_for_are_told_with_what_the_search_needs_and_none_of_the_words():
    case = a_case()
    told = ask_hands(case)
    assert (told.hands, told.skills, told.path, told.round) == (3, ("carrying",), ("a", "b"), 1)
    assert "推车" in case.news[-1].note
    assert "推车" not in repr(told)


def test_hands_are_not_asked_for_twice_before_anybody_has_answered():
    case = a_case()
    ask_hands(case)
    with pytest.raises(AskedAlready):
        ask_hands(case)


@pytest.mark.parametrize("state", ["offered", "accepted", "checked_in"])
def test_hands_are_not_asked_for_while_somebody_is_asked_or_at_work(state):
    case = a_case()
    offered(case, state)
    with pytest.raises(AskedAlready):
        ask_hands(case)


@pytest.mark.parametrize("state", ["declined", "lapsed", "checked_out", "stood_down"])
def test_hands_may_be_asked_for_once_nobody_is_left(state):
    case = a_case()
    offered(case, state)
    assert ask_hands(case).hands == 3


def test_a_category_that_asks_for_hands_has_asked_for_them_until_they_are_told():
    case = a_case(category="corridor_clutter")
    with pytest.raises(AskedAlready):
        ask_hands(case)
    case.asked.hands = False
    assert ask_hands(case).category == "corridor_clutter"


@pytest.mark.parametrize("state", ["referred", "accepted"])
def test_a_unit_is_not_asked_for_while_one_is_asked_or_at_work(state):
    case = a_case()
    referred(case, state)
    with pytest.raises(AskedAlready):
        ask_unit(case)


@pytest.mark.parametrize("state", ["missing", "returned", "completed", "withdrawn"])
def test_a_unit_may_be_asked_for_after_the_last_one(state):
    case = a_case()
    referred(case, state)
    assert (ask_unit(case).unit_kind, case.news[-1].note) == ("tower", "实地查看")


def test_nobody_is_asked_about_a_case_without_a_leader_or_at_its_end():
    for status in (Status.FILED, Status.RESOLVED, Status.CLOSED):
        with pytest.raises(StepForbidden):
            ask_hands(a_case(status))
        with pytest.raises(StepForbidden):
            ask_unit(a_case(status))


# -- whoever is responsible is reminded


def remind(case, last=None, **changes):
    said = {"last": last, "pause": timedelta(hours=1), "by": "李主任", "note": "三天了", "now": NOON} | changes
    return work.remind(case, **said)


@pytest.mark.parametrize("status", [Status.ASSIGNED, Status.IN_HAND])
def test_a_reminder_is_told_and_the_timeline_says_who_reminded_and_when(status):
    case = a_case(status)
    told = remind(case)
    assert (told.post, told.place, told.reminded_at) == (case.leader.post, case.place, NOON)
    assert [(entry.at, entry.what, entry.who, entry.note) for entry in case.news] == [
        (NOON, "reminded", "李主任", "三天了")
    ]


def test_a_reminder_leaves_the_case_as_it_is():
    case = a_case(Status.ASSIGNED)
    remind(case)
    assert (case.status, case.is_answered_in_time) == (Status.ASSIGNED, None)


@pytest.mark.parametrize("minutes", [0, 59])
def test_nobody_is_reminded_again_within_the_pause(minutes):
    case = a_case(Status.IN_HAND)
    with pytest.raises(RemindedAlready) as refused:
        remind(case, NOON - timedelta(minutes=minutes))
    assert "60 分钟内不重复催办" in refused.value.said("zh")
    assert case.news == []


def test_after_the_pause_a_leader_is_reminded_again():
    assert remind(a_case(Status.IN_HAND), NOON - timedelta(minutes=60)).reminded_at == NOON


def test_of_a_case_without_a_leader_nobody_is_reminded():
    case = a_case(Status.FILED)
    with pytest.raises(NobodyToRemind):
        remind(case)
    assert case.news == []


@pytest.mark.parametrize("status", [Status.RESOLVED, Status.RATED, Status.CLOSED])
def test_of_what_has_come_to_its_end_nobody_is_reminded(status):
    with pytest.raises(StepForbidden):
        remind(a_case(status))


# -- a rating is replied to


def reply(case, **changes):
    return work.reply(case, **({"is_replied": False, "words": "已加装路灯", "by": "", "now": NOON} | changes))


@pytest.mark.parametrize("status", [Status.RATED, Status.CLOSED])
def test_a_rating_is_replied_to_in_words_that_the_timeline_keeps_and_no_event_tells(status):
    case = a_case(status)
    told = reply(case)
    assert [(entry.at, entry.what, entry.who, entry.note) for entry in case.news] == [
        (NOON, "replied", case.leader.name, "已加装路灯")
    ]
    assert vars(told) == {"community": case.community, "grievance_id": case.id, "replied_at": NOON}
    assert (case.status, case.score) == (status, 5)


@pytest.mark.parametrize("status", [Status.FILED, Status.ASSIGNED, Status.IN_HAND, Status.RESOLVED])
def test_before_there_is_a_rating_nobody_replies_to_one(status):
    case = a_case(status)
    with pytest.raises(StepForbidden):
        reply(case)
    assert case.news == []


def test_what_was_closed_without_a_rating_has_nothing_to_reply_to_and_the_refusal_does_not_offer_it():
    case = a_case(Status.RESOLVED)
    case.close(now=NOON)
    with pytest.raises(StepForbidden) as refused:
        reply(case)
    assert refused.value.facts["allowed"] == ["reopen"]


def test_what_was_forgotten_gets_no_new_words():
    case = a_case(Status.CLOSED)
    case.forgotten_at = NOON
    with pytest.raises(StepForbidden):
        reply(case)


def test_a_rating_is_not_replied_to_twice():
    case = a_case(Status.RATED)
    with pytest.raises(RepliedAlready) as refused:
        reply(case, is_replied=True)
    assert refused.value.said("zh") == "这次评价已经回复过了，每次评价只回复一次"
    assert case.news == []


@pytest.mark.parametrize(
    ("happened", "is_replied"),
    [
        ("rated", False),
        ("rated called", False),
        ("rated replied closed", True),
        ("rated replied reopened accepted resolved", True),
        ("rated replied reopened accepted resolved rated", False),
        ("rated replied reopened accepted resolved rated replied", True),
    ],
)
def test_each_rating_waits_for_a_reply_of_its_own(happened, is_replied):
    assert work.is_replied_to(happened.split()) is is_replied
