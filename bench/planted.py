"""Right sentences, and one defect planted in each: what the defects benchmark is made of. Pure.

The defects are those that a model makes without anybody noticing: a digit, a name of the same passage or a foreign one,
another day, a "not" too many or too few, a word altered inside quotation marks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from random import Random

from byline.answer.amounts import amounts_in
from byline.answer.dated import dates_in, months_in, weekdays_in
from byline.answer.named import names_in, names_it
from byline.answer.quoted import quoted_in
from byline.answer.wording import wording

Defect = Callable[[str, str, Random], str | None]
"""(sentence, its passage, chance) → the sentence with the defect, None where there is nothing to change."""

FOREIGN = (
    "Oduya Mensah", "Ilse Kranz", "Tomas Havel", "Greta Lund", "Zenobia Park", "Qorveth", "Lindqvist", "Marrakesh",
    "Tasmania", "Bjarne Holm", "Yuki Tanabe", "Castellane", "Nova Trade Union", "Ruritania", "Pellworm",
)  # fmt: skip
_MONTHS = "January February March April May June July August September October November December".split()  # noqa: SIM905
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()  # noqa: SIM905
_AUXILIARY = re.compile(
    r"\b(is|are|was|were|has|have|had|will|would|can|could|should|must|may)\b(?! not| never|n['’]t|\sno\b)"
)
_NEGATED = re.compile(r"\b(is|are|was|were|has|have|had|will|would|could|should|must|may|did|does|do) not\b")
_CONTRACTED = re.compile(r"\b(is|are|was|were|has|have|had|would|could|should|did|does|do)n['’]t\b")
_DIGITS = re.compile(r"\d+")
_ASIDE = re.compile(r",\s[^,“”\"]{8,60},(?=\s)")


def compressed(sentence: str) -> str:
    """Lightly: without what stands between its first two commas, where that has no quotation mark in it."""
    found = _ASIDE.search(sentence, 10)
    return sentence[: found.start()] + sentence[found.end() :] if found else sentence


def number_changed(sentence: str, passage: str, chance: Random) -> str | None:
    """Another digit in one number; dates have their own defect."""
    dates = [(d.start, d.end) for d in dates_in(sentence)]
    figures = [
        digits
        for amount in amounts_in(sentence)
        if not any(s < amount.end and amount.start < e for s, e in dates)
        for digits in _DIGITS.finditer(sentence, amount.start, amount.end)
    ]
    if not figures:
        return None
    found = chance.choice(figures)
    at = chance.randrange(found.start(), found.end())
    others = [d for d in "123456789" if d != sentence[at]]
    return sentence[:at] + chance.choice(others) + sentence[at + 1 :]


def own_name_swapped(sentence: str, passage: str, chance: Random) -> str | None:
    """For another name of the same passage, with as many words, that the sentence does not have."""
    mine = _names(sentence)
    theirs = [n for n in dict.fromkeys(_names(passage)) if not any(set(n.split()) & set(m.split()) for m in mine)]
    pairs = [(m, n) for m in mine for n in theirs if len(m.split()) == len(n.split()) and not _same(m, n)]
    return _replaced(sentence, *chance.choice(pairs)) if pairs else None


def foreign_name(sentence: str, passage: str, chance: Random) -> str | None:
    """For one that the passage does not have."""
    mine = _names(sentence)
    return _replaced(sentence, chance.choice(mine), chance.choice(FOREIGN)) if mine else None


def date_moved(sentence: str, passage: str, chance: Random) -> str | None:
    """A year, a day of the month, a month or a day of the week, by some."""
    changes: list[tuple[int, int, str]] = []
    for days in dates_in(sentence):
        for digits in _DIGITS.finditer(sentence, days.start, days.end):
            number = int(digits[0])
            moved = number + chance.choice([-2, -1, 1, 2]) if number > 31 else number % 28 + 1
            changes.append((*digits.span(), str(moved)))
    for names, found in ((_MONTHS, months_in(sentence)), (_DAYS, weekdays_in(sentence))):
        for name in found:
            at = sentence.index(name)
            other = names[(names.index(name) + chance.randrange(1, len(names))) % len(names)]
            changes.append((at, at + len(name), other))
    if not changes:
        return None
    start, end, moved_to = chance.choice(changes)
    return sentence[:start] + moved_to + sentence[end:]


def negation_added(sentence: str, passage: str, chance: Random) -> str | None:
    """Behind an auxiliary outside quotation marks."""
    found = [one for one in _AUXILIARY.finditer(sentence) if not _inside(sentence, one.start())]
    if not found:
        return None
    place = chance.choice(found)
    return f"{sentence[: place.end()]} not{sentence[place.end() :]}"


def negation_removed(sentence: str, passage: str, chance: Random) -> str | None:
    for pattern in (_NEGATED, _CONTRACTED):
        found = pattern.search(sentence)
        if found and not _inside(sentence, found.start()):
            return sentence[: found.start()] + found[1] + sentence[found.end() :]
    return None


def quotation_altered(sentence: str, passage: str, chance: Random) -> str | None:
    """One word inside the marks left out, or another one put in."""
    quoted = [words for words in quoted_in(sentence) if len(words.split()) >= 3]
    if not quoted:
        return None
    words = chance.choice(quoted).split()
    at = chance.randrange(1, len(words) - 1)
    other = [*words[:at], *([] if chance.random() < 0.5 else ["surely"]), *words[at + 1 :]]
    return sentence.replace(" ".join(words), " ".join(other), 1)


DEFECTS: dict[str, Defect] = {
    "number changed": number_changed,
    "name swapped for another of the passage": own_name_swapped,
    "name swapped for a foreign one": foreign_name,
    "date moved": date_moved,
    "negation added": negation_added,
    "negation removed": negation_removed,
    "quote altered": quotation_altered,
}


def _names(text: str) -> list[str]:
    """Written in a row as they are read, so that they can be replaced."""
    return [name.text for name in names_in(text) if name.sure and name.text in text and len(name.text) > 3]


def _same(one: str, other: str) -> bool:
    """ "India" and "Indian": to exchange those is no other meaning."""
    return any(names_it(wording(other), name) for name in names_in(f"of {one}"))


def _replaced(sentence: str, one: str, other: str) -> str | None:
    changed = re.sub(rf"(?<!\w){re.escape(one)}(?!\w)", lambda _: other, sentence, count=1)
    return changed if changed != sentence else None


def _inside(sentence: str, at: int) -> bool:
    before = sentence[:at]
    return before.count("“") > before.count("”") or before.count('"') % 2 == 1


def sentences_of(passage: str, spans: Sequence[tuple[int, int]]) -> list[str]:
    """Those that a model might write: no headings, no scraps, not half of a quotation."""
    found = (passage[start:end] for start, end in spans)
    return [one for one in found if 40 <= len(one) <= 300 and one[-1] in '.”"' and not _inside(one, len(one))]
