"""Answering: one answer for each question that is still waited for, alone or in one transaction with others."""

import time
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from eventlet import Timeout
from greenlet import GreenletExit
from sqlalchemy.exc import IntegrityError, OperationalError

from chassis.asking import TRIES, Answer
from chassis.broker import Delivery, Message
from chassis.repository import ChangedMeanwhile
from chassis.scope import EVERYWHERE, NOWHERE, Scope, current_scope, within_communities
from contracts.errors import Conflict, NotFound


class Uow:
    """Counts its outermost blocks; what was done in one that raised is undone."""

    def __init__(self) -> None:
        self.depth = self.opened = self.commits = 0
        self.done: list[Any] = []

    def __enter__(self) -> "Uow":
        if self.depth == 0:
            self.opened, self._before = self.opened + 1, list(self.done)
        self.depth += 1
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self.depth -= 1
        if self.depth == 0:
            self.commits += kind is None
            self.done = self.done if kind is None else self._before


class Desk:
    """A service that answers, and what it answered."""

    def __init__(self, method: Callable[["Desk", Any], Any], *, together: bool = True) -> None:
        self.uow = Uow()
        self.calls: list[Any] = []
        self.answers: dict[str, tuple[str, Any]] = {}
        self.acknowledged: list[str] = []
        self._method, self._together = method, together

    def ask(self, *commands: Any, patience: float = 60, within: Callable[[Any], str | None] = lambda _: None) -> None:
        """These are asked at the same time, each for the communities that `within` names for it."""
        answer = Answer(self._call, None, together=self._together)
        answer(self, [self._delivery(each, patience, within(each)) for each in commands], self._reply)

    def _call(self, _service: Any, command: Any) -> Any:
        self.calls.append(command)
        with self.uow:
            self.uow.done.append(command)
            return self._method(self, command)

    def _delivery(self, command: Any, patience: float, within: str | None) -> Delivery:
        message = Message(
            body=msgspec.json.encode(command),
            id=str(command),
            type="say",
            correlation=str(command),
            reply_to="replies",
            headers={"deadline": time.time() + patience} | ({} if within is None else {"within": within}),
        )
        return Delivery(
            message=message,
            queue="desk.calls",
            acknowledge=lambda: self.acknowledged.append(message.id),
            give_back=_never,
            retry_later=_never,
            bury=_never,
            acknowledge_all=_never,
        )

    def _reply(self, question: Message, answer: Message) -> None:
        assert answer.correlation == question.correlation
        assert question.id not in self.answers, "one question, one answer"
        body = msgspec.json.decode(answer.body)
        self.answers[question.id] = (answer.type, body["code"] if answer.type == "error" else body)


def _never(*_: Any) -> None:
    raise AssertionError("a call is acknowledged and nothing else")


def echo(_desk: Desk, command: Any) -> Any:
    """Says it again."""
    return command


def refusing(wrong: Any, error: BaseException) -> Callable[[Desk, Any], Any]:
    """Raises at one command."""

    def method(_desk: Desk, command: Any) -> Any:
        if command == wrong:
            raise error
        return command

    return method


def test_questions_asked_together_are_answered_in_one_transaction() -> None:
    desk = Desk(echo)
    desk.ask(1, 2, 3)
    assert desk.answers == {"1": ("answer", 1), "2": ("answer", 2), "3": ("answer", 3)}
    assert (desk.uow.opened, desk.uow.commits) == (1, 1)
    assert desk.acknowledged == ["1", "2", "3"]


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (NotFound(), "not_found"),
        (ValueError("someone's phone"), "error"),
        (Timeout(), "error"),
        (GreenletExit(), "error"),
        (Conflict(), "conflict"),
    ],
    ids=["not found", "nobody thought of it", "a time-out", "the end of its thread", "a conflict"],
)
def test_one_bad_question_among_many_harms_only_itself(error: BaseException, code: str) -> None:
    desk = Desk(refusing(2, error))
    desk.ask(1, 2, 3)
    assert desk.answers == {"1": ("answer", 1), "2": ("error", code), "3": ("answer", 3)}
    assert desk.uow.done == [1, 3]


