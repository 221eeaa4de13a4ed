"""Whoever calls is known by their telephone: a fingerprint of it stands beside what is encrypted. People from before
get theirs from the service, which has the keys."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

MISSING = sa.text("phone IS NOT NULL AND phone_key IS NULL")


def upgrade() -> None:
    """The column, and what is found by it."""
    op.add_column("people", sa.Column("phone_key", sa.String(64)))
    op.create_index("people_by_phone", "people", ["community", "phone_key"])
    op.create_index("people_without_phone_key", "people", ["phone_key"], sqlite_where=MISSING, postgresql_where=MISSING)


def downgrade() -> None:
    """The way back."""
    op.drop_index("people_without_phone_key", "people")
    op.drop_index("people_by_phone", "people")
    with op.batch_alter_table("people") as register:
        register.drop_column("phone_key")
