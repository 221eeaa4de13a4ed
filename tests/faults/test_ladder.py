"""The retry ladder to its end, a crash on it, and a handler slower than the broker's patience."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID, uuid4

import pytest

from chassis.listening import LADDER, TRIES_AT_ONCE
from tests.faults.chain import MAIN, Chain
from tests.faults.invariants import dead_letters
from tests.faults.running import Running
from tests.integration.chassis.things import causes
from tests.servers.own_rabbitmq import OwnRabbitMQ
from tests.waiting import eventually

pytestmark = pytest.mark.timeout(120)

ATTEMPTS = 1 + len(LADDER)
"""One at once, and one for each level."""


@pytest.fixture
def short_ladder(own_rabbitmq: OwnRabbitMQ) -> Iterator[None]:
    """Every pause takes a fifth of a second: a broker goes by the shorter of a policy and a queue's own argument."""
    own_rabbitmq.control(["set_policy", "short", "^retry[.]", '{"message-ttl": 200}', "--apply-to", "queues"])
    yield
    own_rabbitmq.control(["clear_policy", "short"])


def tries_at(chain: Chain, id: UUID) -> int:
    """How often any listener has failed at this."""
    return sum(each.said().count(f"error {id}") for each in chain.started if isinstance(each, Running))


def test_what_fails_to_the_end_of_the_ladder_is_tried_exactly_so_often_and_laid_aside_once(
    own_chain: Chain, short_ladder: None
) -> None:
    poison = uuid4()
    own_chain.start("listener", WRONGS=f"{poison}=error")
    own_chain.start("relay")
    own_chain.tell_of(poison, times=1)
    (sound,) = own_chain.tell(1)
    eventually(lambda: len(dead_letters(own_chain.broker_url)) == 1, within=30)
    (dead,) = dead_letters(own_chain.broker_url)
    assert (dead.attempt, dead.headers["queue"], dead.headers["error"]) == (ATTEMPTS, MAIN.name, "Refused")
    assert tries_at(own_chain, poison) == ATTEMPTS * TRIES_AT_ONCE
    assert causes(own_chain.listener) == [sound]


def test_after_a_crash_between_the_retry_and_the_acknowledgement_both_copies_climb_on_exactly_and_nothing_is_done(
    own_chain: Chain, short_ladder: None
) -> None:
    poison = uuid4()
    dying = own_chain.start("listener", WRONGS=f"{poison}=error", HEMEI_FAILPOINT="broker.after_retry=exit@1")
    own_chain.start("relay")
    own_chain.tell_of(poison, times=1)
    eventually(lambda: not dying.is_alive, within=20)
    assert tries_at(own_chain, poison) == TRIES_AT_ONCE, "it died at its first retry"
    own_chain.start("listener", WRONGS=f"{poison}=error")
    eventually(lambda: len(dead_letters(own_chain.broker_url)) == 2, within=30)
    dead = dead_letters(own_chain.broker_url)
    assert len({each.id for each in dead}) == 1, "who collects them takes both for one"
    assert [each.attempt for each in dead] == [ATTEMPTS, ATTEMPTS]
    # The first attempt before the crash; all of them of what was not acknowledged; all but the first of the copy.
    assert tries_at(own_chain, poison) == (1 + ATTEMPTS + ATTEMPTS - 1) * TRIES_AT_ONCE
    assert causes(own_chain.listener) == []


def test_after_a_crash_between_the_retry_and_the_acknowledgement_it_is_done_once(
    own_chain: Chain, short_ladder: None
) -> None:
    late = uuid4()
    dying = own_chain.start("listener", WRONGS=f"{late}=error", HEMEI_FAILPOINT="broker.after_retry=exit@1")
    own_chain.start("relay")
    own_chain.tell_of(late, times=1)
    eventually(lambda: not dying.is_alive, within=20)
    own_chain.start("listener")
    own_chain.check_all_done()
    assert causes(own_chain.listener) == [late]
    own_chain.started.remove(dying)
    own_chain.check_at_rest()


@contextmanager
def patience(server: OwnRabbitMQ, milliseconds: int) -> Iterator[None]:
    """How long the broker waits for an acknowledgement, and how often it looks: half an hour and a minute else."""
    settings = {"consumer_timeout": (milliseconds, 1_800_000), "channel_tick_interval": (200, 60_000)}
    for name, (short, _) in settings.items():
        server.control(["eval", f"application:set_env(rabbit, {name}, {short})."])
    try:
        yield
    finally:
        for name, (_, usual) in settings.items():
            server.control(["eval", f"application:set_env(rabbit, {name}, {usual})."])


def test_a_handler_slower_than_the_brokers_patience_is_not_begun_again_and_takes_effect_once(
    own_chain: Chain, own_rabbitmq: OwnRabbitMQ
) -> None:
    with patience(own_rabbitmq, 1000):
        listener = own_chain.start("listener", TAKES="4")
        own_chain.start("relay")
        (slow,) = own_chain.tell(1)
        eventually(lambda: "timed out" in "\n".join(listener.said()), within=20)
        own_chain.check_all_done()
        assert listener.said().count(f"began {slow}") == 1
        own_chain.check_at_rest()
