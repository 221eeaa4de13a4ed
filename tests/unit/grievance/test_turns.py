"""Two people on one case: the second is told, nothing is overwritten."""

from datetime import timedelta
from uuid import uuid4

import pytest

from contracts.grievance.errors import CaseMovedOn
from services.grievance.domain.grievance import Status
from services.grievance.domain.turns import NAMED_AT_MOST, Entry
from tests.unit.grievance.cases import NOON, a_case


def test_whoever_saw_the_case_as_it_is_has_their_turn():
    case = a_case()
    case.begin_turn(None, by="李网格", expected=case.turn, since=lambda turn: [])
    assert case.turn == 1


def test_whoever_does_not_say_what_they_saw_has_their_turn():
    case = a_case()
    case.turn = 7
    case.begin_turn(None, by="李网格", expected=None, since=lambda turn: [])
    assert case.turn == 8


def test_the_second_of_two_is_refused_and_told_who_did_what_and_when_but_not_what_was_said():
    case = a_case(Status.RESOLVED)
    case.turn = 2
    entry = Entry(at=NOON, what="resolved", who="李网格", note="住户说家里有病人", turn=2)
    with pytest.raises(CaseMovedOn) as refused:
        case.begin_turn(None, by="王书记", expected=1, since={1: [entry]}.__getitem__)
    assert "李网格 11-23 12:00 已办结" in refused.value.said("zh")
    assert "李网格 said that it is solved (11-23 12:00)" in refused.value.said("en")
    assert "病人" not in refused.value.said("zh")
    assert (refused.value.facts["version"], case.turn) == (2, 2)


@pytest.mark.parametrize(("by", "named"), [("", "李网格"), ("王书记", "李网格"), ("李网格", "")])
def test_nobody_is_held_up_by_their_own_turns_and_everybody_by_those_of_others(by, named):
    case = a_case()
    case.turn = 3
    own = [
        Entry(at=NOON, what="hands_asked", who="李网格", turn=2),
        Entry(at=NOON, what="called", who="李网格", turn=3),
    ]
    by_itself = Entry(at=NOON, what="volunteer_offered", who="赵志愿", turn=3)
    if not named:
        case.begin_turn(None, by=by, expected=1, since=lambda turn: [*own, by_itself])
        assert case.turn == 4
        return
    with pytest.raises(CaseMovedOn) as refused:
        case.begin_turn(None, by=by, expected=1, since=lambda turn: [*own, by_itself])
    assert named in refused.value.said("zh")
    assert "赵志愿" not in refused.value.said("zh")


def test_a_refusal_names_only_those_others():
    case = a_case()
    case.turn = 2
    both = [Entry(at=NOON, what="called", who="李网格", turn=1), Entry(at=NOON, what="rated", who="居民", turn=2)]
    with pytest.raises(CaseMovedOn) as refused:
        case.begin_turn(None, by="李网格", expected=0, since=lambda turn: both)
    assert refused.value.facts["meanwhile"] == ["居民 11-23 12:00 作了评价"]


def test_who_claims_to_have_seen_what_has_not_come_is_refused():
    with pytest.raises(CaseMovedOn):
        a_case().begin_turn(None, by="李网格", expected=5, since=lambda turn: [])


def test_a_refusal_tells_of_the_last_turns_only():
    case = a_case()
    case.turn = 9
    entries = [
        Entry(at=NOON + timedelta(minutes=minute), what="called", who=f"{minute}号", turn=minute) for minute in range(9)
    ]
    with pytest.raises(CaseMovedOn) as refused:
        case.begin_turn(None, by="李网格", expected=0, since=lambda turn: entries)
    assert len(refused.value.facts["meanwhile"]) == NAMED_AT_MOST
    assert refused.value.facts["meanwhile"][-1].startswith("8号")


def test_what_helpers_do_is_no_turn_and_refuses_nobody():
    case = a_case()
    case.note(NOON, "volunteer_accepted", "赵志愿")
    case.begin_turn(None, by="李网格", expected=0, since=lambda turn: [])
    assert case.turn == 1


def test_a_line_of_the_timeline_knows_its_turn_and_its_step():
    case, step = a_case(), uuid4()
    case.begin_turn(step, by="李网格", expected=0, since=lambda turn: [])
    case.resolve("已清走", by="", now=NOON)
    assert (case.news[-1].turn, case.news[-1].step_id) == (1, step)
