"""Withdrawal, embargo, families; seals instead of the dirty mark; sources, fetches, saved answers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    for name in ("visible_from", "visible_until", "withdrawn_at", "withdrawn_by", "withdrawn_why", "family"):
        op.add_column("articles", sa.Column(name, sa.Text))
    op.create_index("articles_by_family", "articles", ["family"])
    op.add_column("revisions", sa.Column("signature", sa.LargeBinary))
    op.create_index("revisions_by_date", "revisions", ["published", "publisher", "section", "kind"])
    for name in ("embedder_name", "seal", "activated_at"):
        op.add_column("generations", sa.Column(name, sa.Text))
    op.drop_column("generations", "dirty")  # without a seal every generation is compared with the library once
    op.create_table(
        "sources",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("tried_at", sa.Text, nullable=False),
        sa.Column("in_step_at", sa.Text),
        sa.Column("error", sa.Text),
    )
    op.create_table(
        "fetches",
        sa.Column("url", sa.Text, primary_key=True),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("final_url", sa.Text),
        sa.Column("etag", sa.Text),
        sa.Column("last_modified", sa.Text),
        sa.Column("raw", sa.Text),
        sa.Column("article_id", sa.Text),
        sa.Column("fetched_at", sa.Text, nullable=False),
        sa.Column("status", sa.Integer),
    )
    op.create_index("fetches_by_source", "fetches", ["source"])
    op.create_table(
        "answers",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("saved_at", sa.Text, nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
    )
    op.create_table(
        "answer_quotes",
        sa.Column("answer_id", sa.Text, sa.ForeignKey("answers.id"), primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("article_id", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("start", sa.Integer, nullable=False),
        sa.Column("end", sa.Integer, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
    )
    op.create_index("answer_quotes_by_article", "answer_quotes", ["article_id"])
    op.execute("DELETE FROM library WHERE \"key\" = 'schema'")
