"""Where the organization service keeps what it knows."""

from services.organization.persistence.assignments import Assignments
from services.organization.persistence.consents import Consents
from services.organization.persistence.erasures import Erased, Erasures, Traces
from services.organization.persistence.merging import Belongings, Merged, ToldApart
from services.organization.persistence.people import People
from services.organization.persistence.places import Communities, Places
from services.organization.persistence.posts import Leaves, Posts
from services.organization.persistence.publications import Portraits, Publications
from services.organization.persistence.seats import Seats
from services.organization.persistence.tables import metadata

__all__ = [
    "Assignments",
    "Belongings",
    "Communities",
    "Consents",
    "Erased",
    "Erasures",
    "Leaves",
    "Merged",
    "People",
    "Places",
    "Portraits",
    "Posts",
    "Publications",
    "Seats",
    "ToldApart",
    "Traces",
    "metadata",
]
