"""The role that services act in: given up for another where it could bypass row-level security, or nothing is done."""

from typing import Any

import pytest
from psycopg2 import errors

from chassis.service_role import SERVICE_ROLE, RoleRefused, give_up_rights


class Server:
    """A connection to a server on which these roles can bypass row-level security."""

    def __init__(self, login: str, *bypassing: str, has_role: bool = True) -> None:
        self.current, self.bypassing, self.has_role = login, bypassing, has_role
        self.committed = False

    def cursor(self) -> "Server":
        return self

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def execute(self, statement: str) -> None:
        if statement.startswith("SET ROLE"):
            if not self.has_role:
                raise errors.InvalidParameterValue
            self.current = statement.removeprefix("SET ROLE ")

    def fetchone(self) -> tuple[Any, ...]:
        return self.current, self.current in self.bypassing

    def commit(self) -> None:
        self.committed = True


def test_who_could_bypass_the_walls_acts_as_the_service_role() -> None:
    server = Server("postgres", "postgres")
    give_up_rights(server)
    assert server.current == SERVICE_ROLE
    assert server.committed, "a rollback would give the rights back"


def test_an_ordinary_role_stays_what_it_is() -> None:
    server = Server("hemei_app", "postgres")
    give_up_rights(server)
    assert server.current == "hemei_app"


def test_a_service_role_that_could_bypass_the_walls_is_refused() -> None:
    with pytest.raises(RoleRefused, match="can bypass row-level security"):
        give_up_rights(Server("postgres", "postgres", SERVICE_ROLE))


def test_a_server_without_the_service_role_is_refused() -> None:
    with pytest.raises(RoleRefused, match="hemei migrate"):
        give_up_rights(Server("postgres", "postgres", has_role=False))
