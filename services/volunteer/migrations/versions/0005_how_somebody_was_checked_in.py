"""How somebody was checked in: by the code that hangs on the spot, by hand, or by the office."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """A new column; of earlier check-ins it is not known."""
    op.add_column("dispatches", sa.Column("checked_in_how", sa.String(10)))


def downgrade() -> None:
    """The way back."""
    with op.batch_alter_table("dispatches") as dispatches:
        dispatches.drop_column("checked_in_how")
