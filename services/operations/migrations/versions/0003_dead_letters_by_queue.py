"""Dead letters are counted by queue, every few seconds, however many there are."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """The figures of each queue come from an index alone."""
    op.create_index("dead_letters_by_queue", "dead_letters", ["state", "queue"])


def downgrade() -> None:
    """The way back."""
    op.drop_index("dead_letters_by_queue", "dead_letters")
