"""The page of an answer without JavaScript: what it shows, what it must not show, and that text stays text."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

import pytest

from byline.answer.standing import standing
from byline.serve.around import around_quotes, around_saved, neighbours
from byline.serve.share import answer_page, asking_page, failing_page
from byline.serve.theme import share_css
from byline.testing import answering, demo_answers, passage_of, quoting
from byline.types import Answer, ArticleRef, Disagreement, Premise, Question, Span
from byline.wire import answer_json, saved_json
from tests.answer.test_standing import COUNCIL, LATER, RIVER, quotes, room, save
from tests.newsroom import Newsroom

__all__ = ["room"]
HOSTILE = """"><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}' onmouseover='x"""


class Read(HTMLParser):
    """Tags with their attributes, and the text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def page_of(answer: Answer) -> Read:
    return Read(answer_page(answer_json(answer), around_quotes(answer)))


def test_every_sentence_stands_with_its_words_marked_in_their_passage() -> None:
    [answer] = demo_answers().values()
    page = answer_page(answer_json(answer), around_quotes(answer))
    read = Read(page)
    assert page.count("<mark>") == len(answer.sentences)
    for sentence in answer.sentences:
        assert sentence.text in read.text
    assert "Mayor Ada Lindqvist" in read.text  # the sentence after a quote
    assert "Buses will use it" not in read.text  # two after it
    links = [attributes["href"] or "" for tag, attributes in read.tags if tag == "a"]
    assert any(link.startswith("https://northline.example/") and ":~:text=" in link for link in links)
    assert ("meta", {"name": "robots", "content": "noindex, nofollow"}) in read.tags
    assert not any(tag == "script" for tag, _ in read.tags)


def test_text_from_outside_stays_text() -> None:
    article = ArticleRef("x", HOSTILE, url="javascript:alert(1)", authors=(HOSTILE,), publisher=HOSTILE, kind="opinion")
    said = quoting(passage_of(article, HOSTILE), HOSTILE)
    plain = answering("?", said)
    answer = replace(
        plain,
        question=Question(HOSTILE, HOSTILE),
        premise=Premise(HOSTILE, HOSTILE, said.quotes[0]),
        disagreements=(Disagreement(HOSTILE, said.quotes * 2, (HOSTILE, HOSTILE)),),
        warning=HOSTILE,
        newer=(article,),
    )
    benign = page_of(plain)
    for read in (page_of(answer), page_of(replace(answer, answered=False, sentences=(), nearest=said.quotes))):
        assert {tag for tag, _ in read.tags} <= {tag for tag, _ in benign.tags} | {"ul", "li", "h2", "strong"}
        for _, attributes in read.tags:
            assert not any(name.startswith("on") for name in attributes)
            assert "javascript" not in (attributes.get("href") or "")
        assert read.text.count("<script>alert(1)</script>") >= 5
    assert "<script" not in failing_page(HOSTILE, HOSTILE)


def test_what_is_not_answered_names_what_is_near() -> None:
    [answer] = demo_answers().values()
    [first, *_] = answer.sentences
    refused = replace(answer, sentences=(), answered=False, reason="related_only", nearest=first.quotes)
    read = page_of(refused)
    assert "Not answered in the articles." in read.text
    assert first.text in read.text
    assert "The bridge is open. The bill is not settled" in read.text  # a source that no near sentence is from


def test_a_shared_answer_tells_what_was_corrected_and_withdrawn(room: Newsroom) -> None:
    room.sync([COUNCIL, RIVER])
    answer_id = save(room, quotes(room, "The council paid 41 million crowns.", "The river flooded two villages."))

    def shared() -> Read:
        saved = room.library.saved_answer(answer_id)
        stands = standing(room.library, saved, LATER)
        around = around_saved(room.library, saved, stands.unseen)
        return Read(answer_page(saved_json(saved, stands), around))

    before = shared()
    assert "Nobody knows who pays the rest." in before.text  # the sentence after the quote
    assert COUNCIL.digest[:12] in before.text
    assert "Corrected" not in before.text
    room.sync([replace(COUNCIL, text=COUNCIL.text.replace("41", "50")), RIVER])
    room.library.withdraw("river", "wrong river")
    after = shared()
    assert "Corrected" in after.text
    assert {"del", "ins"} <= {tag for tag, _ in after.tags}
    assert "withdrawn" in after.text
    assert "wrong river" in after.text
    assert "flooded" not in after.text


@pytest.mark.parametrize(
    ("words", "before", "after"),
    [
        ("Two came.", "One went. ", " Three stayed."),
        ("One went.", "", " Two came."),
        ("Three stayed.", "Two came. ", ""),
        ("came", "Two ", "."),
        ("Next paragraph.", "", ""),
    ],
)
def test_neighbours_are_of_the_same_paragraph(words: str, before: str, after: str) -> None:
    text = "# Head\n\nOne went. Two came. Three stayed.\n\nNext paragraph."
    start = text.index(words)
    assert neighbours(text, Span(start, start + len(words))) == (before, after)


def test_asking_without_a_script() -> None:
    read = Read(asking_page())
    assert ("form", {"action": "/ask", "method": "get", "role": "search"}) in read.tags
    [label] = [attributes for tag, attributes in read.tags if tag == "label"]
    [box] = [attributes for tag, attributes in read.tags if tag == "input"]
    assert label["for"] == box["id"]


def test_the_style_sheet_fetches_nothing() -> None:
    assert "url(" not in share_css()
    assert "@import" not in share_css()
    assert "prefers-color-scheme:dark" in share_css()
