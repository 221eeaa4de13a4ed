"""Importing the place tree: a sheet is held against what is known, and becomes a plan or a list of mistakes."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from contracts.errors import Words, words
from services.organization.domain.places import (
    KIND_NAMES,
    PARENTS,
    RANK,
    Community,
    Place,
    PlaceKind,
    code_fault,
    kind_written,
)
from services.organization.domain.sheet import NOT_YES_OR_NO, Columns, Fault, Faults, Row, Sheet, yes_or_no

COLUMNS: Columns = {
    "code": ("编码", "code", "地点编码"),
    "kind": ("类型", "kind", "类别", "地点类型"),
    "name": ("名称", "name", "地点名称"),
    "parent": ("上级", "parent", "上级编码"),
    "aged": ("老旧", "aged", "is_aged", "老旧楼院", "是否老旧"),
    "boundary": ("四至", "boundary"),
    "subdistrict": ("街道", "subdistrict"),
    "city": ("城市", "city", "市"),
}
REQUIRED = ("code", "kind", "name", "parent")

NAME_LENGTH, BOUNDARY_LENGTH = 60, 500

_NO_KIND = words("应为社区、网格、楼院、楼栋或住户", "is one of community, grid, courtyard, building, household")


@dataclass(frozen=True, kw_only=True)
class PlacePlan:
    """What importing a sheet would do: `places` are those added or changed, parents before children."""

    community: Community | None
    places: list[Place]
    added: int
    changed: int
    unchanged: int
    added_rows: list[int]
    changed_rows: list[int]
    faults: list[Fault]


@dataclass(frozen=True, kw_only=True)
class _Draft:
    """A place before its parent was looked up; `row` is None for one known already and not in the sheet."""

    row: Row | None
    code: str
    kind: PlaceKind
    name: str
    parent: str | None
    is_aged: bool
    boundary: str


def plan_places(community: str, sheet: Sheet, *, known: Mapping[str, Place], registered: Community | None) -> PlacePlan:
    """Hold the sheet against the places known in this community."""
    reading = _Reading(community, sheet, known)
    drafts = reading.drafts()
    if registered is None and community not in reading.seen:
        reading.faults.add(
            sheet.header,
            "code",
            words(
                f"社区 {community} 还没有登记，文件里也没有社区这一行",
                f"community {community} is not registered yet, and the file has no row for it",
            ),
        )
    places = _placed(community, drafts, known, reading.faults, reading.refused)
    touched = [place for place in places if known.get(place.code) != place]
    added = sum(place.code not in known for place in touched)
    in_sheet = {draft.code for draft in drafts if draft.row is not None}
    rows = {place.code: reading.seen[place.code].number for place in touched if place.code in in_sheet}
    return PlacePlan(
        community=_community(community, reading, registered),
        places=touched,
        added=added,
        changed=len(touched) - added,
        unchanged=len(in_sheet) - sum(place.code in in_sheet for place in touched),
        added_rows=sorted(row for code, row in rows.items() if code not in known),
        changed_rows=sorted(row for code, row in rows.items() if code in known),
        faults=sorted(reading.faults.found, key=lambda fault: fault.row),
    )


class _Reading:
    """Reads the rows one by one; each by itself, whatever the others hold."""

    def __init__(self, community: str, sheet: Sheet, known: Mapping[str, Place]) -> None:
        self.community, self.sheet, self.known = community, sheet, known
        self.faults = Faults(COLUMNS)
        self.seen: dict[str, Row] = {}
        self.refused: set[str] = set()

    def drafts(self) -> list[_Draft]:
        """The sheet's places, and those known that the sheet does not name."""
        read = [draft for row in self.sheet.rows if (draft := self._draft(row)) is not None]
        rest = [place for code, place in self.known.items() if code not in self.seen]
        return read + [_draft_of(place) for place in rest]

    def _draft(self, row: Row) -> _Draft | None:
        before = len(self.faults.found)
        code = self.faults.required(row, "code", most=32)
        kind = self.faults.read(row, "kind", kind_written, _NO_KIND)
        name = self.faults.required(row, "name", most=NAME_LENGTH)
        boundary = self.faults.limited(row, "boundary", most=BOUNDARY_LENGTH)
        aged = self.faults.read(row, "aged", yes_or_no, NOT_YES_OR_NO)
        if kind is not None and code:
            self._check(row, code, kind, aged is True)
        self._check_once(row, code)
        if kind is None or len(self.faults.found) > before:
            self.refused.add(code)
            return None
        old = self.known.get(code)
        return _Draft(
            row=row,
            code=code,
            kind=kind,
            name=name,
            parent=self._parent(row, kind),
            is_aged=bool(aged) if "aged" in self.sheet.columns or old is None else old.is_aged,
            boundary=boundary if "boundary" in self.sheet.columns or old is None else old.boundary,
        )

    def _parent(self, row: Row, kind: PlaceKind) -> str | None:
        """A grid's parent can only be the community, so that it may be left out."""
        if kind is PlaceKind.COMMUNITY:
            return None
        return row.text("parent") or (self.community if kind is PlaceKind.GRID else "")

    def _check(self, row: Row, code: str, kind: PlaceKind, aged: bool) -> None:
        if (wrong := code_fault(kind, code, self.community)) is not None:
            self.faults.add(row, "code", wrong)
        elif kind is PlaceKind.COMMUNITY:
            self._check_community(row, code)
        old = self.known.get(code)
        if old is not None and old.kind is not kind:
            self.faults.add(
                row,
                "kind",
                words(
                    f"编码 {code} 已登记为{KIND_NAMES[old.kind]['zh']}，不能改类型",
                    f"{code} is registered as a {old.kind} and cannot become something else",
                ),
            )
        if old is not None and old.closed_on is not None:
            self.faults.add(row, "code", words(f"{old.name}已停用，请先恢复或去掉这一行", f"{old.name} is closed"))
        if aged and kind is not PlaceKind.COURTYARD:
            self.faults.add(row, "aged", words("只有楼院可以标为老旧", "only a courtyard can be marked as aged"))

    def _check_community(self, row: Row, code: str) -> None:
        if code != self.community:
            self.faults.add(
                row,
                "code",
                words(
                    f"这不是正在导入的社区 {self.community}",
                    f"this is not the community being imported, {self.community}",
                ),
            )
        if row.text("parent") not in ("", code[:9]):
            self.faults.add(
                row,
                "parent",
                words(
                    f"社区的上级是街道 {code[:9]}，也可以留空",
                    f"a community stands under the sub-district {code[:9]}; the cell may be left empty",
                ),
            )

    def _check_once(self, row: Row, code: str) -> None:
        if code and code in self.seen:
            first = self.seen[code].number
            self.faults.add(row, "code", words(f"与第{first}行的编码重复", f"is the code of row {first} already"))
        else:
            self.seen[code] = row


