"""Matters whose leader changes by hand, perhaps to one from elsewhere, who is told of them from then on."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Where they hold their post, and the number of the change."""
    op.add_column("known_matters", sa.Column("led_at", sa.String(32), nullable=False, server_default=""))
    op.add_column("known_matters", sa.Column("change", sa.Integer, nullable=False, server_default="0"))


def downgrade() -> None:
    """The way back."""
    with op.batch_alter_table("known_matters") as table:
        table.drop_column("change")
        table.drop_column("led_at")
