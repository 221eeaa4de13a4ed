"""Residents find what they filed: a grievance keeps the account it came from."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Those filed before accounts came from nobody known."""
    op.add_column("grievances", sa.Column("filed_by", sa.Uuid()))
    op.create_index("grievances_by_account", "grievances", ["community", "filed_by", "filed_at"])


def downgrade() -> None:
    """The way back."""
    op.drop_index("grievances_by_account", "grievances")
    with op.batch_alter_table("grievances") as table:
        table.drop_column("filed_by")
