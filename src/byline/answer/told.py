"""What one question has a model read, and the passages that its words are then held against."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from byline.answer.considered import Considered
from byline.answer.prompt import Nonces, messages
from byline.answer.shown import Choice, choose
from byline.library.database import Library
from byline.protocols import ChatMessage, Evidence, TokenCounter
from byline.retrieve.search import Searcher
from byline.types import Turn


@dataclass(frozen=True, slots=True)
class Told:
    """`evidence[n - 1]` is what the model knows as [n]; `nonce` is the code in its messages."""

    messages: Sequence[ChatMessage]
    nonce: str
    choice: Choice
    evidence: tuple[Evidence, ...]

    def tokens(self, count_tokens: TokenCounter) -> int:
        return sum(count_tokens(message.content) for message in self.messages)


def tell(
    library: Library,
    searcher: Searcher,
    considered: Considered,
    nonces: Nonces,
    quote_tokens: int,
    count_tokens: TokenCounter,
) -> Told:
    question, decision = considered.question, considered.decision
    choice = choose(decision.sentences, decision.candidates, question.history, quote_tokens, count_tokens)
    begun = question.history[0] if question.history else Turn("user", question.text)
    sent, nonce = messages(question.standalone, choice.shown, nonces(begun.content), count_tokens)
    embedder = searcher.embedder
    ids = [passage.id for passage in choice.passages]
    vectors = library.live_sentence_vectors(ids, searcher.opened.generation.embedder, embedder.dimension)
    evidence = tuple(Evidence(p, vectors[p.id]) for p in choice.passages if p.id in vectors)
    return Told(sent, nonce, choice, evidence)
