"""The database crashes, drops connections, and keeps silent about a commit: nothing is lost, doubled or laid aside."""

import time

import pytest

from tests.faults.chain import Chain, seconds
from tests.faults.proxy import proxy_to
from tests.integration.chassis.things import causes, rows
from tests.servers.own_postgresql import OwnPostgreSQL
from tests.waiting import eventually

pytestmark = pytest.mark.timeout(240)


def test_a_database_that_crashes_under_work_loses_and_doubles_nothing(
    own_chain: Chain, own_postgresql: OwnPostgreSQL
) -> None:
    own_chain.start("relay")
    own_chain.start("listener", TAKES="0.02", BATCH="5")
    own_chain.tell(60)
    eventually(lambda: causes(own_chain.listener), 20)
    assert len(causes(own_chain.listener)) < 60, "broken after the work is no proof"
    own_postgresql.crash()
    own_postgresql.start()
    back_at = time.monotonic()
    own_chain.reconnect()
    own_chain.tell(5)
    own_chain.check_all_done()
    print(f"the flow resumed {seconds(back_at):.1f} s after the database was back")  # noqa: T201
    own_chain.check_at_rest()


def test_connections_that_are_cut_again_and_again_under_work_lose_and_double_nothing(
    own_chain: Chain, own_postgresql: OwnPostgreSQL
) -> None:
    own_chain.start("teller")
    own_chain.start("relay")
    own_chain.start("listener", TAKES="0.01", BATCH="5")
    cut = 0
    for _ in range(6):
        own_chain.tell(20)
        cut += own_postgresql.cut_some(0.5)
        own_chain.ask(1)
    assert cut >= 3
    own_chain.check_all_done()
    own_chain.check_at_rest()


def test_a_commit_whose_reply_is_lost_is_not_done_again_by_the_listener(chain: Chain) -> None:
    chain.start("relay")
    with proxy_to(chain.database_url) as proxy:
        chain.start("listener", DATABASE_URL=proxy.url)
        chain.tell(1)
        chain.check_all_done()
        for lost in range(1, 4):
            proxy.drop_commit_reply()
            chain.tell(3)
            chain.check_all_done()
            assert proxy.dropped == lost
        chain.check_at_rest()


def test_a_commit_whose_reply_is_lost_is_not_done_again_by_the_teller_and_its_client(chain: Chain) -> None:
    chain.start("relay")
    chain.start("listener")
    with proxy_to(chain.database_url) as proxy:
        chain.start("teller", DATABASE_URL=proxy.url)
        chain.ask(1)
        for lost in range(1, 4):
            proxy.drop_commit_reply()
            chain.ask(1)
            assert proxy.dropped == lost
        chain.check_all_done()
        assert {row.id for row in rows(chain.teller, "things")} == set(chain.asked)
        chain.check_at_rest()
