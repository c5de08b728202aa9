"""Answers with everything that may stand beside their sentences, for the tests of every surface."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from byline.testing import answering, demo_answers, passage_of, quoting
from byline.types import Answer, ArticleRef, AskedTime, Disagreement, Premise, Question, Quote, Sentence

DIFFERS = "How many people were killed in the mine?"
ITSELF = "How large is the loss?"
CORRECTED = "Which ferry of the year did the council sign for?"
SPOKEN = "Is the bridge safe?"
PREMISE = "Why did the bridge repairs cost 14 million crowns?"
OPINION = "Who will pay for the bridge?"
RELATED = "Who built the bridge?"
NOT_THEN = "What will the bridge cost in 2031?"


def scripted_answers() -> dict[str, Answer]:
    return {
        DIFFERS: _differs(), ITSELF: _differs_in_itself(), CORRECTED: _corrected(), SPOKEN: _spoken(),
        PREMISE: _premise(), OPINION: _opinion(), RELATED: _related(), NOT_THEN: _not_then(),
    }  # fmt: skip


def _article(name: str, title: str, publisher: str, day: int, **more: str) -> ArticleRef:
    address = f"https://{publisher.split()[0].lower()}.example/{name}"
    return ArticleRef(
        name, title, url=address, publisher=publisher, published=datetime(2026, 3, day, 9, tzinfo=UTC), kind="news",
        authors=tuple(more.values()),
    )  # fmt: skip


def _differs() -> Answer:
    wire = passage_of(
        _article("mine-wire", "Explosion at the Marana mine", "Northline Wire", 2, author="Thomas Ashby"),
        "The explosion at the Marana mine killed 34 people, the governor said. Rescue work goes on.",
    )
    ledger = passage_of(
        _article("mine-ledger", "Grief in Marana", "Delhi Ledger", 3, author="Arjun Pathak"),
        "The town has no school today. Rescue workers say that 41 people were killed in the mine.",
    )
    one = quoting(wire, "The explosion at the Marana mine killed 34 people, the governor said.")
    other = quoting(ledger, "Rescue workers say that 41 people were killed in the mine.")
    differing = Disagreement(DIFFERS, (*one.quotes, *other.quotes), ("34 people", "41 people"))
    answer = answering(DIFFERS, one)
    return replace(answer, disagreements=(differing,), sources=(wire.article, ledger.article))


def _differs_in_itself() -> Answer:
    said = "Officials put the loss at $48 million, while the institute estimated it at $60 million."
    sentence = quoting(passage_of(_article("loss", "A loss of some size", "Northline Wire", 4), said), said)
    differing = Disagreement(ITSELF, sentence.quotes * 2, ("$48 million", "$60 million"))
    return replace(answering(ITSELF, sentence), disagreements=(differing,))


def _corrected() -> Answer:
    wrong = passage_of(
        _article("ferry", "Council signs for a ferry", "Delhi Ledger", 2),
        "The council signed for the fourth ferry of the year.",
    )
    right = passage_of(
        _article("notice", "Correction: the number of the ferry", "Delhi Ledger", 5),
        "It was the fifth ferry of the year.",
    )
    [put_right] = quoting(right, "It was the fifth ferry of the year.").quotes
    said = replace(quoting(wrong, wrong.text), correction=put_right)
    return replace(answering(CORRECTED, said), sources=(wrong.article, right.article))


def _spoken() -> Answer:
    passage = passage_of(
        _article("bridge-talk", "Mayor on the bridge", "Northline Wire", 6),
        "The mayor spoke of the bridge. “It will last forty years.” Nobody laughed.",
    )
    lead = Quote(passage, 0, 30, passage.text[:30])
    said = replace(quoting(passage, "“It will last forty years.”"), leads=(lead,), speaker="Mayor Ada Lindqvist")
    view = _bridge()[2].quotes[0].passage.article
    return replace(answering(SPOKEN, said), newer=(view,), confidence=0.8125)


def _premise() -> Answer:
    first, *_ = _bridge()
    [quote] = first.quotes
    return replace(answering(PREMISE, first), premise=Premise("14 million crowns", "41 million crowns", quote))


def _opinion() -> Answer:
    return answering(OPINION, _bridge()[2])


def _related() -> Answer:
    first, _, view = _bridge()
    closest = (first.quotes[0].passage.article, view.quotes[0].passage.article)
    asked = Question(RELATED, RELATED)
    return Answer(asked, (), closest, answered=False, reason="related_only", nearest=view.quotes, confidence=0.21)


def _not_then() -> Answer:
    first, *_ = _bridge()
    asked = Question(NOT_THEN, NOT_THEN, time=AskedTime("in 2031", begin=datetime(2031, 1, 1, tzinfo=UTC)))
    return Answer(asked, (), (first.quotes[0].passage.article,), answered=False, reason="not_at_that_time")


def _bridge() -> tuple[Sentence, ...]:
    (answer,) = demo_answers().values()
    return answer.sentences
