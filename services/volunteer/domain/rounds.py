"""Whether a round of a grievance is over: news of its end may come before news of its beginning."""

from collections.abc import Sequence
from datetime import datetime


def is_over(round: int, assigned_at: datetime, ends: Sequence[datetime]) -> bool:
    """Whether this round, assigned to a leader at that moment, has ended.

    Each round ends once, and the news does not say which: as many ends as rounds means that this
    one is over, and so does an end later than its assignment.
    """
    return len(ends) >= round or any(end >= assigned_at for end in ends)
