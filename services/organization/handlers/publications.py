"""What is done about what is shown of officials."""

from datetime import date, datetime
from uuid import UUID

from chassis.unit_of_work import UnitOfWork
from services.organization.domain.publications import Publication, refuse_without_post
from services.organization.handlers.people import standing

MOST_AT_ONCE = 500
"""Portraits taken down in one transaction; the next run takes the rest."""


def show_portrait(
    uow: UnitOfWork, id: UUID, portrait: UUID, image: str, *, by: str, today: date, now: datetime
) -> None:
    """Show this portrait of somebody who agrees; the one before is removed. Raises `PortraitWithoutPost`."""
    with uow:
        publication = _of(uow, id)
        refuse_without_post(uow.traces.ends_of_terms(publication.community, id), today)
        uow.portraits.keep(publication.community, portrait, id, image)
        _remove(uow, publication, publication.show_portrait(portrait, by=by, now=now))


def take_down_portrait(uow: UnitOfWork, id: UUID, *, now: datetime) -> None:
    """Show no portrait of somebody any more, and keep none; a second time changes nothing."""
    with uow:
        publication = _of(uow, id)
        _remove(uow, publication, publication.take_down_portrait(now))


def show_phone(uow: UnitOfWork, id: UUID, *, shown: bool) -> None:
    """Show somebody's telephone with the post they hold, or do not."""
    with uow:
        _of(uow, id).phone_withheld = not shown


def take_down_past_holders(uow: UnitOfWork, *, today: date, now: datetime) -> None:
    """Keep no portrait of whoever holds no post any more."""
    with uow:
        for publication in uow.publications.of_past_holders(today, most=MOST_AT_ONCE):
            _remove(uow, publication, publication.take_down_portrait(now))


def _of(uow: UnitOfWork, person_id: UUID) -> Publication:
    person = standing(uow, person_id)  # the community's lock keeps two from beginning the same at once, too
    found: Publication | None = uow.publications.find(person_id)
    if found is None:
        found = Publication(id=person_id, community=person.community)
        uow.publications.add(found)
    return found


def _remove(uow: UnitOfWork, publication: Publication, portrait: UUID | None) -> None:
    if portrait is not None:
        uow.portraits.remove(publication.community, portrait)