def test_a_question_whose_asker_has_gone_is_not_begun() -> None:
    desk = Desk(echo)
    desk.ask(1, 2, patience=-1)
    assert (desk.calls, desk.answers) == ([], {})
    assert desk.acknowledged == ["1", "2"]


def test_questions_that_grow_old_while_others_are_answered_are_not_begun_again() -> None:
    def slow_and_wrong(_desk: Desk, command: Any) -> Any:
        if command == 2:
            # From here on, not from when they were asked: a machine that stood still in between made it end too soon.
            too_late = time.time() + 0.5
            while time.time() < too_late:
                pass
            raise ValueError
        return command

    desk = Desk(slow_and_wrong)
    desk.ask(1, 2, 3, patience=0.5)
    assert desk.calls == [1, 2], "what was begun in time together was undone, and its askers have gone"
    assert desk.uow.done == []


def test_a_lost_race_is_run_again_and_won() -> None:
    lost = [ChangedMeanwhile(), IntegrityError("", {}, Exception())]

    def method(_desk: Desk, command: Any) -> Any:
        if lost:
            raise lost.pop()
        return command

    desk = Desk(method)
    desk.ask(1)
    assert desk.answers == {"1": ("answer", 1)}
    assert desk.uow.done == [1]


def test_a_race_that_is_lost_again_and_again_is_a_conflict_in_the_end() -> None:
    desk = Desk(refusing(1, ChangedMeanwhile()))
    desk.ask(1)
    assert desk.answers == {"1": ("error", "changed_meanwhile")}
    assert len(desk.calls) == TRIES


def test_what_the_state_forbids_is_not_tried_again() -> None:
    desk = Desk(refusing(1, Conflict()))
    desk.ask(1)
    assert len(desk.calls) == 1


def test_a_database_that_is_away_makes_the_service_unavailable() -> None:
    away = OperationalError("", {}, Exception("could not connect"))
    desk = Desk(refusing(1, away))
    desk.ask(1)
    assert desk.answers == {"1": ("error", "unavailable")}


def test_an_answer_that_json_cannot_carry_is_an_error_and_not_silence() -> None:
    desk = Desk(lambda _desk, _command: object())
    desk.ask(1)
    assert desk.answers == {"1": ("error", "error")}


@pytest.mark.parametrize("kill", [KeyboardInterrupt, SystemExit])
@pytest.mark.parametrize("many", [1, 3])
def test_a_process_that_is_ended_answers_nothing_more(kill: type[BaseException], many: int) -> None:
    desk = Desk(refusing(1, kill()))
    with pytest.raises(kill):
        desk.ask(*range(1, many + 1))
    assert desk.answers == {}
    assert desk.uow.done == []


HERE, THERE = "410181002011", "410181002012"


def scopes_seen(within: Callable[[Any], str | None], *, together: bool) -> tuple[Desk, dict[Any, Scope | None]]:
    """In which scope each of four questions was answered."""
    seen: dict[Any, Scope | None] = {}

    def method(_desk: Desk, command: Any) -> Any:
        seen[command] = current_scope()
        return command

    desk = Desk(method, together=together)
    desk.ask(1, 2, 3, 4, within=within)
    return desk, seen


def test_questions_that_may_touch_the_same_communities_share_a_transaction_and_others_do_not() -> None:
    desk, seen = scopes_seen(lambda command: HERE if command % 2 else THERE, together=True)
    assert seen == {1: (HERE,), 2: (THERE,), 3: (HERE,), 4: (THERE,)}
    assert desk.uow.commits == 2
    assert len(desk.answers) == 4


def test_a_question_is_answered_within_what_it_says_and_nowhere_where_that_cannot_be_read() -> None:
    said = {1: f"{HERE},{THERE}", 2: "*", 3: "*,*", 4: None}
    _, seen = scopes_seen(said.get, together=False)
    assert seen == {1: (HERE, THERE), 2: EVERYWHERE, 3: NOWHERE, 4: NOWHERE}


def test_whoever_answers_is_back_in_the_scope_from_before() -> None:
    with within_communities([THERE]) as before:
        scopes_seen(lambda _: HERE, together=True)
        assert current_scope() == before
