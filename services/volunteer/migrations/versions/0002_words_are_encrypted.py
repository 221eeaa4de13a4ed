"""Why volunteers said no, and what they noted, is encrypted: it may speak of their health or their home."""

import sqlalchemy as sa
from alembic import op

from chassis.database import Document
from chassis.migrate import decrypt_columns, encrypt_columns

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """A history is one text from now on; then encrypt what is there."""
    with op.batch_alter_table("dispatches") as dispatches:
        dispatches.alter_column("history", type_=sa.Text, existing_nullable=False, postgresql_using="history::text")
    encrypt_columns("dispatches", "decline_reason", "history", by="id")


def downgrade() -> None:
    """The way back."""
    decrypt_columns("dispatches", "decline_reason", "history", by="id")
    with op.batch_alter_table("dispatches") as dispatches:
        dispatches.alter_column(
            "history",
            type_=Document,
            existing_nullable=False,
            postgresql_using="history::jsonb",
        )
