"""What is done about two entries of the register that are, or are not, one and the same person."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from contracts.organization.errors import PersonGone
from contracts.organization.events import ConsentWithdrawn, ElderLeft
from services.organization.domain import merging
from services.organization.domain.consents import HEALTH, consent_to
from services.organization.domain.days import latest_birth
from services.organization.domain.merging import Entry
from services.organization.domain.people import Person
from services.organization.domain.publications import Publication
from services.organization.handlers.editing import keep_person
from services.organization.handlers.people import standing


def merge_people(
    uow: Any,
    kept_id: UUID,
    gone_id: UUID,
    *,
    version: int,
    gone_version: int,
    stays: Mapping[str, str],
    kept_volunteer_id: UUID | None = None,
    gone_volunteer_id: UUID | None = None,
    by: str,
    today: date,
    elder_age: int,
    now: datetime,
) -> None:
    """Two entries are one from now on: what stands in `gone_id`, and hangs on it, is part of `kept_id`; every service
    is told. `stays` says of which of the two the value stays in a field; where they are a volunteer by two ids, those
    are named, for nothing links them by itself. Raises `PersonNotFound`, `MergedAway`, `MergedWithItself`,
    `PersonGone`, `EditedMeanwhile`."""
    with uow:
        kept, gone = _held(uow, kept_id, gone_id, (version, gone_version))
        community = kept.person.community
        was_told = any(uow.people.is_told_elder(community, id) for id in (kept_id, gone_id))
        for post_id in uow.belongings.posts_of(community, gone_id):
            merging.merge_terms(uow.posts.get(post_id), gone_id, kept_id)
        _unite_consents(uow, kept, gone, by=by, today=today, now=now, is_told=was_told)
        _unite_publications(uow, kept, gone)
        uow.belongings.move(community, gone_id, kept_id)
        uow.told_apart.move(community, gone_id, kept_id)
        uow.merged.remember(community, gone_id, kept_id, now, merged_by=by)
        uow.publish(merging.merged(kept.person, gone.person, (kept_volunteer_id, gone_volunteer_id), now))
        person = merging.merged_person(kept.person, gone.person, merging.sides(kept, gone, stays))
        if was_told and any(_is_of_age(one.person, today, elder_age) for one in (kept, gone)):
            _tell_if_left(uow, person, gone_id)
        keep_person(uow, None, person, today, elder_age)


def _held(uow: Any, kept_id: UUID, gone_id: UUID, versions: tuple[int, int]) -> tuple[Entry, Entry]:
    """Both entries, which nobody changes or names until this ends. Raises what merging them may be refused for."""
    community = uow.people.get(kept_id).community
    # Whatever names people while cases and consents are handled waits from here on; the community's own lock keeps
    # imports and the office away, and two who merge at once.
    uow.merged.hold_alone(community)
    uow.communities.get(community)
    kept, gone = uow.people.pair(community, kept_id, gone_id)
    merging.refuse_pair(kept.person, gone.person)
    if uow.erased.among(community, [kept_id, gone_id]):
        raise PersonGone
    merging.refuse_if_either_edited(kept.person, gone.person, versions)
    return kept, gone


def _tell_if_left(uow: Any, person: Person, gone_id: UUID) -> None:
    # Of one who lives here the registration tells; of who has left, nothing else would tell the other entry's.
    if person.left_on is not None:
        left_on = person.left_on
        uow.publish(ElderLeft(community=person.community, person_id=person.id, left_on=left_on, gone_id=gone_id))


def _is_of_age(person: Person, today: date, elder_age: int) -> bool:
    # Whoever has left counts as told, also who was too young to be told of.
    return person.born_on is not None and person.born_on <= latest_birth(today, elder_age)


def tell_apart(uow: Any, id: UUID, other_id: UUID, *, by: str, now: datetime) -> None:
    """Somebody says that two who look like one are two people. Raises `PersonNotFound`, `MergedAway`,
    `MergedWithItself`."""
    with uow:
        first = standing(uow, id)
        second = uow.people.get(other_id, first.community)
        merging.refuse_pair(first, second)
        uow.told_apart.keep(first.community, id, other_id, by=by, at=now)


def _unite_consents(uow: Any, kept: Entry, gone: Entry, *, by: str, today: date, now: datetime, is_told: bool) -> None:
    community, kept_id = kept.person.community, kept.person.id
    for id in uow.consents.of_person(community, gone.person.id):
        theirs = uow.consents.get(id)
        new = consent_to(community, kept_id, theirs.purpose)
        ours = uow.consents.find(new.id)
        if ours is None:
            ours = new
            uow.consents.add(ours)
        # Told also where only the other one had agreed, and later: what the one that stays took back may come late to
        # those who hear of it, and would be old news beside that.
        was_in_force = ours.in_force is not None or theirs.in_force is not None
        _, follows = merging.united_consent(ours, theirs, by=by, today=today, now=now)
        # Of a record that the health service was never told of, there is nothing to withdraw there.
        if follows is not None and was_in_force and (theirs.purpose != HEALTH or is_told):
            uow.publish(
                ConsentWithdrawn(
                    community=community,
                    consent_id=ours.id,
                    person_id=kept_id,
                    purpose=theirs.purpose,
                    withdrawn_on=follows.withdrawn_on,
                    recorded_at=now,
                )
            )


def _unite_publications(uow: Any, kept: Entry, gone: Entry) -> None:
    theirs: Publication | None = uow.publications.find(gone.person.id)
    if theirs is None:
        return
    ours: Publication | None = uow.publications.find(kept.person.id)
    if ours is None:
        ours = Publication(id=kept.person.id, community=kept.person.community)
        uow.publications.add(ours)
    for portrait in merging.united_publication(ours, theirs):
        uow.portraits.remove(kept.person.community, portrait)
