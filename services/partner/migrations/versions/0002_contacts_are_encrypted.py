"""Whom to ask for at a unit is encrypted like their telephone."""

import sqlalchemy as sa
from alembic import op

from chassis.migrate import decrypt_columns, encrypt_columns

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Room for what is encrypted; then encrypt what is there."""
    with op.batch_alter_table("units") as units:
        units.alter_column("contact_name", type_=sa.Text)
    encrypt_columns("units", "contact_name", by="id")


def downgrade() -> None:
    """The way back."""
    decrypt_columns("units", "contact_name", by="id")
    with op.batch_alter_table("units") as units:
        units.alter_column("contact_name", type_=sa.String(50))
