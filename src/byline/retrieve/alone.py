"""Whether a question without a pronoun stands alone all the same: a logistic rule over what it names. Pure.

"Did the company fight it in court?" leans; "Did Kidd play in Phoenix?" does not. People do not agree on these, so the
rule errs on the side of leaving a question as it was asked. Weights and error rates: `follow_up.json`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import regex  # type: ignore[import-untyped]

from byline.retrieve.leaning import Leaning
from byline.retrieve.mentions import Mention, words_of

FEATURES = (
    "names_known",
    "names_new",
    "names_nothing",
    "whole_name",
    "whole_topic",
    "part_of_topic",
    "one_word",
    "two_words",
    "many_words",
    "definite",
    "any",
    "other",
    "defines",
    "yes_or_no",
    "no_verb",
    "new_words",
    "first",
    "year",
)
_CAPITAL = regex.compile(r"(?<=\s)[\"“'‘]?\p{Lu}[\p{L}\p{N}]")
_ANY = regex.compile(r"\b(?:any|some|more|anything|anyone)\b", regex.I)
_OTHER = regex.compile(r"\b(?:else|other|others|another)\b", regex.I)
_DEFINES = regex.compile(r"(?:what|who|where) (?:is|are|was|were) ", regex.I)
_YES_OR_NO = regex.compile(r"(?:did|was|were|is|are|do|does|has|have|had|can|could)\b", regex.I)
_VERB = regex.compile(r"\b(?:is|are|was|were|did|do|does|has|have|had|can|could|will|would)\b", regex.I)
_YEAR = regex.compile(r"\b(?:1[5-9]|20)\d\d\b")


def features(
    question: str, leanings: Sequence[Leaning], before: Sequence[Mention], spoken: Collection[str], first: bool
) -> dict[str, float]:
    """`before`: mentions of the turns before it; `spoken`: all their words; `first` of the conversation's questions."""
    words = words_of(question)
    asked = frozenset(words)
    names = [mention for mention in before if mention.kind == "name" and mention.words & asked]
    topic = next((m.words for m in before if m.places[0].source == "topic"), frozenset())
    known, new = bool(names), bool(_CAPITAL.search(question))
    values = {
        "names_known": known,
        "names_new": new,
        "names_nothing": not known and not new,
        "whole_name": any(mention.words <= asked for mention in names),
        "whole_topic": bool(topic) and topic <= asked,
        "part_of_topic": bool(topic & asked) and not topic <= asked,
        "one_word": len(words) <= 1,
        "two_words": len(words) == 2,
        "many_words": len(words) >= 5,
        "definite": any(one.kind == "noun" for one in leanings),
        "any": bool(_ANY.search(question)),
        "other": bool(_OTHER.search(question)),
        "defines": bool(_DEFINES.match(question)),
        "yes_or_no": bool(_YES_OR_NO.match(question)),
        "no_verb": not _VERB.search(question),
        "new_words": sum(word not in spoken for word in words) / max(1, len(words)),
        "first": first,
        "year": bool(_YEAR.search(question)),
    }
    return {name: float(value) for name, value in values.items()}
