"""Questions of SQuAD 2.0's training half with the few sentences they were asked about; most are near misses.

They came in lower case. Names are given their capitals back as the other training sets write them, since a name of the
question that its passage lacks is a signal.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from functools import cache

from bench.data import SHARED, WORK, Case, indexed, rows
from byline.settings import Settings

TRAIN = SHARED.parent / "train"
NAME = "train/squad2_near_misses.jsonl"
CASED = ("squad_part", "new_wiki", "natural_questions")
_WORD = re.compile(r"[^\W_][\w'’-]*")
_FIRST = re.compile(r"(^|[.!?]\s+)([a-z])")


def near_misses() -> tuple[list[Case], list[Case]]:
    """(answerable, not): `gold` is the article that has the passage."""
    found: dict[bool, dict[str, Case]] = {True: {}, False: {}}
    articles = _articles()
    for row in rows(SHARED.parent / NAME):
        article = articles[row["passage"]]
        case = Case(row["id"], _cased(row["question"]), (article,), (), tuple(row["answers"]), article)
        found[row["answerable"]].setdefault(case.question + article, case)
    return list(found[True].values()), list(found[False].values())


def near_miss_index() -> Settings:
    path = WORK / "near-misses.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [
        json.dumps({"id": article, "title": f"Article {article}", "text": _cased(passage)})
        for passage, article in _articles().items()
    ]
    path.write_text("\n".join(lines) + "\n")
    return indexed("near-misses", path)


def _articles() -> dict[str, str]:
    passages = dict.fromkeys(row["passage"] for row in rows(SHARED.parent / NAME))
    return {passage: f"n{number}" for number, passage in enumerate(passages)}


def _cased(text: str) -> str:
    usual = _usual()
    return _FIRST.sub(lambda m: m[1] + m[2].upper(), _WORD.sub(lambda m: usual.get(m[0], m[0]), text))


@cache
def _usual() -> dict[str, str]:
    """How a word is mostly written where no sentence begins."""
    written: dict[str, Counter[str]] = {}
    for path in (TRAIN / f"{name}.jsonl" for name in CASED):
        for text in dict.fromkeys(row["passage"] for row in rows(path)):
            for word in _WORD.finditer(text):
                if text[: word.start()].rstrip()[-1:] not in ("", ".", "!", "?", ":", '"', "“"):
                    written.setdefault(word[0].lower(), Counter())[word[0]] += 1
    return {word: max(sorted(forms), key=forms.__getitem__) for word, forms in written.items()}
