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


def upgrade() -> None:
    """Let every key begin with the community, and wall the tables off."""
    for table in ("elder_records", "visits"):
        lead_with_community(table, "id")
    lead_with_community("visited_elders", "elder_id", "visit_id", is_found_by_id=False)
    op.create_index("visited_elders_by_elder", "visited_elders", ["elder_id"])
    lead_with_community("cases", "grievance_id", is_found_by_id=False)
    wall_off("elder_records", "visits", "visited_elders", "cases", "known_places")
    wall_off_chassis()


def downgrade() -> None:
    """The way back."""
    take_walls_of_chassis_down()
    take_walls_down("elder_records", "visits", "visited_elders", "cases", "known_places")
    key_by("cases", "grievance_id")
    op.drop_index("visited_elders_by_elder", "visited_elders")
    key_by("visited_elders", "elder_id", "visit_id")
    for table in ("elder_records", "visits"):
        op.drop_index(f"{table}_by_id", table)
        key_by(table, "id")
