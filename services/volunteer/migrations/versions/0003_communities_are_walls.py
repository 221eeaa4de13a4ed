"""Communities are walls: their code leads every key, and no row is seen or written from another."""

import sqlalchemy as sa
from alembic import op

from chassis.walls import (
    add_community,
    fill_in,
    key_by,
    lead_with_community,
    take_walls_down,
    take_walls_of_chassis_down,
    wall_off,
    wall_off_chassis,
)

revision = "0003"
down_revision = "0002"

FOUND_BY_ID = ("volunteers", "teams", "callouts", "dispatches")


def upgrade() -> None:
    """Let every key begin with the community, and wall the tables off."""
    for table in FOUND_BY_ID:
        lead_with_community(table, "id")
    add_community("memberships", "SELECT community FROM teams WHERE teams.id = memberships.team_id", left_over=None)
    lead_with_community("memberships", "team_id", "volunteer_id", "joined_at", is_found_by_id=False)
    _name_the_community_of_cases()
    lead_with_community("cases", "grievance_id", is_found_by_id=False)
    op.drop_index("hours_of_dispatch", "hours")
    op.create_index("hours_of_dispatch", "hours", ["community", "dispatch_id", "served_on"], unique=True)
    wall_off("memberships", "cases", "hours", "known_places", *FOUND_BY_ID)
    wall_off_chassis()


def _name_the_community_of_cases() -> None:
    """One that was only locked so far was called out for, or nothing is known of it."""
    op.execute(
        "UPDATE cases SET community = (SELECT min(callouts.community) FROM callouts"
        " WHERE callouts.grievance_id = cases.grievance_id) WHERE community IS NULL"
    )
    fill_in("cases", left_over=None)


def downgrade() -> None:
    """The way back."""
    take_walls_of_chassis_down()
    take_walls_down("memberships", "cases", "hours", "known_places", *FOUND_BY_ID)
    op.drop_index("hours_of_dispatch", "hours")
    op.create_index("hours_of_dispatch", "hours", ["dispatch_id", "served_on"], unique=True)
    key_by("cases", "grievance_id")
    with op.batch_alter_table("cases") as cases:
        cases.alter_column("community", existing_type=sa.String(12), nullable=True)
    key_by("memberships", "team_id", "volunteer_id", "joined_at")
    with op.batch_alter_table("memberships") as memberships:
        memberships.drop_column("community")
    for table in FOUND_BY_ID:
        op.drop_index(f"{table}_by_id", table)
        key_by(table, "id")
