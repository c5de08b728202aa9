"""Answers in the shape of OpenAI's chat completions, which every client and evaluation tool speaks. Pure.

The last user message is the question, earlier ones and the assistant's are the history; system messages are ignored,
because nothing that a caller says changes what may be answered. `citations` and `search_results` are as Perplexity has
them: the n-th is `[n]` of the text. A stream has a sentence once it is checked, and its last chunk the citations.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from byline.cited import Citation, Numbers, citations_of, cited, cited_json
from byline.links import safe_url
from byline.models.tokens import count_tokens
from byline.prose import notes, numbered_articles
from byline.types import Answer, AnswerEvent, ArticleRef, Done, Question, SentenceChecked, Span, Turn

MODEL = "byline"
MODELS: dict[str, Any] = {
    "object": "list",
    "data": [{"id": MODEL, "object": "model", "created": 0, "owned_by": "publisher"}],
}


class RequestError(Exception):
    """In words for the caller; `param` is what is wrong."""

    def __init__(self, message: str, param: str | None = None, code: str | None = None, status: int = 400) -> None:
        super().__init__(message)
        self.status = status
        self.body = error_body(message, param, code)


def error_body(message: str, param: str | None = None, code: str | None = None, status: int = 400) -> dict[str, Any]:
    kind = "invalid_request_error" if status < 500 else "server_error"
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


def question_of(messages: Sequence[Mapping[str, Any]]) -> Question:
    """Raises RequestError."""
    turns = [Turn(m["role"], _text(m.get("content"))) for m in messages if m.get("role") in ("user", "assistant")]
    while turns and turns[-1].role != "user":
        turns.pop()
    if not turns:
        raise RequestError("There is no message of the user to answer.", "messages")
    return Question(turns[-1].content, turns[-1].content, tuple(turns[:-1]))


def _text(content: object) -> str:
    """Of a message: a string, or parts of which those of type `text` count."""
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    return " ".join(
        str(part.get("text", "")) for part in parts if isinstance(part, dict) and part.get("type") == "text"
    )


class Completion:
    """One answer as a completion; `asked` is all that the caller sent, for counting its tokens."""

    def __init__(self, answer_id: str, created: int, asked: str) -> None:
        self._head = {"id": f"chatcmpl-{answer_id}", "created": created, "model": MODEL}
        self._id = answer_id
        self._asked = asked
        self._numbers = Numbers()
        self._text = ""
        self._citations: list[Citation] = []

    def whole(self, answer: Answer) -> dict[str, Any]:
        self._finish(answer)
        message = {
            "role": "assistant",
            "content": self._text,
            "refusal": None,
            "annotations": self._annotations(),
        }
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
        about = {"usage": self._usage(answer), **self._about(answer)}
        return {**self._head, "object": "chat.completion", "choices": [choice], **about}

    def begin(self) -> dict[str, Any]:
        return self._chunk({"role": "assistant", "content": ""})

    def chunks(self, event: AnswerEvent, *, with_usage: bool) -> Iterator[dict[str, Any]]:
        """A sentence that fails its check is never sent: a client of this kind could not take it back."""
        if isinstance(event, SentenceChecked) and event.sentence.supported and event.sentence.quotes:
            sentence, before = event.sentence, len(self._text)
            self._text += " " if self._text else ""
            span = Span(len(self._text), len(self._text) + len(sentence.text))
            self._text += sentence.text + self._numbers.markers(sentence)
            self._citations += citations_of(event.index, sentence, self._numbers, span)
            yield self._chunk({"content": self._text[before:]})
        elif isinstance(event, Done):
            before = len(self._text)
            self._finish(event.answer)
            if len(self._text) > before:
                yield self._chunk({"content": self._text[before:]})
            yield self._chunk({"annotations": self._annotations()}, "stop") | self._about(event.answer)
            if with_usage:
                yield {**self._chunk({}), "choices": [], "usage": self._usage(event.answer)}

    def _finish(self, answer: Answer) -> None:
        """The rest of the text; all of it, where what was sent is not how the answer begins."""
        once = cited(answer)
        if once.text.startswith(self._text):
            told = cited(answer, self._numbers)
            self._text, self._citations = told.text, list(told.citations)
        else:  # its sentences were checked and stay true; the answer that took over stands after them
            told = cited(answer, self._numbers, f"{self._text}\n\n")
            self._text, self._citations = told.text, [*self._citations, *told.citations]
        if more := notes(answer, self._numbers):
            self._text += f"\n\n{more}" if self._text else more

    def _annotations(self) -> list[dict[str, Any]]:
        """Each covers the marker of its source, which clients put a link in the place of."""
        found: dict[tuple[int, int], dict[str, Any]] = {}
        for citation in self._citations:
            marker = f"[{citation.number}]"
            start = self._text.index(marker, citation.end)
            article = citation.quote.passage.article
            place = {"start_index": start, "end_index": start + len(marker)}
            found.setdefault(
                (start, citation.number),
                {"type": "url_citation", "url_citation": {"url": _address(article), "title": article.title, **place}},
            )
        return list(found.values())

    def _about(self, answer: Answer) -> dict[str, Any]:
        named = numbered_articles(answer, self._numbers)
        cited_articles = {c.number: c.quote.passage.article for c in self._citations} | named
        articles = [article for _, article in sorted(cited_articles.items())]
        return {
            "citations": [_address(article) for article in articles],
            "search_results": [
                {
                    "title": article.title,
                    "url": _address(article),
                    "date": article.published.date().isoformat() if article.published else None,
                    "article_id": article.id,
                }
                for article in articles
            ],
            "x_byline": cited_json(answer, self._id),
        }

    def _usage(self, answer: Answer) -> dict[str, int]:
        """The provider's own count where a model wrote, else ours (cl100k)."""
        used = answer.usage
        prompt = (used.reported_prompt or used.prompt) if used else count_tokens(self._asked)
        completion = (used.reported_completion or used.completion) if used else count_tokens(self._text)
        return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}

    def _chunk(self, delta: dict[str, Any], finish_reason: str | None = None) -> dict[str, Any]:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
        return {**self._head, "object": "chat.completion.chunk", "choices": [choice]}


def _address(article: ArticleRef) -> str:
    """An article that has no address that may become a link is named by its id."""
    return safe_url(article.url) or f"urn:byline:article:{article.id}"
