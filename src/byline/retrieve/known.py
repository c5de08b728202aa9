"""What of a library's articles a question may name, read once for each edition: its outlets, its writers."""

from __future__ import annotations

from dataclasses import dataclass

from byline.library.database import Library
from byline.retrieve.writers import Writers


@dataclass(frozen=True, slots=True)
class Known:
    """Of an `edition` of the library."""

    edition: int
    publishers: frozenset[str]
    writers: Writers

    @classmethod
    def of(cls, library: Library, edition: int, before: Known | None = None) -> Known:
        """The one `before` while the library has not changed."""
        if before is not None and before.edition == edition:
            return before
        publishers = library.publishers()
        return cls(edition, publishers, Writers(library.authors(), library.kinds(), publishers))
