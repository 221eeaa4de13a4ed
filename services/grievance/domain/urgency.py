"""How urgent a case is, as one number to order by, and why in words.

    urgency = (weight of the category + weight of the neighbours) × pressure of the next deadline

The weight of a category follows from how fast it must be answered (danger 3, daily necessities 2, all else 1).
Neighbours who have the same trouble add 1 from the third, 2 from the tenth. The pressure is that of the deadline which
is next: the first response until somebody has taken the case in hand, the resolution from then on. So danger that is
due today (3 × 4) goes before an ordinary case that is a week late (1 × 8), and after danger that is late (3 × 6).
What has no deadline any more has no urgency; what is paused has none until it goes on.

Both tables stand here once: the database orders by them, and words are made of them.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from services.grievance.domain.categories import CATEGORIES, DANGER, NECESSITY
from services.grievance.domain.grievance import OPEN, Status
from services.grievance.domain.receipts import CHINA

WEIGHTS = {DANGER: 3, NECESSITY: 2}
OTHERWISE = 1
WORDS_OF_WEIGHTS = {3: "涉及安全", 2: "关系日常生活"}

WEIGHTS_OF_CATEGORIES = {
    weight: sorted(category.code for category in CATEGORIES.values() if category.hours == hours)
    for hours, weight in WEIGHTS.items()
}
"""The categories that weigh more than others."""

NEIGHBOURS = ((10, 2), (3, 1))
"""From so many neighbours on, so much is added."""

DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Pressure:
    """What a deadline adds that lies before a moment; `code` names it to programs."""

    before: datetime | None
    points: int
    code: str


def pressures(now: datetime) -> list[Pressure]:
    """The pressures as they are now, the highest first: the first that a deadline lies before is its own."""
    day_ends = datetime.combine(now.astimezone(CHINA).date() + DAY, time(), CHINA)
    return [
        Pressure(before=now - 7 * DAY, points=8, code="overdue_week"),
        Pressure(before=now - DAY, points=7, code="overdue_days"),
        Pressure(before=now, points=6, code="overdue"),
        Pressure(before=day_ends, points=4, code="due_today"),
        Pressure(before=now + 3 * DAY, points=2, code="due_soon"),
        Pressure(before=None, points=1, code="due_later"),
    ]


WAITING = (Status.FILED, Status.ASSIGNED)
"""Nobody has taken it in hand: the first response is due."""


@dataclass(frozen=True, kw_only=True)
class Urgency:
    """How urgent a case is; `reasons` as codes, `words` in Chinese."""

    points: int
    due_by: datetime | None
    reasons: list[str]
    words: str


def due_by(
    status: Status, respond_by: datetime, resolve_by: datetime, *, is_responded: bool = False
) -> datetime | None:
    """The deadline that is next; None where nothing is due. A case that has had its first response and waits for
    another leader is due when it is to be solved."""
    if status in WAITING and not is_responded:
        return respond_by
    return resolve_by if status in OPEN else None


def urgency(
    *,
    status: Status,
    category: str,
    neighbours: int,
    respond_by: datetime,
    resolve_by: datetime,
    is_responded: bool = False,
    is_paused: bool = False,
    now: datetime,
) -> Urgency:
    """How urgent a case is now, and why."""
    due = due_by(status, respond_by, resolve_by, is_responded=is_responded)
    if due is None:
        return Urgency(points=0, due_by=None, reasons=[], words="")
    if is_paused:
        return Urgency(points=0, due_by=due, reasons=["paused"], words="暂停办理")
    pressure = next(each for each in pressures(now) if each.before is None or due < each.before)
    by_category, by_neighbours = _weight_of_category(category), _weight_of_neighbours(neighbours)
    grounds = [(pressure.code, _of_time(pressure.code, now - due))]
    if by_category > OTHERWISE:
        grounds.append((f"weight_{by_category}", WORDS_OF_WEIGHTS[by_category]))
    if by_neighbours:
        grounds.append(("neighbours", f"{neighbours} 位邻居有同样反映"))
    return Urgency(
        points=(by_category + by_neighbours) * pressure.points,
        due_by=due,
        reasons=[code for code, _ in grounds],
        words="；".join(words for _, words in grounds),
    )


def _weight_of_category(category: str) -> int:
    return next((weight for weight, codes in WEIGHTS_OF_CATEGORIES.items() if category in codes), OTHERWISE)


def _weight_of_neighbours(neighbours: int) -> int:
    return next((more for fewest, more in NEIGHBOURS if neighbours >= fewest), 0)


def _of_time(code: str, late: timedelta) -> str:
    if code.startswith("overdue"):
        return f"已超期 {late // DAY} 天" if late >= DAY else f"已超期 {max(1, late // timedelta(hours=1))} 小时"
    return {"due_today": "今天到期", "due_soon": "三天内到期"}.get(code, "未到期")
