"""Accounts over HTTP in both forms: whoever signs in does what they hold, until it is taken from them."""

import base64
import hashlib
import hmac
import json
import re
import stat
import struct
import time
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.e2e.demo_community import COMMUNITY
from tests.e2e.first_key import KEY
from tests.e2e.systems import Embedded, System
from tests.waiting import eventually

pytestmark = pytest.mark.timeout(240)

NEW = "correct horse battery 9"


class Person:
    """Somebody at the door with a token, or with none."""

    def __init__(self, url: str, token: str = "") -> None:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self.http = httpx.Client(base_url=f"{url}/api/v1/", headers=headers, timeout=15, trust_env=False)
        self.url = url

    def ask(self, method: str, path: str, body: Any = None, *, status: int = 200) -> Any:
        """The answer to a request that must be answered with this status."""
        answer = self.http.request(method, path, json=body)
        assert answer.status_code == status, f"{method} {path} {answer.status_code}: {answer.text}"
        return answer.json()

    def signed_in(self, name: str, password: str, **more: str) -> "Person":
        """The same, signed in."""
        told = self.ask("POST", "sessions", {"name": name, "password": password, **more}, status=201)
        return Person(self.url, told["token"])


@pytest.fixture
def anybody(system: System) -> Person:
    """Somebody who has not signed in."""
    return Person(system.url)


@pytest.fixture
def manager(system: System) -> Iterator[Person]:
    """Whoever set up the system."""
    person = Person(system.url, KEY)
    yield person
    person.http.close()


def staff(manager: Person, role: str, **where: Any) -> tuple[str, str, str]:
    """An account with a role: its id, its name, its one-time password."""
    name = f"某人 {uuid4().hex[:8]}"
    made = manager.ask("POST", "accounts", {"community": COMMUNITY, "name": name}, status=201)
    manager.ask("POST", f"accounts/{made['id']}/grants", {"role": role, "community": COMMUNITY, **where})
    return made["id"], name, made["password"]


def word_of(page: httpx.Response) -> str:
    """What a page's form says to have been given by us."""
    found = re.search(r'name="csrf" value="([^"]+)"', page.text)
    assert found is not None, page.text
    return found[1]


def test_on_pages_somebody_new_signs_in_sets_a_password_is_led_where_they_were_going_and_signs_out(
    system: System, manager: Person
) -> None:
    _, name, one_time = staff(manager, "operator", community="")
    with httpx.Client(base_url=system.url, timeout=15, trust_env=False) as browser:
        assert browser.get("/ops").headers["Location"] == "/sign-in?next=/ops"
        assert browser.post("/sign-in", data={"name": name, "password": "wrong"}).status_code == 401
        signed_in = browser.post("/sign-in", data={"name": name, "password": one_time, "next": "/ops"})
        assert signed_in.headers["Location"] == "/password"
        form = browser.get("/password")
        weak = browser.post("/password", data={"old": one_time, "new": "short", "csrf": word_of(form)})
        assert weak.status_code == 422, weak.text
        done = browser.post("/password", data={"old": one_time, "new": NEW, "csrf": word_of(form)})
        assert (done.status_code, done.headers["Location"]) == (303, "/")
        assert browser.get("/ops").status_code == 200
        assert browser.post("/sign-out", data={"csrf": word_of(browser.get("/"))}).status_code == 303
        assert browser.get("/ops").status_code == 303
        again = browser.post("/sign-in", data={"name": name, "password": NEW, "next": "/ops"})
        assert again.headers["Location"] == "/ops"


def test_a_new_secretary_signs_in_chooses_a_password_and_reads_what_a_secretary_reads(
    manager: Person, anybody: Person
) -> None:
    _, name, one_time = staff(manager, "secretary")
    fresh = anybody.signed_in(name, one_time)
    fresh.ask("GET", f"grievances?community={COMMUNITY}", status=403)
    fresh.ask("POST", "me/password", {"old": one_time, "new": NEW})
    assert fresh.ask("GET", "me")["grants"][0]["role"] == "secretary"
    assert "items" in fresh.ask("GET", f"grievances?community={COMMUNITY}")
    anybody.ask("POST", "sessions", {"name": name, "password": one_time}, status=401)
    anybody.signed_in(name, NEW)


def test_what_is_taken_away_is_gone_within_moments(manager: Person, anybody: Person) -> None:
    id, name, one_time = staff(manager, "secretary")
    fresh = anybody.signed_in(name, one_time)
    fresh.ask("POST", "me/password", {"old": one_time, "new": NEW})
    [held] = manager.ask("GET", f"accounts/{id}")["grants"]
    manager.ask("DELETE", f"accounts/{id}/grants/{held['id']}")
    eventually(lambda: fresh.ask("GET", f"grievances?community={COMMUNITY}", status=403), within=10)
    manager.ask("POST", f"accounts/{id}/disable", {})
    eventually(lambda: fresh.ask("GET", "me", status=401), within=10)
    anybody.ask("POST", "sessions", {"name": name, "password": NEW}, status=401)


def test_signing_out_ends_this_session_and_everywhere_ends_all(manager: Person, anybody: Person) -> None:
    _, name, one_time = staff(manager, "office")
    one, two, three = (anybody.signed_in(name, one_time) for _ in range(3))
    assert one.ask("DELETE", "sessions/current") == {"ended": 1}
    one.ask("GET", "me", status=401)
    two.ask("GET", "me")
    assert two.ask("DELETE", "sessions") == {"ended": 2}
    eventually(lambda: three.ask("GET", "me", status=401), within=10)


