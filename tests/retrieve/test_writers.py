from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from byline.library.visible import Imprint
from byline.models.terms import query_terms, terms
from byline.retrieve.writers import OF_KIND, OF_WRITER, Named, Writers

AUTHORS = {
    "Farah Qureshi",
    "Ravi Menon",
    "Tasha Robinson",
    "Jonathan Liew at Wembley",
    "Delhi Ledger",
    "News",
    "सुधीर चतुर्वेदी",
    "Anna Holm",
    "Pia Holm",
}
USED = dict.fromkeys(terms("Robinson Tasha news Delhi Ledger Wembley"), 40)
WRITERS = Writers(AUTHORS, {"opinion", "analysis", "news"}, {"Delhi Ledger"})


def frequencies(asked: Sequence[str]) -> Mapping[str, int]:
    return {term: USED.get(term, 0) for term in asked}


@pytest.mark.parametrize(
    ("question", "writers", "left"),
    [
        ("What aim would Farah Qureshi find honest?", {"Farah Qureshi"}, "What aim would find honest?"),
        ("What would farah qureshi find honest?", {"Farah Qureshi"}, "What would find honest?"),
        ("Who pays, in Ravi Menon's view?", {"Ravi Menon"}, "Who pays, in ?"),
        ("What becomes of it, in the eyes of Ravi Menon and his co-author?", {"Ravi Menon"}, "What becomes of it, ?"),
        ("What did Qureshi write about ports?", {"Farah Qureshi"}, "What did about ports?"),
        ("Does Mr. Menon say so?", {"Ravi Menon"}, "Does Mr. say so?"),
        ("सुधीर चतुर्वेदी के अनुसार लक्ष्य क्या है?", {"सुधीर चतुर्वेदी"}, "के अनुसार लक्ष्य क्या है?"),
        ("Did Qureshi and Menon agree?", {"Farah Qureshi", "Ravi Menon"}, "Did and agree?"),
    ],
)
def test_writers_named(question: str, writers: set[str], left: str) -> None:
    named = WRITERS.named(question, frequencies)
    assert named.writers == writers
    assert " ".join(named.without(question).split()) == left


@pytest.mark.parametrize(
    "question",
    [
        "Who is Tasha Robinson?",  # passages speak of such a one
        "Who is Robinson?",
        "Did Tony Qureshi come?",  # another one
        "What does Menon Motors build?",
        "what does menon mean?",  # a surname alone only with its capital
        "Who won at Wembley?",
        "What did Delhi Ledger say?",  # an outlet
        "What is in the News?",
        "What did Holm say?",  # which of the two?
        "Where is Xfarah Qureshi?",
        "",
    ],
)
def test_no_writer_named(question: str) -> None:
    named = WRITERS.named(question, frequencies)
    assert not named
    assert named.without(question) == question


@pytest.mark.parametrize(
    ("question", "kinds"),
    [
        ("What does the op-ed say?", {"opinion"}),
        ("Is it a worry, according to the opinion piece?", {"opinion"}),
        ("What does the analysis say about a split?", {"analysis"}),
        ("What do the columnist and the analyst each think?", {"opinion", "analysis"}),
        ("What does the column argue?", {"opinion"}),
        ("How long was the column of tanks?", set()),
        ("What did the analysis of the sample show?", set()),
        ("What do analysts expect?", set()),
        ("What is the public's opinion?", set()),
    ],
)
def test_kinds_named(question: str, kinds: set[str]) -> None:
    assert WRITERS.named(question, frequencies).kinds == kinds
    assert not Writers(AUTHORS, {"news"}, ()).named(question, frequencies).kinds


def test_a_name_is_found_where_few_passages_credit_it() -> None:
    def credited(asked: Sequence[str]) -> Mapping[str, int]:
        return dict.fromkeys(asked, 3)

    assert WRITERS.named("What does Ravi Menon say?", credited).writers == {"Ravi Menon"}
    assert not WRITERS.named("What does Menon say?", credited)
    assert not WRITERS.named("What does Ravi Menon say?", lambda asked: dict.fromkeys(asked, 4))


def test_their_articles_are_favoured() -> None:
    of = {"a": Imprint("a", authors=("Ravi Menon", "Pia Holm")), "b": Imprint("b", kind="opinion"), "c": Imprint("c")}
    named = Named(frozenset({"Pia Holm"}), frozenset({"opinion"}))
    scores = {"a": 0.25, "b": 0.5, "c": 0.5, "d": 0.125}
    assert named.favoured(scores, of) == {"a": 0.25 + OF_WRITER, "b": 0.5 + OF_KIND, "c": 0.5, "d": 0.125}
    assert [named.means(of[key]) for key in "abc"] == [True, False, False]
    assert [Named(kinds=frozenset({"opinion"})).means(of[key]) for key in "abc"] == [False, True, False]


def test_terms_left_are_those_of_the_rest() -> None:
    question = "What does Farah Qureshi call honest?"
    assert query_terms(WRITERS.named(question, frequencies).without(question)) == query_terms("What does call honest?")
