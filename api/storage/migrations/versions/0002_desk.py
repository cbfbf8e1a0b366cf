"""The desk: workers, staff, states of hand-offs, ratings, outbox, audit, members."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_OPEN = sa.text("state IN ('waiting', 'claimed')")
_ID = sa.String(26)
_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Apply. Every conversation so far becomes a worker of its own, known by its token."""
    _create_people()
    _create_members()
    _extend_conversations()
    _extend_handoffs()
    _create_opinions()
    _create_records()


def _create_people() -> None:
    op.create_table(
        "members",
        sa.Column("id", _ID, nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("id_number", sa.Text(), nullable=False),
        sa.Column("id_number_hash", sa.String(64), nullable=False),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("verification_hash", sa.String(64), nullable=True),
        sa.Column("union_name", sa.String(128), nullable=False),
        sa.Column("joined_on", sa.Date(), nullable=True),
        sa.Column("mutual_aid_years", sa.JSON(), nullable=False),
        sa.Column("left_at", _TIME, nullable=True),
        sa.Column("updated_at", _TIME, nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_members"),
        sa.UniqueConstraint("id_number_hash", name="uq_members_id_number_hash"),
    )
    op.create_index("ix_members_verification_hash", "members", ["verification_hash"])
    op.create_table(
        "workers",
        sa.Column("id", _ID, nullable=False),
        sa.Column("member_id", _ID, nullable=True),
        sa.Column("verified_at", _TIME, nullable=True),
        sa.Column("deleted_at", _TIME, nullable=True),
        sa.Column("created_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_workers_member_id"),
        sa.PrimaryKeyConstraint("id", name="pk_workers"),
    )
    op.create_index("ix_workers_member_id", "workers", ["member_id"])
    op.create_table(
        "channel_identities",
        sa.Column("id", _ID, nullable=False),
        sa.Column("worker_id", _ID, nullable=False),
        sa.Column("channel", sa.String(32), nullable=False),
        sa.Column("external_id", sa.String(128), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["worker_id"], ["workers.id"], name="fk_channel_identities_worker_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_channel_identities"),
        sa.UniqueConstraint(
            "channel", "external_id", name="uq_channel_identities_channel_external_id"
        ),
    )
    op.create_index("ix_channel_identities_worker_id", "channel_identities", ["worker_id"])
    op.create_table(
        "staff",
        sa.Column("id", _ID, nullable=False),
        sa.Column("username", sa.String(64), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("password_hash", sa.String(255), nullable=False),
        sa.Column("disabled_at", _TIME, nullable=True),
        sa.Column("created_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_staff"),
        sa.UniqueConstraint("username", name="uq_staff_username"),
    )
    op.create_table(
        "staff_sessions",
        sa.Column("id", _ID, nullable=False),
        sa.Column("staff_id", _ID, nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("expires_at", _TIME, nullable=False),
        sa.Column("ended_at", _TIME, nullable=True),
        sa.Column("created_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_staff_sessions_staff_id"),
        sa.PrimaryKeyConstraint("id", name="pk_staff_sessions"),
        sa.UniqueConstraint("token_hash", name="uq_staff_sessions_token_hash"),
    )
    op.create_index("ix_staff_sessions_staff_id", "staff_sessions", ["staff_id"])


def _create_members() -> None:
    op.create_table(
        "verification_links",
        sa.Column("id", _ID, nullable=False),
        sa.Column("worker_id", _ID, nullable=False),
        sa.Column("conversation_id", _ID, nullable=False),
        sa.Column("key_hash", sa.String(64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("expires_at", _TIME, nullable=False),
        sa.Column("used_at", _TIME, nullable=True),
        sa.Column("created_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["worker_id"], ["workers.id"], name="fk_verification_links_worker_id"
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name="fk_verification_links_conversation_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_verification_links"),
        sa.UniqueConstraint("key_hash", name="uq_verification_links_key_hash"),
    )
    op.create_index("ix_verification_links_worker_id", "verification_links", ["worker_id"])


def _extend_conversations() -> None:
    op.execute("INSERT INTO workers (id, created_at) SELECT id, created_at FROM conversations")
    op.execute(
        "INSERT INTO channel_identities (id, worker_id, channel, external_id, created_at)"
        " SELECT id, id, channel, token_hash, created_at FROM conversations"
    )
    with op.batch_alter_table("conversations") as table:
        table.add_column(sa.Column("worker_id", _ID, nullable=True))
        table.add_column(sa.Column("previous_id", _ID, nullable=True))
        for name in ("bot_round", "worker_seen_seq", "staff_seen_seq"):
            table.add_column(sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("closed_at", _TIME, nullable=True))
        table.add_column(sa.Column("last_message_at", _TIME, nullable=True))
    op.execute("UPDATE conversations SET worker_id = id, last_message_at = created_at")
    with op.batch_alter_table("conversations") as table:
        table.alter_column("worker_id", existing_type=_ID, nullable=False)
        table.alter_column("last_message_at", existing_type=_TIME, nullable=False)
        for name in ("bot_round", "worker_seen_seq", "staff_seen_seq"):
            table.alter_column(name, existing_type=sa.Integer(), server_default=None)
        table.create_foreign_key("fk_conversations_worker_id", "workers", ["worker_id"], ["id"])
        table.create_foreign_key(
            "fk_conversations_previous_id", "conversations", ["previous_id"], ["id"]
        )
        table.create_index("ix_conversations_worker_id", ["worker_id"])
        table.create_index("ix_conversations_previous_id", ["previous_id"])
        table.create_index("ix_conversations_status_last_message_at", ["status", "last_message_at"])
    with op.batch_alter_table("messages") as table:
        table.add_column(sa.Column("staff_id", _ID, nullable=True))
        table.create_foreign_key("fk_messages_staff_id", "staff", ["staff_id"], ["id"])


def _extend_handoffs() -> None:
    with op.batch_alter_table("handoffs") as table:
        table.add_column(sa.Column("claimed_by", _ID, nullable=True))
        for name in (
            "claimed_at",
            "active_at",
            "answered_at",
            "due_at",
            "warned_at",
            "breached_at",
            "ended_at",
        ):
            table.add_column(sa.Column(name, _TIME, nullable=True))
        table.add_column(sa.Column("outcome", sa.Text(), nullable=True))
        table.create_foreign_key("fk_handoffs_claimed_by", "staff", ["claimed_by"], ["id"])
        table.create_index("ix_handoffs_claimed_by", ["claimed_by"])
    op.create_index(
        "uq_handoffs_open",
        "handoffs",
        ["conversation_id"],
        unique=True,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
    op.create_table(
        "notes",
        sa.Column("id", _ID, nullable=False),
        sa.Column("conversation_id", _ID, nullable=False),
        sa.Column("staff_id", _ID, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name="fk_notes_conversation_id"
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_notes_staff_id"),
        sa.PrimaryKeyConstraint("id", name="pk_notes"),
    )
    op.create_index("ix_notes_conversation_id", "notes", ["conversation_id"])


def _create_opinions() -> None:
    op.create_table(
        "ratings",
        sa.Column("conversation_id", _ID, nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.CheckConstraint("score BETWEEN 1 AND 5", name="ck_ratings_score"),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name="fk_ratings_conversation_id"
        ),
        sa.PrimaryKeyConstraint("conversation_id", name="pk_ratings"),
    )
    op.create_table(
        "feedback",
        sa.Column("message_id", _ID, nullable=False),
        sa.Column("helpful", sa.Boolean(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name="fk_feedback_message_id"),
        sa.PrimaryKeyConstraint("message_id", name="pk_feedback"),
    )


def _create_records() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", _ID, nullable=False),
        sa.Column("adapter", sa.String(32), nullable=False),
        sa.Column("conversation_id", _ID, nullable=True),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", _TIME, nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("sent_at", _TIME, nullable=True),
        sa.Column("created_at", _TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name="fk_outbox_conversation_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
    )
    op.create_index("ix_outbox_conversation_id", "outbox", ["conversation_id"])
    op.create_index("ix_outbox_state_due_at", "outbox", ["state", "due_at"])
    op.create_table(
        "audit",
        sa.Column("id", _ID, nullable=False),
        sa.Column("actor_kind", sa.String(32), nullable=False),
        sa.Column("actor_id", _ID, nullable=True),
        sa.Column("action", sa.String(64), nullable=False),
        sa.Column("subject_kind", sa.String(32), nullable=False),
        sa.Column("subject_id", _ID, nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    for column in ("action", "subject_id", "created_at"):
        op.create_index(f"ix_audit_{column}", "audit", [column])


def downgrade() -> None:
    """Take back."""
    for table in ("audit", "outbox", "feedback", "ratings", "notes", "verification_links"):
        op.drop_table(table)
    op.drop_index("uq_handoffs_open", "handoffs")
    with op.batch_alter_table("handoffs") as handoffs:
        handoffs.drop_index("ix_handoffs_claimed_by")
        handoffs.drop_constraint("fk_handoffs_claimed_by", type_="foreignkey")
        for name in (
            "claimed_by",
            "claimed_at",
            "active_at",
            "answered_at",
            "due_at",
            "warned_at",
            "breached_at",
            "ended_at",
            "outcome",
        ):
            handoffs.drop_column(name)
    with op.batch_alter_table("messages") as messages:
        messages.drop_constraint("fk_messages_staff_id", type_="foreignkey")
        messages.drop_column("staff_id")
    with op.batch_alter_table("conversations") as conversations:
        for name in ("status_last_message_at", "worker_id", "previous_id"):
            conversations.drop_index(f"ix_conversations_{name}")
        for name in ("worker_id", "previous_id"):
            conversations.drop_constraint(f"fk_conversations_{name}", type_="foreignkey")
        for name in (
            "worker_id",
            "previous_id",
            "bot_round",
            "worker_seen_seq",
            "staff_seen_seq",
            "closed_at",
            "last_message_at",
        ):
            conversations.drop_column(name)
    for table in ("channel_identities", "workers", "members", "staff_sessions", "staff"):
        op.drop_table(table)
