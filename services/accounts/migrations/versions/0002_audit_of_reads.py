"""The audit of reads: chains that the database itself lets nobody change."""

import sqlalchemy as sa
from alembic import op

from chassis.database import Document, Moment

revision = "0002"
down_revision = "0001"

TABLES = ("audit_reads", "audit_heads", "audit_seals", "audit_cuts")

ONLY_ADDED_TO = ("audit_reads", "audit_seals", "audit_cuts")
"""Their rows never change, and go only when a cut covers them."""

COVERED = {
    "audit_reads": "OLD.number <= (SELECT max(count) FROM audit_cuts WHERE community = OLD.community)",
    "audit_seals": "OLD.count < (SELECT max(count) FROM audit_cuts WHERE community = OLD.community)",
    "audit_cuts": "OLD.count < (SELECT max(count) FROM audit_cuts WHERE community = OLD.community)",
}

GOES_ON = "NEW.community = OLD.community AND NEW.count > OLD.count"
"""What may become of a head."""

REFUSAL = "the audit is added to and never changed"


def upgrade() -> None:
    """Tables, and triggers that guard them."""
    _create_reads()
    op.create_table(
        "audit_heads",
        sa.Column("community", sa.String(12), primary_key=True),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )
    for name, more in (("audit_seals", []), ("audit_cuts", [sa.Column("days", sa.Integer, nullable=False)])):
        op.create_table(
            name,
            sa.Column("community", sa.String(12), primary_key=True),
            sa.Column("count", sa.Integer, primary_key=True, autoincrement=False),
            sa.Column("hash", sa.String(64), nullable=False),
            sa.Column("at", Moment, nullable=False),
            *more,
        )
    if op.get_bind().dialect.name == "postgresql":
        _guard_on_postgresql()
    else:
        _guard_on_sqlite()


def _create_reads() -> None:
    op.create_table(
        "audit_reads",
        sa.Column("community", sa.String(12), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("account", sa.String(64), nullable=False),
        sa.Column("role", sa.String(120), nullable=False),
        sa.Column("session", sa.String(64)),
        sa.Column("why", sa.String(30), nullable=False),
        sa.Column("what", sa.String(60), nullable=False),
        sa.Column("route", sa.String(200), nullable=False),
        sa.Column("subjects", Document, nullable=False),
        sa.Column("correlation", sa.String(64), nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )
    op.create_index("audit_reads_by_id", "audit_reads", ["id"], unique=True)
    op.create_index("audit_reads_by_time", "audit_reads", ["at"])
    op.create_index("audit_reads_by_account", "audit_reads", ["account", "at"])
    op.create_index("audit_reads_by_subject", "audit_reads", ["subjects"], postgresql_using="gin")


def _guard_on_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'insufficient_privilege'; END $$"
    )
    for table in TABLES:
        op.execute(
            f"CREATE TRIGGER never_emptied BEFORE TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()"
        )
    for table in ONLY_ADDED_TO:
        op.execute(
            f"CREATE TRIGGER never_changed BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_audit_change()"
        )
        op.execute(
            f"CREATE FUNCTION keep_{table}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            f" IF {COVERED[table]} THEN RETURN OLD; END IF;"
            f" RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'insufficient_privilege'; END $$"
        )
        op.execute(
            f"CREATE TRIGGER never_removed BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION keep_{table}()"
        )
        op.execute(f"REVOKE UPDATE, TRUNCATE ON {table} FROM PUBLIC, CURRENT_USER")
    op.execute(
        "CREATE TRIGGER only_goes_on BEFORE UPDATE ON audit_heads FOR EACH ROW"
        f" WHEN (NOT ({GOES_ON})) EXECUTE FUNCTION refuse_audit_change()"
    )
    op.execute(
        "CREATE TRIGGER never_removed BEFORE DELETE ON audit_heads FOR EACH ROW EXECUTE FUNCTION refuse_audit_change()"
    )


def _guard_on_sqlite() -> None:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    for table in ONLY_ADDED_TO:
        op.execute(f"CREATE TRIGGER {table}_never_changed BEFORE UPDATE ON {table} {refuse}")
        op.execute(
            f"CREATE TRIGGER {table}_never_removed BEFORE DELETE ON {table}"
            f" WHEN NOT coalesce({COVERED[table]}, 0) {refuse}"
        )
    op.execute(f"CREATE TRIGGER audit_heads_only_goes_on BEFORE UPDATE ON audit_heads WHEN NOT ({GOES_ON}) {refuse}")
    op.execute(f"CREATE TRIGGER audit_heads_never_removed BEFORE DELETE ON audit_heads {refuse}")


def downgrade() -> None:
    """The way back."""
    for table in reversed(TABLES):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        for table in ONLY_ADDED_TO:
            op.execute(f"DROP FUNCTION keep_{table}()")
        op.execute("DROP FUNCTION refuse_audit_change()")
