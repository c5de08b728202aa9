"""What a model writes, sentence by sentence: each is cut, cleaned and judged as soon as it is complete."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing

from byline.answer.cleaned import Cleaned, cleaned
from byline.answer.cut import Cutter, has_end
from byline.answer.fallback import Why
from byline.answer.faults import SOMETHING_ELSE
from byline.answer.judge import ELSEWHERE
from byline.answer.listen import Listening
from byline.answer.pending import Pending
from byline.answer.prompt import NO_ANSWER
from byline.errors import ChatModelError
from byline.models.terms import terms
from byline.protocols import TokenCounter
from byline.types import Quote, Sentence, SentenceChecked, TextDelta

MOST_KEPT, MOST_WRITTEN = 4, 8
"""Sentences after which a model is not listened to any longer: it was asked for four."""

REPEATS = "it says again what was said"
UNFINISHED = "it was not finished"

NO_LOSS = frozenset({REPEATS, ELSEWHERE, SOMETHING_ELSE})
"""Faults of sentences ("Sure!") that took nothing from the answer when they were struck."""

Judging = Callable[[str, Cleaned], Sentence]


class Draft:
    """`kept` and `struck` by their index among the sentences that were streamed; `why` none of it may be used."""

    def __init__(self, listening: Listening, judge: Judging, pending: Pending, cutter: Cutter) -> None:
        self.kept: dict[int, Sentence] = {}
        self.struck: dict[int, Sentence] = {}
        self.why: Why | None = None
        self.error: ChatModelError | None = None
        self.reported: tuple[int | None, int | None] = (None, None)
        self._listening = listening
        self._judge = judge
        self._pending = pending
        self._cutter = cutter
        self._wrote: list[str] = []
        self._done = False

    @property
    def written(self) -> int:
        return len(self.kept) + len(self.struck)

    def tokens(self, count_tokens: TokenCounter) -> int:
        return count_tokens("".join(self._wrote))

    def events(self) -> Iterator[TextDelta | SentenceChecked]:
        """Ends without a word when it was left."""
        try:
            with closing(self._listening.pieces()) as pieces:
                for piece in pieces:
                    self._wrote.append(piece.text)
                    if piece.prompt_tokens is not None or piece.completion_tokens is not None:
                        self.reported = piece.prompt_tokens, piece.completion_tokens
                    for raw in self._cutter.feed(piece.text):
                        yield from self._settle(raw)
                        if self._done:
                            return
                    if words := self._pending.more(self._cutter.rest):
                        yield TextDelta(words if self._pending.begun(words) else self._apart(words))
            if not self._listening.closed:
                yield from self._end()
        except ChatModelError as error:
            self.why, self.error = error.fault, error

    def _end(self) -> Iterator[TextDelta | SentenceChecked]:
        for raw in self._cutter.finish():
            if self.written and not has_end(raw):
                yield self._strike(Sentence(cleaned(raw).text, (), supported=False, faults=(UNFINISHED,)))
                return
            yield from self._settle(raw)
            if self._done:
                return
        if not self.written:
            self.why = "garbled" if "".join(self._wrote).strip() else "empty"

    def _settle(self, raw: str) -> Iterator[TextDelta | SentenceChecked]:
        shown = self._pending.settle().strip()
        if NO_ANSWER in raw.upper().replace(" ", "_"):
            self.why, self._done = None if self.kept else "no_answer", True
            return
        made = cleaned(raw)
        if not any(map(str.isalnum, made.text)):
            return
        index = self.written
        sentence = self._repeated(made.text) or self._judge(raw, made)
        if sentence.supported:
            if made.text.startswith(shown):
                yield TextDelta(made.text[len(shown) :] if shown else self._apart(made.text))
            self.kept[index] = sentence
            yield SentenceChecked(index, sentence)
        else:
            yield self._strike(sentence)
        self._done = len(self.kept) == MOST_KEPT or self.written == MOST_WRITTEN

    def _strike(self, sentence: Sentence) -> SentenceChecked:
        index = self.written
        self.struck[index] = sentence
        return SentenceChecked(index, sentence)

    def _apart(self, words: str) -> str:
        return f" {words}" if self.written else words

    def _repeated(self, text: str) -> Sentence | None:
        said = terms(text)
        if any(terms(sentence.text) == said for sentence in self.kept.values()):
            return Sentence(text, (), supported=False, faults=(REPEATS,))
        return None


def verdict(draft: Draft, best: Sequence[Quote], own: Sequence[Quote]) -> Why | None:
    """Why what is left of it does not answer. `best` are the quotes that the model was to answer from, `own` those that
    answer by themselves: once a sentence was struck, what is left has to rest on one of these. Pleasantries ("Sure!")
    and what was said twice are no loss.
    """
    if draft.why:
        return draft.why
    if not draft.kept:
        return "unsupported"
    quoted = [quote for sentence in draft.kept.values() for quote in sentence.quotes]
    lost = any(not {*sentence.faults} <= NO_LOSS for sentence in draft.struck.values())
    if lost and not _meet(quoted, own):
        return "too_little"
    return None if _meet(quoted, [*best, *own]) else "beside"


def _meet(some: Sequence[Quote], others: Sequence[Quote]) -> bool:
    return any(
        one.passage.article.id == other.passage.article.id and one.start < other.end and other.start < one.end
        for one in some
        for other in others
    )
