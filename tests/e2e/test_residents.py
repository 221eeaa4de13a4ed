"""What docs/flows.md tells of residents without an account (8.3, 8.4), over HTTP, in both forms."""

from typing import Any

import httpx
import pytest

from tests.e2e.communities import LEADER, Community, found, join
from tests.e2e.door import Case, Door
from tests.pictures import picture
from tests.waiting import eventually

pytestmark = pytest.mark.timeout(240)

PHONE = "10000000123"


@pytest.fixture
def community(door: Door) -> Community:
    """A community of the test's own."""
    return found(door)


@pytest.fixture
def visitor(door: Door) -> httpx.Client:
    """Somebody who has no account."""
    return httpx.Client(base_url=f"{door.url}/api/v1/", timeout=15, trust_env=False)


def file(visitor: httpx.Client, community: Community, **more: Any) -> dict[str, str]:
    """A filing; places just imported reach the service that takes it a moment later."""
    body = {
        "community": community.code, "place": community.building, "category": "corridor_clutter",
        "description": "三楼堆满纸箱", "contact": {"name": "张先生", "phone": PHONE}, **more,
    }  # fmt: skip

    def filed() -> dict[str, str]:
        answer = visitor.post("grievances", json=body)
        assert answer.status_code == 201, answer.text
        told: dict[str, str] = answer.json()
        return told

    return eventually(filed, within=20)


def by_receipt(visitor: httpx.Client, step: str, filed: dict[str, str], **more: Any) -> Case:
    """What whoever has the receipt is answered."""
    answer = visitor.post(f"receipts/{step}", json={"receipt": filed["receipt"], "claim": filed["claim"], **more})
    assert answer.status_code == 200, answer.text
    case: Case = answer.json()
    return case


def test_a_visitor_files_with_a_picture_follows_answers_and_has_it_taken_up_again(
    door: Door, visitor: httpx.Client, community: Community
) -> None:
    file(visitor, community)  # from now on the community is known
    sent = visitor.post(
        "pictures", params={"community": community.code}, content=picture(), headers={"Content-Type": "image/png"}
    )
    assert sent.status_code == 201, sent.text
    filed = file(visitor, community, pictures=[sent.json()["id"]])

    door.when(filed["id"], lambda case: case["leader"])
    case = by_receipt(visitor, "follow", filed)
    assert (case["follows_as"], case["status"], case["leader"]["name"]) == ("filer", "assigned", LEADER)
    assert visitor.get(case["pictures"][0]["small"].removeprefix("/api/v1/")).headers["Content-Type"] == "image/jpeg"
    assert visitor.get(f"pictures/{sent.json()['id']}").status_code == 401

    door.post(f"grievances/{filed['id']}/accept", {"by": LEADER})
    door.post(f"grievances/{filed['id']}/resolve", {"by": LEADER, "resolution": "清走了"})
    assert by_receipt(visitor, "follow", filed)["resolution"] == "清走了"
    assert by_receipt(visitor, "answer", filed, solved=False, reason="又堆上了")["round"] == 2
    door.when(filed["id"], lambda case: case["status"] == "assigned")

    wrong = {"receipt": filed["receipt"], "phone": "10000000124"}
    assert visitor.post("receipts/follow", json=wrong).json()["error"] == "receipt_mismatch"
    right = visitor.post("receipts/follow", json=wrong | {"phone": PHONE})
    assert right.json()["claim"] == filed["claim"]


def test_another_category_within_ten_minutes_stands_helpers_down_and_asks_others(
    door: Door, visitor: httpx.Client, community: Community
) -> None:
    join(door, community, "铁塔公司", "tower")
    join(door, community, "物业公司", "property")
    filed = file(visitor, community, category="flying_wire")
    first = door.when(filed["id"], lambda case: case["referral"])["referral"]
    assert first["unit"] == "铁塔公司"

    case = by_receipt(visitor, "amend", filed, category="lift", description="电梯停在三楼")
    assert (case["category"], case["round"], case["description"]) == ("lift", 2, "电梯停在三楼")

    case = door.when(filed["id"], lambda case: case["referral"] and case["referral"]["unit"] == "物业公司")
    assert (case["status"], case["leader"]["name"]) == ("assigned", LEADER)
    eventually(lambda: _withdrawn(door, first["id"]), within=20)


def _withdrawn(door: Door, referral: str) -> None:
    found = door.get(f"referrals/{referral}")
    assert found["state"] == "withdrawn", found


def test_neighbours_join_what_is_open_near_by_and_follow_it(
    door: Door, visitor: httpx.Client, community: Community
) -> None:
    filed = file(visitor, community)
    file(visitor, community, category="hardship")
    asked = {"community": community.code, "place": community.building}
    (open_matter,) = visitor.get("nearby", params=asked).json()["items"]
    assert open_matter["id"] == filed["id"]
    assert not {"description", "receipt", "leader"} & open_matter.keys()

    joined = [visitor.post(f"grievances/{filed['id']}/me-too", json={"key": "a"}).json() for _ in range(2)]
    assert joined[0] == joined[1]
    case = by_receipt(visitor, "follow", joined[0])
    assert (case["follows_as"], case["neighbours"], case["allowed"]) == ("neighbour", 1, [])
    assert door.case(filed["id"])["neighbours"] == 1
    assert by_receipt(visitor, "withdraw", filed)["status"] == "cancelled"
    assert visitor.get("nearby", params=asked).json()["items"] == []


def test_the_page_files_with_pictures_and_without_scripts_and_once_for_one_key(
    door: Door, visitor: httpx.Client, community: Community
) -> None:
    file(visitor, community)
    page = httpx.Client(base_url=door.url, timeout=15, trust_env=False)
    address = f"/q/{community.code}/{community.building}"
    form = {"category": "corridor_clutter", "description": "四楼堆满纸箱", "key": "the-key-of-this-form"}
    for _ in range(2):
        sent = page.post(address, data=form, files=[("pictures", ("a.png", picture(), "image/png"))])
        assert sent.status_code == 303, sent.text
    case = page.get(sent.headers["Location"])
    assert (case.status_code, "四楼堆满纸箱" in case.text, "<img" in case.text) == (200, True, True)
    described = [door.case(each["id"])["description"] for each in door.every("grievances", community=community.code)]
    assert described.count("四楼堆满纸箱") == 1


def test_a_place_that_was_closed_takes_no_new_matter_until_it_is_opened_again(
    door: Door, visitor: httpx.Client, community: Community
) -> None:
    yard = f"{community.vacant_grid}09"
    place = {"code": yard, "kind": "courtyard", "name": "老粮库家属院", "parent": community.vacant_grid}
    version = door.post(f"communities/{community.code}/places", place)["version"]
    where = {"community": community.code, "place": yard, "category": "corridor_clutter", "anonymous": True}
    matter = {**where, "description": "大门锁坏了", "channel": "web"}
    eventually(lambda: visitor.post("grievances", json=matter).status_code == 201)
    closed = door.post(f"communities/{community.code}/places/{yard}/close", {"version": version})
    refused = visitor.post("grievances", json=matter)
    assert (refused.status_code, list(refused.json()["fields"])) == (409, ["place"])
    page = httpx.Client(base_url=door.url, timeout=15, trust_env=False)
    assert "已停用" in page.get(f"/q/{community.code}/{yard}").text
    assert page.post(f"/q/{community.code}/{yard}", data=matter).status_code == 409
    door.post(f"communities/{community.code}/places/{yard}/reopen", {"version": closed["version"]})
    assert visitor.post("grievances", json=matter).status_code == 201
    assert "已停用" not in page.get(f"/q/{community.code}/{yard}").text
