"""What became of an accepted proposal: the revision it went into, and when it was exported."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("proposals") as table:
        table.add_column(sa.Column("revision_id", sa.String(26), nullable=True))
        table.add_column(sa.Column("exported_at", sa.DateTime(timezone=True), nullable=True))
        table.create_foreign_key(
            "fk_proposals_revision_id", "article_revisions", ["revision_id"], ["id"]
        )
        table.create_index("ix_proposals_revision_id", ["revision_id"])


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("proposals") as table:
        table.drop_index("ix_proposals_revision_id")
        table.drop_constraint("fk_proposals_revision_id", type_="foreignkey")
        table.drop_column("exported_at")
        table.drop_column("revision_id")
