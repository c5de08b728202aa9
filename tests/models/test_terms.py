"""The one definition of a search term: laws, and examples from headlines."""

from __future__ import annotations

import string
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from byline.models.terms import STOP_WORDS, query_terms, terms

ANY_TEXT = st.text(st.characters(exclude_categories=()))  # lone surrogates too


@given(ANY_TEXT)
def test_terms_are_their_own_terms(text: str) -> None:
    found = terms(text)
    assert terms(" ".join(found)) == found


@given(st.text(string.printable))
def test_case_does_not_matter(text: str) -> None:
    assert terms(text.upper()) == terms(text.lower())


@given(ANY_TEXT)
def test_a_question_keeps_some_of_its_terms_in_order(text: str) -> None:
    kept, found = query_terms(text), iter(terms(text))
    assert all(term in found for term in kept)
    assert bool(kept) == bool(terms(text))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("U.S.", "US"),
        ("u.s.", "US"),
        ("the U.S.-led talks", "the US led talks"),
        ("the U.S.'s plan", "the US’s plan"),
        ("1,000 troops", "1000 troop"),
        ("10,00,000", "1000000"),
        ("NATO’s", "Nato"),
        ("O’Brien", "O'Brien"),
        ("COVID-19", "Covid 19"),
        ("Beyoncé", "Beyonce"),
        ("Łódź", "lodz"),
        ("Straße", "strasse"),
        ("co\u00adoperate", "cooperate"),
        ("ﬁnances", "finance"),
        ("voters were voting", "voter were vote"),
        ("Prices ROSE, then fell", "price rise, then falls"),
        ("written as she taught", "writing as she teaches"),
    ],
)
def test_two_spellings_of_one_thing(one: str, other: str) -> None:
    assert terms(one) == terms(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The Fed", "they feed"),
        ("the company was founded", "what they find"),
        ("the left", "they leave"),
        ("the ground", "they grind"),
        ("the tool saw", "they see"),
        ("born in May", "they bear it"),
    ],
)
def test_a_form_that_is_as_often_another_word_keeps_to_itself(one: str, other: str) -> None:
    assert set(terms(one)).isdisjoint(terms(other))


def test_every_past_form_of_an_irregular_verb_is_its_base() -> None:
    rows = resources.files("byline.models").joinpath("irregular_verbs.txt").read_text(encoding="utf-8").splitlines()
    verbs = [row.split() for row in rows if not row.startswith("#")]
    forms = [form for _, *past in verbs for form in past]
    assert len(verbs) > 100
    assert len(set(forms)) == len(forms), "a form leads to one verb"
    assert not set(forms) & {base for base, *_ in verbs}
    assert not set(forms) & STOP_WORDS
    for base, *past in verbs:
        assert {tuple(terms(form)) for form in past} == {tuple(terms(base))}


@pytest.mark.parametrize(
    "apart",
    [
        ("Fell", "Hall", "Feld"),  # German: a fur, a hall, a field
        ("Rang", "Ring"),
        ("Tore", "Tor", "teuer"),
        ("chose", "choix", "chaise"),  # French: a thing, a choice, a chair
        ("lit", "lieu", "lire"),
        ("sang", "sans", "sens"),
        ("rang", "ring"),
        ("ran", "rana", "rumbo"),  # Spanish
        ("sent", "sentido", "senda"),
        ("sang", "saath", "sab"),  # Hindi in Latin letters
    ],
)
def test_words_of_other_languages_stay_apart(apart: tuple[str, ...]) -> None:
    assert len({tuple(terms(word)) for word in apart}) == len(apart)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$3.5bn, or 3,5", ["3.5bn", "or", "3", "5"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("don't", ["dont"]),
        ("!? —", []),
        ("E.ON and J.K. Rowling", ["e", "on", "and", "jk", "rowl"]),
    ],
)
def test_examples(text: str, expected: list[str]) -> None:
    assert terms(text) == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What did the US say about it?", ["us"]),
        ("Tell us about U.S. sanctions", ["us", "sanction"]),
        ("Did WHO's chief resign?", ["who", "chief", "resign"]),
        ("WHAT DID BIDEN TELL US?", ["biden"]),
        ("What's Apple's plan, and Google's plan?", ["appl", "plan", "googl", "plan"]),
        ("what is this?", ["what", "is", "this"]),
        ("", []),
    ],
)
def test_a_question_without_its_stop_words(question: str, expected: list[str]) -> None:
    assert query_terms(question) == expected


def test_stop_words_are_spelled_as_they_are_compared() -> None:
    assert all(word.isalpha() and word == word.casefold() for word in STOP_WORDS)
