"""Whatever is made out of the OpenAPI description: no 5xx, and no answer that is not described.

Here it is a few requests to each operation, always the same. `make fuzz` takes minutes: every bound of every field,
more requests, and a seed of its own (`FUZZ_EXAMPLES` and `FUZZ_SEED`).
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.demo_community import wait_until_filled
from tests.e2e.fuzzing import fuzz
from tests.e2e.systems import Embedded

PHASES = "examples,coverage,fuzzing" if "FUZZ_EXAMPLES" in os.environ else "fuzzing"
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "5"))
SEED = int(os.environ.get("FUZZ_SEED", "7"))
WITHIN = 120 + 30 * EXAMPLES

pytestmark = pytest.mark.timeout(WITHIN + 120)


@pytest.fixture
def own_system(tmp_path: Path) -> Iterator[Embedded]:
    """A system of the test's own: queues are paused and purged, and much is filed."""
    started = Embedded(tmp_path)
    try:
        started.start()
        started.wait_until_ready()
        wait_until_filled(started)
        yield started
    finally:
        started.kill()


def test_no_request_is_answered_with_5xx_or_otherwise_than_described(own_system: Embedded, tmp_path: Path) -> None:
    told = own_system.door.description.told

    done = fuzz(own_system.url, told, tmp_path, seed=SEED, phases=PHASES, examples=EXAMPLES, within=WITHIN)

    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-2_000:]
    assert "No issues found" in done.stdout
    own_system.check_ready()
    assert "could not be answered" not in own_system.said(most=10**7)
