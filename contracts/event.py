"""The event: a fact of the past, told to whoever listens."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

ERASED = "已删除"
"""What stands where the name of somebody stood who was erased."""


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that has happened in one community.

    A subclass is frozen, keyword-only and named in the past tense. It sets
    `about` to the name of the field that holds the id of the thing it happened
    to, and `heard` to False when no service listens for it (it is then told for
    the record only, and the relay does not insist that a queue takes it).
    """

    version: ClassVar[int] = 1
    about: ClassVar[str]
    heard: ClassVar[bool] = True

    community: str

    @classmethod
    def teller(cls) -> str:
        """Name of the service that tells this event, from the module it stands in."""
        return cls.__module__.split(".")[1]

    @classmethod
    def wire_name(cls) -> str:
        """Name on the wire, `<service>.<event_in_snake_case>.v<version>`."""
        snake = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()
        return f"{cls.teller()}.{snake}.v{cls.version}"

    @property
    def subject(self) -> str:
        """Id of the thing this happened to, as text."""
        return str(getattr(self, self.about))


@dataclass(frozen=True, kw_only=True)
class ClassCount:
    """In how many rows something of a class of data was removed."""

    kind: str
    count: int


@dataclass(frozen=True, kw_only=True)
class PeriodApplied(Event):
    """Something was kept for as long as its retention period says, and is gone: the proof that the period is applied.

    `setting` names the period, `days` is what it was then; what is older than `older_than` went, in how many rows of
    which class of data.
    """

    about: ClassVar[str] = "application_id"

    application_id: UUID
    setting: str
    days: int
    older_than: datetime
    removed: tuple[ClassCount, ...]
    applied_at: datetime


@dataclass(frozen=True, kw_only=True)
class DetailsErased(Event):
    """What a service kept of a person is removed: in how many rows, by class of data; `kept` says by codes why
    something stays."""

    about: ClassVar[str] = "erasure_id"

    erasure_id: UUID
    removed: tuple[ClassCount, ...]
    kept: tuple[str, ...] = ()
    erased_at: datetime
