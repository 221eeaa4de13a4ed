"""Whatever happens in whatever order, with a crash at any step: every committed cause has exactly one effect."""

import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from uuid import UUID, uuid4

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from chassis.broker import DEAD_LETTERS, Delivery, Message
from chassis.embedded_relay import EmbeddedRelay
from chassis.listening import LADDER, Listener
from contracts import wire
from contracts.grievance.events import GrievanceResolved
from tests.integration.chassis.brokers import InProcess, new_queue
from tests.integration.chassis.deliveries import hearing
from tests.integration.chassis.things import causes, count, metadata, resolved, thing_database, work

LONGEST_PAUSE = 3600
POINTS = ("nowhere", "before the effect", "before the commit", "before the acknowledgement", "after it is laid aside")

LAST = 1 + len(LADDER)
"""The attempt after which an event is laid aside."""


class Crash(SystemExit):
    """The process ends here: what was in memory is gone, what was committed is not."""


class Fault(Exception):
    """A handler fails."""


class TellerAndHearer(RuleBasedStateMachine):
    """One service tells, another hears. In memory: broker, relay, listener; on disk: two databases, dead letters."""

    @initialize()
    def build(self) -> None:
        """Two empty databases, and nothing told yet."""
        self.folder = Path(tempfile.mkdtemp(prefix="hemei-crashes-"))
        self.opened = [thing_database(f"sqlite:///{self.folder}/{name}.db") for name in ("teller", "hearer")]
        self.teller, self.hearer = (each.__enter__() for each in self.opened)
        self.plan = new_queue(GrievanceResolved.wire_name())
        self.committed: list[UUID] = []
        self.poisoned: set[UUID] = set()
        self.carried: list[Delivery] = []
        self.start()

    def teardown(self) -> None:
        """Let everything come to rest, and count."""
        if not hasattr(self, "folder"):
            return
        self.come_to_rest()
        done = [cause for cause in self.committed if cause not in self.poisoned]
        assert sorted(causes(self.hearer)) == sorted(done)
        dead = [UUID(wire.from_bytes(letter.body).subject) for letter in self.world.dead(self.plan.name)]
        # Laid aside, and the process ended before that was settled: it is laid aside again, under the same id.
        assert set(dead) == self.poisoned
        assert len({each.id for each in self.world.dead(self.plan.name)}) == len(self.poisoned)
        assert count(self.teller, "outbox") == 0
        for each in self.opened:
            each.__exit__(None, None, None)
        shutil.rmtree(self.folder)

    # -- a process begins, and ends

    def start(self) -> None:
        """With what is on disk and nothing else."""
        self.world = InProcess(self.folder)
        self.in_hand: list[Delivery] = []
        service = self.world.connect()
        service.consume(self.plan, self.in_hand.append, prefetch=4)
        service.start()
        self.relay = EmbeddedRelay(self.teller, metadata.tables["outbox"], self.world.broker)
        self.crash_at = "nowhere"
        self.faults = 0
        self.uow = work(self.hearer)
        mine = hearing(GrievanceResolved, TellerAndHearer.do)
        self.listener = Listener(self.plan.name, [mine], is_stopping=lambda: False, send=service.send)

    def crashing(self, do: Callable[[], None]) -> None:
        """Do something that may end the process, which is then started again."""
        try:
            do()
        except Crash:
            self.start()

    # -- what the teller does

    @rule(many=st.integers(1, 3), poison=st.booleans(), end=st.sampled_from(("well", "before", "after")))
    def command(self, many: int, poison: bool, end: str) -> None:
        """A command is done: its events are saved with it, unless the process ends before."""
        self.crashing(partial(self.commit, many, poison, end))

    def commit(self, many: int, poison: bool, end: str) -> None:
        """In one transaction."""
        ids = [uuid4() for _ in range(many)]
        with work(self.teller) as uow:
            for id in ids:
                uow.effects.add(id)
                uow.publish(resolved(id))
            if end == "before":
                raise Crash
        self.committed += ids
        self.poisoned |= set(ids[:1]) if poison else set()
        if end == "after":
            raise Crash

    @rule()
    def carry(self) -> None:
        """The relay takes up what is new."""
        self.relay._carry_all()

    @rule(ends=st.booleans())
    def remove(self, ends: bool) -> None:
        """The relay removes what is settled, or the process ends before it does."""
        if ends:
            self.start()
        else:
            self.relay._remove()

    @rule()
    def kill(self) -> None:
        """The process ends between two steps."""
        self.start()

    # -- what the hearer does

    def do(self, event: GrievanceResolved) -> None:
        """The effect, as the hearer's handler has it."""
        if self.crash_at == "before the effect":
            raise Crash
        if event.grievance_id in self.poisoned:
            raise Fault
        if self.faults:
            self.faults -= 1
            raise Fault
        self.uow.effects.add(event.grievance_id)
        if self.crash_at == "before the commit":
            raise Crash

    @rule(many=st.integers(1, 4), point=st.sampled_from(POINTS), faults=st.integers(0, 5))
    def handle(self, many: int, point: str, faults: int) -> None:
        """A batch is handled, well or badly, or the process ends somewhere in it."""
        # What was told is taken up first: left to chance, hardly a batch is ever there to be handled.
        self.relay._carry_all()
        batch = [self.in_hand.pop(0) for _ in self.in_hand[:many]]
        self.carried += batch
        self.crash_at, self.faults = point, faults
        if point == "before the acknowledgement":
            batch = [replace(each, acknowledge=_crash, acknowledge_all=_crash_all) for each in batch]
        if point == "after it is laid aside":
            # At the last attempt, and with no fault but the poison: nothing else is to be laid aside.
            self.faults = 0
            batch = [
                replace(each, message=each.message.with_headers(attempt=LAST), bury=partial(self.bury_and_crash, each))
                for each in batch
            ]
        self.crashing(lambda: self.listener.handle(self, batch))
        self.crash_at, self.faults = "nowhere", 0

    def bury_and_crash(self, delivery: Delivery, dead: Message) -> None:
        """The process ends when the dead letter is safe and its delivery not settled."""
        self.world.broker.send(dead.with_headers(queue=delivery.queue), DEAD_LETTERS)
        raise Crash

    @precondition(lambda self: self.carried)
    @rule(which=st.integers(0, 50))
    def deliver_again(self, which: int) -> None:
        """The broker delivers something a second time, as brokers do."""
        self.world.broker.tell(self.carried[which % len(self.carried)].message, lambda: None)

    @precondition(lambda self: self.in_hand)
    @rule()
    def give_back(self) -> None:
        """A delivery is handed back unhandled."""
        self.in_hand.pop(0).give_back()
        self.world.pass_time(0)

    @rule(seconds=st.sampled_from((0, 5, 40, LONGEST_PAUSE)))
    def pass_time(self, seconds: int) -> None:
        """Pauses end."""
        self.world.pass_time(seconds)

    # -- what must hold

    @invariant()
    def no_cause_has_two_effects_and_no_effect_is_without_a_cause(self) -> None:
        """At every moment."""
        done = causes(self.hearer)
        assert len(done) == len(set(done))
        assert set(done) <= set(self.committed)
        assert count(self.teller, "effects") == len(self.committed)

    def come_to_rest(self) -> None:
        """No more faults but the poison: carry, handle and wait until nothing is left to do."""
        for _ in range(20):
            self.relay._carry_all()
            while self.in_hand:
                batch, self.in_hand[:] = self.in_hand[:], []
                self.listener.handle(self, batch)
            self.relay._remove()
            if count(self.teller, "outbox") == 0 and self.relay.is_idle:
                return
            self.world.pass_time(LONGEST_PAUSE)
        raise AssertionError("it never came to rest")


def _crash() -> None:
    raise Crash


def _crash_all(_deliveries: Sequence[Delivery]) -> None:
    raise Crash


TestAnyOrderOfCrashes = TellerAndHearer.TestCase
TestAnyOrderOfCrashes.settings = settings(
    max_examples=60,
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
