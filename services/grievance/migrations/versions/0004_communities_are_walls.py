"""Communities are walls: their code leads every key, and no row is seen or written from another."""

from alembic import op

from chassis.walls import (
    drop_foreign_keys,
    key_by,
    lead_with_community,
    refer,
    take_walls_down,
    take_walls_of_chassis_down,
    wall_off,
    wall_off_chassis,
)

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Let every key begin with the community, and wall the tables off."""
    drop_foreign_keys("statements", "timeline")
    lead_with_community("grievances", "id")
    lead_with_community("statements", "grievance_id", is_found_by_id=False)
    op.drop_index("timeline_of_grievance", "timeline")
    op.create_index("timeline_of_grievance", "timeline", ["community", "grievance_id", "id"])
    for table in ("statements", "timeline"):
        refer(table, ["community", "grievance_id"], "grievances", ["community", "id"])
    wall_off("grievances", "statements", "timeline", "filings", "known_places")
    wall_off_chassis()


def downgrade() -> None:
    """The way back."""
    take_walls_of_chassis_down()
    take_walls_down("grievances", "statements", "timeline", "filings", "known_places")
    drop_foreign_keys("statements", "timeline")
    op.drop_index("timeline_of_grievance", "timeline")
    op.create_index("timeline_of_grievance", "timeline", ["grievance_id", "id"])
    key_by("statements", "grievance_id")
    op.drop_index("grievances_by_id", "grievances")
    key_by("grievances", "id")
    for table in ("statements", "timeline"):
        refer(table, ["grievance_id"], "grievances", ["id"])
