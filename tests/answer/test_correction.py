"""What became of quoted words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from byline.answer.correction import Correction, correction
from byline.types import Span

OPENING = "The harbour bridge opened to traffic again at six on Monday."
COST = "The repairs cost 41 million crowns."
SAFE = "The bridge is safe."
REST = "Nobody knows who pays the rest."
OLD = f"{OPENING} {COST}\n\n{REST} {SAFE}"


def became(quoted: str, new: str) -> Correction | None:
    start = OLD.index(quoted)
    found = correction(OLD, Span(start, start + len(quoted)), new)
    if found is not None:
        assert found.old == quoted
        assert "".join(c.text for c in found.changes if c.kind != "new") == quoted
        assert "".join(c.text for c in found.changes if c.kind != "old") == (found.new or "")
    return found


@pytest.mark.parametrize(
    "new",
    [
        OLD,
        f"{SAFE} {REST}\n\n{COST} {OPENING}",
        f"A new first paragraph.\n\n{OPENING}\n\n{COST} More was said.\n\n{SAFE}",
        OLD.replace(COST, "The  repairs cost\n41 million crowns.").replace("\n41", " 41"),
    ],
    ids=["the same", "moved", "new neighbours", "other blanks"],
)
def test_words_that_stand(new: str) -> None:
    assert became(COST, new) is None


def test_several_sentences_stand_together_or_not_at_all() -> None:
    both = f"{REST} {SAFE}"
    assert became(both, f"{OPENING} {REST} {SAFE} Buses cross it.") is None
    assert became(both, f"{OPENING} {SAFE} {REST} Buses cross it.") is not None


def test_a_changed_figure() -> None:
    found = became(COST, OLD.replace("41", "50"))
    assert found is not None
    assert found.new == "The repairs cost 50 million crowns."
    assert [(c.kind, c.text) for c in found.changes if c.kind != "kept"] == [("old", "41"), ("new", "50")]


def test_words_inside_a_sentence_that_turns_them_round_do_not_stand() -> None:
    found = became(SAFE, OLD.replace(SAFE, f"Nobody at the council says any more: {SAFE}"))
    assert found is not None
    assert found.new == f"Nobody at the council says any more: {SAFE}"


def test_a_sentence_made_into_two() -> None:
    two = "The harbour bridge opened to traffic again. It was at six on Monday."
    found = became(OPENING, OLD.replace(OPENING, two))
    assert found is not None
    assert found.new == two


def test_words_that_were_taken_out() -> None:
    found = became(COST, OLD.replace(COST, ""))
    assert found is not None
    assert found.new is None


def test_the_new_words_come_from_the_place_of_the_old_ones() -> None:
    elsewhere = "The repairs of the other bridge cost 41 million crowns."
    found = became(COST, f"{elsewhere}\n\n{OPENING} The repairs came to 50 million.\n\n{REST} {SAFE}")
    assert found is not None
    assert found.new == "The repairs came to 50 million."


def test_sentences_of_the_language_of_the_article() -> None:
    old = "पुल सोमवार को खुला। मरम्मत पर 41 करोड़ खर्च हुए।"
    quoted = Span(old.index("मरम्मत"), len(old))
    assert correction(old, quoted, "पुल मंगलवार को खुला। मरम्मत पर 41 करोड़ खर्च हुए।", "hi") is None
    found = correction(old, quoted, "पुल सोमवार को खुला। मरम्मत पर 50 करोड़ खर्च हुए।", "hi")
    assert found is not None
    assert found.new == "मरम्मत पर 50 करोड़ खर्च हुए।"


@given(st.lists(st.sampled_from([OPENING, COST, REST, SAFE, "Buses cross it.", "Ferries stop."]), max_size=6))
def test_words_stand_exactly_when_the_sentence_is_there(sentences: list[str]) -> None:
    assert (became(COST, " ".join(sentences)) is None) == (COST in sentences)
