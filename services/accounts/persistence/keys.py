"""Keys of programs."""

from chassis.repository import Repository
from contracts.accounts.errors import KeyNotFound
from services.accounts.domain.keys import Key
from services.accounts.persistence.tables import keys


class Keys(Repository[Key]):
    """Keys."""

    table, aggregate, missing = keys, Key, KeyNotFound
