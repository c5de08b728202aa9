"""Purging an article: its rows, the indexes that hold it, and then the proof that no file has its words any more.

The indexes are compressed, so that searching their bytes proves little. They are built again from what is left, beside
the old ones, which are deleted; then they are asked for the article's ids and terms, and every file is searched all the
same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from byline.errors import UnknownIdError
from byline.ingest.distinctive import Distinctive, distinctive
from byline.library.database import Library
from byline.library.erasure import Traces
from byline.library.generations import Generations
from byline.library.opened import OpenGeneration
from byline.library.remains import SHORTEST, ByteSearch, Remains, byte_patterns, vector_patterns, word_patterns
from byline.types import Passage

_ALIKE = 0.2


@dataclass(frozen=True, slots=True)
class PurgeReport:
    """What went, what was searched for afterwards, and `found`: where something of it still is.

    `alike`: other articles that have a good part of its words, and keep them. `resumed`: an earlier purge had been
    interrupted and was finished; its words were gone by then, so that only ids were searched for.
    """

    revisions: int
    passages: int
    answers: int
    words: int
    runs: int
    vectors: int
    terms: int
    files: int
    size_bytes: int
    found: tuple[Remains, ...]
    alike: dict[str, float]
    backups: tuple[str, ...]
    resumed: bool = False


class Purger:
    """Owns the index directory while it works."""

    def __init__(
        self,
        library: Library,
        generations: Generations,
        index: Path,
        passage_terms: Callable[[Passage], Sequence[str]],
        build_empty: Callable[[Path], None],
    ) -> None:
        """`build_empty` leaves an index of nothing in a folder: what stands in there too is nobody's words."""
        self._library = library
        self._generations = generations
        self._index = index
        self._passage_terms = passage_terms
        self._build_empty = build_empty

    def purge(self, named: str) -> PurgeReport:
        """By id or address. Raises UnknownIdError, LibraryBusyError; interrupted, the same call finishes it."""
        try:
            traces = self._library.traces(self._library.find(named))
        except UnknownIdError:
            if not self._library.purge_is_unfinished(named):
                raise
            return self._finish(named, Traces(named, (), (named,), (), (), (), 0), 0, resumed=True)
        alone = distinctive(traces.texts, self._library.words_elsewhere(traces))
        answers = self._library.erase(traces, alone.spoken_in)
        return self._finish(traces.id, traces, answers, alone)

    def allow_again(self, named: str) -> bool:
        return self._library.allow_again(named)

    def _finish(
        self, named: str, traces: Traces, answers: int, alone: Distinctive | None = None, *, resumed: bool = False
    ) -> PurgeReport:
        alone = alone or Distinctive((), (), (), {})
        held = self._rebuilt(traces, alone)
        self._library.compact()
        self._library.purge_finished(named)
        patterns = self._patterns(traces, alone)
        searched = ByteSearch(patterns).below(self._index)
        return PurgeReport(
            revisions=traces.revisions,
            passages=len(traces.passages),
            answers=answers,
            words=len(alone.words),
            runs=len(alone.runs),
            vectors=len(traces.vectors) + len(traces.sentence_vectors),
            terms=len(alone.stems),
            files=searched.files,
            size_bytes=searched.size_bytes,
            found=(*held, *searched.found),
            alike={name: share for name, share in alone.alike.items() if share >= _ALIKE},
            backups=tuple(self._library.backups()),
            resumed=resumed,
        )

    def _rebuilt(self, traces: Traces, alone: Distinctive) -> list[Remains]:
        """Builds the active generation again, deletes all others, and asks the new one for the article."""
        active = self._generations.active()
        if active is None:
            return []
        opened = self._generations.rebuild(active, ["an article was purged"])
        try:
            found = list(self._looked_up(opened, traces, alone))
        finally:
            opened.close()
        self._generations.drop_others(opened.generation)
        return found

    def _looked_up(self, opened: OpenGeneration, traces: Traces, alone: Distinctive) -> Iterable[Remains]:
        name = opened.generation.name
        for index, ids in (("chroma", opened.vectors.ids()), ("lexical", opened.lexical.ids())):
            known = self._library.passage_ids(opened.generation.rules, live=True)
            if strangers := len(ids - known) + len(ids & set(traces.passages)):
                yield Remains(f"{name}/{index}", "passage ids", strangers)
        if terms := sum(self._is_indexed(opened, stem) for stem in alone.stems):
            yield Remains(f"{name}/lexical", "terms", terms)

    def _is_indexed(self, opened: OpenGeneration, stem: str) -> bool:
        """A term of the article that leads to a passage without it; `happi` may stem from others' `happy`."""
        hits = [passage_id for passage_id, _ in opened.lexical.search([stem], 10)]
        passages = self._library.held_passages(hits)
        return any(hit not in passages or stem not in self._passage_terms(passages[hit]) for hit in hits)

    def _patterns(self, traces: Traces, alone: Distinctive) -> dict[bytes, str]:
        """What to search for, without what an index of nothing has too."""
        elsewhere = set(self._library.vectors_elsewhere(traces.id)) if traces.vectors else set()
        own = [n for n, vector in enumerate(traces.vectors) if vector not in elsewhere]
        patterns: dict[bytes, str] = dict.fromkeys(word_patterns(alone.words), "words")
        patterns |= dict.fromkeys(word_patterns(alone.stems), "stems")
        patterns |= dict.fromkeys(word_patterns(alone.runs), "runs of five words")
        patterns |= dict.fromkeys(vector_patterns(traces.vectors[n] for n in own), "passage vectors")
        patterns |= dict.fromkeys(byte_patterns(traces.sentence_vectors[n] for n in own), "sentence vectors")
        ids = [key for key in traces.passages if len(key) >= SHORTEST]
        patterns |= dict.fromkeys(word_patterns(ids), "passage ids")
        with TemporaryDirectory(prefix="byline-empty-") as folder:
            self._build_empty(Path(folder))
            nobodys = ByteSearch(patterns).below(Path(folder)).patterns
        return {pattern: kind for pattern, kind in patterns.items() if pattern not in nobodys}
