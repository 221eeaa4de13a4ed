"""The volunteer service on databases of both kinds, its clock standing at noon."""

import pytest

from services.volunteer.config import VolunteerSettings
from tests.building import At, door
from tests.unit.volunteer.samples import NOON


@pytest.fixture
def database(database_of):
    """The service's own database."""
    return database_of("volunteer")


@pytest.fixture
def desk(database):
    """The service as nameko would hand it out."""
    return door("volunteer", database, settings=VolunteerSettings(), clock=At(NOON))
