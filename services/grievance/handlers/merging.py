"""What is done when two entries of the register were one and the same person."""

from chassis.unit_of_work import UnitOfWork
from contracts.organization.events import PersonMerged


def merge_people(uow: UnitOfWork, event: PersonMerged) -> None:
    """Whoever leads a case, helps with it or is complained about in it is called by the id that stays. Whoever filed is
    known by an account, which stays as it is."""
    with uow:
        for gone, stays in event.pairs:
            kept = uow.merged.remember(event.community, gone, stays, event.merged_at)
            if kept is not None:
                for case in uow.grievances.naming(event.community, gone):
                    case.call_by(gone, kept)
