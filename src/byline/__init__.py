"""Answers from a publisher's own articles; every sentence carries the words that support it."""

from __future__ import annotations

__version__ = "0.1.0"
__all__ = ["__version__"]
