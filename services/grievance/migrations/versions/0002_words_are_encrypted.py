"""What residents and staff wrote about a case is encrypted: nobody knows beforehand what stands in it."""

from chassis.migrate import decrypt_columns, encrypt_columns

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Encrypt what is there."""
    encrypt_columns("statements", "description", by="grievance_id")
    encrypt_columns("timeline", "note", by="id")
    encrypt_columns("grievances", "resolution", by="id")


def downgrade() -> None:
    """The way back."""
    decrypt_columns("grievances", "resolution", by="id")
    decrypt_columns("timeline", "note", by="id")
    decrypt_columns("statements", "description", by="grievance_id")
