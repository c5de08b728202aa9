"""Why a question is not answered, and who worded an answer, in words for readers. Pure."""

from __future__ import annotations

from byline.types import Answer, Reason

REASONS: dict[Reason, str] = {
    "related_only": "The articles report on this, but do not answer the question.",
    "not_in_articles": "Nothing in the articles is about this.",
    "not_at_that_time": "The articles do not reach that time.",
    "no_articles": "There are no articles to answer from yet.",
}


def reason_in_words(answer: Answer) -> str:
    """One sentence; it repeats the words of the question that name a time which no article reaches."""
    asked = answer.question.time
    if answer.reason == "not_at_that_time" and asked and asked.words:
        return f"The articles do not reach that time: “{asked.words}”."
    return REASONS[answer.reason or "not_in_articles"]


def written_by(answer: Answer) -> str:
    """One sentence, of an answer that a model wrote."""
    struck = len(answer.struck)
    left_out = f"; {struck} sentence{'s' if struck != 1 else ''} left out that they do not bear out" if struck else ""
    return f"Written by {answer.model} and checked against the quotes{left_out}."
