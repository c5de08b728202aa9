"""Syncing: incremental, resumable, never half seen; whatever happened before, it ends like a fresh sync."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from byline.errors import StorageError
from byline.ingest.read import read_source
from byline.ingest.source import sync_source
from byline.ingest.text.clean import clean_text
from byline.ingest.unchanged import Unchanged
from byline.ingest.unique import unique
from byline.library.lexical import TantivyLexical
from byline.library.vectors import ChromaVectors
from byline.protocols import LexicalIndex, VectorIndex
from byline.retrieve.search import Searcher
from byline.retrieve.understand import understand
from byline.types import Article, Hit, Rejected
from tests.newsroom import SOURCE, CountingEmbedder, MemoryShelf, Newsroom, RealIndexes, article, newsroom

HARBOUR = article("harbour", "The harbour bridge opened on Monday. Buses cross it from Wednesday.")
COUNCIL = article("council", "The council paid 41 million crowns. Nobody knows who pays the rest.")
RIVER = article("river", "The river flooded two villages. Crews pumped for nine days.")
LONG = article("long", " ".join(f"Survey number {n} of the railway found {n * 3} broken sleepers." for n in range(40)))


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Newsroom]:
    with newsroom(tmp_path, MemoryShelf()) as made:
        yield made


def best(room: Newsroom, question: str) -> str:
    [hits] = room.search(question)
    return hits[0].passage.article.id


def test_adds_changes_and_removes_in_the_real_indexes(tmp_path: Path) -> None:
    with newsroom(tmp_path) as room:
        first = room.sync([HARBOUR, COUNCIL])
        assert (first.added, first.changed, first.unchanged, first.removed, first.passages) == (2, 0, 0, 0, 2)
        changed = article("council", "The council paid 50 million crowns. That is all.")
        second = room.sync([changed, RIVER])
        assert (second.added, second.changed, second.unchanged, second.removed) == (1, 1, 0, 1)
        assert room.articles() == {"council": changed.text, "river": RIVER.text}
        held = room.held()
        assert held["live"] == held["vectors"] == held["lexical"] == set(room.passages())
        assert held["stale"] == set()
        [[first_hit, *_], gone] = room.search("What did the council pay?", "Do buses cross the harbour bridge?")
        assert first_hit.passage.text == changed.text
        assert "harbour" not in {hit.passage.article.id for hit in gone}


def test_a_removed_article_can_come_back(room: Newsroom) -> None:
    room.sync([HARBOUR, COUNCIL])
    room.sync([COUNCIL])
    assert room.sync([HARBOUR, COUNCIL]).added == 1
    assert best(room, "harbour bridge opened") == "harbour"


def test_the_header_counts_as_part_of_an_article(room: Newsroom) -> None:
    room.sync([HARBOUR])
    assert room.sync([article("harbour", HARBOUR.text, title="Ferry terminal")]).changed == 1
    [[hit]] = room.search("ferry terminal")
    assert hit.passage.article.title == "Ferry terminal"


def test_only_what_is_new_is_embedded(room: Newsroom) -> None:
    room.sync([HARBOUR, COUNCIL])
    room.embedder.embedded.clear()
    assert room.sync([HARBOUR, COUNCIL, RIVER]).unchanged == 2
    assert room.embedder.embedded == [RIVER.text]
    room.sync([HARBOUR, COUNCIL, RIVER])
    assert room.embedder.embedded == [RIVER.text]


def test_a_changed_article_keeps_the_vectors_of_the_passages_that_stay(room: Newsroom) -> None:
    room.sync([LONG])
    room.embedder.embedded.clear()
    room.sync([article("long", f"{LONG.text} The last sleeper of all was sound.")])
    assert 0 < len(room.embedder.embedded) <= 2
    assert best(room, "Which sleeper was sound?") == "long"
    room.embedder.embedded.clear()
    room.sync([article("long", LONG.text, title="Railway")])  # the header is embedded with every passage
    assert len(room.embedder.embedded) == len(room.passages())


def test_a_file_with_the_same_bytes_is_not_cleaned_again(
    room: Newsroom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "a.md").write_text("---\nid: first\n---\nThe bridge opened.")
    (folder / "b.md").write_text("The river flooded.")
    cleaned = counting_cleaner(monkeypatch)
    assert sync_source(room.synchronizer, folder).added == 2
    assert len(cleaned) == 2
    (folder / "b.md").write_text("The river flooded again.")
    report = sync_source(room.synchronizer, folder)
    assert (report.changed, report.unchanged) == (1, 1)
    assert cleaned[2:] == ["The river flooded again."]


@pytest.mark.parametrize("what", ["moved", "rewritten with other markup"])
def test_the_place_of_an_unchanged_article_is_kept_up_to_date(
    what: str, room: Newsroom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else its bytes would be read anew at every sync, and it would be lost with its first unreadable file."""
    folder = tmp_path / "articles"
    folder.mkdir()
    file = folder / "a.md"
    file.write_text("---\nid: first\n---\nThe bridge opened.")
    sync_source(room.synchronizer, folder)
    if what == "moved":
        file = file.rename(folder / "moved.md")
    else:
        file.write_text("---\nid: 'first'\n---\nThe **bridge** opened.")
    assert sync_source(room.synchronizer, folder).unchanged == 1
    cleaned = counting_cleaner(monkeypatch)
    assert sync_source(room.synchronizer, folder).unchanged == 1
    assert cleaned == []
    file.write_bytes(bytes(4000))
    report = sync_source(room.synchronizer, folder)
    assert (report.removed, len(report.rejected)) == (0, 1)
    assert room.articles() == {"first": "The bridge opened."}


