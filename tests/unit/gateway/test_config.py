"""Where the door may stand."""

import pytest

from chassis.config import SettingsRefused
from gateway.config import GatewaySettings, is_loopback, read_settings, web_address


def test_by_default_it_listens_on_this_machine_alone() -> None:
    assert read_settings({}) == GatewaySettings()
    assert web_address({}) == "127.0.0.1:8000"


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.7", "hemei.example"])
@pytest.mark.parametrize("more", [{}, {"SECRET_KEY": ""}, {"BEHIND_PROXY": "1"}])
def test_an_address_others_can_reach_is_refused_without_a_secret_key(host: str, more: dict[str, str]) -> None:
    with pytest.raises(SettingsRefused, match="SECRET_KEY"):
        read_settings({"HOST": host, **more})
    assert web_address({"HOST": host, "SECRET_KEY": "of its own", "PORT": "80"}) == f"{host}:80"


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "localhost"])
def test_an_address_of_this_machine_needs_no_guard(host: str) -> None:
    assert read_settings({"HOST": host}).host == host


@pytest.mark.parametrize("host", ["::1", "::"])
def test_ipv6_is_refused_at_start_rather_than_misread(host: str) -> None:
    with pytest.raises(SettingsRefused, match="IPv6"):
        read_settings({"HOST": host, "BEHIND_PROXY": "1"})


@pytest.mark.parametrize(
    ("variable", "text"),
    [
        ("PORT", "0"),
        ("PORT", "http"),
        ("PORT", "70000"),
        ("BODY_LIMIT", "12"),
        ("READY_PATIENCE", "0"),
        ("BEHIND_PROXY", "x"),
    ],
)
def test_a_wrong_setting_is_refused_by_name(variable: str, text: str) -> None:
    with pytest.raises(SettingsRefused, match=variable):
        read_settings({variable: text})


@pytest.mark.parametrize("host", ["", "example.org", "1.2.3", "localhost.evil"])
def test_what_is_no_address_of_this_machine_is_not_taken_for_one(host: str) -> None:
    assert not is_loopback(host)
