"""Two builds side by side while one replaces the other: neither lays aside what the other tells, nothing is lost."""

import pytest

from tests.faults.chain import Chain
from tests.faults.running import Running
from tests.integration.chassis.things import causes
from tests.waiting import eventually

pytestmark = pytest.mark.timeout(120)

SECOND = "listener.second"


def start_next(chain: Chain, role: str, **environ: str) -> Running:
    """A process of the next build."""
    one = Running(chain.folder, chain._environment() | environ, "tests.faults.next_build", role)
    chain.started.append(one)
    one.heard_to_say("started")
    return one


def stop(chain: Chain, process: Running) -> None:
    """It is replaced."""
    process.told_to_stop()
    chain.started.remove(process)


def test_todays_build_hears_what_the_next_one_tells_with_a_field_more(chain: Chain) -> None:
    chain.start("relay")
    chain.start("listener")
    start_next(chain, "teller")
    chain.ask(5)
    chain.check_at_rest()
    assert len(causes(chain.listener)) == 5


def test_the_next_build_hears_what_todays_tells_with_a_field_less(chain: Chain) -> None:
    chain.start("relay")
    start_next(chain, "listener")
    chain.start("teller")
    chain.ask(5)
    chain.check_at_rest()
    assert len(causes(chain.listener)) == 5


def test_a_new_major_told_beside_the_old_one_is_rolled_out_back_and_out_again(chain: Chain) -> None:
    chain.start("relay")
    next_listener = start_next(chain, "listener")
    start_next(chain, "teller", TELLS_BOTH="1")
    chain.ask(5)
    chain.check_all_done()
    eventually(lambda: chain.rabbit.depth(SECOND) == 0)
    stop(chain, next_listener)

    todays_listener = chain.start("listener")
    chain.ask(5)
    chain.check_all_done()
    eventually(lambda: chain.rabbit.depth(SECOND) == 5)
    stop(chain, todays_listener)

    start_next(chain, "listener")
    chain.ask(5)
    eventually(lambda: chain.rabbit.depth(SECOND) == 0, within=20)
    chain.check_at_rest()
    assert chain.rabbit.depth(SECOND) == 0
    assert len(causes(chain.listener)) == 15
