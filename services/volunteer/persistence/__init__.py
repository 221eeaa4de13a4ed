"""Where the volunteer service keeps what it knows."""

from services.volunteer.persistence.callouts import Callouts, Cases, Roster
from services.volunteer.persistence.pairings import Pairings
from services.volunteer.persistence.tables import metadata
from services.volunteer.persistence.volunteers import Erased, Hours, KnownPlaces, Merged, Teams, Volunteers

REPOSITORIES = {
    "volunteers": Volunteers,
    "teams": Teams,
    "callouts": Callouts,
    "cases": Cases,
    "roster": Roster,
    "hours": Hours,
    "places": KnownPlaces,
    "erased": Erased,
    "merged": Merged,
    "pairings": Pairings,
}

__all__ = ["REPOSITORIES", "metadata"]
