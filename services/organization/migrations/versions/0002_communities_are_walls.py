"""Communities are walls: their code leads every key, and no row is seen or written from another."""

from alembic import op

from chassis.walls import (
    key_by,
    lead_with_community,
    take_walls_down,
    take_walls_of_chassis_down,
    wall_off,
    wall_off_chassis,
)

revision = "0002"
down_revision = "0001"

FOUND_BY_ID = ("people", "posts", "leaves", "assignments")


def upgrade() -> None:
    """Let every key begin with the community, and wall the tables off."""
    for table in FOUND_BY_ID:
        lead_with_community(table, "id")
    lead_with_community("terms", "id", is_found_by_id=False)
    wall_off("communities", "places", "terms", *FOUND_BY_ID)
    wall_off_chassis()


def downgrade() -> None:
    """The way back."""
    take_walls_of_chassis_down()
    take_walls_down("communities", "places", "terms", *FOUND_BY_ID)
    for table in FOUND_BY_ID:
        op.drop_index(f"{table}_by_id", table)
    for table in (*FOUND_BY_ID, "terms"):
        key_by(table, "id")
