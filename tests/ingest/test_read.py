from __future__ import annotations

import gzip
import itertools
import json
import os
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from byline.errors import SourceError
from byline.ingest.read import read_source
from byline.ingest.unchanged import Item, Known, Unchanged
from byline.ingest.unique import unique
from byline.types import Article, ArticleRef, Rejected


def read(path: Path) -> list[Item]:
    return list(read_source(path))


def article(path: Path) -> Article:
    [found] = read(path)
    assert isinstance(found, Article), found
    return found


def rejected(path: Path) -> Rejected:
    [found] = read(path)
    assert isinstance(found, Rejected), found
    assert found.reason
    assert found.next_step
    return found


def write(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_markdown_with_front_matter(tmp_path: Path) -> None:
    file = write(
        tmp_path / "a.md",
        "---\ntitle: No\nid: 007\ndate: 2025-12-05\npublisher:\n  name: The Paper\nauthor: [A Bee, C Dee]\n---\n"
        "# No\n\nHard\nwrapped **text**.\n",
    )
    found = article(file)
    assert (found.ref.id, found.ref.title, found.ref.publisher) == ("007", "No", "The Paper")
    assert found.ref.authors == ("A Bee", "C Dee")
    assert found.text == "Hard wrapped text."
    assert found.notes == ()


def test_markdown_without_fields_takes_its_first_heading_as_title(tmp_path: Path) -> None:
    found = article(write(tmp_path / "a.md", "# Big News\n\nIt happened."))
    assert (found.ref.title, found.text, found.ref.id) == ("Big News", "It happened.", "a")


def test_plain_text_title_and_date_are_guessed_and_noted(tmp_path: Path) -> None:
    found = article(write(tmp_path / "a.txt", "Big News Today\nIt happened on 5 December 2025. It was big.\n"))
    assert (found.ref.title, found.text) == ("Big News Today", "It happened on 5 December 2025. It was big.")
    assert found.ref.published is not None
    assert found.ref.published.isoformat() == "2025-12-05T00:00:00+00:00"
    assert len(found.notes) == 2


def test_plain_text_without_headline_or_date(tmp_path: Path) -> None:
    found = article(write(tmp_path / "a.txt", "It happened. It was big.\nThen more came."))
    assert (found.ref.title, found.ref.published) == ("It happened.", None)
    assert found.text == "It happened. It was big.\n\nThen more came."


def test_several_dates_decide_nothing(tmp_path: Path) -> None:
    found = article(write(tmp_path / "a.txt", "Born on 1 May 1950.\nDied on 2 June 2020."))
    assert found.ref.published is None
    assert any("several dates" in note for note in found.notes)


def test_wrapped_plain_text_is_joined_and_noted(tmp_path: Path) -> None:
    line = "the talks that were held in the capital went on until late in\n"
    found = article(write(tmp_path / "a.txt", "On Monday the leaders met and said that\n" + line * 3 + "the night."))
    assert "\n" not in found.text
    assert any("joined" in note for note in found.notes)


def test_ids_come_from_paths(tmp_path: Path) -> None:
    for name in ("b/é.txt".replace("é", "e\u0301"), "a.b.md", "b/README.md", ".hidden.txt", ".git/x.txt", "readme.txt"):
        write(tmp_path / name, "Some text.")
    assert [item.ref.id for item in read(tmp_path) if isinstance(item, Article)] == ["a.b", "b/é"]
    assert len(read(tmp_path)) == 2


def test_jsonl_rows(tmp_path: Path) -> None:
    rows = [
        {"id": 5, "headline": "H", "body": "Text.", "pub_date": "2025-12-05"},
        {"url": "https://a.b/c", "content": "Text.\n\nMore."},
        {"text": ["One.", "Two."]},
    ]
    file = write(
        tmp_path / "rows.jsonl", "\ufeff" + "\n".join(map(json.dumps, rows)) + '\n\n{broken\n[1]\n{"title": "x"}\n'
    )
    found = read(tmp_path)
    assert [item.ref.id for item in found if isinstance(item, Article)] == ["5", "https://a.b/c", "rows-3"]
    assert [item.text for item in found if isinstance(item, Article)] == ["Text.", "Text.\n\nMore.", "One.\n\nTwo."]
    assert [item.origin for item in found if isinstance(item, Rejected)] == [f"{file.name}:{n}" for n in (5, 6, 7)]


def test_json_lists_and_single_articles(tmp_path: Path) -> None:
    write(tmp_path / "list.json", json.dumps([{"text": "One."}, {"text": ""}]))
    write(tmp_path / "single.json", json.dumps({"text": "One."}))
    kinds = [(type(item), item.origin) for item in read(tmp_path)]
    assert kinds == [(Article, "list.json:1"), (Rejected, "list.json:2"), (Article, "single.json")]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.txt", b"", "empty"),
        ("a.md", b" \n\n", "empty"),
        ("a.txt", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "binary"),
        ("a.md", b"---\ntitle: a: b\n---\nText.", "line 2"),
        ("a.md", b"---\ntitle: x\nText without an end", "no closing"),
        ("a.md", b"---\n- one\n- two\n---\nText.", "a list"),
        ("a.md", b"---\na: &x [1]\nb: [*x, *x]\n---\nText.", "line 2"),
        ("a.md", b"---\na: !!python/object/apply:os.system [ls]\n---\nText.", "line 2"),
        ("a.md", b"---\na: " + b"[" * 40_000 + b"\n---\nText.", "brackets"),
        ("a.md", b"---\n" + b"- " * 20_000 + b"x\n---\nText.", "nested too deeply"),
        ("a.md", b"---\na: x\n" + b"b: y\n" * 20_000 + b"---\nText.", "64 kB"),
        ("a.md", b"---\ntitle: x\n---\n![only](image.png)\n", "no text"),
        ("a.txt", b"x" * 10_000_001, "larger than 10 MB"),
        ("a.docx", b"PK", ".docx"),
        ("a", b"words", "no ending"),
        ("a.jsonl", b"", "empty"),
        ("a.jsonl", bytes(4000), "binary"),
        ("a.jsonl", "{}".encode("utf-16"), "UTF-8"),
        ("a.jsonl", b'{"text": ' + b"[" * 100_000 + b"\n", "nested too deeply"),
        ("a.jsonl", b'{"text": ' + b"1" * 5_000 + b"}\n", "not valid JSON"),
        ("a.jsonl", b'{"title": "x"}\n', "no text"),
        ("a.json", b"[]", "empty"),
        ("a.json", b"[{,]", "not valid JSON"),
        ("a.json", b"", "empty"),
    ],
)  # fmt: skip
def test_bad_input_is_rejected_in_words(tmp_path: Path, name: str, content: bytes, says: str) -> None:
    found = rejected(write(tmp_path / name, content).parent)
    assert found.origin.split(":")[0] == name
    assert says in found.reason


