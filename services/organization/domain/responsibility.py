"""Who is responsible for a place: the ladder of posts above it, who on it is available, and why the others are not."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from contracts.errors import Words, words
from services.organization.domain.days import in_chinese
from services.organization.domain.places import Place
from services.organization.domain.posts import POST_NAMES, PostKind


@dataclass(frozen=True, kw_only=True)
class Holder:
    """Who holds a post on the day asked about; `away_until` is the last day of a leave they are on."""

    person_id: UUID
    name: str
    away_until: date | None = None


@dataclass(frozen=True, kw_only=True)
class Seat:
    """A post at a place, named, with its holder on the day asked about."""

    post: PostKind
    place: str
    place_name: str
    holder: Holder | None


@dataclass(frozen=True, kw_only=True)
class Rung:
    """One step of the ladder; `holder` can take a matter only where `is_available`, and `why` says it in words."""

    post: PostKind
    place: str
    place_name: str
    holder: Holder | None
    is_available: bool
    why: Words


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Who takes a grievance and why; `is_vacant` says that the grid has no leader at all."""

    rung: Rung | None
    is_vacant: bool
    reason: str


def seats_above(place: Place) -> Iterator[tuple[PostKind, str]]:
    """The posts responsible for a place with where each sits, nearest first."""
    if place.building:
        yield PostKind.BUILDING_LEADER, place.building
    if place.courtyard:
        yield PostKind.BUILDING_LEADER, place.courtyard
    if place.grid:
        yield PostKind.GRID_LEADER, place.grid
    yield PostKind.COMMUNITY_SECRETARY, place.community


def ladder(place: Place, seats: Sequence[Seat], about_person: UUID | None) -> list[Rung]:
    """The rungs above a place, nearest first, out of what is known of the seats along its path."""
    known = {(seat.post, seat.place): seat for seat in seats}
    return [_rung(known[seat], about_person) for seat in seats_above(place) if seat in known]


def responsible(rungs: Sequence[Rung]) -> Rung | None:
    """The nearest who is available."""
    return next((rung for rung in rungs if rung.is_available), None)


def taker_of_grievances(rungs: Sequence[Rung]) -> Choice:
    """Who a grievance goes to: the grid leader, or the community secretary where the grid leader is away,
    complained about, or missing, or where the place lies in no grid."""
    by_post = {rung.post: rung for rung in rungs}
    grid, secretary = by_post.get(PostKind.GRID_LEADER), by_post.get(PostKind.COMMUNITY_SECRETARY)
    is_vacant = grid is not None and grid.holder is None
    if grid is not None and grid.is_available:
        return Choice(rung=grid, is_vacant=False, reason=f"{grid.place_name}由{_named(grid)}负责")
    if secretary is not None and secretary.is_available:
        because = grid.why["zh"] if grid else f"事关{secretary.place_name}整体"
        meanwhile = "暂由" if is_vacant else "由"
        return Choice(rung=secretary, is_vacant=is_vacant, reason=f"{because}，{meanwhile}{_named(secretary)}负责")
    whys = [rung.why["zh"] for rung in (grid, secretary) if rung is not None]
    return Choice(rung=None, is_vacant=is_vacant, reason="；".join(whys))


def next_up(rungs: Sequence[Rung], milestone: str, current: str | None) -> Choice:
    """Who a late grievance is put before: the community secretary, also where it lies with them already,
    for nobody in the community stands higher. `current` says in words who has it now."""
    late = f"{MILESTONES.get(milestone, milestone)}，{f'现由{current}负责' if current else '尚无人负责'}"
    secretary = next((rung for rung in rungs if rung.post is PostKind.COMMUNITY_SECRETARY), None)
    if secretary is not None and secretary.is_available:
        return Choice(rung=secretary, is_vacant=False, reason=f"{late}，提请{_named(secretary)}督办")
    why = secretary.why["zh"] if secretary else "没有可以督办的人"
    return Choice(rung=None, is_vacant=secretary is None or secretary.holder is None, reason=f"{late}；{why}")


MILESTONES: Mapping[str, str] = {"response": "逾期未响应", "resolution": "逾期未办结"}


def titled(post: PostKind, name: str) -> str:
    """网格长王建国."""
    return f"{POST_NAMES[post]['zh']}{name}"


def _named(rung: Rung) -> str:
    assert rung.holder
    return titled(rung.post, rung.holder.name)


def _rung(seat: Seat, about_person: UUID | None) -> Rung:
    is_available, why = _judged(seat, about_person)
    return Rung(
        post=seat.post,
        place=seat.place,
        place_name=seat.place_name,
        holder=seat.holder,
        is_available=is_available,
        why=why,
    )


def _judged(seat: Seat, about_person: UUID | None) -> tuple[bool, Words]:
    post, holder = POST_NAMES[seat.post], seat.holder
    if holder is None:
        return False, words(f"{seat.place_name}的{post['zh']}空缺", f"{seat.place_name} has no {post['en']}")
    zh, en = f"{post['zh']}{holder.name}", f"{holder.name}, {post['en']},"
    if holder.person_id == about_person:
        return False, words(f"诉求涉及{zh}，须回避", f"{en} is the person complained about and must stand aside")
    if holder.away_until is not None:
        until = holder.away_until
        return False, words(f"{zh}请假至{in_chinese(until)}", f"{en} is on leave until {until.isoformat()}")
    return True, words(f"{zh}在岗", f"{en} is in post")
