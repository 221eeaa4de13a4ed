"""Two entries of the register that are one and the same person become one: which values stay, and what moves over."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from contracts.errors import Invalid, words
from contracts.organization.errors import EditedMeanwhile, MergedWithItself
from contracts.organization.events import PersonMerged
from services.organization.domain.consents import Consent, Given, Withdrawal
from services.organization.domain.people import Person, Sex
from services.organization.domain.posts import Post, Term
from services.organization.domain.publications import Publication

FIELDS = ("name", "number", "sex", "born_on", "household", "phone")
"""What two entries may say differently, as it is chosen; when somebody left goes with where they live."""


class Side(StrEnum):
    """Whose value stays."""

    KEPT = "kept"
    GONE = "gone"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """An entry as it stands, and the day on which somebody last wrote in it, where that is known."""

    person: Person
    changed_on: date | None = None


def refuse_pair(kept: Person, gone: Person) -> None:
    """Nobody is merged with themselves. Raises `MergedWithItself`."""
    if kept.id == gone.id:
        said = words(MergedWithItself.zh, MergedWithItself.en)
        raise MergedWithItself(fields={"gone_id": [said]})


def refuse_if_either_edited(kept: Person, gone: Person, seen: tuple[int, int]) -> None:
    """What somebody changed after the page was opened is not decided about unseen. Raises `EditedMeanwhile`."""
    if (kept.version, gone.version) != seen:
        raise EditedMeanwhile


def sides(kept: Entry, gone: Entry, chosen: Mapping[str, str]) -> dict[str, Side]:
    """Whose value stays in each field: what was chosen; otherwise the one that says something, and where both do, the
    one written later. Where nobody knows which is later, that of the entry which stays."""
    return {name: Side(chosen[name]) if name in chosen else _usual(name, kept, gone) for name in FIELDS}


def _usual(name: str, kept: Entry, gone: Entry) -> Side:
    ours, theirs = (_is_said(name, getattr(each.person, name)) for each in (kept, gone))
    if ours != theirs:
        return Side.KEPT if ours else Side.GONE
    is_later = gone.changed_on is not None and (kept.changed_on is None or gone.changed_on > kept.changed_on)
    return Side.GONE if theirs and is_later else Side.KEPT


def _is_said(name: str, value: Any) -> bool:
    return value not in (None, "", Sex.UNKNOWN)


def differing(kept: Person, gone: Person) -> list[str]:
    """The fields in which the two do not say the same."""
    return [name for name in FIELDS if getattr(kept, name) != getattr(gone, name)]


def merged_person(kept: Person, gone: Person, chosen: Mapping[str, Side]) -> Person:
    """The one entry of both. Who lives somewhere by either has not left. Raises `Invalid` where a field would be left
    empty that may not be."""
    of = {Side.KEPT: kept, Side.GONE: gone}
    values = {name: getattr(of[side], name) for name, side in chosen.items()}
    if not values["name"]:
        raise Invalid(fields={"name": [words("必填", "is required")]})
    left = [each.left_on for each in (kept, gone) if each.left_on is not None]
    has_left = values["household"] is None and bool(left)
    return replace(kept, **values, left_on=max(left) if has_left else None)


def merge_terms(post: Post, gone: UUID, kept: UUID) -> None:
    """The terms of one are the other's. One post has one holder at a time, so that no two of them overlap; whoever took
    over from themselves took over from whoever was before."""
    for term in post.terms:
        term.person_id = kept if term.person_id == gone else term.person_id
        term.predecessor_id = kept if term.predecessor_id == gone else term.predecessor_id
    before: Term | None = None
    for term in post.terms:
        if term.predecessor_id == term.person_id:
            term.predecessor_id = before.predecessor_id if before else None
        before = term


def united_consent(
    kept: Consent, gone: Consent | None, *, by: str, today: date, now: datetime
) -> tuple[Consent, Withdrawal | None]:
    """What the one person agreed to: all that both entries say, and of a consent and a withdrawal the withdrawal
    counts. With it the withdrawal that follows from that, if one does."""
    if gone is None or not gone.given:
        return kept, None
    were_in_force = [each.in_force is not None for each in (kept, gone) if each.given]
    kept.given = sorted([*kept.given, *map(replace, gone.given)], key=_in_order)
    if all(were_in_force) or not any(were_in_force):
        return kept, None
    taken_back = max(
        (each.withdrawn for each in kept.given if each.withdrawn is not None), key=lambda one: one.recorded_at
    )
    follows = Withdrawal(withdrawn_on=today, how=taken_back.how, recorded_by=by, recorded_at=now)
    for each in kept.given:
        each.withdrawn = each.withdrawn or follows
    return kept, follows


def _in_order(given: Given) -> tuple[bool, datetime]:
    """What is in force stands last."""
    return given.withdrawn is None, given.recorded_at


def united_publication(kept: Publication, gone: Publication) -> list[UUID]:
    """What the one person said about being shown, written into `kept`: a telephone that either withholds is withheld,
    a portrait is shown unless either took theirs back. Returns the portraits that are kept no more."""
    portraits = [each.portrait for each in (kept, gone) if each.portrait is not None]
    has_withdrawn = any(each.withdrawn_at is not None and each.portrait is None for each in (kept, gone))
    shown = None if has_withdrawn else next(iter(portraits), None)
    kept.phone_withheld = kept.phone_withheld or gone.phone_withheld
    if kept.consented_at is None:
        kept.consent_recorded_by, kept.consented_at = gone.consent_recorded_by, gone.consented_at
    moments = [each.withdrawn_at for each in (kept, gone) if each.withdrawn_at is not None]
    kept.withdrawn_at = max(moments) if moments and shown is None else None
    kept.portrait = shown
    return [each for each in portraits if each != shown]


def merged(kept: Person, gone: Person, volunteers: tuple[UUID | None, UUID | None], now: datetime) -> PersonMerged:
    """What every service is told; `volunteers` are the ids by which they are a volunteer, the one that stays first.
    Raises `MergedWithItself`, and `Invalid` where but one of the two is given."""
    stays, goes = volunteers
    if (stays is None) != (goes is None):
        missing = "kept_volunteer_id" if stays is None else "gone_volunteer_id"
        raise Invalid(fields={missing: [words("请选出两条志愿者登记，或都不选", "choose both volunteers or neither")]})
    if stays is not None and stays == goes:
        said = words(MergedWithItself.zh, MergedWithItself.en)
        raise MergedWithItself(fields={"gone_volunteer_id": [said]})
    return PersonMerged(
        community=kept.community,
        kept_id=kept.id,
        gone_id=gone.id,
        kept_volunteer_id=stays,
        gone_volunteer_id=goes,
        merged_at=now,
    )


def in_order(one: UUID, other: UUID) -> tuple[UUID, UUID]:
    """A pair as it is kept, whichever way round it was named."""
    first, second = sorted((one, other))
    return first, second


def reasons_in_order(found: Collection[str]) -> Sequence[str]:
    """Why two may be one, the weightiest first."""
    return [reason for reason in REASONS if reason in found]


REASONS = ("name_birth", "name_household", "name_birth_year", "phone")
"""Why two entries may be one and the same person."""
