"""The inbox forgets what is old enough, and only that."""

from datetime import timedelta
from uuid import uuid4

from sqlalchemy import select

from chassis import inbox
from chassis.storage import tidy_inbox
from chassis.unit_of_work import utc_now
from services.grievance import persistence


def test_what_was_handled_long_ago_is_forgotten_and_what_was_handled_lately_is_not(database_of):
    database = database_of("grievance")
    table = persistence.metadata.tables["inbox"]
    now, old, late = utc_now(), uuid4(), uuid4()
    with database.writing() as connection:
        inbox.claim(connection, table, "grievance.main", {old: "410181002011"}, now - timedelta(days=91))
        inbox.claim(connection, table, "grievance.main", {late: "410181002011"}, now - timedelta(days=89))
    assert tidy_inbox(database, persistence.metadata, now - timedelta(days=90)) == 1
    with database.reading() as connection:
        assert list(connection.execute(select(table.c.message_id)).scalars()) == [late]
