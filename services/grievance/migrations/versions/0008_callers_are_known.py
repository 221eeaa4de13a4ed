"""Whoever calls is known by their telephone: a fingerprint of it stands beside what is encrypted. Cases from before get
theirs from the service, which has the keys."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

MISSING = sa.text("contact IS NOT NULL AND phone_key IS NULL")


def upgrade() -> None:
    """The column, and what is found by it."""
    op.add_column("statements", sa.Column("phone_key", sa.String(64)))
    op.create_index("statements_by_phone", "statements", ["community", "phone_key"])
    op.create_index(
        "statements_without_phone_key", "statements", ["phone_key"], sqlite_where=MISSING, postgresql_where=MISSING
    )
    op.create_index("neighbours_by_what_they_are_known_by", "neighbours", ["community", "known_by"])


def downgrade() -> None:
    """The way back."""
    op.drop_index("neighbours_by_what_they_are_known_by", "neighbours")
    op.drop_index("statements_without_phone_key", "statements")
    op.drop_index("statements_by_phone", "statements")
    with op.batch_alter_table("statements") as words:
        words.drop_column("phone_key")
