"""What is done when two entries of the register were one and the same person."""

from chassis.unit_of_work import UnitOfWork
from contracts.organization.events import PersonMerged


def merge_people(uow: UnitOfWork, event: PersonMerged) -> None:
    """Whoever leads a case, helps with it or is complained about in it is called by the id that stays. Whoever filed is
    known by an account, which stays as it is."""
    with uow:
        community, gone = event.community, event.gone_id
        kept = uow.merged.remember(community, gone, event.kept_id, event.merged_at)
        if kept is not None:
            for case in uow.grievances.naming(community, gone):
                case.call_by(gone, kept)
