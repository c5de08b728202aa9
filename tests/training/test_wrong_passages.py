from __future__ import annotations

from pathlib import Path

import pytest
from training.rows import Row
from training.wrong_passages import by_product, by_words, drawn, read_found, write_found, wrong_passages

from byline.types import Span

OWN = "The harbour of Lyngdal opened in 1904. Its first master was Ola Berge."
NEAR = "The harbour of Farsund opened in 1871. Its first master was a whaler."
SAME = "Ola Berge, once master of a harbour, wrote three books about whaling."
FAR = "Bread rises faster in a warm kitchen, bakers say."
PASSAGES = [OWN, NEAR, SAME, FAR]
AT = OWN.index("Ola Berge")
ROWS = [
    Row("own", "Who was the first master of the harbour of Lyngdal?", OWN, (Span(AT, AT + 9),), "some"),
    Row("near", "When did the harbour of Farsund open?", NEAR, (Span(33, 37),), "some"),
    Row("none", "Who was the last master?", OWN, (), "some"),
]
GROUPS = {"own": "a", "near": "b", "none": "a"}


def test_the_likest_passage_of_another_group_without_the_answer_is_taken(tmp_path: Path) -> None:
    found = wrong_passages(drawn(ROWS, 9), GROUPS, by_words(PASSAGES), PASSAGES)
    assert found["own"][0] == NEAR
    assert not {OWN, SAME} & set(found["own"])
    assert found["near"][0] == OWN
    assert "none" not in found
    write_found(found, tmp_path / "found.jsonl")
    assert dict(read_found(tmp_path / "found.jsonl")) == found


@pytest.mark.parametrize("again", ["built", "kept"])
def test_all_of_the_search_finds_it_too(again: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.getbasetemp() / "searched"
    folder.mkdir(exist_ok=True)
    with by_product(PASSAGES, folder) as search:
        assert wrong_passages(ROWS[:1], GROUPS, search, PASSAGES)["own"][0] == NEAR
