"""What `doctor` says of copies: families of articles, and texts that are the same to the letter."""

from __future__ import annotations

from collections.abc import Sequence

from byline.library.families.members import Family
from byline.settings import Settings
from byline.types import ArticleRef
from byline.wiring import open_library

SHOWN = 3
"""Families, members and texts that are spelled out; the rest are counted."""


def families_detail(settings: Settings) -> str:
    """How many families there are, and the largest with their members. Raises LibraryMissingError."""
    with open_library(settings.index) as library:
        found = library.families()
    if not found:
        return "no article is a copy of another"
    members = sum(len(family.members) for family in found)
    return f"{_count(len(found), 'family', 'families')} of {members} articles: " + _listed(
        [_family(family) for family in found], "; "
    )


def same_texts_detail(settings: Settings) -> tuple[str, str]:
    """Articles with the same text under different ids, and what to do about those that are no copies."""
    with open_library(settings.index) as library:
        found = library.same_texts()
        related = library.families_of([refs[0].id for refs in found])
    if not found:
        return "no two articles have the same text", ""
    said = _listed([_ids(refs) for refs in found], "; ")
    strange = [refs for refs in found if refs[0].id not in related]
    advice = f"Look at {_ids(strange[0])}: their titles differ and their text is the same short one." if strange else ""
    return f"{_count(len(found), 'text', 'texts')} under several ids: {said}", advice


def _family(family: Family) -> str:
    first, *others = family.members
    return f"{first.id} ({first.title!r}) stands for {_ids(others)}"


def _ids(refs: Sequence[ArticleRef]) -> str:
    return _listed([ref.id for ref in refs], ", ")


def _listed(parts: Sequence[str], between: str) -> str:
    more = f"{between}and {len(parts) - SHOWN} more" if len(parts) > SHOWN else ""
    return between.join(parts[:SHOWN]) + more


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
