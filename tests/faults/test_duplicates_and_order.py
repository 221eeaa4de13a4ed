"""Messages that come again and again, to many at once, and in the wrong order."""

from collections import Counter
from datetime import timedelta
from functools import partial
from itertools import permutations
from uuid import UUID, uuid4

import pytest

from chassis.asking import Caller
from chassis.config import database_url_of
from chassis.migrate import migrate
from contracts.errors import Error, Unavailable
from contracts.event import Event
from contracts.organization.events import PlaceFact, PlacesImported
from contracts.volunteer.events import DispatchAccepted, DispatchFact, VolunteerCheckedIn, VolunteersDispatched
from tests.faults.chain import Chain
from tests.faults.invariants import dead_letters, one_effect_each
from tests.integration.chassis.deliveries import heard
from tests.integration.chassis.things import COMMUNITY, NOON, causes, resolved
from tests.waiting import eventually

pytestmark = pytest.mark.timeout(120)


def test_what_comes_fifty_times_to_three_listeners_at_once_is_done_once(chain: Chain) -> None:
    listeners = [chain.start("listener", BATCH=batch, TAKES="0.02") for batch in ("1", "3", "50")]
    eventually(lambda: chain.consumers() == 3)
    ids = [uuid4() for _ in range(8)]
    messages = [heard(resolved(id), id=id) for id in ids]
    for _ in range(50):
        for message in messages:
            chain.rabbit.tell(message)
    assert set(chain.told().values()) == {50}
    eventually(lambda: one_effect_each(ids, causes(chain.listener)) == [], 30)
    eventually(lambda: chain.rabbit.depth("listener.main") == 0, 30)
    for listener in listeners:
        listener.told_to_stop()
    assert one_effect_each(ids, causes(chain.listener)) == []


# -- in the wrong order


@pytest.fixture
def grievances(chain: Chain) -> Caller:
    """The grievance service itself, with a place that can be complained about, and nobody else."""
    url = database_url_of(chain.database_url, "grievance")
    migrate("grievance", url)
    chain.begin_hemei("serve", "grievance")
    asking = chain.rabbit.connect()
    caller = Caller(asking, patience=3.0)
    asking.start()
    eventually(lambda: is_ready(caller), 40)
    place = PlaceFact(code=COMMUNITY, kind="community", name="试验社区", parent=None)
    chain.rabbit.tell(heard(PlacesImported(community=COMMUNITY, places=(place,))))
    return caller


def is_ready(caller: Caller) -> bool:
    """Whether the service answers."""
    try:
        return bool(caller.ask("grievance", "ready", {})["ready"])
    except Unavailable:
        return False


def filed(caller: Caller) -> UUID:
    """A grievance that volunteers can be told of; its place reaches the service a moment later."""
    id = uuid4()
    command = {"id": str(id), "community": COMMUNITY, "place": COMMUNITY, "category": "corridor_clutter"}

    def file() -> None:
        try:
            caller.ask("grievance", "file_grievance", command | {"description": "楼道堆物", "channel": "web"})
        except Error as error:
            raise AssertionError(error) from error

    eventually(file, 20)
    return id


def steps_of(grievance_id: UUID) -> list[Event]:
    """What is told of one volunteer, in the order it happened."""
    ids = {"community": COMMUNITY, "callout_id": uuid4(), "grievance_id": grievance_id}
    one = {"dispatch_id": uuid4(), "volunteer_id": uuid4()}
    fact = DispatchFact(name="李一", reason="近", **one)
    return [
        VolunteersDispatched(dispatches=(fact,), dispatched_at=NOON, **ids),
        DispatchAccepted(accepted_at=NOON + timedelta(minutes=1), **ids, **one),
        VolunteerCheckedIn(checked_in_at=NOON + timedelta(minutes=2), **ids, **one),
    ]


def test_in_whatever_order_things_are_told_the_last_state_stands_and_each_is_noted_once(
    chain: Chain, grievances: Caller
) -> None:
    cases = {filed(grievances): order for order in permutations(range(3))}
    for id, order in cases.items():
        told = steps_of(id)
        for number in order:
            chain.rabbit.tell(heard(told[number]))

    def check(id: UUID, order: tuple[int, ...]) -> None:
        case = grievances.ask("grievance", "get_grievance", {"id": str(id)})
        assert [each["state"] for each in case["volunteers"]] == ["checked_in"], order
        seen = Counter(entry["what"] for entry in case["timeline"])
        expected = {"filed": 1, "volunteer_offered": 1, "volunteer_accepted": 1, "volunteer_checked_in": 1}
        assert seen == expected, order

    for id, order in cases.items():
        eventually(partial(check, id, order), 30)
    assert dead_letters(chain.broker_url) == []
