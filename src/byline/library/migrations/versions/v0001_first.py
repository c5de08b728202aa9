"""The schema of Byline 0.1: stamped on libraries that have no version table yet, created by nobody any more."""

from __future__ import annotations

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Nothing: whoever is at this version has these tables."""
