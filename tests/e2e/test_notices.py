"""Notices over HTTP in both forms: a grievance reaches its leader, and whoever filed it, in the pages and outside."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest

from tests.e2e.communities import Community, found
from tests.e2e.door import Door
from tests.e2e.first_key import KEY
from tests.e2e.systems import Distributed, Embedded, System
from tests.e2e.test_accounts import Person
from tests.servers import choice, postgresql, rabbitmq
from tests.servers.receivers import Hook, Letterbox, hook, letterbox
from tests.waiting import eventually

pytestmark = [
    pytest.mark.timeout(300),
    pytest.mark.xdist_group("notices"),  # the last one reads what was sent for those before it
]

LEADER, RESIDENT, CALLER = "13900001111", "13800005678", "13700009999"
MAIL = "wang@mail.example"
WORDS = "三楼楼道堆满旧家具"
PERSONAL = (LEADER, RESIDENT, CALLER, MAIL, WORDS, "张先生", "王建国")
NO_QUIET = {"NOTICES_QUIET_FROM": "08:00", "NOTICES_QUIET_UNTIL": "08:00", "NOTICES_PER_HOUR": "1000"}


@dataclass
class Told:
    """A system with a community, and what it sends out."""

    system: System
    community: Community
    sms: Hook
    group: Hook
    box: Letterbox

    def person(self, token: str = "") -> Person:
        return Person(self.system.url, token)

    def texts(self, phone: str) -> list[str]:
        """What was sent to a telephone, but for codes."""
        return [each["text"] for each in self.sms.taken if each["phone"] == phone and "text" in each]

    def code(self, phone: str, before: int) -> str:
        """The code that came to a telephone after so many had."""

        def came() -> str:
            codes = [each["code"] for each in self.sms.taken if each["phone"] == phone and "code" in each]
            assert len(codes) > before
            return str(codes[-1])

        return eventually(came, within=20)


@pytest.fixture(scope="module", params=["embedded", "distributed"])
def told(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """A system of its own, whose texts, e-mails and group are looked at."""
    with ExitStack() as open_:
        sms, group, box = open_.enter_context(hook()), open_.enter_context(hook()), open_.enter_context(letterbox())
        settings = {
            "CODES_BY": "http",
            "CODES_URL": sms.url,
            "CODES_SECRET": "a secret that is shared with the hook and nobody else",
            "MAIL_HOST": "127.0.0.1",
            "MAIL_PORT": str(box.port),
            "MAIL_SECURITY": "none",
            "MAIL_SENDER": "no-reply@hemei.example",
            "DEMO": "0",
            "LOG_LEVEL": "INFO",
            "NOTICES_SITE": "https://hemei.example",
            **NO_QUIET,
        }
        folder = tmp_path_factory.mktemp(f"told_{request.param}")
        if request.param == "embedded":
            system: System = Embedded(folder, **settings)
        else:
            server: choice.Server = request.getfixturevalue("rabbitmq_server")
            broker = open_.enter_context(rabbitmq.fresh_vhost(server))
            database = open_.enter_context(postgresql.fresh_database(request.getfixturevalue("postgres_url")))
            system = Distributed(folder, broker, database, **settings)
        open_.callback(system.kill)
        system.start()
        system.wait_until_ready()
        yield Told(system, found(system.door), sms, group, box)
        assert system.stop() == 0, system.said()


def account(told: Told, role: str, *, phone: str = "", **where: Any) -> tuple[str, str, str]:
    """An account that holds a role: its id, its name, its one-time password."""
    manager = told.person(KEY)
    given = {"phone": phone} if phone else {"name": f"某人 {uuid4().hex[:8]}"}
    made = manager.ask("POST", "accounts", {"community": told.community.code, **given}, status=201)
    manager.ask("POST", f"accounts/{made['id']}/grants", {"role": role, "community": told.community.code, **where})
    return made["id"], made["name"], made["password"]


def resident(told: Told, phone: str) -> Person:
    """Somebody who signed in by telephone."""
    body = {"phone": phone, "community": told.community.code}
    before = len([each for each in told.sms.taken if "code" in each and each["phone"] == phone])
    told.person().ask("POST", "codes", body, status=201)
    signed = told.person().ask("POST", "sessions/by-code", {**body, "code": told.code(phone, before)}, status=201)
    return told.person(signed["token"])


def filed(told: Told, by: Person, **more: Any) -> str:
    body = {
        "community": told.community.code,
        "place": told.community.building,
        "category": "corridor_clutter",
        "description": WORDS,
        "anonymous": False,
        "channel": "web",
        **more,
    }
    return str(eventually(lambda: by.ask("POST", "grievances", body, status=201)["id"], within=20))


def notices(person: Person) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = person.ask("GET", "me/notices")["items"]
    return items


def test_a_grievance_reaches_its_leader_and_whoever_filed_it_in_the_pages_and_outside(told: Told) -> None:
    _, name, one_time = account(told, "grid_leader", place=told.community.grid)
    account(told, "grid_leader", phone=LEADER, place=told.community.grid)
    leader = told.person().signed_in(name, one_time)
    choices = leader.ask("POST", "me/addresses", {"channel": "mail", "address": MAIL})
    assert [each["asked"] for each in choices["addresses"] if each["channel"] == "mail"] == ["w***@mail.example"]

    def code() -> str:
        match = re.search(r"[0-9]{6}", told.box.mails[-1].get_content()) if told.box.mails else None
        assert match is not None
        return match[0]

    leader.ask("POST", "me/addresses/verify", {"channel": "mail", "code": eventually(code, within=20)})
    me = resident(told, RESIDENT)

    id = filed(told, me)

    def leader_told() -> dict[str, Any]:
        come = notices(leader)
        assert len(come) == 1
        return come[0]

    notice = eventually(leader_told, within=30)
    assert notice["zh"] == "您负责的范围内有一件新诉求（1号楼·楼道堆物）。"
    assert leader.ask("GET", "me/notices/unread") == {"unread": 1}
    link = f"https://hemei.example{notice['page']}"
    eventually(lambda: told.texts(LEADER) == [f"【和美】{notice['zh']} {link}"], within=30)
    eventually(lambda: [mail["To"] for mail in told.box.mails[1:]] == [MAIL], within=30)

    door: Door = told.system.door
    door.when(id, lambda case: case["status"] == "assigned")
    door.post(f"grievances/{id}/accept")
    door.post(f"grievances/{id}/resolve", {"resolution": "已清走"})
    eventually(lambda: {each["kind"] for each in notices(me)} == {"taken", "resolved"}, within=30)
    eventually(lambda: len(told.texts(RESIDENT)) == 2, within=30)
    assert me.ask("POST", "me/notices/read", {}) == {"unread": 0}
    assert notices(leader)[0]["read_at"] is None


def test_whoever_called_and_has_no_account_is_told_by_text(told: Told) -> None:
    door: Door = told.system.door
    contact = {"name": "张先生", "phone": CALLER}
    id = filed(told, told.person(KEY), contact=contact, channel="phone")
    door.when(id, lambda case: case["status"] == "assigned")
    door.post(f"grievances/{id}/accept")
    eventually(lambda: len(told.texts(CALLER)) == 1, within=30)
    assert told.texts(CALLER)[0].startswith("【和美】您反映的事已有人办理（1号楼·楼道堆物）。")


def test_while_the_hook_says_nothing_work_goes_on_and_what_waited_comes_when_it_is_back(told: Told) -> None:
    me, door = resident(told, "13600000001"), told.system.door
    told.sms.stalls = True
    try:
        id = filed(told, me)
        door.when(id, lambda case: case["status"] == "assigned")
        door.post(f"grievances/{id}/accept")
        eventually(lambda: len(notices(me)) == 1, within=30)
        eventually(lambda: any(each.get("phone") == "13600000001" for each in told.sms.refused), within=30)
    finally:
        told.sms.stalls = False
    eventually(lambda: len(told.texts("13600000001")) == 1, within=60)


def test_neither_texts_nor_logs_hold_anything_personal(told: Told) -> None:
    said = told.system.said(most=10_000_000)
    sent = [each["text"] for each in told.sms.taken if "text" in each]
    sent += [f"{mail['Subject']} {mail.get_content()}" for mail in told.box.mails]
    assert len(sent) > 4
    for personal in PERSONAL:
        assert personal not in said
        assert [text for text in sent if personal in text] == []
