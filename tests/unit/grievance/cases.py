"""Cases as tests of the domain begin with them."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

from services.grievance.domain.categories import CATEGORIES
from services.grievance.domain.grievance import Grievance, Status, file
from services.grievance.domain.involved import Leader
from services.grievance.domain.tasks import Task

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
LEADER = Leader(id=uuid4(), name="李网格", post="grid_leader", reason="第一网格网格长")


def a_case(status: Status = Status.IN_HAND, category: str = "other") -> Grievance:
    """A case that has come so far, its timeline read already."""
    case, _ = file(
        id=uuid4(),
        receipt="20261123-0000-00000",
        community="410181002011",
        place="410181002011001",
        category=CATEGORIES[category],
        channel="web",
        is_anonymous=False,
        about_person=None,
        now=NOON,
    )
    for reached, step in (
        (Status.ASSIGNED, lambda: case.name_leader(LEADER, round=1, now=NOON)),
        (Status.IN_HAND, lambda: case.accept(by="", note="", now=NOON)),
        (Status.RESOLVED, lambda: case.resolve("已清走", by="", now=NOON)),
        (Status.RATED, lambda: case.rate(5, by="", comment="", now=NOON)),
        (Status.CLOSED, lambda: case.close(now=NOON)),
    ):
        if case.status is status:
            break
        step()
        assert case.status is reached
    case.news.clear()
    return case


def a_task(title: str = "清走旧家具", *, is_required: bool = True, id: UUID | None = None) -> Task:
    """A task of the leader's."""
    return Task(id=id or uuid4(), title=title, who="leader", is_required=is_required)
