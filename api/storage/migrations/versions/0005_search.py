"""Search over conversations, and an index for the cases that somebody has now."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# No content of its own: the texts are in conversation_texts. The ascii tokenizer splits at blanks
# and leaves Chinese characters alone; the pairs of characters are made by api.inbox.grams.
_INDEX = """
CREATE VIRTUAL TABLE conversation_search USING fts5(
    facts, words, content = '', columnsize = 0, tokenize = 'ascii'
)
"""


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "conversation_texts",
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.String(26), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("through_id", sa.String(26), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name="fk_conversation_texts_conversation_id"
        ),
        sa.PrimaryKeyConstraint("rank", name="pk_conversation_texts"),
        sa.UniqueConstraint("conversation_id", name="uq_conversation_texts_conversation_id"),
    )
    op.create_index("ix_conversation_texts_through_id", "conversation_texts", ["through_id"])
    if _is_sqlite():
        op.execute(_INDEX)
    op.drop_index("ix_handoffs_claimed_by", "handoffs")
    op.create_index("ix_handoffs_claimed_by_state", "handoffs", ["claimed_by", "state"])


def downgrade() -> None:
    """Take back."""
    op.drop_index("ix_handoffs_claimed_by_state", "handoffs")
    op.create_index("ix_handoffs_claimed_by", "handoffs", ["claimed_by"])
    if _is_sqlite():
        op.execute("DROP TABLE conversation_search")
    op.drop_table("conversation_texts")
