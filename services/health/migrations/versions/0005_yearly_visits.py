"""When an elder is next to be visited, for which day that visit is planned, and whether they have left."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

COLUMNS = ("next_visit_on", "visit_planned_for", "left_on")


def upgrade() -> None:
    """New columns."""
    for name in COLUMNS:
        op.add_column("elder_records", sa.Column(name, sa.Date))
    op.create_index("elder_records_by_next_visit", "elder_records", ["next_visit_on"])


def downgrade() -> None:
    """The way back."""
    op.drop_index("elder_records_by_next_visit", "elder_records")
    for name in COLUMNS:
        op.drop_column("elder_records", name)
