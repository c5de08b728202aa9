"""Many readers over one open library, while articles change, go and come back, and generations take each other's place.

Every passage of every revision is known beforehand, so a reader can tell what it may be shown: an article as it was at
some moment of the search, whole, once, and cut by one set of passage rules.
"""

from __future__ import annotations

import os
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from byline.build import Desk, open_builder, open_desk, open_synchronizer
from byline.ingest.sync import Synchronizer
from byline.ingest.text.passages import passage_tokens_of, rules_fingerprint, split
from byline.library.database import Library
from byline.models.tokens import count_tokens
from byline.retrieve.understand import understand
from byline.settings import Settings, read_settings
from byline.types import Article, ArticleRef, Passage
from byline.wiring import DATABASE, generations_of
from tests.crash import editions

ARTICLES = 150
SECTIONS = 2
CHANGED, REMOVED = 10, 3  # articles of each sync
SYNCS_A_SWAP = 3
PAUSE_S = 0.2  # between syncs
RULES = (100, 64)  # tokens of a passage in one generation and in the next
REST_SHARE = 0.25  # of the time, in which nothing changes


@dataclass
class Wire:
    """What was ever written. Number n of `states` is what readers may see once n is published; None is not there."""

    states: list[list[int | None]] = field(default_factory=list)
    passages: dict[str, tuple[int, int, str]] = field(default_factory=dict)  # id → article, revision, rules
    of: dict[tuple[int, int, str], frozenset[str]] = field(default_factory=dict)
    published: int = 0

    def write(self, state: list[int | None]) -> None:
        """Known to readers before it is synced."""
        for number, revision in enumerate(state):
            if revision is not None and (number, revision, rules_fingerprint(RULES[0])) not in self.of:
                for tokens in RULES:
                    self._know(number, revision, tokens)
        self.states.append(state)

    def allowed(self, number: int, first: int, last: int, rules: str) -> set[frozenset[str]]:
        """An article's passages as they were at some moment from state `first` to state `last`."""
        revisions = {state[number] for state in self.states[first : last + 1]}
        return {frozenset() if revision is None else self.of[number, revision, rules] for revision in revisions}

    def _know(self, number: int, revision: int, tokens: int) -> None:
        rules = rules_fingerprint(tokens)
        ids = frozenset(p.id for p in split(article(number, revision), max_tokens=tokens, count_tokens=count_tokens))
        self.of[number, revision, rules] = ids
        self.passages.update((key, (number, revision, rules)) for key in ids)


def article(number: int, revision: int) -> Article:
    words = random.Random(f"{number}-{revision}")
    asked = editions.question(number)
    text = "\n\n".join(
        f"# Part {part}\n\n"
        f"{asked} revision{number}x{revision}x{part} {' '.join(words.choices(editions.VOCABULARY, k=8))}. "
        f"{asked} and {' '.join(words.choices(editions.VOCABULARY, k=9))}."
        for part in range(SECTIONS)
    )
    return Article(ArticleRef(editions.article_id(number), f"Title {number}"), text, f"{number}.md")


def articles(state: list[int | None]) -> Iterator[Article]:
    return (article(number, revision) for number, revision in enumerate(state) if revision is not None)


@dataclass
class Reader:
    desk: Desk
    wire: Wire
    stop: threading.Event
    chance: random.Random
    reads: list[tuple[float, float]] = field(default_factory=list)  # when it ended, seconds
    wrong: list[str] = field(default_factory=list)

    def run(self) -> None:
        while not self.stop.is_set():
            number = self.chance.randrange(ARTICLES)
            started = time.perf_counter()
            first = self.wire.published
            try:
                if self.chance.random() < 0.2:
                    self._answer(number, first)
                else:
                    found = [
                        hit.passage for hit in self.desk.searcher.search(understand(editions.question(number)), 20)
                    ]
                    self._search(number, found, first)
            except Exception as error:
                self.wrong.append(f"error: {type(error).__name__}: {error}")
            ended = time.perf_counter()
            self.reads.append((ended, ended - started))

    def _search(self, number: int, found: list[Passage], first: int) -> None:
        last = len(self.wire.states) - 1
        known = [self.wire.passages.get(passage.id) for passage in found]
        rules = {one[2] for one in known if one}
        mine = [p.id for p, one in zip(found, known, strict=True) if one and one[0] == number]
        if None in known:
            self.wrong.append("unknown passage")
        if len(rules) > 1:
            self.wrong.append(f"mixed generations: {sorted(rules)}")
        elif len(mine) != len(set(mine)):
            self.wrong.append(f"doubled: article {number}")
        elif rules and frozenset(mine) not in (allowed := self.wire.allowed(number, first, last, rules.pop())):
            revisions = sorted({self.wire.passages[key][1] for key in mine})
            what = "absent" if not mine else "in two revisions" if len(revisions) > 1 else "half or old"
            self.wrong.append(
                f"{what}: article {number}, {len(mine)} passages of revisions {revisions} in states {first} to {last}; "
                f"allowed {[sorted({self.wire.passages[k][1] for k in ids}) for ids in allowed]}"
            )

    def _answer(self, number: int, first: int) -> None:
        answer = self.desk.answerer.answer(understand(editions.question(number)))
        last = len(self.wire.states) - 1
        assert answer.fingerprints is not None
        for sentence in answer.sentences:
            for quote in sentence.quotes:
                owner, revision, rules = self.wire.passages[quote.passage.id]
                if not answer.fingerprints.generation.endswith(f":{rules}"):
                    self.wrong.append(f"mixed generations: a quote under {rules} in an answer of {answer.fingerprints}")
                if revision not in {state[owner] for state in self.wire.states[first : last + 1]}:
                    self.wrong.append(f"old: an answer quotes revision {revision} of article {owner}")


