"""Where the accounts service keeps what it knows."""

from services.accounts.persistence.accounts import Accounts, Grants
from services.accounts.persistence.audit import Audit
from services.accounts.persistence.codes import Codes
from services.accounts.persistence.keys import Keys
from services.accounts.persistence.notices import (
    AllChoices,
    Deliveries,
    Erased,
    KnownMatters,
    KnownPlaces,
    Merged,
    NoticeAddresses,
    Notices,
    Recipients,
    Reporters,
)
from services.accounts.persistence.sessions import Sessions
from services.accounts.persistence.tables import metadata
from services.accounts.persistence.tries import TriesKept

REPOSITORIES = {
    "accounts": Accounts,
    "codes": Codes,
    "audit": Audit,
    "addresses": NoticeAddresses,
    "choices": AllChoices,
    "deliveries": Deliveries,
    "erased": Erased,
    "grants": Grants,
    "keys": Keys,
    "matters": KnownMatters,
    "merged": Merged,
    "notices": Notices,
    "places": KnownPlaces,
    "recipients": Recipients,
    "reporters": Reporters,
    "sessions": Sessions,
    "tries": TriesKept,
}

__all__ = ["REPOSITORIES", "metadata"]
