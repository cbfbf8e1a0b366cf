"""The staff console: second factor, presence, labels, canned replies, reviews, knowledge desk."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_ID = sa.String(26)
_TIME = sa.DateTime(timezone=True)


def _staff_columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("totp_secret", sa.Text(), nullable=True),
        sa.Column("totp_confirmed_at", _TIME, nullable=True),
        sa.Column("totp_step", sa.Integer(), nullable=True),
        sa.Column("backup_codes", sa.JSON(), nullable=False, server_default="[]"),
        sa.Column("presence", sa.String(32), nullable=False, server_default="away"),
        sa.Column("presence_at", _TIME, nullable=True),
        sa.Column("capacity", sa.Integer(), nullable=True),
    ]


def _handoff_columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("outcome_kind", sa.String(32), nullable=True),
        sa.Column("for_role", sa.String(32), nullable=True),
        sa.Column("snoozed_until", _TIME, nullable=True),
    ]


def upgrade() -> None:
    """Apply."""
    for table, columns in (("staff", _staff_columns()), ("handoffs", _handoff_columns())):
        for column in columns:
            op.add_column(table, column)
    _create_desk()
    _create_knowledge()


def _create_desk() -> None:
    op.create_table(
        "labels",
        sa.Column("id", _ID, nullable=False),
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("colour", sa.String(16), nullable=False),
        sa.Column("disabled_at", _TIME, nullable=True),
        sa.Column("created_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_labels"),
        sa.UniqueConstraint("name", name="uq_labels_name"),
    )
    op.create_table(
        "conversation_labels",
        sa.Column("conversation_id", _ID, nullable=False),
        sa.Column("label_id", _ID, nullable=False),
        sa.Column("staff_id", _ID, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_conversation_labels_staff_id"),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name="fk_conversation_labels_conversation_id"
        ),
        sa.ForeignKeyConstraint(
            ["label_id"], ["labels.id"], name="fk_conversation_labels_label_id"
        ),
        sa.PrimaryKeyConstraint("conversation_id", "label_id", name="pk_conversation_labels"),
    )
    op.create_index("ix_conversation_labels_label_id", "conversation_labels", ["label_id"])
    op.create_table(
        "canned_replies",
        sa.Column("id", _ID, nullable=False),
        sa.Column("shortcut", sa.String(32), nullable=False),
        sa.Column("title", sa.String(64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_by", _ID, nullable=False),
        sa.Column("updated_at", _TIME, nullable=False),
        sa.Column("disabled_at", _TIME, nullable=True),
        sa.Column("created_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["updated_by"], ["staff.id"], name="fk_canned_replies_updated_by"),
        sa.PrimaryKeyConstraint("id", name="pk_canned_replies"),
        sa.UniqueConstraint("shortcut", name="uq_canned_replies_shortcut"),
    )
    op.create_table(
        "reply_drafts",
        sa.Column("staff_id", _ID, nullable=False),
        sa.Column("conversation_id", _ID, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("updated_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name="fk_reply_drafts_conversation_id"
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_reply_drafts_staff_id"),
        sa.PrimaryKeyConstraint("staff_id", "conversation_id", name="pk_reply_drafts"),
    )
    op.create_table(
        "alerts",
        sa.Column("id", _ID, nullable=False),
        sa.Column("employer_key", sa.String(128), nullable=False),
        sa.Column("employer", sa.String(128), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("conversation_ids", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("first_case_at", _TIME, nullable=False),
        sa.Column("last_case_at", _TIME, nullable=False),
        sa.Column("seen_by", _ID, nullable=True),
        sa.Column("seen_at", _TIME, nullable=True),
        sa.Column("created_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["seen_by"], ["staff.id"], name="fk_alerts_seen_by"),
        sa.PrimaryKeyConstraint("id", name="pk_alerts"),
    )
    op.create_index("ix_alerts_employer_key_kind", "alerts", ["employer_key", "kind"])


def _create_knowledge() -> None:
    op.create_table(
        "reviews",
        sa.Column("id", _ID, nullable=False),
        sa.Column("conversation_id", _ID, nullable=False),
        sa.Column("message_id", _ID, nullable=False),
        sa.Column("reason", sa.String(32), nullable=False),
        sa.Column("probability", sa.Double(), nullable=True),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("right_article_id", sa.String(128), nullable=True),
        sa.Column("right_intent", sa.String(64), nullable=True),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("reviewed_by", _ID, nullable=True),
        sa.Column("reviewed_at", _TIME, nullable=True),
        sa.Column("created_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name="fk_reviews_conversation_id"
        ),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name="fk_reviews_message_id"),
        sa.ForeignKeyConstraint(["reviewed_by"], ["staff.id"], name="fk_reviews_reviewed_by"),
        sa.PrimaryKeyConstraint("id", name="pk_reviews"),
        sa.UniqueConstraint("message_id", name="uq_reviews_message_id"),
    )
    op.create_index("ix_reviews_conversation_id", "reviews", ["conversation_id"])
    op.create_index("ix_reviews_state_created_at", "reviews", ["state", "created_at"])
    op.create_table(
        "proposals",
        sa.Column("id", _ID, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("message_id", _ID, nullable=True),
        sa.Column("created_by", _ID, nullable=False),
        sa.Column("decided_by", _ID, nullable=True),
        sa.Column("decided_at", _TIME, nullable=True),
        sa.Column("created_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["created_by"], ["staff.id"], name="fk_proposals_created_by"),
        sa.ForeignKeyConstraint(["decided_by"], ["staff.id"], name="fk_proposals_decided_by"),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name="fk_proposals_message_id"),
        sa.PrimaryKeyConstraint("id", name="pk_proposals"),
    )
    op.create_index(
        "ix_proposals_kind_state_created_at", "proposals", ["kind", "state", "created_at"]
    )
    op.create_table(
        "article_revisions",
        sa.Column("id", _ID, nullable=False),
        sa.Column("article_id", sa.String(128), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("based_on", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("retires", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("author_id", _ID, nullable=False),
        sa.Column("submitted_at", _TIME, nullable=True),
        sa.Column("decided_by", _ID, nullable=True),
        sa.Column("decided_at", _TIME, nullable=True),
        sa.Column("published_at", _TIME, nullable=True),
        sa.Column("updated_at", _TIME, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["staff.id"], name="fk_article_revisions_author_id"),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["staff.id"], name="fk_article_revisions_decided_by"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_article_revisions"),
        sa.UniqueConstraint("article_id", "number", name="uq_article_revisions_article_id_number"),
    )
    op.create_index(
        "ix_article_revisions_state_updated_at", "article_revisions", ["state", "updated_at"]
    )
    op.create_table(
        "publications",
        sa.Column("id", _ID, nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("revision_ids", sa.JSON(), nullable=False),
        sa.Column("index_version", sa.String(64), nullable=True),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.Column("started_by", _ID, nullable=False),
        sa.Column("ended_at", _TIME, nullable=True),
        sa.Column("created_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["started_by"], ["staff.id"], name="fk_publications_started_by"),
        sa.PrimaryKeyConstraint("id", name="pk_publications"),
    )


def downgrade() -> None:
    """Take back."""
    for table in (
        "publications",
        "article_revisions",
        "proposals",
        "reviews",
        "alerts",
        "reply_drafts",
        "canned_replies",
        "conversation_labels",
        "labels",
    ):
        op.drop_table(table)
    for table, columns in (("handoffs", _handoff_columns()), ("staff", _staff_columns())):
        with op.batch_alter_table(table) as batch:
            for column in columns:
                batch.drop_column(column.name)
