"""What a later article says was wrong in a quoted sentence. Pure.

An article corrects another one when it calls itself a correction, names that article, repeats the wrong value and gives
another one for the same thing. Nothing less counts: the number that one article corrects is right in the next.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from byline.answer.days import days_in
from byline.answer.statement import Statement, stated_by
from byline.answer.values import Value, comparable, compatible
from byline.answer.weigh import Candidate
from byline.types import ArticleRef, Passage, Quote, Sentence

_IS_CORRECTION = re.compile(
    r"\b(?:correction|corrections|corrected|corrects|clarification|erratum|errata)\b", re.IGNORECASE
)
_EARLIER = re.compile(
    r"\b(?:earlier|previous|original) version of (?:this|the) (?:article|story|report|piece)\b", re.IGNORECASE
)
SHARED_TERMS = 2


Corrections = Mapping[ArticleRef, Sequence[Candidate]]
"""Articles that correct something, with their sentences."""


def corrections_among(candidates: Sequence[Candidate]) -> Corrections:
    says_so = {passage: _corrects(passage) for passage in dict.fromkeys(candidate.passage for candidate in candidates)}
    articles = {passage.article for passage, found in says_so.items() if found}
    found: dict[ArticleRef, list[Candidate]] = {article: [] for article in articles}
    for candidate in candidates:
        if candidate.passage.article in articles:
            found[candidate.passage.article].append(candidate)
    return found


def correction_of(sentence: Sentence, corrections: Corrections) -> Quote | None:
    """The sentence that puts it right, among those of the passages that were read."""
    if not sentence.quotes or not corrections:
        return None
    said = stated_by(sentence)
    if _EARLIER.search(said.text):
        return _put_right(said, corrections.get(said.passage.article, ()), said.values)
    for article, its in corrections.items():
        passages = list(dict.fromkeys(candidate.passage for candidate in its))
        if not _names(article, passages, said.passage.article):
            continue
        notes = [c.text for c in its if _EARLIER.search(c.text)]
        own = article.id == said.passage.article.id
        told = "\n".join(notes if own else [article.title, *(passage.text for passage in passages)]).casefold()
        wrong = [v for v in said.values if _repeats(told, v) and not _is_day_of(v, said.passage.article)]
        if found := _put_right(said, its, wrong):
            return found
    return None


def _corrects(passage: Passage) -> bool:
    article = passage.article
    called = " ".join(filter(None, [article.title, article.section, article.kind]))
    return bool(_IS_CORRECTION.search(called) or _EARLIER.search(passage.text))


def _names(article: ArticleRef, passages: Sequence[Passage], wrong: ArticleRef) -> bool:
    """The same article in a note of its own, or a later one that names it by title, or by its publisher and day."""
    if article.id == wrong.id:
        return any(_EARLIER.search(passage.text) for passage in passages)
    if article.published is None or wrong.published is None or article.published < wrong.published:
        return False
    text = " ".join(" ".join(passage.text.split()) for passage in passages)
    if len(wrong.title) > 20 and " ".join(wrong.title.split()).casefold() in text.casefold():
        return True
    day = wrong.published.date()
    return article.publisher == wrong.publisher and any(d.first == d.last == day for d in days_in(text))


def _is_day_of(value: Value, article: ArticleRef) -> bool:
    """Its day is how a correction names the article."""
    return bool(value.kind == "date" and article.published and value.low == article.published.toordinal() == value.high)


def _repeats(told: str, value: Value) -> bool:
    return re.search(rf"(?<!\w){re.escape(value.text.casefold())}(?!\w)", told) is not None


def _put_right(said: Statement, its: Sequence[Candidate], wrong: Sequence[Value]) -> Quote | None:
    """Of its sentences with another value for the same thing, the one that shares most with what was said."""
    fitting = [
        (len(said.terms & statement.terms), -number, statement)
        for number, statement in enumerate(map(stated_by, its))
        if statement.quote != said.quote and any(_instead(value, statement) for value in wrong)
    ]
    shared, _, statement = max(fitting, key=lambda found: found[:2], default=(0, 0, said))
    return statement.quote if shared >= SHARED_TERMS else None


def _instead(wrong: Value, statement: Statement) -> bool:
    comparables = [value for value in statement.values if comparable(wrong, value)]
    return bool(comparables) and not any(compatible(wrong, value) for value in comparables)
