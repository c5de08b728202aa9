"""Follow-up questions made standalone, against what people wrote: CANARD's development conversations.

Content words are lower-cased runs of letters and digits, without a possessive 's and without stop words
(`byline.models.terms.STOP_WORDS`), counted as multisets; F1 of two questions is over those.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bench.data import SHARED, rows
from bench.figures import Scores, mean_interval
from byline.models.terms import STOP_WORDS
from byline.retrieve.understand import understand
from byline.types import Turn

DATA = SHARED / "canard" / "rewrites_dev.jsonl"
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Case:
    """`history`: title of the article, section, then questions and answers in turns. `rewrite` by a person."""

    id: str
    conversation: str
    history: tuple[str, ...]
    question: str
    rewrite: str

    @property
    def alone(self) -> bool:
        return self.question == self.rewrite

    @property
    def article(self) -> str:
        return self.history[0]


def cases() -> list[Case]:
    return [
        Case(row["id"], row["id"].rsplit("-", 1)[0], tuple(row["history"]), row["question"], row["rewrite"])
        for row in rows(DATA)
    ]


def content_words(text: str) -> Counter[str]:
    found = (word.removesuffix("'s").replace("'", "") for word in _WORD.findall(text.lower().replace("’", "'")))
    return Counter(word for word in found if word and word not in STOP_WORDS)


def content_f1(one: str, other: str) -> float:
    mine, theirs = content_words(one), content_words(other)
    if not mine and not theirs:
        return 1.0
    return 2 * (mine & theirs).total() / (mine.total() + theirs.total())


def alternating(history: Sequence[str]) -> tuple[Turn, ...]:
    """Title and section as the first exchange."""
    return tuple(Turn("assistant" if place % 2 else "user", text) for place, text in enumerate(history))


def heading(history: Sequence[str]) -> tuple[Turn, ...]:
    """Title and section as one first turn of the reader's."""
    return (Turn("user", f"{history[0]} — {history[1]}"), *alternating(history[2:]))


def untitled(history: Sequence[str]) -> tuple[Turn, ...]:
    """The questions and answers alone, as in a chat."""
    return alternating(history[2:])


def byline(turns: Callable[[Sequence[str]], tuple[Turn, ...]]) -> Callable[[Case], str]:
    return lambda case: understand(case.question, turns(case.history)).standalone


SYSTEMS: dict[str, Callable[[Case], str]] = {
    "the bare question": lambda case: case.question,
    "topic prepended": lambda case: f"{case.history[0]} {case.question}",
    "byline": byline(alternating),
    "byline, topic as one turn": byline(heading),
    "byline, no topic": byline(untitled),
}


def scores(system: Callable[[Case], str]) -> dict[str, list[tuple[str, Scores]]]:
    """`rewritten` and `alone`: (conversation, scores) of the turns that need rewriting, and of those that do not."""
    found: dict[str, list[tuple[str, Scores]]] = {"rewritten": [], "alone": []}
    for case in cases():
        made = system(case)
        if case.alone:
            found["alone"].append((case.conversation, {"untouched": float(made == case.question)}))
        else:
            found["rewritten"].append((case.conversation, {"content-word F1": content_f1(made, case.rewrite)}))
    return found


def report() -> str:
    lines = [
        "| system | content-word F1, turns that need rewriting | standalone questions untouched |",
        "|---|---|---|",
    ]
    for name, system in SYSTEMS.items():
        found = scores(system)
        cells = []
        for part in ("rewritten", "alone"):
            values = [next(iter(each.values())) for _, each in found[part]]
            mean, low, high = mean_interval(values, [group for group, _ in found[part]])
            cells.append(f"{mean:.3f} [{low:.3f}, {high:.3f}] of {len(values)}")
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    if sys.argv[1:] == ["fit"]:
        from bench.followups_fit import fit

        print(fit())
    else:
        print(report())
