"""Which unit a case is referred to, and why."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.partner.domain.calendar import in_words
from services.partner.domain.unit import KIND_WORDS, Standing, UnitKind, standing

WANTED_WORDS = {
    "survey": "实地查看",
    "repair": "维修",
    "install": "安装",
    "removal": "清理拆除",
    "attendance": "到场会商",
    "advice": "给出意见",
}
"""What a leader may ask a unit for, as the unit reads it; anything else is help."""

NAMED_AT_MOST = 5
"""How many units a reason names before it only counts them."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """A case that asks for a unit of a kind; `path` leads from the community down to its place."""

    community: str
    grievance_id: UUID
    round: int
    place: str
    path: tuple[str, ...]
    category: str
    line: str
    unit_kind: str
    assigned_at: datetime
    wanted: str = ""


@dataclass(frozen=True, kw_only=True)
class Term:
    """From when to when an agreement is valid, and for what."""

    valid_from: date
    valid_to: date
    scope: tuple[str, ...] = ()

    def covers(self, request: Request) -> bool:
        """Whether the case is of a category or a line that was agreed on."""
        return not self.scope or request.category in self.scope or request.line in self.scope


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A unit of the kind asked for, its agreements, and how many referrals it has open."""

    unit_id: UUID
    name: str
    serves: tuple[str, ...] = ()
    terms: tuple[Term, ...] = ()
    open_referrals: int = 0

    def nearness(self, request: Request) -> int:
        """How deep in the tree the unit's place lies that holds the case's; -1 where none does."""
        if not self.serves:
            return 0
        return max((depth for depth, code in enumerate(request.path) if code in self.serves), default=-1)

    def valid_term(self, request: Request, on: date) -> Term | None:
        """The agreement that lets the unit be chosen on that day: of several, the one that runs longest."""
        valid = [
            term
            for term in self.terms
            if term.covers(request) and standing(term.valid_from, term.valid_to, on) is Standing.VALID
        ]
        return max(valid, key=lambda term: term.valid_to, default=None)


@dataclass(frozen=True, kw_only=True)
class Choice:
    """The unit chosen, and why, in Chinese words."""

    unit_id: UUID
    unit_name: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Shortage:
    """Why no unit can be chosen, in Chinese words."""

    reason: str


def choose(
    request: Request, candidates: Sequence[Candidate], *, returned_by: Collection[UUID] = (), on: date
) -> Choice | Shortage:
    """The best unit that serves the place, has an agreement valid on that day and has not returned this case.

    Best is the one whose place lies nearest to the case's; among those, the one with the fewest open referrals.
    """
    able = [
        (-unit.nearness(request), unit.open_referrals, unit.name, unit, term)
        for unit in candidates
        if unit.unit_id not in returned_by and unit.nearness(request) >= 0 and (term := unit.valid_term(request, on))
    ]
    if not able:
        return Shortage(reason=_why_none(request, candidates, returned_by, on))
    *_, unit, term = min(able, key=lambda one: one[:3])
    return Choice(unit_id=unit.unit_id, unit_name=unit.name, reason=_why_this(request, unit, term))


def _why_this(request: Request, unit: Candidate, term: Term) -> str:
    depth = unit.nearness(request)
    area = f"负责{request.path[depth]}片区" if unit.serves else "服务全社区"
    asked_for = f"网格长请求{WANTED_WORDS.get(request.wanted, '协助办理')}；" if request.wanted else ""
    return asked_for + (
        f"{area}的{kind_in_words(request.unit_kind)}，协议有效期至{in_words(term.valid_to)}，"
        f"手头未办结的转办{unit.open_referrals}件"
    )


def _why_none(request: Request, candidates: Sequence[Candidate], returned_by: Collection[UUID], on: date) -> str:
    kind = kind_in_words(request.unit_kind)
    if not candidates:
        return f"本社区没有登记{kind}"
    near = [unit for unit in candidates if unit.nearness(request) >= 0]
    if not near:
        return f"登记的{len(candidates)}家{kind}都不负责事发地点"
    named = "；".join(_why_not(request, unit, unit.unit_id in returned_by, on) for unit in near[:NAMED_AT_MOST])
    rest = f";另有{len(near) - NAMED_AT_MOST}家也不能转办" if len(near) > NAMED_AT_MOST else ""
    return f"没有可以转办的{kind}：{named}{rest}"


def _why_not(request: Request, unit: Candidate, has_returned: bool, on: date) -> str:
    if has_returned:
        return f"{unit.name}已退回本件"
    if not unit.terms:
        return f"{unit.name}没有签订共建协议"
    covering = [term for term in unit.terms if term.covers(request)]
    if not covering:
        return f"{unit.name}的协议不包含这类事项"
    coming = [term.valid_from for term in covering if term.valid_from > on]
    if coming:
        return f"{unit.name}的协议要到{in_words(min(coming))}才生效"
    return f"{unit.name}的协议已于{in_words(max(term.valid_to for term in covering))}到期"


def kind_in_words(kind: str) -> str:
    """The kind of unit in Chinese."""
    return KIND_WORDS.get(UnitKind(kind), kind) if kind in set(UnitKind) else f"“{kind}”类单位"
