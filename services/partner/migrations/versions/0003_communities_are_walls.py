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

revision = "0003"
down_revision = "0002"

FOUND_BY_ID = ("units", "agreements", "referrals")


def upgrade() -> None:
    """Let every key begin with the community, and wall the tables off."""
    for table in FOUND_BY_ID:
        lead_with_community(table, "id")
    lead_with_community("cases", "grievance_id", is_found_by_id=False)
    wall_off("cases", *FOUND_BY_ID)
    wall_off_chassis()


def downgrade() -> None:
    """The way back."""
    take_walls_of_chassis_down()
    take_walls_down("cases", *FOUND_BY_ID)
    key_by("cases", "grievance_id")
    for table in FOUND_BY_ID:
        op.drop_index(f"{table}_by_id", table)
        key_by(table, "id")
