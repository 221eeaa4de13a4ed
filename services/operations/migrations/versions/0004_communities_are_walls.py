"""Dead letters belong to the community of their message, and what they hold with them."""

from alembic import op

from chassis.walls import (
    add_community,
    key_by,
    lead_with_community,
    take_walls_down,
    take_walls_of_chassis_down,
    wall_off,
    wall_off_chassis,
)

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Let every key begin with the community, and wall the tables off."""
    lead_with_community("dead_letters", "id")
    found = "SELECT community FROM dead_letters WHERE dead_letters.id = bodies.dead_letter_id"
    add_community("bodies", found, left_over=None)
    lead_with_community("bodies", "dead_letter_id", is_found_by_id=False)
    op.create_index("bodies_by_id", "bodies", ["dead_letter_id"], unique=True)
    wall_off("dead_letters", "bodies")
    wall_off_chassis()


def downgrade() -> None:
    """The way back."""
    take_walls_of_chassis_down()
    take_walls_down("dead_letters", "bodies")
    op.drop_index("bodies_by_id", "bodies")
    key_by("bodies", "dead_letter_id")
    with op.batch_alter_table("bodies") as bodies:
        bodies.drop_column("community")
    op.drop_index("dead_letters_by_id", "dead_letters")
    key_by("dead_letters", "id")
