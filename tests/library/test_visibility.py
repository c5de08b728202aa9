"""Withdrawn, embargoed and expired articles are held and influence nothing that readers see."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from byline.errors import InputError, UnknownIdError
from byline.library.database import Library
from byline.testing import HashEmbedder
from byline.types import Article, ArticleRef, Availability
from byline.wiring import DATABASE
from tests.newsroom import CountingEmbedder, MemoryShelf, Newsroom, article

NOON = datetime(2026, 1, 12, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
HARBOUR = Article(
    ArticleRef(
        "harbour", "Harbour", url="https://a.example/harbour", authors=("Ines Okafor",), publisher="Northline",
        kind="opinion", published=NOON,
    ),
    "The harbour bridge opened on Monday.", "harbour.md",
)  # fmt: skip
COUNCIL = article("council", "The council paid 41 million crowns.")


class Clock:
    """Stands still until it is set."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def room(tmp_path: Path, clock: Clock) -> Iterator[Newsroom]:
    library = Library.open(tmp_path / DATABASE, clock)
    yield Newsroom(library, tmp_path, MemoryShelf(), CountingEmbedder(), 32)
    library.close()


def shown(found: Article, *, start: datetime | None = None, end: datetime | None = None, gone: bool = False) -> Article:
    return replace(found, availability=Availability(start, end, gone), raw=f"{start}{end}{gone}")


def seen(room: Newsroom) -> set[str]:
    """Ids of the articles that readers see, which every way of looking must agree on."""
    library = room.library
    ids = sorted(library.passage_ids(room.rules, live=True))
    looks = [
        {found.ref.id for found in library.live_articles()},
        set(library.article_texts(["harbour", "council"])),
        {passage.article.id for passage in library.live_passages(ids).values()},
        {hit.passage.article.id for hits in room.search("harbour bridge", "council crowns") for hit in hits},
    ]
    assert all(look == looks[0] for look in looks), looks
    visible = len(library.live_sentence_vectors(ids, "hash:1", HashEmbedder.dimension))
    assert (library.counts().articles, library.counts().passages, visible) == (len(looks[0]),) * 3
    assert (library.publishers() == {"Northline"}) == ("harbour" in looks[0])
    assert (library.authors() == {"Ines Okafor"}) == (library.kinds() == {"opinion"}) == ("harbour" in looks[0])
    assert (library.counts().newest == NOON) == ("harbour" in looks[0])
    return looks[0]


def test_an_embargo_passes_and_an_expiry_comes_by_the_clock_alone(room: Newsroom, clock: Clock) -> None:
    room.sync([shown(HARBOUR, start=NOON + HOUR, end=NOON + 2 * HOUR), COUNCIL])
    looked = []
    for minutes in (0, 59, 60, 119, 120, 500):
        clock.now = NOON + timedelta(minutes=minutes)
        looked.append("harbour" in seen(room))
    assert looked == [False, False, True, True, False, False]


def test_the_clock_makes_a_new_edition(room: Newsroom, clock: Clock) -> None:
    room.sync([shown(HARBOUR, start=NOON + HOUR, end=NOON + 2 * HOUR), COUNCIL])
    editions = []
    for minutes in (0, 30, 60, 90, 120):
        clock.now = NOON + timedelta(minutes=minutes)
        editions.append(room.library.edition())
    assert editions[0] == editions[1] < editions[2] == editions[3] < editions[4]


def test_the_source_withdraws_and_takes_it_back_without_embedding(room: Newsroom) -> None:
    room.sync([HARBOUR, COUNCIL])
    room.embedder.embedded.clear()
    revisions = room.library.revisions_of("harbour")
    for gone in (True, False, True):
        report = room.sync([shown(HARBOUR, gone=gone), COUNCIL])
        assert (report.changed, report.unchanged) == (0, 2)
        assert ("harbour" in seen(room)) is not gone
    assert room.embedder.embedded == []
    assert room.library.revisions_of("harbour") == revisions


def test_an_article_can_arrive_withdrawn(room: Newsroom) -> None:
    room.sync([shown(HARBOUR, gone=True), COUNCIL])
    assert seen(room) == {"council"}
    room.embedder.embedded.clear()
    room.sync([HARBOUR, COUNCIL])
    assert seen(room) == {"council", "harbour"}
    assert room.embedder.embedded == []


def test_what_an_editor_withdrew_stays_withdrawn_until_it_is_undone(room: Newsroom) -> None:
    room.sync([HARBOUR, COUNCIL])
    room.library.withdraw("harbour", "wrong figures")
    edited = replace(HARBOUR, text="The harbour bridge opened on Tuesday.")
    moved = replace(edited, origin="elsewhere.md")
    for items in ([HARBOUR, COUNCIL], [edited, COUNCIL], [moved, COUNCIL], [COUNCIL], [moved, COUNCIL]):
        room.sync(items)
        assert seen(room) == {"council"}
    state = room.library.state("harbour")
    assert state is not None
    assert (state.withdrawn_at, state.withdrawn_by, state.withdrawn_why) == (NOON, "editor", "wrong figures")
    room.library.undo_withdrawal("harbour")
    assert seen(room) == {"council", "harbour"}


@pytest.mark.parametrize("editor_first", [True, False])
def test_withdrawn_twice_is_shown_when_both_take_it_back(room: Newsroom, *, editor_first: bool) -> None:
    room.sync([HARBOUR, COUNCIL])
    if editor_first:
        room.library.withdraw("harbour")
        room.sync([shown(HARBOUR, gone=True), COUNCIL])
    else:
        room.sync([shown(HARBOUR, gone=True), COUNCIL])
        room.library.withdraw("harbour")
    room.library.undo_withdrawal("harbour")
    assert seen(room) == {"council"}
    with pytest.raises(InputError, match="by its source"):
        room.library.undo_withdrawal("harbour")
    room.library.withdraw("harbour")
    room.sync([HARBOUR, COUNCIL])
    assert seen(room) == {"council"}
    room.library.undo_withdrawal("harbour")
    assert seen(room) == {"council", "harbour"}
    with pytest.raises(InputError, match="not withdrawn"):
        room.library.undo_withdrawal("harbour")


def test_each_change_of_what_is_shown_is_an_edition(room: Newsroom) -> None:
    room.sync([HARBOUR, COUNCIL])
    editions = [room.library.edition()]
    for change in (
        lambda: room.library.withdraw("harbour"),
        lambda: room.library.undo_withdrawal("harbour"),
        lambda: room.sync([shown(HARBOUR, gone=True), COUNCIL]),
        lambda: room.sync([shown(HARBOUR, start=NOON + HOUR), COUNCIL]),
        lambda: room.sync([shown(HARBOUR, start=NOON - HOUR), COUNCIL]),
    ):
        change()
        editions.append(room.library.edition())
    assert editions == sorted(set(editions))


def test_an_index_built_again_holds_what_is_not_shown(room: Newsroom, clock: Clock) -> None:
    room.sync([shown(HARBOUR, start=NOON + HOUR), COUNCIL])
    room.builder.activate(room.builder.build())
    assert seen(room) == {"council"}
    clock.now = NOON + HOUR
    assert seen(room) == {"council", "harbour"}


def test_found_by_id_or_address(room: Newsroom) -> None:
    room.sync([HARBOUR, COUNCIL])
    assert room.library.find("harbour") == room.library.find("https://a.example/harbour") == "harbour"
    with pytest.raises(UnknownIdError, match=r"'harbor'.* Did you mean 'harbour'\?"):
        room.library.find("harbor")
