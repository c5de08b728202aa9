"""Receipts: what was shown, tied to the words it was shown from, and checked without a network."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from byline.answer.receipt import Checked, read_receipt, receipt_of, verify
from byline.errors import ReceiptError
from tests.answer.test_standing import COUNCIL, LATER, RIVER, quotes, room, save
from tests.newsroom import Newsroom

__all__ = ["room"]

FIRST, SECOND = "The council paid 41 million crowns.", "The river flooded two villages."
Change = Callable[[dict[str, Any]], None]


def exported(room: Newsroom) -> dict[str, Any]:
    room.sync([COUNCIL, RIVER])
    receipt: dict[str, Any] = receipt_of(room.library.saved_answer(save(room, quotes(room, FIRST, SECOND))))
    return receipt


def checked(room: Newsroom, receipt: dict[str, Any]) -> tuple[Checked, ...]:
    return verify(room.library, read_receipt(json.dumps(receipt)), LATER)


def test_a_receipt_names_the_revision_and_the_place_of_every_quote(room: Newsroom) -> None:
    receipt = exported(room)
    [first, second] = [sentence["quotes"] for sentence in receipt["sentences"]]
    for [quote], article, words in ((first, COUNCIL, FIRST), (second, RIVER, SECOND)):
        assert (quote["article_id"], quote["revision"], quote["text"]) == (article.ref.id, article.digest, words)
        assert article.text[quote["start"] : quote["end"]] == words
    assert [found.match for found in checked(room, receipt)] == ["exact", "exact"]
    assert read_receipt(json.dumps(receipt)).whole


def test_what_became_of_the_words_since(room: Newsroom) -> None:
    receipt = exported(room)
    room.sync([replace(COUNCIL, text=COUNCIL.text.replace("41", "50")), RIVER])
    room.library.withdraw("river", "wrong river")
    first, second = checked(room, receipt)
    assert (first.match, second.match) == ("exact", "exact")
    assert first.notice
    assert first.notice.state == "corrected"
    assert first.notice.correction
    assert first.notice.correction.new == "The council paid 50 million crowns."
    assert second.notice
    assert (second.notice.state, second.notice.why) == ("withdrawn", "wrong river")


@pytest.mark.parametrize(
    ("key", "value", "match"),
    [
        ("text", "The council paid 14 million crowns.", "altered"),
        ("start", 1, "altered"),
        ("end", 10**9, "altered"),
        ("start", -5, "altered"),
        ("revision", "0" * 64, "unknown_revision"),
        ("article_id", "elsewhere", "unknown_revision"),
    ],
)
def test_a_changed_quote_is_found(room: Newsroom, key: str, value: object, match: str) -> None:
    receipt = exported(room)
    receipt["sentences"][0]["quotes"][0][key] = value
    assert [found.match for found in checked(room, receipt)] == [match, "exact"]
    assert not read_receipt(json.dumps(receipt)).whole


def test_other_words_around_the_quotes_are_found(room: Newsroom) -> None:
    receipt = exported(room)
    receipt["sentences"][0]["text"] = "The council paid nothing."
    assert not read_receipt(json.dumps(receipt)).whole


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("not json", "not JSON"),
        ("[]", "not a receipt"),
        ("{}", "not a receipt"),
        ('{"byline_receipt": 2}', "format 2"),
        ('{"byline_receipt": 1}', "lacks a part"),
        ('{"byline_receipt": 1, "sentences": [{"quotes": [{"start": "1"}]}]}', "lacks a part"),
        ('{"byline_receipt": 1, "sentences": 7}', "lacks a part"),
        ('{"byline_receipt": 1, "sentences": [], "question": "?", "saved_at": "yesterday"}', "lacks a part"),
    ],
)
def test_what_is_no_receipt_says_so(text: str, says: str) -> None:
    with pytest.raises(ReceiptError, match=says) as raised:
        read_receipt(text, "file.json")
    assert raised.value.message.startswith("file.json")
    assert raised.value.next_step


def test_numbers_where_words_belong_are_refused(room: Newsroom) -> None:
    receipt = exported(room)
    receipt["sentences"][0]["quotes"][0]["start"] = True
    with pytest.raises(ReceiptError, match="start is True"):
        read_receipt(json.dumps(receipt))


def test_files(tmp_path: Path, room: Newsroom) -> None:
    """The file is what the command printed, whatever line ends it got on its way."""
    receipt = exported(room)
    path = tmp_path / "receipt.json"
    path.write_text(json.dumps(receipt, indent=2).replace("\n", "\r\n"), encoding="utf-8", newline="")
    assert read_receipt(path.read_text(encoding="utf-8")).whole
