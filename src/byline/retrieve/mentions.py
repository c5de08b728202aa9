"""What a conversation has spoken of so far: names, titles, dates and things, and where each was said. Pure.

Names are runs of capitalised words, so this reads English (and most of what is written in Latin script); a shorter form
("Modi", "Mr. Modi") is a mention of the longer one that was said ("Narendra Modi").
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import regex  # type: ignore[import-untyped]

from byline.models.terms import STOP_WORDS, terms

Source = Literal["topic", "section", "question", "answer"]
Kind = Literal["name", "title", "date", "thing"]

READ_CHARACTERS = 1_200
"""Of each turn, from its beginning: an answer of the extractive kind has two or three sentences."""

_WORD = r"(?:\p{Lu}\.(?:\p{Lu}\.)+|\p{Lu}[\p{L}\p{M}\p{N}]*(?:[-–'’.&](?!s\b)[\p{L}\p{N}]+)*|\p{N}+(?:-\p{L}+)?)"
_LINK = r"(?:of|the|de|da|del|di|du|la|le|van|von|der|den|bin|al|&)"
_NAME = regex.compile(
    rf"(?<![\p{{L}}\p{{N}}])(?:(?:Mr|Mrs|Ms|Dr|Prof|St)\. )?(?=\p{{Lu}}){_WORD}"
    rf"(?: (?:{_LINK} ){{0,2}}(?=[\p{{Lu}}\p{{N}}]){_WORD}){{0,6}}"
)
_TITLE = regex.compile(r"[\"“]([^\"“”]{2,60})[\"”]")
_MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_CALENDAR = rf"{_MONTH}|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|\d+|Will"
_DATE = regex.compile(
    rf"(?:\d{{1,2}} {_MONTH} \d{{4}}|{_MONTH} \d{{1,2}}, \d{{4}}|{_MONTH} \d{{4}}|(?:1[5-9]|20)\d\d(?:[-–]\d{{2,4}})?)"
)
_THING = regex.compile(
    r"\b(?i:an?|the|his|her|their|its|this|that|these|those|which|what|any|some)\s+"
    r"((?:(?:\p{Ll}[\p{Ll}-]*|\p{Lu}[\p{L}\p{N}–-]*|\d+(?:st|nd|rd|th))\s+){0,3}\p{Ll}[\p{Ll}-]+)"
)
_HONOURS = regex.compile(r"^(?:(?:Mr|Mrs|Ms|Dr|Sir|Lord|Lady|President|Prime Minister|Minister|Prof|Professor)\.? )+")
_ENDS_WORDS = (
    "make take get go give win sell play come become leave start begin end use work live die try tell mean "
    "think know feel release change happen receive sign say see find help want need stop keep perform write "
    "record made took got went gave won sold came became left began used led held saw found wrote met "
)
_ENDS = frozenset(_ENDS_WORDS.split())
_LAST_WORD = regex.compile(r"[ \"“]+(\p{L}+)")  # of the text before, read backwards
_NEXT_WORD = regex.compile(r"(['’]s?)?[\"”]? ([\p{L}-]+)")
_ASKING = regex.compile(
    r"(?:and |but |so |or |then )?(?:tell|give|show|explain|describe|list|what|who|whom|whose"
    r"|when|where|why|how|which|did|does|do|is|are|was|were|has|have|had"
    r"|can|could|will|would|should|may|any|anything)\b",
    regex.I,
)


@dataclass(frozen=True, slots=True)
class Said:
    """One turn as the resolver reads it: its text, and what it is, whatever its role."""

    text: str
    source: Source


@dataclass(frozen=True, slots=True)
class Place:
    """Where a mention stands: number of the turn, what that is, the how-manieth mention of it, from 0, and the words
    next to it in its sentence, empty at its ends.
    """

    turn: int
    source: Source
    order: int
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Mention:
    """`text` is its fullest form; `words` its content words, folded; `places` in order."""

    text: str
    kind: Kind
    words: frozenset[str]
    places: tuple[Place, ...]


def asks(text: str) -> bool:
    return text.rstrip().endswith("?") or bool(_ASKING.match(text))


def words_of(text: str) -> list[str]:
    """Content words, folded and stemmed, in order."""
    return [term for term in terms(text) if term not in STOP_WORDS]


def mentions(said: Sequence[Said]) -> list[Mention]:
    """In the order in which they were first said; a shorter form of a name counts for the longest."""
    found: dict[tuple[str, ...], tuple[str, Kind, list[Place]]] = {}
    for number, turn in enumerate(said):
        for order, (text, kind, before, after) in enumerate(_found_in(turn)):
            key = tuple(words_of(text))
            if key:
                found.setdefault(key, (text, kind, []))[2].append(Place(number, turn.source, order, before, after))
    names = [key for key, (_, kind, _) in found.items() if kind in ("name", "title")]
    merged: dict[tuple[str, ...], list[Place]] = {}
    for key, (_, kind, places) in found.items():
        whole = _fuller(key, names, found) if kind == "name" or (kind == "thing" and len(key) == 1) else key
        merged.setdefault(whole, []).extend(places)
    return [
        Mention(found[key][0], found[key][1], frozenset(key), tuple(sorted(places, key=lambda p: (p.turn, p.order))))
        for key, places in merged.items()
    ]


def _fuller(
    key: tuple[str, ...], names: Sequence[tuple[str, ...]], found: dict[tuple[str, ...], tuple[str, Kind, list[Place]]]
) -> tuple[str, ...]:
    """The fuller name that this one is short for: it ends with it ("Modi"), or the topic begins with it ("Pinhead")."""
    for name in names:
        if len(key) < len(name) <= 4 and (
            name[-len(key) :] == key or (name[: len(key)] == key and found[name][2][0].source == "topic")
        ):
            return name
    return key


def _found_in(turn: Said) -> Iterator[tuple[str, Kind, str, str]]:
    """Text, kind, the word before and the word after, in order."""
    text = turn.text[:READ_CHARACTERS]
    if turn.source in ("topic", "section"):
        yield text, "name" if turn.source == "topic" or text[1:] != text[1:].lower() else "thing", "", ""
        return
    spots: list[tuple[int, str, Kind]] = [(m.start(1), m[1].strip(" ,."), "title") for m in _TITLE.finditer(text)]
    spots += [(m.start(), m[0], "date") for m in _DATE.finditer(text)]
    for m in _NAME.finditer(text):
        if name := _name(m[0], _opens(text, m.start())):
            spots.append((m.start() + m[0].index(name), name, "name"))
    spots += [(m.start(1), thing, "thing") for m in _THING.finditer(text) if (thing := _thing(m[1]))]
    for start, found, kind in sorted(spots):
        before = _LAST_WORD.match(text[max(0, start - 30) : start][::-1])
        after = _NEXT_WORD.match(text, start + len(found))
        yield found, kind, before[1][::-1].lower() if before else "", (after[1] or after[2]) if after else ""


def _opens(text: str, start: int) -> bool:
    before = text[max(0, start - 10) : start].rstrip(" \"“'(")
    return before[-1:] in ("", *".!?:;\n")


def _name(run: str, opening: bool) -> str:
    """Without what is capital only because a sentence begins there, honours, and months."""
    name = _HONOURS.sub("", run)
    parts = name.split()
    while parts and (parts[0].casefold() in STOP_WORDS or regex.fullmatch(_CALENDAR, parts[0])):
        parts, opening = parts[1:], False
    if not parts or not parts[0][0].isupper():
        return ""
    if opening and len(parts) == 1 and not regex.search(r"[\p{Lu}\p{N}]", parts[0][1:]) and _common(parts[0]):
        return ""
    return " ".join(parts)


def _common(word: str) -> bool:
    """Looks like an adverb, participle or linking word that opens a sentence."""
    return word.casefold().endswith(("ly", "ed", "ing")) or word.casefold() in _OPENING


_OPENING_WORDS = (
    "despite although according however upon since besides prior name whether though another one two yes ok also later "
    "many several would within without"
)
_OPENING = frozenset(_OPENING_WORDS.split())


def _thing(run: str) -> str:
    """The noun phrase of a run of words: up to a verb or stop word, and only with a noun that is no name at its end."""
    kept: list[str] = []
    for word in run.split()[:4]:
        low = word.casefold()
        if low in STOP_WORDS or low in _ENDS or (kept and kept[-1].islower() and low.endswith("ed")):
            break
        kept.append(word)
    while kept and not kept[-1][0].islower():
        kept.pop()
    return " ".join(kept)
