"""The demo community's places: grids, 37 courtyards, buildings and households, with codes that show where each lies."""

import random
from dataclasses import dataclass

COMMUNITY = "410181002011"
NAME = "陇海路社区"
SUBDISTRICT = "杜甫路街道"
CITY = "巩义市"
BOUNDS = "东至陇海桥西头，西至桐本路，南至杜甫路，北至中原西路"
GRIDS = ("第一网格", "第二网格", "第三网格", "第四网格", "第五网格", "第六网格")

NAMED_IN_THE_ARTICLE = (
    "福利公司家属院", "交通庭院", "安乐街楼院", "陇海花苑", "龙泉花园", "警苑小区", "常庄小区",
)  # fmt: skip
INVENTED = (
    "槐荫里", "石榴院", "梧桐里", "永安里", "和顺里", "春晖里", "向阳院", "建材楼院", "机修楼院", "棉纺楼院",
    "粮站楼院", "农机楼院", "供销楼院", "百货楼院", "邮电楼院", "车站北院", "车站南院", "桥西一院", "桥西二院",
    "杜甫里一院", "杜甫里二院", "诗圣苑", "河洛苑", "邙岭苑", "嵩阴苑", "康店坊", "紫荆小区", "月季小区", "柿园平房院",
    "东沟平房院",
)  # fmt: skip
COURTYARDS = NAMED_IN_THE_ARTICLE + tuple(f"{name}（虚构）" for name in INVENTED)
BUNGALOWS = frozenset(name for name in COURTYARDS if "平房院" in name)
"""Courtyards of single-storey houses: their households hang under the courtyard, with no building between."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """One node of the place tree."""

    code: str
    kind: str
    name: str
    parent: str | None
    is_aged: bool = False


def framework() -> list[Place]:
    """The community, its grids and their courtyards: the courtyards go round the grids in turn."""
    community = Place(code=COMMUNITY, kind="community", name=NAME, parent=None)
    grids = [
        Place(code=f"{COMMUNITY}{nth:03d}", kind="grid", name=f"{NAME}{name}", parent=COMMUNITY)
        for nth, name in enumerate(GRIDS, start=1)
    ]
    courtyards = [
        Place(code=f"{grid.code}{nth:02d}", kind="courtyard", name=name, parent=grid.code, is_aged="院" in name)
        for at, grid in enumerate(grids)
        for nth, name in enumerate(COURTYARDS[at :: len(grids)], start=1)
    ]
    return [community, *grids, *courtyards]


def shares(rng: random.Random, courtyards: list[Place], households: int) -> list[int]:
    """How many of the households each courtyard holds; bungalow courtyards are small."""
    sizes = [0.15 if yard.name in BUNGALOWS else rng.uniform(0.5, 1.7) for yard in courtyards]
    counts = [int(households * size / sum(sizes)) for size in sizes]
    counts[0] += households - sum(counts)
    return counts


def homes(rng: random.Random, courtyard: Place, households: int) -> list[Place]:
    """The buildings of a courtyard and so many households in them, each building right before its own."""
    if courtyard.name in BUNGALOWS:
        return [
            Place(code=f"{courtyard.code}00{nth:04d}", kind="household", name=f"{nth}号", parent=courtyard.code)
            for nth in range(1, households + 1)
        ]
    doors = doors_of_a_building(units=rng.randint(2, 4), floors=rng.randint(5, 7))
    places = []
    for nth, start in enumerate(range(0, households, len(doors)), start=1):
        building = Place(code=f"{courtyard.code}{nth:02d}", kind="building", name=f"{nth}号楼", parent=courtyard.code)
        places.append(building)
        places += [
            Place(code=building.code + door, kind="household", name=f"{door[0]}单元{door[1:]}室", parent=building.code)
            for door in doors[: households - start]
        ]
    return places


def doors_of_a_building(*, units: int, floors: int) -> list[str]:
    """Four digits for each door: entrance, floor, door on the landing (1302: entrance 1, room 302)."""
    return [
        f"{unit}{floor}{door:02d}" for unit in range(1, units + 1) for floor in range(1, floors + 1) for door in (1, 2)
    ]
