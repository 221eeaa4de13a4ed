"""Cases are handed to other leaders and given back."""

import sqlalchemy as sa
from alembic import op

from chassis.database import Document, Moment

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Where whoever leads a case holds the post, when the case ended, and how often its leader changed by hand. When
    those ended that are over already is not known here; the grievance service knows, and listens to no change then."""
    op.add_column("assignments", sa.Column("led_at", sa.String(32)))
    op.add_column("assignments", sa.Column("ended_at", Moment))
    op.add_column("assignments", sa.Column("changes", sa.Integer, nullable=False, server_default="0"))
    op.add_column("assignments", sa.Column("step_ids", Document, nullable=False, server_default=sa.text("'[]'")))


def downgrade() -> None:
    """The way back."""
    with op.batch_alter_table("assignments") as table:
        for name in ("step_ids", "changes", "ended_at", "led_at"):
            table.drop_column(name)
