"""Guesses at what only somebody else knows: after some that were wrong, the next one has to wait, each time longer.

Every process of the gateway counts for itself, and forgets what was longest not asked for, as `gateway/limits.py` does.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import blake2b
from math import ceil
from secrets import token_bytes
from time import monotonic
from typing import NamedTuple

from contracts.errors import Error, TooMany

MOST = 20_000

FREE = 5
"""Wrong guesses that cost nothing: people mistype."""

FIRST, LONGEST = 2.0, 900.0
"""Seconds of the first wait, and of the longest; each is twice as long as the one before."""

FORGOTTEN = 24 * 3600.0


class _Wrong(NamedTuple):
    count: int
    last_at: float
    waits_until: float


class Guesses:
    """Wrong guesses, by what they were made at and by where they came from."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._wrong: OrderedDict[str, _Wrong] = OrderedDict()
        self._secret = token_bytes(32)

    @contextmanager
    def at(self, *things: str, wrong: type[Error]) -> Iterator[None]:
        """Around one guess, which is wrong where it raises `wrong`. Raises `TooMany` while any of the things has to
        wait. It counts before it is made, so that many at once are no way round."""
        keys = [blake2b(thing.encode(), key=self._secret, digest_size=16).hexdigest() for thing in things if thing]
        for key in keys:
            self._check(key)
        before = {key: self._count(key) for key in keys}
        try:
            yield
        except wrong:
            raise
        except BaseException:
            self._restore(before)
            raise
        self._restore(before)

    def _check(self, key: str) -> None:
        found = self._wrong.get(key)
        if found is not None and (wait := found.waits_until - self._clock()) > 0:
            raise TooMany(retry_after=ceil(wait))

    def _count(self, key: str) -> _Wrong | None:
        now, before = self._clock(), self._wrong.pop(key, None)
        is_old = before is None or now - before.last_at > FORGOTTEN
        count = 1 if is_old or before is None else before.count + 1
        wait = 0.0 if count < FREE else min(LONGEST, FIRST * 2.0 ** min(count - FREE, 16))
        self._wrong[key] = _Wrong(count, now, now + wait)
        if len(self._wrong) > MOST:
            self._wrong.popitem(last=False)
        return before

    def _restore(self, before: dict[str, _Wrong | None]) -> None:
        """This one was right: those before stay."""
        for key, found in before.items():
            if found is None:
                self._wrong.pop(key, None)
            else:
                self._wrong[key] = found._replace(waits_until=0.0)
