"""What may be missing in a community, and how it is said."""

from collections.abc import Mapping
from dataclasses import dataclass

from contracts.errors import Words, words


@dataclass(frozen=True, kw_only=True)
class Gap:
    """A kind of gap: how grave it is, and its sentence, about a place `{name}` for a `{reason}`."""

    severity: str
    zh: str
    en: str

    def said(self, name: str, reason: str) -> Words:
        """The sentence for one place."""
        facts = {"name": name, "reason": reason}
        return words(self.zh.format_map(facts), self.en.format_map(facts))


GAPS: Mapping[str, Gap] = {
    "community_without_secretary": Gap(
        severity="serious", zh="{name}没有在任的社区书记", en="{name} has no community secretary"
    ),
    "grid_without_leader": Gap(severity="serious", zh="{name}没有在任的网格长", en="{name} has no grid leader"),
    "grievance_without_leader": Gap(
        severity="serious",
        zh="{name}的一件诉求无人负责：{reason}",
        en="A grievance from {name} has no leader: {reason}",
    ),
    "escalation_without_taker": Gap(
        severity="serious",
        zh="{name}的一件诉求逾期，没有可以督办的人",
        en="A grievance from {name} is late, and there is nobody to put it before",
    ),
    "grievance_with_stand_in": Gap(
        severity="notice",
        zh="{name}的一件诉求因网格长空缺由他人代管：{reason}",
        en="A grievance from {name} is kept by a stand-in while the grid has no leader: {reason}",
    ),
    "building_without_leader": Gap(
        severity="for_information", zh="{name}没有楼栋长", en="{name} has no building leader"
    ),
}
"""The gravest first."""
