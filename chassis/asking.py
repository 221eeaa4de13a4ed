"""Asking and answering: a question with limited patience, answered by one service or refused with a typed error."""

import logging
import time
from collections.abc import Callable, Sequence
from threading import Event as Signal
from typing import Any
from uuid import uuid4

import msgspec
from marshmallow import RAISE, Schema, ValidationError
from sqlalchemy.exc import DBAPIError

from chassis.broker import Broker, Delivery, Message, NotSent, QueuePlan
from chassis.context import Chain, current_chain, within
from chassis.failures import is_kill, is_outage, is_race
from chassis.observed_work import Asked
from chassis.observing import OBSERVER, Observer
from chassis.scope import Scope, as_header, current_scope, from_header, within_scope
from chassis.tracing import Work
from contracts import errors
from contracts.errors import Error, Invalid, Unavailable, words

log = logging.getLogger(__name__)

TRIES = 4
"""A command that lost a race or a connection is tried again: its id was made at the door, so it is done once."""


def call_queue(service: str) -> QueuePlan:
    """The queue on which a service takes calls."""
    return QueuePlan(name=f"{service}.calls", is_for_calls=True)


class Caller:
    """Asks services and waits for their answers, for one process; safe to use from many threads."""

    def __init__(self, broker: Broker, patience: float, asker: str = "", observer: Observer = OBSERVER) -> None:
        self._broker, self._patience, self._asker, self._observer = broker, patience, asker, observer
        self._waiting: dict[str, tuple[Signal, list[Message]]] = {}
        self._reply_queue = broker.listen_for_replies(self._take_reply)

    def ask(self, service: str, call: str, command: dict[str, Any], patience: float | None = None) -> Any:
        """The answer. Raises the typed error that the service answered with, or `Unavailable` when no answer
        came within `patience` seconds; what was asked is then not begun any more."""
        patience = self._patience if patience is None else patience
        id, chain = str(uuid4()), current_chain() or Chain.begun()
        with Asked(self._observer, self._asker, service, call, id, chain, command) as asked:
            return self._answer(service, self._question(id, call, command, asked.chain, patience), patience)

    def _answer(self, service: str, question: Message, patience: float) -> Any:
        signal, answer = self._waiting[question.id] = Signal(), []
        try:
            self._broker.send(question, call_queue(service).name, confirmed=False)
            if not signal.wait(patience) or answer[0].type == "no_queue":
                raise Unavailable(service=service)
            return _opened(answer[0])
        except NotSent as error:
            raise Unavailable(service=service) from error
        finally:
            self._waiting.pop(question.id, None)

    def _question(self, id: str, call: str, command: dict[str, Any], chain: Chain, patience: float) -> Message:
        return Message(
            body=msgspec.json.encode(command),
            id=id,
            type=call,
            correlation=id,
            reply_to=self._reply_queue,
            expires_in=patience,
            headers={
                "deadline": time.time() + patience,
                "community": chain.community,
                "causation": chain.correlation,
                "traceparent": chain.traceparent,
                **_said(current_scope()),
            },
        )

    def _take_reply(self, message: Message) -> None:
        if waiting := self._waiting.get(message.correlation):
            signal, answer = waiting
            answer.append(message)
            signal.set()


def _said(scope: Scope | None) -> dict[str, str]:
    return {} if scope is None else {"within": as_header(scope)}


def _opened(message: Message) -> Any:
    if message.type == "error":
        raise errors.from_wire(msgspec.json.decode(message.body))
    return msgspec.json.decode(message.body)


Reply = Callable[[Message, Message], None]
"""Sends an answer (second) to whoever asked the question (first)."""


