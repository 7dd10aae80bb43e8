"""keep what comes from the old system

Revision: 0002, after 0001
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
LEGACY_ID = sa.String(191).with_variant(mysql.VARCHAR(191, collation="utf8mb4_bin"), "mysql", "mariadb")


def upgrade() -> None:
    op.create_table(
        "migration_rejects",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("legacy_id", LEGACY_ID, nullable=True),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("raw", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_migration_rejects")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_unicode_ci",
        mysql_engine="InnoDB",
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("migration_rejects", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_migration_rejects_reason"), ["reason"], unique=False)

    with op.batch_alter_table("alerts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("legacy_id", LEGACY_ID, nullable=True))
        batch_op.add_column(sa.Column("legacy", sa.JSON(none_as_null=True), nullable=True))
        batch_op.create_index(batch_op.f("ix_alerts_legacy_id"), ["legacy_id"], unique=False)

    with op.batch_alter_table("incidents", schema=None) as batch_op:
        batch_op.add_column(sa.Column("legacy_id", LEGACY_ID, nullable=True))
        batch_op.add_column(sa.Column("legacy", sa.JSON(none_as_null=True), nullable=True))
        batch_op.create_index(batch_op.f("ix_incidents_legacy_id"), ["legacy_id"], unique=False)

    with op.batch_alter_table("post_mortems", schema=None) as batch_op:
        batch_op.alter_column("author_id", existing_type=BIG_ID, nullable=True)


def downgrade() -> None:
    with op.batch_alter_table("post_mortems", schema=None) as batch_op:
        batch_op.alter_column("author_id", existing_type=BIG_ID, nullable=False)

    with op.batch_alter_table("incidents", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_incidents_legacy_id"))
        batch_op.drop_column("legacy")
        batch_op.drop_column("legacy_id")

    with op.batch_alter_table("alerts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_alerts_legacy_id"))
        batch_op.drop_column("legacy")
        batch_op.drop_column("legacy_id")

    with op.batch_alter_table("migration_rejects", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_migration_rejects_reason"))

    op.drop_table("migration_rejects")
