"""Weighing and choosing sentences, by hand and by law."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from byline.answer.extract import MOST, extract
from byline.answer.reading import is_fragment
from byline.answer.weigh import inverse_frequencies, weigh
from byline.types import ArticleRef, Hit, Passage, Span

REF = ArticleRef("a", "A headline")


def hit(*sentences: str, cosines: tuple[float, ...] | None = None, article: str = "a", start: int = 100) -> Hit:
    """A passage that begins at `start` of its article, sentences parted by one blank."""
    spans, place = [], start
    for sentence in sentences:
        spans.append(Span(place, place + len(sentence)))
        place += len(sentence) + 1
    text = " ".join(sentences)
    passage = Passage(f"{article}-{start}", ArticleRef(article, article), start, start + len(text), text)
    passage = Passage(passage.id, passage.article, start, start + len(text), text, sentences=tuple(spans))
    return Hit(passage, 1.0, similarities=cosines or tuple(0.5 for _ in sentences))


def test_words_decide_between_equal_cosines() -> None:
    found = weigh("", [hit("The leaders met.", "Trade reached 67 billion dollars.")], {"trade": 3.0, "reach": 1.0})
    assert found[0].text == "Trade reached 67 billion dollars."
    assert found[0].words == 1.0
    assert found[1].words == 0.0


def test_a_rare_word_counts_more_than_a_common_one() -> None:
    idf = inverse_frequencies({"india": 900, "kudankulam": 3}, 1000)
    assert idf["kudankulam"] > 5 * idf["india"] > 0


def test_idf_by_hand() -> None:
    assert inverse_frequencies({"t": 1}, 3)["t"] == pytest.approx(0.98082925)  # ln(1 + 2.5 / 1.5)
    with_background = inverse_frequencies({"t": 1}, 3, background=(1000, 5))
    assert with_background["t"] == pytest.approx(5.0399451)  # n = 1 + 5 of N = 3 + 1,000: ln(1 + 997.5 / 6.5)


def test_quotes_are_exact_slices_of_the_article() -> None:
    text = "x" * 100 + "First fact here. Second fact there."
    sentences = extract(weigh("", [hit("First fact here.", "Second fact there.")], {"fact": 1.0}))
    assert sentences
    for sentence in sentences:
        (quote,) = sentence.quotes
        assert text[quote.start : quote.end] == quote.text == sentence.text


def test_what_was_said_is_not_said_again() -> None:
    same = "Trade will reach 100 billion dollars by 2030."
    other = "Trade is to reach 100 billion dollars by the year 2030."
    shown = extract(weigh("", [hit(same), hit(other, article="b"), hit("Talks go on.", article="c")], {"trade": 2.0}))
    assert len({same, other} & {s.text for s in shown}) == 1


def test_weak_sentences_are_not_shown() -> None:
    shown = extract(weigh("", [hit("Strong.", "Weak.", cosines=(0.9, 0.1))], {}))
    assert [s.text for s in shown] == ["Strong."]


def test_a_crosshead_does_not_answer() -> None:
    found = weigh("", [hit("Energy and Defence", "They agreed on energy.", cosines=(0.9, 0.2))], {"energi": 3.0})
    assert found[0].text == "They agreed on energy."


def test_a_number_counts_where_one_is_asked_for() -> None:
    both = hit("Trade grew by a lot.", "Trade grew by 67 billion.")
    idf = {"trade": 2.0}
    assert weigh("How much did trade grow?", [both], idf)[0].text == "Trade grew by 67 billion."


def test_a_lead_in_gives_way_to_what_it_announces() -> None:
    lead_in = "The forum came next."
    said = "There he proposed a virtual corridor that would connect customs systems, so that goods cleared faster."
    found = weigh("", [hit(lead_in, said, cosines=(0.55, 0.5))], {"forum": 1.0, "corridor": 1.0})
    assert found[0].text == said


def test_no_candidates_no_sentences() -> None:
    assert extract([]) == []


@given(st.lists(st.tuples(st.text(min_size=1, max_size=40), st.floats(-1, 1)), min_size=1, max_size=12))
def test_laws(sentences: list[tuple[str, float]]) -> None:
    texts, cosines = zip(*sentences, strict=True)
    candidates = weigh("", [hit(*texts, cosines=cosines)], {"a": 1.0})
    assert sorted(c.text for c in candidates) == sorted(texts)
    whole = [c.score for c in candidates if not is_fragment(c.text, len(c.terms))]
    assert whole == sorted(whole, reverse=True)
    assert 0 < len(extract(candidates)) <= MOST


def test_the_second_sentence_is_rather_of_another_passage() -> None:
    """By half a unit of log-odds: one that is clearly better stays ahead."""
    candidates = weigh("", [hit("Ada won.", "Ben came.", cosines=(0.6, 0.4)), hit("Cy left.", article="b")], {})
    leading = replace(candidates[0], score=0.5)
    same = replace(next(one for one in candidates if one.text == "Ben came."), score=0.30)
    other = replace(next(one for one in candidates if one.text == "Cy left."), score=0.22)
    for chance, second in ((0.30, "Cy left."), (0.40, "Ben came.")):
        shown = extract([leading, replace(same, score=chance), other])
        assert [sentence.text for sentence in shown[:2]] == ["Ada won.", second]


def test_each_outlet_that_is_named_is_heard() -> None:
    def of(outlet: str, *sentences: str, cosine: float) -> Hit:
        found = hit(*sentences, cosines=(cosine,) * len(sentences), article=outlet)
        return replace(found, passage=replace(found.passage, article=ArticleRef(outlet, outlet, publisher=outlet)))

    loud = of("The Verge", "Google paid Apple.", "Browsers made rich.", "Judges asked about it.", cosine=0.9)
    quiet = of("TechCrunch", "Publishers sued over advertising revenue.", cosine=0.1)
    candidates = weigh("", [loud, quiet], {"googl": 1.0})
    both = extract(candidates, "What do The Verge and TechCrunch report on it?")
    assert {quote.passage.article.publisher for s in both[:2] for quote in s.quotes} == {"The Verge", "TechCrunch"}
    assert both[0].text == candidates[0].text
    assert len(both) == MOST
