"""People are found by the first letters of their name in pinyin."""

from alembic import op

from chassis.pinyin_columns import add_initials

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """The letters, of those there already too."""
    add_initials("people")


def downgrade() -> None:
    """The way back."""
    op.drop_column("people", "initials")
