"""The same faults over builds with a promise broken: what counts faults must find what these lose and double."""

import pytest

from tests.faults.chain import Chain
from tests.faults.counting import kinds
from tests.waiting import eventually

pytestmark = pytest.mark.timeout(120)


def test_a_teller_that_publishes_after_its_commit_instead_of_storing_is_found_to_lose(chain: Chain) -> None:
    teller = chain.keep("teller", BREAKS="commit-then-publish", HEMEI_FAILPOINT="work.after_commit=exit@3")
    chain.start("relay")
    chain.start("listener")
    chain.ask(7)
    assert teller.deaths >= 2
    eventually(lambda: chain.rabbit.depth("listener.main") == 0, 20)
    eventually(lambda: kinds(chain.faults()) == {"lost"} and len(chain.faults()) == teller.deaths, 20)


def test_without_an_inbox_what_a_dying_relay_tells_twice_is_found_doubled(chain: Chain) -> None:
    chain.start("listener", BREAKS="inbox-off")
    relay = chain.keep("relay", HEMEI_FAILPOINT="relay.after_confirm=exit@2")
    for _ in range(3):
        chain.tell(3)
        eventually(lambda: not any(fault.startswith("lost") for fault in chain.faults()), 20)
    eventually(lambda: kinds(chain.faults()) == {"doubled"}, 20)
    assert relay.deaths >= 1


def test_without_an_inbox_what_a_dying_listener_has_done_is_found_doubled(chain: Chain) -> None:
    chain.start("relay")
    listener = chain.keep("listener", BREAKS="inbox-off", HEMEI_FAILPOINT="listener.after_commit=exit@3", BATCH="2")
    chain.tell(10)
    eventually(lambda: kinds(chain.faults()) == {"doubled"}, 40)
    assert listener.deaths >= 1
