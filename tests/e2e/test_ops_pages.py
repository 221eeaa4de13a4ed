"""The pages of the person on duty, of the whole system."""

import httpx
import pytest

from tests.e2e.communities import Community, found
from tests.e2e.door import Door
from tests.waiting import eventually

pytestmark = pytest.mark.timeout(240)


@pytest.fixture
def community(door: Door) -> Community:
    """A community of the test's own."""
    return found(door)


def page(door: Door, path: str, **asked: str) -> str:
    """The text of a page that must be shown."""
    answer: httpx.Response = door.front.get(path, params=asked)
    assert answer.status_code == 200, answer.text
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    return answer.text


def test_the_overview_shows_every_queue_and_every_process(door: Door) -> None:
    def all_shown() -> None:
        told = door.get("operations/overview")
        text = page(door, "/ops")
        assert told["processes"]
        assert {"grievance.main", "volunteer.places", "operations.dead"} <= {queue["name"] for queue in told["queues"]}
        assert [each["name"] for each in told["queues"] if f'data-key="{each["name"]}"' not in text] == []
        assert [each for each in told["processes"] if each["instance"] not in text] == []

    eventually(all_shown, within=20)


def test_dead_letters_are_counted_as_the_api_counts_them(door: Door) -> None:
    def alike() -> None:
        told = door.get("operations/dead-letters/groups")
        text = page(door, "/ops/dead", lang="en")
        assert f"{told['open']:,} open, of {len(told['groups'])} causes" in text
        assert [group for group in told["groups"] if group["cause"] not in text] == []

    eventually(alike, within=20)
    page(door, "/ops/dead/letters")


def test_the_journey_of_a_grievance_goes_across_the_services(door: Door, community: Community) -> None:
    id = door.file(community.code, community.building, "other")
    receipt = door.case(id)["receipt"]

    def drawn() -> None:
        text = page(door, "/ops/journey", id=id)
        assert 'class="step calm told done"' in text
        assert "grievance → organization" in text
        assert "grievance.grievance_filed.v1" in text
        assert "grievance.grievance_filed.v1" in page(door, "/ops/journey", id=receipt)

    eventually(drawn, within=20)
    assert door.front.get("/ops/journey", params={"id": "nobody-knows-this"}).status_code == 404
