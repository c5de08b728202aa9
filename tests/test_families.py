"""Families from a sync to an answer: fifty copies are one source, and what only one copy says is still found."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from byline.answer.answerer import ExtractiveAnswerer
from byline.answer.logistic import Logistic
from byline.answer.refuse import RefusalRule, Thresholds
from byline.checkup import check_up, status_of
from byline.retrieve.search import Searcher
from byline.retrieve.understand import understand
from byline.settings import read_settings
from byline.types import Article, Hit, Question
from byline.wire import answer_json, hits_json
from tests.newsroom import MemoryShelf, Newsroom, article, newsroom

SENTENCES = [f"Survey {n} of the railway found {n * 3} broken sleepers near station {n * 7}." for n in range(20)]
STORY = " ".join(SENTENCES)
OTHERS = [
    article(f"other{n}", f"Line {n} of the railway has sleepers of oak. Its station {n} is new.") for n in range(12)
]
ONLY = "Saltmarsh alone learned that inspector Okafor resigned over the railway sleepers."
QUESTION = "How many broken sleepers did survey 13 of the railway find?"
DAY = datetime(2026, 1, 1, tzinfo=UTC)


def copy(n: int, text: str = STORY) -> Article:
    made = article(f"copy{n:02}", text, title="Railway survey")
    return replace(made, ref=replace(made.ref, publisher=f"Outlet {n:02}", published=DAY + timedelta(hours=n)))


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Newsroom]:
    with newsroom(tmp_path, MemoryShelf()) as made:
        yield made


@contextmanager
def answerer(room: Newsroom) -> Iterator[ExtractiveAnswerer]:
    with room.opened() as opened:
        rule = RefusalRule(Logistic(0.0, {}), Logistic(0.0, {}), Thresholds(0.0, 0.0, 0.0))
        yield ExtractiveAnswerer(room.library, Searcher(room.library, opened, room.embedder), rule)


def of_the_family(hits: list[Hit]) -> set[str]:
    return {hit.passage.article.id for hit in hits if hit.passage.article.id.startswith("copy")}


@pytest.mark.parametrize("real", [False, True], ids=["doubles", "Chroma and tantivy"])
def test_fifty_copies_take_one_place_and_crowd_nobody_out(real: bool, tmp_path: Path) -> None:
    with newsroom(tmp_path, None if real else MemoryShelf()) as room:
        room.sync([*map(copy, range(50)), *OTHERS])
        [hits] = room.search(QUESTION)
        assert of_the_family(hits) == {"copy49"}
        assert len(hits) == 10
        assert {len(hit.also_in) for hit in hits if hit.passage.article.id == "copy49"} == {49}
        texts = room.library.article_texts(["copy49"])
        for hit in hits:
            if hit.passage.article.id == "copy49":
                assert texts["copy49"][hit.passage.start : hit.passage.end] == hit.passage.text


def test_an_answer_cites_one_and_names_the_others(room: Newsroom) -> None:
    room.sync([*map(copy, range(3)), *OTHERS])
    with answerer(room) as answers:
        answer = answers.answer(Question(QUESTION, QUESTION))
    cited = [ref.id for ref in answer.sources if ref.id.startswith("copy")]
    assert cited == ["copy02"]
    shown = {source["article_id"]: source["also_in"] for source in answer_json(answer)["sources"]}
    assert [(ref["article_id"], ref["publisher"]) for ref in shown["copy02"]] == [
        ("copy01", "Outlet 01"),
        ("copy00", "Outlet 00"),
    ]


def test_what_only_one_copy_says_is_cited_from_it(room: Newsroom) -> None:
    room.sync([copy(0), copy(1, f"{STORY} {ONLY}"), copy(2), *OTHERS])
    [[first, *_]] = room.search("Which inspector resigned over railway sleepers?")
    assert first.passage.article.id == "copy01"
    assert ONLY in first.passage.text
    assert {ref.id for ref in first.also_in} == {"copy00", "copy02"}


def test_the_outlet_asked_for_is_the_one_cited(room: Newsroom) -> None:
    room.sync([*map(copy, range(3)), *OTHERS])
    [hits] = room.search(f"According to Outlet 01: {QUESTION}")
    assert of_the_family(hits) == {"copy01"}


def test_when_the_one_that_stands_goes_another_takes_its_place(room: Newsroom) -> None:
    room.sync([*map(copy, range(3))])
    room.sync([*map(copy, range(2))])
    [hits] = room.search(QUESTION)
    assert of_the_family(hits) == {"copy01"}
    room.sync([copy(0)])
    [[hit, *_]] = room.search(QUESTION)
    assert (hit.passage.article.id, hit.also_in) == ("copy00", ())
    assert hits_json([hit])["hits"][0]["also_in"] == []


def test_readers_never_meet_a_family_half_merged(tmp_path: Path) -> None:
    """While copies join and leave, every search cites the family once and names all the others or none."""
    with newsroom(tmp_path) as room:
        search_while_families_change(room)


def hide_and_publish(room: Newsroom, copies: list[Article]) -> None:
    """What a sync does to articles that the indexes have already."""
    room.library.hide([each.ref.id for each in copies])
    time.sleep(0.1)
    staged = room.library.stage("/articles", [(each, room.split(each)) for each in copies], room.rules)
    room.library.publish(staged, "/articles", {each.ref.id: each for each in copies})
    time.sleep(0.1)


def search_while_families_change(room: Newsroom) -> None:
    copies = [copy(n) for n in range(1, 6)]
    room.sync([copy(0), *copies, *OTHERS])
    wrong: list[object] = []
    sizes: set[int] = set()
    done = threading.Event()

    def read(searcher: Searcher) -> None:
        while not done.is_set():
            found = [hit for hit in searcher.search(understand(QUESTION)) if hit.passage.article.id.startswith("copy")]
            state = {(hit.passage.article.id, len(hit.also_in)) for hit in found}
            sizes.update(others for _, others in state)
            if state not in ({("copy00", 0)}, {("copy05", 5)}):
                wrong.append(state)

    with room.opened() as opened:
        readers = [
            threading.Thread(target=read, args=[Searcher(room.library, opened, room.embedder)]) for _ in range(2)
        ]
        for reader in readers:
            reader.start()
        try:
            for rounds in range(30):
                hide_and_publish(room, copies)
                if rounds >= 5 and sizes == {0, 5}:
                    break
        finally:
            done.set()
            for reader in readers:
                reader.join()
    assert wrong == []
    assert sizes == {0, 5}


def test_doctor_and_status_report_families_and_equal_texts(tmp_path: Path) -> None:
    form = "Video player was slow to load content."
    with newsroom(tmp_path) as room:
        room.sync([*map(copy, range(5)), article("oreo", form), article("squid", form), *OTHERS])
    settings = read_settings({}, index=tmp_path)
    found = {finding.check: finding for finding in check_up(settings)}
    assert found["families"].ok
    assert found["families"].detail == (
        "1 family of 5 articles: copy04 ('Railway survey') stands for copy03, copy02, copy01, and 1 more"
    )
    assert found["same texts"].ok
    assert found["same texts"].detail.startswith(
        "2 texts under several ids: copy00, copy01, copy02, and 2 more; oreo, squid"
    )
    assert "oreo, squid" in found["same texts"].next_step
    assert status_of(settings)["families"] == 1
