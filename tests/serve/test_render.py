"""What an answer looks like: every citation leads to a card, every card shows the exact words, nothing acts."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape
from html.parser import HTMLParser

import pytest

from byline.answer.reasons import REASONS
from byline.library.freshness import Freshness, SourceState
from byline.serve import render
from byline.serve.cards import number_sources, sources_html
from byline.testing import answering, demo_answers, passage_of, quoting
from byline.types import Answer, ArticleRef, AskedTime, Disagreement, Failed, Premise, Question, Quote, Reason, Sentence

TAGS = {
    "a", "blockquote", "br", "button", "code", "details", "div", "h2", "h3", "li", "mark", "p", "section", "span",
    "strong", "summary", "ul",
}  # fmt: skip
ATTRIBUTES = {"class", "href", "id", "rel", "tabindex", "target", "title"}
HOSTILE = '<script>x()</script> ![](https://evil.example/x.png) $x$ [a](https://evil.example) " onload="x'


class Page(HTMLParser):
    """Tags, attributes and visible text of a string of HTML."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.text = ""
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.attributes if key == name]


@pytest.fixture
def answer() -> Answer:
    (only,) = demo_answers().values()
    return only


def sources_of(answer: Answer, turn: int = 1) -> str:
    return render.answer_sources_html(turn, answer.question.text, answer.sentences)


def test_every_citation_leads_to_a_card_and_names_the_mark_of_its_own_words(answer: Answer) -> None:
    body, cards = Page(render.answer_html(3, answer)), Page(sources_of(answer, 3))
    targets = [href for href in body.all("href") if href.startswith("#s3-")]
    assert targets == ["#s3-1", "#s3-1", "#s3-2"]
    assert {target[1:] for target in targets} <= set(cards.all("id"))
    marks = re.findall(r"m3-\d-\d", " ".join(body.all("class")))
    assert marks == ["m3-1-1", "m3-1-2", "m3-2-1"]
    assert set(marks) <= set(cards.all("id"))


def test_the_marked_words_are_the_quote_verbatim(answer: Answer) -> None:
    marked = [Page(words).text for words in re.findall(r"<mark[^>]*>(.*?)</mark>", sources_of(answer))]
    assert sorted(marked) == sorted(quote.text for sentence in answer.sentences for quote in sentence.quotes)


def test_a_card_holds_its_whole_passage_in_order(answer: Answer) -> None:
    for source in number_sources(answer.sentences):
        passage = sources_html(1, "", [source]).split('class="passage">')[1].split('<p class="ways">')[0]
        shown = re.sub(r"<summary>.*?</summary>|</details>", " ", passage)
        assert Page(shown).text.split() == source.passage.text.split()


def test_overlapping_quotes_repeat_no_words() -> None:
    passage = passage_of(ArticleRef("a", "A"), "One two three four five.")
    quotes = [Quote(passage, start, end, passage.text[start:end]) for start, end in ((0, 13), (4, 18), (8, 13))]
    cards = sources_html(1, "", number_sources([Sentence("x", tuple(quotes), supported=True)]))
    assert "One two three four five." in Page(cards).text
    assert cards.count("<mark") == 2


def test_a_card_names_each_outlet_that_has_the_same_words_once(answer: Answer) -> None:
    cited, other = answer.sources
    copies = [
        ArticleRef("one", "One", url="https://wire.example/one", publisher="Wire <b>"),
        ArticleRef("two", "Two", url="https://wire.example/two", publisher="Wire <b>"),
        ArticleRef("three", "Three", url="javascript:alert(1)"),
    ]
    page = render.answer_sources_html(1, "?", answer.sentences, {cited.id: copies})
    [card] = [card for card in page.split("<section")[2:] if "Also in" in card]
    shown = unescape(card.split("Also in: ")[1].split("</p>")[0])
    assert cited.title in card
    assert other.title not in card
    assert shown.count("<a ") == 1
    assert "https://wire.example/one" in shown
    assert "Three" in shown
    assert "javascript" not in card
    assert "<b>" not in card
    assert "Also in" not in render.answer_sources_html(1, "?", answer.sentences)


def test_a_paragraph_never_mixes_articles_and_ends_in_its_byline(answer: Answer) -> None:
    paragraphs = re.findall(r"<p>(.*?)</p><p class=\"byline\">(.*?)</p>", render.sentences_html(1, answer.sentences))
    assert len(paragraphs) == 2
    assert "Northline Wire" in paragraphs[0][1]
    assert "Opinion" in paragraphs[1][1]


def test_what_is_not_supported_or_not_quoted_is_not_shown(answer: Answer) -> None:
    first, second, third = answer.sentences
    doubtful = (replace(first, supported=False), replace(second, quotes=()), third)
    shown = Page(render.answer_html(1, replace(answer, sentences=doubtful))).text
    assert third.text in shown
    assert first.text not in shown
    assert second.text not in shown


