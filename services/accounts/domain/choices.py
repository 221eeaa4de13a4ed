"""What each person chose: by which channels they are told of what, in which language, and when they are left alone."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta, timezone
from enum import StrEnum
from uuid import UUID

from services.accounts.domain.notices import Kind
from services.accounts.domain.roles import Role

# Asia/Shanghai has kept this offset without summer time since 1991; a slim machine may have no zone tables.
CHINA = timezone(timedelta(hours=8), "Asia/Shanghai")


class Channel(StrEnum):
    """How a notice leaves the system; in the pages it stands always."""

    SMS = "sms"
    MAIL = "mail"
    GROUP = "group"


PERSONAL = (Channel.SMS, Channel.MAIL)
"""Channels that a person chooses; a group's is chosen by whoever runs the system."""


@dataclass(frozen=True, kw_only=True)
class QuietHours:
    """From when to when nothing is sent, on the clock in China; none where both are the same."""

    begins: str = "21:00"
    ends: str = "08:00"

    def after(self, moment: datetime) -> datetime:
        """The first moment from this one on at which something may be sent."""
        begins, ends = _clock(self.begins), _clock(self.ends)
        here = moment.astimezone(CHINA)
        now = here.time()
        if begins <= ends:
            is_quiet, days = begins <= now < ends, 0
        else:
            is_quiet, days = now >= begins or now < ends, int(now >= begins)
        if not is_quiet:
            return moment
        return datetime.combine(here.date() + timedelta(days=days), ends, CHINA).astimezone(moment.tzinfo)


def _clock(text: str) -> time:
    return time.fromisoformat(text)


@dataclass(frozen=True, kw_only=True)
class Defaults:
    """What holds for whoever has chosen nothing: which roles are told by which channel, and when it is quiet."""

    roles: Mapping[Channel, Collection[str]]
    quiet: QuietHours


@dataclass(kw_only=True)
class Choices:
    """What an account chose. `channels` holds the kinds that were chosen for; the others follow the defaults."""

    id: UUID
    community: str
    language: str = "zh"
    quiet_from: str | None = None
    quiet_until: str | None = None
    urgent_at_night: bool = False
    channels: dict[str, list[str]] = field(default_factory=dict)

    def choose(
        self,
        *,
        language: str | None = None,
        quiet_from: str | None = None,
        quiet_until: str | None = None,
        urgent_at_night: bool | None = None,
        channels: Mapping[str, list[str]] | None = None,
    ) -> None:
        """Choose anew; what is not given stays as it is."""
        self.language = language or self.language
        self.quiet_from = quiet_from or self.quiet_from
        self.quiet_until = quiet_until or self.quiet_until
        self.urgent_at_night = self.urgent_at_night if urgent_at_night is None else urgent_at_night
        self.channels = {**self.channels, **(channels or {})}

    def channels_for(self, kind: Kind, role: Role, defaults: Defaults) -> list[Channel]:
        """By which channels they are told of this."""
        if kind in self.channels:
            return [channel for channel in PERSONAL if channel in self.channels[kind]]
        return [channel for channel in PERSONAL if role in defaults.roles.get(channel, ())]

    def quiet(self, defaults: Defaults) -> QuietHours:
        """When they are left alone."""
        return QuietHours(begins=self.quiet_from or defaults.quiet.begins, ends=self.quiet_until or defaults.quiet.ends)

    def send_at(self, moment: datetime, defaults: Defaults, *, is_urgent: bool) -> datetime:
        """When something may be sent to them from this moment on."""
        return moment if is_urgent and self.urgent_at_night else self.quiet(defaults).after(moment)


def groups_in(lines: Collection[str]) -> dict[str, str]:
    """Groups and the addresses of their robots, out of settings written `community=address` or
    `community:role=address`."""
    found = {}
    for line in lines:
        name, _, address = line.partition("=")
        community, _, role = name.strip().partition(":")
        if not (len(community) == 12 and community.isdigit() and address.strip().startswith("http")):
            raise ValueError("community=address or community:role=address")
        if role:
            Role(role)
        found[name.strip()] = address.strip()
    return found
