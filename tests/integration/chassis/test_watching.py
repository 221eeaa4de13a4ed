"""How queues stand, and emptying one: asked of the broker in process, and of RabbitMQ with management and without."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from chassis.broker import RETRY_PAUSES, NoQueue, NotSent
from chassis.config import Settings
from chassis.figures import BrokerFigures, QueueFigures
from chassis.management import Login, Management, NotManaged
from chassis.watching import RabbitWatch, Watch, watch_of
from tests.faults.proxy import Proxy, proxy_to
from tests.integration.chassis.brokers import InProcess, Rabbit, Taken, World, kept, message, new_queue
from tests.servers import rabbitmq
from tests.servers.own_rabbitmq import OwnRabbitMQ
from tests.waiting import eventually


class Ticking:
    """A clock on which a minute passes between two looks, so that nothing is told from memory."""

    now = 0.0

    def __call__(self) -> float:
        """The time."""
        self.now += 60
        return self.now


@pytest.fixture
def watch(world: World, fresh_broker: str) -> Watch:
    """What looks at the broker."""
    if isinstance(world, InProcess):
        return watch_of(Settings(), world.broker)
    return RabbitWatch(fresh_broker, clock=Ticking())


def of(figures: BrokerFigures, queue: str) -> QueueFigures | None:
    """One queue's figures."""
    return next((each for each in figures.queues if each.name == queue), None)


def test_a_queue_tells_what_waits_and_who_takes(world: World, watch: Watch) -> None:
    plan, broker = new_queue(), world.connect()
    broker.consume(plan, Taken(then=kept), prefetch=2)
    broker.start()
    for number in range(5):
        broker.send(message(str(number)), plan.name)

    def told() -> None:
        found = of(watch.look([plan.name]), plan.name)
        assert found is not None
        assert (found.ready, found.consumers) == (3, 1)
        assert found.unacked in (2, None)

    world.eventually(told)


def test_a_paused_queue_has_no_consumers(world: World, watch: Watch) -> None:
    plan, broker = new_queue(), world.connect()
    broker.consume(plan, Taken(), prefetch=2)
    broker.start()
    broker.pause(plan.name)
    broker.send(message(), plan.name)

    def told() -> None:
        found = of(watch.look([plan.name]), plan.name)
        assert found is not None
        assert (found.ready, found.consumers) == (1, 0)

    world.eventually(told)


def test_every_level_of_the_retry_ladder_is_told_with_what_pauses_there(world: World, watch: Watch) -> None:
    plan, taken, broker = new_queue(), Taken(then=kept), world.connect()
    broker.consume(plan, taken, prefetch=5)
    broker.start()
    broker.send(message(), plan.name)
    world.eventually(lambda: len(taken.deliveries) == 1)
    levels = [f"retry.{level}" for level in RETRY_PAUSES]
    before = {level: of(watch.look(levels), level) for level in levels}
    taken.deliveries[0].retry_later(taken.deliveries[0].message, "1h")

    def told() -> None:
        after = {level: of(watch.look(levels), level) for level in levels}
        grown = {level: after[level].ready - before[level].ready for level in levels}  # type: ignore[union-attr]
        assert grown == dict.fromkeys(levels, 0) | {"retry.1h": 1}

    world.eventually(told)


def test_a_queue_that_is_not_there_is_left_out_and_the_others_are_told(world: World, watch: Watch) -> None:
    plan, broker = new_queue(), world.connect()
    broker.consume(plan, Taken(), prefetch=1)
    broker.start()
    seen = watch.look(["a.nobody", plan.name, "z.nobody"])
    assert of(seen, "a.nobody") is None
    assert of(seen, plan.name) is not None
    assert seen.is_reachable


def test_purging_throws_away_what_waits_and_leaves_what_is_in_hand(world: World, watch: Watch) -> None:
    plan, taken, broker = new_queue(), Taken(then=kept), world.connect()
    broker.consume(plan, taken, prefetch=1)
    broker.start()
    for number in range(4):
        broker.send(message(str(number)), plan.name)
    world.eventually(lambda: taken.bodies == [b"0"])
    assert watch.purge(plan.name) == 3
    assert watch.purge(plan.name) == 0
    taken.deliveries[0].give_back()
    world.eventually(lambda: taken.bodies == [b"0", b"0"])


