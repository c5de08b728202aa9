"""A question that leans on the conversation, made one that stands alone; one that stands alone is not touched. Pure.

English only: `understand` falls back for other languages.
"""

from __future__ import annotations

from collections.abc import Sequence

import regex  # type: ignore[import-untyped]

from byline.models.terms import STOP_WORDS
from byline.retrieve import alone
from byline.retrieve.antecedents import AntecedentRule, Point, calibrated, features, fits
from byline.retrieve.compose import Meant, written
from byline.retrieve.leaning import Leaning, leanings
from byline.retrieve.mentions import Mention, Said, asks, mentions, words_of
from byline.retrieve.rejoinders import rejoined
from byline.types import Turn

_LETTERS = regex.compile(r"[\p{L}\p{M}'’]+")
_ENGLISH = 0.2
"""Least share of English stop words in the question and the turns just before it; other languages stay under .12."""

_CAPITAL = regex.compile(r"(?<=[\p{L},] )\p{Lu}[\p{L}\p{N}]+")
_OTHER = regex.compile(r"\b(?:else|other|others|another)\b", regex.I)


def in_english(question: str, turns: Sequence[Turn]) -> bool:
    words = _LETTERS.findall(" ".join([*(turn.content[:300] for turn in turns[-4:]), question]))
    return sum(word.casefold() in STOP_WORDS for word in words) >= _ENGLISH * max(1, len(words))


def standalone(question: str, history: Sequence[Turn]) -> str:
    """The shipped `Rewriter`, without a model."""
    return Conversation(history, question).standalone()


def said(turns: Sequence[Turn]) -> list[Said]:
    """What each turn is, by its place and text, whatever its role: a heading in front is a topic, then a section."""
    found: list[Said] = []
    for number, turn in enumerate(turns):
        text = turn.content
        if asks(text):
            found.append(Said(text, "question"))
        elif (
            number < 2 and _is_heading(text) and len(found) == sum(one.source in ("topic", "section") for one in found)
        ):
            if number == 0:
                title, *section = regex.split(r"\s+[—–|/]\s+|\s+-\s+|; |\n", text, maxsplit=1)
                found.append(Said(regex.sub(r"\s*\([^()]*\)$", "", title), "topic"))
                found += [Said(_section(one), "section") for one in section]
            else:
                found.append(Said(_section(text), "section"))
        else:
            found.append(Said(text, "answer"))
    return found


def _is_heading(text: str) -> bool:
    sentence = text.rstrip().endswith((".", "!", "?")) and not text.endswith("...")
    return 0 < len(text.split()) <= 16 and not sentence


def _section(text: str) -> str:
    return str(regex.sub(r"\s*\([^()]*\)$|^[\d–-]+:\s*|\s*\.\.\.$", "", text))


class Conversation:
    """Read once, in order: what each question before this one meant is known when the next one is resolved."""

    def __init__(self, turns: Sequence[Turn], question: str, rule: AntecedentRule | None = None) -> None:
        self.said = [*said(turns), Said(question, "question")]
        self.mentions = mentions(self.said[:-1])
        self.rule = rule or calibrated()
        self.meant: dict[str, frozenset[str]] = {}
        self.carried: list[frozenset[str]] = []
        self.before = ""

    def standalone(self) -> str:
        self.listen()
        self._read(len(self.said) - 1)
        return self.before

    def listen(self) -> None:
        """Reads the questions before the last."""
        for number, turn in enumerate(self.said[:-1]):
            if turn.source == "question":
                self._read(number)

    def _read(self, number: int) -> None:
        text = self.said[number].text
        whole = rejoined(text, self.before)
        meant = [] if whole else self.resolve(number)
        if not whole and not meant and self.before and not self.unmarked(self.asked(number)):
            whole = f"{self.before} {text}"
        self.before = whole or written(text, meant)
        self.remember(meant)

    def point(self, number: int) -> Point:
        return Point(self.said, number, self.meant, self.carried)

    def remember(self, meant: Sequence[Meant]) -> None:
        self.carried = [one.mention.words for one in meant]
        for one in meant:
            if one.leaning:
                self.meant[pronoun_of(one.leaning)] = one.mention.words

    def names(self, text: str) -> bool:
        words = set(words_of(text))
        return any(m.kind == "name" and m.words and words.intersection(m.words) for m in self.mentions) or bool(
            regex.search(r"(?<!^)\b\p{Lu}\p{Ll}+", text)
        )

    def names_new(self, number: int) -> bool:
        """Whether the question names somebody or something that was not spoken of before."""
        asked = self.said[number].text
        known = {word for turn in self.said[:number] for word in words_of(turn.text)}
        names = [word for match in _CAPITAL.finditer(asked) for word in words_of(match[0])]
        return any(word not in known for word in names)

    def asked(self, number: int) -> list[tuple[str, Leaning | None]]:
        """The kinds of antecedent that the question wants."""
        text = self.said[number].text
        found: list[tuple[str, Leaning | None]] = [
            (_SCORED.get(one.kind, one.kind), one) for one in leanings(text, self.names)
        ]
        if not found:
            found.append(("open", None))
        if _OTHER.search(text):
            found.append(("besides", None))
        return found

    def candidates(self, number: int, kind: str, leaning: Leaning | None) -> list[tuple[Mention, dict[str, float]]]:
        asked = set(words_of(self.said[number].text))
        point = self.point(number)
        pronoun = pronoun_of(leaning) if leaning else kind
        noun = leaning.noun if leaning else ""
        return [
            (mention, features(mention, point, pronoun, noun, asked))
            for mention in self.mentions
            if mention.places[0].turn < number and mention.words - asked and fits(kind, mention)
        ]

    @staticmethod
    def unmarked(asked: Sequence[tuple[str, Leaning | None]]) -> bool:
        """Whether neither a pronoun nor "this" says that the question leans."""
        return all(one is None or one.word.lower().startswith("the ") for _, one in asked)

    def alone(self, number: int) -> dict[str, float]:
        text = self.said[number].text
        before = [mention for mention in self.mentions if mention.places[0].turn < number]
        spoken = {word for turn in self.said[:number] for word in words_of(turn.text)}
        first = not any(turn.source == "question" for turn in self.said[:number])
        return alone.features(text, leanings(text, self.names), before, spoken, first)

    def resolve(self, number: int) -> list[Meant]:
        found: list[Meant] = []
        asked = self.asked(number)
        if self.unmarked(asked) and (
            self.names_new(number) or self.rule.chance("alone", self.alone(number)) >= self.rule.least["alone"]
        ):
            return []
        for kind, leaning in asked:
            scored = [
                (self.rule.chance(kind, values), mention)
                for mention, values in self.candidates(number, kind, leaning)
                if all(mention.words - one.mention.words for one in found)
            ]
            if not scored:
                continue
            chance, mention = max(scored, key=lambda one: one[0])
            if chance >= self.rule.least[kind]:
                found.append(Meant(kind, leaning, mention, chance))
        return found


_SCORED = {"place": "it", "time": "this"}


def pronoun_of(leaning: Leaning) -> str:
    if leaning.kind == "person":
        return "she" if leaning.word.lower().startswith(("she", "her")) else "he"
    return leaning.kind
