"""Cases whose leader changes by hand, perhaps to one from elsewhere."""

import sqlalchemy as sa
from alembic import op

from chassis.database import Document

revision = "0013"
down_revision = "0012"

HANDED = sa.text("led_at IS NOT NULL")


def upgrade() -> None:
    """Which changes were told of, whether the first response was given before, and from where it is led."""
    op.add_column("grievances", sa.Column("leader_changes", Document, nullable=False, server_default=sa.text("'[]'")))
    op.add_column("grievances", sa.Column("is_responded", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("grievances", sa.Column("led_at", sa.String(32)))
    op.create_index(
        "grievances_by_leader", "grievances", ["community", "led_at"], sqlite_where=HANDED, postgresql_where=HANDED
    )


def downgrade() -> None:
    """The way back."""
    op.drop_index("grievances_by_leader", "grievances")
    with op.batch_alter_table("grievances") as table:
        for name in ("led_at", "is_responded", "leader_changes"):
            table.drop_column(name)