def test_hostile_articles_and_questions_are_text() -> None:
    article = ArticleRef(
        HOSTILE, HOSTILE, url="javascript:alert(1)", authors=(HOSTILE,), publisher=HOSTILE, kind=HOSTILE,
        published=datetime(2026, 1, 2, tzinfo=UTC),
    )  # fmt: skip
    answer = answering(HOSTILE, quoting(passage_of(article, f"{HOSTILE}\n\n# {HOSTILE}\n\nEnd."), HOSTILE))
    (said,), (quote,) = answer.sentences, answer.sentences[0].quotes
    crowded = replace(
        answer,
        sentences=(replace(said, leads=(quote,), speaker=f"{HOSTILE}!", correction=quote),),
        disagreements=(
            Disagreement(HOSTILE, (quote, replace(quote, end=quote.end - 1)), (HOSTILE, HOSTILE)),
            Disagreement(HOSTILE, (quote, quote), (HOSTILE, HOSTILE)),
        ),
        premise=Premise(HOSTILE, HOSTILE, quote),
        newer=(article,),
    )
    refusal = Answer(
        Question(HOSTILE, HOSTILE, time=AskedTime(HOSTILE)), (), (article,), answered=False, reason="not_at_that_time",
        nearest=(quote,), premise=crowded.premise,
    )  # fmt: skip
    everything = (
        render.answer_html(1, crowded),
        render.question_html(HOSTILE), render.answer_html(1, answer), sources_of(answer), render.working_html(HOSTILE),
        render.answer_html(1, refusal), render.failed_html(Failed(HOSTILE, retryable=True)),
    )  # fmt: skip
    for shown in everything:
        page = Page(shown)
        assert page.tags <= TAGS
        assert {name for name, _ in page.attributes} <= ATTRIBUTES
        assert not [href for href in page.all("href") if not href.startswith("#")]
        assert not set("![]$`*_\n") & set(re.sub(r"<[^>]*>", "", shown))
    assert HOSTILE in Page(render.answer_html(1, answer)).text


def test_only_opinion_and_analysis_are_labelled() -> None:
    for kind, label in {"opinion": "Opinion", "analysis": "Analysis", "news": None, None: None}.items():
        passage = passage_of(ArticleRef("a", "A title", kind=kind), "Words.")
        shown = sources_of(answering("q", quoting(passage, "Words.")))
        assert (f">{label}<" in shown) if label else ('class="kind"' not in shown)


@pytest.mark.parametrize("reason", sorted(REASONS))
def test_a_refusal_says_why_and_names_the_closest_articles(reason: Reason, answer: Answer) -> None:
    refusal = Answer(answer.question, (), answer.sources, answered=False, reason=reason)
    page = Page(render.answer_html(1, refusal))
    assert REASONS[reason] in page.text
    assert ("byline sync" in page.text) == (reason == "no_articles")
    assert page.all("href") == [source.url for source in answer.sources]
    assert render.answer_text(refusal).startswith(render.NOT_ANSWERED)


def test_a_failure_invites_another_try_only_when_that_can_help() -> None:
    assert "again" in render.failed_html(Failed("Busy.", retryable=True))
    assert "again" not in render.failed_html(Failed("Too long.", retryable=False))


def test_the_freshness_line_counts_and_dates() -> None:
    shown = Page(render.freshness_html(Freshness(18, datetime(2026, 1, 12)))).text
    assert shown.replace("\xa0", " ") == "18 articles up to 12 January 2026"
    assert Page(render.freshness_html(Freshness(1))).text == "1 article"
    assert "byline sync" in render.freshness_html(Freshness(0))


def checked(ago: timedelta) -> Freshness:
    now = datetime(2026, 1, 15, 12, tzinfo=UTC)
    source = SourceState("/secret/articles", now - ago, now - ago, articles=18)
    return Freshness(18, datetime(2026, 1, 12), (source,), timedelta(hours=2), now)


def test_the_freshness_line_says_how_long_ago_and_when_that_is_too_long() -> None:
    fresh, late = (render.freshness_html(checked(timedelta(minutes=minutes))) for minutes in (5, 300))
    assert Page(fresh).text.replace("\xa0", " ") == "18 articles up to 12 January 2026; checked 5 minutes ago"
    assert "checked 5 hours ago" in late
    assert "out of date" in late
    assert ("late" in fresh, "late" in late) == (False, True)
    assert "secret" not in fresh + late


@pytest.mark.parametrize("answered", [True, False])
def test_a_warning_stands_with_the_answer(answered: bool, answer: Answer) -> None:
    said = answer if answered else Answer(answer.question, (), answer.sources, answered=False, reason="not_in_articles")
    assert "warning" not in render.answer_html(1, said)
    warned = Page(render.answer_html(1, replace(said, warning="Last checked <3 days> ago.")))
    assert "Last checked <3 days> ago." in warned.text
    assert warned.tags <= TAGS
