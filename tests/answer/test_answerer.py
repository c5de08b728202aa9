"""Answers over the demo corpus: exact words, nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from byline.answer.answerer import ExtractiveAnswerer
from byline.answer.refuse import calibrated
from byline.build import Desk, open_desk
from byline.errors import LibraryError, QuestionError, StorageError
from byline.retrieve.search import Searcher
from byline.settings import read_settings
from byline.types import Answer, Failed, Hit, Question, Started, Turn
from tests.newsroom import MemoryShelf, article, newsroom

QUESTIONS = [
    "What trade target did India and Russia set for 2030?",
    "How much was trade between India and Russia in fiscal year 2024-25?",
    "When did Vladimir Putin arrive in New Delhi?",
    "Who met Putin at the airport?",
    "What tariff did the United States put on Indian goods?",
    "How large is India's trade deficit with Russia?",
    "What is the Kudankulam plant?",
    "How does settlement in rupees and roubles work?",
    "Which missiles are produced jointly by India and Russia?",
    "What was the first Soviet satellite launch for India?",
    "Why does India want a permanent seat in the Security Council?",
    "Which shipping routes connect India and Russia?",
    "What did the correction say about the summit's number?",
    "व्यापार लक्ष्य क्या है?",
]


@pytest.fixture(scope="module")
def desk(demo_index: Path) -> Iterator[Desk]:
    with open_desk(read_settings({}, index=demo_index)) as opened:
        yield opened


def ask(desk: Desk, text: str, *history: Turn) -> Answer:
    return desk.answerer.answer(Question(text, text, history))


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_quote_is_a_slice_of_its_article(question: str, desk: Desk) -> None:
    answer = ask(desk, question)
    texts = desk.library.article_texts([source.id for source in answer.sources])
    quotes = [quote for sentence in answer.sentences for quote in sentence.quotes]
    for quote in quotes:
        assert texts[quote.passage.article.id][quote.start : quote.end] == quote.text
        assert quote.passage.start <= quote.start < quote.end <= quote.passage.end
    for sentence in answer.sentences:
        assert sentence.supported
        assert sentence.text in {quote.text for quote in sentence.quotes}
        assert 0 <= sentence.score <= 1
    assert answer.answered == bool(answer.sentences)
    if answer.answered:
        cited = {quote.passage.article for quote in quotes}
        assert cited <= set(answer.sources) <= cited | {quote.passage.article for quote in answer.quotes}


def test_most_of_them_are_answered(desk: Desk) -> None:
    """Else the law above would hold of nothing."""
    assert sum(ask(desk, question).answered for question in QUESTIONS) >= 9


def test_every_hit_is_a_slice_of_its_article(desk: Desk) -> None:
    hits = desk.searcher.search(Question(QUESTIONS[0], QUESTIONS[0]), 20)
    texts = desk.library.article_texts([hit.passage.article.id for hit in hits])
    assert len(hits) > 5
    for hit in hits:
        passage = hit.passage
        assert texts[passage.article.id][passage.start : passage.end] == passage.text
        assert len(hit.similarities) == len(passage.sentences)
        assert hit.ranks
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_an_answer_has_the_figure_its_date_and_what_it_was_made_with(desk: Desk) -> None:
    answer = ask(desk, QUESTIONS[0])
    assert "$100 billion" in " ".join(sentence.text for sentence in answer.sentences)
    assert answer.reason is None
    assert answer.as_of == max(ref.modified or ref.published for ref in answer.sources if ref.published)
    assert answer.fingerprints is not None
    assert answer.fingerprints.embedder == desk.embedder.fingerprint
    assert answer.fingerprints.generation.startswith("gen-0001:")
    assert set(answer.timing_ms) == {"search", "answer"}


@pytest.mark.parametrize(
    "question", ["Who won the 1998 football world cup final?", "What is the boiling point of mercury in kelvin?"]
)
def test_what_the_articles_do_not_say_is_refused_with_the_closest(question: str, desk: Desk) -> None:
    answer = ask(desk, question)
    assert (answer.answered, answer.reason, answer.sentences, answer.as_of) == (False, "not_in_articles", (), None)
    assert 0 < len(answer.sources) <= 3


def test_a_question_that_leans_is_understood_with_the_one_before(desk: Desk) -> None:
    before = Turn("user", QUESTIONS[0])
    answer = ask(desk, "And why?", before, Turn("assistant", "$100 billion."))
    assert answer.question.text == "And why?"
    assert answer.question.standalone == f"{QUESTIONS[0][:-1]}, and why?"
    assert answer.question.history == (before, Turn("assistant", "$100 billion."))


def test_asking_twice_gives_the_same(desk: Desk) -> None:
    first, second = ask(desk, QUESTIONS[1]), ask(desk, QUESTIONS[1])
    assert (first.sentences, first.sources) == (second.sentences, second.sources)


@pytest.mark.parametrize("text", ["", " \n", "?!", "x" * 2001, "\x00", "\ud800"])
def test_an_unusable_question_raises_before_the_stream_starts(text: str, desk: Desk) -> None:
    question = Question(text, text)
    with pytest.raises(QuestionError):
        desk.answerer.answer(question)
    with pytest.raises(QuestionError):
        next(desk.answerer.stream(question))


def test_without_articles_the_reason_says_so(tmp_path: Path) -> None:
    with newsroom(tmp_path, MemoryShelf()) as room:
        room.sync([])
        with room.opened() as opened:
            searcher = Searcher(room.library, opened, room.embedder)
            answer = ExtractiveAnswerer(room.library, searcher, calibrated()).answer(Question("Who?", "Who?"))
    assert (answer.answered, answer.reason, answer.sources) == (False, "no_articles", ())


class Failing(Searcher):
    def search(self, question: Question, limit: int = 10) -> list[Hit]:
        raise StorageError("The disk is full.", "Free some space.")


def test_what_fails_ends_the_stream_with_words_for_the_reader(tmp_path: Path) -> None:
    with newsroom(tmp_path, MemoryShelf()) as room:
        room.sync([article("council", "The council paid 41 million crowns.")])
        with room.opened() as opened:
            answerer = ExtractiveAnswerer(room.library, Failing(room.library, opened, room.embedder), calibrated())
            question = Question("What was paid?", "What was paid?")
            started, failed = answerer.stream(question)
            with pytest.raises(LibraryError, match="disk is full"):
                answerer.answer(question)
    assert isinstance(started, Started)
    assert failed == Failed("The disk is full. Free some space.", retryable=True)


def test_who_is_named_is_answered_with_what_he_wrote_and_nothing_else(desk: Desk) -> None:
    """No passage has the writer's name: see `byline.retrieve.writers`."""
    answer = ask(desk, "What aim would Farah Qureshi find more honest than $100 billion?")
    assert "A more honest aim would be to double or triple" in answer.sentences[0].text
    assert {name for source in answer.sources for name in source.authors} == {"Farah Qureshi"}
    answer = ask(desk, "Is the trade deficit with Russia a worry, according to the opinion piece?")
    assert {source.kind for source in answer.sources} == {"opinion"}
    assert answer.answered
    for question in ("What is the capital of Peru, according to Farah Qureshi?", "Where was Pavel Orlov born?"):
        assert not ask(desk, question).answered
