from __future__ import annotations

from byline.ingest.distinctive import distinctive

ARTICLE = "The Kudankulam plant, says Rosatom, runs on imported fuel. Reactors need cooling."
OTHER = "The plant, says Rosatom, runs on coal. Reactor cooling is another matter."


def test_words_runs_and_stems_that_stand_nowhere_else() -> None:
    found = distinctive([ARTICLE], [("other", OTHER)])
    assert set(found.words) == {"Kudankulam", "imported", "Reactors"}
    assert "plant, says Rosatom, runs on" not in found.runs
    assert "says Rosatom, runs on imported" in found.runs
    assert "kudankulam" in found.stems
    assert "reactor" not in found.stems  # it is the stem of the other's word too
    assert found.alike == {"other": 0.12}


def test_a_word_inside_another_word_is_not_distinctive() -> None:
    assert distinctive(["The harbour."], [(None, "harbourmaster")]).words == ()


def test_whether_a_text_speaks_of_it() -> None:
    found = distinctive([ARTICLE], [("other", OTHER)])
    assert found.spoken_in("Where is KUDANKULAM?")
    assert not found.spoken_in(OTHER)


def test_without_others_every_word_is_its_own() -> None:
    assert set(distinctive(["Rosatom builds Rosatom."], []).words) == {"Rosatom", "builds"}
