"""Folding copies among hits: the stand-in is cited when it has the words, the copy for what it alone has."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from byline.library.families.members import Family
from byline.retrieve.copies import fold_copies, stand_in
from byline.retrieve.select import select
from byline.testing import passage_of
from byline.types import ArticleRef, Hit

SAID = "The harbour bridge opened to traffic again at six on Monday morning after nine months."
COST = "The repairs cost 41 million crowns, far more than the council had set aside for them."
ONLY = "Residents of Saltmarsh told this paper that the night buses never came back at all."
REFS = {
    name: ArticleRef(name, name.title(), publisher=f"{name.title()} Post") for name in ("new", "old", "own", "alone")
}
FAMILY = Family((REFS["new"], REFS["old"], REFS["own"]))
FAMILIES = {ref.id: FAMILY for ref in FAMILY.members}
STANDING = dict.fromkeys(FAMILIES, "new")


def hit(name: str, text: str, *similarities: float, score: float = 0.5) -> Hit:
    return Hit(passage_of(REFS[name], text), score, similarities=similarities)


STANDS = {"new": [hit("new", f"{SAID} {COST}", 0.9, 0.2)]}


def test_a_copys_passage_gives_way_to_the_same_words_of_the_one_that_stands() -> None:
    [found] = fold_copies([hit("old", SAID, 0.8, score=0.7)], FAMILIES, STANDING, STANDS)
    assert found.passage == STANDS["new"][0].passage
    assert (found.score, found.similarities) == (0.7, (0.9, 0.2))
    assert [ref.id for ref in found.also_in] == ["old", "own"]


def test_a_sentence_that_only_a_copy_has_is_cited_from_it() -> None:
    own = hit("own", f"{SAID} {ONLY}", 0.3, 0.9)
    [found] = fold_copies([own], FAMILIES, STANDING, STANDS)
    assert found == replace(own, also_in=(REFS["new"], REFS["old"]))


def test_an_outlet_that_the_question_names_stands_for_its_family() -> None:
    assert stand_in(FAMILY, ["Own Post"]) == "own"
    assert stand_in(FAMILY, ["Elsewhere"]) == stand_in(FAMILY, []) == "new"


def test_articles_without_copies_are_left_as_they_are() -> None:
    alone = hit("alone", COST, 0.4)
    assert fold_copies([alone], {}, {}, {}) == [alone]


def test_a_family_takes_no_more_places_than_an_article() -> None:
    texts = [f"Report {n} of the council speaks of quite other matter number {n * 7} alone." for n in range(9)]
    hits = [hit(name, text, 0.5) for name, text in zip(("new", "old", "own") * 3, texts, strict=True)]
    hits = [replace(each, passage=replace(each.passage, id=str(n))) for n, each in enumerate(hits)]
    folded = fold_copies(hits, FAMILIES, STANDING, STANDS)
    assert len(select(folded, limit=9, per_article=4)) == 4


@given(
    st.lists(
        st.tuples(st.sampled_from(sorted(REFS)), st.sampled_from([SAID, COST, ONLY, f"{SAID} {ONLY}"])), max_size=8
    )
)
def test_laws(found: list[tuple[str, str]]) -> None:
    hits = [hit(name, text, *([0.5] * len(passage_of(REFS[name], text).sentences))) for name, text in found]
    folded = fold_copies(hits, FAMILIES, STANDING, STANDS)
    assert len({each.passage.id for each in folded}) == len(folded) <= len(hits)
    assert {each.passage.article.id for each in folded} <= {name for name, _ in found} | {"new"}
    for each in folded:
        family = FAMILIES.get(each.passage.article.id)
        assert {each.passage.article, *each.also_in} == (set(family.members) if family else {each.passage.article})
        assert len(each.passage.sentences) == len(each.similarities)
    assert fold_copies(folded, FAMILIES, STANDING, STANDS) == folded
