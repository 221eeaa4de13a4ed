"""Whether a round of a grievance is over: news of its end may come before news of its beginning."""

from collections.abc import Sequence
from datetime import datetime


def is_over(round: int | None, begun_at: datetime, ends: Sequence[datetime]) -> bool:
    """Whether what was begun at that moment, in this round if it is known, has ended.

    Each round ends once, and the news does not say which: as many ends as rounds means that this
    one is over, and so does an end later than its beginning.
    """
    return (round is not None and len(ends) >= round) or any(end >= begun_at for end in ends)
