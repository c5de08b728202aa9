"""Does the best sentence answer, or does it only look like it? Signals of a near miss. Pure.

A near miss is about the right things and says something else: another year, another name, the opposite. What a
question says and its best sentence, the neighbours of that and its passage do not, tells some of them apart.

Tried on the development half and of no use beside these: whether the kind of answer that is asked for is there (AUROC
.503: it is in near misses too), the order of the question's words, the margin of the best sentence over the next, and
how alike a missing word is to one that is there, by the embedder's word vectors. Left out: that a question has a
negation at all. It adds .020 of AUROC, but comes of how those questions were made; with it fewer near misses are
refused (.28 against .34), and whoever asks what was not done is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources

from byline.answer.weigh import Candidate
from byline.models.terms import passage_terms, terms

SIGNALS = (
    "negation_missing",
    "negation_added",
    "opposite_in_sentence",
    "opposite_in_passage",
    "opposable_missing",
    "number_missing",
    "number_differs",
    "name_missing",
    "rarest_not_in_sentence",
    "rarest_not_around",
    "sentence_coverage",
    "gathered",
)

_NEGATION = re.compile(
    r"\b(?:not|never|no|none|nobody|nothing|neither|nor|without|cannot|except|unlike|lack(?:s|ed|ing)?|"
    r"fail(?:s|ed|ing)?|refus(?:e|es|ed|ing|al)|avoid(?:s|ed|ing)?|prevent(?:s|ed|ing)?|\w+n['’]t)\b",
    re.IGNORECASE,
)
Terms = frozenset[str]


def near_miss_signals(
    question: str, names: Terms, idf: Mapping[str, float], candidates: Sequence[Candidate]
) -> dict[str, float]:
    """Of the best candidate; `names`: the question's terms that are names or numbers, `idf` of those that count.

    All but `rarest_…`, which are idf, lie in [0, 1]. English alone has negations and opposites here; elsewhere those
    signals are 0.
    """
    if not candidates:
        return dict.fromkeys(SIGNALS, 0.0)
    best = candidates[0]
    sentence = best.terms
    text, around, passage = _read(best)
    numbers = frozenset(term for term in idf if _is_number(term))
    said = names - numbers
    in_sentence, in_passage = _mass(sentence, idf), _mass(passage, idf)
    negates = bool(_NEGATION.search(question))
    opposable = frozenset(terms(question)) & opposites().keys()
    return {
        "negation_missing": float(negates and not _NEGATION.search(text)),
        "negation_added": float(not negates and bool(_NEGATION.search(best.text))),
        "opposite_in_sentence": float(_opposed(opposable, sentence)),
        "opposite_in_passage": float(_opposed(opposable, passage)),
        "opposable_missing": float(bool(opposable - passage)),
        "number_missing": float(bool(numbers - passage)),
        "number_differs": float(bool(numbers - sentence) and any(map(_is_number, sentence - numbers))),
        "name_missing": len(said - passage) / max(1, len(said)),
        "rarest_not_in_sentence": _rarest(idf, sentence),
        "rarest_not_around": _rarest(idf, around),
        "sentence_coverage": in_sentence,
        "gathered": in_sentence / in_passage if in_passage else 0.0,
    }


@cache
def opposites() -> Mapping[str, Terms]:
    """Term → the terms of its opposites (`opposites.txt`), either way round."""
    found: dict[str, set[str]] = {}
    for line in resources.files("byline.answer").joinpath("opposites.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            one, other = (terms(word)[0] for word in line.split())
            found.setdefault(one, set()).add(other)
            found.setdefault(other, set()).add(one)
    return {term: frozenset(others - {term}) for term, others in found.items()}


def _read(best: Candidate) -> tuple[str, Terms, Terms]:
    """The sentence with its neighbours as text, their terms, and those of the passage."""
    passage, spans = best.passage, best.passage.sentences
    place = spans.index(best.span)
    first, last = spans[max(0, place - 1)], spans[min(len(spans), place + 2) - 1]
    text = passage.text[first.start - passage.start : last.end - passage.start]
    return text, frozenset(terms(text)), frozenset(passage_terms(passage))


def _opposed(opposable: Terms, said: Terms) -> bool:
    return any(term not in said and not opposites()[term].isdisjoint(said) for term in opposable)


def _rarest(idf: Mapping[str, float], said: Terms) -> float:
    return max((weight for term, weight in idf.items() if term not in said), default=0.0)


def _mass(said: Terms, idf: Mapping[str, float]) -> float:
    return sum(weight for term, weight in idf.items() if term in said) / (sum(idf.values()) or 1.0)


def _is_number(term: str) -> bool:
    return any(map(str.isdigit, term))
