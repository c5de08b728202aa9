"""Which mention of a conversation a leaning question means: a logistic rule for each way of leaning. Pure.

Weights, data and error rates stand in `follow_up.json`, written by `python -m bench.followups fit`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

import regex  # type: ignore[import-untyped]

from byline.models.terms import STOP_WORDS
from byline.retrieve.mentions import Mention, Said

KINDS = ("person", "they", "it", "this", "noun", "open", "besides")
"""Ways of leaning that have a rule; "alone" is the one beside them, of `alone.FEATURES`."""
FEATURES = (
    "topic",
    "section",
    "last_question",
    "last_answer",
    "first_in_answer",
    "first_question",
    "older_questions",
    "older_answers",
    "same_pronoun",
    "carried",
    "other_gender",
    "person",
    "single",
    "plural",
    "title",
    "thing",
    "date",
    "head",
    "shared",
    "long",
    "the",
    "located",
    "modifier",
    "opening",
    "asked_for",
)
_WHO = regex.compile(r"(?:and |but )?(?:who|which|what)\b", regex.I)
_PERSON = regex.compile(r"\p{Lu}[\p{L}.'’-]+(?: (?:de|da|del|van|von|der|bin|al|le|la|\p{Lu}[\p{L}.'’-]*)){1,3}")


@dataclass(frozen=True, slots=True)
class Point:
    """Where in the conversation a question is asked: the turns before it, and what earlier questions meant.

    `meant`: pronoun class ("he", "she", "they", "it" …) → words of the mention; `carried`: those of the last question.
    """

    said: Sequence[Said]
    now: int
    meant: Mapping[str, frozenset[str]] = field(default_factory=dict)
    carried: Collection[frozenset[str]] = ()


def features(mention: Mention, point: Point, pronoun: str, noun: str, asked: Collection[str]) -> dict[str, float]:
    """`pronoun`: class of the pronoun, or the kind of leaning; `noun` of "the band"; `asked`: words of the question."""
    questions = [n for n in range(point.now) if point.said[n].source == "question"]
    last_question = questions[-1] if questions else -1
    answers = [n for n in range(last_question + 1, point.now) if point.said[n].source == "answer"]
    places = [place for place in mention.places if place.turn < point.now]
    turns = {place.turn for place in places}
    in_answer = [place.order for place in places if place.turn in answers]
    opposite = {"he": "she", "she": "he"}.get(pronoun)
    older = max(1, len(questions) - 1)
    names = mention.kind == "name"
    asked_who = last_question >= 0 and bool(_WHO.match(point.said[last_question].text))
    in_text = [place for place in places if place.source in ("question", "answer")]
    values = {
        "topic": any(place.source == "topic" for place in places) or _opens_talk(mention, point, questions),
        "section": any(place.source == "section" for place in places),
        "last_question": last_question in turns,
        "last_answer": bool(in_answer),
        "first_in_answer": bool(in_answer) and min(in_answer) == 0,
        "first_question": bool(questions) and questions[0] in turns,
        "older_questions": len(turns.intersection(questions[:-1])) / older,
        "older_answers": sum(point.said[n].source == "answer" for n in turns.difference(answers)) / older,
        "same_pronoun": point.meant.get(pronoun) == mention.words,
        "carried": mention.words in point.carried,
        "other_gender": opposite is not None and point.meant.get(opposite) == mention.words,
        "person": is_person(mention),
        "single": names and " " not in mention.text,
        "plural": names and bool(regex.search(r"\b(?:and|&)\b|s$", mention.text)),
        "title": mention.kind == "title",
        "thing": mention.kind == "thing",
        "date": mention.kind == "date",
        "head": bool(noun) and _is_a(mention, noun, point),
        "shared": bool(mention.words.intersection(asked)),
        "long": len(mention.words) > 4,
        "the": names and any(place.before == "the" for place in in_text),
        "located": is_located(mention),
        "modifier": is_modifier(mention),
        "opening": any(not place.before for place in in_text),
        "asked_for": asked_who and last_question not in turns and bool(in_answer) and min(in_answer) == 0,
    }
    return {name: float(value) for name, value in values.items()}


def _opens_talk(mention: Mention, point: Point, questions: Sequence[int]) -> bool:
    """Without a heading, the first name of the first question is what the conversation is about."""
    if not questions or any(turn.source == "topic" for turn in point.said):
        return False
    first = mention.places[0]
    return mention.kind == "name" and first.turn == questions[0] and first.order == 0 and not is_modifier(mention)


def fits(kind: str, mention: Mention) -> bool:
    """Whether the mention can stand in the place of that pronoun: "he" is no thing, "it" nobody."""
    if mention.places[0].source == "topic":
        return True
    if kind == "person":
        return mention.kind == "name" and not (is_located(mention) or is_modifier(mention) or _is_the(mention))
    if kind == "it":
        return mention.kind != "date" and not (is_person(mention) or is_modifier(mention))
    return not (is_modifier(mention) or (kind == "they" and mention.kind == "date"))


def is_person(mention: Mention) -> bool:
    return bool(
        mention.kind == "name" and _PERSON.fullmatch(mention.text) and not _is_the(mention) and not is_located(mention)
    )


def _is_the(mention: Mention) -> bool:
    return any(place.before in _DETERMINERS for place in mention.places)


def is_located(mention: Mention) -> bool:
    """A name that is only said as where something is: "in Berlin"."""
    return mention.kind == "name" and all(place.before in _WHERE for place in mention.places)


def is_modifier(mention: Mention) -> bool:
    """A name that is only said before a noun: "the Bihar election", "Soviet spacecraft"."""
    return mention.kind == "name" and all(
        place.before in _BEFORE_NOUN and place.after.islower() and place.after not in STOP_WORDS
        for place in mention.places
    )


_WHERE = frozenset(["in", "at", "near", "to", "from", "across", "into", "via", "outside", "around"])
_DETERMINERS = frozenset(["the", "a", "an", "first", "last", "every", "no", "many", "most"])
_BEFORE_NOUN_WORDS = "the a an first this that new his her its their which what "
_BEFORE_NOUN = frozenset(_BEFORE_NOUN_WORDS.split())


def _is_a(mention: Mention, noun: str, point: Point) -> bool:
    """Whether the conversation calls it that: "the album Teen Spirit", "virtual trade corridor"."""
    head = noun.split()[-1].lower()
    return head in mention.text.lower().split() or any(
        head in (place.before, place.after) for place in mention.places if place.turn < point.now
    )


@dataclass(frozen=True, slots=True)
class AntecedentRule:
    """For each way of leaning an intercept and weights; below `least` nothing is taken to be meant."""

    intercepts: Mapping[str, float]
    weights: Mapping[str, Mapping[str, float]]
    least: Mapping[str, float]

    def chance(self, kind: str, values: Mapping[str, float]) -> float:
        weights = self.weights[kind]
        total = self.intercepts[kind] + sum(weights[name] * value for name, value in values.items() if value)
        return 1 / (1 + math.exp(-max(-50.0, min(50.0, total))))


@cache
def calibrated() -> AntecedentRule:
    """The rule shipped with the package (`follow_up.json`, with its card)."""
    card = json.loads(resources.files("byline.retrieve").joinpath("follow_up.json").read_text())
    return AntecedentRule(card["intercepts"], card["weights"], card["least"])