def _draft_of(place: Place) -> _Draft:
    return _Draft(
        row=None,
        code=place.code,
        kind=place.kind,
        name=place.name,
        parent=place.parent,
        is_aged=place.is_aged,
        boundary=place.boundary,
    )


def _placed(
    community: str, drafts: list[_Draft], known: Mapping[str, Place], faults: Faults, refused: set[str]
) -> list[Place]:
    """The drafts as places, each with its path, parents first."""
    kinds = {draft.code: draft.kind for draft in drafts}
    placed: dict[str, Place] = {}
    for draft in sorted(drafts, key=lambda draft: RANK[draft.kind]):
        parent = placed.get(draft.parent) if draft.parent else None
        if draft.row is not None and (wrong := _parent_fault(draft, kinds) or _closed_fault(parent)) is not None:
            if draft.parent not in refused:
                faults.add(draft.row, "parent", wrong)
        elif draft.parent is None or parent is not None:
            placed[draft.code] = _place(community, draft, parent, known.get(draft.code))
    return list(placed.values())


def _place(community: str, draft: _Draft, parent: Place | None, old: Place | None) -> Place:
    place = Place(
        community=community,
        code=draft.code,
        kind=draft.kind,
        name=draft.name,
        parent=draft.parent,
        is_aged=draft.is_aged,
        boundary=draft.boundary,
        path=(*(parent.path if parent else ()), draft.code),
        closed_on=old.closed_on if old else None,
    )
    return old if old == place else place


def _parent_fault(draft: _Draft, kinds: Mapping[str, PlaceKind]) -> Words | None:
    """Why the draft may not stand under the parent it names; None where it may."""
    allowed = PARENTS[draft.kind]
    if not allowed:
        return None
    if not draft.parent:
        return words("不能为空", "must not be empty")
    if draft.parent not in kinds:
        return words(f"找不到编码为 {draft.parent} 的上级", f"there is no place {draft.parent}")
    kind = kinds[draft.parent]
    if kind in allowed:
        return None
    return words(
        f"{KIND_NAMES[draft.kind]['zh']}不能放在{KIND_NAMES[kind]['zh']}下，"
        f"上级应为{'或'.join(KIND_NAMES[parent]['zh'] for parent in allowed)}",
        f"a {draft.kind} cannot stand under a {kind}, but under a {' or '.join(allowed)}",
    )


def _closed_fault(parent: Place | None) -> Words | None:
    """Why nothing new may stand under this place; None where it may."""
    if parent is None or parent.closed_on is None:
        return None
    return words(f"上级{parent.name}已停用", f"{parent.name}, above it, is closed")


def _community(code: str, reading: _Reading, registered: Community | None) -> Community | None:
    """The community as the sheet describes it; None where it says nothing new of it."""
    row = reading.seen.get(code)
    if row is None:
        return None
    old = registered or Community(community=code, name="")
    described = replace(
        old,
        name=row.text("name"),
        subdistrict_name=row.text("subdistrict") or old.subdistrict_name,
        city_name=row.text("city") or old.city_name,
    )
    return None if described == registered else described
