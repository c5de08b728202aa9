"""A generated corpus in editions: from one to the next, articles are added, changed and removed.

Every passage carries the words of its article and the revision it belongs to, so that a reader can tell an article that
is absent, doubled, half there, or made of two revisions.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

from byline.types import Article, ArticleRef

SOURCE = "/editions"
FIRST = 60  # articles of edition 0
ADDED = 20  # more of them in each edition after it
SECTIONS = 3  # passages of an article: one for each heading
VOCABULARY = [a + b + c for a in ("bar", "con", "del", "fur", "gal") for b in ("a", "e", "o") for c in "dfgklmnprst"]
_STAMP = re.compile(r"revision(\d+)x(\d+)x(\d+)")


SMALL = -1
"""An edition that differs from number 0 in nine articles: enough for two batches and one save of Chroma's graph."""


def editions(edition: int, first: int = FIRST) -> dict[int, int]:
    """Article number → revision, of one edition. A third changes in each edition, a seventh goes."""
    if edition == SMALL:
        return {n: int(n % 12 == 0) for n in range(first + 4) if n % 30 != 7}
    return {
        n: sum((n + k) % 3 == 0 for k in range(1, edition + 1))
        for n in range(first + edition * ADDED)
        if not any(n % 7 == k % 7 for k in range(1, edition + 1))
    }


def articles(edition: int, first: int = FIRST) -> Iterator[Article]:
    for number, revision in editions(edition, first).items():
        yield article(number, revision)


def article_id(number: int) -> str:
    return f"a{number:05}"


def article(number: int, revision: int, sections: int = SECTIONS) -> Article:
    words = random.Random(f"{number}-{revision}")
    text = "\n\n".join(
        f"# Part {part}\n\n"
        f"{question(number)} revision{number}x{revision}x{part} {' '.join(words.choices(VOCABULARY, k=14))}. "
        f"Then {' '.join(words.choices(VOCABULARY, k=7))}."
        for part in range(sections)
    )
    return Article(ArticleRef(article_id(number), f"Title {number}"), text, f"{article_id(number)}.md")


def question(number: int) -> str:
    """Words that every passage of this article has, and no other article."""
    return " ".join(f"zq{number}{end}" for end in ("ka", "lo", "mi", "nu"))


def stamps(text: str) -> list[tuple[int, int, int]]:
    """(article number, revision, part) of a passage."""
    return [(int(number), int(revision), int(part)) for number, revision, part in _STAMP.findall(text)]
