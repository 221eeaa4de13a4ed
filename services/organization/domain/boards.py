"""The responsibility board of a place （亮明身份）: which posts stand on it, in which order, and what each is for."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from contracts.errors import Words, words
from services.organization.domain.places import Place, PlaceKind
from services.organization.domain.posts import LINES, PostKind

DUTIES: Mapping[PostKind, Words] = {
    PostKind.COMMUNITY_SECRETARY: words(
        "负责社区全面工作，督办逾期和疑难诉求", "heads the community, follows up what is late or hard to settle"
    ),
    PostKind.GRID_LEADER: words(
        "负责本网格诉求的受理、办理和回访", "takes in what residents of the grid report, settles it and asks them back"
    ),
    PostKind.BUILDING_LEADER: words(
        "负责本楼院日常走访、环境卫生和邻里互助", "looks in on the neighbours, sees to cleanliness and mutual help"
    ),
}
"""What each post is for, in words for the board."""

DUTIES_OF_LINES: Mapping[str, Words] = {
    "security": words("负责治安防范和可疑情况上报", "public security: prevention, reporting what is suspicious"),
    "mediation": words("负责邻里和家庭纠纷调解", "mediates between neighbours and in families"),
    "law": words("负责普法宣传和法律咨询", "explains the law and where to ask"),
    "support": words("负责帮扶教育，协助重新融入社区", "supports those who find their way back into the community"),
    "patrol": words("负责日常巡逻和隐患排查", "patrols and looks for hazards"),
    "safety": words("负责消防、用电和楼道安全", "fire, wiring and safe corridors"),
}
"""What the head of each line of a grid is for."""

ALWAYS_SHOWN = (PostKind.COMMUNITY_SECRETARY, PostKind.GRID_LEADER)
"""Posts that stand on a board also while nobody holds them; others only with their holder."""


@dataclass(frozen=True, kw_only=True)
class Spot:
    """A place on the board, for whoever holds this post."""

    post: PostKind
    place: str
    line: str | None = None

    @property
    def duty(self) -> Words:
        """What it is for."""
        return DUTIES_OF_LINES[self.line] if self.line else DUTIES[self.post]


def spots(place: Place, buildings: Iterable[str]) -> Iterator[Spot]:
    """The spots on the board of a place, from the community downward; `buildings` are those of a courtyard."""
    yield Spot(post=PostKind.COMMUNITY_SECRETARY, place=place.community)
    if place.grid:
        yield Spot(post=PostKind.GRID_LEADER, place=place.grid)
    for code in _led(place, buildings):
        yield Spot(post=PostKind.BUILDING_LEADER, place=code)
    if place.grid:
        for line in LINES:
            yield Spot(post=PostKind.LINE_HEAD, place=place.grid, line=line)


def _led(place: Place, buildings: Iterable[str]) -> Iterator[str]:
    if place.courtyard:
        yield place.courtyard
    if place.building:
        yield place.building
    if place.kind is PlaceKind.COURTYARD:
        yield from buildings
