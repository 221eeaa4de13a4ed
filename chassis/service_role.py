"""The role in PostgreSQL that services act in: one that row-level security holds for, whoever they connect as."""

import logging
from typing import Any

import sqlalchemy as sa
from psycopg2 import errors

from contracts.errors import words

log = logging.getLogger(__name__)

SERVICE_ROLE = "hemei_service"

_WHO = "SELECT current_user, rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"


class RoleRefused(Exception):
    """The role we would act in could look over the walls between communities, or does not exist; `words` says so in
    both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh}\n{en}")
        self.words = words(zh, en)


_told: set[str] = set()


def give_up_rights(connection: Any, _record: Any = None) -> None:
    """Act on this connection in a role that cannot bypass row-level security: as whoever logged in, where that is such
    a role, else as `SERVICE_ROLE`. Raises `RoleRefused`."""
    with connection.cursor() as cursor:
        cursor.execute(_WHO)
        login, can_bypass = cursor.fetchone()
        if can_bypass:
            _act_as_service(cursor, login)
    connection.commit()  # a role that was set is unset by a rollback


def _act_as_service(cursor: Any, login: str) -> None:
    try:
        cursor.execute(f"SET ROLE {SERVICE_ROLE}")
    except (errors.UndefinedObject, errors.InvalidParameterValue, errors.InsufficientPrivilege) as error:
        raise RoleRefused(
            f"数据库里没有可用的角色 {SERVICE_ROLE}，请先运行 hemei migrate",
            f"There is no role {SERVICE_ROLE} for us in the database: run `hemei migrate` first",
        ) from error
    cursor.execute(_WHO)
    _, can_bypass = cursor.fetchone()
    if can_bypass:
        raise RoleRefused(
            f"角色 {SERVICE_ROLE} 可以绕过行级安全，拒绝启动",
            f"The role {SERVICE_ROLE} can bypass row-level security; nothing is done in it",
        )
    if login not in _told:
        _told.add(login)
        log.info("%s could bypass row-level security: work is done as %s", login, SERVICE_ROLE)


def prepare_service_role(connection: sa.Connection) -> None:
    """Let `SERVICE_ROLE` do on this database what services do: read and write rows, change no table. It is made where
    it does not exist and we may make it; who may not is held by row-level security himself."""
    may_make_it = sa.text("SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user")
    if not _exists(connection):
        if not connection.execute(may_make_it).scalar_one():
            return
        # Somebody who migrates another service at this moment makes it too.
        connection.exec_driver_sql(
            f"DO $$ BEGIN CREATE ROLE {SERVICE_ROLE} NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;"
            f" GRANT {SERVICE_ROLE} TO CURRENT_USER;"
            " EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
        )
    connection.exec_driver_sql(f"GRANT USAGE ON SCHEMA public TO {SERVICE_ROLE}")
    connection.exec_driver_sql(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {SERVICE_ROLE}")
    for table, rights in connection.execute(_RIGHTS):
        connection.exec_driver_sql(f"GRANT {rights} ON {table} TO {SERVICE_ROLE}")


# A table whose owner has given up a right, because its rows are never changed, gives it to nobody else.
_RIGHTS = sa.text(
    "SELECT c.oid::regclass::text, string_agg(r.name, ', ') FROM pg_class c"
    " CROSS JOIN unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) AS r(name)"
    " WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND (c.relacl IS NULL OR EXISTS"
    " (SELECT FROM aclexplode(c.relacl) a WHERE a.grantee = c.relowner AND a.privilege_type = r.name))"
    " GROUP BY c.oid"
)


def _exists(connection: sa.Connection) -> bool:
    found = sa.text("SELECT 1 FROM pg_roles WHERE rolname = :name")
    return connection.execute(found, {"name": SERVICE_ROLE}).scalar() is not None
