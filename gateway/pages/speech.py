"""How words and figures are written on a page, in one language; what nobody can tell is a dash."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import urlsplit

CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")
NOTHING = "—"

_LENGTHS = (
    (10.0, 1.0, 2, "秒", "s"),
    (120.0, 1.0, 0, "秒", "s"),
    (7200.0, 60.0, 0, "分钟", "min"),
    (172800.0, 3600.0, 1, "小时", "h"),
    (float("inf"), 86400.0, 1, "天", "d"),
)
"""Up to how many seconds a length is written by which unit, with how many decimals."""


class Speech:
    """Words and figures in Chinese or English; each method takes what the operations service answers."""

    def __init__(self, language: str) -> None:
        self.language = language

    def say(self, zh: str, en: str) -> str:
        """The sentence in this language."""
        return en if self.language == "en" else zh

    def seconds(self, length: float | None) -> str:
        """A length of time: 4 毫秒, 0.32 秒, 95 秒, 12 分钟."""
        if length is None or length < 0:
            return NOTHING
        if length < 0.1:
            return f"{length * 1000:.0f} {self.say('毫秒', 'ms')}" if length else f"0 {self.say('秒', 's')}"
        unit, decimals, zh, en = next(rest for most, *rest in _LENGTHS if length < most)  # type: ignore[misc]
        return f"{_plain(length / unit, decimals)} {self.say(zh, en)}"

    def count(self, number: float | None) -> str:
        """A number of things, its thousands set apart."""
        return NOTHING if number is None else f"{number:,.0f}"

    def rate(self, number: float | None) -> str:
        """How often in a second or a minute; one decimal while it is small."""
        if number is None:
            return NOTHING
        return f"{number:,.0f}" if number >= 100 else _plain(number, 1)

    def size(self, amount: float) -> str:
        """An amount of memory or text."""
        if amount < 10_000:
            return f"{amount:,.0f} B"
        return f"{amount / 1_000:,.0f} kB" if amount < 1_000_000 else f"{amount / 1_000_000:,.0f} MB"

    def moment(self, at: str) -> str:
        """A moment in China's time: 11-23 22:45:03."""
        return in_china(at).strftime("%m-%d %H:%M:%S")

    def clock(self, at: str) -> str:
        """A time of day in China: 22:45:03."""
        return in_china(at).strftime("%H:%M:%S")

    def exact(self, at: str) -> str:
        """A time of day in China to the thousandth of a second."""
        return in_china(at).strftime("%H:%M:%S.%f")[:-3]

    def between(self, begun: str, at: str) -> str:
        """How long it was from one moment to another."""
        return self.seconds(max(0.0, (moment_of(at) - moment_of(begun)).total_seconds()))

    def words(self) -> dict[str, Callable[..., str]]:
        """All of these by name, for templates."""
        told = (self.say, self.seconds, self.count, self.rate, self.size, self.moment, self.clock, self.exact)
        return {each.__name__: each for each in (*told, self.between)}


def moment_of(at: str) -> datetime:
    """A moment as it is written in answers."""
    return datetime.fromisoformat(at)


def in_china(at: str) -> datetime:
    """The same moment by China's clocks, which know no summer time."""
    return moment_of(at).astimezone(CHINA)


def pretty(body: str) -> str:
    """A body with its JSON set out line by line; whatever is not JSON stays as it is."""
    try:
        return json.dumps(json.loads(body), ensure_ascii=False, indent=2)
    except ValueError:
        return body


def safe_link(address: Any) -> str:
    """An address that a link may lead to: a web page, nothing that runs; empty for anything else."""
    address = str(address)
    return address if urlsplit(address).scheme in ("http", "https") else ""


def _plain(number: float, decimals: int) -> str:
    """Without zeros that say nothing: 3, not 3.00."""
    written = f"{number:,.{decimals}f}"
    return written.rstrip("0").rstrip(".") if "." in written else written