def test_a_queue_that_is_not_there_cannot_be_purged_and_the_next_one_can(world: World, watch: Watch) -> None:
    plan, broker = new_queue(), world.connect()
    broker.consume(plan, Taken(), prefetch=1)
    broker.start()
    for _ in range(2):
        with pytest.raises(NoQueue):
            watch.purge("test.nobody")
    assert watch.purge(plan.name) == 0


# -- the embedded form


def test_a_purged_event_is_settled_so_that_no_outbox_tells_it_again(tmp_path: Path) -> None:
    world, settled = InProcess(tmp_path), []
    both = "grievance.purged.v1"
    plans = [new_queue(both), new_queue(both)]
    for plan in plans:
        world.broker.consume(plan, Taken(), prefetch=1)
    world.broker.tell(message(type=both), lambda: settled.append("all"))
    assert world.broker.purge(plans[0].name) == 1
    assert settled == []
    assert world.broker.purge(plans[1].name) == 1
    assert settled == ["all"]


def test_what_pauses_before_a_retry_is_purged_for_good_and_the_rest_comes_back(tmp_path: Path) -> None:
    world, settled = InProcess(tmp_path), []
    plan, taken = new_queue("grievance.retried.v1"), Taken(then=kept)
    broker = world.connect()
    broker.consume(plan, taken, prefetch=5)
    broker.start()
    for name in ("gone", "back"):
        world.broker.tell(message(name, type="grievance.retried.v1"), partial(settled.append, name))
    for delivery, level in zip(taken.deliveries, ("30s", "5s"), strict=True):
        delivery.retry_later(delivery.message, level)
    assert world.broker.purge("retry.30s") == 1
    assert settled == ["gone"]
    world.pass_time(30)
    assert taken.bodies == [b"gone", b"back", b"back"]
    assert world.broker.purge("retry.30s") == 0


def test_in_process_the_age_of_the_oldest_is_known_and_nothing_where_nothing_waits(tmp_path: Path) -> None:
    world, plan = InProcess(tmp_path), new_queue()
    world.broker.consume(plan, Taken(), prefetch=1)
    assert world.broker.figures()[0].oldest_age == 0
    world.broker.send(message(), plan.name)
    younger = world.broker.figures()[0].oldest_age
    assert younger is not None
    world.broker.send(message(), plan.name)
    older = world.broker.figures()[0].oldest_age
    assert older is not None
    assert 0 < younger < older


# -- RabbitMQ alone


@pytest.fixture
def proxy(fresh_broker: str) -> Iterator[Proxy]:
    """What stands between us and RabbitMQ."""
    with proxy_to(fresh_broker) as found:
        yield found


def test_a_broker_that_is_away_is_said_to_be_so_and_is_seen_again_when_it_is_back(proxy: Proxy, rabbit: Rabbit) -> None:
    plan = new_queue()
    rabbit.declare(plan)
    watch = RabbitWatch(proxy.url, clock=Ticking())
    assert of(watch.look([plan.name]), plan.name) is not None
    proxy.shut()
    away = watch.look([plan.name])
    assert (away.is_reachable, away.queues) == (False, ())
    with pytest.raises(NotSent):
        watch.purge(plan.name)
    proxy.open()
    assert of(watch.look([plan.name]), plan.name) is not None


def test_after_a_break_that_nobody_has_noticed_the_first_look_succeeds(proxy: Proxy, rabbit: Rabbit) -> None:
    plan = new_queue()
    rabbit.declare(plan)
    watch = RabbitWatch(proxy.url, clock=Ticking())
    watch.look([plan.name])
    proxy.cut()
    assert watch.look([plan.name]).is_reachable
    assert watch.purge(plan.name) == 0


def test_a_broker_that_keeps_silent_is_not_waited_for_long(proxy: Proxy) -> None:
    watch = RabbitWatch(proxy.url, clock=Ticking())
    watch.look([])
    proxy.mute()
    assert not watch.look(["test.main"]).is_reachable


