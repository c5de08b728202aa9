"""Who speaks: named in the sentence, beside it, or nobody but the writer."""

from __future__ import annotations

import pytest

from byline.answer.voice import speaker_of
from byline.testing import quoting
from byline.types import ArticleRef, Passage, Span


def passage(*sentences: str) -> Passage:
    text, spans = "", []
    for sentence in sentences:
        spans.append(Span(len(text), len(text) + len(sentence)))
        text += f"{sentence} "
    return Passage("p", ArticleRef("a", "A"), 0, len(text), text, sentences=tuple(spans))


def speakers(*sentences: str) -> list[str | None]:
    return [speaker_of(quoting(passage(*sentences), sentence)) for sentence in sentences]


@pytest.mark.parametrize(
    ("sentence", "speaker"),
    [
        ("Mr. Putin said that Russia was ready to supply fuel.", "Mr. Putin"),
        ('"It is safe," Mayor Ada Lindqvist told reporters.', "Mayor Ada Lindqvist"),
        ("“It is safe,” said Ada Lindqvist.", "Ada Lindqvist"),
        ("The bridge is safe, according to Ada Lindqvist.", "Ada Lindqvist"),
        ('"We meet every year," Diane Bazella, 64, of Minnetonka, told the paper.', "Diane Bazella"),
        ("When Indira Gandhi asked how it looked, Sharma answered with a line: “Better than the world.”", "Sharma"),
        ("Russia is ready to supply fuel.", None),
        ("India signed the contract on 5 October 2018.", None),
        ("Marin explained nothing and built forts.", None),
        ("He said nothing.", None),
        ("श्री मोदी ने कहा कि यह अच्छा है।", None),
    ],
)
def test_one_sentence(sentence: str, speaker: str | None) -> None:
    assert speakers(sentence) == [speaker]


def test_a_quotation_over_several_sentences_is_his_who_ends_it() -> None:
    found = speakers(
        '"India is not neutral.', 'India is on the side of peace," Mr. Modi said.', "Mr. Putin thanked him."
    )
    assert found == ["Mr. Modi", "Mr. Modi", None]


def test_a_pronoun_is_the_last_speaker_named() -> None:
    found = speakers(
        "Mayor Ada Lindqvist said that the bridge was safe.",
        "It will last forty years, she added.",
        "Buses will use it.",
        "“We are proud.”",
    )
    assert found == ["Mayor Ada Lindqvist", "Mayor Ada Lindqvist", None, "Mayor Ada Lindqvist"]
