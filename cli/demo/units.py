"""The demo community's partner units and the agreements signed with them, one of which has run out."""

from dataclasses import dataclass
from datetime import date

SIGNED_IN = date(2025, 7, 1)
RUNS_UNTIL = date(2035, 6, 30)


@dataclass(frozen=True, kw_only=True, slots=True)
class Unit:
    """A partner unit with its one agreement."""

    name: str
    kind: str
    contact_name: str
    cooperation: str
    valid_from: date = SIGNED_IN
    valid_to: date = RUNS_UNTIL


UNITS = (
    Unit(name="巩义市公安局交警大队", kind="police", contact_name="值班室", cooperation="civility"),
    Unit(name="友缘物业公司", kind="property", contact_name="友缘物业党支部", cooperation="party_building"),
    Unit(name="铁塔公司巩义办事处", kind="tower", contact_name="充电桩建设组", cooperation="problems"),
    Unit(name="陇海路社区卫生服务站", kind="health_station", contact_name="家庭医生组", cooperation="resources"),
    Unit(name="桥头理发店（虚构）", kind="merchant", contact_name="店主", cooperation="activities"),
    Unit(
        name="安居物业公司（虚构）",
        kind="property",
        contact_name="前台",
        cooperation="affairs",
        valid_from=date(2021, 4, 1),
        valid_to=date(2024, 3, 31),
    ),
)
