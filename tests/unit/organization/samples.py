"""A small community for tests: two grids, a courtyard with buildings and one without, and who holds which post."""

import base64
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

from contracts.grievance.events import GrievanceEscalated, GrievanceFiled, GrievanceReopened
from services.organization.domain.places import Place, PlaceKind
from services.organization.domain.posts import PostKind
from services.organization.domain.responsibility import Holder, Seat
from services.organization.domain.sheet import Row, Sheet

NOW = datetime(2024, 5, 1, 8, tzinfo=UTC)
TODAY = date(2024, 5, 1)

C, G1, G2 = "410181002011", "410181002011001", "410181002011002"
YARD, BUILDING, HOME, COTTAGE = f"{G1}01", f"{G1}0101", f"{G1}0101101", f"{G1}01-9"

WANG, LI, ZHAO = (UUID(int=n) for n in (1, 2, 3))
"""The grid leader, the community secretary, and someone else."""


def place(code: str, kind: str, parent: str | None, *above: str, name: str = "", is_aged: bool = False) -> Place:
    return Place(
        community=C,
        code=code,
        kind=PlaceKind(kind),
        name=name or code[-4:],
        parent=parent,
        is_aged=is_aged,
        path=(*above, code),
    )


TREE = {
    one.code: one
    for one in (
        place(C, "community", None, name="陇海路社区"),
        place(G1, "grid", C, C, name="第一网格"),
        place(G2, "grid", C, C, name="第二网格"),
        place(YARD, "courtyard", G1, C, G1, name="交通庭院", is_aged=True),
        place(BUILDING, "building", YARD, C, G1, YARD, name="1号楼"),
        place(HOME, "household", BUILDING, C, G1, YARD, BUILDING, name="101室"),
        place(COTTAGE, "household", YARD, C, G1, YARD, name="平房9号"),
    )
}


def sheet(columns: str, *rows: str) -> Sheet:
    """A sheet from texts like "code kind name parent" and "… grid 第一网格 -", where - is an empty cell."""
    names = columns.split()
    cells = [[("" if cell == "-" else cell) for cell in row.split()] for row in rows]
    return Sheet(
        columns=frozenset(names),
        rows=[Row(number=n, cells=dict(zip(names, row, strict=True))) for n, row in enumerate(cells, start=2)],
    )


def csv_file(*lines: str, encoding: str = "utf-8") -> str:
    """Lines as the base64 of a CSV file."""
    return base64.b64encode("\n".join(lines).encode(encoding)).decode()


def seats(grid: Holder | None, secretary: Holder | None, *below: Seat) -> list[Seat]:
    """Who leads the first grid and the community."""
    return [
        *below,
        Seat(post=PostKind.GRID_LEADER, place=G1, place_name="第一网格", holder=grid),
        Seat(post=PostKind.COMMUNITY_SECRETARY, place=C, place_name="陇海路社区", holder=secretary),
    ]


def wang(**more: object) -> Holder:
    return Holder(person_id=WANG, name="王建国", **more)  # type: ignore[arg-type]


def li(**more: object) -> Holder:
    return Holder(person_id=LI, name="李敏", **more)  # type: ignore[arg-type]


def filed(place: str = HOME, **more: object) -> GrievanceFiled:
    given = {
        "community": C,
        "grievance_id": uuid4(),
        "place": place,
        "category": "flying_wire",
        "line": "safety",
        "needs": ("hands", "unit"),
        "unit_kind": "property",
        "skills": ("electric",),
        "hands": 2,
        "filed_at": NOW,
    }
    return GrievanceFiled(**given | more)  # type: ignore[arg-type]


def reopened(first: GrievanceFiled, **more: object) -> GrievanceReopened:
    return GrievanceReopened(**{**vars(first), "round": 2, "reopened_at": NOW, **more})  # type: ignore[arg-type]


def late(first: GrievanceFiled, milestone: str = "response", **more: object) -> GrievanceEscalated:
    return GrievanceEscalated(
        community=C,
        grievance_id=first.grievance_id,
        place=first.place,
        milestone=milestone,
        due_at=NOW,
        escalated_at=NOW,
        **more,  # type: ignore[arg-type]
    )
