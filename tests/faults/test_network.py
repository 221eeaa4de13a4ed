"""The network slows down, stops in the middle of a word, resets and falls silent: all is done once, and goes on."""

import time
from collections.abc import Callable

import pytest

from tests.faults.chain import Chain, seconds
from tests.faults.proxy import Proxy, proxy_to
from tests.faults.running import Running
from tests.waiting import eventually

pytestmark = pytest.mark.timeout(180)

HEARTBEAT = "?heartbeat=2"
"""Two seconds instead of twenty: whoever falls silent is noticed after two of them."""


def jitter(proxy: Proxy) -> None:
    """A bad line."""
    proxy.delay(0.02, 0.2)


def reset(proxy: Proxy) -> None:
    """A firewall that forgets, and says so."""
    proxy.cut(reset=True)


def half_open(proxy: Proxy) -> None:
    """A firewall that forgets, and says nothing."""
    proxy.half_open()


@pytest.mark.parametrize("fail", [jitter, reset, half_open])
def test_a_network_to_the_broker_that_fails_loses_and_doubles_nothing_and_the_flow_resumes(
    chain: Chain, fail: Callable[[Proxy], None]
) -> None:
    with proxy_to(chain.broker_url) as proxy:
        start_through(chain, proxy)
        for _ in range(2):
            chain.tell(5)
            fail(proxy)
            failed_at = time.monotonic()
            chain.tell(5)
            chain.check_all_done()
            print(f"all was done {seconds(failed_at):.1f} s after {fail.__name__}")  # noqa: T201
        proxy.open()
        chain.check_at_rest()


def test_a_network_to_the_broker_that_stops_in_the_middle_of_a_frame_is_given_up_and_made_anew(chain: Chain) -> None:
    with proxy_to(chain.broker_url) as proxy:
        relay, listener = start_through(chain, proxy)
        proxy.stall()
        chain.tell(10)
        eventually(lambda: proxy.stalled == 1, 20)
        eventually(lambda: has_said(relay, "begins anew") and has_said(listener, "no broker on link"), 30)
        proxy.open()
        opened_at = time.monotonic()
        chain.check_all_done()
        print(f"all was done {seconds(opened_at):.1f} s after the line went on")  # noqa: T201
        chain.check_at_rest()


def start_through(chain: Chain, proxy: Proxy) -> list[Running]:
    """A relay and a listener whose way to the broker is the proxy."""
    started = [chain.start(role, BROKER_URL=proxy.url + HEARTBEAT) for role in ("relay", "listener")]
    chain.tell(1)
    chain.check_all_done()
    return started


def has_said(one: Running, words: str) -> bool:
    """Whether a process has written these words."""
    return any(words in line for line in one.said())


@pytest.mark.parametrize("fail", [jitter, reset])
def test_a_network_to_the_database_that_fails_loses_and_doubles_nothing_and_the_flow_resumes(
    chain: Chain, fail: Callable[[Proxy], None]
) -> None:
    with proxy_to(chain.database_url) as proxy:
        for role in ("relay", "listener"):
            chain.start(role, DATABASE_URL=proxy.url, TAKES="0.01", BATCH="3")
        chain.tell(1)
        chain.check_all_done()
        for _ in range(2):
            chain.tell(5)
            fail(proxy)
            chain.tell(5)
            chain.check_all_done()
        proxy.open()
        chain.check_at_rest()


def test_a_database_behind_a_line_that_has_fallen_silent_is_reached_over_another(chain: Chain) -> None:
    with proxy_to(chain.database_url) as proxy:
        listener = chain.start("listener", DATABASE_URL=proxy.url, SILENCE="2")
        chain.start("relay")
        for times in (1, 2):
            chain.tell(1)
            chain.check_all_done()
            proxy.half_open()
            chain.tell(3)
            chain.check_all_done()
            assert sum("is away" in line or "together" in line for line in listener.said()) >= times
        chain.check_at_rest()
