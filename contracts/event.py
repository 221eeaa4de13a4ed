"""The event: a fact of the past, told to whoever listens."""

import re
from dataclasses import dataclass
from typing import ClassVar


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