def test_an_answer_serves_for_a_second_and_no_longer(fresh_broker: str, rabbit: Rabbit) -> None:
    now = [0.0]
    plan = new_queue()
    watch = RabbitWatch(fresh_broker, clock=lambda: now[0])
    assert of(watch.look([plan.name]), plan.name) is None
    rabbit.declare(plan)
    now[0] = 0.9
    assert of(watch.look([plan.name]), plan.name) is None
    now[0] = 1.0
    assert of(watch.look([plan.name]), plan.name) is not None


# -- the management API


@pytest.fixture(scope="module")
def managed() -> Iterator[OwnRabbitMQ]:
    """A node of our own with the management plugin."""
    node = OwnRabbitMQ(rabbitmq.answer, with_management=True)
    node.start()
    yield node
    node.stop()


@pytest.fixture
def house(managed: OwnRabbitMQ) -> Iterator[Rabbit]:
    """Ways to that node."""
    found = Rabbit(managed.url)
    yield found
    found.close()


def test_the_management_api_tells_what_is_in_hand_too_and_names_every_queue_but_those_of_callers(
    managed: OwnRabbitMQ, house: Rabbit
) -> None:
    plan, broker = new_queue(), house.connect()
    broker.consume(plan, Taken(then=kept), prefetch=2)
    broker.listen_for_replies(lambda _reply: None)
    broker.start()
    for number in range(5):
        broker.send(message(str(number)), plan.name)
    watch = RabbitWatch(managed.url, managed.management_url, clock=Ticking())

    def told() -> None:
        seen = watch.look([])
        found = of(seen, plan.name)
        assert found is not None
        assert (found.ready, found.unacked, found.consumers) == (3, 2, 1)
        assert found.rate_in is not None
        assert {"operations.dead", "retry.5s"} <= {each.name for each in seen.queues}
        assert not any(each.name.startswith("replies.") for each in seen.queues)
        assert (seen.source, seen.address, seen.is_reachable) == ("management", managed.management_url, True)
        assert seen.version[0].isdigit()

    # The broker counts its quorum queues every five seconds.
    eventually(told, within=20.0)


def test_alarms_are_told_while_they_last(managed: OwnRabbitMQ) -> None:
    management = Management(Login.of(managed.management_url, managed.url))
    assert management.look().alarms == ()
    managed.raise_alarm("disk")
    try:
        assert [alarm.partition(":")[0] for alarm in management.look().alarms] == ["disk space"]
    finally:
        managed.end_alarms()
    assert management.look().alarms == ()


def test_where_management_does_not_let_us_in_the_broker_is_asked_itself(managed: OwnRabbitMQ, house: Rabbit) -> None:
    plan = new_queue()
    house.declare(plan)
    wrong = managed.management_url.replace("//", "//nobody:nothing@")
    with pytest.raises(NotManaged):
        Management(Login.of(wrong, managed.url)).look()
    seen = RabbitWatch(managed.url, wrong).look([plan.name])
    assert seen.source == "amqp"
    assert of(seen, plan.name) is not None


def test_operators_are_told_where_a_browser_finds_the_brokers_own_pages(fresh_broker: str) -> None:
    plain = Settings(broker_url=fresh_broker)
    inside = replace(plain, broker_management_url="http://guest:guest@127.0.0.1:9")
    outside = replace(inside, broker_pages_url="https://city.example/rabbit")
    addresses = [watch_of(settings, None).look([]).address for settings in (plain, inside, outside)]
    assert addresses == ["", "http://127.0.0.1:9", "https://city.example/rabbit"]


def test_where_nobody_answers_for_management_the_broker_is_asked_itself(fresh_broker: str, rabbit: Rabbit) -> None:
    plan = new_queue()
    rabbit.declare(plan)
    seen = RabbitWatch(fresh_broker, "http://127.0.0.1:9").look([plan.name])
    assert (seen.source, seen.is_reachable) == ("amqp", True)
    assert of(seen, plan.name) is not None