class Answer:
    """One `@answers`: the schema that loads the command, and the method that answers.

    `together`: commands that wait at the same time and may touch the same communities are done in one transaction
    while all of them succeed; when one fails, each is done again alone, so that a bad one harms only itself.
    """

    def __init__(
        self,
        method: Callable[[Any, Any], Any],
        schema: type[Schema] | None,
        *,
        together: bool = False,
        observer: Observer = OBSERVER,
    ) -> None:
        self._method, self._observer = method, observer
        self._schema = schema(unknown=RAISE) if schema else None
        self.together = together

    def __call__(self, service: Any, deliveries: Sequence[Delivery], reply: Reply) -> None:
        """Answer and settle. A question whose asker has gone is dropped; nothing raises out of here."""
        for delivery in deliveries:
            delivery.acknowledge()
        by_scope: dict[Scope, list[Message]] = {}
        for delivery in deliveries:
            if not _is_late(delivery.message):
                by_scope.setdefault(from_header(delivery.message.headers.get("within")), []).append(delivery.message)
        for scope, questions in by_scope.items():
            with within_scope(scope):
                self._answer_all(service, questions, reply)

    def _answer_all(self, service: Any, questions: Sequence[Message], reply: Reply) -> None:
        if len(questions) > 1 and (bodies := self._all_answered(service, questions)):
            for question, body in zip(questions, bodies, strict=True):
                _send(question, "answer", body, reply)
            return
        for question in questions:
            if not _is_late(question):
                with self._seen(service, question) as work, within(work.chain):
                    kind, body = self._answered(service, question)
                _send(question, kind, body, reply)

    def _all_answered(self, service: Any, questions: Sequence[Message]) -> list[bytes]:
        """The answers of all in one transaction; none, with nothing changed, where any of them fails."""
        works = [self._seen(service, question) for question in questions]
        try:
            with service.uow:
                bodies = [self._answer_of(service, *each) for each in zip(questions, works, strict=True)]
        # Whatever it was, a time-out too: each is answered again alone, where its failure is judged.
        except BaseException as error:
            if is_kill(error):
                raise
            log.info("%d calls of %s could not be answered together", len(questions), questions[0].type)
            return []
        for work in works:
            work.end()
        return bodies

    def _answer_of(self, service: Any, question: Message, work: Work) -> bytes:
        with within(work.chain):
            return msgspec.json.encode(self._method(service, self._loaded(question)))

    def _seen(self, service: Any, question: Message) -> Work:
        return self._observer.tracing.answering(getattr(service, "name", ""), question, _chain_of(question))

    def _answered(self, service: Any, message: Message) -> tuple[str, bytes]:
        try:
            return "answer", msgspec.json.encode(self._tried(service, self._loaded(message), message))
        except Error as error:
            return "error", msgspec.json.encode(errors.to_wire(error), enc_hook=str)
        except DBAPIError as error:
            log.exception("a call of %s could not be answered", message.type)
            return "error", msgspec.json.encode(errors.to_wire(Unavailable() if is_outage(error) else Error()))
        # A time-out of the green thread is no Exception, and must be answered like one.
        except BaseException as error:
            if is_kill(error):
                raise
            log.exception("a call of %s could not be answered", message.type)
            return "error", msgspec.json.encode(errors.to_wire(Error()))

    def _loaded(self, message: Message) -> Any:
        try:
            command = msgspec.json.decode(message.body)
            return self._schema.load(command) if self._schema else command
        except msgspec.DecodeError as error:
            raise Invalid from error
        except ValidationError as error:
            raise Invalid(
                fields=_in_words(error.messages if isinstance(error.messages, dict) else {"": error.messages})
            ) from error

    def _tried(self, service: Any, command: Any, question: Message) -> Any:
        for attempt in range(1, TRIES + 1):
            try:
                return self._method(service, command)
            except (DBAPIError, errors.Conflict) as error:
                may_succeed = is_race(error) or (isinstance(error, DBAPIError) and error.connection_invalidated)
                if not may_succeed or attempt == TRIES or _is_late(question):
                    raise
        raise AssertionError("the loop returns or raises")


def _is_late(question: Message) -> bool:
    deadline = question.headers.get("deadline")
    late = isinstance(deadline, int | float) and time.time() > deadline
    if late:
        with within(_chain_of(question)):
            log.info("a call of %s came too late and is dropped", question.type)
    return late


def _send(question: Message, kind: str, body: bytes, reply: Reply) -> None:
    if question.reply_to:
        reply(question, Message(body=body, type=kind, correlation=question.correlation))


def _chain_of(message: Message) -> Chain:
    headers = message.headers
    correlation = str(headers.get("causation") or message.id)
    return Chain(
        correlation=correlation,
        causation=message.id,
        community=str(headers.get("community", "")),
        traceparent=str(headers.get("traceparent", "")),
    )


def _in_words(messages: Any) -> dict[str, list[dict[str, str]]]:
    """marshmallow's messages per field; nested ones under dotted names."""
    found: dict[str, list[dict[str, str]]] = {}
    for name, told in messages.items():
        if isinstance(told, dict):
            found |= {f"{name}.{inner}": rest for inner, rest in _in_words(told).items()}
        else:
            found[str(name)] = [words(str(one), str(one)) for one in told]
    return found
