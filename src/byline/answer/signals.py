"""What speaks for a sentence as the answer to a question: named numbers that a linear model weighs. Pure.

They lie in [0, 1] but for `cosine` and `length`. Where words are counted, they are the question's terms by their idf.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence, Set
from functools import lru_cache
from itertools import groupby

from byline.answer import kind
from byline.answer.reading import AskedFor, Read, bm25, is_fragment
from byline.models.terms import terms

_NEAR = 3
"""Two terms that follow each other in the question stand together in a sentence within that many terms."""

_NAMES = 4
"""More new names than that speak no more for a sentence."""

WHY = {
    "cosine": "the sentence is about what is asked",
    "words": "BM25 over the sentences read, by the best one's",
    "passage": "the fused score of its passage",
    "coverage": "share of the question's terms that it has",
    "coverage_before": "of those that it lacks and the one before has: an answer follows what repeats the question",
    "coverage_after": "of those that it lacks and the sentence after has",
    "coverage_earlier": "of those that only the passage further up has",
    "coverage_title": "of those that it lacks and the headline or crosshead has",
    "cosine_before": "the sentence before is about what is asked",
    "together": "share of neighbouring terms of the question that stand together in it, too",
    "named": "share of the question's names that it has: the answer may call them he or it",
    "amount": "a number is asked for, and it has one that the question has not",
    "date": "the same of a time",
    "new_names": "the same of a person or an organisation: how many names",
    "new_name": "the same of something that may have a name",
    "place": "the same of a place: a name after in, at, near",
    "list": "several are asked for, and it lists some",
    "reason": "why is asked, and it says because",
    "said": "what somebody said is asked, and it quotes or reports",
    "length": "logarithm of its length: longer ones say more",
    "opens": "it opens its passage",
    "fragment": "it is a crosshead or a label",
}
"""Every signal with its reason."""


SIGNALS = tuple(WHY)


def signals(asked: AskedFor, sentences: Sequence[Read]) -> list[dict[str, float]]:
    """Of each sentence, in order; those of one passage stand together."""
    known = asked.capitals.union(*(sentence.inside for sentence in sentences))
    spelled = {name: _terms_of(name) for name in sorted(known)}
    named = frozenset[str]().union(*spelled.values())
    names = {term: weight for term, weight in asked.idf.items() if term in named}
    unasked = {name for name, words in spelled.items() if not words <= asked.words}
    found: list[dict[str, float]] = []
    for _, passage in groupby(sentences, key=lambda sentence: sentence.hit.passage.id):
        found += _of_passage(asked, list(passage), names, unasked)
    most = max((row["words"] for row in found), default=0.0) or 1.0
    return [{**row, "words": row["words"] / most} for row in found]


def _of_passage(
    asked: AskedFor, sentences: Sequence[Read], names: Mapping[str, float], unasked: Set[str]
) -> list[dict[str, float]]:
    hit = sentences[0].hit
    wanted = frozenset(asked.idf)
    title = _terms_of(f"{hit.passage.article.header} {hit.passage.heading or ''}") & wanted
    held = [sentence.spoken & wanted for sentence in sentences]
    above: Set[str] = frozenset()
    mass = math.fsum(names.values()) or 1.0
    found = []
    for place, (sentence, own) in enumerate(zip(sentences, held, strict=True)):
        before = held[place - 1] if place else frozenset[str]()
        after = held[place + 1] if place + 1 < len(held) else frozenset[str]()
        found.append(
            {
                "cosine": sentence.cosine,
                "words": bm25(sentence.words, asked.idf),
                "passage": hit.score,
                "coverage": asked.share(own),
                "coverage_before": asked.share(before - own),
                "coverage_after": asked.share(after - own),
                "coverage_earlier": asked.share(above - before - own),
                "coverage_title": asked.share(title - own),
                "cosine_before": sentences[place - 1].cosine if place else 0.0,
                "together": _together(sentence.words, asked),
                "named": math.fsum(names[term] for term in own & names.keys()) / mass,
                **_answers(asked, sentence, unasked),
                "length": math.log1p(len(sentence.words)) / 4,
                "opens": float(place == 0),
                "fragment": float(is_fragment(sentence.text, len(sentence.spoken))),
            }
        )
        above = above | before
    return found


@lru_cache(maxsize=1 << 14)
def _terms_of(words: str) -> frozenset[str]:
    """Of a name or a headline."""
    return frozenset(terms(words))


def _answers(asked: AskedFor, sentence: Read, unasked: Set[str]) -> dict[str, float]:
    """Whether it has what is asked for, and the question has not."""
    text, wanted = sentence.text, asked.kind
    begins = {sentence.first} if sentence.first else frozenset[str]()
    new = ((sentence.inside | begins) & unasked) if wanted in ("name", "place", "thing") else frozenset[str]()
    return {
        "amount": float(wanted == "number" and not kind.amounts(text) <= asked.amounts),
        "date": float(wanted == "time" and not kind.dates(text) <= asked.dates),
        "new_names": min(len(new), _NAMES) / _NAMES if wanted == "name" else 0.0,
        "new_name": float(wanted == "thing" and bool(new)),
        "place": float(wanted == "place" and not new.isdisjoint(kind.places(text))),
        "list": float(asked.several and kind.lists(text)),
        "reason": float(wanted == "reason" and kind.gives_reason(text)),
        "said": float(asked.speech and kind.tells_what_was_said(text)),
    }


def _together(words: Sequence[str], asked: AskedFor) -> float:
    places = [(place, word) for place, word in enumerate(words) if word in asked.paired]
    if len(places) < 2:
        return 0.0
    near = {
        frozenset((word, other))
        for index, (place, word) in enumerate(places)
        for there, other in places[index + 1 : index + 1 + _NEAR]
        if there - place <= _NEAR
    }
    return len(near & asked.pairs) / max(1, len(asked.pairs))
