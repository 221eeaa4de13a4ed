"""Sending notices: outside of the transactions that made them, by one instance at a time, each channel by itself.

What was sent and not noted as sent, because the process died in between, is sent once more under the same id.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from chassis.green import all_at_once
from chassis.mailing import Mail, Post
from chassis.observing import OBSERVER
from chassis.robots import Say
from chassis.texting import NoticeText, NotTaken, Send
from contracts.accounts.errors import ChannelIsOff
from services.accounts.domain.choices import PERSONAL, Channel, Choices, Defaults
from services.accounts.domain.deliveries import WINDOW, Delivery, State, delivery, text_id_of, texts_of
from services.accounts.domain.notices import ACCOUNT, GROUP, REPORTER, Notice, in_words, page_of
from services.accounts.domain.reporters import NEVER_FILED
from services.accounts.domain.roles import Role

MOST_SPREAD = 200
MOST_DUE = 200

Clock = Callable[[], datetime]
Carry = Callable[["Outgoing"], None]
"""Hands one text to whoever carries it. Raises `NotTaken`."""


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """One text on its way to one address: in words, and in parts."""

    id: UUID
    address: str
    words: str
    subject: str
    kind: str
    parts: Mapping[str, str | int]


def by_text(send: Send) -> Carry:
    """Carries notices to telephones."""
    return lambda each: send(
        NoticeText(id=each.id, phone=each.address, text=each.words, kind=each.kind, parts=each.parts)
    )


def by_mail(post: Post) -> Carry:
    """Carries notices by e-mail."""
    return lambda each: post(Mail(id=each.id, to=each.address, subject=each.subject, text=f"{each.words}\r\n"))


def to_group(say: Say) -> Carry:
    """Carries notices to groups."""
    return lambda each: say(each.address, each.words)


def open_channels(settings: Any, send: Send | None, post: Post | None) -> list[Channel]:
    """The channels that notices leave by here."""
    is_open = {
        Channel.SMS: settings.sms and send is not None,
        Channel.MAIL: post is not None,
        Channel.GROUP: bool(settings.groups),
    }
    return [channel for channel in Channel if is_open[channel]]


def check_open(channel: Channel, channels: Collection[Channel]) -> None:
    """Raises `ChannelIsOff`."""
    if channel not in channels:
        raise ChannelIsOff


# -- from notices to deliveries


def spread(uow: Any, channels: Collection[Channel], defaults: Defaults, *, now: datetime) -> None:
    """Make deliveries of what was told since, by what each person chose."""
    with uow:
        made = uow.notices.unspread(MOST_SPREAD)
        if not made:
            return
        ids = _accounts_in(each.recipient for each in made)
        homes = uow.recipients.homes(ids)
        addresses = {channel: uow.addresses.of_accounts(ids, channel) for channel in PERSONAL}
        addresses[Channel.SMS] = {id: phone for id, (_, phone) in homes.items() if phone} | addresses[Channel.SMS]
        uow.choices.load(homes)
        found: list[Delivery] = []
        for each in made:
            kind, _, named = each.recipient.partition(":")
            choices = _choices(uow, each.recipient)
            if kind == ACCOUNT:
                account = UUID(named)
                chosen = choices.channels_for(each.kind, Role(each.role), defaults) if account in homes else []
                by = [channel for channel in chosen if account in addresses[channel]]
            else:
                by = [Channel.SMS if kind == REPORTER else Channel.GROUP]
            found += [_delivery(each, channel, choices, defaults, now) for channel in by if channel in channels]
        uow.deliveries.add_new(found)
        uow.notices.spread([each.id for each in made], now)


def _delivery(each: Notice, channel: Channel, choices: Choices, defaults: Defaults, now: datetime) -> Delivery:
    send_at = choices.send_at(now, defaults, is_urgent=each.is_urgent)
    return delivery(each.id, each.community, each.recipient, channel, is_urgent=each.is_urgent, send_at=send_at)


def _choices(uow: Any, recipient: str) -> Choices:
    """What a recipient chose: one that is no account chose nothing."""
    kind, _, named = recipient.partition(":")
    kept = uow.choices.find(UUID(named)) if kind == ACCOUNT else None
    return kept or Choices(id=UUID(int=0), community="")


def _accounts_in(recipients: Any) -> list[UUID]:
    found = (each.partition(":") for each in recipients)
    return list(dict.fromkeys(UUID(named) for kind, _, named in found if kind == ACCOUNT))


# -- from deliveries to texts


def send_waiting(
    uow: Any,
    channel: Channel,
    carry: Carry,
    clock: Clock,
    *,
    defaults: Defaults,
    most: int,
    site: str,
    groups: Mapping[str, str],
) -> None:
    """Send what is due by one channel. Each text is marked as tried before it goes, and as sent after it went."""
    with uow:
        outgoing = _begin(uow, channel, clock(), defaults, most, site, groups)
    taken = [id for id in all_at_once(lambda each: _carried(channel, carry, each), outgoing) if id is not None]
    if taken:
        with uow:
            for text_id in taken:
                for each in uow.deliveries.of_text(text_id):
                    each.end(State.SENT, now=clock())


def _begin(
    uow: Any,
    channel: Channel,
    now: datetime,
    defaults: Defaults,
    most: int,
    site: str,
    groups: Mapping[str, str],
) -> list[Outgoing]:
    by_recipient: dict[str, list[Delivery]] = {}
    for each in uow.deliveries.due(channel, now, MOST_DUE):
        if each.is_too_old(now):
            each.end(State.GIVEN_UP, now=now)
            OBSERVER.metrics.notices(channel.value, "given_up").inc()
        else:
            by_recipient.setdefault(each.recipient, []).append(each)
    addresses = _addresses(uow, channel, by_recipient, groups)
    outgoing = []
    for recipient, due in by_recipient.items():
        if recipient not in addresses:
            for each in due:
                each.end(State.GIVEN_UP, now=now)
            continue
        sent = uow.deliveries.sent_since(recipient, channel, now - WINDOW)
        outstanding = uow.deliveries.outstanding(recipient, channel)
        choices = _choices(uow, recipient)
        for text in texts_of(due, sent, outstanding, most, now=now):
            text_id = text_id_of(text)
            for each in text:
                each.begin(text_id, now=now, not_before=_not_before(each, choices, defaults))
            outgoing.append(_outgoing(uow, text_id, text, addresses[recipient], choices.language, site))
    return [each for each in outgoing if each is not None]


def _not_before(each: Delivery, choices: Choices, defaults: Defaults) -> Callable[[datetime], datetime]:
    return lambda moment: choices.send_at(moment, defaults, is_urgent=each.is_urgent)


def _addresses(uow: Any, channel: Channel, recipients: Collection[str], groups: Mapping[str, str]) -> dict[str, str]:
    """Where each recipient is reached by this channel now."""
    ids = _accounts_in(recipients)
    homes = uow.recipients.homes(ids) if ids else {}
    verified = uow.addresses.of_accounts(homes, channel) if homes else {}
    found: dict[str, str] = {}
    for recipient in recipients:
        kind, _, named = recipient.partition(":")
        if kind == GROUP:
            address = groups.get(named)
        elif kind == REPORTER:
            reporter = uow.reporters.find(UUID(named))
            address = reporter.phone if reporter else None
        else:
            _, phone = homes.get(UUID(named), ("", None))
            address = verified.get(UUID(named)) or (phone if channel is Channel.SMS else None)
        if address:
            found[recipient] = address
    return found


def _outgoing(
    uow: Any, text_id: UUID, text: Sequence[Delivery], address: str, language: str, site: str
) -> Outgoing | None:
    notices = uow.notices.these(each.notice_id for each in text)
    told = [notices[each.notice_id] for each in text if each.notice_id in notices]
    if not told:
        return None
    first = told[0]
    subjects = [(each.kind, each.subject_en if language == "en" else each.subject_zh) for each in told]
    page = page_of(first.kind, first.matter, first.subject) if len(told) == 1 else "/mine/notices"
    # Whoever has no account finds the matter by its receipt and telephone, and no other way.
    if first.recipient.startswith(REPORTER):
        page = "/track"
    words = in_words(subjects, language, site, page)
    return Outgoing(
        id=text_id,
        address=address,
        words=words,
        subject=in_words(subjects, language, "", ""),
        kind=first.kind.value if len(told) == 1 else "bundle",
        parts={"count": len(told), "subject": subjects[0][1] if len(told) == 1 else ""},
    )


def _carried(channel: Channel, carry: Carry, each: Outgoing) -> UUID | None:
    try:
        carry(each)
    except NotTaken:
        OBSERVER.metrics.notices(channel.value, "not_taken").inc()
        return None
    OBSERVER.metrics.notices(channel.value, "sent").inc()
    return each.id


# -- what is not needed any more


def forget(uow: Any, *, days: int, reopening_days: int, now: datetime) -> None:
    """Forget notices that were kept for long enough, telephones of people whose matter can be reopened no more or was
    never filed, and addresses that nobody proved to be theirs."""
    before = now - timedelta(days=days)
    with uow:
        uow.notices.forget(before)
        uow.deliveries.forget(before)
        uow.matters.forget(before)
        uow.addresses.forget_unproved(now)
        uow.reporters.forget(ended_before=now - timedelta(days=reopening_days), left_before=now - NEVER_FILED)
