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

    `home` holds the code of their home place and of the places above it, as far as they are known. `team_id` and
    `team` name an active team that they belong to; a suspended team does not count.
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
    depths = {code: depth for depth, code in enumerate(request.path)}
    ranked = nsmallest(
        number,
        (
            (-score(one, request, depths, weights), one.open_dispatches, _lot(request, one), one)
            for one in _able(request, candidates, asked, now)
        ),
        key=lambda rank: rank[:3],
    )
    return [
        Choice(
            volunteer_id=one.volunteer_id,
            name=one.name,
            team_id=one.team_id,
            reason=why(one, request, depths, weights),
        )
        for *_, one in ranked
    ]


def score(candidate: Candidate, request: Request, depths: dict[str, int], weights: Weights) -> float:
    """How well the candidate fits; `depths` gives the depth of each place of the request's path."""
    matched = _matched(candidate, request)
    _, nearness = NEARNESS[_depth_shared(candidate, depths)]
    points = (
        weights.skill * (len(matched) / len(request.skills) if matched else 0)
        + weights.distance * nearness
        + weights.party * candidate.is_party_member
        + weights.team * (candidate.team_id is not None)
        - weights.load * candidate.open_dispatches
    )
    # Sums of fractions that are equal on paper must be equal here, or the lot would not be drawn.
    return round(points, 6)


def why(candidate: Candidate, request: Request, depths: dict[str, int], weights: Weights) -> str:
    """The grounds for a candidate, as they were weighed."""
    grounds = [NEARNESS[_depth_shared(candidate, depths)][0]]
    if request.skills:
        matched = _matched(candidate, request)
        grounds.append(f"会{in_words(matched)}" if matched else "没有登记对口技能")
    grounds.append(f"手头{candidate.open_dispatches}件")
    if candidate.is_party_member and weights.party:
        grounds.append("党员先行")
    if candidate.team:
        grounds.append(f"{candidate.team}队员")
    return ";".join(grounds)


def why_none(request: Request, candidates: Sequence[Candidate], *, asked: Collection[UUID], now: datetime) -> str:
    """Why nobody more can be asked."""
    if not candidates:
        return "本社区还没有登记志愿者"
    left = [one for one in candidates if one.volunteer_id not in asked]
    trained = [one for one in left if _is_trained(one, request)]
    free = len(list(_able(request, trained, asked, now)))
    parts = [f"本社区共{len(candidates)}名志愿者", f"已联系{len(candidates) - len(left)}名"]
    if len(left) > len(trained):
        parts.append(f"没有{in_words(_training(request))}技能{len(left) - len(trained)}名")
    parts.append(f"此刻没空{len(trained) - free}名")
    return ",".join(parts)


def _able(
    request: Request, candidates: Sequence[Candidate], asked: Collection[UUID], now: datetime
) -> Iterator[Candidate]:
    local = LocalTime.at(now)
    for one in candidates:
        if (
            one.volunteer_id not in asked
            and is_available(one.always, one.windows, one.paused_until, local)
            and _is_trained(one, request)
        ):
            yield one


def _training(request: Request) -> list[str]:
    return [skill for skill in request.skills if skill in TRAINED]


def _is_trained(candidate: Candidate, request: Request) -> bool:
    return all(skill in candidate.skills for skill in request.skills if skill in TRAINED)


def _matched(candidate: Candidate, request: Request) -> list[str]:
    return [skill for skill in request.skills if skill in candidate.skills]


def _depth_shared(candidate: Candidate, depths: dict[str, int]) -> int:
    deepest = max((depths.get(code, 0) for code in candidate.home), default=0)
    return min(deepest, len(NEARNESS) - 1)


def _lot(request: Request, candidate: Candidate) -> int:
    return request.callout_id.int ^ candidate.volunteer_id.int
