"""One read, one article per id and per address."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from byline.ingest.unchanged import Gone, Item
from byline.types import Article, Rejected


def unique(items: Iterable[Item]) -> Iterator[Item]:
    """`items` in order; a later article with an id or url already seen becomes a Rejected that names both origins."""
    seen: dict[tuple[str, str], str] = {}
    for item in items:
        if isinstance(item, Rejected | Gone):
            yield item
            continue
        shown = item.ref if isinstance(item, Article) else item
        marks = [("id", shown.id)] + ([("url", shown.url)] if shown.url else [])
        taken = next((mark for mark in marks if mark in seen), None)
        if taken is None:
            seen.update(dict.fromkeys(marks, item.origin))
            yield item
            continue
        name, value = taken
        yield Rejected(
            item.origin,
            f"has the same {name} as {seen[taken]}: {value!r}",
            f"remove one of the two, or give {item.origin} its own {name}",
        )
