"""Communities side by side over HTTP, in both forms: whoever looks at a street sees its communities and no others."""

import pytest

from tests.e2e.communities import Community, found
from tests.e2e.door import Door
from tests.e2e.first_key import KEY
from tests.e2e.systems import System
from tests.e2e.test_accounts import NEW, Person, staff

pytestmark = pytest.mark.timeout(240)


@pytest.fixture
def communities(door: Door) -> tuple[Community, Community]:
    """Two communities of different streets, with a solved matter each."""
    both = found(door), found(door)
    for community in both:
        id = door.file(community.code, community.building, "other")
        door.when(id, lambda case: case["status"] == "assigned")
        door.post(f"grievances/{id}/accept")
        door.post(f"grievances/{id}/resolve", {"resolution": "办好了。"})
    return both


def viewer_of(system: System, street: str) -> Person:
    """Somebody who has signed in and looks at this street."""
    _, name, one_time = staff(Person(system.url, KEY), "viewer", community=street)
    person = Person(system.url).signed_in(name, one_time)
    person.ask("POST", "me/password", {"old": one_time, "new": NEW})
    return person


def test_each_of_two_streets_sees_its_own_communities_and_never_the_others(
    system: System, communities: tuple[Community, Community]
) -> None:
    for mine, other in (communities, communities[::-1]):
        person = viewer_of(system, mine.code[:9])
        told = person.ask("GET", "figures/casework/communities?rank_by=resolution")
        here = {row["community"]: row for row in told["items"]}
        assert {code[:9] for code in here} == {mine.code[:9]}
        assert here[mine.code]["rank"] == 1
        assert here[mine.code]["name"] == "试验社区"
        assert here[mine.code]["resolution"] == {"counted": 1, "of": 1, "rate": 1.0}
        groups = person.ask("GET", f"figures/casework?community={mine.code}&by=grid&rank_by=resolution")["groups"]
        assert [(group["key"], group["rank"]) for group in groups] == [(mine.grid, 1)]
        person.ask("GET", f"figures/casework?community={other.code}", status=403)
        person.ask("GET", f"grievances?community={mine.code}", status=403)


def test_whoever_sees_everything_sees_both(door: Door, communities: tuple[Community, Community]) -> None:
    told = {row["community"] for row in door.every("figures/casework/communities")}
    assert {community.code for community in communities} <= told
