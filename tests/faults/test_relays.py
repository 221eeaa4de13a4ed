"""Relays die, stand still and wake up again: what is told twice changes nothing, and nothing is told out of order."""

import signal
from uuid import uuid4

import psutil
import pytest
from sqlalchemy import text

from chassis.database import Database
from tests.faults.chain import Chain
from tests.faults.invariants import never_backwards
from tests.faults.running import Running
from tests.integration.chassis.things import causes
from tests.waiting import eventually

pytestmark = pytest.mark.timeout(120)


@pytest.mark.parametrize("place", ["relay.after_publish", "relay.after_confirm"])
def test_what_a_dying_relay_tells_twice_is_done_once(chain: Chain, place: str) -> None:
    chain.start("listener")
    relay = chain.keep("relay", HEMEI_FAILPOINT=f"{place}=exit@2")
    for _ in range(4):
        chain.tell(3)
        chain.check_all_done()
    assert relay.deaths >= 2
    assert max(chain.told().values()) > 1, "nothing was told twice, which proves nothing"
    chain.check_at_rest()


def test_a_relay_killed_again_and_again_loses_nothing(chain: Chain) -> None:
    chain.start("listener")
    relay = chain.keep("relay")
    for _ in range(3):
        chain.tell(40)
        relay.struck()
    chain.check_all_done()
    assert relay.deaths == 3
    chain.check_at_rest()


def test_a_relay_that_stood_still_while_another_took_over_does_no_harm_when_it_goes_on(chain: Chain) -> None:
    listener, (first, second) = chain.start("listener"), (uuid4(), uuid4())
    sleeper = chain.start("relay", HEMEI_FAILPOINT="relay.after_publish=stop@2")
    chain.start("relay")
    chain.tell_of(first, 1)
    eventually(lambda: len(causes(chain.listener)) == 1, 20)
    chain.tell_of(second, 3)
    eventually(lambda: stands_still(sleeper), 20)
    chain.tell_of(first, 3)
    end_the_lease(chain)
    eventually(lambda: len(causes(chain.listener)) == 7, 20)
    sleeper.process.send_signal(signal.SIGCONT)
    chain.tell_of(second, 3)
    eventually(lambda: len(causes(chain.listener)) == 10, 20)
    assert never_backwards(chain.applied()) == []
    assert max(chain.told().values()) > 1, "the sleeper had nothing in its hands, which proves nothing"
    listener.told_to_stop()
    assert [causes(chain.listener).count(id) for id in (first, second)] == [4, 6]


def stands_still(one: Running) -> bool:
    """Whether a process was stopped."""
    return psutil.Process(one.process.pid).status() == psutil.STATUS_STOPPED


def end_the_lease(chain: Chain) -> None:
    """What a database does at last to a client that does not answer."""
    owner = Database(chain.teller.url, as_owner=True)
    with owner.writing() as connection:
        holders = (
            "SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_database ON oid = database"
            " WHERE locktype = 'advisory' AND granted AND datname = current_database()"
        )
        assert connection.execute(text(holders)).scalars().all() == [True]
    owner.close()
