"""What is a copy, what is the same address, and who stands for a family."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from byline.library.families.copies import Wording, address, components, in_order, is_copy
from byline.types import ArticleRef

SENTENCES = [f"Survey {n} of the railway found {n * 3} broken sleepers near station {n * 7}." for n in range(60)]
STORY = " ".join(SENTENCES)
LEAD = "Northline has learned what engineers told the council behind closed doors on Thursday evening. "
NOTICE = " All rights reserved by Northline. Subscribe to our letter for more of what the council does each week."


@pytest.mark.parametrize(
    ("text", "copied"),
    [
        (STORY, True),
        (STORY.upper(), True),
        (" ".join(SENTENCES[:42]), True),
        (LEAD + " ".join(SENTENCES[3:]), True),
        (STORY + NOTICE, True),
        (STORY.replace("broken sleepers near station 42.", "sleepers that broke near station 42."), True),
        (" ".join(SENTENCES[:20]), False),
        (" ".join(SENTENCES[:30]) + " ".join(f"Nobody counted ship {n} in harbour {n}." for n in range(80)), False),
    ],
    ids=["same", "capitals", "trimmed", "new lead", "notice added", "one edit", "a third of it", "half another story"],
)
def test_what_is_a_copy(text: str, copied: bool) -> None:
    assert is_copy(Wording("Railway survey", STORY), Wording("Sleepers", text)) is copied
    assert is_copy(Wording("Sleepers", text), Wording("Railway survey", STORY)) is copied


def test_short_equal_texts_are_copies_only_under_the_same_title() -> None:
    form = "Video player was slow to load content. Ad froze or did not finish loading."
    assert not is_copy(Wording("Oreo turns 110", form), Wording("Squid Game returns", form))
    assert is_copy(Wording("Oreo turns 110", form), Wording("Oreo turns 110 | Northline", form))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://www.paper.example/a/b/", "http://paper.example/a/b", True),
        ("https://paper.example/a/index.html", "https://paper.example/a", True),
        ("https://paper.example/a?utm_source=x&cid=1#top", "https://PAPER.example/a", True),
        ("https://paper.example/a?id=1", "https://paper.example/a?id=2", False),
        ("https://paper.example/a", "https://wire.example/a", False),
    ],
)
def test_the_same_address(one: str, other: str, same: bool) -> None:
    assert (address(one) == address(other)) is same


@pytest.mark.parametrize("url", [None, "", "https://paper.example/", "https://[::1", "no address"])
def test_no_address(url: str | None) -> None:
    assert address(url) is None


@given(st.sets(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=12))
def test_components_are_what_is_connected(edges: set[tuple[int, int]]) -> None:
    joined = {frozenset((str(a), str(b))) for a, b in edges}
    nodes = [str(n) for n in range(10)]
    found = components(nodes, combinations(nodes, 2), lambda one, other: frozenset((one, other)) in joined)
    assert sorted(node for group in found for node in group) == nodes
    for one, other in (tuple(edge) for edge in joined if len(edge) == 2):
        assert any({one, other} <= group for group in found)
    for group in found:
        reached = {min(group)}
        for _ in nodes:
            reached |= {node for edge in joined if edge & reached for node in edge}
        assert reached == group


def ref(name: str, day: int | None = None, url: str | None = None) -> ArticleRef:
    return ArticleRef(name, name, url=url, published=datetime(2026, 1, day, tzinfo=UTC) if day else None)


def test_the_newest_stands_for_a_family_ties_by_id() -> None:
    members = [(ref("b", 3), "b.md"), (ref("a", 3), "a.md"), (ref("old", 1), "old.md"), (ref("undated"), "x.md")]
    assert [found.id for found in in_order(members)] == ["a", "b", "old", "undated"]


def test_the_one_read_at_the_address_that_others_name_comes_first() -> None:
    url = "https://wire.example/story"
    members = [
        (ref("copy", 9, url), "https://paper.example/1"),
        (ref("original", 1, url), "https://www.wire.example/story"),
    ]
    assert [found.id for found in in_order(members)] == ["original", "copy"]
    alone = [(ref("copy", 9), "https://paper.example/1"), (ref("original", 1, url), url)]
    assert [found.id for found in in_order(alone)] == ["copy", "original"]
