"""A later article that corrects an earlier one, and all those that do not."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from byline.answer.corrected import correction_of, corrections_among
from byline.testing import passage_of, quoting
from byline.types import ArticleRef, Passage
from tests.answer.test_disagree import candidate

WRONG = ArticleRef(
    "report",
    "Council signs for the fourth ferry of the year",
    publisher="Ledger",
    published=datetime(2026, 3, 2, tzinfo=UTC),
)
NOTICE = ArticleRef(
    "notice", "Correction: the number of the ferry", publisher="Ledger", published=datetime(2026, 3, 5, tzinfo=UTC)
)
SAID = "The council signed for the fourth ferry of the year on Monday."
RIGHT = "The ferry that the council signed for was the fifth ferry of the year."
NAMED = f'Our report of 2 March 2026, "{WRONG.title}", called it the fourth. {RIGHT}'


def corrected(notice: ArticleRef = NOTICE, text: str = NAMED, wrong: ArticleRef = WRONG) -> str | None:
    said, told = passage_of(wrong, SAID), passage_of(notice, text)
    candidates = [candidate(passage, n) for passage in (said, told) for n in range(len(passage.sentences))]
    found = correction_of(quoting(said, SAID), corrections_among(candidates))
    return found.text if found else None


def test_the_sentence_that_puts_it_right() -> None:
    assert corrected() == RIGHT


@pytest.mark.parametrize(
    ("notice", "text", "wrong"),
    [
        (ArticleRef("notice", "More ferries", published=NOTICE.published), NAMED, WRONG),
        (NOTICE, RIGHT, WRONG),
        (NOTICE, f"An article said it was the fourth ferry. {RIGHT}", WRONG),
        (
            NOTICE,
            NAMED.replace("fourth", "best"),
            ArticleRef("x", "Another report about ferries", published=WRONG.published),
        ),
        (
            ArticleRef("notice", NOTICE.title, publisher="Ledger", published=datetime(2026, 3, 1, tzinfo=UTC)),
            NAMED,
            WRONG,
        ),
    ],
    ids=["no correction", "wrong value not said", "no article named", "another article", "older"],
)
def test_nothing_less_corrects(notice: ArticleRef, text: str, wrong: ArticleRef) -> None:
    assert corrected(notice, text, wrong) is None


def test_a_publisher_and_a_day_name_an_article_too() -> None:
    assert corrected(text=f"A report published on 2 March 2026 called it the fourth ferry. {RIGHT}") == RIGHT


def test_a_note_in_the_article_itself() -> None:
    note = "An earlier version of this article said that the bridge cost 14 million crowns."
    right = "The bridge cost 41 million crowns."
    passage: Passage = passage_of(WRONG, f"{note} {right}")
    candidates = [candidate(passage, n) for n in range(2)]
    found = correction_of(quoting(passage, note), corrections_among(candidates))
    assert found is not None
    assert found.text == right
    assert correction_of(quoting(passage, right), corrections_among(candidates)) is None