def test_after_some_wrong_passwords_the_right_one_has_to_wait_too(manager: Person, anybody: Person) -> None:
    _, name, one_time = staff(manager, "office")
    for _ in range(5):
        anybody.ask("POST", "sessions", {"name": name, "password": "wrong"}, status=401)
    waiting = anybody.http.post("sessions", json={"name": name, "password": one_time})
    assert (waiting.status_code, waiting.json()["error"]) == (429, "too_many_tries")
    assert 1 <= int(waiting.headers["Retry-After"]) <= 2
    eventually(lambda: anybody.signed_in(name, one_time), within=10)


def test_an_unknown_name_is_answered_like_a_wrong_password(manager: Person, anybody: Person) -> None:
    _, name, _ = staff(manager, "office")
    answers = [
        anybody.ask("POST", "sessions", {"name": tried, "password": "wrong"}, status=401)
        for tried in (name, f"nobody {uuid4()}")
    ]
    assert answers[0] == answers[1]


def totp(secret: str) -> str:
    """What an authenticator shows, as RFC 6238 says, without any code of ours."""
    digest = hmac.digest(base64.b32decode(secret), struct.pack(">Q", int(time.time()) // 30), hashlib.sha1)
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 10**6:06d}"


def test_a_second_factor_is_asked_for_and_a_recovery_code_helps_out(manager: Person, anybody: Person) -> None:
    id, name, one_time = staff(manager, "office")
    fresh = anybody.signed_in(name, one_time)
    begun = fresh.ask("POST", "me/totp", {"password": one_time})
    recovery = fresh.ask("POST", "me/totp/confirm", {"code": totp(begun["secret"])})["recovery"]
    anybody.ask("POST", "sessions", {"name": name, "password": one_time}, status=401)
    anybody.signed_in(name, one_time, totp=recovery[0])
    assert manager.ask("POST", f"accounts/{id}/remove-totp", {})["has_totp"] is False
    anybody.signed_in(name, one_time)


def test_a_key_reads_what_it_may_and_makes_no_further_key(manager: Person, anybody: Person) -> None:
    _, name, one_time = staff(manager, "secretary")
    fresh = anybody.signed_in(name, one_time)
    fresh.ask("POST", "me/password", {"old": one_time, "new": NEW})
    asked = {"name": "导出", "scopes": ["read_grievances"], "grants": [{"role": "secretary", "community": COMMUNITY}]}
    made = fresh.ask("POST", "keys", asked, status=201)
    program = Person(anybody.url, made["key"])
    assert "items" in program.ask("GET", f"grievances?community={COMMUNITY}")
    program.ask("GET", f"people?community={COMMUNITY}", status=403)
    program.ask("POST", "keys", asked, status=403)
    assert made["key"] not in json.dumps(fresh.ask("GET", "keys"))
    fresh.ask("DELETE", f"keys/{made['id']}")
    eventually(lambda: program.ask("GET", f"grievances?community={COMMUNITY}", status=401), within=10)


# -- only where the log of the system is on this machine


def test_a_resident_signs_in_with_the_code_that_the_log_shows_while_developing(embedded_system: Embedded) -> None:
    anybody, phone = Person(embedded_system.url), f"100{uuid4().int % 10**8:08d}"
    where = {"phone": phone, "community": COMMUNITY}
    anybody.ask("POST", "codes", where, status=201)
    anybody.ask("POST", "codes", where, status=429)
    code = eventually(lambda: embedded_system.code_for(phone), within=10)
    told = anybody.ask("POST", "sessions/by-code", {**where, "code": code}, status=201)
    assert [grant["role"] for grant in Person(anybody.url, told["token"]).ask("GET", "me")["grants"]] == ["resident"]
    anybody.ask("POST", "sessions/by-code", {**where, "code": code}, status=401)
    assert phone not in embedded_system.log.read_text(errors="replace")


def test_every_demo_account_that_is_printed_gets_in_and_is_kept_for_its_owner_alone(embedded_system: Embedded) -> None:
    kept = embedded_system.folder / "kept" / "demo-sign-ins.json"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600

    def all_told() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(kept.read_text(encoding="utf-8"))
        assert len(found) == 11
        return found

    told = eventually(all_told, within=60)  # they are told one after another, beside the work
    for each in told:
        if each["password"]:
            who = Person(embedded_system.url).signed_in(each["name"], each["password"])
            assert [grant["role"] for grant in who.ask("GET", "me")["grants"]] == [each["role"]]
            assert each["password"] in embedded_system.log.read_text(errors="replace")


def test_the_first_administrator_gets_in_with_the_password_that_was_printed(embedded_system: Embedded) -> None:
    kept = embedded_system.folder / "kept" / "first-sign-in.txt"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    name, password = kept.read_text(encoding="utf-8").split()
    assert password in embedded_system.log.read_text(errors="replace")
    first = Person(embedded_system.url).signed_in(name, password)
    first.ask("GET", "accounts", status=403)
    first.ask("POST", "me/password", {"old": password, "new": NEW})
    assert first.ask("GET", "accounts")["items"]
    eventually(lambda: not_there(kept), within=5)


def not_there(path: Any) -> None:
    """Fails while the file is there."""
    assert not path.exists()
