"""People who work on a case at once take turns; a hard case has tasks; what statistics count by stands in the case."""

import sqlalchemy as sa
from alembic import op

from chassis.database import Document, EncryptedDocument

revision = "0006"
down_revision = "0005"

COUNTED = ("filed_on", "is_answered_in_time", "solved_minutes")

DAY = {"postgresql": "(filed_at AT TIME ZONE 'Asia/Shanghai')::date", "sqlite": "date(filed_at, '+8 hours')"}
MINUTES = {
    "postgresql": "floor(extract(epoch FROM resolved_at - filed_at) / 60)::integer",
    "sqlite": "CAST((julianday(resolved_at) - julianday(filed_at)) * 1440 AS integer)",
}
_TOLD = (
    "EXISTS (SELECT 1 FROM timeline WHERE timeline.community = grievances.community"
    " AND timeline.grievance_id = grievances.id AND timeline.what"
)
ANSWERED = f"CASE WHEN {_TOLD} = 'late_response') THEN false WHEN {_TOLD} IN ('accepted', 'rejected')) THEN true END"


def upgrade() -> None:
    """What is kept already is counted as if it had always been so."""
    op.add_column("timeline", sa.Column("turn", sa.Integer, nullable=False, server_default="0"))
    op.add_column("timeline", sa.Column("step_id", sa.Uuid))
    op.add_column("grievances", sa.Column("turn", sa.Integer, nullable=False, server_default="0"))
    op.add_column("grievances", sa.Column("asked", Document, nullable=False, server_default="{}"))
    op.add_column("grievances", sa.Column("tasks", EncryptedDocument))
    op.add_column("grievances", sa.Column("filed_on", sa.Date))
    op.add_column("grievances", sa.Column("is_answered_in_time", sa.Boolean))
    op.add_column("grievances", sa.Column("solved_minutes", sa.Integer))
    dialect = op.get_bind().dialect.name
    op.execute(
        f"UPDATE grievances SET filed_on = {DAY[dialect]}, solved_minutes = {MINUTES[dialect]},"
        f" is_answered_in_time = {ANSWERED}"
    )
    with op.batch_alter_table("grievances") as table:
        table.alter_column("turn", existing_type=sa.Integer, server_default=None)
        table.alter_column("asked", existing_type=Document, server_default=None)
        table.alter_column("filed_on", existing_type=sa.Date, nullable=False)
    with op.batch_alter_table("timeline") as table:
        table.alter_column("turn", existing_type=sa.Integer, server_default=None)
    op.create_index("grievances_by_day", "grievances", ["community", "filed_on"])


def downgrade() -> None:
    """The way back."""
    op.drop_index("grievances_by_day", "grievances")
    with op.batch_alter_table("grievances") as table:
        for column in ("turn", "asked", "tasks", *COUNTED):
            table.drop_column(column)
    with op.batch_alter_table("timeline") as table:
        table.drop_column("step_id")
        table.drop_column("turn")
