"""Two published articles on one visit, outside the project: the questions a reader would ask, and what must come first.

Only short phrases that name a fact are written here, never the articles' sentences.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from byline.build import Desk, open_desk
from byline.settings import read_settings
from byline.types import Answer, Question, Turn

PROPOSED = "What did Modi propose at the India-Russia Business Forum?"


@dataclass(frozen=True)
class Asked:
    """`phrases` are all in the answer. `leans_on`: the question asked before, by whose answer it is understood."""

    question: str
    phrases: tuple[str, ...]
    paraphrases: tuple[str, str, str]
    leans_on: str | None = None


ASKED = (
    Asked(
        "What trade target did India and Russia set, and by when?",
        ("100 billion", "2030"),
        (
            "How much trade do India and Russia want to reach, and in which year?",
            "What goal did the two countries announce for bilateral trade?",
            "By what year should trade between India and Russia grow to its target?",
        ),
    ),
    Asked(
        "What is the current bilateral trade?",
        ("67 billion",),
        (
            "How much do India and Russia trade now?",
            "What is the present value of India-Russia trade?",
            "How large is bilateral trade today?",
        ),
    ),
    Asked(
        "What did Putin say about the UN Security Council?",
        ("permanent member",),
        (
            "Does Putin support a Security Council seat for India?",
            "What is Putin's view of India's place on the United Nations Security Council?",
            "Who backs India for the Security Council?",
        ),
    ),
    Asked(
        "Which anniversary did the visit mark?",
        ("25th anniversary",),
        (
            "What anniversary was marked?",
            "Which anniversary of the strategic partnership was it?",
            "How many years of strategic partnership did the visit celebrate?",
        ),
    ),
    Asked(
        PROPOSED,
        ("virtual trade corridor",),
        (
            "What idea did Modi present at the Business Forum?",
            "Which corridor did Modi suggest?",
            "How does Modi want to link the customs systems?",
        ),
    ),
    Asked(
        "and who proposed it?",
        ("Modi", "virtual trade corridor"),
        ("who suggested that?", "and whose idea was it?", "who came up with it?"),
        leans_on=PROPOSED,
    ),
    Asked(
        "What did the visit say about energy?",
        ("energy as a major pillar",),
        (
            "What was said about energy cooperation?",
            "What does the joint statement say on energy?",
            "How important is energy to the relations?",
        ),
    ),
)


@pytest.fixture(scope="module")
def desk(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    index = tmp_path_factory.mktemp("seeds") / "index"
    command = [sys.executable, "-m", "byline.cli", "sync", str(shared / "seeds"), "--index", str(index)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert "2 added" in done.stdout
    with open_desk(read_settings({}, index=index)) as opened:
        yield opened


def ask(desk: Desk, question: str, leans_on: str | None = None) -> Answer:
    history: tuple[Turn, ...] = ()
    if leans_on:
        before = " ".join(sentence.text for sentence in ask(desk, leans_on).sentences)
        history = (Turn("user", leans_on), Turn("assistant", before))
    return desk.answerer.answer(Question(question, question, history))


def late(desk: Desk, asked: Asked, question: str, *, within: int) -> str | None:
    """What came first, where the phrases are not all in the first so many sentences."""
    answer = ask(desk, question, asked.leans_on)
    text = " ".join(sentence.text for sentence in answer.sentences[:within])
    found = all(phrase.casefold() in text.casefold() for phrase in asked.phrases)
    return None if found else f"{question} → {text or 'refused'}"


def test_the_first_sentence_is_the_answer(desk: Desk) -> None:
    missed = [miss for asked in ASKED if (miss := late(desk, asked, asked.question, within=1))]
    assert len(missed) <= 1, missed


def test_the_first_two_sentences_hold_every_answer(desk: Desk) -> None:
    assert [miss for asked in ASKED if (miss := late(desk, asked, asked.question, within=2))] == []


def test_other_words_find_the_same_facts(desk: Desk) -> None:
    paraphrases = [(asked, words) for asked in ASKED for words in asked.paraphrases]
    missed = [miss for asked, words in paraphrases if (miss := late(desk, asked, words, within=2))]
    assert len(missed) <= 0.2 * len(paraphrases), missed


def test_what_the_articles_do_not_say_is_refused(desk: Desk) -> None:
    answer = ask(desk, "Who won the 2024 US election?")
    assert (answer.answered, answer.sentences, answer.reason) == (False, (), "not_in_articles")
