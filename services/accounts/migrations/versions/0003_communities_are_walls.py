"""Messages heard name their community; outbox, inbox and audit are walled off; accounts stand before the walls."""

from chassis.walls import take_walls_down, take_walls_of_chassis_down, wall_off, wall_off_chassis

revision = "0003"
down_revision = "0002"

AUDIT = ("audit_reads", "audit_heads", "audit_seals", "audit_cuts")


def upgrade() -> None:
    """The others of these tables are asked before it is known who may touch what, so nothing hides them."""
    wall_off(*AUDIT)
    wall_off_chassis()


def downgrade() -> None:
    """The way back."""
    take_walls_of_chassis_down()
    take_walls_down(*AUDIT)
