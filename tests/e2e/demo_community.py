"""The demo community as the tests know it: by its code, and by when all of it has arrived."""

from collections.abc import Callable
from typing import Any

import httpx

from tests.e2e.first_key import SHOWN
from tests.e2e.systems import System
from tests.waiting import eventually

COMMUNITY = "410181002011"
COURTYARDS = 37
RESIDENTS = 10_870
NAMED_COURTYARDS = {"福利公司家属院", "交通庭院", "安乐街楼院", "陇海花苑", "龙泉花园", "警苑小区", "常庄小区"}


def wait_until_filled(system: System, within: float = 60.0) -> None:
    """Until the demo community is there, and what was told of it has been heard by every service."""
    with httpx.Client(base_url=f"{system.url}/api/v1/", timeout=15, trust_env=False, headers=SHOWN) as client:
        eventually(lambda: _check(client, system), within=within)
        eventually(lambda: _try_filing(client), within=within)


def _check(client: httpx.Client, system: System) -> None:
    answer = client.get(f"communities/{COMMUNITY}")
    assert answer.status_code == 200, answer.text + system.said()
    counts = answer.json()["counts"]
    assert counts["residents"] == RESIDENTS, counts
    # Teams are founded last, elder records opened by the service that hears last of the residents.
    teams = client.get("teams", params={"community": COMMUNITY, "state": "active"}).json()
    assert teams["total"] == 4, teams
    elders = client.get("elder-records", params={"community": COMMUNITY, "page_size": 1}).json()
    assert elders["total"] == counts["elders"], elders


def _try_filing(client: httpx.Client) -> None:
    """Places reach the grievance service by events: once the last of them can be named in a filing, all can."""
    last = last_place(lambda path, **asked: client.get(path, params=asked).json())
    body = {"community": COMMUNITY, "place": last, "category": "other", "description": "能报事了吗？"}
    answer = client.post("grievances", json=body, headers={"Idempotency-Key": "is-it-filled"})
    assert answer.status_code == 201, answer.text


def last_place(get: Callable[..., Any]) -> str:
    """The code of the place that was imported last."""
    path = f"communities/{COMMUNITY}/places"
    total = get(path, kind="household", page_size=1)["total"]
    return str(get(path, kind="household", page_size=1, page=total)["items"][0]["code"])
