"""The WeChat Official Account: what is pushed, what came in, who follows; files of workers."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_OPEN = sa.text("state IN ('pending', 'sending', 'held')")
_UNHANDLED = sa.text("handled_at IS NULL")
_ID = sa.String(26)
_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Apply."""
    _create_deliveries()
    _create_attachments()
    _create_wechat()


def _create_deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("message_id", _ID, nullable=False),
        sa.Column("conversation_id", _ID, nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("reason", sa.String(64), nullable=True),
        sa.Column("lease_until", _TIME, nullable=True),
        sa.Column("sent_at", _TIME, nullable=True),
        sa.Column("created_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name="fk_deliveries_message_id"),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name="fk_deliveries_conversation_id"
        ),
        sa.PrimaryKeyConstraint("message_id", name="pk_deliveries"),
    )
    op.create_index(
        "ix_deliveries_open",
        "deliveries",
        ["conversation_id"],
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )


def _create_attachments() -> None:
    op.create_table(
        "attachments",
        sa.Column("id", _ID, nullable=False),
        sa.Column("conversation_id", _ID, nullable=False),
        sa.Column("message_id", _ID, nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("source", sa.String(255), nullable=True),
        sa.Column("file_name", sa.String(255), nullable=False),
        sa.Column("content_type", sa.String(64), nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("sha256", sa.String(64), nullable=True),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("stored_at", _TIME, nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name="fk_attachments_conversation_id"
        ),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name="fk_attachments_message_id"),
        sa.PrimaryKeyConstraint("id", name="pk_attachments"),
    )
    op.create_index("ix_attachments_conversation_id", "attachments", ["conversation_id"])
    op.create_index("ix_attachments_message_id", "attachments", ["message_id"])


def _create_wechat() -> None:
    op.create_table(
        "wechat_followers",
        sa.Column("openid", sa.String(64), nullable=False),
        sa.Column("worker_id", _ID, nullable=True),
        sa.Column("subscribed", sa.Boolean(), nullable=False),
        sa.Column("window_opened_at", _TIME, nullable=True),
        sa.Column("window_used", sa.Integer(), nullable=False),
        sa.Column("click_opened_at", _TIME, nullable=True),
        sa.Column("click_used", sa.Integer(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["worker_id"], ["workers.id"], name="fk_wechat_followers_worker_id"
        ),
        sa.PrimaryKeyConstraint("openid", name="pk_wechat_followers"),
    )
    op.create_index("ix_wechat_followers_worker_id", "wechat_followers", ["worker_id"])
    op.create_table(
        "wechat_parts",
        sa.Column("id", _ID, nullable=False),
        sa.Column("openid", sa.String(64), nullable=False),
        sa.Column("conversation_id", _ID, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("message_ids", sa.JSON(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("lease_until", _TIME, nullable=True),
        sa.Column("created_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name="fk_wechat_parts_conversation_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_wechat_parts"),
    )
    op.create_index("ix_wechat_parts_openid", "wechat_parts", ["openid"])
    op.create_index("ix_wechat_parts_conversation_id", "wechat_parts", ["conversation_id"])
    op.create_table(
        "wechat_inbox",
        sa.Column("id", _ID, nullable=False),
        sa.Column("dedupe_key", sa.String(255), nullable=False),
        sa.Column("openid", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("conversation_id", _ID, nullable=True),
        sa.Column("reply", sa.Text(), nullable=True),
        sa.Column("handled_at", _TIME, nullable=True),
        sa.Column("received_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name="fk_wechat_inbox_conversation_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_wechat_inbox"),
        sa.UniqueConstraint("dedupe_key", name="uq_wechat_inbox_dedupe_key"),
    )
    op.create_index("ix_wechat_inbox_openid", "wechat_inbox", ["openid"])
    op.create_index(
        "ix_wechat_inbox_unhandled",
        "wechat_inbox",
        ["received_at"],
        sqlite_where=_UNHANDLED,
        postgresql_where=_UNHANDLED,
    )
    op.create_table(
        "wechat_tokens",
        sa.Column("app_id", sa.String(64), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("expires_at", _TIME, nullable=True),
        sa.Column("lease_until", _TIME, nullable=True),
        sa.Column("forced_at", _TIME, nullable=True),
        sa.Column("forced_on", sa.Date(), nullable=True),
        sa.Column("forced_count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("app_id", name="pk_wechat_tokens"),
    )


def downgrade() -> None:
    """Take back. Conversations that came over WeChat stay, under the channel that there was."""
    op.execute("UPDATE conversations SET channel = 'web' WHERE channel = 'wechat'")
    op.execute("DELETE FROM channel_identities WHERE channel = 'wechat'")
    op.execute("UPDATE handoffs SET state = 'cancelled' WHERE state = 'unreachable'")
    for table in (
        "wechat_tokens",
        "wechat_inbox",
        "wechat_parts",
        "wechat_followers",
        "attachments",
        "deliveries",
    ):
        op.drop_table(table)
