"""Saved answers: as they were, and what became of their words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from byline.answer.answerer import ExtractiveAnswerer
from byline.answer.refuse import calibrated
from byline.answer.standing import Notice, State, standing
from byline.errors import UnknownIdError
from byline.library.database import Library
from byline.retrieve.search import Searcher
from byline.testing import answering, passage_of, quoting
from byline.types import Answer, Article, Availability, Question
from byline.wire import answer_json, saved_json
from byline.wiring import DATABASE
from tests.newsroom import CountingEmbedder, MemoryShelf, Newsroom, article

LATER = datetime(2300, 1, 1, tzinfo=UTC)
COUNCIL = article("council", "The council paid 41 million crowns. Nobody knows who pays the rest.")
RIVER = article("river", "The river flooded two villages.")


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Newsroom]:
    library = Library.open(tmp_path / DATABASE, lambda: datetime(2026, 1, 12, tzinfo=UTC))
    yield Newsroom(library, tmp_path, MemoryShelf(), CountingEmbedder(), 32)
    library.close()


@contextmanager
def answerer(room: Newsroom) -> Iterator[ExtractiveAnswerer]:
    with room.opened() as opened:
        yield ExtractiveAnswerer(room.library, Searcher(room.library, opened, room.embedder), calibrated())


def quotes(room: Newsroom, *words: str) -> Answer:
    """An answer in these words, as the articles have them now."""
    passages = room.passages().values()
    found = [(passage, said) for said in words for passage in passages if said in passage.text]
    return answering("What did the council pay?", *(quoting(passage, said) for passage, said in found))


def save(room: Newsroom, answer: Answer) -> str:
    return room.library.save_answer(answer, answer_json(answer))


def notices(room: Newsroom, answer_id: str, now: datetime = LATER) -> tuple[Notice, ...]:
    return standing(room.library, room.library.saved_answer(answer_id), now).notices


def test_an_answer_comes_back_as_it_was_shown(room: Newsroom) -> None:
    room.sync([COUNCIL, RIVER])
    answer = quotes(room, "Nobody knows who pays the rest.", "The river flooded two villages.")
    first, second = save(room, answer), save(room, answer)
    assert first != second
    assert len(first) == 16
    saved = room.library.saved_answer(first)
    shown = saved_json(saved, standing(room.library, saved, LATER))
    assert {**answer_json(answer), "id": first}.items() <= shown.items()
    assert [notice["state"] for notice in shown["notices"]] == ["as_quoted", "as_quoted"]
    for quote, article_ in zip(saved.quotes, (COUNCIL, RIVER), strict=True):
        assert quote.digest == article_.digest
        assert article_.text[quote.start : quote.end] == quote.text
    with pytest.raises(UnknownIdError, match="nobody"):
        room.library.saved_answer("nobody")


def test_corrected_words_are_shown_old_and_new(room: Newsroom) -> None:
    room.sync([COUNCIL, RIVER])
    answer_id = save(room, quotes(room, "The council paid 41 million crowns.", "Nobody knows who pays the rest."))
    room.sync([replace(COUNCIL, text=COUNCIL.text.replace("41", "50")), RIVER])
    corrected, stands = notices(room, answer_id)
    assert stands.state == "as_quoted"
    assert corrected.state == "corrected"
    assert corrected.since is not None
    assert corrected.correction is not None
    assert (corrected.correction.old, corrected.correction.new) == (
        "The council paid 41 million crowns.",
        "The council paid 50 million crowns.",
    )
    room.sync([COUNCIL, RIVER])
    assert [notice.state for notice in notices(room, answer_id)] == ["as_quoted", "as_quoted"]


def test_the_date_of_a_correction_is_the_one_the_article_gives(room: Newsroom) -> None:
    room.sync([COUNCIL])
    answer_id = save(room, quotes(room, "The council paid 41 million crowns."))
    said = datetime(2026, 1, 14, tzinfo=UTC)
    room.sync([replace(COUNCIL, ref=replace(COUNCIL.ref, modified=said), text="The council paid 50 million crowns.")])
    assert notices(room, answer_id)[0].since == said


def _gone(found: Article, availability: Availability) -> list[Article]:
    return [replace(found, availability=availability, raw="other"), RIVER]


@pytest.mark.parametrize(
    ("items", "state"),
    [
        (_gone(COUNCIL, Availability(withdrawn=True)), "withdrawn"),
        (_gone(COUNCIL, Availability(visible_until=LATER - timedelta(days=1))), "expired"),
        (_gone(COUNCIL, Availability(visible_from=LATER + timedelta(days=1))), "embargoed"),
        ([RIVER], "removed"),
    ],
)
def test_words_that_readers_may_no_longer_see_are_not_shown(room: Newsroom, items: list[Article], state: State) -> None:
    room.sync([COUNCIL, RIVER])
    answer = quotes(room, "The council paid 41 million crowns.", "The river flooded two villages.")
    answer_id = save(room, answer)
    room.sync(items)
    saved = room.library.saved_answer(answer_id)
    shown = saved_json(saved, standing(room.library, saved, LATER))
    assert [notice["state"] for notice in shown["notices"]] == [state, "as_quoted"]
    assert "crowns" not in str(shown)
    assert COUNCIL.ref.title not in str(shown)
    assert [sentence["text"] for sentence in shown["sentences"]] == [None, "The river flooded two villages."]


def test_an_editors_withdrawal_says_when_and_why_and_can_be_undone(room: Newsroom) -> None:
    room.sync([COUNCIL, RIVER])
    answer_id = save(room, quotes(room, "The council paid 41 million crowns."))
    room.library.withdraw("council", "the figure is wrong")
    [notice] = notices(room, answer_id)
    assert (notice.state, notice.since, notice.why) == (
        *("withdrawn", datetime(2026, 1, 12, tzinfo=UTC)),
        "the figure is wrong",
    )
    room.library.undo_withdrawal("council")
    assert notices(room, answer_id)[0].state == "as_quoted"


def test_a_saved_refusal_forgets_the_title_of_a_withdrawn_article(room: Newsroom) -> None:
    room.sync([COUNCIL, RIVER])
    refusal = Answer(Question("Who won?", "Who won?"), (), (COUNCIL.ref, RIVER.ref), answered=False)
    answer_id = save(room, refusal)
    room.library.withdraw("council")
    saved = room.library.saved_answer(answer_id)
    shown = saved_json(saved, standing(room.library, saved, LATER))
    assert [source["title"] for source in shown["sources"]] == [None, "River"]


def test_the_revision_is_known_even_when_its_passages_were_swept(room: Newsroom) -> None:
    room.sync([COUNCIL])
    answer = quotes(room, "The council paid 41 million crowns.")
    room.sync([replace(COUNCIL, text="The council paid 50 million crowns.")])
    [quote] = room.library.saved_answer(save(room, answer)).quotes
    assert quote.digest == COUNCIL.digest


def test_an_edited_article_is_answered_in_its_new_words(room: Newsroom) -> None:
    room.sync([COUNCIL, RIVER])
    room.sync([replace(COUNCIL, text="The council paid 50 million crowns."), RIVER])
    with answerer(room) as desk:
        answer = desk.answer(Question("How many crowns has the council paid?", "How many crowns has the council paid?"))
    assert [s.text for s in answer.sentences] == ["The council paid 50 million crowns."]
    held = room.library.revisions_of("council")
    assert [(revision.text, revision.live) for revision in held] == [
        (COUNCIL.text, False),
        ("The council paid 50 million crowns.", True),
    ]


def test_a_quote_of_no_known_revision_is_compared_by_its_words(room: Newsroom) -> None:
    room.sync([COUNCIL])
    passage = passage_of(COUNCIL.ref, "The council paid 30 million crowns.")
    answer_id = save(room, answering("?", quoting(passage, passage.text)))
    [notice] = notices(room, answer_id)
    assert notice.state == "corrected"
