"""What the chat page remembers of a conversation: frozen exchanges, advanced one event at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from byline.serve import render
from byline.types import (
    AnswerEvent,
    Done,
    Failed,
    PassagesFound,
    Question,
    Sentence,
    SentenceChecked,
    Started,
    TextDelta,
    Turn,
)

# A follow-up leans on the last few exchanges; older ones only make the question longer to understand.
REMEMBERED = 6

READING = "Reading what the articles say…"


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question and what the page shows for it. `said` is the answer's plain words, empty until it is done;
    `pending` are those of a sentence that is not checked yet.
    """

    number: int
    question: str
    body: str
    sources: str = ""
    said: str = ""
    sentences: tuple[Sentence, ...] = ()
    pending: str = ""
    finished: bool = False


def ask(exchanges: Sequence[Exchange], text: str, status: str) -> Exchange:
    number = exchanges[-1].number + 1 if exchanges else 1
    return Exchange(number, text.strip(), render.working_html(status))


def question_of(exchanges: Sequence[Exchange], text: str) -> Question:
    """What is asked, after the exchanges before it; the answerer works out the standalone form itself."""
    turns: list[Turn] = []
    for exchange in exchanges[-REMEMBERED:]:
        if exchange.said:
            turns += [Turn("user", exchange.question), Turn("assistant", exchange.said)]
    return Question(text.strip(), standalone=text.strip(), history=tuple(turns))


def advance(exchange: Exchange, event: AnswerEvent) -> Exchange:
    match event:
        case Started():
            return replace(exchange, body=render.working_html("Looking through the articles…"))
        case PassagesFound(hits=hits):
            articles = len({hit.passage.article.id for hit in hits})
            status = f"Reading {articles} article{'s' if articles != 1 else ''}…"
            return replace(exchange, body=render.working_html(status))
        case TextDelta(text=text):
            return _with_sentences(replace(exchange, pending=exchange.pending + text))
        case SentenceChecked(index=index, sentence=sentence):  # the last word on an index counts
            sentences = (*exchange.sentences[:index], sentence, *exchange.sentences[index + 1 :])
            return _with_sentences(replace(exchange, sentences=sentences, pending=""))
        case Done(answer=answer):
            return replace(
                exchange,
                body=render.answer_html(exchange.number, answer),
                sources=render.answer_sources_html(
                    exchange.number, exchange.question, answer.sentences, answer.also_in, answer.beside
                ),
                said=render.answer_text(answer),
                sentences=answer.sentences,
                pending="",
                finished=True,
            )
        case Failed():
            return replace(
                exchange, body=render.failed_html(event), sources="", sentences=(), pending="", finished=True
            )


def stopped(exchange: Exchange) -> Exchange:
    """Keeps what was already checked, and says that it is not the whole answer."""
    if exchange.finished:
        return exchange
    shown = render.sentences_html(exchange.number, exchange.sentences) if exchange.sentences else ""
    return replace(exchange, body=f"<div>{shown}{render.stopped_html()}</div>", finished=True)


def messages(exchanges: Sequence[Exchange]) -> list[dict[str, str]]:
    pairs = ((("user", render.question_html(e.question)), ("assistant", e.body)) for e in exchanges)
    return [{"role": role, "content": content} for pair in pairs for role, content in pair]


def panel(exchanges: Sequence[Exchange]) -> str:
    """Every turn's sources, so that a citation of an older answer still leads somewhere; the page shows one turn."""
    return f'<div class="panel"><h2>Sources</h2>{"".join(e.sources for e in exchanges) or render.HOW_IT_WORKS}</div>'


def _with_sentences(exchange: Exchange) -> Exchange:
    settled = render.shown_sentences(exchange.sentences)
    if not settled and not exchange.pending:
        return replace(exchange, body=render.working_html(READING), sources="") if exchange.sentences else exchange
    sources = render.answer_sources_html(exchange.number, exchange.question, settled) if settled else ""
    body = render.sentences_html(exchange.number, settled, pending=exchange.pending)
    return replace(exchange, body=body, sources=sources)
