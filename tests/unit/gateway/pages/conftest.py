"""Who looks at pages in these tests."""

import pytest
from flask.testing import FlaskClient

from gateway.identity import COOKIE


@pytest.fixture
def office(anonymous: FlaskClient) -> FlaskClient:
    """Somebody of the office, signed in on a page."""
    anonymous.set_cookie(COOKIE, "hs_token", domain="localhost")
    return anonymous
