from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from byline.answer.extract import extract
from byline.answer.leads import MOST_LEADS, leads, leans
from byline.answer.weigh import weigh
from byline.types import ArticleRef, Hit, Passage, Span


def passage(*paragraphs: tuple[str, ...], start: int = 50) -> Passage:
    """Sentences parted by one blank, paragraphs by a blank line; it begins at `start` of its article."""
    text, spans = "", []
    for paragraph in paragraphs:
        text += "\n\n" if text else ""
        for place, sentence in enumerate(paragraph):
            text += " " if place else ""
            spans.append(Span(start + len(text), start + len(text) + len(sentence)))
            text += sentence
    return Passage("p", ArticleRef("a", "A"), start, start + len(text), text, sentences=tuple(spans))


@pytest.mark.parametrize(
    "sentence",
    [
        "He said no.",
        "But it never arrived at the port of Chennai.",
        "The move surprised traders in Mumbai and Moscow.",
        "That would cost India about $2 billion a year.",
        "“They will pay in roubles,” the minister added.",
        "China has not.",
        "In 2019 he moved to Delhi with his family.",
        "However, these figures leave out services.",
        "Both of them had been signed in Moscow.",
        "Once they do, prices will fall in Mumbai.",
        "There he proposed a corridor for customs papers.",
        "Its founding treaty was signed in Astana in May 2014.",
    ],
)
def test_what_points_back_leans(sentence: str) -> None:
    assert leans(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Mr. Modi said that he would travel to Kazan.",
        "Wang testified that he had heard it himself.",
        "When it comes to oil, India buys where prices are low.",
        "Farmers near Pune say that traders owe them money.",
        "It is unclear who will pay for the line.",
        "This week India raised its tariff on steel.",
        "Those who bought early paid less than the rest.",
        "The move of the capital to Jakarta took ten years.",
        "Trade between the two countries grew by a third.",
        "There is no railway between Rasht and Astara.",
        "भारत ने ऐसा नहीं किया।",
        "उन्होंने कहा कि व्यापार बढ़ेगा।",
        "",
    ],
)
def test_what_stands_alone_does_not(sentence: str) -> None:
    assert not leans(sentence)


FOUR = ("Four of the five have declared support.", "They did so in public.", "China has not.")


def test_leads_by_hand() -> None:
    found = passage(FOUR)
    quotes = leads(found, found.sentences[2])
    assert [quote.text for quote in quotes] == list(FOUR[:2])
    text = "x" * 50 + found.text
    assert all(text[quote.start : quote.end] == quote.text for quote in quotes)


def test_no_more_leads_than_are_read() -> None:
    found = passage(("Putin landed.", "He smiled broadly.", "He waved to them.", "He left at once."))
    assert len(leads(found, found.sentences[3])) == MOST_LEADS


def test_another_paragraph_is_no_lead() -> None:
    found = passage(("Prices rose in the south.",), ("They fell again in May.",))
    assert leads(found, found.sentences[1]) == ()


def test_the_first_sentence_has_no_lead() -> None:
    found = passage(("He said no.",))
    assert leads(found, found.sentences[0]) == ()


def test_a_sentence_that_is_shown_is_not_a_lead_too() -> None:
    both = passage(("India and Russia signed a treaty in 1971.", "It was signed by the foreign ministers."))
    shown = extract(weigh("", [Hit(both, 1.0, similarities=(0.9, 0.9))], {"treati": 2.0, "sign": 1.0}))
    assert {sentence.text for sentence in shown} == {both.slice(span) for span in both.sentences}
    assert all(sentence.leads == () for sentence in shown)


def test_what_leans_is_shown_with_its_lead() -> None:
    both = passage(("The council is divided over the whole matter.", "China has not agreed to it."))
    second = Hit(both, 1.0, similarities=(0.0, 0.9))
    (shown,) = extract(weigh("", [second], {"china": 9.0, "agre": 9.0}))
    assert shown.text == "China has not agreed to it."
    assert shown.leads == ()  # it names what it is about

    leaning = passage(("The council is divided over the whole matter.", "They voted nine times in Geneva."))
    (shown,) = extract(weigh("", [Hit(leaning, 1.0, similarities=(0.0, 0.9))], {"vote": 9.0, "geneva": 9.0}))
    assert [quote.text for quote in shown.leads] == ["The council is divided over the whole matter."]
    assert shown.text == "They voted nine times in Geneva."


@given(st.lists(st.lists(st.text(min_size=1, max_size=30), min_size=1, max_size=4).map(tuple), min_size=1, max_size=3))
def test_leads_are_the_sentences_before(paragraphs: list[tuple[str, ...]]) -> None:
    found = passage(*paragraphs)
    for span in found.sentences:
        quotes = leads(found, span)
        assert len(quotes) <= MOST_LEADS
        if quotes:
            first = found.sentences.index(Span(quotes[0].start, quotes[0].end))
            assert [Span(q.start, q.end) for q in quotes] == list(found.sentences[first : first + len(quotes)])
