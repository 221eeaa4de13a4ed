"""What people say about their notices: what they chose, where they are told, what they have read."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from chassis.fingerprints import fingerprint
from chassis.green import all_at_once
from chassis.mailing import Mail, Post
from chassis.texting import NotTaken, Send, Text
from contracts.accounts.errors import AccountNotFound, AddressNotRight, CodeNotRight
from services.accounts.domain.addresses import GOOD_FOR, NoticeAddress, address_id, written_plainly
from services.accounts.domain.choices import Channel, Choices
from services.accounts.domain.codes import RESEND, code_in
from services.accounts.domain.notices import account_recipient, reporter_recipient
from services.accounts.domain.reporters import Reporter
from services.accounts.handlers.trying import Bounds, by_phone, count_try, proved_right

MOST_AT_ONCE = 20


def mark_read(uow: Any, account: UUID, ids: Sequence[UUID] | None, *, now: datetime) -> int:
    """Somebody has read some of their notices, or all; how many were unread."""
    with uow:
        read: int = uow.notices.read(account_recipient(account), ids, now)
    return read


def choose(uow: Any, account: UUID, **chosen: Any) -> None:
    """Choose anew what is given; the rest stays."""
    with uow:
        kept = uow.choices.find(account)
        if kept is None:
            kept = Choices(id=account, community=_home(uow, account))
            uow.choices.add(kept)
        kept.choose(**chosen)


def ask_for_address(uow: Any, account: UUID, channel: Channel, address: str, *, now: datetime) -> None:
    """Have a code sent to an address at which somebody wants to be told. Raises `AddressNotRight`, `TooManyTries`."""
    plain = written_plainly(channel, address)
    if plain is None:
        raise AddressNotRight
    with uow:
        count_try(uow, _asking(account, channel, plain), now=now)
        kept = uow.addresses.find(address_id(account, channel))
        if kept is None:
            home = _home(uow, account)
            kept = NoticeAddress(id=address_id(account, channel), community=home, account_id=account, channel=channel)
            uow.addresses.add(kept)
        kept.ask(plain, uuid4(), now=now)


def verify_address(uow: Any, account: UUID, channel: Channel, code: str, *, now: datetime) -> None:
    """Whoever has the code that was sent there is told there from now on. Raises `CodeNotRight`."""
    is_right = False
    with uow:
        kept = uow.addresses.find(address_id(account, channel))
        if kept is not None:
            asked = kept.asked or ""
            is_right = kept.take(code.strip(), _code_of(kept.code_id or uuid4()), now=now)
            if is_right:
                proved_right(uow, _asking(account, channel, asked))
    # Only now: the try that was counted must be kept.
    if not is_right:
        raise CodeNotRight


def _asking(account: UUID, channel: Channel, address: str) -> Bounds:
    """Neither is anybody sent codes without end, nor does anybody have them sent to others without end."""
    return by_phone("proof", f"{account}:{channel}", RESEND) | by_phone("proved", address, RESEND)


def remove_address(uow: Any, account: UUID, channel: Channel) -> None:
    """Tell somebody nothing there any more."""
    with uow:
        if kept := uow.addresses.find(address_id(account, channel)):
            kept.forget()


def _home(uow: Any, account: UUID) -> str:
    homes = uow.recipients.homes([account])
    if account not in homes:
        raise AccountNotFound(id=str(account))
    community: str = homes[account][0]
    return community


def _code_of(id: UUID) -> str:
    return code_in(fingerprint("address code", str(id)))


# -- codes that prove an address


def text_codes(uow: Any, send: Send, now: datetime) -> None:
    """Send the codes that wait to be sent to telephones."""

    def carry(id: UUID, address: str, code: str) -> None:
        send(Text(id=id, phone=address, code=code, expires_at=now + GOOD_FOR))

    _send_codes(uow, Channel.SMS, carry, now)


def mail_codes(uow: Any, post: Post, now: datetime) -> None:
    """Send the codes that wait to be sent by e-mail."""

    def carry(id: UUID, address: str, code: str) -> None:
        words = f"验证码 {code},30 分钟内有效。若非本人操作，请忽略。\r\n{code} is your code, good for 30 minutes.\r\n"
        post(Mail(id=id, to=address, subject="和美：验证邮箱 / Hemei: your code", text=words))

    _send_codes(uow, Channel.MAIL, carry, now)


def _send_codes(uow: Any, channel: Channel, carry: Any, now: datetime) -> None:
    with uow:
        due = [each for each in uow.addresses.waiting(channel, now, MOST_AT_ONCE) if each.begin_sending(now=now)]
        waiting = [(each.id, each.code_id, each.asked) for each in due]

    def sent(each: tuple[UUID, UUID, str]) -> bool:
        try:
            carry(each[1], each[2], _code_of(each[1]))
        except NotTaken:
            return False
        return True

    taken = all_at_once(sent, waiting)
    with uow:
        for (id, code_id, _), is_taken in zip(waiting, taken, strict=True):
            if is_taken and (kept := uow.addresses.find(id)):
                kept.was_sent(code_id)


# -- whoever files a matter, and whoever is to be forgotten


def leave_reporter(uow: Any, given: Mapping[str, Any], *, now: datetime) -> None:
    """Keep how whoever files a matter is told of it: at the door, before it is filed; or how a neighbour is who has
    joined it."""
    with uow:
        if uow.reporters.find(given["id"]) is None:
            uow.reporters.add(
                Reporter(
                    id=given["id"],
                    community=given["community"],
                    joined=given["joined"],
                    account_id=given["account"],
                    phone=given["phone"],
                    language=given["language"],
                    left_at=now,
                    filed_at=now if given["joined"] else None,
                )
            )


def forget_what_was_told(uow: Any, community: str, ids: Sequence[UUID]) -> dict[str, int]:
    """Remove what these accounts were told and chose; what went, by class of data. Inside a unit of work."""
    recipients = [recipient(id) for id in ids for recipient in (account_recipient, reporter_recipient)]
    uow.deliveries.forget_of(community, recipients)
    return {
        "contact": uow.addresses.forget_of(community, ids),
        "ordinary": uow.choices.forget_of(community, ids) + uow.notices.forget_of(community, recipients),
        "reference": forget_matters(uow, community, ids),
    }


def forget_matters(uow: Any, community: str, ids: Sequence[UUID]) -> int:
    """Remove that these accounts filed or joined anything; how many matters. Inside a unit of work."""
    forgotten: int = uow.reporters.forget_of(community, ids)
    return forgotten
