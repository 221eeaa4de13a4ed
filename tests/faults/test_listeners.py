"""Listeners die around their commit: what they have in hand is delivered again, and what was done is not done again."""

import pytest

from tests.faults.chain import Chain
from tests.waiting import eventually

pytestmark = pytest.mark.timeout(120)


@pytest.mark.parametrize("place", ["listener.before_commit", "listener.after_commit"])
def test_a_listener_that_dies_around_its_commit_does_everything_once(chain: Chain, place: str) -> None:
    listener = chain.keep("listener", HEMEI_FAILPOINT=f"{place}=exit@3", BATCH="2")
    chain.start("relay")
    chain.tell(10)
    chain.check_all_done()
    assert listener.deaths >= 1
    chain.check_at_rest()


def test_listeners_killed_again_and_again_do_everything_once(chain: Chain) -> None:
    listener = chain.keep("listener", TAKES="0.02", BATCH="5")
    chain.start("relay")
    for life in range(3):
        chain.tell(20)
        eventually(lambda life=life: len(listener.lives) > life)
        listener.now.heard_to_say("started")
        listener.struck()
    chain.check_all_done()
    eventually(lambda: listener.deaths == 3)
    chain.check_at_rest()