def test_a_long_line_is_rejected_and_the_next_ones_are_read(tmp_path: Path) -> None:
    write(tmp_path / "a.jsonl", b'{"text": "' + b"x" * 10_000_001 + b'"}\n{"text": "Fine."}\n')
    long, fine = read(tmp_path)
    assert isinstance(long, Rejected)
    assert long.origin == "a.jsonl:1"
    assert isinstance(fine, Article)
    assert fine.ref.id == "a-2"


def test_the_rest_goes_on_after_a_bad_file(tmp_path: Path) -> None:
    for name, content in {"a.txt": b"", "b.txt": b"Fine.", "c.md": b"---\n[\n---\n", "d.md": b"Fine."}.items():
        write(tmp_path / name, content)
    assert [type(item) for item in read(tmp_path)] == [Rejected, Article, Rejected, Article]


def test_an_impossible_date_keeps_the_article(tmp_path: Path) -> None:
    found = article(write(tmp_path / "a.md", "---\ntitle: T\ndate: 2025-13-45\n---\nText."))
    assert found.ref.published is None
    assert any("2025-13-45" in note for note in found.notes)


def test_links_are_not_followed(tmp_path: Path) -> None:
    outside = write(tmp_path / "outside.txt", "Secret.")
    folder = tmp_path / "articles"
    write(folder / "z.txt", "Text.")
    (folder / "a.txt").symlink_to(outside)
    (folder / "b.txt").symlink_to(folder / "z.txt")
    (folder / "c.txt").symlink_to(folder / "gone.txt")
    (folder / "d").symlink_to(tmp_path)
    (folder / "e.txt").symlink_to("e.txt")
    found = read(folder)
    assert [item.origin for item in found if isinstance(item, Rejected)] == ["a.txt", "b.txt", "c.txt", "d", "e.txt"]
    assert "out of the folder" in found[0].reason  # type: ignore[union-attr]
    assert [item.text for item in found if isinstance(item, Article)] == ["Text."]


def test_pipes_and_sockets_are_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.txt")
    assert "pipe" in rejected(tmp_path).reason
    assert "pipe" in rejected(tmp_path / "a.txt").reason
    with socket.socket(socket.AF_UNIX) as listener:
        (tmp_path / "a.txt").unlink()
        listener.bind(str(tmp_path / "b.txt"))
        assert "socket" in rejected(tmp_path).reason


@contextmanager
def as_somebody_else() -> Iterator[None]:
    """Root may read everything, so the test gives up being root for a moment."""
    if os.geteuid() != 0:
        yield
        return
    try:
        os.seteuid(65534)
    except OSError:
        pytest.skip("running as root and not allowed to become anybody else")
    try:
        yield
    finally:
        os.seteuid(0)


def test_unreadable_files_and_folders() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        write(folder / "a.txt", "Text.").chmod(0)
        write(folder / "b.txt", "Text.").chmod(0o644)
        write(folder / "c" / "d.txt", "Text.")
        (folder / "c").chmod(0)
        with as_somebody_else():
            found = read(folder)
        (folder / "c").chmod(0o755)
    assert [(type(item), item.origin) for item in found] == [(Rejected, "a.txt"), (Article, "b.txt"), (Rejected, "c")]
    assert "permission" in found[0].reason  # type: ignore[union-attr]