@dataclass
class Writer:
    index: Path
    desk: Desk
    wire: Wire
    chance: random.Random
    syncs: int = 0
    swaps: int = 0

    def step(self) -> None:
        state = list(self.wire.states[-1])
        for number in self.chance.sample(range(ARTICLES), CHANGED):
            revision = state[number]
            state[number] = None if revision is None else revision + 1
        for number in self.chance.sample(range(ARTICLES), REMOVED):
            state[number] = None if state[number] is not None else len(self.wire.states) + 1000
        self._publish(state)

    def swap(self) -> None:
        active = generations_of(self.index, self.desk.library).require_active()
        tokens = next(tokens for tokens in RULES if rules_fingerprint(tokens) != active.rules)
        with open_builder(settings(self.index, tokens)) as builder:
            builder.activate(builder.build())
        drop_others(self.index)
        self.swaps += 1

    def _publish(self, state: list[int | None]) -> None:
        self.wire.write(state)
        synchronizer_beside(self.index, self.desk).sync(articles(state), editions.SOURCE)
        self.wire.published = len(self.wire.states) - 1
        self.syncs += 1


def synchronizer_beside(index: Path, desk: Desk) -> Synchronizer:
    """Writes through what the readers have open, as a server does."""
    generations = generations_of(index, desk.library)
    active = generations.require_active()
    tokens = passage_tokens_of(active.rules)
    assert tokens is not None
    return Synchronizer(
        desk.library,
        generations,
        desk.embedder,
        partial(split, max_tokens=tokens, count_tokens=count_tokens),
        active.rules,
        embedder_name=active.embedder_name,
        opened=desk.searcher.opened_to_write,
    )


def drop_others(index: Path) -> None:
    """Generations nobody reads any more; one that is still being read stays for the next time."""
    from byline.errors import LibraryBusyError

    with closing(Library.open(index / DATABASE)) as library:
        generations = generations_of(index, library)
        for standing in library.standings():
            if not standing.active:
                try:
                    generations.drop(standing.generation)
                except LibraryBusyError:
                    continue


def settings(index: Path, tokens: int = RULES[0]) -> Settings:
    return read_settings({}, index=index, passage_tokens=tokens)


def soak(say: Callable[[dict[str, Any]], None], index: Path, seconds: float, readers: int, swaps: bool) -> None:
    wire = Wire()
    wire.write([0] * ARTICLES)
    with open_synchronizer(settings(index)) as synchronizer:
        synchronizer.sync(articles(wire.states[0]), editions.SOURCE)
    with open_desk(settings(index), renewing=True) as desk:
        writer = Writer(index, desk, wire, random.Random(0))
        writer.step()  # what is only loaded by the first write is not a leak
        stop = threading.Event()
        at_work = [Reader(desk, wire, stop, random.Random(n)) for n in range(readers)]
        threads = [threading.Thread(target=reader.run) for reader in at_work]
        for thread in threads:
            thread.start()
        time.sleep(1)
        before = resources()
        begun = time.perf_counter()
        time.sleep(seconds * REST_SHARE)
        changing = time.perf_counter()
        try:
            while time.perf_counter() < begun + seconds:
                writer.step()
                if swaps and writer.syncs % SYNCS_A_SWAP == 0:
                    writer.swap()
                time.sleep(PAUSE_S)
        finally:
            ended = time.perf_counter()
            stop.set()
            for thread in threads:
                thread.join()
        rest = [took for reader in at_work for at, took in reader.reads if begun + 1 < at < changing]
        change = [took for reader in at_work for at, took in reader.reads if changing < at < ended]
        say(
            {
                "soak": {
                    "reads": sum(len(reader.reads) for reader in at_work),
                    "syncs": writer.syncs,
                    "swaps": writer.swaps,
                    "rest_p95_ms": percentile(rest),
                    "change_p95_ms": percentile(change),
                    "before": before,
                    "after": resources(),
                    "wrong": [line for reader in at_work for line in reader.wrong],
                }
            }
        )


def percentile(seconds: list[float]) -> float:
    return round(float(np.percentile(seconds, 95)) * 1e3, 1) if seconds else float("nan")


def resources() -> dict[str, int]:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return {
        "megabytes": pages * os.sysconf("SC_PAGE_SIZE") // 10**6,
        "descriptors": len(os.listdir("/proc/self/fd")),
        "threads": len(os.listdir("/proc/self/task")),
    }
