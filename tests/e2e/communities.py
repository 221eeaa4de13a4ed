"""Small communities of a test's own, made through the API: nobody else files, leads or helps there."""

import csv
import io
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

from tests.e2e.door import Door

SECRETARY, LEADER, BUILDING_LEADER, ELDER, RESIDENT = "赵书记", "王建国", "孙楼长", "钱奶奶", "周小明"
VOLUNTEERS = ("李一", "吴二", "郑三", "冯四")
TODAY = datetime.now(timezone(timedelta(hours=8))).date()
"""In China, where all of this lies; should midnight come during the tests, there is a margin on both sides."""


@dataclass(kw_only=True)
class Community:
    """A community of two grids, the second without a leader, each with a courtyard, a building and two homes."""

    code: str
    people: dict[str, str] = field(default_factory=dict)
    volunteers: dict[str, str] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)

    @property
    def grid(self) -> str:
        """The grid led by 王建国."""
        return f"{self.code}001"

    @property
    def vacant_grid(self) -> str:
        """The grid that nobody leads."""
        return f"{self.code}002"

    @property
    def building(self) -> str:
        """A building in the grid that is led."""
        return f"{self.grid}0101"

    @property
    def vacant_building(self) -> str:
        """A building in the grid that is not."""
        return f"{self.vacant_grid}0101"

    @property
    def home(self) -> str:
        """The home of 钱奶奶, who is an elder."""
        return f"{self.building}1101"


def found(door: Door, *, has_secretary: bool = True, street: str = "") -> Community:
    """Found a community with its people; in the street of this code (9 digits), or in one of nobody's."""
    code = f"{street}{100 + secrets.randbelow(900)}" if street else f"4199{secrets.randbelow(10**8):08d}"
    community = Community(code=code)
    upload(door, community.code, "places", sheet_of_places(community))
    upload(door, community.code, "people", sheet_of_people(community, has_secretary))
    community.people = {one["name"]: one["id"] for one in door.every("people", community=community.code)}
    return community


def upload(door: Door, code: str, what: str, content: bytes) -> None:
    """Import a sheet."""
    answer = door.http.post(f"communities/{code}/{what}/import", files={"file": (f"{what}.csv", content)})
    assert answer.status_code == 200, answer.text


def sheet(rows: list[tuple[str, ...]]) -> bytes:
    """Rows as a CSV file."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def sheet_of_places(community: Community) -> bytes:
    """The place tree, the community first."""
    rows = [("编码", "类型", "名称", "上级"), (community.code, "社区", "试验社区", "")]
    for grid, name in ((community.grid, "第一网格"), (community.vacant_grid, "第二网格")):
        rows += [
            (grid, "网格", name, community.code),
            (f"{grid}01", "楼院", f"{name}家属院", grid),
            (f"{grid}0101", "楼栋", "1号楼", f"{grid}01"),
            (f"{grid}01011101", "住户", "1单元101室", f"{grid}0101"),
            (f"{grid}01011102", "住户", "1单元102室", f"{grid}0101"),
        ]
    return sheet(rows)


def sheet_of_people(community: Community, has_secretary: bool) -> bytes:
    """Residents, and who holds which post."""
    since = "2025-01-01"
    secretary = ("社区书记", community.code, since) if has_secretary else ("", "", "")
    other = f"{community.building}1102"
    return sheet(
        [
            ("编号", "姓名", "出生日期", "性别", "住户编码", "电话", "职务", "任职地点", "任期开始"),
            ("1", SECRETARY, "1975-03-01", "女", other, "10000000001", *secretary),
            ("2", LEADER, "1980-04-02", "男", other, "10000000002", "网格长", community.grid, since),
            ("3", BUILDING_LEADER, "1970-05-03", "男", other, "10000000003", "楼栋长", community.building, since),
            ("4", ELDER, "1945-06-04", "女", community.home, "10000000004", "", "", ""),
            ("5", RESIDENT, "1990-07-05", "男", f"{community.vacant_building}1101", "10000000005", "", "", ""),
        ]
    )


def enrol(door: Door, community: Community, names: tuple[str, ...] = VOLUNTEERS) -> None:
    """Register volunteers with everything that clutter asks for."""
    facts = [{"name": name, "home_place": f"{community.grid}01", "skills": ["carrying", "cleaning"]} for name in names]
    door.post("volunteers/bulk", {"community": community.code, "volunteers": facts})
    community.volunteers = {one["name"]: one["id"] for one in door.every("volunteers", community=community.code)}


def join(door: Door, community: Community, name: str, kind: str, *, expired: bool = False) -> None:
    """Register a partner unit and sign an agreement with it."""
    unit = door.post("units", {"community": community.code, "name": name, "kind": kind, "contact_name": "值班室"})
    first, last = (TODAY - timedelta(days=900), TODAY - timedelta(days=2)) if expired else (TODAY, TODAY)
    agreement = {
        "parties": f"试验社区、{name}",
        "cooperation": "problems",
        "valid_from": (first - timedelta(days=2)).isoformat(),
        "valid_to": (last + timedelta(days=0 if expired else 365)).isoformat(),
    }
    door.post(f"units/{unit['id']}/agreements", agreement)
    community.units[name] = unit["id"]
