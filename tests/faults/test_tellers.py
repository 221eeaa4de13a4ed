"""Whoever tells dies around its commit: what was committed is told, what was not never happened."""

import pytest

from tests.faults.chain import Chain
from tests.integration.chassis.things import rows

pytestmark = pytest.mark.timeout(120)


@pytest.mark.parametrize("place", ["work.before_commit", "work.after_commit"])
def test_a_teller_that_dies_around_its_commit_has_told_all_it_did_and_nothing_else(chain: Chain, place: str) -> None:
    teller = chain.keep("teller", HEMEI_FAILPOINT=f"{place}=exit@3")
    chain.start("relay")
    chain.start("listener")
    chain.ask(6)
    chain.check_all_done()
    assert {row.id for row in rows(chain.teller, "things")} == set(chain.asked), "what was answered was done"
    assert teller.deaths >= 2
    chain.check_at_rest()


def test_a_teller_killed_again_and_again_has_told_all_it_did_and_nothing_else(chain: Chain) -> None:
    teller = chain.keep("teller")
    chain.start("relay")
    chain.start("listener")
    for _ in range(3):
        chain.ask(3)
        teller.struck()
    chain.ask(3)
    chain.check_all_done()
    assert {row.id for row in rows(chain.teller, "things")} == set(chain.asked)
    assert teller.deaths == 3
    chain.check_at_rest()
