"""Matters as events tell of them, those who are concerned, and what each was told: for the tests of notices."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from contracts.accounts.schemas import notices as schemas
from contracts.grievance.events import (
    GrievanceAccepted,
    GrievanceEscalated,
    GrievanceFiled,
    GrievanceGoesOn,
    GrievancePaused,
    GrievanceResolved,
    LeaderReminded,
    ReplyGiven,
)
from contracts.organization.events import (
    EscalationRaised,
    LeaderAssigned,
    LeaderChanged,
    PlaceFact,
    PlacesImported,
)
from services.accounts.persistence.tables import reporters
from tests.integration.accounts.desk import COMMUNITY

GRID, COURT, BUILDING, HOME = f"{COMMUNITY}001", f"{COMMUNITY}00101", f"{COMMUNITY}0010101", f"{COMMUNITY}0010101201"
OTHER_GRID = f"{COMMUNITY}002"
PATH = (COMMUNITY, GRID, COURT, BUILDING, HOME)
TREE = (
    PlaceFact(code=COMMUNITY, kind="community", name="陇海路社区", parent=None),
    PlaceFact(code=GRID, kind="grid", name="第一网格", parent=COMMUNITY),
    PlaceFact(code=COURT, kind="courtyard", name="陇海花苑", parent=GRID),
    PlaceFact(code=BUILDING, kind="building", name="陇海花苑1号楼", parent=COURT),
    PlaceFact(code=HOME, kind="household", name="张玉兰家201室", parent=BUILDING),
)
PHONE, SECRET = "13800005678", "a secret that is shared with the hook and nobody else"
PERSONAL = ("张玉兰", "201室", "13800005678", "13900001111", "li@mail.example", "王建国", "血压")
"""What no text and no log may hold."""

NAMES = {"category_zh": "楼道堆物", "category_en": "clutter in the corridor"}


class Matter:
    """A grievance as events tell of it."""

    def __init__(self, door: Any, **facts: Any) -> None:
        self.door, self.id = door, uuid4()
        self.about = {"community": COMMUNITY, "grievance_id": self.id}
        self.facts = {"place": HOME, "category": "corridor_clutter", "line": "safety", **facts}

    def filed(self, **more: Any) -> "Matter":
        self.door.hear(GrievanceFiled(**self.about, **{**self.facts, **NAMES, **more}, filed_at=self.door.clock()))
        return self

    def assigned(self, post: str = "grid_leader", **more: Any) -> "Matter":
        told = {"leader_id": uuid4(), "leader_name": "王建国", "post": post, "reason": "在岗", "path": PATH, **more}
        self.door.hear(LeaderAssigned(**self.about, **self.facts, **told, assigned_at=self.door.clock()))
        return self

    def accepted(self) -> "Matter":
        self.door.hear(GrievanceAccepted(**self.about, accepted_at=self.door.clock()))
        return self

    def resolved(self) -> "Matter":
        self.door.hear(GrievanceResolved(**self.about, resolved_at=self.door.clock()))
        return self

    def replied(self) -> "Matter":
        self.door.hear(ReplyGiven(**self.about, replied_at=self.door.clock()))
        return self

    def paused(self, until: date = date(2026, 12, 5)) -> "Matter":
        words = {"waits_for": "material", "waits_for_zh": "等待材料或配件", "waits_for_en": "waiting for a part"}
        self.door.hear(GrievancePaused(**self.about, **words, until=until, paused_at=self.door.clock()))
        return self

    def went_on(self, by_itself: bool = True, post: str = "grid_leader") -> "Matter":
        told = {"place": HOME, "post": post, "by_itself": by_itself, "went_on_at": self.door.clock()}
        self.door.hear(GrievanceGoesOn(**self.about, **told))
        return self

    def reminded(self, post: str = "grid_leader") -> "Matter":
        self.door.hear(LeaderReminded(**self.about, place=HOME, post=post, reminded_at=self.door.clock()))
        return self

    def changed(self, number: int = 1, **more: Any) -> "Matter":
        told = {
            "place": HOME,
            "round": 1,
            "change": number,
            "kind": "handed_over",
            "from_id": uuid4(),
            "from_post": "grid_leader",
            "from_place": GRID,
            "to_id": uuid4(),
            "to_name": "赵敏",
            "to_post": "grid_leader",
            "to_place": OTHER_GRID,
            "by_id": None,
            "by_name": "李主任",
            "reason": "张玉兰家的事，归第二网格",
        }
        self.door.hear(LeaderChanged(**self.about, **{**told, **more}, changed_at=self.door.clock()))
        return self

    def late(self, milestone: str = "response") -> "Matter":
        now = self.door.clock()
        late = GrievanceEscalated(**self.about, place=HOME, milestone=milestone, due_at=now, escalated_at=now)
        up = {"to_id": uuid4(), "to_name": "李秀英", "post": "community_secretary", "reason": "逾期"}
        self.door.hear(late)
        self.door.hear(EscalationRaised(**self.about, milestone=milestone, **up, raised_at=now))
        return self


@pytest.fixture(autouse=True)
def places(door: Any) -> None:
    door.hear(PlacesImported(community=COMMUNITY, places=TREE))


def leader(door: Any, place: str = GRID, role: str = "grid_leader") -> UUID:
    id, _ = door.person(f"{role} {uuid4().hex}", role, place=place)
    return id


def reached(door: Any, account: UUID, phone: str = PHONE, channel: str = "sms") -> None:
    """Somebody gives an address and proves it."""
    sent: list[Any] = []
    before = door.service.send_text, door.service.send_mail
    if channel == "sms":
        door.service.send_text = sent.append
    else:
        door.service.send_mail = sent.append
    door.ask("ask_for_address", account=account, channel=channel, address=phone)
    door.run("send_texts" if channel == "sms" else "send_mails")
    code = sent[-1].code if channel == "sms" else sent[-1].text.split()[1].split(",")[0][:6]
    told = door.ask("verify_address", account=account, channel=channel, code=code)
    assert schemas.NoticeChoicesOut().validate(told) == {}
    if channel == "sms":
        door.service.send_text = before[0]
    elif before[1] is not None:
        door.service.send_mail = before[1]


def told(door: Any, account: Any, **more: Any) -> list[dict[str, Any]]:
    listed = door.ask("list_notices", account=account, **more)["items"]
    assert all(schemas.NoticeOut().validate(each) == {} for each in listed)
    return listed


def sentences(door: Any, account: Any) -> list[str]:
    return [each["zh"] for each in told(door, account)]


def sends(door: Any, *timers: str) -> None:
    for timer in ("spread_notices", *(timers or ("send_texts",))):
        door.run(timer)


def texts(door: Any) -> list[str]:
    return [text.text for text in door.texts]


def resident(door: Any, phone: str = PHONE) -> str:
    account: str = door.sign_in_by_code(phone, door.code(phone))["account"]
    door.texts.clear()
    return account


def left(door: Any, matter: Matter, **who: Any) -> Matter:
    door.ask("leave_reporter", id=matter.id, community=COMMUNITY, **who)
    return matter


def kept_reporters(database: Any) -> int:
    """For how many matters a telephone or an account is kept."""
    with database.reading() as connection:
        return len(connection.execute(select(reporters.c.id)).all())
