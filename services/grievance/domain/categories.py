"""The starter table of categories: what a grievance can be about, which grid line it belongs to, what it asks for.

It covers the hazards and the resident convention of the community's article, the six grid lines, elder care,
property and traffic. The clocks follow 《12345市民服务热线服务与管理规范》 (Beijing, in force 2023-01-01): first
response within 1 h for danger to life and property, 2 h for daily necessities, 24 h for all else; the feedback
times of its draft (24 h, 7 days, 15 days) are the times to a resolution. Calendars of working hours come later.
"""

from dataclasses import dataclass

HANDS, UNIT, VISIT = "hands", "unit", "visit"

LINES = {
    "security": ("治安", "public security"),
    "mediation": ("调解", "mediation"),
    "law": ("普法", "legal education"),
    "support": ("帮教", "support"),
    "patrol": ("巡逻", "patrol"),
    "safety": ("安全", "safety"),
}
"""The six grid lines （六位一体）, with their Chinese and English names."""

DANGER, NECESSITY, GENERAL = (1, 24), (2, 168), (24, 360)
"""Hours to the first response and to the resolution."""


@dataclass(frozen=True, kw_only=True)
class Category:
    """One row of the table. `hands` is how many volunteers are wanted, `unit_kind` which kind of partner unit."""

    code: str
    name: str
    english: str
    line: str
    hours: tuple[int, int]
    needs: tuple[str, ...] = ()
    unit_kind: str | None = None
    skills: tuple[str, ...] = ()
    hands: int = 0

    @property
    def is_shared(self) -> bool:
        """Whether it can be a trouble of several neighbours, so that it is shown to them; never what a home, a quarrel
        or an official is about."""
        return self.code not in OF_ONE


OF_ONE = frozenset(
    {
        "public_security",
        "neighbour_dispute",
        "legal_advice",
        "hardship",
        "reintegration",
        "elder_care",
        "medical_service",
        "labour",
        "official_conduct",
    }
)
"""Categories that concern one person or one home."""


def _hands(code: str, name: str, english: str, line: str, hours: tuple[int, int], hands: int, *skills: str) -> Category:
    return Category(
        code=code, name=name, english=english, line=line, hours=hours, needs=(HANDS,), hands=hands, skills=skills
    )


def _unit(code: str, name: str, english: str, line: str, hours: tuple[int, int], kind: str) -> Category:
    return Category(code=code, name=name, english=english, line=line, hours=hours, needs=(UNIT,), unit_kind=kind)


def _plain(code: str, name: str, english: str, line: str) -> Category:
    return Category(code=code, name=name, english=english, line=line, hours=GENERAL)


CATEGORIES = {
    category.code: category
    for category in (
        # Hazards of the article (C34)
        _unit("flying_wire", "飞线充电", "charging by a wire out of the window", "safety", DANGER, "tower"),
        _unit("charging_pile", "充电桩安装与维修", "charging piles to install or repair", "safety", NECESSITY, "tower"),
        _unit("private_wiring", "私拉乱扯电线", "wires pulled without leave", "safety", DANGER, "property"),
        _hands(
            "corridor_clutter", "楼道堆物", "clutter in the corridor", "safety", NECESSITY, 2, "carrying", "cleaning"
        ),
        _unit("fire_lane", "消防通道堵塞", "fire lane blocked", "safety", DANGER, "police"),
        _unit("lift", "电梯故障", "lift out of order", "safety", DANGER, "property"),
        # The resident convention (C32)
        _hands("courtyard_hygiene", "楼院卫生", "courtyard hygiene", "patrol", GENERAL, 3, "cleaning"),
        _plain("illegal_building", "私搭乱建", "building without a permit", "patrol"),
        _unit("garbage", "垃圾清运", "garbage not collected", "patrol", NECESSITY, "property"),
        _plain("pet_conduct", "不文明养犬", "dogs not kept properly", "patrol"),
        # The six lines (C38)
        _unit("public_security", "治安问题", "public security", "security", DANGER, "police"),
        _hands("neighbour_dispute", "邻里纠纷", "dispute between neighbours", "mediation", GENERAL, 1, "mediation"),
        _hands("noise", "噪音扰民", "noise", "mediation", GENERAL, 1, "mediation"),
        _hands("legal_advice", "法律咨询", "legal advice", "law", GENERAL, 1, "law"),
        _hands("hardship", "困难帮扶", "help in hardship", "support", GENERAL, 1, "companionship"),
        _plain("reintegration", "帮教服务", "help to find one's way back", "support"),
        _unit("public_facility", "公共设施损坏", "public facility broken", "patrol", NECESSITY, "property"),
        # Elder care
        Category(
            code="elder_care", name="养老助老", english="elder care", line="support", hours=NECESSITY, needs=(VISIT,)
        ),
        _unit("medical_service", "医疗卫生服务", "medical service", "support", GENERAL, "health_station"),
        # Property
        _unit("property_service", "物业服务", "property service", "patrol", GENERAL, "property"),
        _unit("water_leak", "漏水渗水", "water leaking", "safety", NECESSITY, "property"),
        _unit("utilities", "水电气暖", "water, power, gas, heating", "safety", NECESSITY, "property"),
        # Traffic
        _unit("traffic_order", "交通秩序", "order in traffic", "security", GENERAL, "police"),
        _unit("parking", "停车问题", "parking", "security", GENERAL, "police"),
        # What else residents write about
        _plain("environment", "环境污染", "pollution", "patrol"),
        _plain("housing", "住房与城建", "housing and construction", "patrol"),
        _plain("labour", "劳动与社会保障", "labour and social security", "law"),
        _plain("education", "教育文体", "education, culture and sport", "law"),
        _unit("trade", "商户经营", "conduct of a shop", "law", GENERAL, "merchant"),
        _plain("official_conduct", "干部作风", "conduct of an official", "law"),
        _plain("other", "其他", "anything else", "patrol"),
    )
}
