"""What lies below a place is found by its parent: without this a community of some thousand places took seconds."""

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """The index."""
    op.create_index("known_places_by_parent", "known_places", ["community", "parent"])


def downgrade() -> None:
    """The way back."""
    op.drop_index("known_places_by_parent", "known_places")
