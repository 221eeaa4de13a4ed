"""Which volunteers are offered the work, and why: a pure rule over what is known of them."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from heapq import nsmallest
from uuid import UUID

from services.volunteer.domain.availability import LocalTime, Window, is_available
from services.volunteer.domain.skills import TRAINED, in_words

NEARNESS = (("同社区", 0.0), ("同网格", 0.4), ("同楼院", 0.8), ("同楼栋", 1.0))
"""How near a home is whose deepest place shared with the grievance lies so many steps below the community."""


@dataclass(frozen=True, kw_only=True)
class Weights:
    """How much each ground counts. `skill` and `distance` are multiplied by a share from 0 to 1, `load` is taken off
    for every dispatch on hand."""

    skill: float = 40
    distance: float = 30
    load: float = 10
    party: float = 10
    team: float = 5


@dataclass(frozen=True, kw_only=True)
class Request:
    """What a call-out asks for; `path` leads from the community down to the grievance's place."""

    callout_id: UUID
    path: Sequence[str]
    skills: Sequence[str] = ()


@dataclass(kw_only=True, slots=True)
class Candidate:
    """A volunteer as the choice needs to know them.

    `home` holds the code of their home place and then those of the places above it, as far as they are known.
    `team_id` and `team` name an active team that they belong to; a suspended team does not count.
    """

    volunteer_id: UUID
    name: str
    skills: Sequence[str] = ()
    home: Sequence[str] = ()
    is_party_member: bool = False
    always: bool = True
    windows: Sequence[Window] = ()
    paused_until: date | None = None
    open_dispatches: int = 0
    team_id: UUID | None = None
    team: str | None = None


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Someone to be asked, and why, in Chinese words."""

    volunteer_id: UUID
    name: str
    team_id: UUID | None
    reason: str


def choose(
    request: Request,
    candidates: Sequence[Candidate],
    *,
    number: int,
    asked: Collection[UUID],
    weights: Weights,
    now: datetime,
) -> list[Choice]:
    """The best `number` candidates who are available now, have the training that is asked for and were not asked
    before, best first.

    Among equals the one with less on hand comes first; after that a lot decides which is drawn from the ids, so that
    the same question always gets the same answer and yet nobody is always first.
    """
    ground = Ground.of(request)
    ranked = nsmallest(
        number,
        (
            (-score(one, ground, weights), one.open_dispatches, _lot(request, one), one)
            for one in _able(ground, candidates, asked, now)
        ),
        key=lambda rank: rank[:3],
    )
    return [
        Choice(
            volunteer_id=one.volunteer_id,
            name=one.name,
            team_id=one.team_id,
            reason=why(one, ground, weights),
        )
        for *_, one in ranked
    ]


@dataclass(frozen=True, kw_only=True)
class Ground:
    """A request as candidates are measured by it: the depth of each place of its path, the skills, the training."""

    depths: dict[str, int]
    skills: Sequence[str]
    training: Sequence[str]

    @staticmethod
    def of(request: Request) -> "Ground":
        """What the request measures by."""
        return Ground(
            depths={code: min(depth, len(NEARNESS) - 1) for depth, code in enumerate(request.path)},
            skills=request.skills,
            training=[skill for skill in request.skills if skill in TRAINED],
        )

    def nearness(self, candidate: Candidate) -> tuple[str, float]:
        """How near the candidate lives, in words and as a share; the community is always shared."""
        for code in candidate.home:
            if code in self.depths:
                return NEARNESS[self.depths[code]]
        return NEARNESS[0]

    def matched(self, candidate: Candidate) -> list[str]:
        """The skills asked for that the candidate has."""
        return [skill for skill in self.skills if skill in candidate.skills]

    def is_trained(self, candidate: Candidate) -> bool:
        """Whether the candidate has all training without which nobody is sent."""
        return all(skill in candidate.skills for skill in self.training) if self.training else True


def score(candidate: Candidate, ground: Ground, weights: Weights) -> float:
    """How well the candidate fits."""
    points = weights.distance * ground.nearness(candidate)[1] - weights.load * candidate.open_dispatches
    if matched := ground.matched(candidate):
        points += weights.skill * len(matched) / len(ground.skills)
    if candidate.is_party_member:
        points += weights.party
    if candidate.team_id is not None:
        points += weights.team
    # Sums of fractions that are equal on paper must be equal here, or the lot would not be drawn.
    return round(points, 6)


def why(candidate: Candidate, ground: Ground, weights: Weights) -> str:
    """The grounds for a candidate, as they were weighed."""
    grounds = [ground.nearness(candidate)[0]]
    if ground.skills:
        matched = ground.matched(candidate)
        grounds.append(f"会{in_words(matched)}" if matched else "没有登记对口技能")
    grounds.append(f"手头{candidate.open_dispatches}件")
    if candidate.is_party_member and weights.party:
        grounds.append("党员先行")
    if candidate.team:
        grounds.append(f"{candidate.team}队员")
    return "；".join(grounds)


def why_none(request: Request, candidates: Sequence[Candidate], *, asked: Collection[UUID], now: datetime) -> str:
    """Why nobody more can be asked."""
    if not candidates:
        return "本社区还没有登记志愿者"
    ground = Ground.of(request)
    left = [one for one in candidates if one.volunteer_id not in asked]
    trained = [one for one in left if ground.is_trained(one)]
    free = len(list(_able(ground, trained, asked, now)))
    parts = [f"本社区共{len(candidates)}名志愿者", f"已联系{len(candidates) - len(left)}名"]
    if len(left) > len(trained):
        parts.append(f"没有{in_words(ground.training)}技能{len(left) - len(trained)}名")
    parts.append(f"此刻没空{len(trained) - free}名")
    return "，".join(parts)


def _able(
    ground: Ground, candidates: Sequence[Candidate], asked: Collection[UUID], now: datetime
) -> Iterator[Candidate]:
    local = LocalTime.at(now)
    for one in candidates:
        is_free = one.always and one.paused_until is None
        if (
            (is_free or is_available(one.always, one.windows, one.paused_until, local))
            and one.volunteer_id not in asked
            and ground.is_trained(one)
        ):
            yield one


def _lot(request: Request, candidate: Candidate) -> int:
    return request.callout_id.int ^ candidate.volunteer_id.int
