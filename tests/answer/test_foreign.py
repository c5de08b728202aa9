"""Questions in a language of none of the articles, by what is spelled alike."""

from __future__ import annotations

import pytest

from byline.answer.foreign import carried
from byline.models.terms import query_terms
from byline.testing import passage_of
from byline.types import ArticleRef
from tests.answer.test_disagree import candidate

FERRIES = "The ferry Almada was built in Porto. It transports 900 passengers. Its engines were replaced in June 2011."
HARBOUR = "The harbour of Kessel has a museum and a market."


def first(question: str, common: str = "") -> str | None:
    read = [candidate(passage_of(ArticleRef("a", "Ships"), text)) for text in (FERRIES, HARBOUR)]
    sentences = [
        type(one)(one.passage, span, one.terms, 0.1, 0.1, 0.1) for one in read for span in one.passage.sentences
    ]
    known = dict.fromkeys(query_terms(f"{FERRIES} {HARBOUR}"), 1) | dict.fromkeys(query_terms(common), 90)
    found = carried(question, sentences, lambda terms: {term: known.get(term, 0) for term in terms}, 100)
    return found[0].text if found else None


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Combien de passagers l'Almada transporte-t-elle ?", "It transports 900 passengers."),
        ("Wie viele Passagiere transportiert die Almada?", "It transports 900 passengers."),
        ("¿Cuántos pasajeros transporta el Almada?", "It transports 900 passengers."),
    ],
)
def test_a_rare_name_and_a_cognate(question: str, said: str) -> None:
    assert first(question) == said


@pytest.mark.parametrize(
    "question",
    [
        "Almada: xa " + " ".join(f"passagers{place}q transporta{place}q" for place in "bcdfghjk"),
        "Qui est monté à bord de l'Almada ?",
        "Combien de passagers transporte le Lusitania ?",
        "Wie wird das Wetter morgen?",
        "अल्माडा में कितने यात्री हैं?",
    ],
)
def test_a_name_alone_or_none_that_is_there(question: str) -> None:
    assert first(question) is None


def test_a_name_that_most_passages_have_says_little() -> None:
    assert first("Combien de passagers l'Almada transporte-t-elle ?", common="Almada") is None
