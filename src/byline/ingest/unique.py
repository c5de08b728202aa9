"""One read, one article per id and per address."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from byline.types import Article, Rejected


def unique(items: Iterable[Article | Rejected]) -> Iterator[Article | Rejected]:
    """`items` in order; a later article with an id or url already seen becomes a Rejected that names both origins."""
    seen: dict[tuple[str, str], str] = {}
    for item in items:
        if isinstance(item, Rejected):
            yield item
            continue
        marks = [("id", item.ref.id)] + ([("url", item.ref.url)] if item.ref.url else [])
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
