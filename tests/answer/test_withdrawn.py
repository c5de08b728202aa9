"""A withdrawn article is cited by none of the questions aimed at it; a correction answers in its new words.

A hundred questions in `make test`; `WITHDRAWN_QUESTIONS=1000` asks a thousand.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from byline.answer.answerer import ExtractiveAnswerer
from byline.answer.refuse import calibrated
from byline.build import Desk, open_desk
from byline.ingest.sync import Synchronizer
from byline.ingest.text.passages import rules_fingerprint, split
from byline.models.tokens import count_tokens
from byline.retrieve.search import Searcher
from byline.settings import read_settings
from byline.types import Answer, Article, PassagesFound, Question
from byline.wiring import generations_of

pytestmark = pytest.mark.alone

QUESTIONS = int(os.environ.get("WITHDRAWN_QUESTIONS", "100"))
SEED = 20260112
ARTICLE = "rupee-rouble-settlement-explained"
WITHIN_S = 1.0


@pytest.fixture
def index(demo_index: Path, tmp_path: Path) -> Path:
    """A copy of the demo index that a test may change."""
    return Path(shutil.copytree(demo_index, tmp_path / "index"))


@contextmanager
def desk(index: Path) -> Iterator[Desk]:
    with open_desk(read_settings({}, index=index)) as opened:
        yield opened


def live(opened: Desk, article_id: str = ARTICLE) -> Article:
    return next(article for article in opened.library.live_articles() if article.ref.id == article_id)


def aimed_at(article: Article, count: int) -> list[str]:
    """Questions in its own words: whole sentences, pieces of them, its names and figures, its title."""
    chance = random.Random(SEED)
    sentences = [s for s in re.split(r"(?<=[.?!])\s+", article.text.replace("#", " ")) if len(s.split()) > 3]
    words = sorted(set(re.findall(r"\w{5,}", article.text)))
    made = [article.ref.title, f"{article.ref.title} {article.ref.publisher}"]
    while len(made) < count:
        spoken = chance.choice(sentences).split()
        start = chance.randrange(max(1, len(spoken) - 4))
        made.append(
            chance.choice(
                [
                    " ".join(spoken),
                    " ".join(spoken[start : start + chance.randint(3, 9)]),
                    f"What about {' and '.join(chance.sample(words, 3))}?",
                    f"What does {article.ref.publisher} say about {chance.choice(words)}?",
                    f"Is it true that {' '.join(spoken)}",
                ]
            )
        )
    return made[:count]


def ask(opened: Desk, text: str) -> Answer:
    return opened.answerer.answer(Question(text, text))


def named_in(answer: Answer) -> set[str]:
    quoted = {quote.passage.article.id for sentence in answer.sentences for quote in sentence.quotes}
    return quoted | {source.id for source in answer.sources}


def test_no_question_finds_a_withdrawn_article(index: Path) -> None:
    with desk(index) as opened:
        article = live(opened)
        questions = aimed_at(article, QUESTIONS)
        assert sum(ARTICLE in named_in(ask(opened, text)) for text in questions[:40]) > 30
        opened.library.withdraw(ARTICLE)
        for text in questions:
            events = list(opened.answerer.stream(Question(text, text)))
            found = {h.passage.article.id for e in events if isinstance(e, PassagesFound) for h in e.hits}
            assert ARTICLE not in found, text
            assert ARTICLE not in named_in(events[-1].answer), text  # type: ignore[union-attr]
        assert ARTICLE not in {held.ref.id for held in opened.library.live_articles()}
        opened.library.undo_withdrawal(ARTICLE)
        assert ARTICLE in named_in(ask(opened, article.ref.title))


def test_withdrawn_by_another_process_while_answering(index: Path) -> None:
    """The last citation comes at most a second after the command has returned; reported with `-rP`."""
    command = [sys.executable, "-m", "byline.cli", "withdraw", ARTICLE, "--index", str(index)]
    cited: list[tuple[float, float, bool]] = []
    stopped = threading.Event()
    with desk(index) as opened:
        question = live(opened).ref.title

        def answering() -> None:
            while not stopped.is_set():
                started = time.monotonic()
                named = ARTICLE in named_in(ask(opened, question))
                cited.append((started, time.monotonic(), named))

        thread = threading.Thread(target=answering)
        thread.start()
        try:
            done = subprocess.run(command, capture_output=True, text=True)
            returned = time.monotonic()
            time.sleep(WITHIN_S)
        finally:
            stopped.set()
            thread.join()
    assert done.returncode == 0, done.stderr
    assert cited[0][2]
    assert cited[-1][0] > returned
    last = max(ended for _, ended, named in cited if named)
    sys.stdout.write(
        f"{len(cited)} answers; the last citation ended {1e3 * (last - returned):.0f} ms after the command\n"
    )
    assert last < returned + WITHIN_S


def test_a_correction_is_answered_within_a_second_after_sync(index: Path) -> None:
    settings = read_settings({}, index=index)
    with desk(index) as opened:
        wrong = live(opened)
        text = wrong.text.replace("11 July 2022", "13 July 2021")
        assert text != wrong.text
        corrected = replace(wrong, text=text, raw="edited")
        question = "What is the date of the circular of the Reserve Bank on trade in rupees?"
        assert any("11 July 2022" in sentence.text for sentence in ask(opened, question).sentences)
        generations = generations_of(index, opened.library)
        cut = partial(split, max_tokens=settings.passage_tokens, count_tokens=count_tokens)
        rules = rules_fingerprint(settings.passage_tokens)
        synchronizer = Synchronizer(opened.library, generations, opened.embedder, cut, rules)
        source = opened.library.live_elsewhere("")[ARTICLE]
        items = [corrected if article.ref.id == ARTICLE else article for article in opened.library.live_articles()]
        assert synchronizer.sync(items, source).changed == 1
        returned = time.monotonic()
        fresh = Searcher(opened.library, generations.open(generations.require_active()), opened.embedder)
        try:
            answerer = ExtractiveAnswerer(opened.library, fresh, calibrated())
            said = " ".join(s.text for s in answerer.answer(Question(question, question)).sentences)
        finally:
            fresh.opened.close()
        took = time.monotonic() - returned
    sys.stdout.write(f"the new words {1e3 * took:.0f} ms after sync\n")
    assert "13 July 2021" in said
    assert "11 July 2022" not in said
    assert took < WITHIN_S