def counting_cleaner(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    cleaned: list[str] = []

    def counted(text: str) -> str:
        cleaned.append(text)
        return clean_text(text)

    monkeypatch.setattr("byline.ingest.read.clean_text", counted)
    return cleaned


def test_an_article_whose_file_was_rejected_this_time_is_kept(room: Newsroom) -> None:
    rows = [article(f"row{n}", f"Row {n} of the market report.", origin=f"rows.jsonl:{n}") for n in (1, 2)]
    room.sync([HARBOUR, COUNCIL, *rows])
    report = room.sync(
        [Rejected("harbour.md", "is a binary file", "save it as text"), Rejected("rows.jsonl:1", "is wrong", "mend it")]
    )
    assert [rejected.origin for rejected in report.rejected] == ["harbour.md", "rows.jsonl:1"]
    assert room.articles().keys() == {"harbour", "row1", "row2"}
    assert report.removed == 1
    assert best(room, "harbour bridge opened") == "harbour"


@pytest.mark.parametrize(
    "refused", ["2025/december", "2025", ".", "2025/december/summit.md", "2025/december/summit.md:4"]
)
def test_what_lies_below_a_folder_that_could_not_be_read_is_kept(room: Newsroom, refused: str) -> None:
    summit = replace(article("summit", "The leaders met."), origin="2025/december/summit.md")
    room.sync([summit])
    assert room.sync([Rejected(refused, "cannot be read", "check it")]).removed == 0
    assert room.sync([Rejected("2024", "cannot be read", "check it")]).removed == 1


def test_an_id_of_another_source_that_still_exists_is_rejected(room: Newsroom, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    room.sync([HARBOUR], str(elsewhere))
    report = room.sync([article("harbour", "Another text.", origin="mine.md"), COUNCIL])
    [rejected] = report.rejected
    assert rejected.origin == "mine.md"
    assert "'harbour'" in rejected.reason
    assert str(elsewhere) in rejected.reason
    assert rejected.next_step
    assert room.articles() == {"harbour": HARBOUR.text, "council": COUNCIL.text}
    elsewhere.rmdir()
    assert room.sync([article("harbour", "Another text."), COUNCIL]).rejected == ()
    assert room.articles()["harbour"] == "Another text."


def test_two_sources_live_side_by_side(room: Newsroom) -> None:
    room.sync([HARBOUR], "/one")
    room.sync([COUNCIL], "/two")
    assert room.sync([], "/one").removed == 1
    assert room.articles().keys() == {"council"}


def test_two_articles_with_one_id_or_url_in_a_read(room: Newsroom) -> None:
    twice = article("harbour", "Second.", origin="second.md")
    report = room.sync(list(unique([HARBOUR, twice])))
    assert (report.added, len(report.rejected)) == (1, 1)
    assert room.articles() == {"harbour": HARBOUR.text}


def test_a_broken_embedder_leaves_earlier_batches_and_the_next_sync_does_the_rest(tmp_path: Path) -> None:
    texts = [article(f"a{n:03}", f"Survey {n} of the railway found {n * 3} broken sleepers.") for n in range(250)]
    shelf = MemoryShelf()
    with newsroom(tmp_path, shelf, CountingEmbedder(breaks_at=200)) as room:
        with pytest.raises(ZeroDivisionError):
            room.sync(texts)
        done = len(room.embedder.embedded)
        assert 0 < done < 250
        assert len(room.articles()) == done
        assert best(room, "survey 7 of the railway found 21") == "a007"
    with newsroom(tmp_path, shelf) as room:
        report = room.sync(texts)
        assert (report.added, report.unchanged) == (250 - done, done)
        assert len(room.embedder.embedded) == 250 - done
        held = room.held()
        assert held["live"] == held["vectors"] == held["lexical"]
        assert len(held["live"]) == 250


def test_stored_vectors_survive_a_crash_before_publishing(room: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    room.sync([HARBOUR])
    room.embedder.embedded.clear()
    with monkeypatch.context() as crash:
        crash.setattr(room.library, "publish", no_power)
        with pytest.raises(KeyboardInterrupt):
            room.sync([HARBOUR, COUNCIL])
    assert room.articles().keys() == {"harbour"}
    assert best(room, "What did the council pay?") == "harbour"
    assert room.embedder.embedded == [COUNCIL.text]
    assert room.sync([HARBOUR, COUNCIL]).added == 1
    assert room.embedder.embedded == [COUNCIL.text]
    assert best(room, "What did the council pay?") == "council"


def no_power(*_: object) -> None:
    raise KeyboardInterrupt


def test_a_crash_while_indexing_costs_a_rebuild_and_no_embedding(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.sync([HARBOUR])
    before = room.active
    with monkeypatch.context() as crash:
        crash.setattr(room.generations, "add", no_power)
        with pytest.raises(KeyboardInterrupt):
            room.sync([HARBOUR, COUNCIL])
    assert room.generations.diagnose(room.active).findings
    room.embedder.embedded.clear()
    room.sync([HARBOUR, COUNCIL])
    assert room.embedder.embedded == []
    assert room.active.id > before.id
    assert not room.generations.diagnose(room.active).findings
    assert not room.generations.path(before).exists()
    assert best(room, "harbour bridge opened") == "harbour"


def test_a_refused_write_is_not_taken_for_done(room: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise StorageError("The disk is full.")

    with monkeypatch.context() as disk:
        disk.setattr(room.library, "store_vectors", full)
        with pytest.raises(StorageError):
            room.sync([HARBOUR])
    assert room.articles() == {}
    assert room.sync([HARBOUR]).added == 1


class KeptOpen:
    """Real indexes opened once and shared by reader and writer, as a server that syncs would hold them."""

    def __init__(self) -> None:
        self._open: dict[Path, tuple[Kept, KeptTerms]] = {}

    def vectors(self, folder: Path) -> VectorIndex:
        return self._pair(folder)[0]

    def lexical(self, folder: Path | None) -> LexicalIndex:
        return self._pair(folder)[1] if folder else TantivyLexical(None)

    def _pair(self, folder: Path) -> tuple[VectorIndex, LexicalIndex]:
        if folder not in self._open:
            self._open[folder] = Kept(folder / "chroma"), KeptTerms(folder / "lexical")
        return self._open[folder]

    def close(self) -> None:
        for vectors, lexical in self._open.values():
            ChromaVectors.close(vectors)
            TantivyLexical.close(lexical)


class Kept(ChromaVectors):
    def close(self) -> None:
        pass


class KeptTerms(TantivyLexical):
    def close(self) -> None:
        pass


@contextmanager
def shared_newsroom(path: Path) -> Iterator[Newsroom]:
    kept = KeptOpen()
    try:
        with newsroom(path, kept) as room:
            yield room
    finally:
        kept.close()


OLD = article("council", "The council paid 41 million crowns for the bridge.")
NEW = article("council", "The council paid 50 million crowns for the bridge.")


def test_readers_see_the_old_or_the_new_text_and_never_none(tmp_path: Path) -> None:
    seen: list[list[str]] = []
    failures: list[BaseException] = []
    with shared_newsroom(tmp_path) as room:
        room.sync([OLD, HARBOUR, RIVER])
        stop = threading.Event()

        def read() -> None:
            try:
                searcher = Searcher(room.library, room.generations.open(room.active), room.embedder)
                while not stop.is_set():
                    hits = searcher.search(understand("What did the council pay for the bridge?"))
                    seen.append([hit.passage.text for hit in hits if hit.passage.article.id == "council"])
            except BaseException as error:
                failures.append(error)

        reader = threading.Thread(target=read)
        reader.start()
        try:
            for turn in range(20):
                room.sync([(NEW, OLD)[turn % 2], HARBOUR, RIVER])
        finally:
            stop.set()
            reader.join()
    assert not failures
    assert len(seen) >= 20
    assert {tuple(texts) for texts in seen} <= {(OLD.text,), (NEW.text,)}


@pytest.mark.parametrize("retriever", ["vectors", "lexical"])
def test_an_update_in_the_middle_of_a_search(retriever: str, room: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    """The worst moment: the index has answered with the old passage when the new revision becomes the live one."""
    room.sync([OLD, HARBOUR, RIVER])
    with room.opened() as opened:
        index = getattr(opened, retriever)
        search: Callable[..., list[tuple[str, float]]] = index.search
        updates = [NEW]

        def slow(*asked: object) -> list[tuple[str, float]]:
            answer = search(*asked)
            if updates:
                room.sync([updates.pop(), HARBOUR, RIVER])
            return answer

        monkeypatch.setattr(index, "search", slow)
        hits: list[Hit] = Searcher(room.library, opened, room.embedder).search(understand("What did the council pay?"))
    assert [hit.passage.text for hit in hits if hit.passage.article.id == "council"] == [NEW.text]


def test_progress_adds_up(room: Newsroom) -> None:
    told: list[tuple[int, int]] = []
    many = [article(f"a{n}", f"Survey {n} of the railway.") for n in range(120)]
    room.synchronizer.sync(many, SOURCE, lambda done, total: told.append((done, total)))
    assert len(told) > 1
    assert sum(done for done, _ in told) == 120
    assert {total for _, total in told} == {120}


def test_known_origins_make_unchanged_items(room: Newsroom, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("The bridge opened.")
    sync_source(room.synchronizer, tmp_path / "a.md")
    [item] = read_source(tmp_path / "a.md", room.synchronizer.known(str(tmp_path / "a.md")))
    assert isinstance(item, Unchanged)


WORDS = st.sampled_from(["harbour", "council", "river", "railway", "market", "bridge", "flood", "crown", "survey"])
TEXTS = st.lists(WORDS, min_size=1, max_size=12).map(lambda words: f"The {' '.join(words)} report. It was a long day.")
READS = st.dictionaries(st.sampled_from("abcde"), TEXTS, max_size=4).map(
    lambda texts: [article(name, text) for name, text in texts.items()]
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(READS, min_size=1, max_size=4))
def test_any_history_ends_like_a_fresh_sync_of_the_last_read(
    tmp_path_factory: pytest.TempPathFactory, reads: list[list[Article]]
) -> None:
    def contents(reads: list[list[Article]]) -> tuple[object, ...]:
        with newsroom(tmp_path_factory.mktemp("any"), MemoryShelf()) as room:
            for read in reads:
                room.sync(read)
            held = room.held()
            results = room.search("harbour council", "flood of the river", "a long day")
            return room.articles(), room.passages(), held, results

    gone_through, fresh = contents(reads), contents(reads[-1:])
    assert gone_through == fresh
    held = fresh[2]
    assert isinstance(held, dict)
    assert held["live"] == held["vectors"] == held["lexical"]
    assert held["stale"] == set()


def test_real_and_double_indexes_give_the_same_hits(tmp_path: Path) -> None:
    """What the doubles prove above holds for Chroma and tantivy as far as they find the same."""
    everything = [HARBOUR, COUNCIL, RIVER, LONG]
    found: list[list[str]] = []
    for name, opener in (("real", RealIndexes()), ("memory", MemoryShelf())):
        with newsroom(tmp_path / name, opener) as room:
            room.sync([HARBOUR, article("river", "Something else entirely.")])
            room.sync(everything)
            found += [[hit.passage.id for hit in hits[:1]] for hits in room.search("Who pumped for nine days?")]
    assert found[0] == found[1]
    assert found[0]
