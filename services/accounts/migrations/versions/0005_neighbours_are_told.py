"""Neighbours who joined a matter are told of it as well: each by an id of their own, beside that of the matter."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """The column, and what is found by it."""
    op.add_column("reporters", sa.Column("joined", sa.Uuid))
    op.create_index("reporters_by_joined", "reporters", ["community", "joined"])


def downgrade() -> None:
    """The way back."""
    op.drop_index("reporters_by_joined", "reporters")
    with op.batch_alter_table("reporters") as people:
        people.drop_column("joined")
