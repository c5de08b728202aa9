"""Right or wrong, by rule: what an editor would find wrong with an answer. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from byline.types import Answer, Quote, Sentence
from evals.cases import Row
from evals.words import missing

ONLY_EVIDENCE = frozenset({"time", "opinion"})
"""Where the same words of another article are not the answer: they are of another time, or another's opinion."""


LABELLED = ("opinion", "analysis")


def faults(row: Row, answer: Answer, printed: str) -> list[str]:
    """Nothing when the answer is right. `printed` is what a terminal shows of it."""
    found = list(_standalone_faults(row, answer))
    if not row.answerable:
        if answer.answered:
            found.append("is answered")
        elif row.reasons and answer.reason not in row.reasons:
            found.append(f"refused as {answer.reason}, not as {' or '.join(row.reasons)}")
        return found
    articles = {evidence.article for evidence in row.evidence} if row.kind in ONLY_EVIDENCE else None
    told = shown_first(answer) if row.kind == "false_premise" else shown(answer, articles)
    lacking = missing(" \n ".join(told), row.answers)
    if lacking and not answer.answered and not answer.premise:
        found.append(f"refused as {answer.reason}")
    else:
        found += [f"does not show {' or '.join(group)}" for group in lacking]
    if row.kind == "opinion" and not lacking:
        found += _label_faults(answer, printed)
    return found


def _label_faults(answer: Answer, printed: str) -> Iterator[str]:
    """Opinion and analysis are named as such, beside their writers; a title that begins so is not enough."""
    for ref in dict.fromkeys(quote.passage.article for quote in quotes_of(answer)):
        if ref.kind in LABELLED:
            rest = " ".join(printed.split()).replace(" ".join(ref.title.split()), "").lower()
            yield from (f"does not say {word}" for word in (ref.kind, *ref.authors) if word.lower() not in rest)


def _standalone_faults(row: Row, answer: Answer) -> Iterator[str]:
    asked = answer.question.standalone
    if row.alone and asked != row.question:
        yield f"stands alone, and was taken as: {asked}"
    elif lacking := missing(asked, row.standalone):
        yield f"was taken as: {asked} (without {' or '.join(lacking[0])})"


def shown(answer: Answer, articles: set[str] | None = None) -> list[str]:
    """What a reader of the answer is told, of these articles alone when they are given. Not the nearest passages:
    those are shown as no answer.
    """
    told = [said for sentence in answer.sentences for said in _of_sentence(sentence, articles)]
    quotes = [quote for disagreement in answer.disagreements for quote in disagreement.quotes]
    if answer.premise is not None:
        quotes.append(answer.premise.quote)
    return told + [quote.text for quote in quotes if _from(quote, articles)]


def shown_first(answer: Answer) -> list[str]:
    """What meets the eye before all else: whoever asks from a wrong premise is told so there, or reads on in error."""
    first = [said for sentence in answer.sentences[:1] for said in _of_sentence(sentence, None)]
    return first + ([answer.premise.quote.text] if answer.premise else [])


def _of_sentence(sentence: Sentence, articles: set[str] | None) -> Iterator[str]:
    if any(_from(quote, articles) for quote in sentence.quotes):
        yield from (lead.text for lead in sentence.leads)
        yield sentence.text
    if sentence.correction is not None and _from(sentence.correction, articles):
        yield sentence.correction.text


def _from(quote: Quote, articles: set[str] | None) -> bool:
    return articles is None or quote.passage.article.id in articles


def quotes_of(answer: Answer) -> list[Quote]:
    """Every quote that the answer shows anywhere."""
    found = [
        quote for s in answer.sentences for quote in (*s.leads, *s.quotes, *([s.correction] if s.correction else []))
    ]
    found += [quote for disagreement in answer.disagreements for quote in disagreement.quotes]
    found += [answer.premise.quote] if answer.premise else []
    return [*found, *answer.nearest]