def test_a_file_that_vanishes_meanwhile(tmp_path: Path) -> None:
    write(tmp_path / "a.txt", "Text.")
    gone = write(tmp_path / "b.txt", "Text.")
    items = read_source(tmp_path)
    assert isinstance(next(items), Article)
    gone.unlink()
    [vanished] = items
    assert isinstance(vanished, Rejected)
    assert "vanished" in vanished.reason


def test_nothing_to_read(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="nothing at"):
        read_source(tmp_path / "missing")
    with pytest.raises(SourceError, match="has no articles:"):
        read_source(tmp_path)


def test_the_second_of_two_alike_is_rejected() -> None:
    def made(id_: str, url: str | None, origin: str) -> Article:
        return Article(ArticleRef(id_, "T", url=url), "x", origin)

    bad = Rejected("r", "is bad", "mend it")
    items: list[Article | Rejected] = [
        made("1", "u", "a"),
        bad,
        made("1", "v", "b"),
        made("2", "u", "c"),
        made("3", None, "d"),
        made("4", None, "e"),
    ]
    found = list(unique(items))
    assert [item.origin for item in found] == ["a", "r", "b", "c", "d", "e"]
    assert [type(item) for item in found] == [Article, Rejected, Rejected, Rejected, Article, Article]
    assert "same id as a" in found[2].reason  # type: ignore[union-attr]
    assert "same url as a" in found[3].reason  # type: ignore[union-attr]


PAGE = (
    b"<html><head><title>The bridge | The Paper</title><meta property='og:site_name' content='The Paper'></head>"
    b"<body><article><h1>The bridge</h1><p>The harbour bridge opened on Monday.</p></article></body></html>"
)
FEED = (
    b"<rss version='2.0' xmlns:c='http://purl.org/rss/1.0/modules/content/'><channel><title>The Paper</title>"
    b"<item><title>One</title><link>https://a.example/1</link><c:encoded>The first text.</c:encoded></item>"
    b"<item><title>Two</title><link>https://a.example/2</link><description>Short.</description></item></channel></rss>"
)


def test_pages_pdfs_and_feeds_of_a_folder(tmp_path: Path) -> None:
    write(tmp_path / "a.HTML", PAGE)
    write(tmp_path / "b/c.html.gz", gzip.compress(PAGE))
    write(tmp_path / "d.rss", FEED)
    write(tmp_path / "e.pdf", b"%PDF-1.7 nothing")
    write(tmp_path / "f.xml", b"<urlset></urlset>")
    write(tmp_path / "g.xml", b"<note>words</note>")
    write(tmp_path / "h.atom", b"")
    write(tmp_path / "i.txt", "Text.")
    found = {item.origin: item for item in read(tmp_path)}
    said = {origin: item.reason for origin, item in found.items() if isinstance(item, Rejected)}
    assert {origin: words.split(",")[0] for origin, words in said.items()} == {
        "d.rss:2": "gives only a summary of its article", "e.pdf": said["e.pdf"], "f.xml": "is a sitemap",
        "g.xml": "is XML", "h.atom": "is empty",
    }  # fmt: skip
    assert "broken PDF" in said["e.pdf"]
    for origin, id_ in (("a.HTML", "a"), ("b/c.html.gz", "b/c")):
        item = found[origin]
        assert isinstance(item, Article)
        assert (item.ref.id, item.ref.title, item.ref.publisher) == (id_, "The bridge", "The Paper")
        assert item.text == "The harbour bridge opened on Monday."
        assert item.raw
    entry = found["d.rss:1"]
    assert isinstance(entry, Article)
    assert (entry.ref.id, entry.text) == ("https://a.example/1", "The first text.")


def test_unchanged_pages_are_not_parsed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = write(tmp_path / "a.html", PAGE)
    first = article(tmp_path)
    known = {first.origin: Known(first.ref.id, first.ref.url, first.raw)}

    def never(*_: object) -> None:
        raise AssertionError("a parser was started")

    with monkeypatch.context() as patched:
        patched.setattr("byline.ingest.limited.worker.Worker.__init__", never)
        assert list(read_source(tmp_path, known)) == [Unchanged("a.html", "a", None)]
    write(file, PAGE.replace(b"Monday", b"Tuesday"))
    [again] = read_source(tmp_path, known)
    assert isinstance(again, Article)
    assert "Tuesday" in again.text


@pytest.mark.parametrize(("name", "count"), [("multihop_rag", 609), ("realtimeqa", 400)])
def test_benchmark_articles_read_as_they_are(shared: Path, name: str, count: int) -> None:
    # All 3,544 of realtimeqa read as well; they take 11 CPU-s.
    items = list(itertools.islice(unique(read_source(shared / "bench" / name / "articles.jsonl")), count))
    found = [item for item in items if isinstance(item, Article)]
    assert len(found) == len(items) == count
    assert all(item.ref.title and item.ref.url and item.ref.publisher and item.ref.published for item in found)
    assert not any(item.notes for item in found)


def test_seeds(shared: Path) -> None:
    titles = [item.ref.title for item in read(shared / "seeds") if isinstance(item, Article)]
    assert len(titles) == 2
    assert titles[0].startswith("Diplomacy in Focus")
