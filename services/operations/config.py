"""Settings of the operations service."""

from dataclasses import dataclass
from typing import Annotated

from msgspec import Meta


@dataclass(frozen=True, kw_only=True)
class OperationsSettings:
    """What can be set about looking after the system, from `OPERATIONS_…` variables.

    A service process handles at least 300 events per second on two shared cores: replays at 20 per second leave nine
    tenths of that to what is told anew, and put a thousand dead letters back within a minute.
    """

    replays_per_second: Annotated[
        int,
        Meta(
            ge=1,
            le=1000,
            description="每秒最多重放多少条死信（本项目自定） / most dead letters put back per second; our "
            "own proposal",
        ),
    ] = 20
    settled_days: Annotated[
        int,
        Meta(
            ge=1,
            le=3650,
            description="死信处理或丢弃后保留的天数，之后连同内容删除（本项目自定） / "
            "days that a dead letter is kept after it was handled or discarded, then it goes; our own proposal",
        ),
    ] = 30
    journey_days: Annotated[
        int,
        Meta(
            ge=1,
            le=365,
            description="经过保留的天数（本项目自定） / days for which journeys can be looked at; our own proposal",
        ),
    ] = 7
    journey_steps: Annotated[
        int,
        Meta(
            ge=10_000,
            le=1_000_000_000,
            description="最多保留多少步经过，每百万步约占 0.5 GB（本项目自定） / "
            "most steps of journeys that are kept, a million of them take about half a gigabyte; our own proposal",
        ),
    ] = 5_000_000
