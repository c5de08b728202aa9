"""What stands beside the sentences on the page: said in the articles' words, each with a citation and a byline."""

from __future__ import annotations

import re

import pytest

from byline.serve import render
from byline.types import Answer
from tests.scripted import (
    CORRECTED,
    DIFFERS,
    ITSELF,
    NOT_THEN,
    OPINION,
    PREMISE,
    RELATED,
    SPOKEN,
    scripted_answers,
)
from tests.serve.test_render import Page

ANSWERS = scripted_answers()


def shown(question: str) -> str:
    """The text of the page, its hard blanks aside."""
    return Page(render.answer_html(1, ANSWERS[question])).text.replace("\xa0", " ")


def part(question: str, name: str) -> str:
    body = render.answer_html(1, ANSWERS[question])
    assert f'class="beside {name}"' in body
    return Page(body.split(f'class="beside {name}"')[1]).text.replace("\xa0", " ")


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_every_quote_on_the_page_leads_to_its_marked_words(answer: Answer) -> None:
    body, cards = Page(render.answer_html(7, answer)), _cards(answer)
    targets = [href[1:] for href in body.all("href") if href.startswith("#s7-")]
    assert set(targets) <= set(cards.all("id"))
    marks = set(re.findall(r"m7-\d+-\d+", " ".join(body.all("class"))))
    assert marks <= set(cards.all("id"))
    leads = {lead for sentence in answer.sentences for lead in sentence.leads}
    assert len(marks) == len(set(answer.quotes) - leads)
    anchors = [name for name in body.all("id") if name.startswith("c7-")]
    assert sorted(anchors) == sorted(f"c7-{n}" for n in {int(target.split("-")[1]) for target in targets})


def _cards(answer: Answer) -> Page:
    return Page(render.answer_sources_html(7, answer.question.text, answer.sentences, answer.also_in, answer.beside))


def test_two_articles_that_differ_stand_side_by_side_with_dates_and_bylines() -> None:
    said = part(DIFFERS, "differ")
    assert "The articles differ." in said
    first, second = said.index("34 people"), said.rindex("41 people")
    assert said.index("Northline Wire · 2 March 2026") > first
    assert said.index("Delhi Ledger · 3 March 2026") > said.index("41 people") > first
    assert second > first
    assert render.answer_html(1, ANSWERS[DIFFERS]).count("<blockquote>") == 2


def test_two_figures_of_one_sentence_share_it() -> None:
    assert "The article gives different figures." in part(ITSELF, "differ")
    assert render.answer_html(1, ANSWERS[ITSELF]).count("<blockquote>") == 1


def test_a_correction_stands_under_its_sentence_and_is_dated() -> None:
    said = shown(CORRECTED)
    assert said.index("fourth ferry") < said.index("Corrected on 5 March 2026.") < said.index("fifth ferry")


def test_what_a_sentence_leans_on_comes_before_it_and_its_speaker_after() -> None:
    said = shown(SPOKEN)
    assert (
        said.index("The mayor spoke of the bridge.") < said.index("“It will last") < said.index("— Mayor Ada Lindqvist")
    )
    assert "Nobody laughed" not in said
    assert "Newer articles on this" in said
    assert 'class="lead"' in render.answer_html(1, ANSWERS[SPOKEN])


def test_a_premise_comes_before_the_sentences() -> None:
    said = shown(PREMISE)
    assert said.startswith("The articles say otherwise. The question has “14 million crowns”, the articles have “41")


def test_an_opinion_is_labelled_and_its_writers() -> None:
    assert "Opinionby Ines Okafor · Saltmarsh Review · 14 January 2026" in shown(OPINION)


def test_related_reporting_is_shown_as_no_answer() -> None:
    body = render.answer_html(1, ANSWERS[RELATED])
    said = shown(RELATED)
    assert said.startswith("The articles report on this, but do not answer the question.")
    assert said.index("The nearest sentences") < said.index("The council has not said who will pay")
    assert 'class="said"' not in body
    assert said.count("The bill is not settled") == 0, "an article is named once: by its sentence or by its title"
    assert "Harbour bridge reopens" in said


def test_a_time_that_is_not_reached_is_named_in_the_words_of_the_question() -> None:
    assert shown(NOT_THEN).startswith("The articles do not reach that time: “in 2031”.")
