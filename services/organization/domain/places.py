"""The place tree: which kinds of places there are, what may stand under what, and how a place is coded."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from contracts.errors import Words, words
from contracts.organization.events import PlaceFact


class PlaceKind(StrEnum):
    """What a node of the tree is."""

    COMMUNITY = "community"
    GRID = "grid"
    COURTYARD = "courtyard"
    BUILDING = "building"
    HOUSEHOLD = "household"


PARENTS: Mapping[PlaceKind, tuple[PlaceKind, ...]] = {
    PlaceKind.COMMUNITY: (),
    PlaceKind.GRID: (PlaceKind.COMMUNITY,),
    PlaceKind.COURTYARD: (PlaceKind.GRID,),
    PlaceKind.BUILDING: (PlaceKind.COURTYARD,),
    PlaceKind.HOUSEHOLD: (PlaceKind.COURTYARD, PlaceKind.BUILDING),
}
"""Under which kinds a kind may stand. No household without a grid follows from it: every chain passes through one."""

RANK: Mapping[PlaceKind, int] = {kind: rank for rank, kind in enumerate(PlaceKind)}
"""Parents have a lower rank than their children."""

KIND_NAMES: Mapping[PlaceKind, Words] = {
    PlaceKind.COMMUNITY: words("社区", "community"),
    PlaceKind.GRID: words("网格", "grid"),
    PlaceKind.COURTYARD: words("楼院", "courtyard"),
    PlaceKind.BUILDING: words("楼栋", "building"),
    PlaceKind.HOUSEHOLD: words("住户", "household"),
}

_WRITTEN: Mapping[str, PlaceKind] = {
    **{str(kind): kind for kind in PlaceKind},
    **{name["zh"]: kind for kind, name in KIND_NAMES.items()},
    **dict.fromkeys(("庭院", "小区", "院落"), PlaceKind.COURTYARD),
    **dict.fromkeys(("楼", "楼宇"), PlaceKind.BUILDING),
    **dict.fromkeys(("户", "家庭"), PlaceKind.HOUSEHOLD),
}

_COMMUNITY_CODE = re.compile(r"[0-9]{12}", re.ASCII)
_GRID_CODE = re.compile(r"[0-9]{15}", re.ASCII)
_OTHER_CODE = re.compile(r"[0-9A-Za-z-]{1,32}", re.ASCII)
_SCIENTIFIC = re.compile(r"[0-9][.0-9]*[eE]\+?[0-9]+", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Place:
    """One node of the tree; `path` holds the codes from the community down to itself. A closed one stays, for what
    refers to it, and takes in nothing new."""

    community: str
    code: str
    kind: PlaceKind
    name: str
    parent: str | None
    is_aged: bool = False
    boundary: str = ""
    path: tuple[str, ...]
    closed_on: date | None = None
    version: int = field(default=0, compare=False)

    @property
    def grid(self) -> str | None:
        """Code of the grid it lies in; None for the community itself."""
        return self.path[1] if len(self.path) > 1 else None

    @property
    def courtyard(self) -> str | None:
        """Code of the courtyard it is or lies in."""
        return self.path[2] if len(self.path) > 2 else None

    @property
    def building(self) -> str | None:
        """Code of the building it is or lies in; None where the site counts no buildings."""
        if self.kind is PlaceKind.BUILDING:
            return self.code
        return self.path[3] if len(self.path) > 4 else None

    def fact(self) -> PlaceFact:
        """What other services are told of it."""
        return PlaceFact(
            code=self.code,
            kind=str(self.kind),
            name=self.name,
            parent=self.parent,
            is_closed=self.closed_on is not None,
        )


@dataclass(frozen=True, kw_only=True)
class Community:
    """A community and the sub-district and city above it, which its code names by its first nine and six digits."""

    community: str
    name: str
    subdistrict_name: str = ""
    city_name: str = ""

    @property
    def subdistrict_code(self) -> str:
        """The nine digits of the sub-district （街道）."""
        return self.community[:9]

    @property
    def city_code(self) -> str:
        """The six digits of the county or county-level city."""
        return self.community[:6]


def kind_written(text: str) -> PlaceKind | None:
    """The kind that people write so, in Chinese or English; None where it is none."""
    return _WRITTEN.get(text.strip().lower())


def code_fault(kind: PlaceKind, code: str, community: str) -> Words | None:
    """What is wrong with this code for a place of this kind; None where nothing is."""
    if _SCIENTIFIC.fullmatch(code):
        return words(
            "编码被表格软件改成了科学计数法，请把这一列设为文本再填写",
            "the spreadsheet has turned the code into scientific notation; make the column text and enter it again",
        )
    if kind is PlaceKind.COMMUNITY:
        return (
            None if _COMMUNITY_CODE.fullmatch(code) else words("社区编码应为12位数字", "a community code has 12 digits")
        )
    if kind is PlaceKind.GRID:
        return _grid_fault(code, community)
    return (
        None
        if _OTHER_CODE.fullmatch(code)
        else words(
            "编码只能用数字、字母和短横线，最长32个字符", "a code consists of up to 32 digits, letters and hyphens"
        )
    )


def _grid_fault(code: str, community: str) -> Words | None:
    if not _GRID_CODE.fullmatch(code):
        return words("网格编码应为15位数字", "a grid code has 15 digits")
    if not code.startswith(community):
        return words(
            f"网格编码应以社区编码 {community} 开头", f"a grid code begins with the community's code {community}"
        )
    return None
